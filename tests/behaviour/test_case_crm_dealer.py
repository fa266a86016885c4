"""The car dealer's call-backs: sooner recovers more, but a promise of one day breaks on what must go up."""

from __future__ import annotations

import pytest

from tests.behaviour.casebook import case, effect, lowers, raises

pytestmark = pytest.mark.slow

AFTER = "satisfaction_after_recovery"
DEALER = case(
    "crm-dealer",
    """
  three_days_taken_up: {set: {service.recovery.takes_up: at once}}
  seven_days_taken_up: {extends: seven_days, set: {service.recovery.takes_up: at once}}
  three_days_unhurried: {set: {behaviour.recovering.outcome.speed: 0, behaviour.recovering.process.speed: 0}}
  seven_days_unhurried: {extends: seven_days, set: {behaviour.recovering.outcome.speed: 0,
                                                    behaviour.recovering.process.speed: 0}}
""",
    run="1 Mar 2026 to 10 May 2026",
)


def test_seven_days_recover_less_than_three() -> None:
    assert raises(DEALER, "seven_days", "three_days", "days_to_answer")
    assert lowers(DEALER, "seven_days", "three_days", AFTER)
    assert lowers(DEALER, "seven_days", "three_days", "satisfaction")


def test_one_day_is_quicker_and_kept_less_often() -> None:
    assert lowers(DEALER, "one_day", "three_days", "days_to_answer")
    assert lowers(DEALER, "one_day", "three_days", "answered_in_time")


@pytest.mark.study
def test_one_day_recovers_most_where_those_who_call_back_may_decide() -> None:
    assert raises(DEALER, "one_day_decided_at_once", "one_day", "answered_in_time")
    assert effect(DEALER, "one_day_decided_at_once", "three_days", AFTER, replications=8).low > 0.0


@pytest.mark.study
def test_a_longer_deadline_costs_nothing_where_staff_turn_to_every_case_at_once() -> None:
    """The mutation: a deadline alone delays nobody, it only moves the line between in time and late."""
    assert not raises(DEALER, "seven_days_taken_up", "three_days_taken_up", "days_to_answer")
    assert not lowers(DEALER, "seven_days_taken_up", "three_days_taken_up", AFTER)


def test_a_later_answer_is_as_good_where_speed_recovers_nothing() -> None:
    """The mutation: the matrix without its speed."""
    assert raises(DEALER, "seven_days_unhurried", "three_days_unhurried", "days_to_answer")
    assert not lowers(DEALER, "seven_days_unhurried", "three_days_unhurried", AFTER)
