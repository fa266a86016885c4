"""Rewards over time and paying in advance, in small: what a file may say, what moves, what books and stories tell."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.comparing.incrementality import offer_effects, stays
from rehearse.narration import _BEFELL
from sim.customers import CUSTOMER, LEFT
from sim.following.story import Befell, Earned, Visited
from sim.following.trace import trace
from sim.levers.prepay import allotted
from sim.market import Market
from sim.scenario.cautions import cautions
from sim.scenario.checks import check_stages
from sim.scenario.document import Document
from sim.scenario.stages import stages
from tests.small_documents import small_document

pytestmark = pytest.mark.slow

WEEKS = "2009-09-07 to 2009-10-04"
PREPAY: dict[str, Any] = {
    "tiers": {"gold": {"quota": 60, "prepaid": 100, "card": 30}},
    "over_quota": "refused",
    "released_over": 3,
    "accepts": 1,
    "at": "counter",
    "takes": {"constant": "5 min"},
    "comes_within": "2 days",
}
REWARD: dict[str, Any] = {
    "stacking": "all earned",
    "cost": 0.5,
    "rewards": {"trip": {"face": 40, "any_of": {"all": {"during": WEEKS, "at_least": 300}}}},
}


def town(
    offers: dict[str, Any],
    run: str = WEEKS,
    size: int = 80,
    spending: dict[str, Any] | None = None,
    tier_review: dict[str, Any] | None = None,
    **sections: Any,
) -> Document:
    """Gold customers of two sites who buy every other day or so; everybody hears of the offers on the first day."""
    standing: dict[str, Any] = {
        "calendar": {"run": run},
        "market": {
            "customers": size,
            "sites": 2,
            "tiers": ["gold"],
            "tier_review": tier_review,
            "segments": {"all": {"share": 1, "tier": "gold"}},
            "spending": spending or {"rate": "0.5 per day", "amount": {"gamma": {"mean": 20, "sd": 9}}, "margin": 0.3},
            "traits": {"existing": 1},
        },
        "service": {
            "stations": {"counter": {"staff": "unlimited", "open": "09:00-17:00"}},
            "tasks": {"errand": {"at": "counter", "takes": {"constant": "1 min"}}},
        },
        "channels": {"card": {"cost_per_contact": 0.1, "addressed": True}},
        "campaigns": {
            "news": {
                "waves": {"day": {"during": "2009-09-07", "channels": {"card": {"reach": 1, "frequency": 40}}}},
                "announces": list(offers),
            }
        },
        "behaviour": {"leaving": {"form": "none"}},
        "budget": {"amount": 100_000, "borne_by": "the firm"},
    }
    return small_document(**{**standing, **sections}, offers=offers)


def offer(kind: str, terms: dict[str, Any], during: str = WEEKS, **more: Any) -> dict[str, Any]:
    return {"it": {"during": during, kind: terms, **more}}


def lived(document: Document, days: int | None = None) -> Market:
    market = Market(document)
    for _ in range(market.calendar.days if days is None else days):
        market.step()
    return market


# What a file may say


def refused(document: Document) -> list[tuple[str, str]]:
    return [(".".join(finding.path), finding.found) for finding in check_stages(stages(document))]


def test_rewards_and_prepayments_need_somebody_who_buys() -> None:
    nobody = {"customers": 10, "segments": {"all": {"share": 1, "tier": "gold"}}, "tiers": ["gold"]}
    for kind, terms in (("cumulative", REWARD), ("prepay", PREPAY)):
        ((path, found),) = refused(town(offer(kind, terms), market=nobody))
        assert path == f"offers.it.{kind}"
        assert "nobody" in found


def test_a_window_outside_its_offer_is_refused() -> None:
    document = town(offer("cumulative", REWARD, during="2009-09-07 to 2009-09-20"))
    assert refused(document) == [
        (
            "offers.it.cumulative.rewards.trip.any_of.all.during",
            "2009-09-07 to 2009-10-04, which is not inside the offer",
        )
    ]


def test_a_limit_beside_what_is_given_once_is_refused() -> None:
    for kind, terms in (("cumulative", REWARD), ("prepay", PREPAY)):
        assert [path for path, _ in refused(town(offer(kind, terms, limit=2)))] == ["offers.it.limit"]


def test_one_signs_where_somebody_is() -> None:
    stations = {
        "counter": {"staff": "unlimited", "open": "09:00-17:00"},
        "desk": {"staff": 1, "open": "09:00-17:00", "days": ["monday"]},
    }
    service = {"stations": stations, "tasks": {"errand": {"at": "counter", "takes": {"constant": "1 min"}}}}
    document = town(offer("prepay", {**PREPAY, "at": "desk"}, during="2009-09-08 to 2009-09-09"), service=service)
    assert [path for path, _ in refused(document)] == ["offers.it.prepay.at"]


@pytest.mark.parametrize(
    ("kind", "terms", "said"),
    [
        ("prepay", {**PREPAY, "tiers": {"gold": {"quota": 0, "prepaid": 9}}}, "somebody must be able to sign"),
        ("prepay", {**PREPAY, "tiers": {"gold": {"quota": 3, "prepaid": 0}}}, "greater than 0"),
        ("cumulative", {**REWARD, "stacking": "both"}, "all earned"),
        ("cumulative", {**REWARD, "rewards": {}}, "at least 1"),
        ("points", {"needs": 5, "face": 3, "asks_within": "1 day"}, "points for nothing"),
    ],
)
def test_terms_that_mean_nothing_are_refused(kind: str, terms: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        town(offer(kind, terms))


def test_a_tier_nobody_declared_is_not_taken_for_another() -> None:
    """Whoever writes a document by hand is told by the references; a customer without the tier never signs."""
    market = lived(town(offer("prepay", {**PREPAY, "tiers": {"silver": {"quota": 9, "prepaid": 9}}})))
    assert market.offers[0].handed.sum() == 0


def warned(document: Document) -> list[str]:
    return [".".join(finding.path) for finding in cautions(stages(document))]


def test_a_window_that_never_decides_is_wondered_at() -> None:
    inner = {"during": "2009-09-07 to 2009-09-20", "at_least": 300}
    both = {"trip": {"face": 40, "any_of": {"all": {"during": WEEKS, "at_least": 300}, "half": inner}}}
    said = warned(town(offer("cumulative", {**REWARD, "rewards": both})))
    assert said == ["offers.it.cumulative.rewards.trip.any_of.half"]


def test_releases_beyond_the_run_and_contracts_nobody_feels_are_wondered_at() -> None:
    terms = {**PREPAY, "contract": {"lasts": "9 days", "switching_cost": 1}}
    said = warned(town(offer("prepay", terms)))
    assert said == ["offers.it.prepay.released_over", "offers.it.prepay.contract"]


# What moves


@given(st.integers(0, 10_000), st.lists(st.integers(0, 5_000), min_size=1, max_size=20))
def test_a_quota_is_divided_to_the_last_place_and_by_members(quota: int, members: list[int]) -> None:
    parts = allotted(quota, np.array(members, np.int64))
    if not sum(members):
        assert not parts.any()
        return
    assert parts.sum() == quota
    assert np.abs(parts - quota * np.array(members) / sum(members)).max() < 1.0


@settings(max_examples=8, deadline=None)
@given(
    effort=st.floats(0, 3),
    steepness=st.floats(0.3, 8),
    top_up=st.floats(0, 1),
    stretch=st.floats(0, 5),
    lasting=st.floats(0, 1),
)
def test_purchases_are_the_usual_ones_and_what_is_bought_ahead_or_lasts(**form: float) -> None:
    """Σ bought = Σ usual + bought ahead + lasted, customer by customer, whatever the pull."""
    pulled = lived(town(offer("cumulative", REWARD), behaviour={"leaving": {"form": "none"}, "goal_gradient": form}))
    plain = lived(town(offer("cumulative", REWARD), behaviour={"leaving": {"form": "none"}, "goal_gradient": "none"}))
    assert pulled.pursuit is not None
    assert plain.pursuit is not None
    usual = plain.pursuit.rewards[0].bought[0]
    assert (pulled.pursuit.rewards[0].without[0] == usual).all()
    moved = pulled.pursuit.ahead + pulled.pursuit.on_top
    assert pulled.pursuit.rewards[0].bought[0] == pytest.approx(usual + moved, abs=1e-6)
    assert (moved >= -1e-9).all()


def test_who_does_not_know_of_a_reward_is_not_pulled_but_may_earn_it() -> None:
    quiet = {"campaigns": {"news": {"waves": {"day": {"during": "2009-09-07", "channels": {}}}, "announces": ["it"]}}}
    market = lived(town(offer("cumulative", REWARD), **quiet))
    assert market.pursuit is not None
    assert not market.pursuit.ahead.any()
    assert market.offers[0].handed.sum() > 0


def test_a_unit_price_turns_quantities_into_money() -> None:
    """Twice the price is twice the margin and the same rewards."""
    spending = {"rate": "0.5 per day", "amount": {"gamma": {"mean": 20, "sd": 9}}, "margin": 0.25}
    one, two = (lived(town(offer("cumulative", REWARD), spending={**spending, "unit_price": p})) for p in (4, 8))
    assert one.offers[0].handed.tolist() == two.offers[0].handed.tolist()
    assert sum_of(two, "spending") == pytest.approx(2 * sum_of(one, "spending"), rel=1e-5)


def sum_of(market: Market, account: str) -> int:
    ledger = market.recorder.result().ledger
    return int(ledger.loc[ledger["account"] == account, "amount"].sum())


def test_what_is_prepaid_is_owed_until_it_has_paid_bills() -> None:
    """Five months: cash taken in is what is owed and what has paid bills, every day."""
    document = town(offer("prepay", PREPAY, during="2009-09-07 to 2009-10-10"), run="2009-09-07 to 2010-02-10")
    market, prepay = Market(document), None
    for _ in range(market.calendar.days):
        market.step()
        (prepay,) = market.prepay
        owed = prepay.locked.sum() + prepay.credit.sum()
        assert owed == round(100 * market.today.numbers["prepaid_owed"])
    assert prepay is not None
    assert market.offers[0].handed.sum() == 60
    assert sum_of(market, "prepaid_cash") == 60 * 10_000
    assert sum_of(market, "prepaid_locked") == 0
    assert sum_of(market, "prepaid_credit") + sum_of(market, "prepaid_cash") + sum_of(market, "prepaid_bills") == 0
    assert sum_of(market, "cards") == -60 * 3_000


def test_a_sum_that_does_not_divide_is_released_to_the_last_cent() -> None:
    terms = {**PREPAY, "tiers": {"gold": {"quota": 60, "prepaid": 100.01}}}
    market = lived(town(offer("prepay", terms), run="2009-09-07 to 2010-01-10"))
    ledger = market.recorder.result().ledger
    locked = ledger[ledger["account"] == "prepaid_locked"].groupby("day")["amount"].sum()
    signed = int((market.offers[0].handed > 0).sum())
    assert locked[locked > 0].tolist() == [3333 * signed, 3334 * signed, 3334 * signed]


@pytest.mark.parametrize(
    ("on_leaving", "account", "sign"), [("forfeited", "forfeits", 1), ("refunded", "prepaid_cash", -1)]
)
def test_who_leaves_loses_or_is_repaid_what_is_not_used(on_leaving: str, account: str, sign: int) -> None:
    market = lived(town(offer("prepay", {**PREPAY, "on_leaving": on_leaving})), 14)
    (prepay,) = market.prepay
    owner = int(np.flatnonzero(prepay.locked)[0])
    before = sum_of(market, account)
    market.customers.status[owner] = LEFT
    settle_leaving(market, owner)
    assert prepay.locked[owner] == prepay.credit[owner] == 0
    assert sum_of(market, account) - before == sign * 10_000


def settle_leaving(market: Market, row: int) -> None:
    """One more day, on which the customer is among those who left."""
    order = market.order
    leaving = next(step for step in order if step.name == "stay or leave")

    def leave(of: Market) -> None:
        leaving.act(of)
        of.today.left = np.array([row])
        of.today.causes = np.zeros(1, np.int64)
        of.today.lost_amounts = np.zeros(1)

    market.order = tuple(replace(step, act=leave) if step is leaving else step for step in order)
    market.step()


def test_a_contract_binds_from_signing_to_its_last_day() -> None:
    terms = {**PREPAY, "contract": {"lasts": "5 days", "switching_cost": 2}}
    market = Market(town(offer("prepay", terms)))
    own = market.customers.switching_cost.copy()
    signed_on = np.full(len(own), -1)
    for day in range(market.calendar.days):
        market.step()
        for _, signed in market.today.signed:
            signed_on[signed.rows] = day
        bound = (signed_on >= 0) & (day - signed_on < 4)  # on the evening of its last day it is over
        assert market.customers.switching_cost == pytest.approx(own + 2.0 * bound, abs=1e-12)
    assert (signed_on >= 0).sum() == 60


def test_coupons_are_used_once_in_their_time_or_never() -> None:
    coupon = {"face": 10, "cost": 0.8, "unused": 0.25, "valid": "7 days"}
    market = lived(
        town(offer("prepay", {**PREPAY, "tiers": {"gold": {"quota": 800, "prepaid": 9}}, "coupon": coupon}), size=900)
    )
    (prepay,) = market.prepay
    used = int(market.recorder.result().daily["coupons_used"].sum())
    assert prepay.terms.coupon is not None
    signed = market.offers[0].handed.sum()
    assert signed == 800
    assert used == (prepay.coupon_on >= 0).sum()
    # Binomial, four deviations.
    assert abs(used - 0.75 * signed) < 4 * np.sqrt(signed * 0.25 * 0.75)
    assert sum_of(market, "retention") == -800 * used


# What is told of it


def test_an_offer_that_keeps_customers_is_credited_with_those_it_kept() -> None:
    """Of four who had it: one left in both worlds, one only in the baseline, two in neither."""
    market = lived(town(offer("prepay", PREPAY)), 1)
    result = market.recorder.result()
    offers = pd.DataFrame({"offer": ["it"], "handed": [4], "paid": np.array([400], np.int64), "paid_anyway": [0]})
    here = pd.DataFrame({"customer": [1, 2, 3, 4], "left": [1, 0, 0, 0], "redeemed_it": 1})
    there = pd.DataFrame({"customer": [1, 2, 9], "left": [1, 1, 1]})
    effects = offer_effects(
        replace(result, offers=offers, activity=here), replace(result, activity=there), {"it": stays}
    ).iloc[0]
    assert (effects.redeemed, effects.incremental, effects.deadweight) == (4, 1, 2)
    assert effects.paid_deadweight == 200


def test_the_stories_of_all_tell_of_every_reward_and_every_signing() -> None:
    """And nobody who signs is said to have come for a gift."""
    document = town(
        {
            **offer("prepay", {**PREPAY, "tiers": {"gold": {"quota": 5, "prepaid": 9}}}),
            "trips": {"during": WEEKS, "cumulative": REWARD},
        },
        size=7,
    )
    told: Counter[str] = Counter()
    for row in range(7):
        for event in trace(document, row)[0].events():
            if isinstance(event, Befell):
                told[event.what] += 1
            assert not isinstance(event, Earned)
            assert not (isinstance(event, Visited) and event.for_gift)
    result = Market(document).run()
    assert told["reward earned"] == result.value("rewards_earned") > 0
    assert told["paid in advance"] == result.value("prepay_signed") == 5
    assert told["quota used"] == result.value("prepay_refused")
    assert set(told) <= set(_BEFELL)


def test_status_is_felt_when_a_tier_changes() -> None:
    """Falling takes three points and rising gives one; switched off, satisfaction stays as it was."""
    review = {"on": ["2009-09-21"], "spend": {"over": "14 days", "at_least": {"gold": 150}}}

    def reviewed(status: Any) -> Market:
        behaviour = {"leaving": {"form": "none"}, "status": status}
        return lived(town({}, behaviour=behaviour, tier_review=review))

    felt, unfelt = reviewed({"gain": 1, "loss": 3}), reviewed("none")
    fell = felt.customers.tier < 0
    assert 0 < fell.sum() < 80
    change = felt.customers.satisfaction - unfelt.customers.satisfaction
    assert change[fell] == pytest.approx(-3.0)
    assert change[~fell] == pytest.approx(0.0)
    assert (felt.customers.status == CUSTOMER).all()
