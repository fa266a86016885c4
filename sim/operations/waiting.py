"""Waiting compiled from the document: what each station does for those who wait, and how long a wait there feels.

One `WaitingRooms` belongs to one version of the document. Visitors on their way go in and come out with the queue at
which they turn round; visits that ended go in, minutes as they felt come out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.behaviour import waiting
from sim.calendar import Calendar
from sim.operations.visits import by_customers
from sim.scenario.document import Document
from sim.service.outcome import Outcome
from sim.service.plant import Plant
from sim.service.records import Encounters

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class WaitingRooms:
    """Tables by station: `occupied`, `explained` and `announced` (stations,), 0-1; `usual_service`, minutes;
    `turns_round`, whether an announced wait can make people turn round there; `at_home`, whether they wait elsewhere.
    """

    def __init__(self, document: Document, plant: Plant) -> None:
        stations = document.service.stations.values()
        self.plant = plant
        self.effects = document.behaviour.felt_waits
        self.occupied = np.array([station.waiting.occupied for station in stations])
        self.explained = np.array([station.waiting.explained for station in stations])
        self.announced = np.array([float(station.waiting.announced) for station in stations])
        self.at_home = np.array([station.waits_at_home for station in stations], np.bool_)
        self.turns_round = ~self.at_home & (self.announced > 0.0)  # at home nobody gives up waiting
        self.first_station = np.array(plant.first_station, np.int64)
        self.usual_service = usual_service(document, plant)

    def turning_round_at(
        self, process: Integers, site: Integers, at: Floats, patience: Floats, calendar: Calendar
    ) -> Floats:
        """People waiting ahead at which each visitor turns round because of the wait announced, (k,); inf: never."""
        station = self.first_station[process]
        servers = self.plant.servers_at(self.plant.pool_of[station, site], at, calendar)
        limit = waiting.turning_round(patience=patience, servers=servers, service=self.usual_service[station])
        return np.where(self.turns_round[station], limit, np.inf)

    def felt(self, encounters: Encounters, kept: Integers, station: Integers) -> Floats:
        """Minutes the waits of the encounters `kept` felt like, (k,).

        What counts is what their first `station` does, and whether anybody overtook them in a queue they left today.
        """
        wait = encounters.wait[kept]
        effects = self.effects
        if effects == "none":
            return wait
        joins = encounters.joins
        passed = waiting.overtaken(
            queue=joins.pool,
            joined=joins.joined,
            left=joins.joined + joins.wait,
            served=(joins.outcome == Outcome.SERVED) & by_customers(joins.visit),
        )
        return waiting.felt_wait(
            wait=wait,
            occupied=self.occupied[station],
            announced=self.announced[station],
            explained=self.explained[station],
            overtaken=np.isin(encounters.visit[kept], joins.visit[passed]).astype(np.float64),
            unoccupied_effect=effects.unoccupied,
            uncertain_effect=effects.uncertain,
            unexplained_effect=effects.unexplained,
            unfair_effect=effects.unfair,
        )


def usual_service(document: Document, plant: Plant) -> Floats:
    """Mean service time of what people come to each station for, minutes, (stations,).

    Needs count by their rates and the share of each that goes there; at a station nobody has a need for, gifts count.
    """
    minutes: dict[str, list[tuple[float, float]]] = {name: [] for name in plant.station_names}
    for need in document.market.needs.values():
        for at, share in plant.shares(need.task).items():
            minutes[at].append((need.rate * share, document.service.tasks[need.task].takes_first(at).expected()))
    for gifts in document.gifts.values():
        if gifts.pick_up is not None and gifts.takes is not None and not minutes[gifts.pick_up]:
            minutes[gifts.pick_up].append((1.0, gifts.takes.expected()))
    found = np.zeros(len(plant.station_names))
    for place, each in enumerate(minutes.values()):
        weight = sum(share for share, _ in each)
        found[place] = sum(share * mean for share, mean in each) / weight if weight else 0.0
    return np.maximum(found, 1e-9)  # where nobody comes for anything no time is announced either
