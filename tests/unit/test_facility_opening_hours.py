"""Staff who come and go, and what the three closing rules do to those who wait."""

import numpy as np
import pytest

from sim.service.facility import advance
from sim.service.outcome import Outcome
from sim.service.records import Arrivals, FacilityState, Roster
from sim.service.stations import UNLIMITED, Closing, Station
from tests.facility_cases import by_visit, chain, one_station, outcomes, roster, serve, visits

SERVED, BLOCKED, MISSED = Outcome.SERVED, Outcome.BLOCKED, Outcome.MISSED


def test_more_staff_at_once_take_those_waiting() -> None:
    _, met = serve(one_station(), visits([0, 0, 0], 10), lines=roster(staff=[(4, 0, 3)]))
    assert by_visit(met, "wait") == [0, 4, 4]


def test_work_in_progress_finishes_when_a_shift_ends() -> None:
    _, met = serve(one_station(), visits([0, 0, 1], 10), servers=2, lines=roster(staff=[(5, 0, 1)]))
    assert by_visit(met, "ended") == [10, 10, 20]
    assert by_visit(met, "wait") == [0, 0, 9]


def test_when_the_whole_shift_leaves_the_queue_waits_for_the_next() -> None:
    lines = roster(staff=[(5, 0, 0), (30, 0, 1)])
    _, met = serve(one_station(), visits([0, 1], 10), lines=lines)
    assert by_visit(met, "ended") == [10, 40]


def test_nobody_gets_in_before_opening() -> None:
    facility = one_station()
    state = FacilityState.empty(facility, servers=1)
    _, met = advance(facility, state, visits([0, 10], 1), roster(doors=[(10, 0, True)]), 100)
    assert outcomes(met) == [BLOCKED, SERVED]


@pytest.mark.parametrize(
    ("closing", "expected", "ended"),
    [
        ("serve_out", [SERVED, SERVED, SERVED, BLOCKED], [10, 20, 30, 8]),
        ("turn_away", [SERVED, MISSED, MISSED, BLOCKED], [10, 5, 5, 8]),
        ("carry_over", [SERVED, SERVED, SERVED, SERVED], [10, 110, 120, 130]),
    ],
)
def test_what_closing_does_to_those_waiting(closing: Closing, expected: list[Outcome], ended: list[float]) -> None:
    lines = roster(doors=[(5, 0, False), (100, 0, True)])
    _, met = serve(one_station(closing=closing), visits([0, 1, 2, 8], 10), lines=lines)
    assert outcomes(met) == expected
    assert by_visit(met, "ended") == ended


def test_a_shift_that_ends_at_closing_time_stays_to_serve_out() -> None:
    lines = roster(staff=[(5, 0, 0)], doors=[(5, 0, False)])
    _, met = serve(one_station(), visits([0, 1, 2], 10), servers=2, lines=lines)
    assert by_visit(met, "ended") == [10, 11, 20]


def test_with_nobody_on_duty_at_closing_the_waiting_are_missed() -> None:
    lines = roster(staff=[(4, 0, 0)], doors=[(5, 0, False)])
    _, met = serve(one_station(), visits([0, 1], 10), lines=lines)
    assert outcomes(met) == [SERVED, MISSED]
    assert by_visit(met, "wait") == [0, 4]


def test_patience_runs_on_overnight() -> None:
    lines = roster(doors=[(5, 0, False), (100, 0, True)])
    _, met = serve(one_station(closing="carry_over"), visits([0, 1], 10, patience=20), lines=lines)
    assert outcomes(met) == [SERVED, Outcome.RENEGED]
    assert by_visit(met, "ended") == [10, 21]


def test_serving_out_goes_on_across_midnight() -> None:
    facility = one_station()
    lines = roster(staff=[(1439, 0, 0)], doors=[(1439, 0, False)])
    state, _ = serve(facility, visits([1430, 1431], 10), lines=lines, until=1440)
    assert state.capacity.tolist() == [1]
    _, met = advance(facility, state, Arrivals.none(), Roster.unchanged(), 2880)
    assert by_visit(met, "ended") == [1440, 1450]


