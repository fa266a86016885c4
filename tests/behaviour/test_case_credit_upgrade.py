"""Credit grades of key accounts: a chain whose steps fit no whole, and accounts held in the wrong grade meanwhile."""

from __future__ import annotations

import numpy as np
import pytest

from sim.market import Market
from tests.behaviour.casebook import case, document, run, scenario, value

pytestmark = pytest.mark.slow

CYCLE, WRONG = "cycle_mean_change_of_grade", "wrong_tier"
CREDIT = case(
    "credit-upgrade",
    """
  work_takes_no_time: {set: {service.tasks.change_of_grade.steps.approve.takes: {constant: 1 min}}}
  ordinary_by_approval: {remove: [market.tier_review.at_once]}
  shorter_limit: {extends: deemed_approved, set: {service.tasks.change_of_grade.steps.approve.never_above.time: 5 days}}
""",
    run="1 Jan 2026 to 30 Jun 2026",
    campaign="1 Apr to 30 Jun",
)


def of(plan: str, measure: str) -> float:
    return value(CREDIT, plan, measure, "campaign", 0)


def test_validation_warns_that_the_steps_do_not_fit_the_whole() -> None:
    """2 + 3 + 7 = 12 > 10."""
    said = [each for each in scenario(CREDIT).warnings if "2 + 3 + 7 = 12 days" in each]
    assert said, "the file is warned of"
    assert all("change_of_grade.within: 10 days for the whole" in each for each in said)


def test_a_limit_of_five_days_fits_the_whole() -> None:
    """The mutation: 2 + 3 + 5 = 10, and nothing is said of that plan."""
    fits = CREDIT.replace("time: {value: 7 days", "time: {value: 5 days")
    assert not [each for each in scenario(fits).warnings if "for the whole" in each]


def test_a_chain_in_time_is_quicker_and_leaves_fewer_accounts_in_the_wrong_grade() -> None:
    assert of("in_time", CYCLE) < of("slow_chain", CYCLE) / 2
    assert of("in_time", WRONG) < of("slow_chain", WRONG) / 2
    assert of("slow_chain", "in_time_change_of_grade") < 0.6
    assert of("in_time", "in_time_change_of_grade") > 0.95


def test_where_approving_takes_no_time_the_slow_chain_is_in_time_too() -> None:
    """The mutation: the same one person at headquarters with a minute of work a change."""
    assert of("work_takes_no_time", "in_time_change_of_grade") > 0.95
    assert of("work_takes_no_time", WRONG) < of("slow_chain", WRONG) / 2


def test_what_is_deemed_approved_is_never_above_seven_days_at_headquarters() -> None:
    """Area and region take two days more between them; one who was begun on before the limit may end after it."""
    assert of("deemed_approved", CYCLE) < of("slow_chain", CYCLE)
    assert of("deemed_approved", "in_time_change_of_grade") > 0.9
    result = run(CREDIT, "deemed_approved", 0)
    gone_on = of("deemed_approved", "over_limit_change_of_grade.approve")
    assert gone_on > 0.2, "headquarters looks at as few as before"
    assert result.value("cycle_p90_change_of_grade", "campaign") <= 12.0, "days"


def test_a_shorter_limit_ends_them_sooner() -> None:
    """The mutation of the limit: it is what ends the waiting."""
    assert of("shorter_limit", "cycle_p90_change_of_grade") < of("deemed_approved", "cycle_p90_change_of_grade") - 1.0


def test_below_three_quarters_of_the_contract_an_account_is_ordinary_without_approval() -> None:
    """On the morning of the first review, before headquarters has approved anything."""
    first = 90
    market = Market(document(CREDIT, "slow_chain"))
    for _ in range(first + 1):
        market.step()
    reviews = market.tier_reviews
    assert reviews is not None
    assert reviews.contracted is not None
    due_none = reviews.due == list(document(CREDIT, "slow_chain").market.tiers).index("ordinary")
    members = run(CREDIT, "slow_chain", 0).daily["members_of_ordinary"]
    assert members[first - 1] == 0
    assert members[first] == due_none.sum() > 10
    assert (market.customers.tier[due_none] == reviews.due[due_none]).all()
    others = ~due_none & (reviews.due != market.customers.tier)
    assert others.any(), "every other change waits for approval"


def test_where_that_change_needs_approval_too_hardly_anybody_is_ordinary_that_day() -> None:
    """The mutation: only those whom headquarters got to on the first day."""
    market = Market(document(CREDIT, "ordinary_by_approval"))
    for _ in range(91):
        market.step()
    assert market.tier_reviews is not None
    due = (market.tier_reviews.due == 4).sum()
    assert market.recorder.rows[90]["members_of_ordinary"] < due / 4


def test_a_grade_is_what_decides_who_waits_longest() -> None:
    """Green before yellow before the ordinary: what it costs to be held in the wrong grade."""
    waits = [of("slow_chain", f"wait_mean_of_{tier}") for tier in ("green", "yellow", "ordinary")]
    assert np.all(np.diff(waits) > 0)
