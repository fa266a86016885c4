"""One-stop against passing between departments, and how often the meeting is held: the time a connection takes."""

from __future__ import annotations

import numpy as np
import pytest

from tests.behaviour.casebook import case, effect, lowers, value

pytestmark = pytest.mark.slow

MEAN, SPREAD = "cycle_mean_connection", "cycle_sd_connection"

CARRIES = ("carry_to_supervisor", "carry_to_review", "carry_to_inspection", "carry_to_cashier")
NO_CARRYING = ", ".join(f"service.tasks.connection.steps.{step}.takes: {{constant: 1 min}}" for step in CARRIES)
NO_REWORK = (
    "service.tasks.connection.steps.review.again.chance: 0%, service.tasks.connection.steps.inspection.again.chance: 0%"
)
TWO_MONTHS = "calendar: {run: 1 Jan 2026 to 28 Feb 2026, campaign: 1 Feb to 28 Feb}"
POWER = case(
    "power-connection",
    f"""
  papers_at_once: {{set: {{{NO_CARRYING}}}}}
  right_first_time: {{set: {{{NO_REWORK}}}}}
  no_meeting: {{set: {{{TWO_MONTHS}}}, remove: [service.tasks.connection.steps.decide]}}
  no_meeting_three_times:
    extends: three_times_a_week
    set: {{{TWO_MONTHS}}}
    remove: [service.tasks.connection.steps.decide]
""",
    run="1 Jan 2026 to 19 Apr 2026",
    campaign="9 Feb to 19 Apr",
)


def test_one_stop_shortens_the_time_a_connection_takes() -> None:
    """By about seven days, which two runs tell: the chance of one of them is a fiftieth of it."""
    gained = effect(POWER, "one_stop", "departments", MEAN, replications=2)
    assert gained.high < 0.0
    assert gained.mean < -2.0, "days"


def test_without_papers_to_carry_one_stop_gains_little() -> None:
    """The mutation: where papers pass between departments in a minute, most of what one-stop gains is gained.

    One run of each: a third of the gain is more than five times the chance of the rest.
    """
    cycle = {plan: value(POWER, plan, MEAN, "campaign", 0) for plan in ("one_stop", "departments", "papers_at_once")}
    whole, rest = (cycle["one_stop"] - cycle[against] for against in ("departments", "papers_at_once"))
    assert abs(rest) < abs(whole) / 3


def test_the_more_often_the_meeting_is_held_the_sooner_power_is_on() -> None:
    assert lowers(POWER, "twice_a_week", "departments", MEAN)
    # Ten hours more; five runs, for the chance of one of them is about five hours.
    assert effect(POWER, "three_times_a_week", "twice_a_week", MEAN, replications=5).high < 0.0


def wait_for(*weekdays: int) -> float:
    """Days to the next meeting at 14:00 on `weekdays`, for whoever comes evenly in office hours, Monday to Friday."""
    comes = np.concatenate([day + np.linspace(8.5, 17.0, 1000) / 24 for day in range(5)])
    meets = np.array([week + day + 14 / 24 for week in (0, 7) for day in weekdays])
    return float(np.mean([meets[meets >= moment].min() - moment for moment in comes]))


def test_the_gain_is_the_wait_for_the_meeting() -> None:
    """Surveys end in office hours, though not quite evenly: hence a tolerance of some hours."""
    for plan, weekdays in (("twice_a_week", (1, 4)), ("three_times_a_week", (0, 2, 4))):
        expected = wait_for(*weekdays) - wait_for(1)
        assert effect(POWER, plan, "departments", MEAN).mean == pytest.approx(expected, abs=0.4)


def test_without_the_meeting_its_frequency_changes_nothing() -> None:
    """The mutation: no step waits for the meeting."""
    often, seldom = (value(POWER, plan, MEAN, "campaign", 0) for plan in ("no_meeting_three_times", "no_meeting"))
    assert often == seldom


def test_most_of_the_spread_is_rework() -> None:
    """The mutation: drawings and works that pass at once make the time nearly half as variable.

    By more than three days in two runs, and the chance of one of them is a sixth of a day.
    """
    assert effect(POWER, "right_first_time", "departments", SPREAD, replications=2).high < 0.0
    assert value(POWER, "right_first_time", SPREAD, "campaign", 0) < 0.7 * value(
        POWER, "departments", SPREAD, "campaign", 0
    )


def test_nobody_is_lost_on_the_way() -> None:
    for plan in ("departments", "one_stop"):
        assert value(POWER, plan, "lost_visits", "whole", 0) == 0
