"""Who comes first at a station: interrupting, servers kept free, waiting that makes up for rank, work put down."""

import numpy as np
import pytest

from sim.service.facility import advance, close_books, open_floor
from sim.service.outcome import Outcome
from sim.service.records import FacilityState, Roster
from sim.service.stations import Facility, Process, Station, Step
from tests.facility_cases import AS_GIVEN, by_visit, outcomes, roster, serve, visits

VIP, PLAIN = 0, 1


def counter(station: Station) -> Facility:
    return Facility((station,), (Process("errand", (Step(0, AS_GIVEN),)),), np.zeros((1, 1), np.int64))


INTERRUPTING = counter(Station("counter", "priority", interrupts=True))


def test_a_vip_interrupts_and_the_rest_of_the_service_follows() -> None:
    """Plain from 0 for 10 minutes; the VIP comes at 4 for 3; the rest, 6 minutes, follows at 7."""
    state, met = serve(INTERRUPTING, visits([0, 4], [10, 3], priority=[PLAIN, VIP]))
    assert by_visit(met, "ended") == [13, 7]
    assert by_visit(met, "wait") == [3, 0]
    assert by_visit(met, "service") == [10, 3]
    assert met.monitors.busy_time[0] == pytest.approx(13)
    assert met.joins.resumed.tolist() == [False, False, True]
    assert not len(state.visits)


def test_equals_do_not_interrupt() -> None:
    _, met = serve(INTERRUPTING, visits([0, 4], [10, 3], priority=VIP))
    assert by_visit(met, "ended") == [10, 13]


def test_of_several_the_lowest_and_of_these_the_last_begun_is_interrupted() -> None:
    arrivals = visits([0, 1, 2, 3], [10, 10, 10, 1], priority=[2, 1, 2, 0])
    _, met = serve(INTERRUPTING, arrivals, servers=3)
    assert by_visit(met, "ended") == [10, 11, 13, 4]


def test_who_was_interrupted_comes_before_those_of_the_same_rank_who_wait() -> None:
    arrivals = visits([0, 1, 4], [10, 5, 3], priority=[PLAIN, PLAIN, VIP])
    _, met = serve(INTERRUPTING, arrivals)
    assert by_visit(met, "ended") == [13, 18, 7]


def test_who_was_interrupted_does_not_give_up() -> None:
    arrivals = visits([0, 1], [10, 30], priority=[PLAIN, VIP], patience=5)
    _, met = serve(INTERRUPTING, arrivals)
    assert outcomes(met) == [Outcome.SERVED, Outcome.SERVED]


def test_service_had_before_an_interruption_counts_in_the_books() -> None:
    state, _ = serve(INTERRUPTING, visits([0, 4], [10, 30], priority=[PLAIN, VIP]), until=9)
    books = close_books(INTERRUPTING, state)
    assert by_visit(books, "service") == [4, 5]
    assert by_visit(books, "wait") == [5, 0]


def test_stale_completions_stay_few_however_often_services_are_interrupted() -> None:
    """Each VIP interrupts one long service; what was to be its end stays in the heap until it is swept out."""
    count = 5000
    at = np.concatenate([[0.0], 1.0 + np.arange(count)])
    rank = np.concatenate([[PLAIN], np.zeros(count, np.int64)])
    arrivals = visits(at, np.concatenate([[1e6], np.full(count, 0.5)]), priority=rank)
    state = FacilityState.empty(INTERRUPTING, servers=1, is_open=True)
    _, floor = open_floor(INTERRUPTING, state, arrivals, Roster.unchanged(), count + 10.0)
    floor.run_window(float(count))
    assert len(floor._queue) <= 1000 + 10


def test_a_counter_kept_free_waits_for_its_tier() -> None:
    """Two counters, one kept for the VIP: the second plain visitor waits though a counter is free, the VIP does not."""
    kept = counter(Station("counter", "priority", held=1, held_for=VIP))
    _, met = serve(kept, visits([0, 1, 2], [10, 10, 10], priority=[PLAIN, PLAIN, VIP]), servers=2)
    assert by_visit(met, "wait") == [0, 11, 0], "until two counters are free, at 12"


