"""Deadlines in series, and deadlines nobody can keep: of complaint cases, and of tasks and their steps.

A document goes in; findings come out: what can never be kept is refused, what will sometimes not be is cautioned.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from sim.calendar import MINUTES_PER_DAY
from sim.distributions import TimeDistribution
from sim.scenario.document import Document
from sim.scenario.finding import Finding
from sim.scenario.section import WEEKDAYS
from sim.scenario.shifts import meeting_shift, shift
from sim.scenario.tasks import Step, Task
from sim.scenario.tree import TreePath

_LUCKIEST = 1e-9
"""Chance of a service time so short that it counts as the shortest there is."""


def in_series(
    place: TreePath, whole: float, steps: Sequence[tuple[str, float]], unit: str = "days"
) -> Iterator[Finding]:
    """A finding at `place` when the steps (name, time), one after the other, may take longer than the `whole`."""
    total = sum(days for _, days in steps)
    if total > whole + 1e-9:
        chain = " + ".join(f"{days:g}" for _, days in steps)
        names = " → ".join(name for name, _ in steps)
        sums = f"{chain} = {total:g}" if len(steps) > 1 else f"{total:g}"
        found = f"{whole:g} {unit} for the whole, and {sums} {unit} for {names}"
        yield Finding(place, found, "each step can be in time and the whole too late")


def of_cases(document: Document) -> Iterator[Finding]:
    """What a recovery section promises and cannot keep: levels in series, days off, words without effect."""
    recovery = document.service.recovery
    if recovery is None:
        return
    if recovery.channels and document.behaviour.complaining == "none":
        yield Finding(
            ("service", "recovery", "channels"), "nobody ever complains (behaviour.complaining)", "they stay idle"
        )
    timed = recovery.answer_within or any(stage.within for stage in recovery.stages.values())
    if recovery.takes_up == "any day in time" and not timed:
        found = "'any day in time', and neither answer_within nor within says how long that is"
        yield Finding(("service", "recovery", "takes_up"), found, "cases are taken up the next day")
    place = ("service", "recovery", "answer_within")
    above = [(name, level.within) for name, level in recovery.escalation.items() if level.within is not None]
    if recovery.answer_within is not None:
        chains = [
            [(name, channel.within), *above] if channel.within is not None else above
            for name, channel in recovery.channels.items()
        ]
        longest = max(chains, key=lambda chain: sum(days for _, days in chain), default=[])
        yield from in_series(place, recovery.answer_within, longest)
        for name, channel in recovery.channels.items():
            gap = _longest_gap(document, channel.at)
            if gap > recovery.answer_within:
                promised = f"an answer within {recovery.answer_within:g} days"
                found = f"{promised}, and up to {gap} until {channel.at} opens again after a complaint"
                yield Finding(("service", "recovery", "channels", name, "at"), found, "not every answer can be in time")


def _longest_gap(document: Document, station: str) -> int:
    """Days from a day to the next on which the station opens, at the most; 0 where it never opens."""
    section = document.service.stations[station]
    unlimited = document.service.capacity == "unlimited"
    opens = [shift(section, weekday, unlimited) is not None for weekday in range(len(WEEKDAYS))]
    if not any(opens):
        return 0
    return max(next(days for days in range(1, 8) if opens[(start + days) % 7]) for start in range(7))


def impossible_deadlines(document: Document) -> Iterator[Finding]:
    """Deadlines of tasks and steps that nobody can ever keep: shorter than the shortest the work takes."""
    for name, task in document.service.tasks.items():
        shortest = {each: _shortest(step.takes) for each, step in task.steps.items()}
        for each, step in task.steps.items():
            place = ("service", "tasks", name, "steps", each)
            if step.within is not None and step.within < shortest[each]:
                found = f"{_time(step.within)} for a step that takes {_time(shortest[each])} at the least"
                yield Finding((*place, "within"), found, "a time in which it can be done")
        whole = sum(shortest.values()) if task.steps else min(_shortest(each) for each in _takes(task))
        if task.within is not None and task.within < whole:
            found = f"{_time(task.within)} for work of {_time(whole)} at the least"
            yield Finding(("service", "tasks", name, "within"), found, "a time in which it can be done")


def of_tasks(document: Document) -> Iterator[Finding]:
    """Deadlines of tasks that will not always be kept whatever the staff do: in series, closed, or mostly too short."""
    for name, task in document.service.tasks.items():
        place = ("service", "tasks", name)
        timed = [(each, step.longest) for each, step in task.steps.items() if step.longest is not None]
        if task.within is not None and timed:
            unit = MINUTES_PER_DAY if max(task.within, *(time for _, time in timed)) >= MINUTES_PER_DAY else 1.0
            steps = [(each, minutes / unit) for each, minutes in timed]
            yield from in_series((*place, "within"), task.within / unit, steps, "minutes" if unit == 1.0 else "days")
        for position, (each, step) in enumerate(task.steps.items()):
            yield from _doubtful_step(document, (*place, "steps", each), step, position)


def _doubtful_step(document: Document, place: TreePath, step: Step, position: int) -> Iterator[Finding]:
    if step.within is None:
        return
    usual = float(step.takes.quantile(np.array([0.5]))[0])
    if usual > step.within >= _shortest(step.takes):
        found = f"{_time(step.within)} for a step whose work takes {_time(usual)} or more half of the time"
        yield Finding((*place, "within"), found, "more than half will be late however soon they are begun")
        return
    closed = _longest_wait_for_doors(document, step, position)
    if closed > step.within:
        kind = "meets" if step.at in document.service.meetings else "opens"
        found = f"{_time(step.within)}, and up to {_time(closed)} until {step.at} {kind} again"
        yield Finding((*place, "within"), found, "who comes at the wrong time cannot be in time")


def _longest_wait_for_doors(document: Document, step: Step, position: int) -> float:
    """Minutes from a meeting to the next, or from closing to opening where work waits for it; the longest of a week."""
    service = document.service
    if step.at in service.meetings:
        meeting = service.meetings[step.at]
        shifts = [meeting_shift(meeting, weekday) for weekday in range(7)]
    elif step.at is not None:
        station = service.stations[step.at]
        if position == 0 or station.at_closing not in ("carry over", "put down"):
            return 0.0  # who comes first comes in opening hours; nobody waits elsewhere over night
        shifts = [shift(station, weekday, service.capacity == "unlimited") for weekday in range(7)]
    else:
        return 0.0
    spans = [
        (day * MINUTES_PER_DAY + each.opens, day * MINUTES_PER_DAY + each.closes)
        for day, each in enumerate(shifts)
        if each is not None
    ]
    if not spans:
        return 0.0
    following = [*spans[1:], (spans[0][0] + 7 * MINUTES_PER_DAY, 0.0)]
    return max(opens - closes for (_, closes), (opens, _) in zip(spans, following, strict=True))


def _takes(task: Task) -> list[TimeDistribution]:
    return [each for each in (task.takes, *task.takes_at.values()) if each is not None]


def _shortest(takes: TimeDistribution) -> float:
    """The least minutes the work takes, but for one time in a milliard."""
    return float(takes.quantile(np.array([_LUCKIEST]))[0])


def _time(minutes: float) -> str:
    if minutes >= MINUTES_PER_DAY:
        return f"{minutes / MINUTES_PER_DAY:.3g} days"
    return f"{minutes / 60.0:.3g} hours" if minutes >= 120.0 else f"{minutes:.3g} min"
