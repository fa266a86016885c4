"""A facility of twelve stations and forty servers with tiers, patience and rework: step-services a second.

In go a number of visits; out come the services done, the processor time they took, and how both grow when twice as many
come as can be served.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.timing import processor_seconds
from sim.distributions import Exponential
from sim.service.facility import advance
from sim.service.records import Arrivals, FacilityState, Roster
from sim.service.routes import lay_out
from sim.service.stations import Again, Facility, Process, Station, Step
from sim.streams import Streams

SERVERS = (4, 3, 3, 4, 3, 3, 4, 3, 3, 4, 3, 3)
"""Forty servers at twelve stations."""

SERVICE = Exponential[float](mean=4.0)
TIERS = 3
REWORK = 0.2


@dataclass(frozen=True)
class Served:
    """Step-services done, and the processor time of `advance` and of laying out the routes, in seconds."""

    services: int
    seconds: float

    @property
    def a_second(self) -> float:
        """Step-services a second."""
        return self.services / self.seconds


def departments() -> Facility:
    """Stations by priority of three tiers; three processes of four stations, the last step sent back one in five."""
    stations = tuple(Station(f"station {number}", "priority") for number in range(len(SERVERS)))
    processes = tuple(
        Process(
            f"process {first}",
            tuple(Step(4 * first + place, SERVICE, Again(REWORK, 0, 3) if place == 3 else None) for place in range(4)),
        )
        for first in range(3)
    )
    return Facility(stations, processes, np.arange(len(SERVERS))[:, np.newaxis])


def run(visits: int, load: float) -> Served:
    """One window in which `visits` come at `load` times what the smallest stations can serve."""
    facility, streams = departments(), Streams(seed=1, replication=0)
    passes = sum(REWORK**time for time in range(4))
    rate = 3 * load * min(SERVERS) / (SERVICE.mean * passes)
    number = np.arange(visits)
    process = number % 3

    def luck(time: int, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        return streams.numbers("service", 8 * len(rows), identity=str(time)).reshape(-1, 8)

    between = Exponential[float](mean=1.0 / rate).quantile(streams.numbers("arrivals", visits))
    patience = Exponential[float](mean=30.0).quantile(streams.numbers("patience", visits))
    tier = (TIERS * streams.numbers("tier", visits)).astype(np.int64)
    at, nowhere = np.cumsum(between), np.zeros(visits, np.int64)
    state = FacilityState.empty(facility, servers=SERVERS, is_open=True)
    services = 0

    def work() -> None:
        nonlocal services
        routes = lay_out(facility.processes, process, luck)
        arrivals = Arrivals(number, number, at, process, nowhere, tier, patience, np.full(visits, np.inf), routes)
        _, met = advance(facility, state, arrivals, Roster.unchanged(), float(at[-1]) + 1e5)
        services = int(met.monitors.served.sum())

    seconds = processor_seconds(work)
    return Served(services, seconds)


def middle(visits: int, load: float, rounds: int = 5) -> Served:
    """The median of some rounds by speed."""
    found = sorted((run(visits, load) for _ in range(rounds)), key=lambda served: served.a_second)
    return found[rounds // 2]
