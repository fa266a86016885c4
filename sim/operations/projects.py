"""Sudden projects: work that comes at random and takes people away from a station for a while.

In go the day, the projects a station's people may be called to, and the roster of those present; out comes the roster
of those who are left, with a line at each minute at which somebody goes or comes back. Who goes first finishes the
service in hand, as everybody does whose station has more at work than on duty.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import special

from sim.calendar import MINUTES_PER_DAY
from sim.scenario.people import Project
from sim.scenario.shifts import shift
from sim.service.records import StaffChanges

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass
class Duty:
    """Who is at one pool since some minute: people present, and the share of them on a break without cover."""

    present: int = 0
    on_break: float = 0.0

    def servers(self, taken: int) -> int:
        """Who is left at work when projects want `taken` people: of those who stay, the share on a break is away."""
        left = max(self.present - taken, 0)
        return left - int(self.on_break * left + 0.5)


@dataclass
class Projects:
    """The projects under way or to come at one station, each as (begin, end, people) in minutes, by pool.

    duty: who was there by the last line of the roster, by pool
    """

    spans: list[list[tuple[float, float, int]]] = field(default_factory=list)
    duty: list[Duty] = field(default_factory=list)

    @classmethod
    def of(cls, pools: int) -> Projects:
        """None yet."""
        return cls([[] for _ in range(pools)], [Duty() for _ in range(pools)])

    def taken(self, pool: int, at: float) -> int:
        """People that projects want at a minute."""
        return sum(people for begin, end, people in self.spans[pool] if begin <= at < end)

    def forget(self, before: float) -> None:
        """What is over matters no more."""
        self.spans = [[span for span in spans if span[1] > before] for spans in self.spans]

    def edges(self, pool: int, start: float, end: float) -> list[float]:
        """Minutes in [start, end) at which somebody goes or comes back, rising."""
        return sorted({edge for span in self.spans[pool] for edge in span[:2] if start <= edge < end})


def number_of_events(mean: float, luck: Floats) -> Integers:
    """Poisson numbers by inverse distribution function, (n,), for uniforms (n,)."""
    return np.asarray(np.ceil(special.pdtrik(luck, mean)), np.int64)


def begin_projects(market: Market, name: str, sections: dict[str, Project], projects: Projects) -> list[Integers]:
    """Today's projects at every pool of a station; how many of each of the sections come, by pool.

    One that comes while the station is closed begins at its next opening.
    """
    start, pools = float(market.day * MINUTES_PER_DAY), len(projects.spans)
    projects.forget(start)
    came = []
    for project, section in sections.items():
        identity = f"{name} {project}"
        numbers = number_of_events(section.comes, market.streams.numbers("projects", pools, identity, market.day))
        came.append(numbers)
        most = int(numbers.max(initial=0))
        if not most:
            continue
        luck = market.streams.numbers("project", most * pools * 2, identity, market.day).reshape(most, pools, 2)
        lasts = section.lasts.quantile(luck[:, :, 1].ravel()).reshape(most, pools)
        for pool, number in enumerate(numbers.tolist()):
            for which in range(number):
                minute = _next_open(market, name, float(luck[which, pool, 0]) * MINUTES_PER_DAY)
                if minute is not None:
                    begin = start + minute
                    projects.spans[pool].append((begin, begin + float(lasts[which, pool]), section.staff))
    return came


def _next_open(market: Market, name: str, minute: float) -> float | None:
    """The first minute from this one of today on at which the station is open; None if it is not for a week."""
    station = market.document.service.stations[name]
    for days in range(-1, 8):
        present = shift(station, (market.today.weekday + days) % 7, unlimited=False)
        if present is not None and present.closes + days * MINUTES_PER_DAY > minute:
            return max(minute, present.opens + days * MINUTES_PER_DAY)
    return None


def less_projects(
    staff: StaffChanges,
    present: Integers,
    on_break: Floats,
    projects: list[tuple[Integers, Projects]],
    start: float,
) -> tuple[StaffChanges, float]:
    """The roster of the day that begins at minute `start` without whom projects take, and the staff-hours they take.

    present, on_break: of each line of `staff`, people there and the share of them on a break; projects: of stations,
    with their pools
    """
    hours = 0.0
    keep, extra = np.ones(len(staff.time), np.bool_), []
    for pools, each in projects:
        for number, pool in enumerate(pools.tolist()):
            rows = np.flatnonzero(staff.pool == pool)
            keep[rows] = False
            lines = [(float(staff.time[row]), Duty(int(present[row]), float(on_break[row]))) for row in rows]
            found, taken = lines_with_projects(each, number, lines, start)
            extra += [(minute, pool, servers) for minute, servers in found]
            hours += taken
    time = np.concatenate([staff.time[keep], np.array([line[0] for line in extra], np.float64)])
    # Whole numbers all the way: unlimited staff is the largest there is, and would not survive as a fraction.
    pool_of, servers = (np.array([line[column] for line in extra], np.int64) for column in (1, 2))
    order = np.argsort(time, kind="stable")
    columns = {
        "pool": np.concatenate([staff.pool[keep], pool_of])[order],
        "servers": np.concatenate([staff.servers[keep], servers])[order],
    }
    if staff.group is not None:  # people who are called away are at stations without groups
        columns["group"] = np.concatenate([staff.group[keep], np.zeros(len(extra), np.int64)])[order]
    return StaffChanges(time[order], **columns), hours


def lines_with_projects(
    projects: Projects, pool: int, lines: list[tuple[float, Duty]], start: float
) -> tuple[list[tuple[float, int]], float]:
    """The day's lines (minute, servers) of one pool when projects have taken whom they take, and the hours they took.

    lines: (minute, who is there from then on), rising, of the day that begins at `start`
    """
    end = start + MINUTES_PER_DAY
    moves, by_minute = projects.edges(pool, start, end), dict(lines)
    steps = sorted({start, *moves, *by_minute})
    duty, hours, left = projects.duty[pool], 0.0, []
    for minute, until in pairwise([*steps, end]):
        duty = by_minute.get(minute, duty)
        taken = projects.taken(pool, minute)
        hours += min(duty.present, taken) * (until - minute) / 60.0
        if minute in by_minute or minute in moves:
            left.append((minute, duty.servers(taken)))
    projects.duty[pool] = duty
    return left, hours
