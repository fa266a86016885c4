"""What a study of two groups would have reported: proportions, means with their spread, and the tests between them.

Counts or means of two cohorts go in, observed or simulated at the sizes of a real study; differences with their
intervals and p-values come out, and of many simulated studies, how often one of that size finds a difference at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy import stats

from sim.errors import RequestError

SMALLEST_EXPECTED = 5.0
"""Below this expected count in a cell chi-square is not to be trusted (Cochran 1954): Fisher's exact test decides."""


@dataclass(frozen=True)
class Proportion:
    """So many of so many. Raises RequestError for counts that cannot be."""

    hits: int
    of: int

    def __post_init__(self) -> None:
        if self.of < 1 or not 0 <= self.hits <= self.of:
            raise RequestError(
                f"{self.hits} of {self.of} is no proportion: 0 to the number of people, who are 1 or more"
            )

    @property
    def share(self) -> float:
        """The observed share, 0-1."""
        return self.hits / self.of

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Clopper & Pearson's (1934) exact interval of the share."""
        found = stats.binomtest(self.hits, self.of).proportion_ci(confidence_level=level, method="exact")
        return float(found.low), float(found.high)


@dataclass(frozen=True)
class Mean:
    """A mean with the standard deviation between people, of so many. Raises RequestError for what cannot be."""

    mean: float
    sd: float
    of: int

    def __post_init__(self) -> None:
        if self.of < 2 or not self.sd >= 0.0 or not np.isfinite(self.mean):
            raise RequestError(
                f"{self.mean} ± {self.sd} of {self.of} is no mean with its spread: 2 people or more, sd 0 or more"
            )

    @classmethod
    def of_values(cls, values: Sequence[float]) -> Mean:
        """Mean and sample standard deviation (n - 1) of the values, one a person."""
        return cls(float(np.mean(values)), float(np.std(values, ddof=1)), len(values))

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Student's interval of the mean."""
        half = float(stats.t.ppf(0.5 + level / 2.0, self.of - 1)) * self.sd / sqrt(self.of)
        return self.mean - half, self.mean + half


@dataclass(frozen=True)
class ProportionsCompared:
    """Two proportions: second less first, with Newcombe's (1998, method 10) interval, and both tests.

    chi_square: Pearson's, without correction for continuity; p_chi_square, p_fisher: two-sided; expected: the smallest
    expected count; decides: the test to go by, `chi-square` or `Fisher`
    """

    first: Proportion
    second: Proportion
    difference: float
    low: float
    high: float
    chi_square: float
    p_chi_square: float
    p_fisher: float
    expected: float

    @property
    def decides(self) -> str:
        """Which test to go by: Fisher's exact one where a count expected is below five."""
        return "Fisher" if self.expected < SMALLEST_EXPECTED else "chi-square"

    @property
    def p_value(self) -> float:
        """Of the test that decides."""
        return self.p_fisher if self.decides == "Fisher" else self.p_chi_square


@dataclass(frozen=True)
class MeansCompared:
    """Two means: second less first with Welch's (1947) interval, t, its degrees of freedom and two-sided p-value."""

    first: Mean
    second: Mean
    difference: float
    low: float
    high: float
    t: float
    degrees: float
    p_value: float


def compare_proportions(first: Proportion, second: Proportion, level: float = 0.95) -> ProportionsCompared:
    """Whether two shares differ.

    The interval is Newcombe's (1998, Statistics in Medicine 17:873-890, method 10), from the two intervals of Wilson.
    """
    table = np.array([[first.hits, first.of - first.hits], [second.hits, second.of - second.hits]])
    expected = stats.contingency.expected_freq(table)
    if (expected == 0.0).any():  # everybody or nobody in both: there is nothing to test
        chi_square, p_chi_square = 0.0, 1.0
    else:
        found = stats.chi2_contingency(table, correction=False)
        chi_square, p_chi_square = float(found.statistic), float(found.pvalue)
    wilson = [
        stats.binomtest(each.hits, each.of).proportion_ci(confidence_level=level, method="wilson")
        for each in (first, second)
    ]
    difference = second.share - first.share
    below = sqrt((second.share - wilson[1].low) ** 2 + (wilson[0].high - first.share) ** 2)
    above = sqrt((wilson[1].high - second.share) ** 2 + (first.share - wilson[0].low) ** 2)
    return ProportionsCompared(
        first,
        second,
        difference,
        difference - below,
        difference + above,
        chi_square,
        p_chi_square,
        float(stats.fisher_exact(table).pvalue),
        float(expected.min()),
    )


def compare_means(first: Mean, second: Mean, level: float = 0.95) -> MeansCompared:
    """Whether two means differ: Welch's t-test, which does not take the two spreads to be equal."""
    errors = first.sd**2 / first.of, second.sd**2 / second.of
    error, difference = sqrt(sum(errors)), second.mean - first.mean
    if error == 0.0:
        same = difference == 0.0
        return MeansCompared(
            first, second, difference, difference, difference, 0.0 if same else float(np.copysign(np.inf, difference)),
            float(first.of + second.of - 2), 1.0 if same else 0.0,
        )  # fmt: skip
    degrees = sum(errors) ** 2 / (errors[0] ** 2 / (first.of - 1) + errors[1] ** 2 / (second.of - 1))
    half = float(stats.t.ppf(0.5 + level / 2.0, degrees)) * error
    t = difference / error
    p_value = 2.0 * float(stats.t.sf(abs(t), degrees))
    return MeansCompared(first, second, difference, difference - half, difference + half, t, degrees, p_value)


def power(p_values: Sequence[float], level: float = 0.05) -> tuple[Proportion, float, float]:
    """Of studies simulated at the size of a real one, how many find a difference: the count and its 95 % interval."""
    found = Proportion(sum(p < level for p in p_values), len(p_values))
    return found, *found.interval()
