"""Recovery against the findings on it: matching, speed, the paradox of satisfaction, the double deviation."""

import numpy as np
import pytest

from sim.behaviour import recovery

# 70 before; the failure took λ·severity = 40·.5, so that 50 are left.
PRIOR, LEFT = 70.0, 50.0
EFFECTS = np.array([[30.0, 20.0, 2.0, 2.0], [4.0, 4.0, 15.0, 15.0]])


def recovered(failure: str, resource: str, *, repeated: bool = False, given: float = 1.0) -> float:
    resources = np.zeros((4, 1))
    resources[recovery.RESOURCES.index(resource)] = given
    after = recovery.recovered_satisfaction(
        prior=np.array([PRIOR]),
        left=np.array([LEFT]),
        failure=np.array([recovery.FAILURES.index(failure)]),
        resources=resources,
        effects=EFFECTS,
        repeated=np.array([repeated]),
        paradox=5.0,
    )
    return float(after[0])


def test_recovery_adds_its_effect_to_what_the_failure_left() -> None:
    # S = 50 + .5·20
    assert recovered("outcome", "speed", given=0.5) == pytest.approx(60.0, abs=1e-12)


def test_compensation_answers_an_outcome_failure_and_an_apology_a_process_failure() -> None:
    assert recovered("outcome", "compensation") > recovered("outcome", "apology")
    assert recovered("process", "apology") > recovered("process", "compensation")


def test_a_great_recovery_lifts_satisfaction_above_before_but_never_after_a_second_failure() -> None:
    assert recovered("outcome", "compensation") == pytest.approx(75.0, abs=1e-12)
    assert recovered("outcome", "compensation", repeated=True) == pytest.approx(70.0, abs=1e-12)


def test_what_customers_act_on_never_rises_above_before() -> None:
    # 75 felt, of which 70 act; 60 felt all act; who was above before by good visits since stays there.
    acted = recovery.without_paradox(
        recovered=np.array([75.0, 60.0, 80.0]), prior=np.full(3, PRIOR), left=np.array([50.0, 50.0, 80.0])
    )
    assert acted == pytest.approx([70.0, 60.0, 80.0], abs=1e-12)


def test_speed_falls_in_a_line_from_quick_to_slow_and_a_late_answer_is_not_speedy() -> None:
    days, late = np.array([1.0, 4.0, 7.0, 9.0, 1.0]), np.array([False, False, False, False, True])
    speed = recovery.speed_given(days, quick=1.0, slow=7.0, late=late)
    assert speed == pytest.approx([1.0, 0.5, 0.0, 0.0, 0.0], abs=1e-12)


def test_a_failed_recovery_weighs_more_than_the_failure() -> None:
    severity = recovery.second_severity(np.array([0.2, 0.8]), double_deviation=2.0)
    assert severity == pytest.approx([0.4, 1.0], abs=1e-12)
    # 50 - 12·.4 and 50 - 12·1; nobody falls below 0
    assert recovery.after_second_failure(np.full(2, 50.0), severity, loss=12.0) == pytest.approx([45.2, 38.0])
    assert recovery.after_second_failure(np.array([5.0]), np.array([1.0]), loss=12.0) == pytest.approx([0.0])
