"""What holds in every facility, for every arrival stream and roster: windows do not matter, customers are conserved,
Little's law, order of service. Times fall on quarter minutes half of the time, so that ties are common.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.service.facility import close_books
from sim.service.outcome import Outcome
from sim.service.records import FacilityState
from sim.service.routes import lay_out
from sim.service.stations import UNLIMITED, Again, Closing, Discipline, Facility, Process, Station, Step
from tests.facility_cases import (
    AS_GIVEN,
    World,
    columns,
    in_windows,
    one_station,
    random_minutes,
    random_visits,
    roster,
    serve,
    visits,
)

pytestmark = pytest.mark.slow

Floats = NDArray[np.float64]

HORIZON = 120.0
WORLDS = 60

disciplines: st.SearchStrategy[Discipline] = st.sampled_from(["fifo", "priority"])
closings: st.SearchStrategy[Closing] = st.sampled_from(["serve_out", "turn_away", "carry_over", "put_down"])


@st.composite
def minutes(draw: st.DrawFn, low: float, high: float) -> float:
    """A time in [low, high), on a quarter minute or anywhere."""
    quarters = st.integers(int(low * 4), int(high * 4) - 1).map(lambda quarter: quarter / 4)
    anywhere = st.floats(low, high, exclude_max=True, allow_subnormal=False)
    return draw(st.one_of(quarters, anywhere))


@st.composite
def any_station(draw: st.DrawFn, name: str) -> Station:
    """First come or by priority, with interruptions, servers held or ageing; any closing rule; room for some or all."""
    discipline, closing = draw(disciplines), draw(closings)
    room, patient = draw(st.sampled_from([None, None, 0, 2])), draw(st.sampled_from([False, False, True]))
    if discipline == "fifo":
        return Station(name, discipline, room, closing, patient)
    if draw(st.booleans()):
        return Station(name, discipline, room, closing, patient, ageing=draw(st.sampled_from([0.0, 2.0, 10.0])))
    held, held_for = draw(st.integers(0, 2)), draw(st.integers(0, 1))
    return Station(name, discipline, room, closing, patient, draw(st.booleans()), held, held_for)


@st.composite
def reworks(draw: st.DrawFn, last: int) -> Again | None:
    """After the last step: nothing, or back to any step, with or without a cap."""
    if draw(st.booleans()):
        return None
    return Again(draw(st.sampled_from([0.2, 0.6])), draw(st.integers(0, last)), draw(st.sampled_from([None, 1, 3])))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Three stations at two sites, the third shared; three processes of one to three timed steps, with rework, and with
    limits after which a visit goes on by itself; any roster.
    """
    stations = tuple(draw(any_station(name)) for name in ("greeter", "counter", "desk"))
    limits = st.sampled_from([np.inf, np.inf, 0.0, 2.0, 7.25])
    processes = tuple(
        Process(
            str(index),
            (
                *(Step(station, AS_GIVEN, limit=draw(limits), timed=draw(st.booleans())) for station in route[:-1]),
                Step(route[-1], AS_GIVEN, again, draw(limits) if again is None else np.inf, draw(st.booleans())),
            ),
        )
        for index, (route, again) in enumerate(
            [((1,), draw(reworks(0))), ((0, 1), draw(reworks(1))), ((0, 1, 2), draw(reworks(2)))]
        )
    )
    facility = Facility(stations, processes, np.array([[0, 1], [2, 3], [4, 4]]))
    crews = st.lists(st.sampled_from([0, 1, 1, 1, 2, 2, 3, UNLIMITED]), min_size=5, max_size=5)
    state = FacilityState.empty(
        facility,
        servers=draw(crews),
        is_open=draw(st.lists(st.sampled_from([True, True, False]), min_size=5, max_size=5)),
    )
    lines = roster(
        staff=sorted(draw(st.lists(st.tuples(minutes(0, HORIZON), st.integers(0, 4), st.integers(0, 3)), max_size=8))),
        doors=sorted(draw(st.lists(st.tuples(minutes(0, HORIZON), st.integers(0, 4), st.booleans()), max_size=8))),
    )
    count = draw(st.one_of(st.integers(0, 5), st.integers(40, 80)))
    luck = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))

    arrivals = random_visits(luck, count, HORIZON)
    routes = lay_out(
        processes,
        arrivals.process,
        lambda _, sent: np.concatenate([random_minutes(luck, 6, (len(sent), 3)), luck.random((len(sent), 3))], axis=1),
    )
    return World(facility, state, replace(arrivals, routes=routes), lines)


def integral_of_number(came: Floats, went: Floats, start: float, end: float) -> float:
    """Area under the number present, by walking along the step function."""
    instants = np.concatenate([[start, end], np.clip(came, start, end), np.clip(went, start, end)])
    changes = np.concatenate([[0, 0], np.ones(len(came)), -np.ones(len(went))])
    order = np.argsort(instants, kind="stable")
    present = np.cumsum(changes[order])[:-1]
    return float(np.sum(present * np.diff(instants[order])))


