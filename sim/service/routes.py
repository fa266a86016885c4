"""The way each visit will take through its process: step by step, sent back where work has to be done again.

In go the process of each visit and its luck; out come the steps with their service times, laid out before the event
loop begins. A visit takes as much memory as it has steps to go.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.service.stations import Process

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

Luck = Callable[[int, Integers], Floats]
"""Uniforms (k, 2 * longest process) for the k-th time each step of some visits is done: (time, positions of the k
visits, rising). The left half is for service times, the right half says whether a visit is sent back. Asked for once a
time, from 0 up."""


@dataclass(frozen=True, slots=True, eq=False)
class Routes:
    """The steps of n visits, one visit after the other.

    length: int64[n], steps to go, at least 1; step: int64[total], the step of the process; minutes: float64[total],
    the service time there
    """

    length: Integers
    step: Integers
    minutes: Floats

    def __post_init__(self) -> None:
        total = int(self.length.sum())
        if len(self.step) != total or len(self.minutes) != total:
            raise ValueError(f"routes of {total} steps come with {len(self.step)} steps and {len(self.minutes)} times")
        if len(self.length) and self.length.min() < 1:
            raise ValueError("a visit has no steps")

    def __len__(self) -> int:
        return len(self.length)

    @property
    def start(self) -> Integers:
        """Where the steps of each visit begin, (n,)."""
        return np.cumsum(self.length) - self.length

    def take(self, rows: NDArray[np.int64] | NDArray[np.intp] | NDArray[np.bool_]) -> Routes:
        """The routes of `rows` (positions or a mask), in that order."""
        length, start = self.length[rows], self.start[rows]
        # Where each visit's steps lay, less where they will lie, and then one after the other.
        chosen = np.repeat(start - (np.cumsum(length) - length), length)
        chosen += np.arange(len(chosen))
        return Routes(length, self.step[chosen], self.minutes[chosen])

    def followed_by(self, others: Routes) -> Routes:
        """These visits and then others."""
        return Routes(*(np.concatenate([getattr(self, name), getattr(others, name)]) for name in self.__slots__))

    def extended(self, visit: Integers, step: Integers, minutes: Floats) -> Routes:
        """These visits with further steps at the end of their way: one entry each, `visit` its position, rising."""
        at = np.cumsum(self.length)[visit]
        length = self.length + np.bincount(visit, minlength=len(self))
        return Routes(length, np.insert(self.step, at, step), np.insert(self.minutes, at, minutes))

    @classmethod
    def none(cls) -> Routes:
        """No visits."""
        return cls(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))


def straight(processes: Sequence[Process], process: Integers, uniforms: Floats) -> Routes:
    """Routes of visits that are never sent back: each step of `process` (n,) once.

    uniforms: float64[n, >= steps of the longest process] in (0, 1), one for the service time of each step
    """
    steps = np.array([len(each.steps) for each in processes], np.int64)
    length = steps[process]
    if uniforms.ndim != 2 or uniforms.shape[1] < steps.max(initial=1):
        raise ValueError(f"uniforms need a column for each of {steps.max(initial=1)} steps")
    if steps.max(initial=1) == 1:
        step = np.zeros(len(process), np.int64)
        return Routes(length, step, _service_times(processes, process, step, uniforms[:, 0]))
    within = np.arange(uniforms.shape[1]) < length[:, np.newaxis]
    step = np.nonzero(within)[1]
    times = _service_times(processes, np.repeat(process, length), step, uniforms[within])
    return Routes(length, step, times)


def lay_out(processes: Sequence[Process], process: Integers, luck: Luck) -> Routes:
    """Routes of visits that may be sent back: after a step with `again`, with its chance, to the step it names.

    The luck of a step depends only on which step it is and how often it has been done, so a plan that sends back less
    often leaves the other steps as they were. Ends with probability 1, since an `again` without a cap has a chance
    below 1.
    """
    chance, back_to, cap = _decisions(processes)
    last = np.array([len(each.steps) for each in processes], np.int64)
    n, width = len(process), chance.shape[1]
    at = np.zeros(n, np.int64)
    done, sent_back = np.zeros((n, width), np.int64), np.zeros((n, width), np.int64)
    parts: list[tuple[Integers, Integers, Floats]] = []
    at_hand: list[tuple[Integers, Floats]] = []  # for each time: the row of every visit in the luck drawn, and the luck
    under_way = np.arange(n)
    # Everyone goes on until a step must be done more often than there is luck for; those who stall get the next luck.
    while len(under_way):
        row = np.full(n, -1)
        row[under_way] = np.arange(len(under_way))
        at_hand.append((row, luck(len(at_hand), under_way)))
        stalled: list[Integers] = []
        while len(under_way):
            waits = done[under_way, at[under_way]] >= len(at_hand)
            stalled.append(under_way[waits])
            under_way = under_way[~waits]
            step, kind = at[under_way], process[under_way]
            service, decision = _take(at_hand, under_way, step, done[under_way, step])
            parts.append((under_way, step, service))
            done[under_way, step] += 1
            back = (decision < chance[kind, step]) & (sent_back[under_way, step] < cap[kind, step])
            sent_back[under_way, step] += back
            at[under_way] = np.where(back, back_to[kind, step], step + 1)
            under_way = under_way[at[under_way] < last[kind]]
        under_way = np.sort(np.concatenate(stalled))
    if not parts:
        return Routes.none()
    visit, step, service = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(visit, kind="stable")
    visit, step = visit[order], step[order]
    times = _service_times(processes, process[visit], step, service[order])
    return Routes(np.bincount(visit, minlength=n), step, times)


def _take(at_hand: list[tuple[Integers, Floats]], visits: Integers, step: Integers, time: Integers) -> list[Floats]:
    """Luck of the service and of what comes after it, for visits at a step they have done `time` times before."""
    if len(at_hand) == 1:
        row, table = at_hand[0]
        place, width = row[visits], table.shape[1] // 2
        return [table[place, step], table[place, width + step]]
    taken = [np.empty(len(visits)), np.empty(len(visits))]
    for each, (row, table) in enumerate(at_hand):
        now = time == each
        place, width = row[visits[now]], table.shape[1] // 2
        for column, uniforms in enumerate(taken):
            uniforms[now] = table[place, column * width + step[now]]
    return taken


def _decisions(processes: Sequence[Process]) -> tuple[Floats, Integers, Integers]:
    """Of each process and step: the chance of being sent back, to which step, and at most how often."""
    shape = len(processes), max((len(each.steps) for each in processes), default=1)
    chance, back_to = np.zeros(shape), np.zeros(shape, np.int64)
    cap = np.zeros(shape, np.int64)
    for row, process in enumerate(processes):
        for column, step in enumerate(process.steps):
            if step.again is not None:
                chance[row, column], back_to[row, column] = step.again.chance, step.again.back_to
                cap[row, column] = np.iinfo(np.int64).max if step.again.at_most is None else step.again.at_most
    return chance, back_to, cap


def _service_times(processes: Sequence[Process], process: Integers, step: Integers, uniforms: Floats) -> Floats:
    """Service times by inverse distribution function, (n,), for steps of processes and a uniform each."""
    longest = max((len(each.steps) for each in processes), default=1)
    if len(processes) == longest == 1:
        return processes[0].steps[0].service.quantile(uniforms)
    kind = process * longest + step
    times = np.empty(len(kind))
    order = np.argsort(kind.astype(np.min_scalar_type(len(processes) * longest)), kind="stable")  # a radix sort
    end = 0
    for which, count in enumerate(np.bincount(kind, minlength=1).tolist()):
        start, end = end, end + count
        if count:
            rows = order[start:end]
            times[rows] = processes[which // longest].steps[which % longest].service.quantile(uniforms[rows])
    return times
