"""What a service facility is: its stations, the processes customers follow through them, and which servers are shared.
In goes a description that does not change during a run; out comes a checked `Facility` for `facility.advance`.
A pool is a set of interchangeable servers with one queue: a station at one site, or a station shared by several sites.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import Final, Literal, Protocol, get_args

import numpy as np
from numpy.typing import NDArray

from sim.service.groups import Groups

Discipline = Literal["fifo", "priority"]
Closing = Literal["serve_out", "turn_away", "carry_over", "put_down"]

UNLIMITED: Final = int(np.iinfo(np.int64).max)
"""A number of servers that means 'as many as anybody needs': nobody ever waits, and no staffed time is counted."""

NO_POOL: Final = -1
"""Entry of `Facility.pool_of` where a site does not have the station."""

_LACKING: Final = -2
"""Entry of `Facility._routes` where a process needs a station that the site does not have."""


class Quantile(Protocol):
    """A distribution of service times, known by its inverse cumulative distribution function."""

    def quantile(self, u: NDArray[np.float64], /) -> NDArray[np.float64]:
        """Service times in minutes, shape (n,), for uniforms `u` in (0, 1), shape (n,)."""
        ...


@dataclass(frozen=True, slots=True)
class Station:
    """A kind of workplace: a counter, a machine, a desk.

    discipline: 'fifo' serves in order of joining; 'priority' serves the lowest priority number first and in order of
        joining within it, without interrupting a service under way (non-preemptive; Cobham 1954).
    queue_limit: the largest number waiting (those being served are not counted), or None; 0 makes a loss system.
    closing: what happens at closing to those waiting. 'serve_out': the servers on duty stay until all who are inside
        have been served (with nobody on duty the waiting are missed); 'turn_away': the waiting leave, missed;
        'carry_over': they keep their place for the next opening, and newcomers may join while it is closed.
        'put_down': as 'carry_over', and work under way is put down, to be taken up first at the next opening.
    patient: whether nobody gives up waiting here, whatever their patience
    interrupts: whether a visit that finds no server free takes the server of the visit with the highest priority number
        above its own (of several, the one begun last), whose service is resumed later where it stopped
    held, held_for: visits with a priority number above `held_for` begin only while more than `held` servers are free;
        at least one server takes everybody
    ageing: minutes of waiting that make up for one place of priority, at a 'priority' station: first comes the visit
        with the least (minute of joining + ageing * priority); inf, and waiting makes up for nothing (Jackson 1960)
    groups: servers who differ in what they may do; None where all are alike. An arriving visit takes a free server of
        the group that can do least else; a server who is free takes, in the station's order, the first they may serve
    """

    id: str
    discipline: Discipline = "fifo"
    queue_limit: int | None = None
    closing: Closing = "serve_out"
    patient: bool = False
    interrupts: bool = False
    held: int = 0
    held_for: int = 0
    ageing: float = inf
    groups: Groups | None = None

    def __post_init__(self) -> None:
        if self.discipline not in get_args(Discipline):
            raise ValueError(f"station {self.id}: discipline {self.discipline!r} is not one of {get_args(Discipline)}")
        if self.closing not in get_args(Closing):
            raise ValueError(f"station {self.id}: closing {self.closing!r} is not one of {get_args(Closing)}")
        if self.queue_limit is not None and self.queue_limit < 0:
            raise ValueError(f"station {self.id}: queue_limit {self.queue_limit} is negative")
        by_priority = self.interrupts or self.held or self.ageing < inf
        if by_priority and self.discipline != "priority":
            raise ValueError(f"station {self.id}: interrupts, held and ageing need the discipline 'priority'")
        if self.ageing < inf and (self.interrupts or self.held):
            raise ValueError(f"station {self.id}: ageing goes neither with interrupts nor with held servers")
        if self.groups is not None and (self.interrupts or self.held or self.ageing < inf):
            raise ValueError(f"station {self.id}: groups go neither with interrupts, held servers nor ageing")
        if self.ageing < 0 or self.held < 0:
            raise ValueError(f"station {self.id}: ageing and held are 0 or more")


@dataclass(frozen=True, slots=True)
class Again:
    """Work that may have to be done again: after the step, with `chance`, the visit goes back to step `back_to`.

    at_most: the largest number of times one visit is sent back from here; None: until it passes
    """

    chance: float
    back_to: int
    at_most: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.chance <= 1:
            raise ValueError(f"the chance of being sent back, {self.chance}, is not between 0 and 1")
        if self.chance == 1 and self.at_most is None:
            raise ValueError("a visit that is always sent back, without a limit, never ends")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a process: `station` (index into `Facility.stations`) and the service time there, in minutes.

    limit: minutes after reaching the step at which a visit nobody has begun on goes on to the next; inf, and it waits
    timed: whether it is recorded how long each visit takes from reaching the step to its end (`Encounters.stages`)
    passing: whether a visit that finds nobody free passes by and ends, instead of waiting; for steps `beyond` only
    """

    station: int
    service: Quantile
    again: Again | None = None
    limit: float = inf
    timed: bool = False
    passing: bool = False


@dataclass(frozen=True, slots=True)
class Process:
    """A service as the customer meets it: steps in sequence, at least one.

    beyond: steps that some visits go through after their own, in an order of their own; they are numbered on after
        `steps`. What is lost there does not undo the visit: it ends served.
    """

    id: str
    steps: tuple[Step, ...]
    beyond: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        if not self.steps:
            raise ValueError(f"process {self.id} has no steps")
        for number, step in enumerate(self.steps):
            if step.again is not None and not 0 <= step.again.back_to <= number:
                raise ValueError(f"process {self.id} goes back from step {number} to step {step.again.back_to}")
            if step.limit < inf and step.again is not None:
                raise ValueError(f"process {self.id}: step {number} goes on by itself and may be sent back")

    @property
    def repeats(self) -> bool:
        """Whether a step may have to be done again."""
        return any(step.again is not None for step in self.steps)


