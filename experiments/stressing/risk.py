"""What the worst runs look like: the level the worst share of runs stays below, and their mean.

In go the values of a measure, one a run, and the share of runs that counts as bad (the tail); out come value at risk
and conditional value at risk with their intervals. Both are values of the measure itself, profit of a bad year say, not
losses: the lower tail of profit, the upper tail of a cost or a wait.
"""

from math import ceil, nan, sqrt
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from experiments.comparing.intervals import LEVEL, UNDEFINED, Interval, t_quantile
from sim.errors import RequestError

Numbers = NDArray[np.float64]

FEWEST_IN_TAIL: Final = 5
"""Runs of the tail below which no interval is given: their spread would itself be luck."""
_ROUNDING: Final = 1e-9  # 0.07 * 100 is a little more than 7, and the seventh value is meant


def check_tail(tail: float) -> float:
    """The share of runs that counts as bad, between 0 and 1; raises `RequestError` for any other."""
    if not 0.0 < tail < 1.0:
        raise RequestError(f"a tail of {tail:g} is no part of the runs: ask for a share between 0 and 1, such as 5%")
    return tail


def runs_needed(tail: float) -> int:
    """The fewest runs that leave enough in the tail for an interval: 100 for the worst 5 %."""
    return ceil(FEWEST_IN_TAIL / tail - _ROUNDING)


def value_at_risk(sample: ArrayLike, tail: float, *, higher_is_better: bool = True) -> float:
    """The value that the worst ``tail`` of the runs does not exceed: the ⌈n·tail⌉-th worst of n.

    The smallest value v of the sample with a share of at least ``tail`` at or below it; the other way round when lower
    is better. NaN as soon as one run leaves the measure undefined. Raises `RequestError` without runs.
    """
    worst_first = _worst_first(sample, higher_is_better)
    return float(worst_first[_place(worst_first.size, check_tail(tail)) - 1]) if worst_first.size else nan


def conditional_value_at_risk(sample: ArrayLike, tail: float, *, higher_is_better: bool = True) -> float:
    """Mean of the worst ``tail`` of the runs (Rockafellar & Uryasev 2000, eq. 4): v - mean(max(v - x, 0)) / tail.

    v is the value at risk. A run on the border of the tail counts with the part of it that belongs there (Rockafellar &
    Uryasev 2002). NaN as soon as one run leaves the measure undefined.
    """
    parts = tail_parts(sample, tail, higher_is_better=higher_is_better)
    return float(parts.mean())


def tail_parts(sample: ArrayLike, tail: float, *, higher_is_better: bool = True) -> Numbers:
    """What each run contributes to the conditional value at risk, shape (runs,): their mean is that value.

    v - max(v - x, 0) / tail for each value x, by which intervals and paired differences are those of a mean: to first
    order the error of v does not matter, because the mean of the tail is greatest there (Hong & Liu 2009, *Management
    Science* 55, theorem 3).
    """
    values = np.asarray(sample, dtype=np.float64)
    at_risk = value_at_risk(values, tail, higher_is_better=higher_is_better)
    if higher_is_better:
        return np.asarray(at_risk - np.maximum(at_risk - values, 0.0) / tail)
    return np.asarray(at_risk + np.maximum(values - at_risk, 0.0) / tail)


def conditional_value_at_risk_interval(
    sample: ArrayLike, tail: float, *, level: float = LEVEL, higher_is_better: bool = True
) -> Interval:
    """Mean of the worst runs with its asymptotic interval; limits are NaN with fewer than five runs in the tail."""
    return _interval(tail_parts(sample, tail, higher_is_better=higher_is_better), tail, level)


def conditional_value_at_risk_difference(
    plan: ArrayLike, other: ArrayLike, tail: float, *, level: float = LEVEL, higher_is_better: bool = True
) -> Interval:
    """How much better the worst runs of ``plan`` are than the worst of ``other``, on the same replications.

    Each plan has its own worst runs; what luck they share cancels in the interval as in any paired difference.
    """
    parts = [tail_parts(each, tail, higher_is_better=higher_is_better) for each in (plan, other)]
    return _interval(parts[0] - parts[1], tail, level)


def value_at_risk_interval(
    sample: ArrayLike, tail: float, *, level: float = LEVEL, higher_is_better: bool = True
) -> Interval:
    """Value at risk between two values of the sample, whatever the distribution (Conover 1999, section 3.2).

    How many of n runs fall into the tail is binomial; a limit is NaN where the sample has no run bad enough for it.
    """
    worst_first = _worst_first(sample, higher_is_better)
    at_risk = value_at_risk(sample, tail, higher_is_better=higher_is_better)
    if not np.isfinite(at_risk):
        return UNDEFINED
    count = stats.binom(worst_first.size, tail)
    low, high = int(count.ppf((1.0 - level) / 2.0)), int(count.ppf((1.0 + level) / 2.0)) + 1
    worst = float(worst_first[low - 1]) if low >= 1 else nan
    best = float(worst_first[high - 1]) if high <= worst_first.size else nan
    return Interval(at_risk, *((worst, best) if higher_is_better else (best, worst)))


def _interval(parts: Numbers, tail: float, level: float) -> Interval:
    mean = float(parts.mean())
    if not np.isfinite(mean):
        return UNDEFINED
    if parts.size < runs_needed(tail):
        return Interval(mean, nan, nan)
    half = t_quantile(parts.size, level) * float(parts.std(ddof=1)) / sqrt(parts.size)
    return Interval(mean, mean - half, mean + half)


def _worst_first(sample: ArrayLike, higher_is_better: bool) -> Numbers:
    values = np.asarray(sample, dtype=np.float64)
    if values.size == 0:
        raise RequestError("no runs, no tail: value at risk needs at least one")
    if not np.isfinite(values).all():
        return np.zeros(0)
    ordered = np.sort(values)
    return ordered if higher_is_better else ordered[::-1]


def _place(runs: int, tail: float) -> int:
    return min(runs, max(1, ceil(runs * tail - _ROUNDING)))
