"""How far chance alone could move a number: intervals for means and for paired differences.

In go arrays with one value a replication; out come a mean with its interval, the chance that each plan is the best, and
the regret of choosing it. Every interval is Student's t over replications (Law 2015, *Simulation Modeling and
Analysis*, eq. 4.12; paired: section 10.2.1).
"""

from dataclasses import dataclass
from functools import cache
from math import comb, nan, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with the limits chance allows it; limits are NaN when one replication gives no measure of chance."""

    mean: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        return (self.high - self.low) / 2.0

    @property
    def excludes_zero(self) -> bool:
        """Whether every value inside has the same sign; an interval of exactly zero does not."""
        return bool(self.low > 0.0 or self.high < 0.0)


UNDEFINED = Interval(nan, nan, nan)


@cache
def t_quantile(replications: int, level: float = LEVEL) -> float:
    """Two-sided quantile of Student's t with ``replications - 1`` degrees of freedom."""
    return float(special.stdtrit(replications - 1, 0.5 + level / 2.0))


def simultaneous(level: float, comparisons: int) -> float:
    """Level of each of several intervals so that all are true together with at least ``level`` (Bonferroni 1936)."""
    return 1.0 - (1.0 - level) / max(1, comparisons)


def pairs(plans: int) -> int:
    """Number of comparisons when any of the plans may turn out to be the best: every pair."""
    return comb(plans, 2)


def mean_interval(values: ArrayLike, level: float = LEVEL) -> Interval:
    """Mean over replications with its t interval; undefined as soon as one replication leaves the measure undefined.

    A measure may be undefined in a run (the mean wait of a day nobody came). Averaging the rest would compare plans on
    different replications, so the answer is then ``UNDEFINED`` rather than a number.
    """
    sample = np.asarray(values, dtype=np.float64)
    if sample.size == 0 or not np.isfinite(sample).all():
        return UNDEFINED
    mean = float(sample.mean())
    if sample.size == 1:
        return Interval(mean, nan, nan)
    half = t_quantile(sample.size, level) * float(sample.std(ddof=1)) / sqrt(sample.size)
    return Interval(mean, mean - half, mean + half)


def paired_interval(plan: ArrayLike, other: ArrayLike, level: float = LEVEL) -> Interval:
    """Mean of ``plan - other`` replication by replication, with its t interval."""
    return mean_interval(np.asarray(plan, dtype=np.float64) - np.asarray(other, dtype=np.float64), level)


def interval_with_assumptions(stated: ArrayLike, drawn: ArrayLike, level: float = LEVEL) -> Interval:
    """Interval of an expected difference when assumed numbers may lie anywhere in their ranges (luck + assumptions).

    ``stated`` holds the paired differences at the stated values, ``drawn`` those of the same replications - the same
    luck - with the assumptions drawn. The interval is ``mean(drawn) +- t sqrt(tau^2 + s_drawn^2 / n)``: the second term
    is luck and vanishes with more replications; ``tau^2`` is the spread of the expected difference between worlds and
    does not. It is estimated by the variance of ``drawn - stated``, where common luck cancels; luck that does not
    cancel can only widen it, and it is never taken larger than the whole variance of ``drawn``.
    """
    at_stated = np.asarray(stated, dtype=np.float64)
    in_worlds = np.asarray(drawn, dtype=np.float64)
    if in_worlds.size < 2 or not (np.isfinite(in_worlds).all() and np.isfinite(at_stated).all()):
        return mean_interval(in_worlds, level)
    mean = float(in_worlds.mean())
    total = float(in_worlds.var(ddof=1))
    between_worlds = min(float((in_worlds - at_stated).var(ddof=1)), total)
    half = t_quantile(in_worlds.size, level) * sqrt(between_worlds + total / in_worlds.size)
    return Interval(mean, mean - half, mean + half)


def chance_best(values: NDArray[np.float64], *, higher_is_better: bool = True) -> NDArray[np.float64]:
    """Share of replications in which each plan is the best, ties split equally.

    ``values`` has shape (replications, plans); the result has shape (plans,) and sums to one.
    """
    score = values if higher_is_better else -values
    is_best = score == score.max(axis=1, keepdims=True)
    return np.asarray((is_best / is_best.sum(axis=1, keepdims=True)).mean(axis=0), dtype=np.float64)


def expected_regret(values: NDArray[np.float64], *, higher_is_better: bool = True) -> NDArray[np.float64]:
    """Mean over replications of what choosing each plan loses against the best plan of that replication.

    ``values`` has shape (replications, plans); the result has shape (plans,), is never negative, and has the unit of
    the measure (Savage 1951).
    """
    score = values if higher_is_better else -values
    return np.asarray((score.max(axis=1, keepdims=True) - score).mean(axis=0), dtype=np.float64)
