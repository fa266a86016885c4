"""Appointments as columns, and the windows in which they can be had.

A `Diary` keeps every appointment that is open; `Windows` are the rules of one version of the document. Needs and free
places go in, the window each customer gets comes out. `day/appointments.py` books, sends and settles them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import MINUTES_PER_DAY
from sim.columns import Columns
from sim.scenario.appointments import Appointment
from sim.scenario.document import Document
from sim.scenario.section import WEEKDAYS
from sim.service.plant import Plant

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

BOOKED: Final = 0
BEGUN: Final = 1
"""Where an appointment is: promised for its day, or begun on it and not yet done."""

NO_WINDOW: Final = -1
NO_SHOW, ARRIVAL, PATIENCE, SERVICE = range(4)
"""Columns of the luck of an appointment; from `SERVICE` on, the service time of each step."""


BY_SITE: Final = {
    "booked": "appointments_booked",
    "kept": "appointments_kept",
    "late": "appointments_late",
    "missed": "appointments_missed",
    "no-show": "no_shows",
    "turned away": "appointments_turned_away",
}
"""News of appointments that are counted by site, and the columns they are counted in."""


class DiaryNews(NamedTuple):
    """What happened to some appointments: in a word, whose they are, and their windows in minutes from day 0."""

    word: str
    rows: Integers
    start: Floats
    end: Floats


@dataclass(eq=False)
class Diary(Columns):
    """k open appointments, in the order of customers, one a customer.

    rows: the customers; need: index of the need; process: the way through its task; pool: where its first step is done
    opened: the day of the need; day: the day promised; window: number of the window in `Windows`
    start, end: minutes of the window, from the midnight of day 0; missed: times it has been missed so far
    state: `BOOKED` or `BEGUN`; late: begun after the window; unfelt: minutes before the wait that customers count
    luck: uniforms (k, 3 + steps), of the day of the need but for the first two of an appointment made anew
    """

    rows: Integers
    need: Integers
    process: Integers
    pool: Integers
    opened: Integers
    day: Integers
    window: Integers
    start: Floats
    end: Floats
    missed: Integers
    state: Integers
    late: Flags
    unfelt: Floats
    luck: Floats

    @classmethod
    def none(cls) -> Diary:
        """Nobody has an appointment."""
        whole, real, flags = np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.bool_)
        return cls(
            whole, whole, whole, whole, whole, whole, whole, real, real, whole, whole, flags, real, np.zeros((0, 0))
        )

    def news(self, word: str, which: Integers | Flags) -> DiaryNews:
        """What happened to some of these appointments."""
        return DiaryNews(word, self.rows[which], self.start[which], self.end[which])

    @property
    def open(self) -> int:
        """How many promises are neither kept nor broken yet."""
        return int(np.count_nonzero(self.state == BOOKED))


class Windows:
    """The appointments of one version of the document, by number of the window over all tasks.

    of_need: (needs,), number of the task by appointment a need brings, -1 for the others
    task: (windows,); start, end: (windows,), minutes after midnight; places, bookable: (windows,), by pool
    held: (windows, pools, 7), whether a window is held at a pool on a weekday
    """

    def __init__(self, document: Document, plant: Plant) -> None:
        tasks = {name: each.appointment for name, each in document.service.tasks.items() if each.appointment}
        self.names = list(tasks)
        self.terms: list[Appointment] = list(tasks.values())
        numbers = {name: number for number, name in enumerate(tasks)}
        needs = document.market.needs.values()
        self.of_need = np.array([numbers.get(need.task, -1) for need in needs], np.int64)
        windows = [(number, each) for number, terms in enumerate(self.terms) for each in terms.windows.values()]
        self.task = np.array([number for number, _ in windows], np.int64)
        self.start = np.array([each.hours.start for _, each in windows], np.float64)
        self.end = np.array([each.hours.end for _, each in windows], np.float64)
        self.places = np.array([each.places for _, each in windows], np.int64)
        self.bookable = np.array([self.terms[number].bookable(each) for number, each in windows], np.int64)
        self.held = np.zeros((len(windows), plant.facility.pools, 7), np.bool_)
        for number, (task, window) in enumerate(windows):
            for station in dict.fromkeys(
                plant.first_station[each] for each in plant.of_task[self.names[task]].values()
            ):
                for weekday, shift in enumerate(plant.shifts[station]):
                    if shift is None or (window.days is not None and WEEKDAYS[weekday] not in window.days):
                        continue
                    fits = shift.opens <= window.hours.start and window.hours.end <= shift.closes
                    self.held[number, plant.pool_of[station], weekday] = fits

    @classmethod
    def of(cls, document: Document, plant: Plant) -> Windows | None:
        """The windows of a document; None where no task is by appointment."""
        if all(task.appointment is None for task in document.service.tasks.values()):
            return None
        return cls(document, plant)

    def of_task(self, task: int) -> list[int]:
        """Windows of a task in the order of the day."""
        own = np.flatnonzero(self.task == task)
        return [int(each) for each in own[np.argsort(self.start[own], kind="stable")]]

    def draws(self, task: int) -> int:
        """Uniforms an appointment needs to be booked: to show up, to arrive, and for each window whether it suits."""
        terms = self.terms[task]
        return 2 + (len(terms.days_ahead) * len(terms.windows) if terms.accepts < 1.0 else 0)

    def assign(
        self, task: int, diary: Diary, day: int, weekday: int, called: Floats, pool: Integers, luck: Floats
    ) -> tuple[Integers, Integers]:
        """The window and the day each of k customers gets, (k,) each; `NO_WINDOW` where none is free that suits.

        called: minute of the day of each call (infinite: after all windows of the day); luck: uniforms
        (k, >= `draws`). Each in the order of calling takes the earliest window that suits and has a place. Going
        through the windows in order, and giving each to the first who call of those who still want one, comes to the
        same: nobody ever gives up a window for a later one.
        """
        found = np.full(len(called), NO_WINDOW)
        when = np.full(len(called), day)
        order = np.argsort(called, kind="stable")
        for slot, (ahead, window) in enumerate(self._slots(task)):
            if not len(order):
                break
            wanted = self.held[window, pool[order], (weekday + ahead) % 7]
            if ahead == 0:
                wanted &= called[order] <= self.start[window]
            if self.terms[task].accepts < 1.0:
                wanted &= luck[order, 2 + slot] < self.terms[task].accepts
            candidates = order[wanted]
            if not len(candidates):
                continue
            pools = self.held.shape[1]
            booked = (diary.window == window) & (diary.day == day + ahead)
            free = self.bookable[window] - np.bincount(diary.pool[booked], minlength=pools)
            served = candidates[_turn(pool[candidates]) < free[pool[candidates]]]
            found[served], when[served] = window, day + ahead
            order = order[found[order] == NO_WINDOW]
        return found, when

    def _slots(self, task: int) -> Iterator[tuple[int, int]]:
        """Days ahead and windows of a task that can be had, the earliest first."""
        windows = self.of_task(task)
        for ahead in self.terms[task].days_ahead:
            for window in windows:
                yield ahead, window

    def span(self, window: Integers, day: Integers) -> tuple[Floats, Floats]:
        """Start and end of windows on days, in minutes from the midnight of day 0."""
        midnight = day * float(MINUTES_PER_DAY)
        return midnight + self.start[window], midnight + self.end[window]

    def idle_places(self, weekday: int, window: Integers, pool: Integers) -> tuple[int, int]:
        """Places of all windows held on a weekday, and those to which nobody came; who came, by window and pool."""
        held = self.held[:, :, weekday]
        came = np.zeros(held.shape, np.int64)
        np.add.at(came, (window, pool), 1)
        left = np.maximum(self.places[:, np.newaxis] - came, 0)
        return int((held * self.places[:, np.newaxis]).sum()), int(left[held].sum())


def _turn(pool: Integers) -> Integers:
    """How many of the same pool come before each, (k,)."""
    order = np.argsort(pool, kind="stable")
    sorted_pools = pool[order]
    first = np.searchsorted(sorted_pools, sorted_pools, side="left")
    turn = np.empty(len(pool), np.int64)
    turn[order] = np.arange(len(pool)) - first
    return turn
