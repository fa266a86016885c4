"""What a service facility is: its stations, the processes customers follow through them, and which servers are shared.
In goes a description that does not change during a run; out comes a checked `Facility` for `facility.advance`.
A pool is a set of interchangeable servers with one queue: a station at one site, or a station shared by several sites.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, Protocol, get_args

import numpy as np
from numpy.typing import NDArray

Discipline = Literal["fifo", "priority"]
Closing = Literal["serve_out", "turn_away", "carry_over"]

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
    """

    id: str
    discipline: Discipline = "fifo"
    queue_limit: int | None = None
    closing: Closing = "serve_out"

    def __post_init__(self) -> None:
        if self.discipline not in get_args(Discipline):
            raise ValueError(f"station {self.id}: discipline {self.discipline!r} is not one of {get_args(Discipline)}")
        if self.closing not in get_args(Closing):
            raise ValueError(f"station {self.id}: closing {self.closing!r} is not one of {get_args(Closing)}")
        if self.queue_limit is not None and self.queue_limit < 0:
            raise ValueError(f"station {self.id}: queue_limit {self.queue_limit} is negative")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a process: `station` (index into `Facility.stations`) and the service time there, in minutes."""

    station: int
    service: Quantile


@dataclass(frozen=True, slots=True)
class Process:
    """A service as the customer meets it: steps in sequence, at least one."""

    id: str
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        if not self.steps:
            raise ValueError(f"process {self.id} has no steps")


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
            for step in process.steps:
                if not 0 <= step.station < len(self.stations):
                    raise ValueError(f"process {process.id} uses station {step.station}, which does not exist")

    @cached_property
    def pools(self) -> int:
        """Number of pools."""
        return int(self.pool_of.max(initial=NO_POOL)) + 1

    @cached_property
    def max_steps(self) -> int:
        """Steps of the longest process."""
        return max((len(process.steps) for process in self.processes), default=1)

    @cached_property
    def station_of_pool(self) -> NDArray[np.int64]:
        """int64[pools]: the station each pool belongs to."""
        station, _ = np.nonzero(self.pool_of >= 0)
        owner = np.zeros(self.pools, np.int64)
        owner[self.pool_of[self.pool_of >= 0]] = station
        return owner

    @cached_property
    def _routes(self) -> NDArray[np.int64]:
        """int64[max_steps + 1, processes * sites]: the pools of each process at each site, sites varying fastest.

        `NO_POOL` below the last step, `_LACKING` where the site does not have the station.
        """
        routes = np.full((self.max_steps + 1, len(self.processes), self.pool_of.shape[1]), NO_POOL, np.int64)
        for index, process in enumerate(self.processes):
            pools = self.pool_of[[step.station for step in process.steps]]
            routes[: len(process.steps), index] = np.where(pools >= 0, pools, _LACKING)
        return routes.reshape(self.max_steps + 1, -1)

    def route(self, process: NDArray[np.int64], site: NDArray[np.int64]) -> NDArray[np.int64]:
        """Pools visited: int64[max_steps + 1, n] for visits of `process` at `site` (both int64[n]).

        Below the last step of a visit stands `NO_POOL`. Raises ValueError when a site lacks a station needed.
        """
        pools: NDArray[np.int64] = self._routes.take(process * self.pool_of.shape[1] + site, axis=1)
        if pools.min(initial=NO_POOL) == _LACKING:
            step, visit = (int(position) for position in np.argwhere(pools == _LACKING)[0])
            missing = self.stations[self.processes[process[visit]].steps[step].station].id
            raise ValueError(f"site {int(site[visit])} has no station {missing}, which a visit there needs")
        return pools

    def pool_at(
        self, step: NDArray[np.int64], process: NDArray[np.int64], site: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """The pool of one step of each visit, of those `route` has let through; int64[n], like all it is given."""
        pools: NDArray[np.int64] = self._routes[step, process * self.pool_of.shape[1] + site]
        return pools

    def service_times(self, process: NDArray[np.int64], uniforms: NDArray[np.float64]) -> NDArray[np.float64]:
        """Service times by inverse CDF: float64[max_steps, n], minutes, from `uniforms` float64[n, >= max_steps].

        Zero where a process has no such step. Raises ValueError for a service time that is negative or not finite.
        """
        times = np.zeros((self.max_steps, len(process)))
        narrow = np.min_scalar_type(len(self.processes))  # of 8 or 16 bits: a radix sort, three times faster
        by_process = np.argsort(process.astype(narrow), kind="stable")
        end = 0
        for kind, visits in zip(self.processes, np.bincount(process, minlength=len(self.processes)), strict=True):
            start, end = end, end + visits
            rows = by_process[start:end]
            for position, step in enumerate(kind.steps if visits else ()):
                times[position, rows] = step.service.quantile(uniforms[rows, position])
        if not (np.isfinite(times).all() and (times >= 0).all()):
            raise ValueError("a service time is negative or not finite")
        return times
