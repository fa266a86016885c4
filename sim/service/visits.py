"""The visits of one window as one table of columns: those already inside first, then the arrivals in order of time.
In go the state, the arrivals and the roster as they cross the seam; out come the table and the roster changes in the
order in which the event loop meets them, checked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.service.records import Arrivals, FacilityState, Floats, Integers, Roster
from sim.service.stations import Facility


@dataclass(frozen=True, slots=True, eq=False)
class VisitTable:
    """One row a visit; the first `carried` rows are those inside. Columns as in `OpenVisits` and `Arrivals`.

    step, since, finish, order, wait, ahead, load: of those inside only, shape (carried,)
    route: int64[max_steps + 1, n], pool of each step, negative after the last; service_times: float64[max_steps, n]
    """

    carried: int
    visit: Integers
    customer: Integers
    process: Integers
    site: Integers
    priority: Integers
    arrived: Floats
    patience: Floats
    balk_at: Floats
    step: Integers
    since: Floats
    finish: Floats
    order: Integers
    wait: Floats
    ahead: Integers
    load: Floats
    route: Integers
    service_times: Floats

    def __len__(self) -> int:
        return len(self.visit)

    @classmethod
    def of(
        cls,
        facility: Facility,
        state: FacilityState,
        arrivals: Arrivals,
        until: float,
        pace: Floats | None = None,
    ) -> VisitTable:
        """The table for the window [state.now, until); `pace` multiplies the service times of arrivals, by pool.

        Raises ValueError for an arrival outside the window, a process or site that does not exist, or too few uniforms.
        """
        _check_arrivals(facility, state.now, arrivals, until)
        old, new, order = state.visits, arrivals, _order_of_arrival(arrivals)
        new_process = new.process[order]
        process = np.concatenate([old.process, new_process])
        site = np.concatenate([old.site, new.site[order]])
        route = facility.route(process, site)
        service_times = facility.service_times(new_process, new.uniforms.take(order, axis=0))
        if pace is not None:
            service_times *= pace[route[: len(service_times), len(old) :]]  # 0 below the last step, whatever the pace
        return cls(
            carried=len(old),
            visit=np.concatenate([old.visit, new.visit[order]]),
            customer=np.concatenate([old.customer, new.customer[order]]),
            process=process,
            site=site,
            priority=np.concatenate([old.priority, new.priority[order]]),
            arrived=np.concatenate([old.arrived, new.at[order]]),
            patience=np.concatenate([old.patience, new.patience[order]]),
            balk_at=np.concatenate([np.full(len(old), np.inf), new.balk_at[order]]),
            step=old.step,
            since=old.since,
            finish=old.finish,
            order=old.order,
            wait=old.wait,
            ahead=old.ahead,
            load=old.load,
            route=route,
            service_times=np.concatenate([old.service_times, service_times], axis=1),
        )


def _order_of_arrival(arrivals: Arrivals) -> NDArray[np.intp]:
    """Positions by time; at one instant by visit number."""
    order = np.argsort(arrivals.at, kind="stable")
    at, visit = arrivals.at[order], arrivals.visit[order]
    if ((at[1:] == at[:-1]) & (visit[1:] < visit[:-1])).any():  # seldom, and a sort by two keys costs twice as much
        return np.lexsort((arrivals.visit, arrivals.at))
    return order


def _check_arrivals(facility: Facility, now: float, arrivals: Arrivals, until: float) -> None:
    if not len(arrivals):
        return
    if not ((arrivals.at >= now) & (arrivals.at < until)).all():
        raise ValueError(f"an arrival lies outside the window [{now}, {until})")
    if arrivals.uniforms.ndim != 2 or arrivals.uniforms.shape[1] < facility.max_steps:
        raise ValueError(f"uniforms need a column for each of {facility.max_steps} steps")
    sites = facility.pool_of.shape[1]
    if arrivals.process.min() < 0 or arrivals.process.max() >= len(facility.processes):
        raise ValueError(f"an arrival asks for a process outside 0 to {len(facility.processes) - 1}")
    if arrivals.site.min() < 0 or arrivals.site.max() >= sites:
        raise ValueError(f"an arrival names a site outside 0 to {sites - 1}")


@dataclass(frozen=True, slots=True, eq=False)
class RosterChanges:
    """Doors and staff in one list, in order of time; at one instant doors first, then staff, each as given.

    is_door: whether `value` is a door (1 opens, 0 closes) or a number of servers.
    """

    time: list[float]
    pool: list[int]
    is_door: list[bool]
    value: list[int]

    def __len__(self) -> int:
        return len(self.time)

    @classmethod
    def of(cls, roster: Roster, now: float, until: float, pools: int) -> RosterChanges:
        """Raises ValueError for a change outside [now, until) or at a pool that does not exist."""
        doors, staff = roster.openings, roster.staff
        time = np.concatenate([doors.time, staff.time])
        pool = np.concatenate([doors.pool, staff.pool])
        is_door = np.arange(len(time)) < len(doors.time)
        value = np.concatenate([doors.open.astype(np.int64), staff.servers])
        if not ((time >= now) & (time < until)).all():
            raise ValueError(f"a roster change lies outside the window [{now}, {until})")
        if not ((pool >= 0) & (pool < pools)).all():
            raise ValueError(f"a roster change names a pool outside 0 to {pools - 1}")
        order = np.argsort(time, kind="stable")
        return cls(time[order].tolist(), pool[order].tolist(), is_door[order].tolist(), value[order].tolist())
