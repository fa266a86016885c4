"""Care of the elderly: inspections prevent sores as often as they come in time; training raises care, takes hours."""

from __future__ import annotations

import math

import pytest

from tests.behaviour.casebook import case, effect, lowers, raises, run, value

pytestmark = pytest.mark.slow

SHORT = "calendar.run: 1 Jan to 30 Apr 2012"
HALF_A_YEAR = "calendar.run: 1 Jan to 30 Jun 2012"
"""For turnover: some of those who leave at first must be replaced by the end."""
HOME = case(
    "elderly-care",
    f"""
  short: {{extends: as_is, set: {{{SHORT}}}}}
  short_trained: {{extends: trained, set: {{{SHORT}}}}}
  short_daily: {{extends: trained_daily, set: {{{SHORT}}}}}
  short_weekly: {{extends: inspected_weekly, set: {{{SHORT}}}}}
  short_inspected_daily: {{extends: inspected_daily, set: {{{SHORT}}}}}
  taught_nothing:
    extends: short_trained
    set: {{service.stations.carers.people.training.skills.skill: {{}}}}
  finds_nothing:
    extends: short_weekly
    set:
      calendar.run: 1 Jan to 19 Feb 2012
      service.incidents.pressure_sore.prevention.inspection.inspection.finds: 0%
  nobody_leaves: {{set: {{{HALF_A_YEAR}}}, remove: [service.stations.carers.people.turnover]}}
  slow_hiring: {{set: {{{HALF_A_YEAR}, service.stations.carers.people.turnover.replaced_after: 120 days,
    service.stations.carers.people.turnover.leaves: 1.5 per year}}}}
  quick_hiring: {{extends: slow_hiring, set: {{service.stations.carers.people.turnover.replaced_after: 5 days}}}}
""",
)


def _due_and_prevented(plan: str) -> tuple[float, float]:
    daily = run(HOME, plan, 0).daily
    struck, prevented = (float(daily[name].sum()) for name in ("incidents", "incidents_prevented"))
    return struck + prevented, prevented


@pytest.mark.parametrize(
    ("plan", "every"), [("short", 30.0), ("short_weekly", 7.0), ("short_inspected_daily", 1.0)]
)  # fmt: skip
def test_inspection_prevents_what_the_delay_time_model_says(plan: str, every: float) -> None:
    """Sores show for 6 days on average, 85 % are found when they do; binomial, within four standard deviations."""
    due, prevented = _due_and_prevented(plan)
    passes = math.exp(-every / 6.0)
    share = 0.85 * (1.0 - passes) * 6.0 / every / (1.0 - 0.15 * passes)
    assert abs(prevented - due * share) < 4.0 * math.sqrt(due * share * (1.0 - share))


def test_the_more_often_care_is_inspected_the_fewer_sores_out_of_the_same_that_develop() -> None:
    due = [_due_and_prevented(plan) for plan in ("short", "short_weekly", "short_inspected_daily")]
    assert due[0][0] == due[1][0] == due[2][0]
    assert due[0][1] < due[1][1] < due[2][1]


def test_inspections_that_find_nothing_prevent_nothing() -> None:
    """The mutation."""
    due, prevented = _due_and_prevented("finds_nothing")
    assert due > 0
    assert prevented == 0


def test_training_raises_care_and_its_evenness() -> None:
    assert raises(HOME, "short_trained", "short", "delivered")
    assert lowers(HOME, "short_trained", "short", "delivered_sd")
    assert raises(HOME, "short_trained", "short", "visit_satisfaction")


def test_training_without_content_raises_nothing() -> None:
    """The mutation: less than a tenth of what training brings. One run: the chance of it is a hundredth."""
    bare = value(HOME, "taught_nothing", "delivered", "whole", 0) - value(HOME, "short", "delivered", "whole", 0)
    assert bare < effect(HOME, "short_trained", "short", "delivered").mean / 10


def test_training_every_day_makes_residents_wait_and_adds_little_to_care() -> None:
    assert raises(HOME, "short_daily", "short_trained", "wait_mean")
    more = effect(HOME, "short_daily", "short_trained", "delivered").mean
    assert abs(more) < 0.25 * effect(HOME, "short_trained", "short", "delivered").mean


@pytest.mark.study
def test_turnover_with_slow_hiring_leaves_places_empty() -> None:
    assert lowers(HOME, "slow_hiring", "nobody_leaves", "staff_present")
    assert raises(HOME, "slow_hiring", "nobody_leaves", "wait_mean")


@pytest.mark.study
def test_turnover_with_quick_hiring_fills_the_places_with_beginners_who_are_slower_and_worse() -> None:
    assert raises(HOME, "quick_hiring", "slow_hiring", "staff_present")
    assert raises(HOME, "quick_hiring", "nobody_leaves", "pace")
    assert lowers(HOME, "quick_hiring", "nobody_leaves", "delivered")
