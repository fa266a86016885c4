"""Waiting at one station: order of service, patience, balking, room to wait, ties, and what is written down."""

import numpy as np
import pytest

from sim.service.facility import advance, close_books
from sim.service.outcome import Outcome
from sim.service.records import Arrivals, FacilityState, Roster
from sim.service.stations import UNLIMITED, Facility, Process, Station, Step
from tests.facility_cases import AS_GIVEN, by_visit, chain, one_station, outcomes, roster, serve, visits

SERVED, RENEGED, BALKED, BLOCKED = Outcome.SERVED, Outcome.RENEGED, Outcome.BALKED, Outcome.BLOCKED


def test_whoever_comes_first_is_served_first() -> None:
    _, met = serve(one_station(), visits([0, 1, 2], [5, 5, 5]))
    assert by_visit(met, "wait") == [0, 4, 8]
    assert by_visit(met, "ended") == [5, 10, 15]
    assert by_visit(met, "service") == [5, 5, 5]


def test_arrivals_may_be_given_in_any_order() -> None:
    _, met = serve(one_station(), visits([2, 0, 1], [5, 5, 5]))
    assert by_visit(met, "wait") == [8, 0, 4]


def test_a_vip_overtakes_the_waiting_but_interrupts_nobody() -> None:
    _, met = serve(one_station(discipline="priority"), visits([0, 1, 2, 3], 10, priority=[1, 1, 0, 0]))
    assert by_visit(met, "wait") == [0, 29, 8, 17]


def test_at_a_fifo_counter_priority_changes_nothing() -> None:
    _, met = serve(one_station(), visits([0, 1, 2], 10, priority=[2, 1, 0]))
    assert by_visit(met, "wait") == [0, 9, 18]


def test_who_runs_out_of_patience_leaves_with_the_wait_it_had() -> None:
    _, met = serve(one_station(), visits([0, 1, 2], [10, 5, 5], patience=[np.inf, 3, np.inf]))
    assert outcomes(met) == [SERVED, RENEGED, SERVED]
    assert by_visit(met, "wait") == [0, 3, 8]
    assert by_visit(met, "ended") == [10, 4, 15]
    assert by_visit(met, "steps_done") == [1, 0, 1]
    assert by_visit(met, "service") == [10, 0, 5]


def test_a_server_who_frees_at_the_last_moment_of_patience_is_in_time() -> None:
    _, met = serve(one_station(), visits([0, 4], [10, 5], patience=[0, 6]))
    assert outcomes(met) == [SERVED, SERVED]


def test_no_patience_at_all_is_served_only_by_a_free_server() -> None:
    _, met = serve(one_station(), visits([0, 4, 10], 10, patience=0))
    assert outcomes(met) == [SERVED, RENEGED, SERVED]


def test_who_sees_too_many_ahead_balks_unless_a_server_is_free() -> None:
    _, met = serve(one_station(), visits([0, 1, 2, 3], 10, balk_at=[0, 2, 1, 2]))
    assert outcomes(met) == [SERVED, SERVED, BALKED, SERVED]
    assert by_visit(met, "ahead") == [0, 0, 1, 1]


def test_a_vip_counts_only_those_who_would_be_served_before() -> None:
    arrivals = visits([0, 1, 2, 3, 4], 10, priority=[1, 1, 1, 0, 1], balk_at=[9, 9, 9, 1, 3])
    _, met = serve(one_station(discipline="priority"), arrivals)
    assert outcomes(met) == [SERVED, SERVED, SERVED, SERVED, BALKED]
    assert by_visit(met, "ahead") == [0, 0, 1, 0, 3]


def test_a_full_waiting_room_blocks() -> None:
    _, met = serve(one_station(queue_limit=1), visits([0, 1, 2], 10))
    assert outcomes(met) == [SERVED, SERVED, BLOCKED]


def test_without_a_waiting_room_it_is_a_loss_system() -> None:
    _, met = serve(one_station(queue_limit=0), visits([0, 1, 10], 10))
    assert outcomes(met) == [SERVED, BLOCKED, SERVED]


