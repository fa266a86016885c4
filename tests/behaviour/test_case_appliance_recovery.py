"""The air conditioner that nobody repairs: windows missed twice, what answers it, what hurts most."""

from __future__ import annotations

import pytest

from sim.market import Market
from tests.behaviour.casebook import case, document, effect, lowers, raises, run, value

pytestmark = pytest.mark.slow

AFTER = "satisfaction_after_recovery"
PLANS = """
  compensation_unanswering: {extends: compensation, set: {behaviour.recovering.outcome.compensation: 0,
                                                          behaviour.recovering.process.compensation: 0}}
  apology_unanswering: {extends: apology, set: {behaviour.recovering.outcome.compensation: 0,
                                                behaviour.recovering.process.compensation: 0}}
  fast_unhurried: {extends: fast, set: {behaviour.recovering.outcome.speed: 0, behaviour.recovering.process.speed: 0}}
  compensation_unhurried: {extends: compensation, set: {behaviour.recovering.outcome.speed: 0,
                                                        behaviour.recovering.process.speed: 0}}
  refused_shrugged: {extends: refused, set: {behaviour.recovering.loss: 0}}
  refused_stayed: {extends: refused, set: {behaviour.recovering.loss: 0, behaviour.leaving: {form: hazard, failures: 0},
                                           behaviour.complaining.exit: -30}}
  none_shrugged: {set: {behaviour.recovering.loss: 0}}
  none_stayed: {set: {behaviour.recovering.loss: 0, behaviour.leaving: {form: hazard, failures: 0},
                      behaviour.complaining.exit: -30}}
  once: {set: {service.tasks.repair.appointment.rebooked: 0}}
  once_shrugged: {set: {service.tasks.repair.appointment.rebooked: 0, behaviour.recovering.loss: 0}}
  untrusting: {set: {behaviour.promises: none}}
  untrusting_kept: {extends: kept_windows, set: {behaviour.promises: none}}
  nobody_minds: {set: {service.quality.failure_level: 6, service.wait_scale.desired: 600 min,
                       service.wait_scale.adequate: 900 min}}
  nobody_minds_kept: {extends: kept_windows, set: {service.quality.failure_level: 6,
                      service.wait_scale.desired: 600 min, service.wait_scale.adequate: 900 min}}
  fast_no_paradox: {extends: fast, set: {behaviour.recovering.paradox: 0}}
"""
# One week before the heat and five of it and after it; two weeks before it where that matters.
APPLIANCE = case("appliance-recovery", PLANS, run="29 Jun 2026 to 9 Aug 2026")
SUMMER = case("appliance-recovery", PLANS)


def same(plan: str, other: str, measure: str) -> bool:
    """Whether a measure of one run is the same to the last digit."""
    return value(APPLIANCE, plan, measure, "whole", 0) == value(APPLIANCE, other, measure, "whole", 0)


def less(plan: str, other: str) -> float:
    """Satisfaction of one plan less that of another, in one run."""
    return value(APPLIANCE, plan, "satisfaction", "whole", 0) - value(APPLIANCE, other, "satisfaction", "whole", 0)


def test_money_answers_a_failure_of_outcome_better_than_words() -> None:
    assert raises(APPLIANCE, "compensation", "apology", AFTER)
    assert raises(APPLIANCE, "compensation", "apology", "satisfaction")


def test_where_money_answers_nothing_it_changes_nothing() -> None:
    """The mutation: the matrix without its compensation."""
    assert same("compensation_unanswering", "apology_unanswering", AFTER)


def test_a_fast_answer_recovers_more_than_a_slow_one() -> None:
    assert raises(APPLIANCE, "fast", "compensation", AFTER)
    assert lowers(APPLIANCE, "fast", "compensation", "days_to_answer")


