"""The service call as a sales call: reminders fill a diary, and only people who have a minute sell anything.

A filter lasts a month here instead of six, and reminders begin as much sooner: two months show what a year would.
"""

from __future__ import annotations

import numpy as np
import pytest

from sim.market import Market
from tests.behaviour.casebook import case, document, run

pytestmark = pytest.mark.slow

HOMES = case(
    "qinyuan-aftersales",
    """
  nobody_listens: {extends: reminders, set: {market.needs.filter_change.responds_to_advertising: 0}}
  two: {set: {service.stations.service_team.staff: 2}}
""",
    run="1 Jan 2010 to 28 Feb 2010",
    customers="2000",
)
HOMES = HOMES.replace("due_after: {value: 6 months,", "due_after: {value: 1 month,").replace("180 days", "30 days")
LIFE = 30


def test_reminders_bring_changes_of_filters() -> None:
    """The same luck in both: the further visits are those that reminders brought, a count with Poisson's spread."""
    more = run(HOMES, "two_and_reminders").value("served") - run(HOMES, "two").value("served")
    assert more > 4 * max(more, 1.0) ** 0.5


def test_reminders_that_nobody_heeds_bring_none() -> None:
    """The mutation: the call itself changes no filter."""
    assert run(HOMES, "nobody_listens").value("visits") == pytest.approx(
        run(HOMES, "one_person").value("visits"), rel=0.02
    )


def test_reminders_without_people_lengthen_the_wait_and_leave_no_time_to_sell() -> None:
    alone, before = run(HOMES, "reminders"), run(HOMES, "one_person")
    assert alone.value("wait_mean") > 1.3 * before.value("wait_mean")
    spoken = [each.value("approaches") / each.value("served") for each in (alone, before)]
    assert spoken[0] < spoken[1]


def test_a_second_person_keeps_what_reminders_bring_and_sells_more() -> None:
    """The mutation: with somebody free the same reminders do no harm."""
    both, alone = run(HOMES, "two_and_reminders"), run(HOMES, "reminders")
    assert both.value("wait_mean") < 0.2 * alone.value("wait_mean")
    assert both.value("further_needs_met") > 1.5 * alone.value("further_needs_met")


def test_calls_at_which_nobody_sells_leave_what_is_asked_for_alone() -> None:
    silent, selling = run(HOMES, "team_that_does_not_sell"), run(HOMES, "team_and_reminders")
    assert silent.value("approaches") == 0
    assert silent.value("further_needs_met") < 0.3 * selling.value("further_needs_met")
    assert selling.value("revenue") > 1.15 * silent.value("revenue")


def test_five_people_are_more_than_these_customers_can_pay_for() -> None:
    assert run(HOMES, "two_and_reminders").value("profit") > run(HOMES, "team_and_reminders").value("profit")


def test_a_filter_changed_is_not_due_again_before_its_time() -> None:
    market = Market(document(HOMES, "reminders"))
    last = np.full(len(market.customers), -np.inf)
    changed = 0
    for _ in range(59):
        market.step()
        judged = market.today.judgement
        assert judged is not None
        needs = market.today.needs
        asked = needs.rows[needs.which == 0]
        assert (market.day - 1 - last[asked] >= LIFE).all()
        served = judged.rows[(judged.kind == 0) & ~judged.lost & (judged.which == 0)]
        last[served] = market.day - 1
        changed += len(served)
    assert changed > 50
