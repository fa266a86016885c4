"""What an offer, a membership or a promise keeps quiet: the unwarned find out, and who is told wants it no more."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from sim.customers import CUSTOMER
from sim.market import Market
from sim.scenario.cautions import cautions
from sim.scenario.checks import check_stages
from sim.scenario.document import Document
from sim.scenario.stages import stages
from tests.small_documents import small_document

LIMIT: dict[str, Any] = {"affects": 0.4, "told": 0.0, "promise": {"reliability": 7}, "in_use": "4 days"}
RUN = "2009-09-07 to 2009-10-04"
POSTERS = {"posters": {"cost_per_day": 1}}
AIR = {"waves": {"only": {"during": "2009-09-07 to 2009-09-09", "channels": {"posters": {"reach": 1, "frequency": 9}}}}}
PICK_UP = {"pick_up": "desk", "takes": {"constant": "1 min"}, "comes_within": "2 days"}
OFFERS: dict[str, dict[str, Any]] = {
    "coupon": {"discount": {"needs": ["order"], "off": 0.2}},
    "free_month": {"waiver": {"fee": "delivery", "lasts": "14 days"}, "audience": {"customers": "everyone"}},
    "gift": {"task_count": {"task": "errand", "needs": 1, "face": 5}, "gifts": "pens"},
    "card": {
        "prepay": {
            "tiers": {"gold": {"quota": 500, "prepaid": 100, "card": 30}},
            "over_quota": "refused",
            "released_over": 3,
            "accepts": 0.5,
            "at": "desk",
            "takes": {"constant": "1 min"},
            "comes_within": "2 days",
        }
    },
}


def world(offer: str = "", disclosure: dict[str, Any] | None = None, promise: dict[str, Any] | None = None) -> Document:
    """Two hundred customers who order twice a week; a poster on the first days announces the offer, or promises."""
    quiet = {} if disclosure is None else {"disclosure": disclosure}
    campaign = {**AIR, **({"announces": [offer]} if offer else {}), **({} if promise is None else promise)}
    desk = {"staff": 9, "open": "00:00-24:00"}
    terms = {"during": RUN, **OFFERS.get(offer, {}), **quiet}
    fees = {"delivery": {"amount": 2.5}} if offer == "free_month" else {}
    return small_document(
        market={
            "customers": 200,
            "segments": {"all": {"share": 1, "tier": "gold"}},
            "tiers": ["gold"],
            "traits": {"existing": 1.0},
            "needs": {
                "order": {"task": "errand", "rate": "2 per week", "contested": False, "price": 10, "fees": fees},
            },
            "spending": {"amount": {"constant": 20}, "rate": "1 per week", "margin": 0.2},
        },
        service={
            "stations": {"counter": desk, "desk": desk},
            "tasks": {"errand": {"at": "counter", "takes": {"constant": "2 min"}}},
        },
        channels=POSTERS,
        campaigns={"tell": campaign},
        offers={offer: terms} if offer else {},
        gifts={"pens": {"stock": 999, "cost": 0.5, **PICK_UP}} if offer == "gift" else {},
        behaviour={"leaving": {"form": "none"}, "word_of_mouth": "none"},
    )


KEPT_QUIET = {"none": None, "hidden": LIMIT, "told": {**LIMIT, "told": 1.0}, "nobody": {**LIMIT, "affects": 0.0}}


@cache
def lived(offer: str, kind: str) -> Market:
    market = Market(world(offer, KEPT_QUIET[kind]))
    market.run()
    return market


def count(market: Market, name: str) -> int:
    return int(sum(row.get(name, 0) for row in market.recorder.rows))


def takers(market: Market) -> np.ndarray:
    return np.flatnonzero(market.offers[0].handed > 0)


@pytest.mark.parametrize("offer", OFFERS)
def test_who_uses_an_offer_whose_limit_concerns_them_finds_out_and_nobody_else(offer: str) -> None:
    market = lived(offer, "hidden")
    limit = market.limits[offer]
    knows = np.flatnonzero(limit.knows)
    assert len(knows) == count(market, "limits_found_out") > 10
    assert limit.concerned[knows].all()
    assert np.isin(knows, takers(market)).all()
    assert limit.concerned.mean() == pytest.approx(0.4, abs=4 * np.sqrt(0.24 / 200))


@pytest.mark.parametrize("offer", OFFERS)
def test_who_is_told_of_a_limit_that_concerns_them_takes_none_of_it(offer: str) -> None:
    told, hidden = lived(offer, "told"), lived(offer, "hidden")
    limit = told.limits[offer]
    assert count(told, "limits_found_out") == 0
    assert not limit.concerned[takers(told)].any()
    assert hidden.limits[offer].concerned[takers(hidden)].any(), "the mutation: untold they do take it"
    assert (limit.concerned == hidden.limits[offer].concerned).all()


def test_finding_out_costs_satisfaction_and_trust_of_those_it_concerns_alone() -> None:
    """Paired with a market in which nothing is kept quiet: who is not concerned feels the same to the last digit."""
    quiet = {**LIMIT, "promise": {}, "complains": 0.0}
    market, none = Market(world("coupon", quiet)), lived("coupon", "none")
    market.run()
    limit = market.limits["coupon"]
    assert (market.customers.satisfaction[~limit.knows] == none.customers.satisfaction[~limit.knows]).all()
    assert (market.customers.trust[limit.knows] < none.customers.trust[limit.knows]).all()
    lost = none.customers.satisfaction[limit.knows] - market.customers.satisfaction[limit.knows]
    assert lost.mean() > 4 * lost.std() / np.sqrt(len(lost))


def test_a_limit_that_concerns_nobody_is_nowhere_felt() -> None:
    nobody, none = lived("gift", "nobody"), lived("gift", "none")
    assert count(nobody, "limits_found_out") == 0
    assert [row["profit"] for row in nobody.recorder.rows] == [row["profit"] for row in none.recorder.rows]


def test_the_limit_shows_at_once_or_so_many_days_after_the_first_use() -> None:
    """With at_visit of 1 on the day after the discount is booked; else after in_use days on average (exponential)."""
    at_once = Market(world("coupon", {**LIMIT, "at_visit": 1.0}))
    for _ in range(6):
        at_once.step()
    early = at_once.limits["coupon"]
    assert (early.finds_out[early.knows] <= at_once.day).all()
    used = at_once.offers[0].handed > 0
    yesterday = used & early.concerned & ~early.knows
    assert not (yesterday & (early.finds_out >= 0)).any(), "nobody who used it before today is left to find out"
    later = lived("coupon", "hidden").limits["coupon"]
    assert later.knows.sum() < used.sum()


def test_a_campaign_that_keeps_quiet_what_its_promise_leaves_out_is_found_out_at_its_counters() -> None:
    promise = {"promise": {"reliability": 6.5}}
    hidden, told = (Market(world(promise={**promise, "disclosure": {**LIMIT, "told": share}})) for share in (0.0, 1.0))
    for market in (hidden, told):
        market.run()
    limit = hidden.limits["campaigns.tell"]
    assert count(hidden, "limits_found_out") == limit.knows.sum() > 10
    assert (limit.concerned & limit.heard)[limit.knows].all()
    assert count(told, "limits_found_out") == 0
    concerned = limit.concerned
    assert np.isnan(told.customers.promised[0, concerned]).all(), "who knows better believes nothing of it"
    assert not np.isnan(told.customers.promised[0, ~concerned]).any()


def club(told: float) -> Document:
    prospects = {"customers": "prospects"}
    return small_document(
        market={
            "customers": 300,
            "segments": {"all": {"share": 1}},
            "traits": {"existing": 0.2},
            "needs": {"errand": {"task": "errand", "rate": "1 per week", "customers_only": True, "contested": False}},
        },
        service={
            "stations": {
                "counter": {"staff": 9, "open": "09:00-17:00"},
                "sales": {"staff": 30, "open": "09:00-17:00"},
            },
            "tasks": {"errand": {"at": "counter", "takes": {"constant": "2 min"}}},
        },
        outreach={"call": {"audience": prospects, "every": "7 days", "by": "sales", "takes": {"constant": "5 min"}}},
        membership={
            "fee": 50,
            "worth": {"constant": 90},
            "scale": 10,
            "offered_by": ["call"],
            "disclosure": {**LIMIT, "told": told, "promise": {}},
        },
        behaviour={"leaving": {"form": "none"}},
    )


def test_members_who_joined_unwarned_find_out_and_the_warned_do_not_join() -> None:
    hidden, told = (Market(club(share)) for share in (0.0, 1.0))
    for market in (hidden, told):
        market.run()
    limit, warned = hidden.limits["membership"], told.limits["membership"]
    assert count(hidden, "limits_found_out") > 10
    assert (hidden.customers.status[limit.knows] == CUSTOMER).all()
    assert (hidden.customers.joined[limit.knows] >= 0).all(), "who was a member before knows what it is"
    assert count(told, "limits_found_out") == 0
    joined = (told.customers.status == CUSTOMER) & (told.customers.joined >= 0)
    assert joined.sum() > 10
    assert not warned.concerned[joined].any()


def said(document: Document) -> str:
    return " ".join(f"{each.found}; {each.allowed}" for each in cautions(stages(document)))


def test_a_promise_nobody_hears_and_a_limit_of_nothing_are_said_before_a_run() -> None:
    silent = world("coupon", LIMIT).model_copy(update={"campaigns": {}})
    assert "no campaign announces the offer; nobody hears it" in said(silent)
    assert "nobody hears it" not in said(world("coupon", LIMIT))
    empty = world(promise={"disclosure": {**LIMIT, "promise": {}}})
    assert "it promises nothing" in " ".join(each.found for each in check_stages(stages(empty)))
