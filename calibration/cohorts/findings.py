"""What studies of two groups found: the first as it would be printed, and over all of them how often and how truly.

In goes the table of a `CohortStudy`; out comes one `Finding` a measure: the test of the first study, the share of
studies that reach p < 0.05, the model's own difference, and whether such studies err as much as they say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from calibration.cohorts.person_measures import PersonMeasure
from calibration.cohorts.reported import Reported, effect_size
from calibration.cohorts.statistics import (
    Mean,
    MeansCompared,
    Proportion,
    ProportionsCompared,
    compare_means,
    compare_proportions,
    power,
)
from experiments.comparing.intervals import Interval, mean_interval
from sim.errors import RequestError

Floats = NDArray[np.float64]
Compared = ProportionsCompared | MeansCompared

SIGNIFICANT: Final = 0.05
SURE: Final = 0.01
"""How unlikely the spread of the studies must be, were their own errors right, before it is said that they are not."""


@dataclass(frozen=True)
class Finding:
    """What studies say of one measure; differences are second group less first.

    first: the first study
    differences, p_values: of every study
    found: studies with p < 0.05, and low, high: the exact interval of their share; this is the power, or of two groups
        of one plan the false alarms
    truth: the model's difference over everyone the groups were drawn from, mean of the studies with its interval
    wrong_way: studies that find a difference of the other sign than the truth; None where that sign is not known
    overstates: mean size of the differences found, of the true one (Gelman & Carlin 2014, Perspectives on Psychological
        Science 9:641-651)
    spread: standard deviation of the differences between studies, of the error the studies state: 1 where people are
        independent, more where those of one market share its luck; spread_low, spread_high: its 99 % interval
    as_large: studies with an effect as large as the reported one, in its direction; None without a report
    """

    person: PersonMeasure
    first: Compared
    differences: Floats
    p_values: Floats
    found: Proportion
    low: float
    high: float
    truth: Interval
    wrong_way: int | None
    overstates: float
    spread: float
    spread_low: float
    spread_high: float
    as_large: Proportion | None = None


def findings(table: pd.DataFrame, wanted: Sequence[PersonMeasure], reported: Sequence[Reported]) -> tuple[Finding, ...]:
    """One finding a measure; RequestError for one that a study could not measure."""
    by_measure = dict(list(table.groupby("measure", sort=False)))
    beside = {each.person.name: each for each in reported}
    return tuple(_finding(each, by_measure[each.name], beside) for each in wanted)


def compared(person: PersonMeasure, first: Mapping[str, float], second: Mapping[str, float]) -> Compared:
    """The test between two groups, of each ``of``, ``mean`` and ``sd``."""
    if person.kind == "share":
        one, other = (Proportion(round(each["mean"] * each["of"]), int(each["of"])) for each in (first, second))
        return compare_proportions(one, other)
    before, after = (Mean(each["mean"], each["sd"], int(each["of"])) for each in (first, second))
    return compare_means(before, after)


def _finding(person: PersonMeasure, table: pd.DataFrame, reported: Mapping[str, Reported]) -> Finding:
    fewest = int(table["of"].min())
    if fewest < 2:
        plan = table.loc[table["of"] == fewest, "plan"].iloc[0]
        raise RequestError(
            f"'{person.name}' is known of {fewest} people in a study of plan '{plan}': draw more, or leave it out"
        )
    sides = [table[table["group"] == group].sort_values("study") for group in (1, 2)]
    records = [side[["of", "mean", "sd"]].to_dict(orient="records") for side in sides]
    tests = [compared(person, one, other) for one, other in zip(*records, strict=True)]
    differences = np.array([each.difference for each in tests])
    p_values = np.array([each.p_value for each in tests])
    found, low, high = power(p_values.tolist(), SIGNIFICANT)
    truth = mean_interval(sides[1]["everyone"].to_numpy() - sides[0]["everyone"].to_numpy())
    significant = p_values < SIGNIFICANT
    known = truth.excludes_zero
    wrong = int(np.count_nonzero(significant & (np.sign(differences) != np.sign(truth.mean)))) if known else None
    overstates = float("nan")
    if known and significant.any():
        overstates = float(np.abs(differences[significant]).mean() / abs(truth.mean))
    other = reported.get(person.name)
    as_large = None
    if other is not None:
        there = np.sign(other.effect) * np.array([effect_size(each) for each in tests])
        as_large = Proportion(int(np.count_nonzero(there >= abs(other.effect))), len(tests))
    return Finding(
        person, tests[0], differences, p_values, found, low, high, truth, wrong, overstates,
        *_spread(differences, np.array([stated_error(each) for each in tests])), as_large,
    )  # fmt: skip


def stated_error(test: Compared) -> float:
    """The standard error a study states of its difference: √(p₁(1-p₁)/n₁ + p₂(1-p₂)/n₂), or √(s₁²/n₁ + s₂²/n₂)."""
    if isinstance(test, ProportionsCompared):
        return sqrt(sum(each.share * (1.0 - each.share) / each.of for each in (test.first, test.second)))
    return sqrt(sum(each.sd**2 / each.of for each in (test.first, test.second)))


def _spread(differences: Floats, errors: Floats) -> tuple[float, float, float]:
    """Standard deviation of the studies over the error they state, with the 99 % interval that chance allows."""
    stated, degrees = float(np.sqrt((errors**2).mean())), len(differences) - 1
    if degrees < 1 or stated == 0.0:
        return float("nan"), float("nan"), float("nan")
    ratio = float(differences.std(ddof=1)) / stated
    ends = stats.chi2.ppf([1.0 - SURE / 2.0, SURE / 2.0], degrees)
    low, high = (ratio * np.sqrt(degrees / ends)).tolist()
    return ratio, low, high
