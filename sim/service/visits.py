"""The visits of one window as one table of columns: those already inside first, then the arrivals in order of time.
In go the state, the arrivals and the roster as they cross the seam; out come the table and the roster changes in the
order in which the event loop meets them, checked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.service.records import Arrivals, FacilityState, Floats, Integers, Roster
from sim.service.routes import Routes
from sim.service.stations import NO_POOL, Facility


@dataclass(frozen=True, slots=True, eq=False)
class VisitTable:
    """One row a visit; the first `carried` rows are those inside. Columns as in `OpenVisits` and `Arrivals`.

    since, finish, order, remaining, wait, ahead, load: of those inside only, shape (carried,)
    place: where each visit stands, (n,), as a position in the three columns below
    start: position of each visit's first step, (n,); pool, step, minutes: of every step of every visit, one visit after
        the other; each visit ends with one entry more, whose pool is `NO_POOL`
    row: the row each of these positions belongs to
    reached: of those inside only, the minute at which they came to their present step
    limit, timed: of each position, as in `Step` (timed is 1 or 0); None where no step of the facility is limited, timed
    own_end: where each visit's own steps end, (n,), and those beyond begin; passing: the position it passes by when
        nobody is free there, -1 for none; both None where no process goes beyond its own steps
    kind: of each visit, (n,); group, served_by: of those inside only; calls: of every step, who may serve it there, by
        the station's groups (0 where it has none); an empty column where no station has any
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
    place: Integers
    since: Floats
    finish: Floats
    order: Integers
    remaining: Floats
    wait: Floats
    ahead: Integers
    load: Floats
    start: Integers
    pool: Integers
    step: Integers
    minutes: Floats
    row: Integers
    kind: Integers
    group: Integers
    served_by: Integers
    calls: Integers
    reached: Floats
    limit: Floats | None
    timed: Floats | None
    own_end: Integers | None = None
    passing: Integers | None = None

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

        Raises ValueError for an arrival outside the window, or a process, site or step that does not exist.
        """
        _check_arrivals(facility, state.now, arrivals, until)
        old, new, order = state.visits, arrivals, _order_of_arrival(arrivals)
        process = np.concatenate([old.process, new.process[order]])
        site = np.concatenate([old.site, new.site[order]])
        coming = new.routes.take(order)
        routes = old.routes.followed_by(coming) if len(old) else coming
        # Every visit has one position more than steps: where it stands when nothing is left to do.
        row = np.repeat(np.arange(len(process)), routes.length + 1)
        start = routes.start + np.arange(len(process))
        of_step = np.arange(len(routes.step))
        of_step += np.repeat(np.arange(len(process)), routes.length)
        pool, step, minutes = np.full(len(row), NO_POOL), np.zeros(len(row), np.int64), np.zeros(len(row))
        step[of_step], minutes[of_step] = routes.step, routes.minutes
        pool[of_step] = facility.pool_at(routes.step, np.repeat(process, routes.length), np.repeat(site, routes.length))
        if pace is not None:
            arriving = of_step[len(routes.step) - len(coming.step) :]
            minutes[arriving] *= pace[pool[arriving]]
        place = start.copy()
        place[: len(old)] += old.steps_done
        own_end, passing = _beyond(facility, process, row, pool, step, start) if facility.goes_beyond else (None, None)
        came = np.zeros(len(new), np.int64) if new.kind is None else new.kind[order]
        kind = np.concatenate([old.kind, came])
        calls = _calls(facility, process[row], kind[row], pool) if facility.most_groups else np.zeros(0, np.int64)
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
            place=place,
            since=old.since,
            finish=old.finish,
            order=old.order,
            remaining=old.remaining,
            wait=old.wait,
            ahead=old.ahead,
            load=old.load,
            start=start,
            pool=pool,
            step=step,
            minutes=minutes,
            row=row,
            reached=old.reached,
            limit=None if facility.limits is None else facility.limits[process[row], step],
            timed=None if facility.timed is None else facility.timed[process[row], step],
            own_end=own_end,
            passing=passing,
            kind=kind,
            group=old.group,
            served_by=old.served_by,
            calls=calls,
        )

    def routes_of(self, rows: Integers) -> Routes:
        """The whole way of some visits, as it crosses the seam."""
        inside = np.ones(len(self.row), np.bool_)
        inside[self.start + self.length - 1] = False
        length = self.length - 1
        return Routes(length, self.step[inside], self.minutes[inside]).take(rows)

    @property
    def length(self) -> Integers:
        """Positions of each visit, (n,): its steps and one more."""
        return np.diff(self.start, append=len(self.row))


def _beyond(
    facility: Facility, process: Integers, row: Integers, pool: Integers, step: Integers, start: Integers
) -> tuple[Integers, Integers]:
    """Where the own steps of each visit end, and which of its positions it passes by when nobody is free (-1: none)."""
    own = (step < facility.own_steps[process][row]) & (pool != NO_POOL)
    own_end = start + np.bincount(row[own], minlength=len(process))
    passing = np.full(len(process), -1)
    passes = np.flatnonzero((pool != NO_POOL) & facility.passing[process[row], step])
    passing[row[passes]] = passes
    return own_end, passing


def _calls(facility: Facility, process: Integers, kind: Integers, pool: Integers) -> Integers:
    """Who may serve each step, by the groups of its station; raises ValueError where nobody may."""
    calls = np.zeros(len(pool), np.int64)
    at = np.where(pool >= 0, facility.station_of_pool[pool], -1)
    for station, each in enumerate(facility.stations):
        if each.groups is None:
            continue
        here = at == station
        calls[here] = each.groups.calls[process[here], kind[here]]
        if calls[here].min(initial=0) < 0:
            name = facility.processes[int(process[here][np.argmin(calls[here])])].id
            raise ValueError(f"nobody at station {each.id} may do {name} for this kind of customer")
    return calls


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
    minutes = arrivals.routes.minutes
    if not (np.isfinite(minutes).all() and (minutes >= 0).all()):
        raise ValueError("a service time is negative or not finite")
    sites = facility.pool_of.shape[1]
    if arrivals.process.min() < 0 or arrivals.process.max() >= len(facility.processes):
        raise ValueError(f"an arrival asks for a process outside 0 to {len(facility.processes) - 1}")
    if arrivals.site.min() < 0 or arrivals.site.max() >= sites:
        raise ValueError(f"an arrival names a site outside 0 to {sites - 1}")


@dataclass(frozen=True, slots=True, eq=False)
class RosterChanges:
    """Doors and staff in one list, in order of time; at one instant doors first, then staff, each as given.

    is_door: whether `value` is a door (1 opens, 0 closes) or a number of servers, of `group` where there are groups.
    """

    time: list[float]
    pool: list[int]
    is_door: list[bool]
    value: list[int]
    group: list[int]

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
        group = np.zeros(len(time), np.int64)
        if staff.group is not None:
            group[len(doors.time) :] = staff.group
        if not ((time >= now) & (time < until)).all():
            raise ValueError(f"a roster change lies outside the window [{now}, {until})")
        if not ((pool >= 0) & (pool < pools)).all():
            raise ValueError(f"a roster change names a pool outside 0 to {pools - 1}")
        order = np.argsort(time, kind="stable")
        columns = (time, pool, is_door, value, group)
        return cls(*(column[order].tolist() for column in columns))