def test_one_server_takes_everybody_even_if_it_should_be_kept_free() -> None:
    kept = counter(Station("counter", "priority", held=3, held_for=VIP))
    _, met = serve(kept, visits([0, 1], [10, 10], priority=PLAIN), servers=1)
    assert by_visit(met, "wait") == [0, 9]


def test_waiting_makes_up_for_rank() -> None:
    """At 20 the counter is free: a plain visitor since 1, VIPs since 9 and since 15; rank is worth 10 minutes."""
    arrivals = visits([0, 1, 9, 15], [20, 1, 1, 1], priority=[VIP, PLAIN, VIP, VIP])
    _, aged = serve(counter(Station("counter", "priority", ageing=10.0)), arrivals)
    assert np.argsort(by_visit(aged, "ended")).tolist() == [0, 2, 1, 3], "9 before 1 + 10 before 15"
    _, strict = serve(counter(Station("counter", "priority")), arrivals)
    assert np.argsort(by_visit(strict, "ended")).tolist() == [0, 2, 3, 1]


@pytest.mark.parametrize(("ageing", "like"), [(0.0, Station("counter")), (1e9, Station("counter", "priority"))])
def test_ageing_lies_between_first_come_and_strict_priority(ageing: float, like: Station) -> None:
    luck = np.random.default_rng(5)
    arrivals = visits(
        np.cumsum(luck.exponential(1, 2000)),
        luck.exponential(1.1, 2000),
        priority=luck.integers(0, 3, 2000),
        patience=luck.exponential(20, 2000),
        balk_at=luck.integers(5, 60, 2000),
    )
    _, aged = serve(counter(Station("counter", "priority", ageing=ageing)), arrivals)
    _, plain = serve(counter(like), arrivals)
    for column in ("ended", "wait", "outcome", "ahead"):
        assert by_visit(aged, column) == by_visit(plain, column), column


def test_ageing_counts_who_is_ahead_of_a_newcomer() -> None:
    arrivals = visits([0, 1, 2, 12], [30, 1, 1, 1], priority=[VIP, PLAIN, VIP, VIP])
    _, met = serve(counter(Station("counter", "priority", ageing=10.0)), arrivals)
    assert by_visit(met, "ahead") == [0, 0, 0, 2], "at 12 the plain visitor since 1 ranks as a VIP since 11"


def test_work_put_down_at_closing_is_taken_up_first_in_the_morning() -> None:
    """A job of 600 minutes begun at 0, closing at 480, opening at 1440: done at 1560, before the one who waits."""
    office = counter(Station("office", closing="put_down"))
    hours = roster(doors=[(480, 0, False), (1440, 0, True)])
    _, met = serve(office, visits([0, 10], [600, 30]), lines=hours, until=3000)
    assert by_visit(met, "ended") == [1560, 1590]
    assert by_visit(met, "service") == [600, 30]
    assert by_visit(met, "wait") == [960, 1550]
    assert met.monitors.busy_time[0] == pytest.approx(630)
    assert met.monitors.staffed_time[0] == pytest.approx(480 + 3000 - 1440), "nobody works at night"


def test_windows_cut_at_midnight_change_nothing_about_work_put_down() -> None:
    office = counter(Station("office", closing="put_down"))
    state = FacilityState.empty(office, servers=1, is_open=True)
    state, first = advance(office, state, visits([0, 10], [600, 30]), roster(doors=[(480, 0, False)]), 1440)
    assert not len(first)
    _, second = advance(office, state, visits([], []), roster(doors=[(1440, 0, True)]), 3000)
    assert by_visit(second, "ended") == [1560, 1590]


def test_contradictory_stations_are_refused() -> None:
    with pytest.raises(ValueError, match="need the discipline"):
        Station("counter", interrupts=True)
    with pytest.raises(ValueError, match="goes neither"):
        Station("counter", "priority", interrupts=True, ageing=5.0)
