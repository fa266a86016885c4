"""What holds in every facility whose servers differ in what they may do, for every arrival stream and roster: windows
do not matter, customers are conserved, nobody waits while a server who may serve them is free, nobody serves whom they
may not serve.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.service.facility import close_books
from sim.service.groups import Groups
from sim.service.outcome import Outcome
from sim.service.records import FacilityState
from sim.service.routes import lay_out
from sim.service.stations import UNLIMITED, Closing, Discipline, Facility, Process, Station, Step
from tests.facility_cases import AS_GIVEN, World, columns, in_windows, random_minutes, random_visits, roster

pytestmark = pytest.mark.slow

Floats = NDArray[np.float64]

HORIZON = 120.0
KINDS = 2

closings: st.SearchStrategy[Closing] = st.sampled_from(["serve_out", "turn_away", "carry_over", "put_down"])
disciplines: st.SearchStrategy[Discipline] = st.sampled_from(["fifo", "priority"])


@st.composite
def groups(draw: st.DrawFn, processes: int) -> Groups:
    """One to three groups; the last may do whatever no other may."""
    number = draw(st.integers(1, 3))
    rules = st.lists(st.booleans(), min_size=processes * KINDS, max_size=processes * KINDS)
    may = np.array([draw(rules) for _ in range(number)], np.bool_)
    may[-1] |= ~may.any(axis=0)
    pace = tuple(draw(st.sampled_from([1.0, 0.5, 2.0])) for _ in range(number))
    return Groups(tuple(f"group-{each}" for each in range(number)), may.reshape(number, processes, KINDS), pace)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A plain greeter, a counter and a desk with groups, at two sites; processes of one to three steps; any roster."""
    stations = (
        Station("greeter"),
        *(
            Station(
                name,
                draw(disciplines),
                draw(st.sampled_from([None, None, 0, 2])),
                draw(closings),
                draw(st.booleans()),
                groups=draw(groups(3)),
            )
            for name in ("counter", "desk")
        ),
    )
    processes = tuple(
        Process(str(index), tuple(Step(station, AS_GIVEN) for station in route))
        for index, route in enumerate([(1,), (0, 1), (1, 0, 2)])
    )
    facility = Facility(stations, processes, np.array([[0, 1], [2, 3], [4, 4]]))
    number = st.sampled_from([0, 1, 1, 1, 2, 3, UNLIMITED])
    state = FacilityState.empty(
        facility,
        servers=draw(st.lists(number, min_size=5, max_size=5)),
        is_open=draw(st.lists(st.sampled_from([True, True, False]), min_size=5, max_size=5)),
        groups=np.array([[draw(number) for _ in range(facility.most_groups)] for _ in range(5)]),
    )
    times = st.integers(0, int(HORIZON * 4) - 1).map(lambda quarter: quarter / 4)
    lines = []
    for time, pool, servers in sorted(
        draw(st.lists(st.tuples(times, st.integers(0, 4), st.integers(0, 3)), max_size=10))
    ):
        there = stations[int(facility.station_of_pool[pool])].groups
        lines.append((time, pool, servers, 0 if there is None else draw(st.integers(0, len(there) - 1))))
    doors = sorted(draw(st.lists(st.tuples(times, st.integers(0, 4), st.booleans()), max_size=8)))
    luck = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    count = draw(st.one_of(st.integers(0, 5), st.integers(40, 80)))

    arrivals = random_visits(luck, count, HORIZON)
    routes = lay_out(processes, arrivals.process, lambda _, sent: random_minutes(luck, 6, (len(sent), 6)))
    arrivals = replace(arrivals, routes=routes, kind=luck.integers(0, KINDS, count))
    return World(facility, state, arrivals, roster(lines, doors))


