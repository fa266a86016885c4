"""Tiers that change by rule: who is reviewed, by what, what needs approval, and what cannot be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.customers import CUSTOMER
from sim.levers.tiers import NOTHING
from sim.market import Market
from sim.scenario.document import Document
from tests.scenario_texts import PLANS, SMALL_BANK, assert_refused, only_problem
from tests.small_documents import COUNTER, small_document


def firm(review: dict[str, Any], office: int = 3, **market: Any) -> Document:
    """Customers without a tier, who pay 10 a visit; changes go through an office of an hour's work each."""
    return small_document(
        calendar={"run": "2009-09-01 to 2009-12-31"},
        market={
            "customers": 80,
            "tiers": ["gold", "silver"],
            "segments": {"everyone": {"share": 1, "traits": {"existing": 1}}},
            "needs": {"errand": {"task": "errand", "rate": "1 per week", "contested": False, "price": 10}},
            "tier_review": review,
            **market,
        },
        service={
            "stations": {
                "counter": COUNTER,
                "office": {"staff": office, "open": "09:00-17:00", "at_closing": "put down", "channel": "online"},
            },
            "tasks": {
                "errand": {"at": "counter", "takes": {"constant": "5 min"}},
                "change": {"at": "office", "takes": {"constant": "1 h"}, "within": "2 days"},
            },
        },
        behaviour={"leaving": {"form": "none"}},
    )


SPEND = {"every": "month", "spend": {"over": "30 days", "at_least": {"gold": 60, "silver": 30}}}


def after(document: Document, days: int) -> Market:
    market = Market(document)
    for _ in range(days):
        market.step()
    return market