def test_a_place_freed_by_someone_who_left_can_be_taken() -> None:
    _, met = serve(one_station(queue_limit=1), visits([0, 1, 5], 10, patience=[9, 2, 9]))
    assert outcomes(met) == [SERVED, RENEGED, SERVED]


def test_a_server_who_frees_at_the_moment_of_an_arrival_is_free() -> None:
    _, met = serve(one_station(), visits([0, 10], 10))
    assert by_visit(met, "wait") == [0, 0]


def test_staff_who_start_at_the_moment_of_an_arrival_are_there() -> None:
    _, met = serve(one_station(), visits([10], 5), servers=0, lines=roster(staff=[(10, 0, 1)]))
    assert by_visit(met, "wait") == [0]


def test_visits_of_the_same_moment_go_in_order_of_their_numbers() -> None:
    arrivals = visits([0, 0, 0], [5, 3, 1])
    _, met = serve(one_station(), arrivals)
    _, shuffled = serve(one_station(), arrivals.take(np.array([2, 0, 1])))
    assert by_visit(met, "wait") == by_visit(shuffled, "wait") == [0, 5, 8]


def test_a_service_of_no_time_passes_at_once() -> None:
    _, met = serve(one_station(), visits([3, 3], 0))
    assert by_visit(met, "wait") == [0, 0]
    assert by_visit(met, "ended") == [3, 3]


def test_what_happens_at_the_end_of_a_window_belongs_to_the_next() -> None:
    state, met = serve(one_station(), visits([0], 10), until=10)
    assert len(met) == 0
    assert len(state.visits) == 1
    _, later = advance(one_station(), state, visits([10], 1, first_visit=1), Roster.unchanged(), 12)
    assert by_visit(later, "wait") == [0, 0]
    assert by_visit(later, "ended") == [10, 11]


def test_load_is_the_share_of_servers_busy_when_service_starts() -> None:
    arrivals = visits([0, 1, 2, 3], 10, patience=[np.inf, np.inf, np.inf, 1])
    _, met = serve(one_station(), arrivals, servers=4)
    assert by_visit(met, "load") == [0.25, 0.5, 0.75, 1]
    _, turned_away = serve(one_station(queue_limit=0), arrivals, servers=3)
    assert by_visit(turned_away, "load") == [1 / 3, 2 / 3, 1, 1]


def test_unlimited_servers_never_let_anyone_wait() -> None:
    _, met = serve(one_station(), visits(np.zeros(50), 10), servers=UNLIMITED)
    assert max(by_visit(met, "wait")) == 0
    assert max(by_visit(met, "load")) == 0


def test_a_journey_adds_up_its_waits_and_services() -> None:
    journey = chain(Station("greeter"), Station("counter"))
    _, met = serve(journey, visits([0, 1], [[2, 10], [2, 10]]))
    assert by_visit(met, "wait") == [0, 9]  # a minute for the greeter, then eight for the counter
    assert by_visit(met, "service") == [12, 12]
    assert by_visit(met, "steps_done") == [2, 2]
    assert met.joins.visit.tolist() == [0, 1, 0, 1]  # a freed server turns to the queue first
    assert met.joins.pool.tolist() == [0, 0, 1, 1]
    assert met.joins.step.tolist() == [0, 0, 1, 1]
    assert met.joins.joined.tolist() == [0, 1, 2, 4]
    assert met.joins.wait.tolist() == [0, 1, 0, 8]


def test_patience_starts_afresh_in_every_queue() -> None:
    journey = chain(Station("greeter"), Station("counter"))
    _, met = serve(journey, visits([0, 0, 0], [[3, 20], [3, 20], [3, 20]], patience=7))
    assert outcomes(met) == [SERVED, RENEGED, RENEGED]
    assert by_visit(met, "wait") == [0, 3 + 7, 6 + 7]
    assert by_visit(met, "steps_done") == [2, 1, 1]