@dataclass(frozen=True)
class Facility:
    """Every station and process of the firm.

    pool_of: int64[stations, sites], the pool that serves a station at a site; `NO_POOL` where the site has none.
        A station shared by several sites shows the same pool in several columns; a pool serves one station only.
    """

    stations: tuple[Station, ...]
    processes: tuple[Process, ...]
    pool_of: NDArray[np.int64]

    def __post_init__(self) -> None:
        shape = self.pool_of.shape
        if len(shape) != 2 or shape[0] != len(self.stations):
            raise ValueError(f"pool_of has shape {shape}; its first axis must be the {len(self.stations)} stations")
        station, _ = np.nonzero(self.pool_of >= 0)
        pool = self.pool_of[self.pool_of >= 0]
        if not np.array_equal(np.unique(pool), np.arange(self.pools)):
            raise ValueError("the pools in pool_of must be numbered 0, 1, 2, ... without a hole")
        if np.unique(np.stack([pool, station]), axis=1).shape[1] != self.pools:
            raise ValueError("a pool in pool_of serves more than one station")
        for process in self.processes:
            for step in (*process.steps, *process.beyond):
                if not 0 <= step.station < len(self.stations):
                    raise ValueError(f"process {process.id} uses station {step.station}, which does not exist")

    @cached_property
    def pools(self) -> int:
        """Number of pools."""
        return int(self.pool_of.max(initial=NO_POOL)) + 1

    @cached_property
    def most_groups(self) -> int:
        """Groups of the station with most of them; 0 where the servers of each station are alike."""
        return max((len(station.groups) for station in self.stations if station.groups is not None), default=0)

    @cached_property
    def max_steps(self) -> int:
        """Steps of the longest process, without those beyond it."""
        return max((len(process.steps) for process in self.processes), default=1)

    @cached_property
    def own_steps(self) -> NDArray[np.int64]:
        """int64[processes]: steps of each process; those numbered from there on lie beyond it."""
        return np.array([len(process.steps) for process in self.processes], np.int64)

    @cached_property
    def goes_beyond(self) -> bool:
        """Whether any process has steps beyond its own."""
        return any(process.beyond for process in self.processes)

    @cached_property
    def passing(self) -> NDArray[np.bool_]:
        """bool[processes, all steps]: steps that a visit passes by when nobody is free."""
        table = np.zeros((len(self.processes), self._all_steps), np.bool_)
        for row, process in enumerate(self.processes):
            for column, step in enumerate((*process.steps, *process.beyond)):
                table[row, column] = step.passing
        return table

    @cached_property
    def _all_steps(self) -> int:
        return max((len(process.steps) + len(process.beyond) for process in self.processes), default=1)

    @cached_property
    def repeats(self) -> NDArray[np.bool_]:
        """bool[processes]: whether a step of the process may have to be done again."""
        return np.array([process.repeats for process in self.processes], np.bool_)

    @cached_property
    def limits(self) -> NDArray[np.float64] | None:
        """float64[processes, max_steps]: the limit of each step; None where no step has one."""
        return self._of_steps(lambda step: step.limit, inf)

    @cached_property
    def timed(self) -> NDArray[np.float64] | None:
        """float64[processes, max_steps]: 1 for steps that are timed; None where none is."""
        return self._of_steps(lambda step: float(step.timed), 0.0)

    def _of_steps(self, value: Callable[[Step], float], usual: float) -> NDArray[np.float64] | None:
        table = np.full((len(self.processes), self.max_steps), usual)
        for row, process in enumerate(self.processes):
            table[row, : len(process.steps)] = [value(step) for step in process.steps]
        return None if (table == usual).all() else table

    @cached_property
    def station_of_pool(self) -> NDArray[np.int64]:
        """int64[pools]: the station each pool belongs to."""
        station, _ = np.nonzero(self.pool_of >= 0)
        owner = np.zeros(self.pools, np.int64)
        owner[self.pool_of[self.pool_of >= 0]] = station
        return owner

    @cached_property
    def _pools_of_steps(self) -> NDArray[np.int64]:
        """int64[all steps, processes * sites]: the pools of each process at each site, sites varying fastest.

        `NO_POOL` below the last step, `_LACKING` where the site does not have the station.
        """
        table = np.full((self._all_steps, len(self.processes), self.pool_of.shape[1]), NO_POOL, np.int64)
        for index, process in enumerate(self.processes):
            pools = self.pool_of[[step.station for step in (*process.steps, *process.beyond)]]
            table[: len(pools), index] = np.where(pools >= 0, pools, _LACKING)
        return table.reshape(self._all_steps, -1)

    def pool_at(
        self, step: NDArray[np.int64], process: NDArray[np.int64], site: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """The pool that does `step` of `process` at `site`; int64[n], like all it is given.

        Raises ValueError for a step the process does not have, or a station the site does not have.
        """
        if step.max(initial=0) >= self._all_steps:
            raise ValueError(f"there is no step {step.max()}: the longest process has {self._all_steps}")
        pools: NDArray[np.int64] = self._pools_of_steps[step, process * self.pool_of.shape[1] + site]
        if pools.min(initial=0) < 0:
            visit = int(np.argmax(pools < 0))
            kind = self.processes[process[visit]]
            if pools[visit] == NO_POOL:
                raise ValueError(f"process {kind.id} has no step {int(step[visit])}")
            missing = self.stations[(*kind.steps, *kind.beyond)[step[visit]].station].id
            raise ValueError(f"site {int(site[visit])} has no station {missing}, which a visit there needs")
        return pools
