"""Calls and visits owed to key accounts: what is due by grade, what two managers manage, and who goes without.

The source gives the pace of the contacts by grade; that it makes 58, 56 and 29 contacts a customer and year is checked,
not put in.
"""

from __future__ import annotations

import pytest

from tests.behaviour.casebook import case, effect, lowers, raises, run

pytestmark = pytest.mark.slow

GRADES = {"a": (30, 58), "b": (90, 56), "c": (180, 29)}
PLANS = """
  nobody_else:
    set:
      calendar.run: 5 Jan 2026 to 5 Jul 2026
      market.needs.request.rate: 0.001 per year
      service.stations.managers.staff: 20
  contacts_felt_as_nothing:
    extends: three_managers
    set: {outreach.call_c.weight: 0, outreach.visit_c.weight: 0, outreach.visit_b.weight: 0, outreach.call_b.weight: 0,
          outreach.call_a.weight: 0, outreach.visit_a.weight: 0}
  two_managers_felt_as_nothing: {extends: contacts_felt_as_nothing, set: {service.stations.managers.staff: 2}}
"""
KEY = case("account-cadence", PLANS)
SPRING = case("account-cadence", PLANS, run="5 Jan 2026 to 29 Mar 2026")


def contacts(plan: str, grade: str, what: str, replication: int = 0) -> float:
    """Calls and visits of a grade, a customer and year."""
    days = run(SPRING, plan, replication).daily
    total = days[f"{what}_call_{grade}"].sum() + days[f"{what}_visit_{grade}"].sum()
    return float(total) / GRADES[grade][0] * 365.25 / len(days)


@pytest.mark.parametrize("grade", GRADES)
def test_the_contacts_due_are_58_56_and_29_a_customer_and_year(grade: str) -> None:
    """52.18 + 6, 52.18 + 4, 26.09 + 3; who leaves on the way is owed no more, so a plan nobody leaves is counted."""
    assert contacts("nobody_else", grade, "due") == pytest.approx(GRADES[grade][1], rel=0.05)


def test_two_managers_keep_up_with_a_and_let_c_go() -> None:
    """Contacts are made in the order of the file: the accounts that come last pay for the hours that are missing."""
    assert run(SPRING, "two_managers", 0).value("outreach_call_a") > 0.99
    assert run(SPRING, "two_managers", 0).value("outreach_call_c") < 0.5
    assert raises(SPRING, "three_managers", "two_managers", "outreach_call_c", "whole")


def test_with_managers_to_spare_nothing_is_missed() -> None:
    """The mutation: where staff are not the limit there is no grade that goes without."""
    for grade in GRADES:
        assert contacts("nobody_else", grade, "missed") == 0.0
        assert contacts("nobody_else", grade, "made") > 0.9 * contacts("nobody_else", grade, "due")


@pytest.mark.study
def test_calling_c_half_as_often_leaves_time_for_the_calls_that_are_still_due() -> None:
    assert raises(KEY, "c_by_month", "two_managers", "outreach_call_c", "whole")
    assert lowers(KEY, "c_by_month", "two_managers", "contacts_missed", "whole")


def test_contacts_made_raise_satisfaction_and_hold_customers() -> None:
    assert raises(SPRING, "three_managers", "two_managers", "satisfaction", "whole")
    assert lowers(SPRING, "three_managers", "two_managers", "contacts_missed", "whole")


def test_where_contacts_are_felt_as_nothing_only_shorter_waits_remain_of_it() -> None:
    """The mutation: what the third manager still gives then is a fraction of what the contacts gave."""
    felt = effect(SPRING, "three_managers", "two_managers", "satisfaction", "whole")
    unfelt = effect(SPRING, "contacts_felt_as_nothing", "two_managers_felt_as_nothing", "satisfaction", "whole")
    assert unfelt.mean < 0.3 * felt.mean
