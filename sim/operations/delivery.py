"""Delivered quality compiled from the document: what each station can give, its standards, and what it publishes.

One `Delivery` belongs to one version of the document; visits that ended go in, delivered and standard levels come out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from sim.behaviour import quality
from sim.calendar import Calendar
from sim.customers import quiet_levels
from sim.measurement.task_deadlines import deadlines_of_processes
from sim.operations.people import Skills
from sim.operations.skills import skills_of
from sim.scenario.document import Document
from sim.service.plant import Plant
from sim.service.records import Encounters

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Delivery:
    """Tables by station, 1-7 and NaN where nothing is said.

    quiet: what the firm gives on a quiet day; levels: (5, stations), the same at each station (promptness comes from
    waits); promptness: (stations,), the responsiveness a station's time standard asks for; published: (stations,), the
    same where customers are told; published_levels: each of these once, rising; adherence: (stations,), how far staff
    follow the standards; promised: (processes,), minutes promised from arrival to end, inf where none; None: nowhere
    """

    def __init__(self, document: Document, plant: Plant) -> None:
        self.plant = plant
        self.quality = document.service.quality
        self.scale = document.service.wait_scale
        given = self.quality.levels
        usual = (given.reliability, np.nan, given.assurance, given.empathy, given.tangibles)
        self.quiet = quiet_levels(document)
        self.levels = np.array([usual] * len(plant.station_names)).reshape(-1, 5).T.copy()
        for place, station in enumerate(document.service.stations.values()):
            own = (None,) * 5 if station.skill is None else station.skill.values()
            for dimension in (0, 2, 3, 4):
                level = own[dimension]
                if level is not None:
                    self.levels[dimension, place] = level
        bonus = [
            0.0 if each.people is None or each.people.bonus is None else each.people.bonus.adherence
            for each in document.service.stations.values()
        ]
        self.adherence = np.minimum(self.quality.adherence + np.array(bonus, np.float64), 1.0)
        self.promptness = np.full(len(plant.station_names), np.nan)
        self.published = np.full(len(plant.station_names), np.nan)
        for target in document.service.standards.values():
            place = plant.station_names.index(target.station)
            level = float(
                quality.wait_to_scale(target.at_most, desired=self.scale.desired, adequate=self.scale.adequate)
            )
            self.promptness[place] = level
            if target.published:
                self.published[place] = level
        self.published_levels: list[float] = np.unique(self.published[~np.isnan(self.published)]).tolist()
        self.first_station = np.array(plant.first_station, np.int64)
        self.promised = deadlines_of_processes(document, plant)
        self.skills_of_groups = skills_of(document, plant.kinds) if plant.facility.most_groups else None

    def late(self, encounters: Encounters, kept: Integers) -> Flags | None:
        """Which of the encounters `kept` ended after the time promised for their task, (k,); None without promises."""
        if self.promised is None:
            return None
        took = encounters.ended[kept] - encounters.arrived[kept]
        return np.asarray(took > self.promised[encounters.process[kept]])

    def standard(self, station: Integers, standards: Floats) -> Floats:
        """The standard of each visit, (5, k), from the stations visited and the firm's standard levels (5,)."""
        asked = np.repeat(standards[:, np.newaxis], len(station), axis=1)
        prompt = self.promptness[station]
        asked[1] = np.where(np.isnan(prompt), asked[1], prompt)
        return asked

    def skill_of_groups(
        self, served_by: Integers, station: Integers, segment: NDArray[np.integer], tier: NDArray[np.integer]
    ) -> tuple[Floats, Floats] | None:
        """What the group that served each visit adds for such a customer: levels (5, k), right first time (k,).

        None where no group's skill differs.
        """
        if self.skills_of_groups is None:
            return None
        kind = self.plant.kinds.of(segment, tier)
        levels, right = self.skills_of_groups
        return levels[:, station, served_by, kind], right[station, served_by, kind]  # -1 is the last group, nobody's

    def right_first_time(
        self,
        encounters: Encounters,
        kept: Integers,
        station: Integers,
        skills: Skills | None,
        of_groups: tuple[Floats, Floats] | None = None,
    ) -> Floats | float:
        """Chance that each of the encounters `kept` is done right, 0-1: one number where nobody's skill differs."""
        usual: Floats | float = self.quality.right_first_time
        if skills is None and of_groups is None:
            return usual
        if skills is not None:
            usual = usual + skills.right[self.plant.pool_of[station, encounters.site[kept]]]
        if of_groups is not None:
            usual = usual + of_groups[1]
        return np.clip(usual, 0.0, 1.0)

    def delivered(
        self,
        encounters: Encounters,
        kept: Integers,
        station: Integers,
        failed: Flags,
        lost: Flags,
        standards: Floats,
        luck: Floats,
        calendar: Calendar,
        skills: Skills | None = None,
        of_groups: tuple[Floats, Floats] | None = None,
    ) -> Floats:
        """Delivered quality of the encounters `kept`, (5, k), from waits, failures, load and crowding.

        `standards` (5,) are what staff follow as far as they adhere to them; `luck` (k, 5) scatters encounters;
        `skills` are those of the people there, `of_groups` what `skill_of_groups` says; None where all are as usual.
        """
        given, levels = self.quality, self.levels.take(station, axis=1)
        if self.adherence.any():
            adherence = self.adherence[station]
            for dimension in (0, 2, 3, 4):
                levels[dimension] += adherence * (standards[dimension] - levels[dimension])
        pool = self.plant.pool_of[station, encounters.site[kept]]
        servers = self.plant.servers_at(pool, encounters.arrived[kept], calendar)
        if skills is not None:
            levels += skills.levels.take(pool, axis=1)
        if of_groups is not None:
            levels += of_groups[0]
        if skills is not None:
            servers = np.maximum(servers * skills.present[pool], 1.0)
        ahead = encounters.ahead[kept] / servers
        return quality.delivered(
            wait=encounters.wait[kept],
            desired_wait=self.scale.desired,
            adequate_wait=self.scale.adequate,
            lost=lost,
            failed=failed,
            failure_level=given.failure_level,
            reliability=levels[0],
            assurance=levels[2],
            empathy=levels[3],
            tangibles=levels[4],
            load=encounters.load[kept] + ahead,
            comfortable_load=given.comfortable_load,
            hurry=given.hurry,
            ahead_per_server=ahead,
            crowding=given.crowding,
            noise=given.noise * special.ndtri(np.ascontiguousarray(luck.T)),
        )
