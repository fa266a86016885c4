"""Complaint against the TARP tables and Hirschman's reasons for silence, voice and exit."""

import numpy as np
import pytest

from sim.behaviour import complaint
from sim.behaviour.dimensions import Floats

# TARP (Goodman): would buy again, of the silent and of complainers unresolved, resolved, resolved quickly.
MINOR = (0.37, np.array([0.46, 0.70, 0.95]))
MAJOR = (0.09, np.array([0.19, 0.54, 0.82]))
OUTCOMES = np.array([0.4, 0.3, 0.3])


@pytest.mark.parametrize(
    ("rate", "loss", "kept"), [(0.5, MINOR, 0.5245), (0.5, MAJOR, 0.2870), (0.3, MINOR, 0.4627), (0.3, MAJOR, 0.2082)]
)
def test_customers_kept_after_a_problem_by_the_tarp_tables(
    rate: float, loss: tuple[float, Floats], kept: float
) -> None:
    silent, heard = loss
    retention = complaint.retention_after_failure(
        complaint_rate=rate, silent_rebuy=silent, outcome_shares=OUTCOMES, outcome_rebuy=heard
    )
    assert retention == pytest.approx(kept, abs=1e-12)


def test_more_complaints_keep_more_customers_when_complaints_are_answered() -> None:
    rates = np.linspace(0.0, 1.0, 11)
    for silent, heard in (MINOR, MAJOR):
        kept = complaint.retention_after_failure(
            complaint_rate=rates, silent_rebuy=silent, outcome_shares=OUTCOMES, outcome_rebuy=heard
        )
        assert np.all(np.diff(kept) > 0.0)


def utilities(*, loyalty: float = 0.5, alternatives: float = 0.5, success: float = 0.5, cost: float = 0.5) -> Floats:
    return complaint.response_utilities(
        severity=np.array([0.6]),
        loyalty=loyalty,
        expected_success=success,
        alternatives=alternatives,
        voice_intercept=-1.0,
        voice_severity=2.0,
        voice_loyalty=1.0,
        voice_success=1.5,
        voice_cost=cost,
        exit_intercept=-2.0,
        exit_severity=2.5,
        exit_alternatives=1.0,
        exit_loyalty=1.2,
        exit_cost=0.3,
    )[0]


def test_silence_is_the_zero_against_which_voice_and_exit_are_weighed() -> None:
    # voice -1 + 2·.6 + .5 + 1.5·.5 - .5; exit -2 + 2.5·.6 + .5 - 1.2·.5 - .3
    assert utilities() == pytest.approx([0.0, 0.95, -0.9], abs=1e-12)


def test_voice_rises_with_loyalty_hope_and_low_cost_and_exit_with_alternatives_by_hirschman_1970() -> None:
    voice, leave = complaint.RESPONSES.index("voice"), complaint.RESPONSES.index("exit")
    assert utilities(loyalty=0.9)[voice] > utilities()[voice]
    assert utilities(success=0.9)[voice] > utilities()[voice]
    assert utilities(cost=0.1)[voice] > utilities()[voice]
    assert utilities(alternatives=0.9)[leave] > utilities()[leave]
    assert utilities(loyalty=0.9)[leave] < utilities()[leave]
