"""Scenario texts for the claims: a file and the plans a test lays over it go in, paired runs and differences come out.

The same replication of two plans has the same luck. An effect counts when every replication shows it, which chance
alone would do once in 16.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from sim.market import Market
from sim.results import RunResult
from sim.scenario.document import Document
from sim.scenario.gallery import gallery
from sim.scenario.load import Scenario, read_scenario
from tests.once import once

REPLICATIONS = 4


def small_branch(plans: str) -> str:
    """The text of the small branch with these plans."""
    return (Path(__file__).parent / "scenarios" / "small-branch.yaml").read_text(encoding="utf-8") + plans


SMALL_BANK = """
  small_none: {set: {market.customers: 5000, market.sites: 2, calendar.run: 21 Sep 2009 to 8 Nov 2009}}
  small_gifts:
    extends: gifts
    set: {market.customers: 5000, market.sites: 2, calendar.run: 21 Sep 2009 to 8 Nov 2009,
          gifts.autumn.stock: 1500, gifts.autumn.per_day.limit: 42}
"""


def small_bank(plans: str = "") -> str:
    """bank-autumn with half of its customers, branches and gifts, over seven weeks; these plans beside its own."""
    return gallery()["bank-autumn"].read_text(encoding="utf-8") + SMALL_BANK + plans


@cache
def scenario(text: str) -> Scenario:
    """The scenario a text holds."""
    return read_scenario(text.encode(), "claims.yaml")


def document(text: str, plan: str) -> Document:
    """The document of a plan."""
    return scenario(text).document(plan)


@once
def rehearsed(text: str, plan: str, replication: int = 0) -> tuple[Market, RunResult]:
    """A market after its last day, and the tables of the run."""
    market = Market(document(text, plan), replication=replication)
    return market, market.run()


def run(text: str, plan: str, replication: int = 0) -> RunResult:
    """The tables of one run of a plan."""
    return rehearsed(text, plan, replication)[1]


def days(text: str, plan: str) -> Iterator[Market]:
    """The market after each day of one run."""
    market = Market(document(text, plan))
    for _ in range(market.calendar.days):
        market.step()
        yield market


def values(text: str, plan: str, measure: str, period: str = "whole") -> list[float]:
    """A measure of a plan in each replication."""
    return [run(text, plan, replication).value(measure, period) for replication in range(REPLICATIONS)]


def differences(text: str, plan: str, against: str, measure: str, period: str = "whole") -> list[float]:
    """A measure of one plan less that of another, in each replication."""
    pairs = zip(values(text, plan, measure, period), values(text, against, measure, period), strict=True)
    return [mine - other for mine, other in pairs]


def identical(text: str, plan: str, against: str, measures: tuple[str, ...]) -> bool:
    """Whether two plans give the same numbers, to the last digit, in the first replication."""
    return all(run(text, plan).value(name) == run(text, against).value(name) for name in measures)
