"""From groups of servers as the document names them to what the facility and the books need: who may do which process
for which kind of customer, what their skill changes, and what they are paid. A kind of customer is a segment with a
tier.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from sim.scenario.document import Document
from sim.scenario.duty import cost_of_cover, unpaid_hours
from sim.scenario.people import Skill
from sim.scenario.service import Station
from sim.scenario.shifts import shift_of
from sim.service.groups import Groups
from sim.service.stations import Process

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Kinds:
    """Kinds of customers: every segment with every tier, and without one."""

    segments: tuple[str, ...]
    tiers: tuple[str, ...]

    @classmethod
    def of_market(cls, document: Document) -> Kinds:
        """Those of a document."""
        return cls(tuple(document.market.segments), tuple(document.market.tiers))

    def __len__(self) -> int:
        return len(self.segments) * (len(self.tiers) + 1)

    def of(self, segment: NDArray[np.integer], tier: NDArray[np.integer]) -> Integers:
        """The kind of k customers by segment and tier (-1: none), (k,)."""
        without = np.where(tier < 0, len(self.tiers), tier).astype(np.int64)
        return segment.astype(np.int64) * (len(self.tiers) + 1) + without

    def members(self, name: str) -> NDArray[np.bool_]:
        """Which kinds belong to a segment or tier, bool[kinds]."""
        table = np.zeros((len(self.segments), len(self.tiers) + 1), np.bool_)
        if name in self.segments:
            table[self.segments.index(name)] = True
        if name in self.tiers:
            table[:, self.tiers.index(name)] = True
        return table.ravel()


def groups_of(
    station: Station, row: int, processes: list[Process], task_of: dict[int, str], kinds: Kinds
) -> Groups | None:
    """The groups of the station in `row` of the facility; None where its servers are alike.

    `task_of` names the task behind a process; what is no task (cases, contacts, gifts) any group does.
    """
    if not station.groups:
        return None
    comes_here = [any(step.station == row for step in process.steps) for process in processes]
    may = np.zeros((len(station.groups), len(processes), len(kinds)), np.bool_)
    for number, group in enumerate(station.groups.values()):
        whom = np.ones(len(kinds), np.bool_)
        if group.serves is not None:
            whom = np.any([kinds.members(name) for name in group.serves], axis=0)
        for process, here in enumerate(comes_here):
            task = task_of.get(process)
            does = task is None or group.does is None or task in group.does
            may[number, process] = whom & (here and does)
    return Groups(tuple(station.groups), may, tuple(group.pace for group in station.groups.values()))


def skills_of(document: Document, kinds: Kinds) -> tuple[Floats, Floats] | None:
    """What the skill of groups adds: levels (5, stations, most groups + 1, kinds), scale points, and right first time
    without the first axis. The last group is nobody's: 0. None where no group differs.
    """
    stations = list(document.service.stations.values())
    most = max((len(station.groups) for station in stations), default=0)
    levels = np.zeros((5, len(stations), most + 1, len(kinds)))
    right = np.zeros((len(stations), most + 1, len(kinds)))
    for row, station in enumerate(stations):
        for number, group in enumerate(station.groups.values()):
            # Of several names one belongs to, the first that is written counts, so it is written last.
            for skill, whom in (
                (group.skill, np.ones(len(kinds), np.bool_)),
                *((skill, kinds.members(name)) for name, skill in reversed(group.skill_for.items())),
            ):
                for dimension, points in _points(skill):
                    levels[dimension, row, number, whom] = points
                right[row, number, whom] = skill.right_first_time
    return (levels, right) if levels.any() or right.any() else None


def _points(skill: Skill) -> tuple[tuple[int, float], ...]:
    return (0, skill.reliability), (2, skill.assurance), (3, skill.empathy)


def pay_of_groups(station: Station, weekday: int) -> Decimal:
    """Wages of the groups of one pool on a weekday, with substitutes and without unpaid breaks, major units."""
    pay = Decimal()
    for group in station.groups.values():
        present = shift_of(station, group, weekday, unlimited=False)
        if present is not None:
            wage = station.wage if group.wage is None else group.wage
            hours = present.staffed_hours - unpaid_hours(station, present)
            pay += wage * Decimal(str(hours)) + cost_of_cover(station, present, wage)
    return pay