@settings(max_examples=2 * WORLDS)
@given(world=worlds(), data=st.data())
def test_cutting_a_run_into_windows_changes_nothing(world: World, data: st.DataObject) -> None:
    whole_states, whole = in_windows(world, [], HORIZON)
    events = [*world.arrivals.at.tolist(), *whole[0].ended.tolist(), *world.lines.staff.time.tolist()]
    anywhere = st.one_of(
        minutes(0, HORIZON), st.sampled_from([moment for moment in events if moment < HORIZON] or [1.0])
    )
    cuts = sorted(data.draw(st.lists(anywhere, max_size=6)))
    cut_states, parts = in_windows(world, cuts, HORIZON)

    for name, column in columns(whole).items():
        assert column.tobytes() == columns(parts)[name].tobytes(), name
    left, cut_left = (close_books(world.facility, states[-1]) for states in (whole_states, cut_states))
    for name, column in columns([left]).items():
        assert column.tobytes() == columns([cut_left])[name].tobytes(), name
    for name in ("busy_time", "staffed_time", "queue_time"):
        if name == "staffed_time" and (world.state.servers == UNLIMITED).any():
            continue  # a pool that was unlimited in part of a window reports no staff for that window only
        together = sum(getattr(part.monitors, name) for part in parts)
        np.testing.assert_allclose(together, getattr(whole[0].monitors, name), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("discipline", ["fifo", "priority"])
def test_a_hundred_odd_windows_change_nothing(discipline: Discipline) -> None:
    """A rush at the start, two steps. Early windows are short against the times they schedule, where rounding shows."""
    luck = np.random.default_rng(11)
    count, end = 4000, 1000.0
    facility = Facility(
        (Station("greeter", discipline), Station("counter", discipline)),
        (Process("errand", (Step(1, AS_GIVEN),)), Process("journey", (Step(0, AS_GIVEN), Step(1, AS_GIVEN)))),
        np.array([[0], [1]]),
    )
    arrivals = visits(
        0.01 + (end - 1) * luck.random(count) ** 3,
        luck.exponential(1.0, (count, 2)),
        facility=facility,
        process=luck.integers(0, 2, count),
        priority=luck.integers(0, 3, count),
        patience=luck.exponential(6.0, count),
    )
    state = FacilityState.empty(facility, servers=[2, 4], is_open=True)
    world = World(facility, state, arrivals, roster())
    _, whole = in_windows(world, [], end)
    _, parts = in_windows(world, np.geomspace(0.01, end - 1, 100).tolist(), end)
    for name, column in columns(whole).items():
        assert column.tobytes() == columns(parts)[name].tobytes(), name


@settings(max_examples=WORLDS)
@given(world=worlds(), cut=minutes(0, HORIZON))
def test_customers_are_conserved_at_every_moment(world: World, cut: float) -> None:
    """Arrivals = served + reneged + balked + blocked + missed + inside; of the facility, and of every pool."""
    states, parts = in_windows(world, [cut], HORIZON)
    for upto, state, windows in ((cut, states[0], parts[:1]), (HORIZON, states[1], parts)):
        known = np.concatenate([*(part.visit for part in windows), state.visits.visit])
        assert np.array_equal(np.sort(known), np.sort(world.arrivals.visit[world.arrivals.at < upto]))

        inside = state.visits
        pool = world.facility.pool_at(inside.step, inside.process, inside.site)
        balance = np.bincount(pool, minlength=world.facility.pools)
        for total in (part.monitors for part in windows):
            balance += total.served + total.reneged + total.balked + total.blocked + total.missed + total.passed
            balance -= total.arrivals
        assert not balance.any()


@settings(max_examples=WORLDS)
@given(world=worlds(), cut=minutes(0, HORIZON))
def test_littles_law_holds_for_every_queue_with_boundary_terms(world: World, cut: float) -> None:
    """The integral of the number waiting equals the waits of those who left plus those of who still waits."""
    states, parts = in_windows(world, [cut], HORIZON)
    waiting = close_books(world.facility, states[-1]).joins
    for pool in range(world.facility.pools):
        joined = np.concatenate([table.joined[table.pool == pool] for table in (*(p.joins for p in parts), waiting)])
        waited = np.concatenate([table.wait[table.pool == pool] for table in (*(p.joins for p in parts), waiting)])
        for part, start, end in zip(parts, (0.0, cut), (cut, HORIZON), strict=True):
            area = integral_of_number(joined, joined + waited, start, end)
            assert part.monitors.queue_time[pool] == pytest.approx(area, rel=1e-9, abs=1e-9)
        total = sum(part.monitors.queue_time[pool] for part in parts)
        assert total == pytest.approx(waited.sum(), rel=1e-9, abs=1e-9)


@settings(max_examples=WORLDS)
@given(world=worlds())
def test_littles_law_holds_for_the_whole_facility(world: World) -> None:
    """The integral of the number inside equals the time everyone spent there: waits plus services."""
    states, parts = in_windows(world, [], HORIZON)
    books = close_books(world.facility, states[-1])
    arrived = np.concatenate([parts[0].arrived, books.arrived])
    area = integral_of_number(arrived, np.concatenate([parts[0].ended, books.ended]), 0.0, HORIZON)
    spent = sum(float((table.wait + table.service).sum()) for table in (parts[0], books))
    assert area == pytest.approx(spent, rel=1e-9, abs=1e-9)
    assert parts[0].monitors.in_system_time.sum() == pytest.approx(area, rel=1e-9, abs=1e-9)


@settings(max_examples=WORLDS)
@given(world=worlds())
def test_nobody_waits_past_patience_and_servers_never_work_more_than_they_are_there(world: World) -> None:
    _, parts = in_windows(world, [], HORIZON)
    met = parts[0]
    stations = world.facility.stations
    never = np.array([station.patient for station in stations])[world.facility.station_of_pool[met.joins.pool]]
    # Nobody gives up where they wait at home, nor once their service has begun.
    patience = np.where(never | met.joins.resumed, np.inf, world.arrivals.patience[met.joins.visit])
    assert (met.joins.wait <= patience + 1e-9).all()
    limits = world.facility.limits
    if limits is not None:
        process = world.arrivals.process[met.joins.visit]
        limit = limits[process, met.joins.step]
        passed = met.joins.outcome == Outcome.PASSED
        np.testing.assert_allclose(met.joins.wait[passed], limit[passed], rtol=0, atol=1e-9)
        assert (met.joins.wait[~met.joins.resumed] <= limit[~met.joins.resumed] + 1e-9).all()
    left = met.joins.outcome == Outcome.RENEGED
    np.testing.assert_allclose(met.joins.wait[left], patience[left], rtol=0, atol=1e-9)
    assert (met.monitors.utilisation <= 1 + 1e-9).all()
    assert ((met.load >= 0) & (met.load <= 1)).all()


@settings(max_examples=WORLDS)
@given(world=worlds())
def test_a_first_come_queue_never_changes_places(world: World) -> None:
    _, parts = in_windows(world, [], HORIZON)
    joins = parts[0].joins
    for pool in range(world.facility.pools):
        if world.facility.stations[int(world.facility.station_of_pool[pool])].discipline == "fifo":
            served = joins.joined[(joins.pool == pool) & (joins.outcome == Outcome.SERVED) & ~joins.resumed]
            assert (np.diff(served) >= 0).all()


@settings(max_examples=WORLDS)
@given(world=worlds())
def test_the_order_in_which_arrivals_are_written_does_not_matter(world: World) -> None:
    _, parts = in_windows(world, [], HORIZON)
    backwards = world.arrivals.take(np.arange(len(world.arrivals))[::-1])
    _, mirrored = in_windows(World(world.facility, world.state, backwards, world.lines), [], HORIZON)
    for name, column in columns(parts).items():
        assert column.tobytes() == columns(mirrored)[name].tobytes(), name


@given(
    servers=st.integers(1, 4),
    luck=st.integers(0, 2**32 - 1),
    discipline=disciplines,
)
def test_more_servers_never_lengthen_the_mean_wait(servers: int, luck: int, discipline: Discipline) -> None:
    """The same customers with the same needs: paired. At a first-come counter it holds for every single customer."""
    drawn = np.random.default_rng(luck)
    arrivals = visits(
        np.cumsum(drawn.exponential(1, 200)), drawn.exponential(2.5, 200), priority=drawn.integers(0, 2, 200)
    )
    facility = one_station(discipline=discipline)
    few, more = (serve(facility, arrivals, servers=crew)[1] for crew in (servers, servers + 1))
    if discipline == "fifo":
        before, after = (met.wait[np.argsort(met.visit)] for met in (few, more))
        assert (after <= before + 1e-9).all()
    assert more.wait.mean() <= few.wait.mean() + 1e-9


@given(luck=st.integers(0, 2**32 - 1))
def test_no_ordinary_customer_is_called_while_a_vip_waits(luck: int) -> None:
    drawn = np.random.default_rng(luck)
    arrivals = visits(
        np.cumsum(drawn.exponential(1, 100)), drawn.exponential(1.5, 100), priority=drawn.integers(0, 3, 100)
    )
    _, met = serve(one_station(discipline="priority"), arrivals)
    called = met.arrived + met.wait
    for vip in np.nonzero(met.priority < 2)[0]:
        meanwhile = (called > met.arrived[vip] + 1e-9) & (called < called[vip] - 1e-9)
        assert not (meanwhile & (met.priority > met.priority[vip])).any()
