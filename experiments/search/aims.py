"""What an optimisation wants: a measure, and whether its mean or the mean of its worst runs is to be made better.

In go the values of a plan and of the baseline on the same luck; out come the level and the gain with their intervals.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.comparing.intervals import LEVEL, Interval, mean_interval, paired_interval
from experiments.stressing.risk import conditional_value_at_risk_difference, conditional_value_at_risk_interval
from sim.errors import RequestError
from sim.measures import Measure

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Aim:
    """One objective; ``tail`` is the share of worst runs whose mean counts, None when it is the mean of all."""

    measure: Measure
    tail: float | None = None

    def __post_init__(self) -> None:
        if self.measure.better == "neither":
            raise RequestError(
                f"'{self.measure.name}' is neither better high nor better low, so nothing can be best by it; "
                "limit it with a constraint instead"
            )

    @property
    def higher_is_better(self) -> bool:
        return self.measure.better == "higher"

    def level(self, values: Numbers, level: float = LEVEL) -> Interval:
        """Mean, or mean of the worst runs, in the measure's unit."""
        if self.tail is None:
            return mean_interval(values, level)
        return conditional_value_at_risk_interval(
            values, self.tail, level=level, higher_is_better=self.higher_is_better
        )

    def change(self, values: Numbers, other: Numbers, level: float = LEVEL) -> Interval:
        """The level less that of ``other`` on the same replications, in the measure's unit."""
        if self.tail is None:
            return paired_interval(values, other, level)
        return conditional_value_at_risk_difference(
            values, other, self.tail, level=level, higher_is_better=self.higher_is_better
        )

    def gain(self, change: float) -> float:
        """The change with the sign that makes more of it better."""
        return change if self.higher_is_better else -change


def not_dominated(gains: Numbers) -> NDArray[np.bool_]:
    """Which rows no other row beats: none is at least as good in every column and better in one (Pareto 1906).

    ``gains`` has shape (settings, objectives), more is better; the result has shape (settings,).
    """
    at_least = np.all(gains[:, np.newaxis, :] <= gains[np.newaxis, :, :], axis=2)
    better = np.any(gains[:, np.newaxis, :] < gains[np.newaxis, :, :], axis=2)
    return np.asarray(~np.any(at_least & better, axis=1))


def balanced(gains: Numbers) -> int:
    """The row whose worst column, scaled to the column's range, is best: the compromise (Wierzbicki 1980)."""
    span = np.ptp(gains, axis=0)
    scaled = (gains - gains.min(axis=0)) / np.where(span > 0.0, span, 1.0)
    return int(scaled.min(axis=1).argmax())


def spread_out(gains: Numbers, count: int) -> list[int]:
    """``count`` rows that span all: the best in each column, then always the one farthest from those taken.

    Each column is scaled to its own range first; ties go to the first row.
    """
    if len(gains) <= count:
        return list(range(len(gains)))
    span = np.ptp(gains, axis=0)
    scaled = (gains - gains.min(axis=0)) / np.where(span > 0.0, span, 1.0)
    taken = list(dict.fromkeys(int(scaled[:, column].argmax()) for column in range(gains.shape[1])))[:count]
    while len(taken) < count:
        away = np.abs(scaled[:, np.newaxis, :] - scaled[np.newaxis, taken, :]).sum(axis=2).min(axis=1)
        taken.append(int(away.argmax()))
    return sorted(taken)
