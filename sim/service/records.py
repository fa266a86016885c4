"""The arrays that cross the seam between the market and the service facility, in both directions.
In go `Arrivals` (who comes, when, with what patience) and a `Roster` (who is on duty, when the doors open); out come
`Encounters` (one row a visit that ended) and the `FacilityState` with which the next window begins.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.service.monitors import Monitors
from sim.service.routes import Routes
from sim.service.stations import UNLIMITED, Facility

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]


def _check_lengths(table: object, length: int, columns: tuple[str, ...]) -> None:
    for column in columns:
        found = len(getattr(table, column))
        if found != length:
            raise ValueError(f"{type(table).__name__}.{column} has {found} rows, expected {length}")


@dataclass(frozen=True, slots=True, eq=False)
class Arrivals:
    """Visits that begin in one window; n rows in any order.

    visit: int64, unique over the whole run; visits of the same instant act in this order
    customer: int64
    at: minutes
    process, site, priority: int64; priority 0 is served first at priority stations
    patience: minutes a customer waits in each queue before reneging; inf never reneges
    balk_at: balks when no server is free and at least this many wait ahead at the first pool; inf never balks
    routes: the steps of each visit and the service times there, from `sim.service.routes`
    kind: int64, the kind of customer, where stations have groups of servers who look at it; None: all are of kind 0
    """

    visit: Integers
    customer: Integers
    at: Floats
    process: Integers
    site: Integers
    priority: Integers
    patience: Floats
    balk_at: Floats
    routes: Routes
    kind: Integers | None = None

    def __post_init__(self) -> None:
        columns = ("customer", "at", "process", "site", "priority", "patience", "balk_at", "routes")
        _check_lengths(self, len(self.visit), columns if self.kind is None else (*columns, "kind"))
        if (self.patience < 0).any() or np.isnan(self.patience).any() or np.isnan(self.balk_at).any():
            raise ValueError("patience must be zero or more minutes, and neither patience nor balk_at may be NaN")

    def __len__(self) -> int:
        return len(self.visit)

    def take(self, rows: NDArray[np.intp] | Booleans) -> Arrivals:
        """The arrivals of `rows` (positions or a mask), in that order."""
        return Arrivals(
            visit=self.visit[rows],
            customer=self.customer[rows],
            at=self.at[rows],
            process=self.process[rows],
            site=self.site[rows],
            priority=self.priority[rows],
            patience=self.patience[rows],
            balk_at=self.balk_at[rows],
            routes=self.routes.take(rows),
            kind=None if self.kind is None else self.kind[rows],
        )

    @classmethod
    def none(cls) -> Arrivals:
        """Nobody comes."""
        whole, real = np.zeros(0, np.int64), np.zeros(0)
        return cls(whole, whole, real, whole, whole, whole, real, real, Routes.none())


@dataclass(frozen=True, slots=True, eq=False)
class StaffChanges:
    """From `time` (minutes, ascending) on, `pool` has `servers` on duty (0 to UNLIMITED).

    group: which group of servers, at a station with groups (elsewhere any number); None where no station has groups
    """

    time: Floats
    pool: Integers
    servers: Integers
    group: Integers | None = None

    def __post_init__(self) -> None:
        _check_lengths(
            self, len(self.time), ("pool", "servers") if self.group is None else ("pool", "servers", "group")
        )
        if (self.servers < 0).any():
            raise ValueError("a pool cannot have a negative number of servers")


@dataclass(frozen=True, slots=True, eq=False)
class Openings:
    """At `time` (minutes, ascending) `pool` opens or closes its door."""

    time: Floats
    pool: Integers
    open: Booleans

    def __post_init__(self) -> None:
        _check_lengths(self, len(self.time), ("pool", "open"))


@dataclass(frozen=True, slots=True, eq=False)
class Roster:
    """What changes in one window [now, until): staff on duty and doors. What is not named stays as the state has it.

    At one instant doors act before staff, so a shift that ends at closing time still counts as on duty at closing.
    pace: float64[pools], factor on the service times of those who arrive in the window; None leaves them as they are.
    """

    staff: StaffChanges
    openings: Openings
    pace: Floats | None = None

    @classmethod
    def unchanged(cls) -> Roster:
        """Nothing changes in this window."""
        time, pool = np.zeros(0), np.zeros(0, np.int64)
        return cls(StaffChanges(time, pool, np.zeros(0, np.int64)), Openings(time, pool, np.zeros(0, np.bool_)))


@dataclass(frozen=True, slots=True, eq=False)
class OpenVisits:
    """Visits inside the facility between two windows, one row each, in the order of `order`.

    steps_done: steps completed; the next one is being waited for or served
    since: minute at which the present wait or service began
    finish: minute at which the present service ends; inf while waiting
    order: sequence number of joining (waiting) or of the start of service; queues and ties follow it
    remaining: minutes of service left when the present wait or service began, of one interrupted before; else NaN
    wait: minutes waited in earlier queues; ahead, load, served_by: as in `Encounters`
    kind: as in `Arrivals`; group: of the server at work, -1 while waiting and where servers are alike
    routes: the whole way, steps done included
    reached: minute at which the visit came to its present step
    """

    visit: Integers
    customer: Integers
    process: Integers
    site: Integers
    priority: Integers
    arrived: Floats
    patience: Floats
    steps_done: Integers
    since: Floats
    finish: Floats
    order: Integers
    remaining: Floats
    wait: Floats
    ahead: Integers
    load: Floats
    kind: Integers
    group: Integers
    served_by: Integers
    routes: Routes
    reached: Floats

    def __len__(self) -> int:
        return len(self.visit)

    @property
    def step(self) -> Integers:
        """The step of its process that each visit waits for or is served at, (n,)."""
        step: Integers = self.routes.step[self.routes.start + self.steps_done]
        return step

    @classmethod
    def none(cls) -> OpenVisits:
        """Nobody is inside."""
        i, x = np.zeros(0, np.int64), np.zeros(0)
        return cls(i, i, i, i, i, x, x, i, x, x, i, x, x, i, x, i, i, i, Routes.none(), x)


@dataclass(frozen=True, slots=True, eq=False)
class FacilityState:
    """Everything the facility remembers at `now` (minutes).

    servers: int64[pools] on duty by the roster; open: bool[pools], whether newcomers are let in
    capacity: int64[pools], servers who take new work: `servers` while open; while closed those who stayed to serve out
    sequence: the next sequence number; visits: who is inside
    group_servers, group_capacity: int64[pools, most groups of a station], the same by group, 0 where there are none
    """

    now: float
    servers: Integers
    open: Booleans
    capacity: Integers
    sequence: int
    visits: OpenVisits
    group_servers: Integers
    group_capacity: Integers

    @classmethod
    def empty(
        cls,
        facility: Facility,
        now: float = 0.0,
        *,
        servers: ArrayLike = 0,
        is_open: ArrayLike = False,
        groups: ArrayLike = 0,
    ) -> FacilityState:
        """Nobody inside at `now`; `servers` and `is_open` for every pool (one value, or one a pool).

        `groups`: servers by pool and group, (pools, most groups of a station), of stations with groups.
        """
        on_duty = np.array(np.broadcast_to(np.asarray(servers, np.int64), facility.pools))
        door = np.array(np.broadcast_to(np.asarray(is_open, np.bool_), facility.pools))
        in_groups = np.zeros((facility.pools, facility.most_groups), np.int64)
        if facility.most_groups:
            numbers = np.array([0 if each.groups is None else len(each.groups) for each in facility.stations])
            there = np.arange(facility.most_groups) < numbers[facility.station_of_pool][:, np.newaxis]
            in_groups = np.where(there, np.broadcast_to(np.asarray(groups, np.int64), there.shape), 0)
            most = in_groups.max(axis=1)
            together = np.where(
                most >= UNLIMITED, UNLIMITED, np.where(in_groups >= UNLIMITED, 0, in_groups).sum(axis=1)
            )
            on_duty = np.where(there.any(axis=1), together, on_duty)
        taking = np.where(door[:, np.newaxis], in_groups, 0)
        return cls(float(now), on_duty, door, np.where(door, on_duty, 0), 0, OpenVisits.none(), in_groups, taking)


@dataclass(frozen=True, slots=True, eq=False)
class Joins:
    """One row for each queue left in the window (a wait of zero counts), in the order of leaving.

    visit: int64; pool: int64; step: int64, of the process, which may come again; joined: minute; wait: minutes
    resumed: whether the wait came after an interruption, for the rest of a service begun before
    group: int64; of the server who began then, -1 for those not served and where servers are alike
    outcome: int8; SERVED when service began, otherwise RENEGED, MISSED, PASSED or UNFINISHED
    """

    visit: Integers
    pool: Integers
    step: Integers
    joined: Floats
    wait: Floats
    resumed: Booleans
    group: Integers
    outcome: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.visit)


@dataclass(frozen=True, slots=True, eq=False)
class Stages:
    """One row for each timed step that a visit ended in the window, in the order of ending.

    visit, process, step: int64; reached, ended: minutes, from coming to the step to its end
    outcome: int8; SERVED when it was done, PASSED when the visit went on by itself, else how the visit was lost there
    """

    visit: Integers
    process: Integers
    step: Integers
    reached: Floats
    ended: Floats
    outcome: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.visit)

    @classmethod
    def none(cls) -> Stages:
        """No timed step ended."""
        i, x = np.zeros(0, np.int64), np.zeros(0)
        return cls(i, i, i, x, x, np.zeros(0, np.int8))


@dataclass(frozen=True, slots=True, eq=False)
class Encounters:
    """One row for each visit that ended in the window, in the order of ending.

    arrived, ended: minutes; outcome: int8, a code of `sim.service.outcome.Outcome`
    wait: minutes in all queues, for those who left too; service: minutes served; steps_done: steps completed
    beyond: of these, steps beyond those of the process
    ahead: number waiting on arrival at the first pool who would be served before (all of them, under 'fifo')
    load: share of the servers present in the first pool who were busy at the moment the first service started (this
        visit's own server included), or at leaving for those never served; 0 with nobody present or UNLIMITED servers
    served_by: int64; group of the server of the first step, -1 where it was not served and where servers are alike
    joins: the queues left in this window, also those of visits still inside
    stages: the timed steps ended in this window, likewise
    monitors: time-weighted totals of each pool in this window
    """

    visit: Integers
    customer: Integers
    process: Integers
    site: Integers
    priority: Integers
    arrived: Floats
    ended: Floats
    outcome: NDArray[np.int8]
    wait: Floats
    service: Floats
    steps_done: Integers
    beyond: Integers
    ahead: Integers
    load: Floats
    served_by: Integers
    joins: Joins
    stages: Stages
    monitors: Monitors

    def __len__(self) -> int:
        return len(self.visit)
