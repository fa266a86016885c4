"""A year in which nothing happens, with default behaviour and enough capacity: plausible, and the same at its end.

A year is 365 days, two replications. Drift is what the last quarter differs from the first, beyond three standard
errors of the two and a tolerance that is stated for each measure.
"""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import pandas as pd
import pytest

from tests.behaviour.rehearsals import run, small_branch

pytestmark = pytest.mark.slow

YEAR = small_branch("""
plans:
  quiet: {set: {calendar: {run: 5 Jan 2026 to 4 Jan 2027}}}
  short: {title: one person where four are at ease, extends: quiet, set: {service.stations.counter.staff: 1}}
  settled: {set: {calendar: {run: 5 Jan 2026 to 31 May 2026}, behaviour.leaving: {form: none}}}
""")
QUARTER = 91
ERRORS = 3.0
TOLERATED = {"satisfaction": 1.0, "nps": 3.0, "talk": 0.25, "churned": 0.1, "customers": 0.03, "gap_5": 0.05}
"""Satisfaction and NPS in points, gap 5 in scale points; talk, churned and customers relative."""

# The greatest spread between customers a quiet market may have (its own is 4 to 5): it only widens what chance allows.
SPREAD = 5.0


@pytest.fixture(scope="module")
def quiet() -> list[pd.DataFrame]:
    return [run(YEAR, "quiet", replication).daily for replication in range(2)]


def drift(years: list[pd.DataFrame]) -> dict[str, float]:
    """How far the last quarter lies from the first beyond chance, over what is tolerated: above 1 is drift."""
    first, last = (pd.concat([each[part] for each in years]) for part in (slice(QUARTER), slice(-QUARTER, None)))
    people = float(first["customers"].mean()) * len(years)
    found = {}

    def judge(name: str, change: float, error: float) -> None:
        found[name] = max(abs(change) - ERRORS * error, 0.0) / TOLERATED[name]

    # One customer's satisfaction hardly moves within a quarter, so a mean over days is a mean over customers.
    judge("satisfaction", last["satisfaction"].mean() - first["satisfaction"].mean(), sqrt(2 / people) * SPREAD)
    # At most a tenth are promoters or detractors: 100·√(π/n).
    judge("nps", last["nps"].mean() - first["nps"].mean(), 100 * sqrt(2 * 0.1 / people))
    told = [part[f"talk_{tone}"].sum() for part in (first, last) for tone in ("positive", "negative")]
    judge("talk", log(told[2] / told[3]) - log(told[0] / told[1]), sqrt(sum(1 / count for count in told)))
    left = [part["churned"].sum() / part["customers"].sum() for part in (first, last)]
    counts = [part["churned"].sum() for part in (first, last)]
    judge("churned", log(left[1] / left[0]), sqrt(sum(1 / count for count in counts)))
    moved = sum(each["acquired"].sum() + each["churned"].sum() for each in years)
    judge("customers", last["customers"].mean() / first["customers"].mean() - 1, sqrt(moved) / people)
    gaps = [part["gap_5_sum"].sum() / part["judged"].sum() for part in (first, last)]
    # Perceived less expected varies by less than a scale point between encounters.
    judge("gap_5", gaps[1] - gaps[0], sqrt(1 / first["judged"].sum() + 1 / last["judged"].sum()))
    return found


@pytest.mark.parametrize(
    ("measure", "low", "high"),
    [
        ("satisfaction", 65.0, 85.0),
        ("churn_rate", 0.03, 0.25),
        ("nps", 0.0, 50.0),
        ("talk_ratio", 2.0, 4.0),
        ("gap_5", -0.1, 0.1),
        ("lost_share", 0.0, 0.02),
    ],
)
def test_a_quiet_year_is_plausible(measure: str, low: float, high: float) -> None:
    for replication in range(2):
        assert low < run(YEAR, "quiet", replication).value(measure) < high


def test_a_quiet_year_ends_as_it_began(quiet: list[pd.DataFrame]) -> None:
    assert {name: drifted for name, drifted in drift(quiet).items() if drifted > 1} == {}


def test_a_year_without_enough_staff_is_neither_plausible_nor_steady() -> None:
    """The mutation: satisfaction and recommendation fall away, and more blame than praise is heard."""
    short = run(YEAR, "short")
    assert short.value("nps") < 0
    assert short.value("talk_ratio") < 1
    assert short.value("churn_rate") > 1.5 * run(YEAR, "quiet").value("churn_rate")
    drifted = drift([short.daily])
    assert drifted["satisfaction"] > 1
    assert drifted["nps"] > 1


def test_nobody_is_lost_where_nobody_leaves() -> None:
    """The mutation of churn: with leaving switched off nobody walks out in anger either."""
    settled = run(YEAR, "settled")
    assert settled.value("churned") == 0
    assert np.all(np.diff(settled.daily["customers"]) >= 0)