def test_a_visit_can_be_lost_at_a_later_step() -> None:
    journey = chain(Station("greeter"), Station("counter", queue_limit=0))
    _, met = serve(journey, visits([0, 1], [[1, 10], [1, 10]]))
    assert outcomes(met) == [SERVED, BLOCKED]
    assert by_visit(met, "service") == [11, 1]


def test_sites_have_their_own_queues_and_may_share_a_station() -> None:
    hall, call_centre = Station("hall"), Station("calls")
    processes = (Process("errand", (Step(0, AS_GIVEN),)), Process("call", (Step(1, AS_GIVEN),)))
    branches = Facility((hall, call_centre), processes, np.array([[0, 1], [2, 2]]))
    _, errands = serve(branches, visits([0, 1], 10, site=[0, 1]))
    assert by_visit(errands, "wait") == [0, 0]
    _, calls = serve(branches, visits([0, 1], 10, site=[0, 1], process=1))
    assert by_visit(calls, "wait") == [0, 9]


def test_at_the_horizon_everyone_inside_is_written_down_as_unfinished() -> None:
    journey = chain(Station("greeter"), Station("counter"))
    state, _ = serve(journey, visits([0, 1], [[2, 10], [2, 10]]), until=6)
    books = close_books(journey, state)
    assert outcomes(books) == [Outcome.UNFINISHED] * 2
    assert by_visit(books, "wait") == [0, 1 + 2]
    assert by_visit(books, "service") == [2 + 4, 2]
    assert books.joins.visit.tolist() == [1]
    assert books.joins.pool.tolist() == [1]
    assert books.joins.wait.tolist() == [2]


def test_nothing_given_is_changed() -> None:
    arrivals = visits([2, 0, 1], [5, 5, 5], patience=3)
    state, _ = serve(one_station(), visits([0, 0], 50, first_visit=10), until=1)
    before = state.visits.since.copy(), arrivals.at.copy(), state.servers.copy()
    later = arrivals.take(arrivals.at >= 1)
    first = advance(one_station(), state, later, roster(staff=[(1, 0, 3)]), 30)
    second = advance(one_station(), state, later, roster(staff=[(1, 0, 3)]), 30)
    assert np.array_equal(before[0], state.visits.since)
    assert np.array_equal(before[1], arrivals.at)
    assert np.array_equal(before[2], state.servers)
    assert first[1].wait.tobytes() == second[1].wait.tobytes()


def test_a_quiet_window_is_possible() -> None:
    facility = one_station()
    state, met = serve(facility, Arrivals.none(), until=5)
    assert state.now == 5
    assert len(met) == len(met.joins) == 0


@pytest.mark.parametrize(
    ("arrivals", "message"),
    [
        (visits([100], 1), "outside the window"),
        (visits([-1], 1), "outside the window"),
        (visits([0], -1), "negative or not finite"),
        (visits([0], np.nan), "negative or not finite"),
        (visits([0], 1, process=1), "process outside"),
        (visits([0], 1, site=1), "site outside"),
    ],
)
def test_impossible_arrivals_are_refused(arrivals: Arrivals, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        serve(one_station(), arrivals, until=100)


def test_impatience_below_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="patience"):
        visits([0], 1, patience=-1)


def test_time_does_not_run_backwards() -> None:
    facility = one_station()
    with pytest.raises(ValueError, match="before the present"):
        advance(facility, FacilityState.empty(facility, 10), Arrivals.none(), Roster.unchanged(), 9)


def test_a_site_without_the_station_is_refused_by_name() -> None:
    facility = Facility((Station("hall"),), (Process("errand", (Step(0, AS_GIVEN),)),), np.array([[0, -1]]))
    with pytest.raises(ValueError, match="site 1 has no station hall"):
        serve(facility, visits([0], 1, site=1))


def test_a_pool_belongs_to_one_station() -> None:
    with pytest.raises(ValueError, match="more than one station"):
        Facility((Station("hall"), Station("desk")), (), np.array([[0], [0]]))
    with pytest.raises(ValueError, match="without a hole"):
        Facility((Station("hall"),), (), np.array([[1]]))
