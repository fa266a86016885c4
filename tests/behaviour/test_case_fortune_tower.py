"""A sales event with 39 seats and four tables: what a mixed message costs, and what a good invitation overloads."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest

from sim.market import Market
from sim.results import RunResult
from tests.behaviour.casebook import case, document, effect, lowers, raises

pytestmark = pytest.mark.slow

PLANS = """
  nobody_minds: {extends: as_written, set: {events.fortune.mixed_message.share: 0%}}
  more_seats: {extends: good_invitation, set: {events.fortune.seats: 100}}
  no_tables: {extends: good_invitation, set: {service.stations.tables.staff: 60}}
  one_hour_tables: {extends: one_hour, set: {service.stations.tables.staff: 60}}
"""
TOWER = case("fortune-tower", PLANS, run="23 Jun 2014 to 29 Jun 2014")
RUNS = range(6)
"""Of the week of the event."""
EVENTS = ("as_written", "one_hour", "good_invitation", "two_days", "eight_tables")


@cache
def lived(plan: str, replication: int) -> RunResult:
    return Market(document(TOWER, plan), replication=replication, keep_encounters=True).run()


def seated_a_day(plan: str, replication: int) -> float:
    return float(lived(plan, replication).daily.get("event_guests", pd.Series([0.0])).max())


def parties_at_tables(plan: str, replication: int) -> int:
    """The most parties at the tables at one minute."""
    visits = lived(plan, replication).encounters
    assert visits is not None
    visits = visits[(visits["process"] == "negotiation at tables") & (visits["outcome"] == "served")]
    edges = pd.concat([pd.Series(1, visits["ended"] - visits["service"]), pd.Series(-1, visits["ended"])])
    edges = edges.groupby(edges.index.round(6)).sum().sort_index()
    return int(edges.cumsum().max())


def test_no_more_than_39_guests_are_seated_at_once() -> None:
    assert all(seated_a_day(plan, number) <= 39 for plan in EVENTS for number in RUNS)
    assert all(seated_a_day("good_invitation", number) == 39 for number in RUNS)


def test_with_a_hundred_seats_more_than_39_sit() -> None:
    """The mutation: what holds guests back is the seats."""
    assert all(seated_a_day("more_seats", number) > 39 for number in RUNS)


def test_a_good_invitation_leaves_guests_without_a_seat() -> None:
    assert effect(TOWER, "good_invitation", "one_hour", "event_no_seat").low > 0
    assert effect(TOWER, "more_seats", "one_hour", "event_no_seat").low <= 0


def test_no_more_than_four_parties_are_at_the_tables_at_once() -> None:
    """With sixty tables more are: the mutation."""
    assert all(parties_at_tables(plan, number) <= 4 for plan in EVENTS[:4] for number in RUNS)
    assert all(parties_at_tables("good_invitation", number) == 4 for number in RUNS)
    assert all(parties_at_tables("no_tables", number) > 4 for number in RUNS)


def test_a_full_house_overloads_the_tables_and_more_tables_relieve_them() -> None:
    """Guests wait for a table and leave; the mutation: with a table for each, nobody waits however many are there."""
    assert raises(TOWER, "good_invitation", "as_written", "wait_mean")
    assert effect(TOWER, "good_invitation", "as_written", "lost_visits", replications=len(RUNS)).low > 0
    assert lowers(TOWER, "eight_tables", "good_invitation", "wait_mean")
    assert lived("no_tables", 0).value("lost_visits") == lived("one_hour_tables", 0).value("lost_visits") == 0


def test_a_mixed_message_empties_seats() -> None:
    assert lowers(TOWER, "as_written", "one_hour", "event_guests")
    assert raises(TOWER, "as_written", "one_hour", "event_wrong_hour")


def test_a_message_nobody_goes_by_changes_nothing() -> None:
    """The mutation."""
    mixed, clear = lived("nobody_minds", 0), lived("one_hour", 0)
    pd.testing.assert_frame_equal(mixed.daily, clear.daily)
    pd.testing.assert_frame_equal(mixed.ledger, clear.ledger)


def test_two_days_seat_more_than_one_full_house() -> None:
    assert raises(TOWER, "two_days", "good_invitation", "event_guests")
