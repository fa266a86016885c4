"""Totals of the days of one period, from which its measures are read.

The daily columns and the days of the period go in; sums over the days come out, and from them any measure that its
catalogue entry describes: a flow is added up, a stock averaged, a ratio is a sum over a sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from sim.measures import Measure

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PeriodTotals:
    """Sums and numbers of values of each daily column over `days`, days without a value (NaN) left out."""

    period: str
    days: list[int]
    sums: dict[str, float]
    counts: dict[str, int]
    squares: dict[str, float]

    @classmethod
    def of(cls, period: str, columns: dict[str, Floats], days: NDArray[np.int64]) -> PeriodTotals:
        """The totals over some days; `columns` hold a value for every day of the run."""
        values = np.array(list(columns.values()))[:, days]
        there = ~np.isnan(values)
        known = np.where(there, values, 0.0)
        found = (known.sum(axis=1), there.sum(axis=1), (known * known).sum(axis=1))
        sums, counts, squares = (dict(zip(columns, each.tolist(), strict=True)) for each in found)
        return cls(period, days.tolist(), sums, counts, squares)

    def value(self, measure: Measure) -> float | None:
        """The measure over the period; NaN where nothing was there to measure, None where no day has its column."""
        if measure.kind == "spread":
            if not measure.denominator:
                return self._between_days(measure.column)
            return self._spread(measure.column, measure.denominator)
        if measure.column not in self.sums:
            return 0.0 if measure.kind == "flow" else None
        total = self.sums[measure.column]
        if measure.kind == "flow":
            return total
        if measure.kind == "stock":
            days = self.counts[measure.column]
            return total / days if days else float("nan")
        if measure.denominator not in self.sums:
            return None
        below = self.sums[measure.denominator]
        return total / below if below else float("nan")

    def _spread(self, column: str, counted: str) -> float:
        """Standard deviation of all single values, from their sums and squares; NaN for fewer than two."""
        return _deviation(self.sums[counted], self.sums[f"{column}_sum"], self.sums[f"{column}_squares"])

    def _between_days(self, column: str) -> float | None:
        """Standard deviation of the column's values, one a day; NaN for fewer than two days, None without it."""
        if column not in self.sums:
            return None
        return _deviation(self.counts[column], self.sums[column], self.squares[column])


def _deviation(number: float, total: float, squares: float) -> float:
    """The sample standard deviation (n - 1) from sums of n values and of their squares."""
    if number < 2:
        return float("nan")
    return sqrt(max(squares - total * (total / number), 0.0) / (number - 1.0))
