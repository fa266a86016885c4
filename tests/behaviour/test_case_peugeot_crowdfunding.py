"""Stakes of ten yuan in a new car: a funnel of 3,325,184 visitors, two rates that are inputs and one that is not."""

from __future__ import annotations

import resource
import time
from math import sqrt

import pytest

from sim.market import Market
from tests.behaviour.casebook import REPLICATIONS, case, document, run

pytestmark = pytest.mark.slow

VISITORS, PAYERS, LEADS, KEEN = 3_325_184, 12_717, 6_158, 395
"""What happened; only the rates payers per visitor and leads per payer are in the file."""
PLANS = """
  seldom_warm: {extends: calls, set: {funnels.launch.moves.warm_up.chance: 1%}}
  often_warm: {extends: calls, set: {funnels.launch.moves.warm_up.chance: 6%}}
  never_warm: {extends: calls, set: {funnels.launch.moves.warm_up.chance: 0%}}
  everybody: {extends: calls, set: {market.customers: 3325184, service.stations.call_centre.staff: 50}}
"""
PEUGEOT = case("peugeot-crowdfunding", PLANS, run="25 Feb 2015 to 31 May 2015")


FULL = case("peugeot-crowdfunding", PLANS)


def made(plan: str, move: str, replications: int = REPLICATIONS) -> int:
    """Moves of so many replications together."""
    return sum(
        int(run(PEUGEOT, plan, number).funnels.set_index("move")["made"][move]) for number in range(replications)
    )


def band(share: float, people: float) -> float:
    return 4.0 * sqrt(share * (1 - share) / people)


def test_the_rates_that_are_inputs_come_out_as_they_went_in() -> None:
    """Of the machine, not of the world: both rates are read from the file."""
    visits, stakes, leads = (made("no_calls", move, 1) for move in ("visit", "stake", "leave_number"))
    assert visits == round(VISITORS / 50)
    assert stakes / visits == pytest.approx(PAYERS / VISITORS, abs=band(PAYERS / VISITORS, visits))
    assert leads / stakes == pytest.approx(LEADS / PAYERS, abs=band(LEADS / PAYERS, stakes))


def test_every_stake_is_ten_yuan() -> None:
    result = run(PEUGEOT, "no_calls", 0)
    stakes = result.funnels.set_index("move")["made"]["stake"]
    assert result.ledger.loc[result.ledger["account"] == "signings", "amount"].sum() == 1000 * stakes


def test_the_keen_leads_that_were_seen_lie_within_what_the_assumed_range_gives() -> None:
    """6.41 % of leads: no input. The ends of the range assumed for one call give less and more."""
    few, many = (made(plan, "warm_up") / made(plan, "leave_number") for plan in ("seldom_warm", "often_warm"))
    assert few < KEEN / LEADS < many


def test_where_calls_warm_nobody_up_none_of_them_are_keen() -> None:
    """The mutation, and the same without calls: then the 395 could not have been."""
    never = run(PEUGEOT, "never_warm", 0)
    assert never.value("contacts_made") > 50
    assert never.value("funnel_made_launch_warm_up") == made("no_calls", "warm_up", 1) == 0


def test_calls_reach_more_leads_when_there_are_more_people_to_call() -> None:
    one, three = (run(PEUGEOT, plan, 0) for plan in ("weekly_calls", "weekly_calls_more_people"))
    assert three.value("contacts_missed") < 0.5 * one.value("contacts_missed")
    assert three.value("outreach_call_leads") > one.value("outreach_call_leads")


@pytest.mark.study
def test_every_visitor_runs_in_two_minutes_and_four_gigabytes() -> None:
    start = time.process_time()
    result = Market(document(FULL, "everybody")).run()
    assert time.process_time() - start < 120
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 4_000_000  # kilobytes
    moves = result.funnels.set_index("move")["made"]
    assert moves["visit"] == VISITORS
    assert moves["stake"] == pytest.approx(PAYERS, abs=4 * sqrt(PAYERS))
    assert moves["leave_number"] == pytest.approx(LEADS, abs=4 * sqrt(LEADS))
