"""Plan against actual: what a target allots to each day, what was reached, and how the two stand by week or month.

A target of the document and the daily columns of a run go in; out comes a table with the first plan, the plan in force,
the actual, their difference and the progress against the schedule so far. A revision uses nothing of its own day or
later.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.calendar import Calendar
from sim.measures import Measure
from sim.scenario.document import Document
from sim.scenario.section import WEEKDAYS
from sim.scenario.targets import MONTHS, Target

Floats = NDArray[np.float64]


class Schedule:
    """One target as days of the run see it. `first`: (days of the run,), what the first plan allots to each;
    `in_force`: the same as revised, known for a day once the days before it are closed.

    An amount is spread by the parts of the months, and evenly over the working days of each; a level is the same daily.
    """

    def __init__(self, target: Target, calendar: Calendar, spread: bool) -> None:
        self._spread = spread
        self._weights, self._from = _weights(target), calendar.day(target.during.start)
        self._amount = target.amount
        self._revisions = {calendar.day(each.on): each.amount for each in target.revisions.values()}
        self._reached = 0.0
        self.covers = np.zeros(calendar.days, np.bool_)
        self.covers[max(self._from, 0) : max(self._from + len(self._weights), 0)] = True
        share = self._weights / self._weights.sum()
        self._planned = target.amount * share if spread else np.full(len(share), target.amount)
        self.first = self._of_run(calendar.days)
        for day in sorted(each for each in self._revisions if each < 0):
            self._revise(day)  # before the run: known to have reached what was planned until then
        self.in_force = self._of_run(calendar.days)

    def _of_run(self, days: int) -> Floats:
        found = np.zeros(days)
        at = np.arange(days) - self._from
        inside = (at >= 0) & (at < len(self._planned))
        found[inside] = self._planned[at[inside]]
        return found

    def open(self, day: int) -> float:
        """What is planned for a day of the run, after any revision that begins with it."""
        if day in self._revisions:
            self._revise(day)
            self.in_force = self._of_run(len(self.in_force))
        return float(self.in_force[day])

    def close(self, day: int, reached: float) -> None:
        """What was reached on a day."""
        if self.covers[day]:
            self._reached += reached

    def _revise(self, day: int) -> None:
        """From `day` on, what is missing to the new amount, over the days left by their parts; or a new level."""
        at = max(day - self._from, 0)
        amount = self._revisions[day]
        if not self._spread:
            self._planned[at:] = amount
            return
        before_run = self._planned[: max(-self._from, 0)][:at].sum()  # what was before the run is as planned
        left = self._weights[at:].sum()
        if left:
            missing = max(amount - before_run - self._reached, 0.0)
            self._planned[at:] = missing * self._weights[at:] / left


def _weights(target: Target) -> Floats:
    """The part of each day of a target: its month's, spread over the working days of that month."""
    dates = [target.during.start + timedelta(days=day) for day in range(target.during.days)]
    works = np.array([WEEKDAYS[each.weekday()] in target.days for each in dates], np.float64)
    if not works.any():
        works[:] = 1.0
    if not target.months:
        return works
    month = np.array([each.year * 12 + each.month - 1 for each in dates])
    found = np.zeros(len(dates))
    for which in np.unique(month).tolist():
        here = month == which
        days = works[here] if works[here].any() else np.ones(int(here.sum()))
        found[here] = target.months.get(MONTHS[which % 12], 0.0) * days / days.sum()
    return found if found.any() else works


def target_table(
    document: Document, calendar: Calendar, columns: Mapping[str, Floats], measures: Mapping[str, Measure]
) -> pd.DataFrame | None:
    """A row a target and calendar period of the run: target, period, first, last (dates), plan, in_force, actual,
    difference, progress (actual over schedule, both from the target's first day in the run to the period's last).

    In the unit of the measure; progress is a share. None where the document has no targets.
    """
    if not document.targets:
        return None
    rows: list[dict[str, Any]] = []
    for name, target in document.targets.items():
        measure = measures[target.measure]
        nothing = np.zeros(calendar.days)
        above = columns.get(measure.column, nothing)
        below = columns.get(measure.denominator, nothing) if measure.kind == "ratio" else None
        schedule = Schedule(target, calendar, measure.kind == "flow")
        for day in range(len(above)):
            schedule.open(day)
            schedule.close(day, float(above[day]))
        rows += _rows(name, target, calendar, schedule, measure, above, below)
    names = ("target", "period", "first", "last", "plan", "in_force", "actual", "difference", "progress")
    table = pd.DataFrame(rows, columns=pd.Index(names))
    return table.astype(dict.fromkeys(names[:4], "str") | dict.fromkeys(names[4:], "float64"))


def _rows(
    name: str,
    target: Target,
    calendar: Calendar,
    schedule: Schedule,
    measure: Measure,
    above: Floats,
    below: Floats | None,
) -> list[dict[str, Any]]:
    days = np.flatnonzero(schedule.covers[: len(above)])
    if not len(days):
        return []
    keys = [_period(calendar, int(day), target.by) for day in days]
    found = []
    for key in dict.fromkeys(keys):
        here = days[np.array([each == key for each in keys])]
        so_far = days[days <= here[-1]]
        plan, in_force = (_planned(each, here, measure) for each in (schedule.first, schedule.in_force))
        actual = _actual(above, below, here, measure)
        due, reached = _planned(schedule.in_force, so_far, measure), _actual(above, below, so_far, measure)
        found.append(
            {
                "target": name,
                "period": key,
                "first": calendar.date_of(int(here[0])).isoformat(),
                "last": calendar.date_of(int(here[-1])).isoformat(),
                "plan": plan,
                "in_force": in_force,
                "actual": actual,
                "difference": actual - in_force,
                "progress": reached / due if due else float("nan"),
            }
        )
    return found


def _period(calendar: Calendar, day: int, by: str) -> str:
    date = calendar.date_of(day)
    if by == "month":
        return f"{date.year}-{date.month:02d}"
    year, week, _ = date.isocalendar()
    return f"{year}-W{week:02d}"


def _planned(plan: Floats, days: NDArray[np.int64], measure: Measure) -> float:
    """The sum of a flow; the mean of a level."""
    return float(plan[days].sum() if measure.kind == "flow" else plan[days].mean())


def _actual(above: Floats, below: Floats | None, days: NDArray[np.int64], measure: Measure) -> float:
    total = np.nansum(above[days])
    if measure.kind == "flow":
        return float(total)
    counted = np.count_nonzero(~np.isnan(above[days])) if below is None else np.nansum(below[days])
    return float(total / counted) if counted else float("nan")