@settings(max_examples=120, deadline=None)
@given(world=worlds(), data=st.data())
def test_cutting_a_run_of_groups_into_windows_changes_nothing(world: World, data: st.DataObject) -> None:
    whole_states, whole = in_windows(world, [], HORIZON)
    moments = [*world.arrivals.at.tolist(), *whole[0].ended.tolist(), *world.lines.staff.time.tolist(), 1.0]
    cuts = sorted(data.draw(st.lists(st.sampled_from([each for each in moments if each < HORIZON]), max_size=6)))
    cut_states, parts = in_windows(world, cuts, HORIZON)
    for name, column in columns(whole).items():
        assert column.tobytes() == columns(parts)[name].tobytes(), name
    left, cut_left = (close_books(world.facility, states[-1]) for states in (whole_states, cut_states))
    for name, column in columns([left]).items():
        assert column.tobytes() == columns([cut_left])[name].tobytes(), name
    for name in ("servers", "capacity", "group_servers", "group_capacity"):
        assert np.array_equal(getattr(whole_states[-1], name), getattr(cut_states[-1], name)), name
    unlimited = (world.state.group_servers == UNLIMITED).any() or (world.state.servers == UNLIMITED).any()
    for name in ("busy_time", "queue_time", "group_busy_time", "staffed_time", "group_staffed_time"):
        if "staffed" in name and unlimited:
            continue  # a pool that was unlimited in part of a window reports no staff for that window only
        together = sum(getattr(part.monitors, name) for part in parts)
        np.testing.assert_allclose(together, getattr(whole[0].monitors, name), rtol=1e-9, atol=1e-9)


@settings(max_examples=80, deadline=None)
@given(world=worlds(), cut=st.integers(0, 479).map(lambda quarter: quarter / 4))
def test_customers_of_groups_are_conserved_at_every_moment(world: World, cut: float) -> None:
    states, parts = in_windows(world, [cut], HORIZON)
    for upto, state, windows in ((cut, states[0], parts[:1]), (HORIZON, states[1], parts)):
        known = np.concatenate([*(part.visit for part in windows), state.visits.visit])
        assert np.array_equal(np.sort(known), np.sort(world.arrivals.visit[world.arrivals.at < upto]))


@settings(max_examples=80, deadline=None)
@given(world=worlds())
def test_nobody_serves_whom_they_may_not_serve_and_no_group_works_more_than_it_is_there(world: World) -> None:
    _, parts = in_windows(world, [], HORIZON)
    joins, monitors = parts[0].joins, parts[0].monitors
    assert world.arrivals.kind is not None
    station = world.facility.station_of_pool[joins.pool]
    process, kind = world.arrivals.process[joins.visit], world.arrivals.kind[joins.visit]
    for number, each in enumerate(world.facility.stations):
        here = (station == number) & (joins.outcome == Outcome.SERVED)
        if each.groups is None:
            assert (joins.group[here] == -1).all()
        else:
            assert each.groups.may[joins.group[here], process[here], kind[here]].all()
    assert (monitors.utilisation <= 1 + 1e-9).all()
    grouped = np.array([each.groups is not None for each in world.facility.stations])[world.facility.station_of_pool]
    limited = grouped & (monitors.staffed_time > 0)
    staffed, busy = monitors.group_staffed_time[limited], monitors.group_busy_time[limited]
    assert (busy <= staffed + 1e-9).all()
    np.testing.assert_allclose(staffed.sum(axis=1), monitors.staffed_time[limited], rtol=1e-9)
    np.testing.assert_allclose(monitors.group_busy_time[grouped].sum(axis=1), monitors.busy_time[grouped], atol=1e-9)


@settings(max_examples=120, deadline=None)
@given(world=worlds(), cut=st.integers(1, 479).map(lambda quarter: quarter / 4))
def test_nobody_waits_while_a_server_who_may_serve_them_is_free(world: World, cut: float) -> None:
    """At any moment: of every visit that waits, all groups that may serve it are busy or off."""
    states, _ = in_windows(world, [cut], HORIZON)
    state, inside = states[0], states[0].visits
    assume(len(inside) > 0)
    pool = world.facility.pool_at(inside.step, inside.process, inside.site)
    for number in range(world.facility.pools):
        groups = world.facility.stations[int(world.facility.station_of_pool[number])].groups
        if groups is None:
            continue
        here, waits = pool == number, np.isinf(inside.finish)
        busy = np.bincount(inside.group[here & ~waits], minlength=len(groups))
        free = busy < state.group_capacity[number, : len(groups)]
        able = groups.may[:, inside.process[here & waits], inside.kind[here & waits]]
        assert not (able & free[:, np.newaxis]).any()
