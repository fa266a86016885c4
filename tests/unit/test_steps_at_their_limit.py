"""What nobody has begun on when its time is up goes on to the next step; what is begun is finished."""

from __future__ import annotations

import numpy as np
import pytest

from sim.service.outcome import Outcome
from sim.service.stations import Again, Facility, Process, Station, Step
from tests.facility_cases import AS_GIVEN, by_visit, outcomes, serve, visits


def two_steps(limit: float, patient: bool = True) -> Facility:
    """A desk whose work goes on to a board after `limit` minutes."""
    steps = (Step(0, AS_GIVEN, limit=limit, timed=True), Step(1, AS_GIVEN, timed=True))
    return Facility(
        (Station("desk", patient=patient), Station("board")), (Process("file", steps),), np.array([[0], [1]])
    )


def test_who_waits_too_long_for_the_desk_goes_on_to_the_board() -> None:
    """Three come at 0; the desk takes 10 minutes for the first, the others go on at 4, a minute each at the board."""
    facility = two_steps(4.0)
    _, met = serve(facility, visits([0, 0, 0], [[10, 1]] * 3, facility=facility), servers=[1, 3])
    assert by_visit(met, "ended") == [11.0, 5.0, 5.0]
    assert by_visit(met, "service") == [11.0, 1.0, 1.0]
    assert by_visit(met, "wait") == [0.0, 4.0, 4.0]
    assert outcomes(met) == [Outcome.SERVED] * 3
    assert met.monitors.passed.tolist() == [2, 0]
    assert met.monitors.served.tolist() == [1, 3]
    assert met.monitors.busy_time.tolist() == [10.0, 3.0]


def test_work_that_has_begun_is_finished_however_long_it_takes() -> None:
    facility = two_steps(4.0)
    _, met = serve(facility, visits([0], [[100, 1]], facility=facility))
    assert by_visit(met, "ended") == [101.0]


def test_how_long_each_step_took_is_recorded() -> None:
    facility = two_steps(4.0)
    _, met = serve(facility, visits([0, 1], [[10, 1]] * 2, facility=facility), servers=[1, 2])
    stages = met.stages
    found = sorted(
        zip(stages.visit.tolist(), stages.step.tolist(), stages.reached.tolist(), stages.ended.tolist(), strict=True)
    )
    assert found == [(0, 0, 0.0, 10.0), (0, 1, 10.0, 11.0), (1, 0, 1.0, 5.0), (1, 1, 5.0, 6.0)]
    passed = stages.outcome[(stages.visit == 1) & (stages.step == 0)]
    assert passed.tolist() == [Outcome.PASSED]


@pytest.mark.parametrize(("limit", "outcome"), [(4.0, Outcome.SERVED), (7.0, Outcome.RENEGED)])
def test_whichever_is_first_patience_or_the_limit(limit: float, outcome: Outcome) -> None:
    facility = two_steps(limit, patient=False)
    _, met = serve(facility, visits([0, 0], [[50, 1]] * 2, facility=facility, patience=5.0), servers=[1, 2])
    assert outcomes(met) == [Outcome.SERVED, outcome]


def test_a_step_that_goes_on_by_itself_cannot_send_work_back() -> None:
    with pytest.raises(ValueError, match="goes on by itself"):
        Process("file", (Step(0, AS_GIVEN, Again(0.5, 0, 2), limit=5.0),))
