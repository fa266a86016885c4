"""Membership: who joins and renews, at what price, and what that does to the books and to lifetime value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.behaviour.membership import chance_to_pay, willingness_to_pay
from sim.calendar import DAYS_PER_YEAR
from sim.carried_value import yearly_margin, yearly_retention
from sim.customers import CUSTOMER
from sim.market import Market
from sim.results import RunResult
from tests.scenario_texts import PLANS, SMALL_BANK, only_problem
from tests.small_documents import COUNTER, ERRAND, small_document

FEE, JOINING, TERM = 100, 30, 14


def club(existing: float = 0.5, fee: int = FEE, **membership: Any) -> Any:
    """Four weeks; a term of two; everybody who is not a member is asked each week."""
    tenure = {"uniform": {"low": "0 days", "high": "60 days"}}
    prospects = {"customers": "prospects"}
    return small_document(
        market={
            "customers": 400,
            "segments": {"everyone": {"share": 1}},
            "traits": {"existing": existing, "satisfaction": {"constant": 70}, "tenure": tenure},
            "needs": {"errand": {"task": "errand", "rate": "1 per month", "customers_only": True, "contested": False}},
        },
        service={
            "stations": {"counter": COUNTER, "sales": {"staff": 30, "open": "09:00-17:00"}},
            "tasks": {"errand": ERRAND},
        },
        outreach={
            "call": {"audience": prospects, "every": "7 days", "by": "sales", "takes": {"constant": "5 min"}}
        },
        membership={
            "fee": fee,
            "joining": JOINING,
            "every": f"{TERM} days",
            "worth": {"uniform": {"low": 50, "high": 150}},
            "scale": 10,
            "quality": 0,
            "satisfaction": 0,
            "offered_by": ["call"],
            **membership,
        },
        behaviour={"leaving": {"form": "none"}},
    )  # fmt: skip


def lived(document: Any) -> tuple[Market, RunResult]:
    market = Market(document)
    return market, market.run()


def test_willingness_to_pay_rises_with_quality_and_with_satisfaction_of_those_who_have_some() -> None:
    """1000·e^(0.2·1 + 0.01·10) = 1349.859 for a member, 1000·e^0.2 = 1221.403 for who has not been one."""
    found = willingness_to_pay(
        worth=1000.0,
        quality=6.0,
        satisfaction=80.0,
        experienced=np.array([1.0, 0.0]),
        quality_effect=0.2,
        satisfaction_effect=0.01,
    )
    np.testing.assert_allclose(found, [1349.8588, 1221.4028], atol=1e-4)


def test_who_would_pay_a_scale_more_than_is_asked_says_yes_in_73_per_cent() -> None:
    chances = chance_to_pay(willingness=np.array([100.0, 110.0, 90.0]), price=100.0, scale=10.0)
    np.testing.assert_allclose(chances, [0.5, 0.731059, 0.268941], atol=1e-6)


def test_members_pay_each_time_their_term_ends_and_who_joins_pays_for_that_too() -> None:
    _, result = lived(club())
    joined, renewed = (int(result.daily[name].sum()) for name in ("memberships_sold", "memberships_renewed"))
    posted = result.ledger.groupby("account")["amount"].sum()
    assert joined > 20 < renewed
    assert posted["memberships"] == 100 * FEE * (joined + renewed)
    assert posted["joining"] == 100 * JOINING * joined
    assert result.daily["acquired"].sum() == joined
    assert result.daily["churned"].sum() == result.daily["memberships_due"].sum() - renewed


def test_renewals_are_as_many_as_the_logit_says() -> None:
    """Oracle: of members with worth uniform on 50 to 150, the mean of 1/(1 + e^(-(W - 100)/10)) is one half."""
    _, result = lived(club(existing=1.0))
    first = result.daily.iloc[:TERM]
    due, renewed = int(first["memberships_due"].sum()), int(first["memberships_renewed"].sum())
    assert due == 400
    assert renewed / due == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(due))


def test_nobody_is_due_twice_in_a_term_and_everybody_once() -> None:
    _, result = lived(club(existing=1.0, fee=1))
    assert result.daily["memberships_due"].sum() == 400 * 28 // TERM
    assert result.value("renewal_rate") == pytest.approx(1.0, abs=0.03)


def test_only_who_is_asked_joins() -> None:
    _, result = lived(club(considered=0))
    assert result.value("contacts_made") > 0
    assert result.value("acquired") == 0


def test_shown_what_the_firm_gives_people_expect_that() -> None:
    plain, shown = Market(club(existing=0.0, shown=0.0)), Market(club(existing=0.0, shown=1.0))
    for market in (plain, shown):
        market.customers.will[:] = 6.9
        for _ in range(8):
            market.step()
    asked = [market.customers.status != CUSTOMER for market in (plain, shown)]
    assert (plain.customers.will[4, asked[0]] == 6.9).all()
    assert (shown.customers.will[4, asked[1]] < 6.8).mean() > 0.9


def test_lifetime_value_counts_the_fees_and_the_chance_to_renew() -> None:
    market, _ = lived(club())
    market.day -= 1
    rows = np.flatnonzero(market.customers.status == CUSTOMER)
    assert market.memberships is not None
    np.testing.assert_allclose(yearly_margin(market, rows), FEE * DAYS_PER_YEAR / TERM)
    chance = market.memberships.chance_to_renew(market, rows)
    np.testing.assert_allclose(yearly_retention(market, rows), chance ** (DAYS_PER_YEAR / TERM))


def test_a_membership_nobody_offers_is_refused() -> None:
    text = SMALL_BANK + PLANS + "membership: {fee: 5, worth: {constant: 9}, scale: 1, offered_by: [nobody]}\n"
    problem = only_problem(text)
    assert problem.path == "membership.offered_by.0"
    assert "nobody" in problem.found
