"""Cycle times: how long each task takes from arrival to its end, with mean, spread and percentiles.

In go the encounters of each day; out come the measures of a period. Counted are visits served to the end, on the day
they end; the time runs on through nights, meetings and what the customer has to do.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.calendar import MINUTES_PER_DAY
from sim.measures import CYCLE_STATISTICS, Measure, cycle_measure
from sim.scenario.document import Document
from sim.scenario.processes import expected_minutes
from sim.scenario.units import text_in
from sim.service.outcome import Outcome
from sim.service.plant import Plant
from sim.service.records import Encounters

Floats = NDArray[np.float64]

_LONG: Final = MINUTES_PER_DAY / 2.0
"""Minutes of work above which a task is measured in days; so are those promised in days, or with meetings or steps of
the customer."""


def cycle_measures(document: Document) -> list[Measure]:
    """The cycle-time measures of each task of a document, in its order."""
    found = []
    stations = document.service.stations
    for name, task in document.service.tasks.items():
        elsewhere = any(step.at not in stations for step in task.steps.values())
        promised = task.within is not None and task.within >= MINUTES_PER_DAY
        unit = "days" if elsewhere or promised or expected_minutes(task) > _LONG else "minutes"
        title = name.replace("_", " ") if task.title is None else text_in(task.title)
        found += [cycle_measure(name, title, unit, statistic) for statistic in CYCLE_STATISTICS]
    return found


class CycleTimes:
    """The cycle times of one run, kept by day."""

    def __init__(self, document: Document, plant: Plant) -> None:
        self.measures = {measure.name: measure for measure in cycle_measures(document)}
        self._tasks = tuple(document.service.tasks)
        self._task = np.full(len(plant.facility.processes), -1, np.int16)
        for number, name in enumerate(self._tasks):
            self._task[list(plant.of_task[name].values())] = number
        self._days: list[tuple[NDArray[np.int16], NDArray[np.float32]]] = []

    def add(self, encounters: Encounters) -> None:
        """Keep a day."""
        task = self._task[encounters.process]
        ended = (task >= 0) & (encounters.outcome == int(Outcome.SERVED))
        minutes = (encounters.ended - encounters.arrived)[ended]
        self._days.append((task[ended], minutes.astype(np.float32)))

    def over(self, days: list[int]) -> dict[str, float]:
        """Every cycle-time measure over some days, by name and in its unit; NaN when nobody finished."""
        tasks, minutes = (np.concatenate(parts) for parts in zip(*(self._days[day] for day in days), strict=True))
        found: dict[str, float] = {}
        for number, task in enumerate(self._tasks):
            taken = minutes[tasks == number].astype(np.float64)
            for statistic in CYCLE_STATISTICS:
                name = f"cycle_{statistic}_{task}"
                in_unit = taken / (MINUTES_PER_DAY if self.measures[name].unit == "days" else 1.0)
                found[name] = _statistic(statistic, in_unit)
        return found


def _statistic(statistic: str, values: Floats) -> float:
    if not len(values):
        return float("nan")
    if statistic == "mean":
        return float(values.mean())
    if statistic == "sd":
        return float(values.std())
    return float(np.quantile(values, float(statistic.removeprefix("p")) / 100.0))
