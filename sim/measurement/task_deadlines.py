"""Deadlines of tasks and of their steps: how many were kept, day by day.

In go each day's encounters and who is still inside; out come the day's columns behind the measures. A deadline is
counted once: on the day the work ends, or on the day it passes, whichever is first, so nothing that is stuck goes
uncounted. Visits lost before their end were not done in time.
"""

from __future__ import annotations

from math import inf

import numpy as np
from numpy.typing import NDArray

from sim.calendar import MINUTES_PER_DAY
from sim.measures import Measure
from sim.scenario.document import Document
from sim.scenario.units import text_in
from sim.service.outcome import Outcome
from sim.service.plant import Plant
from sim.service.records import Encounters, FacilityState

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

IN_TIME = "in_time_"
OVER_LIMIT = "over_limit_"


def deadline_measures(document: Document) -> list[Measure]:
    """The measures of every deadline and limit of a document, task by task: shares of those counted."""
    found = []
    for name, task in document.service.tasks.items():
        title = name.replace("_", " ") if task.title is None else text_in(task.title)
        if task.within is not None:
            found.append(_share(f"{IN_TIME}{name}", f"{title} within {_time(task.within)}", "higher"))
        for each, step in task.steps.items():
            words = f"{title}: {each.replace('_', ' ')}"
            if step.within is not None:
                found.append(_share(f"{IN_TIME}{name}.{each}", f"{words} within {_time(step.within)}", "higher"))
            last = step.never_above
            if last is not None:
                so = ", gone on by itself" if last.then == "goes on" else ""
                found.append(_share(f"{OVER_LIMIT}{name}.{each}", f"{words} above {_time(last.time)}{so}", "lower"))
    return found


def _share(name: str, title: str, better: str) -> Measure:
    higher = better == "higher"
    return Measure(name, title, "share", "ratio", "higher" if higher else "lower", 3, f"kept_{name}", f"counted_{name}")


def _time(minutes: float) -> str:
    return f"{minutes / MINUTES_PER_DAY:g} days" if minutes >= MINUTES_PER_DAY else f"{minutes:g} min"


def deadlines_of_processes(document: Document, plant: Plant) -> Floats | None:
    """Minutes promised from arrival to the end of each process, (processes,), inf where none; None: nowhere."""
    promised = np.full(len(plant.facility.processes), inf)
    for name, task in document.service.tasks.items():
        if task.within is not None:
            promised[list(plant.of_task[name].values())] = task.within
    return promised if np.isfinite(promised).any() else None


class Deadlines:
    """The deadlines of one version of the document, to count a day's with."""

    def __init__(self, document: Document, plant: Plant) -> None:
        self._plant = plant
        self._tasks = [(name, task) for name, task in document.service.tasks.items() if task.within is not None]
        self._steps: list[tuple[str, int, int, float]] = []
        for name, task in document.service.tasks.items():
            process = next(iter(plant.of_task[name].values()))
            for number, (each, step) in enumerate(task.steps.items()):
                if step.within is not None:
                    self._steps.append((f"{IN_TIME}{name}.{each}", process, number, step.within))
                if step.never_above is not None:
                    self._steps.append((f"{OVER_LIMIT}{name}.{each}", process, number, step.never_above.time))

    @property
    def any(self) -> bool:
        """Whether there is anything to count."""
        return bool(self._tasks or self._steps)

    def columns(self, encounters: Encounters, state: FacilityState, day: int) -> dict[str, float]:
        """Kept and counted today, of each measure; `state` is that of midnight, after the day."""
        window = float(day * MINUTES_PER_DAY), float((day + 1) * MINUTES_PER_DAY)
        found: dict[str, float] = {}
        inside = state.visits
        for name, task in self._tasks:
            assert task.within is not None  # only those are kept
            processes = list(self._plant.of_task[name].values())
            ended, still = np.isin(encounters.process, processes), np.isin(inside.process, processes)
            found |= _count(
                f"{IN_TIME}{name}",
                task.within,
                window,
                encounters.arrived[ended],
                encounters.ended[ended],
                encounters.outcome[ended] == int(Outcome.SERVED),
                inside.arrived[still],
            )
        stages = encounters.stages
        for name, process, step, limit in self._steps:
            done = (stages.process == process) & (stages.step == step)
            here = (inside.process == process) & (inside.step == step)
            outcome = stages.outcome[done]
            found |= _count(
                name,
                limit,
                window,
                stages.reached[done],
                stages.ended[done],
                outcome == int(Outcome.SERVED),
                inside.reached[here],
            )
        return found


def _count(
    name: str,
    limit: float,
    window: tuple[float, float],
    began: Floats,
    ended: Floats,
    served: NDArray[np.bool_],
    still: Floats,
) -> dict[str, float]:
    """What today counts of one deadline of `limit` minutes.

    began, ended, served: of work that ended today; still: when work began that has not ended. A measure of what goes
    over its limit counts what is not kept.
    """
    start, end = window
    due = began + limit
    new = due >= start  # else it passed on an earlier day, and was counted then
    kept = int(np.count_nonzero(new & served & (ended <= due)))
    passed = still + limit
    counted = int(np.count_nonzero(new)) + int(np.count_nonzero((passed >= start) & (passed < end)))
    if name.startswith(OVER_LIMIT):
        kept = counted - kept
    return {f"kept_{name}": kept, f"counted_{name}": counted}
