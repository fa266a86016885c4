"""Small facilities and arrivals for the tests of the service facility, written so that a test reads like a story.
In go times, service times and roster lines; out come the arrays of the seam.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.service.facility import advance
from sim.service.outcome import Outcome
from sim.service.records import Arrivals, Encounters, FacilityState, Openings, Roster, StaffChanges
from sim.service.routes import Routes, straight
from sim.service.stations import Closing, Discipline, Facility, Process, Quantile, Station, Step

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Inverse:
    """A service time by its inverse CDF."""

    cdf_inverse: Callable[[Floats], Floats]

    def quantile(self, u: Floats, /) -> Floats:
        return self.cdf_inverse(u)


AS_GIVEN = Inverse(lambda u: u)
"""The 'uniforms' are the service times themselves, so that a test can name them."""


def exponential(mean: float) -> Inverse:
    return Inverse(lambda u: -mean * np.log1p(-u))


def one_station(
    service: Quantile = AS_GIVEN,
    *,
    discipline: Discipline = "fifo",
    queue_limit: int | None = None,
    closing: Closing = "serve_out",
) -> Facility:
    """One station, one site, one process of one step."""
    return Facility(
        (Station("counter", discipline, queue_limit, closing),),
        (Process("errand", (Step(0, service),)),),
        np.zeros((1, 1), np.int64),
    )


def chain(*stations: Station) -> Facility:
    """One process that visits the stations in order, at one site."""
    steps = tuple(Step(index, AS_GIVEN) for index in range(len(stations)))
    return Facility(stations, (Process("journey", steps),), np.arange(len(stations), dtype=np.int64)[:, None])


def visits(
    at: ArrayLike,
    service: ArrayLike,
    *,
    facility: Facility | None = None,
    patience: ArrayLike = np.inf,
    priority: ArrayLike = 0,
    balk_at: ArrayLike = np.inf,
    process: ArrayLike = 0,
    site: ArrayLike = 0,
    first_visit: int = 0,
) -> Arrivals:
    """Arrivals numbered from `first_visit`; `service` is (n,) or (n, steps); one value may stand for all.

    With a facility, visits take the steps of their process and `service` holds the uniforms behind the service times;
    without one, it holds the service times, one for each step.
    """
    times = np.atleast_1d(np.asarray(at, np.float64))
    n = len(times)
    needs = np.asarray(service, np.float64)
    if needs.ndim < 2:
        needs = np.broadcast_to(needs, (n,))[:, None]

    def whole(values: ArrayLike) -> NDArray[np.int64]:
        return np.array(np.broadcast_to(np.asarray(values, np.int64), (n,)))

    def real(values: ArrayLike) -> Floats:
        return np.array(np.broadcast_to(np.asarray(values, np.float64), (n,)))

    number = np.arange(first_visit, first_visit + n)
    if facility is None:
        width = needs.shape[1]
        routes = Routes(np.full(n, width), np.tile(np.arange(width), n), np.ascontiguousarray(needs).ravel())
    else:
        routes = straight(facility.processes, whole(process), needs)
    return Arrivals(
        visit=number,
        customer=number + 1000,
        at=times,
        process=whole(process),
        site=whole(site),
        priority=whole(priority),
        patience=real(patience),
        balk_at=real(balk_at),
        routes=routes,
    )


def random_minutes(luck: np.random.Generator, mean: float, size: int | tuple[int, int]) -> NDArray[np.float64]:
    """Exponential minutes, half of them rounded to quarters, so that some things happen at one instant."""
    raw = luck.exponential(mean, size)
    return np.where(luck.random(size) < 0.5, np.round(raw * 4) / 4, raw)


def random_visits(luck: np.random.Generator, count: int, horizon: float) -> Arrivals:
    """Visits of three processes at two sites, of three priorities; some patient, some who turn round at a queue."""
    return visits(
        np.minimum(random_minutes(luck, 25, count), horizon - 1),
        1,
        patience=np.where(luck.random(count) < 0.3, np.inf, random_minutes(luck, 8, count)),
        priority=luck.integers(0, 3, count),
        balk_at=np.where(luck.random(count) < 0.7, np.inf, luck.integers(0, 4, count)),
        process=luck.integers(0, 3, count),
        site=luck.integers(0, 2, count),
    )


def roster(
    staff: Sequence[tuple[float, int, int] | tuple[float, int, int, int]] = (),
    doors: Sequence[tuple[float, int, bool]] = (),
) -> Roster:
    """Lines of (minute, pool, servers) or (minute, pool, servers, group), and of (minute, pool, open)."""
    groups = [line[3] for line in staff if len(line) == 4]
    return Roster(
        StaffChanges(
            np.array([line[0] for line in staff], np.float64),
            np.array([line[1] for line in staff], np.int64),
            np.array([line[2] for line in staff], np.int64),
            np.array(groups, np.int64) if groups else None,
        ),
        Openings(
            np.array([line[0] for line in doors], np.float64),
            np.array([line[1] for line in doors], np.int64),
            np.array([line[2] for line in doors], np.bool_),
        ),
    )


def between(lines: Roster, start: float, end: float) -> Roster:
    """The lines of a roster in [start, end)."""
    staff, doors = lines.staff, lines.openings
    shift = (staff.time >= start) & (staff.time < end)
    door = (doors.time >= start) & (doors.time < end)
    return Roster(
        StaffChanges(
            staff.time[shift],
            staff.pool[shift],
            staff.servers[shift],
            None if staff.group is None else staff.group[shift],
        ),
        Openings(doors.time[door], doors.pool[door], doors.open[door]),
    )


@dataclass(frozen=True)
class World:
    """A facility as it stands, who will come, and its roster."""

    facility: Facility
    state: FacilityState
    arrivals: Arrivals
    lines: Roster


def in_windows(world: World, cuts: Sequence[float], horizon: float) -> tuple[list[FacilityState], list[Encounters]]:
    """The state at the end of each window, and its encounters."""
    states, parts = [world.state], []
    for start, end in zip([0.0, *cuts], [*cuts, horizon], strict=True):
        now = (world.arrivals.at >= start) & (world.arrivals.at < end)
        state, met = advance(
            world.facility, states[-1], world.arrivals.take(now), between(world.lines, start, end), end
        )
        states.append(state)
        parts.append(met)
    return states[1:], parts


def serve(
    facility: Facility,
    arrivals: Arrivals,
    *,
    servers: ArrayLike = 1,
    until: float = 1e6,
    lines: Roster | None = None,
    start: float = 0.0,
) -> tuple[FacilityState, Encounters]:
    """One window from an empty, open facility."""
    state = FacilityState.empty(facility, start, servers=servers, is_open=True)
    return advance(facility, state, arrivals, lines or Roster.unchanged(), until)


def by_visit(encounters: Encounters, column: str) -> list[float]:
    """A column of the encounters in the order of visit numbers."""
    values: NDArray[np.float64] = getattr(encounters, column)[np.argsort(encounters.visit)]
    return [float(value) for value in values]


def outcomes(encounters: Encounters) -> list[Outcome]:
    """How the visits ended, in the order of visit numbers."""
    return [Outcome(int(code)) for code in by_visit(encounters, "outcome")]


def columns(parts: Sequence[Encounters]) -> dict[str, NDArray[np.generic]]:
    """Encounters and queues left of consecutive windows, column by column."""
    together: dict[str, NDArray[np.generic]] = {}
    for field in fields(Encounters):
        if field.name not in ("joins", "stages", "monitors"):
            together[field.name] = np.concatenate([getattr(part, field.name) for part in parts])
    for field in fields(parts[0].joins):
        together[f"joins.{field.name}"] = np.concatenate([getattr(part.joins, field.name) for part in parts])
    for field in fields(parts[0].stages):
        together[f"stages.{field.name}"] = np.concatenate([getattr(part.stages, field.name) for part in parts])
    return together
