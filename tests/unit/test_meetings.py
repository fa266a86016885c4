"""Meetings that deal with everyone at once, what customers do themselves, and how long a task takes over the days."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.calendar import MINUTES_PER_DAY
from sim.market import Market
from sim.service.plant import Plant
from tests.small_documents import small_document

MONDAY, THURSDAY = 0, 3
OFFICE = {"staff": 5, "open": "09:00-17:00", "at_closing": "carry over"}
COUNTER = {"at": "counter", "takes": {"constant": "10 min"}}


def connection(steps: dict[str, Any], meets: tuple[str, ...] = ("tuesday", "friday"), **service: Any) -> Market:
    """A market in which some 20 people a day come for a task of these steps."""
    return Market(
        small_document(
            market={
                "customers": 2000,
                "segments": {"everyone": {"share": 1}},
                "needs": {"power": {"task": "connect", "rate": "3 per year", "contested": False}},
                "traits": {"aware": 1, "existing": 1},
            },
            service={
                "stations": {"counter": OFFICE},
                "meetings": {"plan_meeting": {"days": list(meets), "begins": "14:00"}},
                "tasks": {"connect": {"steps": steps}},
                **service,
            },
        ),
        keep_encounters=True,
    )


def visits(market: Market) -> pd.DataFrame:
    encounters = market.run().encounters
    assert encounters is not None
    return encounters


MEETING = {"accept": COUNTER, "meeting": {"at": "plan_meeting", "takes": {"constant": "30 min"}}}


def test_everyone_waiting_is_dealt_with_at_once_when_the_meeting_begins() -> None:
    met = visits(connection(MEETING))
    assert len(met) > 200
    day, minute = np.divmod(met["ended"].to_numpy() - 30.0, MINUTES_PER_DAY)
    assert set((day % 7).astype(int)) == {1, 4}, "the run begins on a Monday; they meet on Tuesdays and Fridays"
    assert ((minute >= 14 * 60) & (minute < 14 * 60 + 1)).all()
    assert (minute == 14 * 60).mean() > 0.99
    first = met[met["arrived"] + 10 + met["wait"] > 0].iloc[0]
    assert first["outcome"] == "served"


def test_a_meeting_three_times_a_week_shortens_the_wait_for_it() -> None:
    """Whoever comes evenly over the week waits half a gap between meetings, in the mean Σ gap² / 14 days."""
    once = visits(connection(MEETING, ("friday",)))
    thrice = visits(connection(MEETING, ("monday", "wednesday", "friday")))
    for met, gaps in ((once, [7]), (thrice, [2, 2, 3])):
        days = met["wait"].to_numpy() / MINUTES_PER_DAY
        spread = float(np.sqrt(np.sum(np.array(gaps) ** 3.0) / 21 - (np.sum(np.array(gaps) ** 2) / 14) ** 2))
        allowed = 4 * spread / np.sqrt(len(met)) + 0.5  # half a day: arrivals come by day, between nine and five
        assert days.mean() == pytest.approx(np.sum(np.array(gaps) ** 2) / 14, abs=allowed)


def test_what_customers_do_themselves_takes_nobodys_capacity() -> None:
    own = {"accept": COUNTER, "drawings": {"by": "the customer", "takes": {"constant": "3 days"}}}
    market = connection({**own, "submit": COUNTER})
    met = visits(market)
    assert ((met["ended"] - met["arrived"]) >= 3 * MINUTES_PER_DAY + 20).all()
    assert met["wait"].max() < 1.5 * MINUTES_PER_DAY, "only the counter is waited for, at most overnight"
    rows = market.recorder.rows
    on_duty = 5 * 8 * 60 * 28
    assert on_duty <= sum(row["staffed_time"] for row in rows) < 1.01 * on_duty, (
        "beyond it, only services that run over"
    )
    assert sum(row["busy_time"] for row in rows) < 20 * 1.05 * (len(met) + 200)


def test_work_of_several_days_runs_over_the_nights_and_keeps_its_server() -> None:
    """One surveyor, two days a plan: one plan every two days of the clock, whether or not the office is open."""
    survey = {"at": "surveyor", "takes": {"constant": "2 days"}}
    stations = {"counter": OFFICE, "surveyor": {**OFFICE, "staff": 1}}
    met = visits(connection({"accept": COUNTER, "survey": survey}, stations=stations))
    ended = np.sort(met["ended"].to_numpy())
    assert len(ended) >= 11
    assert (np.diff(ended) >= 2 * MINUTES_PER_DAY - 1e-6).all()
    assert met["ended"].max() - met["arrived"].min() < 28 * MINUTES_PER_DAY


def test_nobody_gives_up_waiting_for_a_meeting_or_at_home() -> None:
    impatient = {"patience": {"constant": "5 min"}}
    market = connection(MEETING, **impatient)
    assert set(visits(market)["outcome"]) == {"served"}
    crowded = {**OFFICE, "staff": 1, "staff_at": {"09:00-16:00": 0}}
    at_home = {"stations": {"counter": {**crowded, "waiting": {"where": "at home"}}}}
    assert set(visits(connection({"accept": COUNTER}, **impatient, **at_home))["outcome"]) == {"served"}
    on_the_spot = {"stations": {"counter": crowded}}
    assert "reneged" in set(visits(connection({"accept": COUNTER}, **impatient, **on_the_spot))["outcome"])


def test_the_cycle_time_of_a_task_is_a_measure_in_days_with_its_spread() -> None:
    market = connection(MEETING)
    result = market.run()
    assert result.encounters is not None
    took = (result.encounters["ended"] - result.encounters["arrived"]).to_numpy() / MINUTES_PER_DAY
    for name, truth in (
        ("cycle_mean_connect", took.mean()),
        ("cycle_sd_connect", took.std()),
        ("cycle_p50_connect", np.quantile(took, 0.5)),
        ("cycle_p90_connect", np.quantile(took, 0.9)),
    ):
        assert result.value(name) == pytest.approx(truth, rel=1e-5), name
        assert market.recorder.cycle_times.measures[name].unit == "days"


def test_a_short_task_is_measured_in_minutes() -> None:
    market = connection({"accept": COUNTER, "pay": COUNTER})
    assert market.recorder.cycle_times.measures["cycle_mean_connect"].unit == "minutes"
    assert market.run().value("cycle_p50_connect") == pytest.approx(20.0)


def test_meetings_come_after_the_stations_and_the_customers_last() -> None:
    market = connection({**MEETING, "papers": {"by": "the customer", "takes": {"constant": "1 day"}}})
    plant: Plant = market.plant
    assert plant.station_names == ("counter",)
    assert [station.id for station in plant.facility.stations] == ["counter", "plan_meeting", "the customer"]
    assert plant.shifts[1][MONDAY] is None
    assert plant.shifts[2][THURSDAY] is not None
