"""Maintenance contracts: who has one gets a faster answer and a better fix, and who has none pays for it."""

from __future__ import annotations

import pytest

from experiments.comparing.intervals import Interval, paired_interval
from tests.behaviour.casebook import REPLICATIONS, case, effect, lowers, raises, value

pytestmark = pytest.mark.slow

JANUARY = "calendar.run: 5 Jan 2026 to 1 Feb 2026"
FIRM = case(
    "enpc-maintenance",
    """
  equal_at_leisure: {set: {JANUARY, service.capacity: unlimited}}
  contracts_first_at_leisure: {extends: contracts_first, set: {JANUARY, service.capacity: unlimited}}
  equal_alike:
    set: {service.stations.technicians.groups.experienced.skill: {assurance: 0},
          service.stations.technicians.groups.others.skill: {assurance: 0}}
  differentiated_alike:
    extends: differentiated
    set: {service.stations.technicians.groups.experienced.skill: {assurance: 0},
          service.stations.technicians.groups.others.skill: {assurance: 0}}
""".replace("JANUARY", JANUARY),
).replace("5 Jan 2026 to 3 Jan 2027", "5 Jan 2026 to 12 Apr 2026")


def difference(plan: str, measure: str) -> Interval:
    """A measure of customers with a contract less that of those without, in the same runs."""
    mine, others = (
        [value(FIRM, plan, f"{measure}_of_{tier}", "campaign", replication) for replication in range(REPLICATIONS)]
        for tier in ("contract", "no_tier")
    )
    return paired_interval(mine, others)


def test_contracts_first_are_answered_sooner_and_the_others_later() -> None:
    assert lowers(FIRM, "contracts_first", "equal", "wait_mean_of_contract")
    assert raises(FIRM, "contracts_first", "equal", "wait_mean_of_no_tier")


def test_being_first_means_nothing_where_nobody_waits() -> None:
    """The mutation: no queues to be first in."""
    waits = [
        value(FIRM, f"{plan}_at_leisure", "wait_mean_of_contract", "campaign", 0)
        for plan in ("contracts_first", "equal")
    ]
    assert waits[0] == waits[1] == pytest.approx(0.0, abs=1e-9)


def test_technicians_kept_for_contracts_fix_more_at_once_for_them_and_less_for_others() -> None:
    assert raises(FIRM, "differentiated", "equal", "right_first_time_of_contract")
    assert lowers(FIRM, "differentiated", "equal", "right_first_time_of_no_tier")


def test_keeping_technicians_for_contracts_fixes_nothing_more_where_they_are_all_alike() -> None:
    """The mutation: the same routing of technicians who do not differ. In two runs less than a third is left of what
    they fix more and less where they differ, four standard errors of it.
    """
    for measure in ("right_first_time_of_contract", "right_first_time_of_no_tier"):
        alike = effect(FIRM, "differentiated_alike", "equal_alike", measure, replications=2).mean
        assert abs(alike) < abs(effect(FIRM, "differentiated", "equal", measure).mean) / 3


def test_contract_and_other_customers_feel_a_difference_only_when_service_differs() -> None:
    assert difference("differentiated", "wait_mean").high < 0.0
    assert difference("differentiated", "right_first_time").low > 0.0
    assert effect(FIRM, "differentiated", "equal", "satisfaction_of_contract").low > 0.0
    assert effect(FIRM, "differentiated", "equal", "satisfaction_of_no_tier").high < 0.0
    assert not difference("equal", "wait_mean").high < 0.0
    assert not difference("equal", "right_first_time").low > 0.0