def test_where_nobody_is_in_a_hurry_the_fast_answer_recovers_no_more() -> None:
    """The mutation: the matrix without its speed; the answers are as fast as before."""
    assert lowers(APPLIANCE, "fast_unhurried", "compensation_unhurried", "days_to_answer")
    assert not raises(APPLIANCE, "fast_unhurried", "compensation_unhurried", AFTER)


@pytest.mark.parametrize("better", ["none", "apology", "compensation", "fast"])
def test_the_double_deviation_hurts_satisfaction_most(better: str) -> None:
    assert lowers(APPLIANCE, "refused", better, "satisfaction")


def test_the_double_deviation_drives_most_away() -> None:
    """About seven a summer more leave: over four of them more than five standard errors of such a count."""
    assert effect(SUMMER, "refused", "none", "churned", replications=4).low > 0.0


def test_a_refusal_that_costs_nothing_hurts_no_more_than_silence() -> None:
    """The mutation: nobody minds the second failure, then nobody leaves over it either.

    In one run less than a tenth of the harm is left; its chance is less than a hundredth of it.
    """
    harm = effect(APPLIANCE, "refused", "none", "satisfaction").mean
    assert abs(less("refused_shrugged", "none_shrugged")) < -harm / 10
    assert same("refused_stayed", "none_stayed", "churned")


def test_the_paradox_lifts_satisfaction_and_neither_loyalty_nor_leaving() -> None:
    assert raises(APPLIANCE, "fast", "fast_no_paradox", "satisfaction")
    for measure in ("loyalty", "churned", "nps", "talk_positive", "profit"):
        assert value(APPLIANCE, "fast", measure, "whole", 0) == value(APPLIANCE, "fast_no_paradox", measure, "whole", 0)


def test_money_given_is_in_the_books() -> None:
    result = run(APPLIANCE, "compensation", 0)
    paid = result.ledger[result.ledger["account"] == "compensation"]["amount"].sum()
    assert paid == -300_00 * int(result.daily["cases_resolved"].sum()) < 0


def test_two_windows_in_a_row_are_missed_as_in_the_case() -> None:
    market = Market(document(SUMMER, "none"))
    again = []
    while market.day < 42:
        market.step()
        again.append(len(market.today.missed_again))
    assert sum(again[:14]) == 0  # before the heat everybody is reached
    assert sum(again) > 20


def test_windows_promised_within_the_places_are_not_missed_and_lie_later() -> None:
    assert lowers(APPLIANCE, "kept_windows", "none", "appointments_missed")
    assert value(APPLIANCE, "kept_windows", "appointments_missed", "whole", 0) == 0.0
    assert raises(APPLIANCE, "kept_windows", "none", "lead_time")


def test_promising_no_more_than_can_be_kept_pleases_more_than_any_recovery() -> None:
    for recovery in ("apology", "compensation", "fast"):
        assert raises(APPLIANCE, "kept_windows", recovery, "satisfaction"), recovery
    assert raises(APPLIANCE, "kept_windows", "none", "trust")


def test_where_a_broken_promise_means_nothing_trust_is_the_same() -> None:
    """The mutation of trust: without the mechanism of promises no window is held against the firm."""
    assert same("untrusting_kept", "untrusting", "trust")


def test_where_failing_and_waiting_are_nothing_kept_windows_please_no_more() -> None:
    """The mutation of satisfaction: a broken window acts through reliability and the wait, and through nothing else.

    In one run less than a tenth of what they please is left; its chance is less than a hundredth of it.
    """
    pleased = effect(APPLIANCE, "kept_windows", "none", "satisfaction").mean
    assert abs(less("nobody_minds_kept", "nobody_minds")) < pleased / 10


def test_missed_again_is_a_double_deviation_and_missed_once_is_none() -> None:
    """The mutation: what is not promised anew is not missed again, so a failed recovery costs nothing then."""
    assert lowers(APPLIANCE, "none", "none_shrugged", "satisfaction")
    assert same("once", "once_shrugged", "satisfaction")
