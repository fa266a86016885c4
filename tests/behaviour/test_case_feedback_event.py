"""A thank-you event: whom a list by propensity invites, what it costs the counter, which plan wins what."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from experiments.comparing.comparison import Comparison
from experiments.comparing.intervals import Interval, paired_interval
from experiments.comparing.pairwise import compare
from sim.calendar import MINUTES_PER_DAY
from sim.customers import CUSTOMER
from sim.market import Market
from tests.behaviour.casebook import REPLICATIONS, case, document, scenario
from tests.once import once

pytestmark = pytest.mark.slow

PLANS = """
  score_says_nothing:
    extends: by_propensity
    set:
      market.attributes.propensity: {normal: {mean: 45, sd: 15, low: 0, high: 100}}
      market.segments.keen.attributes.propensity: {normal: {mean: 45, sd: 15, low: 0, high: 100}}
      market.segments.calm.attributes.propensity: {normal: {mean: 45, sd: 15, low: 0, high: 100}}
  own_hosts: {extends: by_propensity, remove: [events.thanks.by, events.thanks.staff]}
  room_for_all: {extends: own_hosts, set: {events.thanks.seats: 200}}
  leaves_no_trace: {extends: room_for_all, set: {events.thanks.weight: 0}}
  no_mark: {extends: by_propensity, remove: [funnels.afterwards.talk]}
