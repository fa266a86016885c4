"""How many accounts a manager looks after: too few leave accounts to the hotline, too many leave visits unmade."""

from __future__ import annotations

import pytest

from experiments.comparing.intervals import Interval, paired_interval
from tests.behaviour.casebook import REPLICATIONS, case, lowers, raises, run

pytestmark = pytest.mark.slow

STAFF = "service.stations.industry_managers.staff: 40, service.stations.cluster_managers.staff: 40"
MANAGERS = case(
    "regional-managers",
    f"""
  managers_to_spare: {{set: {{{STAFF}}}}}
  managers_to_spare_higher_caps: {{extends: higher_caps, set: {{{STAFF}}}}}
  a_call_is_as_good: {{set: {{outreach.industry_by_channel.made: 85, outreach.cluster_by_channel.made: 85,
    outreach.industry_by_channel.weight: 0.1, outreach.cluster_by_channel.weight: 0.1,
    outreach.industry_by_channel.every: 2 weeks}}}}
  a_call_is_as_good_lower_caps: {{extends: a_call_is_as_good, set: {{
    outreach.industry_visit.caseload: 20, outreach.cluster_visit.caseload: 35}}}}
""",
    run="5 Jan 2026 to 1 Mar 2026",
)
"""Eight weeks, in which every account is due for two visits at least; satisfaction is that of the last evening."""
VISITS = ("outreach_industry_visit", "outreach_cluster_visit")


def at_the_end(plan: str, replication: int = 0) -> float:
    """Mean satisfaction of customers on the last evening: visits made and missed have told by then."""
    return float(run(MANAGERS, plan, replication).daily["satisfaction"].iloc[-1])


def pleased(plan: str, against: str) -> Interval:
    """Satisfaction at the end of one plan less that of another, replication by replication."""
    mine, other = ([at_the_end(name, each) for each in range(REPLICATIONS)] for name in (plan, against))
    return paired_interval(mine, other)


def test_within_the_caps_every_visit_is_made() -> None:
    for measure in VISITS:
        assert run(MANAGERS, "as_ruled", 0).value(measure) > 0.99


def test_above_what_the_hours_allow_visits_are_missed_and_satisfaction_falls() -> None:
    for measure in VISITS:
        assert lowers(MANAGERS, "higher_caps", "as_ruled", measure, "whole")
    assert pleased("higher_caps", "as_ruled").high < 0.0


def test_with_managers_to_spare_higher_caps_cost_nothing() -> None:
    """The mutation: everybody has a manager under either cap, and nothing is missed."""
    for plan in ("managers_to_spare", "managers_to_spare_higher_caps"):
        assert run(MANAGERS, plan, 0).value("contacts_missed") == 0.0
    assert at_the_end("managers_to_spare_higher_caps") == at_the_end("managers_to_spare")


def test_lower_caps_leave_accounts_to_the_hotline_and_please_less() -> None:
    assert pleased("lower_caps", "as_ruled").high < 0.0
    assert raises(MANAGERS, "as_ruled", "lower_caps", "profit_with_carried_value", "whole")


def test_where_a_call_is_as_good_as_a_visit_lower_caps_take_little_away() -> None:
    """The mutation: what an account loses with its manager is the difference between a visit and a call."""
    loss, without = (
        at_the_end(plan) - at_the_end(f"{less}lower_caps")
        for plan, less in (("as_ruled", ""), ("a_call_is_as_good", "a_call_is_as_good_"))
    )
    assert loss > 0.1
    assert without < 0.3 * loss
