"""walmart-opening (casebook): the budget high at the opening and cut at once, against the same money laid evenly.

The source gives principles and no numbers. Tested is what it compares, each with a mutation: the named mechanism off,
and the effect is gone; and membership and money to the number.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import pandas as pd
import pytest

from experiments.comparing.intervals import Interval, paired_interval
from sim.customers import CUSTOMER
from sim.market import Market
from sim.results import RunResult
from tests.behaviour.casebook import case, document

pytestmark = pytest.mark.slow

WALMART: Final = case(
    "walmart-opening",
    """
  as_even: {extends: burst, set: {campaigns.opening.waves.weeks.shape: even}}
  many_tills: {extends: burst, set: {service.stations.till.staff: 9}}
  many_tills_even: {extends: even, set: {service.stations.till.staff: 9}}
""",
)
REPLICATIONS = 3
FIRST_WEEKS, MONEY_LASTS = 21, 70


@cache
def first_days(plan: str, days: int, replication: int = 0) -> RunResult:
    """The tables of the first days of a run."""
    market = Market(document(WALMART, plan), replication=replication)
    for _ in range(days):
        market.step()
    return market.recorder.result()


def opening(plan: str, column: str, replication: int = 0) -> float:
    """A daily column of the first three weeks, summed."""
    return float(first_days(plan, FIRST_WEEKS, replication).daily[column].sum())


def effect(plan: str, against: str, column: str) -> Interval:
    """The opening weeks of one plan less those of another, replication by replication."""
    mine, other = ([opening(name, column, each) for each in range(REPLICATIONS)] for name in (plan, against))
    return paired_interval(mine, other)


def media(plan: str) -> float:
    ledger = first_days(plan, MONEY_LASTS).ledger
    return -float(ledger.loc[ledger["account"] == "media", "amount"].sum()) / 100


def test_both_openings_spend_the_same_money() -> None:
    assert media("even") == 28_000
    assert media("burst") == pytest.approx(28_000, abs=0.5)  # seventy days, each rounded to the fen


def test_a_burst_wins_its_customers_sooner() -> None:
    assert effect("burst", "even", "acquired").low > 0.0


def test_laid_evenly_the_burst_is_the_even_opening() -> None:
    """The mutation."""
    assert opening("as_even", "acquired") == opening("even", "acquired")


def test_a_burst_keeps_people_waiting_in_the_opening_weeks() -> None:
    assert effect("burst", "even", "wait_sum").low > 0.0
    assert effect("burst_tills", "even", "wait_sum").high < 0.0


def test_with_tills_for_all_nobody_waits_longer_in_a_burst() -> None:
    """The mutation: what keeps people waiting is the tills, not the burst."""
    assert opening("many_tills", "visits") > opening("many_tills_even", "visits") + 50
    for plan in ("many_tills", "many_tills_even"):
        assert opening(plan, "wait_sum") < 0.01 * opening(plan, "joined")  # minutes each


@cache
def members() -> tuple[RunResult, Market]:
    market = Market(document(WALMART, "burst"), keep_encounters=True)
    for _ in range(MONEY_LASTS):
        market.step()
    return market.recorder.result(), market


def test_whoever_shops_three_times_in_four_weeks_is_a_member() -> None:
    """Counted anew from the tills on the tenth Monday, of those who were customers for four weeks."""
    result, market = members()
    encounters = result.encounters
    assert encounters is not None
    monday = int(np.flatnonzero(pd.to_datetime(result.daily["date"]).dt.day_of_week == 0)[-1])
    served = encounters[encounters["outcome"] == "served"]
    window = served[served["ended"].floordiv(1440).between(monday - 28, monday - 1)]
    visits = np.bincount(window["customer"], minlength=len(market.customers))
    due = (market.customers.status == CUSTOMER) & (market.customers.joined <= monday - 28)
    member = market.customers.tier == market.document.market.tiers.index("member")
    assert (member[due] == (visits[due] >= 3)).all()
    assert member[due].any()
    assert not member[due].all()


def test_low_every_day_and_now_and_then_are_the_same_price_on_average() -> None:
    """Three weeks at 98 and one at 24.5 % off against 92 every day, to a tenth of a yuan."""
    dear, low = (float(document(WALMART, plan).market.needs["shopping"].price) for plan in ("high_low", "burst"))
    (off,) = {each.discount.off for each in document(WALMART, "high_low").offers.values() if each.discount is not None}
    assert dear * (3 + 1 - off) / 4 == pytest.approx(low, abs=0.1)