@pytest.mark.parametrize(("closing", "expected"), [("serve_out", SERVED), ("turn_away", MISSED)])
def test_whoever_is_inside_at_closing_follows_the_closing_rule_of_the_next_station(
    closing: Closing, expected: Outcome
) -> None:
    journey = chain(Station("greeter"), Station("counter", closing=closing))
    lines = roster(staff=[(5, 0, 0), (5, 1, 0)], doors=[(5, 0, False), (5, 1, False)])
    _, met = serve(journey, visits([0], [[10, 10]]), lines=lines)
    assert outcomes(met) == [expected]
    assert by_visit(met, "steps_done") == [2 if expected is SERVED else 1]


def test_closing_twice_is_closing_once() -> None:
    lines = roster(staff=[(6, 0, 0)], doors=[(5, 0, False), (7, 0, False)])
    _, met = serve(one_station(), visits([0, 1], 10), lines=lines)
    assert outcomes(met) == [SERVED, SERVED]


def test_utilisation_counts_the_staff_present_also_past_closing() -> None:
    # Two on duty for 10 minutes, one service of 30: 20 minutes on duty, then one server stays 20 more.
    lines = roster(staff=[(10, 0, 0)], doors=[(10, 0, False)])
    _, met = serve(one_station(), visits([0], 30), servers=2, lines=lines, until=100)
    assert met.monitors.busy_time.tolist() == [30]
    assert met.monitors.staffed_time.tolist() == [40]
    assert met.monitors.utilisation.tolist() == [0.75]


def test_staffed_time_follows_those_who_serve_out() -> None:
    # One on duty until 5; of three waiting customers the last is served until 30.
    lines = roster(doors=[(5, 0, False)])
    _, met = serve(one_station(), visits([0, 1, 2], 10), lines=lines, until=100)
    assert met.monitors.staffed_time.tolist() == [30]
    assert met.monitors.utilisation.tolist() == [1]


def test_staff_are_not_counted_between_closing_and_the_last_visitor_inside() -> None:
    # The counter closes at 5 and has nobody to serve; from 10 to 20 it serves the one the greeter let in.
    journey = chain(Station("greeter"), Station("counter"))
    lines = roster(doors=[(5, 1, False)])
    _, met = serve(journey, visits([0], [[10, 10]]), lines=lines, until=100)
    assert met.monitors.staffed_time.tolist() == [100, 5 + 10]


def test_unlimited_servers_have_no_staffed_time_and_no_utilisation() -> None:
    lines = roster(doors=[(5, 0, False)])
    _, met = serve(one_station(), visits([0, 1], 10), servers=UNLIMITED, lines=lines, until=100)
    assert met.monitors.busy_time.tolist() == [20]
    assert met.monitors.staffed_time.tolist() == [0]
    assert met.monitors.utilisation.tolist() == [0]


def test_a_roster_line_outside_the_window_is_refused() -> None:
    for lines in (roster(staff=[(100, 0, 1)]), roster(doors=[(-1, 0, True)])):
        with pytest.raises(ValueError, match="outside the window"):
            serve(one_station(), visits([0], 1), lines=lines, until=100)
    with pytest.raises(ValueError, match="pool outside"):
        serve(one_station(), visits([0], 1), lines=roster(staff=[(1, 5, 1)]), until=100)
    with pytest.raises(ValueError, match="negative"):
        roster(staff=[(1, 0, -1)])


def test_pools_keep_their_own_hours() -> None:
    journey = chain(Station("greeter"), Station("counter"))
    lines = roster(staff=[(50, 1, 2)])
    _, met = serve(journey, visits([0, 0], [[1, 5], [1, 5]]), servers=np.array([1, 0]), lines=lines)
    assert by_visit(met, "ended") == [55, 55]
