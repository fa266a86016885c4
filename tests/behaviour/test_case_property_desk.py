"""The front desk manned through breaks, repairs in windows kept exactly and called back, complaints that go up."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.market import Market
from tests.behaviour.casebook import case, document, effect, lowers, raises, run, scenario

pytestmark = pytest.mark.slow

DESK = case(
    "property-desk",
    """
  no_breaks: {extends: uncovered, set: {service.stations.desk.breaks: {}}}
  break_at_night:
    extends: uncovered
    set:
      service.stations.desk.breaks.lunch: {at: 09:00-09:30}
      market.needs.request.hours: {"10:00-12:00": 1, "12:30-15:00": 1, "16:00-18:00": 1}
  nothing_then:
    extends: no_breaks
    set: {market.needs.request.hours: {"10:00-12:00": 1, "12:30-15:00": 1, "16:00-18:00": 1}}
  any_reason: {set: {behaviour.felt_waits.unexplained: 0}}
  any_reason_explained: {extends: explained, set: {behaviour.felt_waits.unexplained: 0}}
  enough_engineers: {set: {service.stations.engineers.staff: 25}}
  enough_promised_beyond: {extends: promised_beyond, set: {service.stations.engineers.staff: 25}}
  lasting: {set: {service.tasks.repair.steps.callback.again.chance: 0}}
  helpless_levels: {set: {service.recovery.escalation.supervisor.resolves: 0,
                          service.recovery.escalation.director.resolves: 0}}
  eager: {set: {service.recovery.takes_up: at once}}
  eager_within_a_day: {extends: within_a_day, set: {service.recovery.takes_up: at once}}
""",
    run="2 Mar to 22 Mar 2015",
)
DAYS = 21


def same(plan: str, other: str, measure: str) -> bool:
    """Whether a measure of one run is the same to the last digit."""
    return run(DESK, plan, 0).value(measure) == run(DESK, other, 0).value(measure)


def test_the_file_is_warned_that_the_desk_is_unmanned_and_the_covered_plan_is_not() -> None:
    said = [warning for warning in scenario(DESK).warnings if "unmanned" in warning]
    assert any("12:00 to 12:30" in warning for warning in said)
    assert any("15:30 to 15:45" in warning for warning in said)


def test_substitutes_shorten_waits_and_lose_fewer_residents() -> None:
    assert lowers(DESK, "covered", "uncovered", "wait_mean")
    assert lowers(DESK, "covered", "uncovered", "lost_share")
    assert raises(DESK, "covered", "uncovered", "visit_satisfaction")


def test_covered_breaks_are_as_good_as_none_and_cost_the_substitutes() -> None:
    """The mutation: without breaks nothing is left of the difference. Three quarters of an hour a day at 25."""
    covered, none = run(DESK, "covered", 0), run(DESK, "no_breaks", 0)
    for measure in ("wait_mean", "lost_share", "satisfaction"):
        assert covered.value(measure) == none.value(measure), measure
    assert covered.value("wages") == none.value("wages") + DAYS * 0.75 * 25


def test_a_break_while_nobody_comes_hurts_little() -> None:
    """The mutation of the hours: half an hour in which nobody comes costs less than a tenth of what noon does."""

    def harm(plan: str, without: str) -> float:
        return run(DESK, plan, 0).value("lost_share") - run(DESK, without).value("lost_share")

    assert harm("break_at_night", "nothing_then") < 0.1 * harm("uncovered", "no_breaks")


def test_nobody_is_taken_while_the_desk_is_unmanned() -> None:
    market = Market(document(DESK, "uncovered"), keep_encounters=True)
    visits = market.run().encounters
    assert visits is not None
    served = visits[
        (visits["outcome"] == "served") & (visits["service"] > 0) & (visits["process"] == "request at desk")
    ]
    begun = np.mod(served["ended"] - served["service"], 1440)
    assert not ((begun > 720 + 1e-6) & (begun < 750 - 1e-6)).any()
    assert ((begun > 750 - 1e-6) & (begun < 752)).any()


def test_a_reason_makes_waits_feel_shorter_and_visits_better() -> None:
    assert lowers(DESK, "explained", "uncovered", "wait_felt")
    assert raises(DESK, "explained", "uncovered", "visit_satisfaction")


def test_where_no_reason_is_missed_telling_it_changes_nothing() -> None:
    """The mutation: felt waits without their part for the unexplained."""
    assert same("any_reason_explained", "any_reason", "wait_felt")
    assert same("any_reason_explained", "any_reason", "visit_satisfaction")


def test_windows_are_kept_exactly_until_twice_as_many_are_promised() -> None:
    assert run(DESK, "uncovered", 0).value("appointments_kept_share") > 0.99
    assert lowers(DESK, "promised_beyond", "uncovered", "appointments_kept_share")
    assert lowers(DESK, "promised_beyond", "uncovered", "satisfaction")


def test_with_engineers_for_all_that_is_promised_nothing_is_broken() -> None:
    """The mutation: what breaks windows is the engineers' time; what is left is that callbacks come together, too."""
    for plan in ("enough_engineers", "enough_promised_beyond"):
        assert run(DESK, plan, 0).value("appointments_kept_share") == 1.0, plan
    left = effect(DESK, "enough_promised_beyond", "enough_engineers", "satisfaction").mean
    assert abs(left) < 0.2 * abs(effect(DESK, "promised_beyond", "uncovered", "satisfaction").mean)


def test_a_repair_that_does_not_hold_is_called_back_and_done_again() -> None:
    """A day's trial is over for all; without reopening (the mutation) the spread of the cycle time is hours at most."""
    tracked, lasting = run(DESK, "uncovered", 0), run(DESK, "lasting", 0)
    assert tracked.value("cycle_mean_repair") > lasting.value("cycle_mean_repair") > 1.0
    assert tracked.value("cycle_p90_repair") > 2.0 > lasting.value("cycle_p90_repair")


def resolved_beyond(plan: str, against: str) -> float:
    """Complaints put right of all that became cases, of one plan less another, in standard errors of two shares.

    Those still open at the end count as not put right.
    """
    shares, variance = [], 0.0
    for name in (plan, against):
        days = [run(DESK, name, replication).daily for replication in range(3)]
        opened = sum(each["cases_opened"].sum() for each in days)
        share = sum(each["cases_resolved"].sum() for each in days) / opened
        shares.append(share)
        variance += share * (1.0 - share) / opened
    return float((shares[0] - shares[1]) / math.sqrt(variance))


def test_levels_above_the_specialist_put_more_right_and_please_more() -> None:
    assert resolved_beyond("uncovered", "specialist_only") > 4.0
    assert raises(DESK, "uncovered", "specialist_only", "satisfaction_after_recovery")


def test_levels_that_can_put_nothing_right_help_nobody() -> None:
    """The mutation: the same levels, without anything they could do."""
    assert abs(resolved_beyond("helpless_levels", "specialist_only")) < 2.0


def test_a_day_for_each_level_answers_sooner() -> None:
    assert lowers(DESK, "within_a_day", "uncovered", "days_to_answer")


def test_where_cases_are_taken_up_at_once_a_deadline_changes_little() -> None:
    """The mutation: what the deadline shortens is the time people let cases lie."""
    eager, soonest = run(DESK, "eager", 0), run(DESK, "eager_within_a_day", 0)
    slow, soon = run(DESK, "uncovered", 0), run(DESK, "within_a_day", 0)
    saved = slow.value("days_to_answer") - soon.value("days_to_answer")
    assert abs(eager.value("days_to_answer") - soonest.value("days_to_answer")) < 0.1 * saved
