"""One hall of counters, M/M/10, with and without patience: our facility against a SimPy process for each visit.

Both get the same arrivals, service times and patience, so their waits must be the same; only then is the time compared.
"""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import simpy
from numpy.typing import NDArray

from benchmarks.timing import Pairs, interleaved
from sim.distributions import Exponential
from sim.service.facility import advance
from sim.service.outcome import Outcome
from sim.service.records import Arrivals, FacilityState, Roster
from sim.service.routes import straight
from sim.service.stations import Facility, Process, Station, Step
from sim.streams import Streams

Floats = NDArray[np.float64]

SERVICE = Exponential[float](mean=4.0)


@dataclass(frozen=True)
class Hall:
    """Who comes when (minutes, ascending), the uniform behind each service time, and how long each will wait."""

    counters: int
    at: Floats
    uniforms: Floats
    patience: Floats


@dataclass(frozen=True)
class Waits:
    """Minutes in the queue and whether served, one entry a visit, in order of arrival."""

    wait: Floats
    served: NDArray[np.bool_]


def make_hall(visits: int, counters: int, load: float, patience: float | None = None) -> Hall:
    """Poisson arrivals at `load` times what the counters can serve; exponential `patience` (mean, minutes) if given."""
    streams = Streams(seed=1, replication=0)
    between = Exponential[float](mean=SERVICE.expected() / (counters * load))
    waiting = np.full(visits, np.inf)
    if patience is not None:
        waiting = Exponential[float](mean=patience).quantile(streams.numbers("patience", visits))
    return Hall(
        counters=counters,
        at=np.cumsum(between.quantile(streams.numbers("arrivals", visits))),
        uniforms=streams.numbers("service", visits),
        patience=waiting,
    )


def with_processes(hall: Hall) -> Waits:
    """The way of the SimPy tutorial: a source that starts a process for each visit."""
    environment = simpy.Environment()
    counter = simpy.Resource(environment, hall.counters)
    wait = [0.0] * len(hall.at)
    served = [False] * len(hall.at)

    def visit(number: int, service: float, patience: float) -> Generator[simpy.Event, object, None]:
        arrived = environment.now
        with counter.request() as turn:
            if patience == np.inf:
                yield turn
            else:
                yield turn | environment.timeout(patience)
            wait[number] = environment.now - arrived
            if turn.triggered:
                served[number] = True
                yield environment.timeout(service)

    def source() -> Generator[simpy.Event, object, None]:
        services = SERVICE.quantile(hall.uniforms).tolist()
        before = 0.0
        for number, (at, service, patience) in enumerate(
            zip(hall.at.tolist(), services, hall.patience.tolist(), strict=True)
        ):
            yield environment.timeout(at - before)
            before = at
            environment.process(visit(number, service, patience))

    environment.process(source())
    environment.run()
    return Waits(np.array(wait), np.array(served))


def with_facility(hall: Hall) -> Waits:
    """The product's facility, with all its records and monitors."""
    visits = len(hall.at)
    number, zeros = np.arange(visits), np.zeros(visits, np.int64)
    facility = Facility(
        stations=(Station("hall"),),
        processes=(Process("visit", (Step(0, SERVICE),)),),
        pool_of=np.zeros((1, 1), np.int64),
    )
    arrivals = Arrivals(
        visit=number,
        customer=number,
        at=hall.at,
        process=zeros,
        site=zeros,
        priority=zeros,
        patience=hall.patience,
        balk_at=np.full(visits, np.inf),
        routes=straight(facility.processes, zeros, hall.uniforms[:, np.newaxis]),
    )
    state = FacilityState.empty(facility, servers=hall.counters, is_open=True)
    long_after = float(hall.at[-1]) + 1e6
    _, encounters = advance(facility, state, arrivals, Roster.unchanged(), long_after)
    order = np.argsort(encounters.visit)
    return Waits(encounters.wait[order], encounters.outcome[order] == Outcome.SERVED)


def largest_difference(hall: Hall) -> float:
    """Minutes by which any wait differs between both ways; raises AssertionError where an ending differs."""
    plain, ours = with_processes(hall), with_facility(hall)
    if not np.array_equal(plain.served, ours.served):
        raise AssertionError("the facility and the processes disagree on who was served")
    return float(np.abs(plain.wait - ours.wait).max())


def compare(visits: int, *, load: float, patience: float | None, pairs: int = 5) -> tuple[Pairs, float]:
    """Times of both ways on one hall of ten counters, and the largest difference of a wait in minutes."""
    hall = make_hall(visits, 10, load, patience)
    difference = largest_difference(hall)
    return interleaved(lambda: with_processes(hall), lambda: with_facility(hall), pairs), difference
