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

    @classmethod
    def of(cls, period: str, columns: dict[str, Floats], days: NDArray[np.int64]) -> PeriodTotals:
        """The totals over some days; `columns` hold a value for every day of the run."""
        values = np.array(list(columns.values()))[:, days]
        there = ~np.isnan(values)
        sums, counts = np.where(there, values, 0.0).sum(axis=1).tolist(), there.sum(axis=1).tolist()
        return cls(
            period, days.tolist(), dict(zip(columns, sums, strict=True)), dict(zip(columns, counts, strict=True))
        )

    def value(self, measure: Measure) -> float | None:
        """The measure over the period; NaN where nothing was there to measure, None where no day has its column."""
        if measure.kind == "spread":
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
        number, total = self.sums[counted], self.sums[f"{column}_sum"]
        if number < 2:
            return float("nan")
        squares = self.sums[f"{column}_squares"] - total * (total / number)
        return sqrt(max(squares, 0.0) / (number - 1.0))
