"""A facility asked for twice what it can serve: what it remembers stays in proportion to who is inside, and a long
overload costs no more a visit than a short one.
"""

import gc
import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.service.clock import PATIENCE
from sim.service.facility import advance, open_floor
from sim.service.floor import Floor
from sim.service.records import Arrivals, FacilityState, Roster
from sim.service.stations import Discipline
from tests.facility_cases import one_station, visits

SERVERS = 10


def oversold(count: int, mean_patience: float) -> Arrivals:
    """Twice as many as ten servers can serve in a minute each; patience is often longer than the wait."""
    luck = np.random.default_rng(count)
    return visits(
        np.cumsum(luck.exponential(1 / (2 * SERVERS), count)),
        luck.exponential(1.0, count),
        patience=luck.exponential(mean_patience, count),
        priority=luck.integers(0, 3, count),
    )


def busy(count: int) -> Arrivals:
    """Nearly as many as ten servers can serve, who would wait for days: their timers outlive their visits."""
    luck = np.random.default_rng(count)
    return visits(
        np.cumsum(luck.exponential(1 / (0.99 * SERVERS), count)), luck.exponential(1.0, count), patience=5000.0
    )


def stale_and_live(floor: Floor) -> tuple[int, int]:
    """Entries of people who are gone, and all others, in the heap and in the queues."""
    stale = live = 0
    for _, kind, _, event in floor._queue:
        if kind == PATIENCE and floor.timer[event.row] is not event:  # type: ignore[attr-defined]  # a VisitEvent
            stale += 1
        else:
            live += 1
    for pool in floor.pools:
        stale += len(pool.queue) - pool.queue.waiting
        live += pool.queue.waiting
    return stale, live


@pytest.mark.parametrize("discipline", ["fifo", "priority"])
@pytest.mark.parametrize(
    "arrivals", [oversold(15_000, 1.0), oversold(15_000, 30.0), oversold(15_000, 1000.0), busy(15_000)]
)
def test_entries_of_people_who_are_gone_do_not_pile_up(discipline: Discipline, arrivals: Arrivals) -> None:
    facility = one_station(discipline=discipline)
    state = FacilityState.empty(facility, servers=SERVERS, is_open=True)
    until = float(arrivals.at[-1]) + 1
    _, floor = open_floor(facility, state, arrivals, Roster.unchanged(), until)
    for moment in np.linspace(0, until, 100)[1:]:
        floor.run_window(float(moment))
        stale, live = stale_and_live(floor)
        assert stale <= live + 1000


def test_between_windows_only_those_inside_are_kept() -> None:
    facility = one_station()
    state = FacilityState.empty(facility, servers=SERVERS, is_open=True)
    arrivals = oversold(10_000, 1000.0)
    ended = 0
    for day in range(5):
        start, end = 100.0 * day, 100.0 * (day + 1)
        today = arrivals.take((arrivals.at >= start) & (arrivals.at < end))
        state, met = advance(facility, state, today, Roster.unchanged(), end)
        ended += len(met)
        assert len(state.visits) == np.count_nonzero(arrivals.at < end) - ended
        # 18 columns, and of the one step to go its number and minutes, of 8 bytes each.
        assert sum(sys.getsizeof(column.copy()) for column in columns_of(state)) < 22 * (8 * len(state.visits) + 200)


def columns_of(state: FacilityState) -> list[NDArray[np.generic]]:
    inside = state.visits
    own = [getattr(inside, name) for name in inside.__dataclass_fields__ if name != "routes"]
    return [*own, inside.routes.length, inside.routes.step, inside.routes.minutes]


def work(count: int) -> int:
    """Function calls made by a run of `count` visits, most of it in balance (some 300 wait, half of all leave): a
    measure of work that no other program on the machine can disturb."""
    facility = one_station()
    state = FacilityState.empty(facility, servers=SERVERS, is_open=True)
    arrivals = oversold(count, 30.0)
    calls = 0

    def tick(*_: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(tick)
    try:
        advance(facility, state, arrivals, Roster.unchanged(), float(arrivals.at[-1]) + 1)
    finally:
        sys.setprofile(None)
    return calls


def test_twice_as_long_an_overload_is_twice_the_work() -> None:
    assert work(16_000) / work(8_000) == pytest.approx(2, rel=0.05)


def test_a_window_leaves_nothing_behind_for_the_garbage_collector() -> None:
    facility = one_station()
    state = FacilityState.empty(facility, servers=SERVERS, is_open=True)
    gc.collect()
    gc.disable()
    try:
        state, _ = advance(facility, state, oversold(100, 1.0), Roster.unchanged(), 1000.0)
        assert not [thing for thing in gc.get_objects() if isinstance(thing, Floor)]
    finally:
        gc.enable()
