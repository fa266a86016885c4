"""The seam of the service facility: `advance` carries it from one moment to another, `close_books` ends a run.
In go plain arrays (the state, who arrives, the roster), out come plain arrays (the new state, how each visit fared);
nothing is called back and nothing given is changed. Inside stands SimPy (`floor`); another engine could stand there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.service.floor import Floor
from sim.service.grouped_floor import GroupedFloor
from sim.service.grouped_pools import GroupedPool
from sim.service.monitors import Monitors
from sim.service.outcome import Outcome
from sim.service.pools import Pool
from sim.service.records import Arrivals, Encounters, FacilityState, Floats, Integers, Joins, OpenVisits, Roster, Stages
from sim.service.stations import UNLIMITED, Facility
from sim.service.visits import RosterChanges, VisitTable

SERVED = int(Outcome.SERVED)  # comparing an array with a member of an enumeration is slow


def advance(
    facility: Facility, state: FacilityState, arrivals: Arrivals, roster: Roster, until: float
) -> tuple[FacilityState, Encounters]:
    """Run the facility over the window [state.now, until), minutes; what happens exactly at `until` comes later.

    At one instant: completions, then roster changes (doors before staff), arrivals, patience; then by sequence number
    (arrivals by visit number). However a run is cut into windows, the encounters are the same to the last bit.
    Raises ValueError when `until` lies in the past, or an arrival or roster change outside the window.
    """
    table, floor = open_floor(facility, state, arrivals, roster, until)
    floor.run_window(until)
    for pool in floor.pools:
        pool.settle(until)
    if floor.repaced:
        table.minutes[floor.repaced] = [floor.minutes[place] for place in floor.repaced]
    ended, place = _whole(floor.ended_row), _whole(floor.place)
    table.minutes[_whole(floor.passed)] = 0.0  # nobody worked on what went on by itself
    queues = _QueuesLeft.of(table, floor)
    wait = queues.wait_of_visits(table)
    after = _state_after(table, floor, ended, wait, until)
    monitors = _monitors(facility, table, floor, queues, place, state.now, after)
    encounters = _encounters(table, floor, ended, place, wait, queues, monitors)
    floor.dismantle()
    return after, encounters


def open_floor(
    facility: Facility, state: FacilityState, arrivals: Arrivals, roster: Roster, until: float
) -> tuple[VisitTable, Floor]:
    """The event loop of the window [state.now, until), ready to run, and the visits it will work on.

    Raises ValueError as `advance` does.
    """
    if not until >= state.now:
        raise ValueError(f"until ({until}) is before the present ({state.now})")
    table = VisitTable.of(facility, state, arrivals, until, roster.pace)
    pools: list[Pool] = []
    for number, station in enumerate(facility.station_of_pool.tolist()):
        section, is_open = facility.stations[station], bool(state.open[number])
        servers, capacity = int(state.servers[number]), int(state.capacity[number])
        pool = Pool(section, servers, is_open, capacity, state.now)
        if section.groups is not None:
            in_groups = state.group_servers[number].tolist(), state.group_capacity[number].tolist()
            pool = GroupedPool(section, section.groups, *in_groups, is_open, state.now)
        pools.append(pool)
    changes = RosterChanges.of(roster, state.now, until, facility.pools)
    kind_of_floor = GroupedFloor if facility.most_groups else Floor
    return table, kind_of_floor(state.now, state.sequence, table, pools, changes)


def close_books(facility: Facility, state: FacilityState) -> Encounters:
    """Everyone still inside at `state.now` as an UNFINISHED encounter, with the wait and the service had so far."""
    inside = state.visits
    waiting = np.isinf(inside.finish)
    so_far = state.now - inside.since
    minutes = inside.routes.minutes[inside.routes.start + inside.steps_done]
    before = np.where(np.isnan(inside.remaining), 0.0, minutes - inside.remaining)  # an interruption
    joins = Joins(
        visit=inside.visit[waiting],
        pool=_pool_inside(facility, inside)[waiting],
        step=inside.step[waiting],
        joined=inside.since[waiting],
        wait=so_far[waiting],
        resumed=~np.isnan(inside.remaining[waiting]),
        group=inside.group[waiting],
        outcome=np.full(np.count_nonzero(waiting), Outcome.UNFINISHED, np.int8),
    )
    return Encounters(
        visit=inside.visit,
        customer=inside.customer,
        process=inside.process,
        site=inside.site,
        priority=inside.priority,
        arrived=inside.arrived,
        ended=np.full(len(inside), state.now),
        outcome=np.full(len(inside), Outcome.UNFINISHED, np.int8),
        wait=inside.wait + np.where(waiting, so_far, 0.0),
        service=_service_of_steps_done(inside) + before + np.where(waiting, 0.0, so_far),
        steps_done=inside.steps_done,
        beyond=np.zeros(len(inside), np.int64),
        ahead=inside.ahead,
        load=inside.load,
        served_by=inside.served_by,
        joins=joins,
        stages=Stages.none(),
        monitors=Monitors.nothing(facility.pools, facility.most_groups, state.now),
    )


def _pool_inside(facility: Facility, inside: OpenVisits) -> Integers:
    return facility.pool_at(inside.step, inside.process, inside.site)


def _service_of_steps_done(inside: OpenVisits) -> Floats:
    """Minutes of the steps completed by each visit, one after the other."""
    routes = inside.routes
    visit = np.repeat(np.arange(len(routes)), routes.length)
    done = np.arange(len(visit)) < (routes.start + inside.steps_done)[visit]
    return _minutes_of(visit[done], routes.minutes[done], len(routes))


def _minutes_of(visit: Integers, minutes: Floats, visits: int) -> Floats:
    """The minutes of each visit, added one after the other, so that windows do not matter to rounding."""
    return np.bincount(visit, weights=minutes, minlength=visits).astype(np.float64, copy=False)


def _state_after(table: VisitTable, floor: Floor, ended: Integers, wait: Floats, until: float) -> FacilityState:
    return FacilityState(
        now=float(until),
        servers=_whole_servers([pool.servers for pool in floor.pools]),
        open=np.array([pool.open for pool in floor.pools], np.bool_),
        capacity=_whole_servers([pool.capacity for pool in floor.pools]),
        sequence=floor.next_sequence(),
        visits=_open_visits(table, floor, ended, wait) if len(ended) < len(table) else OpenVisits.none(),
        group_servers=_servers_by_group(floor, "servers_in"),
        group_capacity=_servers_by_group(floor, "capacity_in"),
    )


def _open_visits(table: VisitTable, floor: Floor, ended: Integers, wait: Floats) -> OpenVisits:
    still = np.ones(len(table), np.bool_)
    still[ended] = False
    services = floor.services_under_way()
    under_way = {row: (order, finish) for row, finish, order, _ in services}
    group = {row: group for row, _, _, group in services}
    remaining = sorted((*under_way.get(row, (floor.order[row], np.inf)), row) for row in np.nonzero(still)[0].tolist())
    rows = [row for _, _, row in remaining]
    inside = _whole(rows)
    return OpenVisits(
        visit=table.visit[inside],
        customer=table.customer[inside],
        process=table.process[inside],
        site=table.site[inside],
        priority=table.priority[inside],
        arrived=table.arrived[inside],
        patience=table.patience[inside],
        steps_done=_whole([floor.place[row] - floor.start[row] for row in rows]),
        since=_real([floor.since[row] for row in rows]),
        finish=_real([finish for _, finish, _ in remaining]),
        order=_whole([order for order, _, _ in remaining]),
        remaining=_real([floor.remaining.get(row, np.nan) for row in rows]),
        wait=wait[inside],
        ahead=_whole([floor.ahead[row] for row in rows]),
        load=_real([floor.load[row] for row in rows]),
        kind=table.kind[inside],
        group=_whole([group.get(row, -1) for row in rows]),
        served_by=_served_by(table, floor)[inside],
        routes=table.routes_of(inside),
        reached=_real([floor.reached[row] for row in rows]),
    )


def _served_by(table: VisitTable, floor: Floor) -> Integers:
    """The group that served the first step of each visit, (n,), -1 where there is none."""
    served_by = np.full(len(table), -1)
    served_by[: table.carried] = table.served_by
    served_by[list(floor.served_by)] = list(floor.served_by.values())
    return served_by


def _by_group(floor: Floor, numbers: Literal["servers_in", "capacity_in", "staffed_in"]) -> Floats:
    """Numbers of the groups, float64[pools, most groups of a station]."""
    most = max((len(pool.groups) for pool in floor.pools if isinstance(pool, GroupedPool)), default=0)
    table = np.zeros((len(floor.pools), most))
    for row, pool in enumerate(floor.pools):
        if isinstance(pool, GroupedPool):
            table[row, : len(pool.groups)] = getattr(pool, numbers)
    return table


def _servers_by_group(floor: Floor, numbers: Literal["servers_in", "capacity_in"]) -> Integers:
    """Servers on duty or taking work, int64[pools, most groups of a station]."""
    table = _by_group(floor, numbers)
    return np.where(np.isinf(table), UNLIMITED, np.where(np.isinf(table), 0, table).astype(np.int64))


def _whole(values: list[int]) -> Integers:
    return np.fromiter(values, np.int64, len(values))


def _real(values: list[float]) -> Floats:
    return np.fromiter(values, np.float64, len(values))


def _whole_servers(numbers: list[float]) -> Integers:
    return np.array([UNLIMITED if number == np.inf else int(number) for number in numbers], np.int64)


def _with_exceptions(length: int, exceptions: list[tuple[int, int]]) -> NDArray[np.int8]:
    """Outcome codes, int8[length]: SERVED but for the positions named."""
    outcome = np.full(length, SERVED, np.int8)
    for position, code in exceptions:
        outcome[position] = code
    return outcome


@dataclass(frozen=True, slots=True, eq=False)
class _QueuesLeft:
    """The queues left in the window: `Joins` by place in the table, with the minute each was left.

    minutes: the service that began then, if it did: of the whole step, or of what was left of it
    """

    place: Integers
    row: Integers
    pool: Integers
    joined: Floats
    left: Floats
    minutes: Floats
    resumed: NDArray[np.bool_]
    group: Integers
    outcome: NDArray[np.int8]

    @classmethod
    def of(cls, table: VisitTable, floor: Floor) -> _QueuesLeft:
        place = _whole(floor.left_place)
        joined, left = _real(floor.left_joined), _real(floor.left_at)
        outcome = _with_exceptions(len(place), floor.left_unserved)
        minutes, resumed = table.minutes[place], np.zeros(len(place), np.bool_)
        for position, rest in floor.resumed:
            minutes[position], resumed[position] = rest, True
        group = np.full(len(place), -1)
        for position, each in floor.served_in:
            group[position] = each
        return cls(place, table.row[place], table.pool[place], joined, left, minutes, resumed, group, outcome)

    def wait_of_visits(self, table: VisitTable) -> Floats:
        """Minutes waited so far by each row of the table, in earlier windows and in this one."""
        wait = np.concatenate([table.wait, np.zeros(len(table) - table.carried)])
        np.add.at(wait, self.row, self.left - self.joined)  # one after the other, so windows do not matter to rounding
        return wait


def _encounters(
    table: VisitTable,
    floor: Floor,
    row: Integers,
    place: Integers,
    wait: Floats,
    queues: _QueuesLeft,
    monitors: Monitors,
) -> Encounters:
    """One row of the table for each visit ended, `row`, in the order of ending; `place` and `wait` of every row."""
    done = np.arange(len(table.row)) < place[table.row]
    service = _minutes_of(table.row[done], table.minutes[done], len(table))
    for lost, _ in floor.ended_unserved:
        rest = floor.remaining.get(floor.ended_row[lost])
        if rest is not None:  # cut off while waiting for the rest of a service
            each = floor.ended_row[lost]
            service[each] += table.minutes[place[each]] - rest
    return Encounters(
        visit=table.visit[row],
        customer=table.customer[row],
        process=table.process[row],
        site=table.site[row],
        priority=table.priority[row],
        arrived=table.arrived[row],
        ended=_real(floor.ended_at),
        outcome=_with_exceptions(len(row), floor.ended_unserved),
        wait=wait[row],
        service=service[row],
        steps_done=(place - table.start)[row],
        beyond=np.zeros(len(row), np.int64) if table.own_end is None else np.maximum(place - table.own_end, 0)[row],
        ahead=_whole(floor.ahead)[row],
        load=_real(floor.load)[row],
        served_by=_served_by(table, floor)[row],
        joins=Joins(
            visit=table.visit[queues.row],
            pool=queues.pool,
            step=table.step[queues.place],
            joined=queues.joined,
            wait=queues.left - queues.joined,
            resumed=queues.resumed,
            group=queues.group,
            outcome=queues.outcome,
        ),
        stages=_stages(table, floor),
        monitors=monitors,
    )


def _stages(table: VisitTable, floor: Floor) -> Stages:
    """The timed steps ended in the window."""
    if not floor.stages:
        return Stages.none()
    place, reached, ended, outcome = zip(*floor.stages, strict=True)
    at = np.array(place, np.int64)
    row = table.row[at]
    return Stages(
        visit=table.visit[row],
        process=table.process[row],
        step=table.step[at],
        reached=np.array(reached, np.float64),
        ended=np.array(ended, np.float64),
        outcome=np.array(outcome, np.int8),
    )


def _monitors(
    facility: Facility,
    table: VisitTable,
    floor: Floor,
    queues: _QueuesLeft,
    place: Integers,
    start: float,
    after: FacilityState,
) -> Monitors:
    """Totals of each pool: of every wait and service the part inside the window [start, after.now)."""
    end, inside = after.now, after.visits
    pool_inside = _pool_inside(facility, inside)
    waiting = np.isinf(inside.finish)
    carried = np.nonzero(np.isfinite(table.finish))[0]
    pool_carried = table.pool[table.place[carried]]
    served = queues.outcome == SERVED
    finish = queues.left[served] + queues.minutes[served]

    def total(*parts: tuple[Integers, Floats]) -> Floats:
        minutes = np.zeros(facility.pools)
        for pool, length in parts:
            minutes += np.bincount(pool, weights=length, minlength=facility.pools)
        return minutes

    # The steps reached and done in this window, of each visit, follow from where it stood before and stands after it.
    stood_at = table.place.copy()
    stood_at[table.carried :] -= 1  # newcomers reach their first step as well
    here = np.arange(len(table.row))
    reached = (here > stood_at[table.row]) & (here <= place[table.row]) & (table.pool >= 0)
    done = (here >= table.place[table.row]) & (here < place[table.row])
    lost = np.array([pool.lost for pool in floor.pools], np.int64).reshape(-1, len(Outcome)).T
    passed = np.bincount(table.pool[_whole(floor.passed)], minlength=facility.pools)
    queue_time = total(
        (queues.pool, queues.left - np.maximum(queues.joined, start)),
        (pool_inside[waiting], end - np.maximum(inside.since[waiting], start)),
    )
    busy_time = total(
        (pool_carried, np.minimum(table.finish[carried], end) - start),
        (queues.pool[served], np.minimum(finish, end) - queues.left[served]),
    )
    group_busy_time = np.zeros((facility.pools, facility.most_groups))
    if facility.most_groups:
        for pool, group, length in (
            (pool_carried, table.group[carried], np.minimum(table.finish[carried], end) - start),
            (queues.pool[served], queues.group[served], np.minimum(finish, end) - queues.left[served]),
        ):
            in_group = group >= 0
            np.add.at(group_busy_time, (pool[in_group], group[in_group]), length[in_group])
    for stopped, group_stopped, planned, at in floor.cut_short:
        busy_time[table.pool[stopped]] -= min(planned, end) - at
        if group_stopped >= 0:
            group_busy_time[table.pool[stopped], group_stopped] -= min(planned, end) - at
    return Monitors(
        start=start,
        end=end,
        busy_time=busy_time,
        staffed_time=np.array([pool.staffed_time for pool in floor.pools], np.float64),
        queue_time=queue_time,
        in_system_time=queue_time + busy_time,
        arrivals=np.bincount(table.pool[reached], minlength=facility.pools),
        served=np.bincount(table.pool[done], minlength=facility.pools) - passed,
        reneged=lost[Outcome.RENEGED],
        balked=lost[Outcome.BALKED],
        blocked=lost[Outcome.BLOCKED],
        missed=lost[Outcome.MISSED],
        passed=passed,
        longest_queue=np.array([pool.longest_queue for pool in floor.pools], np.int64),
        group_busy_time=group_busy_time,
        group_staffed_time=_by_group(floor, "staffed_in"),
    )