"""
THANKS = case("feedback-event", PLANS, run="14 Mar 2026 to 19 Apr 2026", campaign="15 Mar to 19 Apr")
LIST = 240
SEATS = 80
INVITED, HELD, LAST = 1, 11, 36
"""Days of the run on which the invitations go out, on which the event is held, and the last one."""

Rows = NDArray[np.int64]


@once
def until(plan: str, day: int, replication: int = 0) -> Market:
    """The market after this day."""
    market = Market(document(THANKS, plan), replication=replication, keep_encounters=True)
    for _ in range(day + 1):
        market.step()
    return market


def befallen(market: Market, what: str) -> Rows:
    """Rows of those whom the event befell so today."""
    return np.sort(np.concatenate([rows for kind, _, rows in market.today.befell if kind == what]))


def best_by_score(market: Market) -> Rows:
    customers = np.flatnonzero(market.customers.status == CUSTOMER)
    score = market.customers.attributes["propensity"][customers]
    return np.sort(customers[np.argsort(-score, kind="stable")[:LIST]])


def keen_invited(plan: str, replication: int) -> float:
    """Share of the invited who are keen."""
    market = until(plan, INVITED, replication)
    keen = list(market.document.market.segments).index("keen")
    return float((market.customers.segment[befallen(market, "invited")] == keen).mean())


def waits(plan: str, replication: int) -> tuple[pd.Series, pd.Series]:
    """Waits of those who came to the counter on the day of the event: until it began, and while it lasted."""
    encounters = until(plan, HELD, replication).recorder.encounters
    assert encounters is not None
    today = encounters[-1]
    minute = today["arrived"] % MINUTES_PER_DAY
    return today["wait"][minute < 13 * 60], today["wait"][(minute >= 14 * 60) & (minute < 17 * 60)]


def guests_seated(plan: str, replication: int) -> int:
    return len(befallen(until(plan, HELD, replication), "seated"))


def spent(plan: str) -> int:
    """What the plan itself has cost, in fen."""
    table = until(plan, LAST).ledger.table()
    return -int(table.loc[table["account"].isin(["media", "events", "gifts"]), "amount"].sum())


def over(compared: Comparison, plan: str, other: str, measure: str) -> Interval:
    """A measure of one plan less that of another in the campaign, replication by replication."""
    chosen = compared.values[(compared.values["measure"] == measure) & (compared.values["period"] == compared.period)]
    values = chosen.pivot(index="replication", columns="plan", values="value")
    return paired_interval(values[plan].tolist(), values[other].tolist())


@pytest.fixture(scope="module")
def compared() -> Comparison:
    plans = ["at_random", "by_propensity", "advertising"]
    return compare(scenario(THANKS), plans, replications=REPLICATIONS, workers=1)


def test_invited_are_exactly_the_best_of_the_list() -> None:
    market = until("by_propensity", INVITED)
    assert befallen(market, "invited").tolist() == best_by_score(market).tolist()


def test_at_random_others_are_invited() -> None:
    """The mutation: as many, and hardly more of the best than chance would have."""
    market = until("at_random", INVITED)
    invited, customers = befallen(market, "invited"), int((market.customers.status == CUSTOMER).sum())
    assert len(invited) == LIST
    both = np.intersect1d(invited, best_by_score(market)).size
    expected = LIST * LIST / customers
    assert abs(both - expected) < 4 * np.sqrt(expected)


def test_the_list_finds_the_keen_and_a_score_that_says_nothing_does_not() -> None:
    """One in five is keen; the mutation: a score that is the same for all segments invites as chance does."""
    chance = 4 * np.sqrt(0.2 * 0.8 / LIST)
    for number in range(REPLICATIONS):
        assert keen_invited("by_propensity", number) > 0.5
        assert keen_invited("at_random", number) == pytest.approx(0.2, abs=chance)
        assert keen_invited("score_says_nothing", number) == pytest.approx(0.2, abs=chance)


def test_each_objective_is_judged_by_itself_and_one_plan_does_not_win_all(compared: Comparison) -> None:
    """Sales are won by the list, awareness by advertising, and loyalty surely by none of these plans."""
    assert compared.objectives is not None
    judged = compared.objectives.judged
    assert list(judged) == ["loyalty", "aware", "revenue"]
    assert (judged["aware"].best, judged["revenue"].best) == ("advertising", "by_propensity")
    assert judged["aware"].surely
    assert not judged["loyalty"].surely
    assert {"advertising", "by_propensity"} <= set(compared.objectives.unbeaten)


def test_the_list_sells_more_than_invitations_at_random_and_than_advertising(compared: Comparison) -> None:
    assert over(compared, "by_propensity", "at_random", "revenue").low > 0
    assert over(compared, "by_propensity", "advertising", "revenue").low > 0


def test_advertising_makes_more_people_aware_than_an_event_of_its_price(compared: Comparison) -> None:
    assert spent("advertising") == pytest.approx(spent("by_propensity"), rel=0.05)
    assert over(compared, "advertising", "by_propensity", "aware").low > 0


def test_what_an_event_adds_to_awareness_is_the_mark_taken_home() -> None:
    """The mutation: without talk of it nobody more is aware, to the last person."""
    aware = {plan: int(until(plan, LAST).customers.aware.sum()) for plan in ("none", "by_propensity", "no_mark")}
    assert aware["by_propensity"] > aware["none"] == aware["no_mark"]


def test_an_event_takes_its_helpers_from_the_counter() -> None:
    """The mutation: with hosts of its own the counter's afternoon is as without an event."""
    of = {plan: [waits(plan, each) for each in range(REPLICATIONS)] for plan in ("none", "by_propensity", "own_hosts")}
    for quiet, helping, hosted in zip(of["none"], of["by_propensity"], of["own_hosts"], strict=True):
        assert helping[0].tolist() == quiet[0].tolist()
        assert helping[1].mean() > 1 + quiet[1].mean()
        assert hosted[1].mean() == pytest.approx(quiet[1].mean(), abs=0.1)


def test_no_more_are_seated_than_there_are_seats() -> None:
    """With 200 seats more are: the mutation."""
    for number in range(REPLICATIONS):
        assert guests_seated("by_propensity", number) == SEATS
        assert guests_seated("at_random", number) <= SEATS
        assert guests_seated("room_for_all", number) > SEATS


def test_guests_become_more_loyal_though_they_are_too_few_to_move_the_average() -> None:
    """The same people with the event and without; the mutation: an event that moves nobody's satisfaction."""
    guests = befallen(until("room_for_all", HELD), "seated")
    loyalty = {
        plan: until(plan, LAST).customers.loyalty[guests] for plan in ("none", "room_for_all", "leaves_no_trace")
    }
    there = paired_interval(loyalty["room_for_all"].tolist(), loyalty["none"].tolist())
    no_trace = paired_interval(loyalty["leaves_no_trace"].tolist(), loyalty["none"].tolist())
    assert there.low > 0
    assert abs(no_trace.mean) < there.mean / 4
