"""What is looked at in a run for targets that are no plain period measure: single days, parts, causes of leaving.

Each `Look` is a measure and a cut; out come rows (period, measure, value) whose period is the cut's own label, so that
a study reads them as it reads the periods of a run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.measurement.period_totals import PeriodTotals
from sim.measures import Measure
from sim.results import RunResult

CALENDAR = ("day", "date", "period")


@dataclass(frozen=True)
class Visitors:
    """People who came for a task from ``low`` to ``high`` times in the campaign window; without ``high`` or more."""

    task: str
    low: int
    high: int | None

    def number(self, result: RunResult) -> float:
        """How many there are; those who never did are all the others of the market."""
        visits = result.activity[f"visits_{self.task}"]
        inside = (visits >= max(self.low, 1)) & (visits <= (visits.max() if self.high is None else self.high))
        idle = result.manifest["customers"] - int((visits > 0).sum()) if self.low == 0 else 0
        return float(inside.sum()) + idle


@dataclass(frozen=True)
class Look:
    """One measure under one cut. ``days``: first and last, from 0; ``part``: by, names, period; ``cause`` of leaving;
    ``visitors``: people by how often they came.

    Without any of them it is the measure of the period ``label`` itself.
    """

    measure: Measure
    label: str
    days: tuple[int, int] | None = None
    part: tuple[str, tuple[str, ...], str] | None = None
    cause: str | None = None
    visitors: Visitors | None = None

    @property
    def key(self) -> tuple[str, str]:
        """As a study asks for it: measure and period."""
        return self.measure.name, self.label

    @property
    def is_of_a_period(self) -> bool:
        return self.days is None and self.part is None and self.cause is None and self.visitors is None

    def value(self, result: RunResult, columns: Mapping[str, np.ndarray]) -> float:
        """NaN where the run has nothing to measure."""
        if self.days is not None:
            totals = PeriodTotals.of(self.label, dict(columns), np.arange(self.days[0], self.days[1] + 1))
            found = totals.value(self.measure)
            return float("nan") if found is None else found
        if self.cause is not None:
            left = result.causes.loc[result.causes["cause"] == self.cause, "left"]
            return float(left.sum())
        if self.visitors is not None:
            return self.visitors.number(result)
        assert self.part is not None
        by, parts, period = self.part
        table = result.breakdown
        rows = table[(table["by"] == by) & table["part"].isin(parts) & (table["period"] == period)]
        if len(rows) < len(parts):
            return float("nan")
        above = float(rows[self.measure.column or self.measure.name].sum(skipna=False))
        if not self.measure.denominator:
            return above
        below = float(rows[self.measure.denominator].sum(skipna=False))
        return above / below if below > 0.0 else float("nan")


@dataclass(frozen=True)
class TargetObserver:
    """Looks at every run in all the ways the targets ask for, whatever its plan: an `Observer` of experiments."""

    looks: tuple[Look, ...]

    @property
    def measures(self) -> Mapping[str, Measure]:
        return {look.measure.name: look.measure for look in self.looks}

    def seen(self, result: RunResult) -> pd.DataFrame:
        columns: dict[str, np.ndarray] = {}
        if any(look.days is not None for look in self.looks):
            daily = result.daily
            columns = {
                str(name): daily[name].to_numpy(dtype=np.float64) for name in daily.columns if name not in CALENDAR
            }
        rows = [(look.label, look.measure.name, look.value(result, columns)) for look in self.looks]
        table = pd.DataFrame(rows, columns=["period", "measure", "value"])
        return table.astype({"period": "str", "measure": "str", "value": "float64"})