def paid_before(document: Document, first: int, last: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """What each customer paid on the days from `first` to `last`, from the encounters."""
    result = Market(document, keep_encounters=True).run()
    met = result.encounters
    assert met is not None
    served = met[(met["process"] == "errand at counter") & (met["outcome"] == "served")]
    day = (served["ended"] // 1440).astype(int)
    return np.bincount(served["customer"][(day >= first) & (day <= last)], minlength=80) * 10.0


def test_tiers_are_those_of_what_was_paid_in_the_window_before() -> None:
    """The first of October is day 30: it looks at days 0 to 29 and acts from opening."""
    market = after(firm(SPEND), 31)
    paid = paid_before(firm(SPEND), 0, 29)
    expected = np.select([paid >= 60, paid >= 30], [0, 1], -1)
    assert len(set(expected.tolist())) == 3
    np.testing.assert_array_equal(market.customers.tier, expected)


def test_a_tier_is_lost_again_when_less_is_paid() -> None:
    market = after(firm(SPEND), 62)
    paid = paid_before(firm(SPEND), 31, 60)
    np.testing.assert_array_equal(market.customers.tier, np.select([paid >= 60, paid >= 30], [0, 1], -1))
    assert market.recorder.rows[61]["tiers_lowered"] > 0


def test_visits_count_like_what_is_paid_for_them() -> None:
    by_visits = {"every": "month", "visits": {"over": "30 days", "at_least": {"gold": 6, "silver": 3}}}
    np.testing.assert_array_equal(after(firm(by_visits), 70).customers.tier, after(firm(SPEND), 70).customers.tier)


def test_tenure_needs_no_window() -> None:
    market = after(firm({"on": ["2009-09-02"], "tenure": {"at_least": {"gold": "1000 days"}}}), 2)
    long_enough = 1 - market.customers.joined >= 1000
    np.testing.assert_array_equal(market.customers.tier == 0, long_enough)
    assert 0 < long_enough.sum() < 80


def test_a_contract_is_held_against_what_was_paid() -> None:
    """A contract of everything usual, over 30 days: activity · 30/7 visits at 10."""
    review = {
        "every": "month",
        "fulfilment": {"over": "30 days", "contracted": {"constant": 1}, "at_least": {"gold": "100%", "silver": "75%"}},
    }
    document = firm(review)
    market = after(document, 31)
    contracted = market.customers.activity * 30 / 7 * 10
    share = paid_before(document, 0, 29) / contracted
    np.testing.assert_array_equal(market.customers.tier, np.select([share >= 1, share >= 0.75], [0, 1], -1))


def test_a_change_acts_when_it_is_approved_and_not_before() -> None:
    """Three people do 24 changes a day; more are due than that, so some take until the next days."""
    market = after(firm({**SPEND, "through": "change"}), 31)
    reviews = market.tier_reviews
    assert reviews is not None
    changed = int((market.customers.tier != -1).sum())
    due = int((reviews.due != -1).sum())
    assert changed == 24 < due
    assert market.recorder.rows[30]["wrong_tier"] == due - changed
    while (market.customers.tier != reviews.due).any():
        market.step()
    assert market.day <= 33
    assert (reviews.asked == NOTHING).all()
    assert not reviews.under_way.any()


def test_some_tiers_need_no_approval() -> None:
    """Nobody approves anything, and who is due no tier loses it all the same."""
    segments = {"everyone": {"share": 1, "tier": "gold", "traits": {"existing": 1}}}
    review = {
        "every": "month",
        "spend": {"over": "30 days", "at_least": {"gold": 60}},
        "below": "silver",
        "through": "change",
        "at_once": ["silver"],
    }
    market = after(firm(review, office=3, segments=segments), 31)
    reviews = market.tier_reviews
    assert reviews is not None
    np.testing.assert_array_equal(market.customers.tier, reviews.due)
    assert market.recorder.rows[30]["tiers_lowered"] > 0


def test_who_is_too_new_is_not_reviewed_yet() -> None:
    segments = {"everyone": {"share": 1, "tier": "gold", "traits": {"existing": 0, "aware": 1}}}
    market = after(firm({**SPEND, "below": None}, segments=segments), 31)
    new = (market.customers.status == CUSTOMER) & (market.customers.joined > 0)
    assert new.any()
    assert (market.customers.tier[new] == 0).all()


def test_a_tier_counts_from_the_day_of_the_change() -> None:
    """Visits count for the tier the customer has on the day: nobody is gold before the first review."""
    market = after(firm(SPEND), 31)
    assert set(np.unique(market.customers.tier).tolist()) == {-1, 0, 1}
    by_day = [row["joined_of_gold"] for row in after(firm(SPEND), 60).recorder.rows]
    assert sum(by_day[:30]) == 0 < sum(by_day[30:])


REVIEW = """\
  tier_review:
    every: month
    spend: {over: 30 days, at_least: {vip: 20}}
    through: errand
"""
TEXT = SMALL_BANK.replace("  segments:\n", REVIEW + "  segments:\n", 1) + PLANS


@pytest.mark.parametrize(
    ("change", "where", "path", "said"),
    [
        (("at_least: {vip: 20}", "at_least: {vjp: 20}"), "vjp", "market.tier_review.spend.at_least.vjp", "vjp"),
        (("over: 30 days", "over: 300 days"), "every: month", "market.tier_review.every", "no review with its whole"),
        (("through: errand", "through: errant"), "errant", "market.tier_review.through", "did you mean 'errand'?"),
        (("    every: month\n", ""), "tier_review:", "market.tier_review", "either 'every' or 'on'"),
        (("through: errand", "at_once: [vip]"), "tier_review:", "market.tier_review", "at_once means nothing"),
        (("through: errand", "below: vip"), "below: vip", "market.tier_review.below", "not below vip"),
        (("      price: 3\n", ""), "spend:", "market.tier_review.spend", "nobody ever pays anything"),
        (("    spend: {over: 30 days, at_least: {vip: 20}}\n", ""), "tier_review:", "market.tier_review", "at least"),
        (("through: errand", "by_office: {vip: [nobody]}"), "nobody", "market.tier_review.by_office.vip.0", "nobody"),
    ],
)  # fmt: skip
def test_a_review_that_cannot_be_is_refused_at_its_line(
    change: tuple[str, str], where: str, path: str, said: str
) -> None:
    assert_refused(TEXT.replace(*change), where, path, said)


def test_a_contract_of_nothing_is_refused() -> None:
    text = TEXT.replace("spend: {over: 30 days, at_least: {vip: 20}}",
                        "fulfilment: {over: 30 days, contracted: {constant: 0}, at_least: {vip: 75%}}")  # fmt: skip
    assert "which everybody fulfils" in only_problem(text).found


def test_a_higher_tier_asks_for_more() -> None:
    text = TEXT.replace("tiers: [vip]", "tiers: [vip, gold]").replace("{vip: 20}", "{vip: 20, gold: 30}")
    assert "vip asks for no more than gold" in only_problem(text).found


EITHER = {
    "every": "day",
    "spend": {"over": "20 days", "at_least": {"gold": 60, "silver": 30}},
    "visits": {"over": "10 days", "at_least": {"silver": 2}},
}


def test_of_several_rules_the_one_that_gives_more_counts() -> None:
    """Day by day, once both windows are whole: gold by 60 paid in 20 days, silver by 30 or by 2 visits in 10 days."""
    document = firm(EITHER)
    market = after(document, 31)
    paid, visits = paid_before(document, 10, 29), paid_before(document, 20, 29) / 10
    expected = np.select([paid >= 60, (paid >= 30) | (visits >= 2)], [0, 1], -1)
    np.testing.assert_array_equal(market.customers.tier, expected)
    by_spend_alone = np.select([paid >= 60, paid >= 30], [0, 1], -1)
    assert (expected != by_spend_alone).any()


def test_reviewed_every_day_people_rise_at_once_and_fall_only_after_a_whole_window() -> None:
    """Twelve days in, whoever has paid enough has risen; who opened as gold has not been seen long enough to fall."""
    opening = {"everyone": {"share": 1, "tier": "gold", "traits": {"existing": 1}}}
    risen, held, fallen = (
        after(firm(EITHER), 12),
        after(firm(EITHER, segments=opening), 20),
        after(firm(EITHER, segments=opening), 21),
    )
    assert (risen.customers.tier >= 0).any()
    assert (held.customers.tier == 0).all()
    assert (fallen.customers.tier != 0).any()


def test_one_large_purchase_counts_for_its_window_and_no_longer() -> None:
    """Receipts of 100: gold on the day after one, for five days; prices of visits, 10, are too small."""
    review = {"every": "day", "purchase": {"over": "5 days", "at_least": {"gold": 100}}}
    spending = {"rate": "1 per month", "amount": {"constant": 100}, "margin": 0.1}
    spend = {"everyone": {"share": 1, "traits": {"existing": 1, "spend": {"constant": 1}}}}
    market = Market(firm(review, spending=spending, segments=spend))
    last = np.full(80, -1_000)
    for day in range(20):
        market.step()
        # Tiers change at opening, before the day's receipts.
        np.testing.assert_array_equal(market.customers.tier == 0, (day - last <= 5) & (day > 0))
        assert market.today.receipts is not None
        last[market.today.receipts[0]] = day
    assert 0 < (day - last < 5).sum() < 80


def test_a_tier_held_by_office_is_kept_without_spending() -> None:
    segments = {
        "mayors": {"share": 0.5, "tier": "gold", "traits": {"existing": 1}, "needs": {"errand": 0}},
        "others": {"share": 0.5, "tier": "gold", "traits": {"existing": 1}, "needs": {"errand": 0}},
    }
    market = after(firm({**EITHER, "by_office": {"gold": ["mayors"]}}, segments=segments), 25)
    mayors = market.customers.segment == 0
    assert (market.customers.tier[mayors] == 0).all()
    assert (market.customers.tier[~mayors] == -1).all()
