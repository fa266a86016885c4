"""The air conditioner that nobody repairs: what answers a failure of outcome, and that a second failure hurts most."""

from __future__ import annotations

import pytest

from tests.behaviour.casebook import case, effect, lowers, raises, run, value

pytestmark = pytest.mark.slow

AFTER = "satisfaction_after_recovery"
APPLIANCE = case(
    "appliance-recovery",
    """
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
  none_stayed: {set: {behaviour.leaving: {form: hazard, failures: 0}, behaviour.complaining.exit: -30}}
  fast_no_paradox: {extends: fast, set: {behaviour.recovering.paradox: 0}}
""",
)


def test_money_answers_a_failure_of_outcome_better_than_words() -> None:
    assert raises(APPLIANCE, "compensation", "apology", AFTER)
    assert raises(APPLIANCE, "compensation", "apology", "satisfaction")


def test_where_money_answers_nothing_it_changes_nothing() -> None:
    """The mutation: the matrix without its compensation."""
    difference = effect(APPLIANCE, "compensation_unanswering", "apology_unanswering", AFTER)
    assert difference.mean == difference.high == 0.0


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
    assert effect(APPLIANCE, "refused", "none", "churned", replications=8).low > 0.0


def test_a_refusal_that_costs_nothing_hurts_no_more_than_silence() -> None:
    """The mutation: nobody minds the second failure, then nobody leaves over it either."""
    assert not lowers(APPLIANCE, "refused_shrugged", "none", "satisfaction")
    assert effect(APPLIANCE, "refused_stayed", "none_stayed", "churned", replications=8).mean == 0.0


def test_the_paradox_lifts_satisfaction_and_neither_loyalty_nor_leaving() -> None:
    assert raises(APPLIANCE, "fast", "fast_no_paradox", "satisfaction")
    for measure in ("loyalty", "churned", "nps", "talk_positive", "profit"):
        assert value(APPLIANCE, "fast", measure, "whole", 0) == value(APPLIANCE, "fast_no_paradox", measure, "whole", 0)


def test_money_given_is_in_the_books() -> None:
    result = run(APPLIANCE, "compensation")
    paid = result.ledger[result.ledger["account"] == "compensation"]["amount"].sum()
    assert paid == -300_00 * int(result.daily["cases_resolved"].sum()) < 0
