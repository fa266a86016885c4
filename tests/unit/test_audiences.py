"""Audiences: whom a campaign, an offer or a contact is for, by what the firm knows of a person."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.levers.audience import Audiences
from sim.levers.observed import Observed
from sim.market import Market
from sim.scenario.audience import Audience
from sim.scenario.cautions import cautions
from sim.scenario.document import Document
from sim.scenario.stages import stages
from tests.scenario_texts import SMALL_BANK, load_text
from tests.small_documents import small_document

EVERYONE = np.arange(200)
LETTER = {"during": "2009-09-09 to 2009-09-12", "channels": {"mail": {"reach": 1, "frequency": 9}}}


def town(audience: dict[str, Any] | None = None, **sections: Any) -> Document:
    """Two hundred people who come nearly every day to a counter that is never full, and one campaign."""
    return small_document(
        market={
            "customers": 200,
            "sites": {"north": 1, "south": 1},
            "attributes": {"assets": {"uniform": {"low": 0, "high": 100}}},
            "segments": {"plain": {"share": 0.5}, "rich": {"share": 0.5, "attributes": {"assets": {"constant": 500}}}},
            "needs": {"order": {"task": "errand", "rate": "2 per day", "price": 10, "contested": False}},
            "traits": {"existing": 0.6, "aware": 1.0, "activity": {"constant": 1}},
        },
        service={
            "stations": {"counter": {"staff": "unlimited", "open": "09:00-17:00"}},
            "tasks": {"errand": {"at": "counter", "takes": {"constant": "1 min"}}},
        },
        behaviour={"leaving": {"form": "none"}},
        channels={"mail": {"addressed": True}},
        campaigns={"letter": {"waves": {"one": LETTER}, "audience": audience or {}}},
        **sections,
    )


def chosen(market: Market, **audience: Any) -> set[int]:
    """Rows of the audience today."""
    wanted = Audience.model_validate(audience)
    return set(EVERYONE[market.audiences.members("test", wanted, EVERYONE)].tolist())


def after(days: int, document: Document) -> Market:
    """The market on the morning after so many days."""
    market = Market(document)
    for _ in range(days):
        market.step()
    market.audiences.observed.open_day(market.day)
    return market


def test_attributes_are_drawn_by_segment_and_bound_an_audience() -> None:
    market = Market(town())
    assets = market.customers.attributes["assets"]
    assert (assets[100:] == 500).all()
    assert assets[:100].max() < 100
    assert chosen(market, where={"attributes": {"assets": {"at_least": 500}}}) == set(range(100, 200))
    assert chosen(market, where={"attributes": {"assets": {"below": 500}}}) == set(range(100))
    between = chosen(market, where={"attributes": {"assets": {"at_least": 20, "at_most": 50}}})
    assert between == set(np.flatnonzero((assets >= 20) & (assets <= 50)).tolist())


def test_sites_and_tenure_bound_an_audience() -> None:
    market = Market(town())
    assert chosen(market, sites=["south"]) == set(np.flatnonzero(market.customers.site == 1).tolist())
    long = chosen(market, where={"tenure": {"at_least": "4 years"}})
    assert long == set(
        np.flatnonzero((market.customers.status == 1) & (market.customers.joined <= -4 * 365.25)).tolist()
    )


def test_a_list_of_the_highest_holds_exactly_them_and_is_drawn_up_once() -> None:
    market = Market(town())
    top = {"customers": "customers", "top": {"count": 30, "by": "assets"}}
    rows = np.flatnonzero(market.customers.status == 1)
    assets = market.customers.attributes["assets"]
    listed = chosen(market, **top)
    assert listed == set(rows[np.argsort(-assets[rows], kind="stable")[:30]].tolist())
    assets[rows] = -assets[rows]
    assert chosen(market, **top) == listed
    assert len(chosen(market, customers="customers", top={"count": 40, "by": "assets"})) == 40


def test_who_is_held_out_is_a_random_share_and_never_reached() -> None:
    document = town({"hold_out": 0.3})
    market = Market(document)
    out = market.audiences.held_out("campaigns.letter", document.campaigns["letter"].audience)
    # 99.9 % of binomial shares of 200 at 0.3 lie within 3.3 standard deviations.
    assert abs(out.mean() - 0.3) < 3.3 * (0.3 * 0.7 / 200) ** 0.5
    market.run()
    contacted = market.customers.contacts_in_period > 0
    assert contacted[~out].any()
    assert not contacted[out].any()


def test_offers_had_and_campaigns_heard_exclude() -> None:
    document = town(
        {"not_in": ["letter"]},
        offers={"gift": {"during": "2009-09-07 to 2009-09-20", "gifts": "pens", "audience": {"not_in": ["letter"]},
                         "task_count": {"task": "errand", "face": 5}}},
        gifts={"pens": {"stock": 500, "cost": 1, "pick_up": "counter", "takes": {"constant": "1 min"},
                        "comes_within": "1 day"}},
    )  # fmt: skip
    market = Market(document)
    market.offers[0].knows[:] = True
    for _ in range(10):
        market.step()
    assert market.customers.contacts_in_period.max() <= 1, "who was reached once is reached no second time"
    had = set(np.flatnonzero(market.offers[0].earned > 0).tolist())
    assert had
    assert chosen(market, not_in=["gift"]) == set(range(200)) - had


def test_spending_counts_over_whole_days_only() -> None:
    audience = {"where": {"spend": {"over": "3 days", "at_least": 30}, "spend_change": {"over": "3 days", "below": 1}}}
    assert not chosen(after(2, town(audience)), where={"spend": {"over": "3 days", "at_least": 0}})
    market = after(7, town(audience))
    latest, both = market.audiences.observed.over("spend", 3), market.audiences.observed.over("spend", 6)
    assert latest is not None
    assert both is not None
    before = both - latest
    assert chosen(market, where={"spend": {"over": "3 days", "at_least": 30}}) == set(
        np.flatnonzero(latest >= 3000).tolist()
    )
    falling = chosen(market, where={"spend_change": {"over": "3 days", "below": 1}})
    assert falling == set(np.flatnonzero((before > 0) & (latest < before)).tolist()) != set()


def test_what_is_remembered_is_what_was_paid_and_served() -> None:
    audience = {"where": {"spend": {"over": "4 days", "at_least": 1}, "visits": {"over": "4 days", "at_least": 1}}}
    market = Market(town(audience), keep_encounters=True)
    for _ in range(9):
        market.step()
    market.audiences.observed.open_day(9)
    encounters = market.recorder.result().encounters
    assert encounters is not None
    recent = encounters[(encounters["day"] >= 5) & (encounters["day"] < 9) & (encounters["outcome"] == "served")]
    times = np.bincount(recent["customer"].to_numpy(), minlength=200)
    visits, spend = market.audiences.observed.over("visits", 4), market.audiences.observed.over("spend", 4)
    np.testing.assert_array_equal(visits, times)
    np.testing.assert_array_equal(spend, 1000 * times)
    lapsed = chosen(market, where={"days_since_visit": {"at_least": "2 days"}})
    assert lapsed == set(np.flatnonzero(9 - market.audiences.observed.last_visit >= 2).tolist()) != set()


@given(st.lists(st.lists(st.tuples(st.integers(0, 4), st.integers(-50, 500)), max_size=4), min_size=1, max_size=12))
def test_rolling_sums_are_the_sums_of_their_days(days: list[list[tuple[int, int]]]) -> None:
    windows = (("spend", 1), ("spend", 3), ("spend", 5))
    observed = Observed(5, windows)
    table = np.zeros((len(days) + 1, 5), np.int64)
    for day, payments in enumerate(days):
        observed.open_day(day)
        for row, amount in payments:
            observed.paid(np.array([row]), np.array([amount]))
            table[day, row] += amount
    observed.open_day(len(days))
    for _, over in windows:
        found = observed.over("spend", over)
        if over > len(days):
            assert found is None
        else:
            np.testing.assert_array_equal(found, table[len(days) - over : len(days)].sum(axis=0))


def test_an_audience_that_looks_back_before_the_run_is_warned_of() -> None:
    document = town({"where": {"visits": {"over": "10 days", "at_least": 1}}})
    found = [finding for finding in cautions(stages(document)) if "looks back" in finding.found]
    assert [(finding.path, finding.allowed) for finding in found] == [
        (("campaigns", "letter", "audience"), "nobody belongs before 2009-09-17")
    ]


@pytest.mark.parametrize(
    ("audience", "said"),
    [
        ("{sites: [site-9]}", "there is no site 'site-9'"),
        ("{top: {count: 5, by: asets}}", "did you mean 'assets'"),
        ("{top: {count: 5, by: spend}}", "'over' goes with"),
        ("{where: {attributes: {asets: {at_least: 5}}}}", "did you mean 'assets'"),
        ("{where: {attributes: {assets: {}}}}", "at least one of"),
        ("{where: {attributes: {assets: {at_least: 5, below: 5}}}}", "no number is inside"),
        ("{where: {tenure: {at_least: 5}}}", "30 days"),
        ("{not_in: [lettr]}", "did you mean"),
    ],
)
def test_what_cannot_be_is_refused(audience: str, said: str) -> None:
    text = SMALL_BANK.replace("market:\n", "market:\n  attributes: {assets: {constant: 5}}\n", 1)
    letter = "{during: campaign, channels: {paper: {reach: 50%, frequency: 2}}}"
    text += f"campaigns:\n  letter:\n    waves: {{one: {letter}}}\n    audience: {audience}\n"
    with pytest.raises(ScenarioError) as refused:
        load_text(text)
    assert said in str(refused.value)


def test_every_audience_of_a_document_is_found() -> None:
    document = town({"not_in": ["letter"]})
    audiences = Audiences((document,), Market(document).customers, Market(document).streams)
    assert set(audiences.reached) == {"letter"}
