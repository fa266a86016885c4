"""The gallery's cases as experiments: a file and plans laid over it go in; paired effects with intervals come out.

The same replication of two plans has the same luck. The number of replications is fixed beforehand, and an effect is
there when its 95 % interval lies on one side of zero.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from experiments.comparing.intervals import Interval, paired_interval
from sim.market import Market
from sim.results import RunResult
from sim.scenario.document import Document
from sim.scenario.gallery import gallery
from sim.scenario.load import Scenario, read_scenario
from tests.once import once

REPLICATIONS: Final = 3
BESIDE_MEASURES: Final = ("promise_share", "perception_bias")
"""Parts of the gap identity that no report shows: kept by day, Σ part / Σ visits judged in a period."""


def case(name: str, plans: str = "", **smaller: str) -> str:
    """The text of a gallery file with these plans beside its own; other `run`, `campaign`, `customers` or `sites`."""
    text = gallery()[name].read_text(encoding="utf-8").rstrip() + "\n" + plans
    for key, setting in smaller.items():
        text, found = re.subn(rf"^  {key}: .*$", f"  {key}: {setting}", text, count=1, flags=re.MULTILINE)
        assert found == 1, f"{name} has no {key}"
    return text


@cache
def scenario(text: str) -> Scenario:
    """The scenario a text holds."""
    return read_scenario(text.encode(), "case.yaml")


def document(text: str, plan: str) -> Document:
    """The document of a plan."""
    return scenario(text).document(plan)


@once
def run(text: str, plan: str, replication: int = 0) -> RunResult:
    """The tables of one run."""
    return Market(document(text, plan), replication=replication).run()


def value(text: str, plan: str, measure: str, period: str, replication: int) -> float:
    """One number of one run."""
    result = run(text, plan, replication)
    if measure not in BESIDE_MEASURES:
        return result.value(measure, period)
    days = result.daily[result.daily["period"] == period]
    return float(days[f"{measure}_sum"].sum() / days["judged"].sum())


def effect(
    text: str, plan: str, against: str, measure: str, period: str = "campaign", replications: int = REPLICATIONS
) -> Interval:
    """A measure of one plan less that of another, replication by replication."""
    mine, other = (
        [value(text, name, measure, period, replication) for replication in range(replications)]
        for name in (plan, against)
    )
    return paired_interval(mine, other)


def raises(text: str, plan: str, against: str, measure: str, period: str = "campaign") -> bool:
    """Whether the whole interval of the effect lies above zero."""
    return effect(text, plan, against, measure, period).low > 0.0


def lowers(text: str, plan: str, against: str, measure: str, period: str = "campaign") -> bool:
    """Whether the whole interval of the effect lies below zero."""
    return effect(text, plan, against, measure, period).high < 0.0
