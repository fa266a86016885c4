"""Who is a VIP today: by one purchase, a month's total or an office, and in the files within a day."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.customers import CUSTOMER
from sim.market import Market
from sim.results import RunResult
from tests.behaviour.casebook import case, document

pytestmark = pytest.mark.slow

PLANS = """
  no_office: {extends: daily, remove: [market.tier_review.by_office]}
"""
STORE = case("vip-tiers", PLANS, run="1 Apr 2026 to 15 Jun 2026", campaign="1 May to 15 Jun")
MONTH = 30
ONCE, TOTAL = 10_000.0, 20_000.0


@dataclass(frozen=True, eq=False)
class Lived:
    """One run; receipts: (days, customers), in yuan; tier, status, segment: on the last evening, (customers,)."""

    result: RunResult
    receipts: NDArray[np.float64]
    tier: NDArray[np.int8]
    customer: NDArray[np.bool_]
    segment: NDArray[np.int16]

    @property
    def last_month(self) -> NDArray[np.float64]:
        """Receipts of the thirty days that the review of the last day looked back on."""
        return self.receipts[-1 - MONTH : -1]


@cache
def lived(plan: str) -> Lived:
    market = Market(document(STORE, plan))
    receipts = np.zeros((market.calendar.days, len(market.customers)))
    for day in range(market.calendar.days):
        market.step()
        assert market.today.receipts is not None
        rows, amounts = market.today.receipts
        receipts[day, rows] = np.round(amounts, 2)
    customers = market.customers
    return Lived(market.recorder.result(), receipts, customers.tier, customers.status == CUSTOMER, customers.segment)


OFFICIALS = 2


def test_a_vip_is_who_bought_for_ten_thousand_at_once_or_twenty_in_a_month_or_holds_an_office() -> None:
    """Counted anew from the receipts, of everybody who is a customer on the last evening."""
    daily = lived("daily")
    once, total = daily.last_month.max(axis=0) >= ONCE, daily.last_month.sum(axis=0) >= TOTAL
    expected = once | total | (daily.segment == OFFICIALS)
    assert ((daily.tier == 0) == expected)[daily.customer].all()
    assert np.count_nonzero(once & ~total & daily.customer) > 10
    assert (total & ~once & daily.customer).any()


def test_without_the_single_purchase_those_who_made_one_are_not() -> None:
    """The mutation."""
    alone = lived("total_alone")
    once, total = alone.last_month.max(axis=0) >= ONCE, alone.last_month.sum(axis=0) >= TOTAL
    only_once = once & ~total & alone.customer & (alone.segment != OFFICIALS)
    assert only_once.any()
    assert (alone.tier[only_once] != 0).all()


def test_office_holders_stay_vip_without_spending_anything() -> None:
    daily = lived("daily")
    officials = (daily.segment == OFFICIALS) & daily.customer
    assert daily.receipts[:, officials].sum() == 0.0
    assert (daily.tier[officials] == 0).all()


def test_without_the_office_they_fall_after_a_month() -> None:
    """The mutation."""
    fallen = lived("no_office")
    assert (fallen.tier[(fallen.segment == OFFICIALS) & fallen.customer] != 0).all()


def test_vips_who_stop_buying_become_ordinary_customers_again() -> None:
    daily = lived("daily")
    were = (daily.receipts[:-1] >= ONCE).any(axis=0) & (daily.last_month.sum(axis=0) < ONCE)
    were &= daily.customer & (daily.segment != OFFICIALS)
    assert were.sum() > 10
    assert (daily.tier[were] != 0).all()
    assert daily.result.value("tiers_lowered", "campaign") > 0


def test_looked_through_every_day_every_file_is_changed_within_a_day() -> None:
    result = lived("daily").result
    assert result.value("tiers_raised", "campaign") > 50
    assert result.value("in_time_change_of_file", "campaign") == 1.0
    assert result.value("over_limit_change_of_file.enter", "campaign") == 0.0


@pytest.mark.parametrize("plan", ["mornings", "monthly"])
def test_with_too_little_time_or_all_at_once_many_take_longer_than_two(plan: str) -> None:
    """The mutation: the same clerk with two hours a day, or with a month's changes on one day."""
    result = lived(plan).result
    assert result.value("over_limit_change_of_file.enter", "campaign") > 0.1
    assert result.value("wrong_tier", "campaign") > 1.0


def test_vips_wait_less_at_the_desk() -> None:
    result = lived("daily").result
    assert result.value("wait_mean_of_vip", "campaign") < 0.6 * result.value("wait_mean_of_ordinary", "campaign")
