"""Appointments against arithmetic: a window served in order, no-shows and overbooking as binomial numbers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.market import Market
from tests.offices import office, run, total

HALF_HOURS = {"constant": "30 min"}
ONE_WINDOW = {"morning": {"hours": "09:00-12:00", "places": 7}}
CROWD = {"people": 2000, "rate": "1 per week"}
"""Far more than there are windows, so that every window after the first day is full."""


def test_a_full_window_at_home_is_served_in_order_and_who_is_eighth_waits_half_an_hour() -> None:
    """Deterministic work of s minutes, one server: the i-th is begun at start + (i - 1)·s; 3 h hold 7 of 30 min."""
    market = run(
        office(**CROWD, takes=HALF_HOURS, windows=ONE_WINDOW, where="at home", overbooking=0.15, ahead="3 days")
    )
    full = market.recorder.rows[1:]
    assert {row["appointments_kept"] for row in full} == {7.0}
    assert {row["appointments_late"] for row in full} == {1.0}
    waits = market.recorder.waits[5]
    assert sorted(np.round(waits, 1)) == [0.0] * 7 + [30.0]


def test_the_way_there_counts_before_work_begins() -> None:
    """With t minutes of travel in each s, the i-th is begun at start + (i - 1)·s + t: the last comes t too late."""
    market = run(
        office(**CROWD, takes=HALF_HOURS, windows=ONE_WINDOW, where="at home", travel="10 min", ahead="3 days")
    )
    assert {row["appointments_kept"] for row in market.recorder.rows[1:]} == {6.0}
    assert sorted(np.round(market.recorder.waits[5], 1)) == [0.0] * 6 + [10.0]


@pytest.fixture(scope="module")
def overbooked() -> Market:
    """Seven places, nine booked, a fifth stays away; one server who can begin seven in the window."""
    return run(
        office(
            **CROWD, takes=HALF_HOURS, windows=ONE_WINDOW, overbooking=0.3, no_show=0.2, ahead="3 days",
            sections={"calendar": {"run": "2009-09-07 to 2010-03-07"}},
        )
    )  # fmt: skip


def test_who_shows_up_of_those_booked_is_binomial(overbooked: Market) -> None:
    """E[shows] = booked·(1 - no_show), variance booked·no_show·(1 - no_show); 4 standard deviations."""
    due = total(overbooked, "appointments_due")
    shows = total(overbooked, "appointments_awaited")
    assert due == 9 * (len(overbooked.recorder.rows) - 1)
    assert abs(shows - 0.8 * due) < 4 * np.sqrt(due * 0.8 * 0.2)


def test_idle_places_and_late_windows_balance_as_for_a_newsvendor(overbooked: Market) -> None:
    """Per window E[idle] = E[(7 - B)+] and E[late] = E[(B - 7)+], B binomial(9, 0.8); 4 standard errors."""
    days = len(overbooked.recorder.rows) - 1
    shows = np.arange(10)
    chance = stats.binom.pmf(shows, 9, 0.8)
    for column, each in (
        ("window_places_idle", np.maximum(7 - shows, 0)),
        ("appointments_late", np.maximum(shows - 7, 0)),
    ):
        mean = float(chance @ each)
        spread = np.sqrt(float(chance @ each**2) - mean**2)
        found = sum(row.get(column, 0.0) for row in overbooked.recorder.rows[1:]) / days
        assert abs(found - mean) < 4 * spread / np.sqrt(days), column


def test_lead_time_of_a_book_with_room_is_the_earliest_day() -> None:
    """Fewer needs than places: everybody gets the first day from which windows can be had."""
    market = run(office(people=40, earliest="2 days"))
    assert total(market, "lead_days_sum") == 2 * total(market, "appointments_booked") > 0
