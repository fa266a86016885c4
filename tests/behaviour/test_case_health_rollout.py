"""Thirteen cities in stages: nobody comes before a centre opens or from too far, and prices change once a year."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from sim.errors import ScenarioError
from sim.market import Market
from sim.results import RunResult
from sim.scenario.load import read_scenario
from tests.behaviour.casebook import case, document

pytestmark = pytest.mark.slow

CITIES = case("health-rollout")
LATER = tuple(f"c{number:02d}" for number in range(6, 14))


@dataclass(frozen=True, eq=False)
class Lived:
    """One run with its visits; within_reach: (customers,)."""

    result: RunResult
    within_reach: NDArray[np.bool_]

    @property
    def visits(self) -> pd.DataFrame:
        assert self.result.encounters is not None  # asked for below
        return self.result.encounters


FIRST_YEAR, ALL_OPEN = 400, 772
"""Days: before any of the later cities opens in stages, where the other plan ends; and six weeks after the last."""


@cache
def lived(plan: str) -> Lived:
    market = Market(document(CITIES, plan), keep_encounters=True)
    for _ in range(ALL_OPEN if plan == "staged" else FIRST_YEAR):
        market.step()
    return Lived(market.recorder.result(), market.customers.within_reach)


def opening_days(plan: str) -> dict[str, int]:
    """Day of the run on which each city opens."""
    found = document(CITIES, plan)
    first = found.calendar.run.start
    return {
        name: 0 if region.opens is None else (region.opens - first).days
        for name, region in found.market.regions.items()
    }


def test_nobody_comes_before_a_centre_opens_and_some_soon_after() -> None:
    visits, opens = lived("staged").visits, opening_days("staged")
    first = visits.groupby("site")["day"].min()
    assert set(first.index) == set(opens)
    assert all(first[name] >= opens[name] for name in opens)
    assert all(opens[name] > FIRST_YEAR for name in LATER)


def test_opened_at_once_people_come_in_the_first_year() -> None:
    """The mutation."""
    visits = lived("at_once").visits
    early = visits[visits["site"].isin(LATER) & (visits["day"] < FIRST_YEAR)]
    assert early["site"].nunique() >= len(LATER) / 2


def test_a_centre_that_is_not_open_costs_no_wages() -> None:
    for plan in ("staged", "at_once"):
        opens = opening_days(plan)
        wages = lived(plan).result.ledger
        wages = wages[(wages["account"] == "wages") & (wages["amount"] != 0)]
        first = wages.groupby("site")["day"].min()
        assert all(opens[name] <= first[name] <= opens[name] + 3 for name in opens), (
            plan
        )  # closed on Sundays and Mondays


def test_whoever_comes_lives_within_thirty_kilometres() -> None:
    one = lived("staged")
    assert 0.6 < one.within_reach.mean() < 0.8
    assert one.within_reach[one.visits["customer"].to_numpy()].all()


def test_each_city_pays_its_own_price_and_the_higher_one_from_the_second_year() -> None:
    """120 and 128 yuan, a tenth more in three of the cities: to the cent, from the visits."""
    one, regions = lived("staged"), document(CITIES, "staged").market.regions
    served = one.visits[one.visits["outcome"] == "served"]
    second_year = served["ended"] >= 365 * 1440
    yuan = np.where(second_year, 128, 120) * served["site"].map(lambda name: 10 * regions[name].price).round()
    paid = one.result.ledger[one.result.ledger["account"] == "needs"].groupby("site")["amount"].sum()
    expected = (yuan * 10).groupby(served["site"]).sum()
    assert {name: int(paid[name]) for name in expected.index} == expected.astype(int).to_dict()


def test_the_plan_does_not_win_four_fifths_of_the_market() -> None:
    """The target is stated, and enters nothing: what people need and what they bring to the firm come out."""
    days = lived("staged").result.daily.iloc[-365:]
    assert 0.02 < days["served"].sum() / days["needs"].sum() < 0.6


SECOND = """  dearer_still: {from: 1 Sep 2011, set: {market.needs.check.price: 130}}
service:
"""


def refused(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        read_scenario(text.encode(), "cities.yaml")
    return str(caught.value).splitlines()


def test_a_second_change_of_price_in_a_year_is_refused_at_its_line() -> None:
    text = CITIES.replace("service:\n", SECOND, 1)
    line = text[: text.index("dearer_still")].count("\n") + 1
    found = refused(text)
    assert any(f"cities.yaml:{line}: changes.dearer_still" in each and "at most 1" in each for each in found)


def test_without_the_rule_it_is_not() -> None:
    """The mutation."""
    text = CITIES.replace("service:\n", SECOND, 1)
    start = text.index("price_rule:")
    assert read_scenario((text[:start] + text[text.index("\n", start) + 1 :]).encode(), "cities.yaml")


def test_while_prices_are_locked_none_may_change() -> None:
    found = refused(CITIES.replace("from: 1 Jan 2011", "from: 1 May 2010", 1))
    assert any("when they are locked" in each for each in found)
