"""Time-weighted totals over a window, and the three definitions of the service level."""

import math

import numpy as np
import pytest

from sim.service.facility import advance
from sim.service.monitors import ServiceLevel, service_level
from sim.service.outcome import Outcome
from sim.service.records import Arrivals, FacilityState, Roster
from tests.facility_cases import one_station, serve, visits

WAIT = np.array([0.0, 5.0, 20.0, 3.0, 30.0, 0.0, 0.0, 1.0])
OUTCOME = np.array(
    [
        Outcome.SERVED,
        Outcome.SERVED,
        Outcome.SERVED,
        Outcome.RENEGED,
        Outcome.MISSED,
        Outcome.BALKED,
        Outcome.BLOCKED,
        Outcome.UNFINISHED,
    ],
    np.int8,
)


def test_the_three_service_levels_differ() -> None:
    assert service_level(WAIT, OUTCOME, 5, "of_arrivals") == ServiceLevel(2, 5)
    assert service_level(WAIT, OUTCOME, 5, "of_served") == ServiceLevel(2, 3)
    assert service_level(WAIT, OUTCOME, 5, "wait_of_everyone") == ServiceLevel(3, 5)


def test_the_limit_itself_is_in_time() -> None:
    assert service_level(WAIT, OUTCOME, 20, "of_served").share == 1
    assert service_level(WAIT, OUTCOME, 19.999, "of_served").share == pytest.approx(2 / 3)


def test_service_levels_of_days_add_up_by_counts() -> None:
    assert (ServiceLevel(1, 10) + ServiceLevel(80, 90)).share == 0.81
    assert math.isnan(ServiceLevel(0, 0).share)


def test_totals_of_a_window_worked_by_hand() -> None:
    # Served 0-10; the second waits 1-10, served 10-20; the third waits 2-5 and leaves.
    _, met = serve(one_station(), visits([0, 1, 2], 10, patience=[9, 99, 3]), until=40)
    totals = met.monitors
    assert totals.busy_time.tolist() == [20]
    assert totals.staffed_time.tolist() == [40]
    assert totals.utilisation.tolist() == [0.5]
    assert totals.queue_time.tolist() == [9 + 3]
    assert totals.in_system_time.tolist() == [32]
    assert totals.mean_queue.tolist() == [0.3]
    assert (totals.arrivals.tolist(), totals.served.tolist(), totals.reneged.tolist()) == ([3], [2], [1])
    assert totals.longest_queue.tolist() == [2]


def test_a_window_counts_only_the_part_of_a_wait_inside_it() -> None:
    facility = one_station()
    state, first = serve(facility, visits([0, 1], 10), until=4)
    state, second = advance(facility, state, Arrivals.none(), Roster.unchanged(), 8)
    _, third = advance(facility, state, Arrivals.none(), Roster.unchanged(), 40)
    assert [part.monitors.queue_time.tolist() for part in (first, second, third)] == [[3], [4], [2]]
    assert [part.monitors.busy_time.tolist() for part in (first, second, third)] == [[4], [4], [12]]
    assert [part.monitors.longest_queue.tolist() for part in (first, second, third)] == [[1], [1], [1]]
    assert second.monitors.arrivals.tolist() == [0]


def test_an_empty_window_has_no_queue() -> None:
    facility = one_station()
    state = FacilityState.empty(facility, 7)
    _, met = advance(facility, state, Arrivals.none(), Roster.unchanged(), 7)
    assert met.monitors.mean_queue.tolist() == [0]
    assert met.monitors.utilisation.tolist() == [0]
