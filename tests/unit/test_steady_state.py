"""Measures after a warm-up: what is left out, what is summed up, and when there is no steady state to find."""

import numpy as np
import pandas as pd
import pytest

from experiments import compare
from experiments.comparing.warm_up import warm_up_of, with_steady_period
from experiments.report.tables import plain_text
from sim.errors import RequestError
from sim.measures import CATALOGUE
from sim.scenario.load import read_scenario
from tests.unit.synthetic_market import SyntheticMarket, experiment

pytestmark = pytest.mark.slow

SCENARIO = """
scenario: corner-shop
title: Corner shop
currency: EUR
calendar: {run: 1 Jan 2024 to 20 Feb 2024}
market:
  customers: 30
  segments: {all: {share: 100%}}
  needs:
    errand: {task: errand, rate: {value: 3 per month, source: observed}, price: 20}
service:
  tasks:
    errand: {at: counter, takes: {exponential: {mean: 12 min}}}
  stations:
    counter: {staff: 1, open: "09:00-13:00"}
experiment: {primary: revenue, warm_up: WARM_UP}
plans:
  one: {}
  two: {set: {service.stations.counter.staff: 2}}
"""


def scenario(warm_up, **changed):
    text = SCENARIO.replace("WARM_UP", warm_up)
    for old, new in changed.items():
        text = text.replace(old, new)
    return read_scenario(text.encode(), "corner-shop.yaml")


def test_a_warm_up_in_days_is_left_out_of_every_plan():
    comparison = compare(scenario("3 weeks"), replications=2)
    assert comparison.period == "steady"
    assert comparison.days == 51
    assert "after a warm-up of 21 days (stated)" in " ".join(plain_text(comparison).split())
    values = comparison.values.set_index(["plan", "replication", "period", "measure"])["value"].sort_index()
    for plan in ("one", "two"):
        visits = values[plan, 0]
        assert 0.0 < visits["steady", "visits"] < visits["whole", "visits"]
    assert "wait_p90" not in comparison.shown


def test_the_days_after_the_warm_up_are_summed_up_like_any_period():
    result = SyntheticMarket().run(experiment({"gifts": {}}).runs(0)[0])
    periods = with_steady_period(result, [CATALOGUE["profit"], CATALOGUE["satisfaction"], CATALOGUE["wait_p90"]], 12)
    steady = periods[periods["period"] == "steady"].set_index("measure")["value"]
    assert steady["profit"] == pytest.approx(result.daily["profit"].iloc[12:].sum())
    assert steady["satisfaction"] == pytest.approx(result.daily["satisfaction"].iloc[12:].mean())
    assert "wait_p90" not in steady.index  # needs every wait, not a value a day


def test_value_carried_is_that_of_the_end_with_the_profit_since_the_cut():
    result = SyntheticMarket().run(experiment({"gifts": {}}).runs(0)[0])
    more = pd.DataFrame([("whole", "carried_value", 1000.0)], columns=["period", "measure", "value"])
    object.__setattr__(result, "periods", pd.concat([result.periods, more], ignore_index=True))
    periods = with_steady_period(result, [CATALOGUE["profit_with_carried_value"]], 12)
    steady = periods[periods["period"] == "steady"]["value"].iloc[0]
    assert steady == pytest.approx(1000.0 + result.daily["profit"].iloc[12:].sum())


def test_one_cut_serves_all_plans_the_longest():
    quick = [0.0] * 20 + [10.0, 12.0, 8.0, 11.0, 9.0] * 16
    slow = [0.0] * 40 + [10.0, 12.0, 8.0, 11.0, 9.0] * 12
    found = warm_up_of({("one", "revenue"): quick, ("two", "revenue"): slow})
    assert found.days == 40
    assert found.settled == {("one", "revenue"): 20, ("two", "revenue"): 40}


@pytest.mark.parametrize(
    ("course", "words"),
    [
        (np.arange(49.0), "too short to find its warm-up, which takes at least 50"),
        (np.arange(200.0), "has not settled in the first half of the run of 200 days in plan 'one'"),
        (np.r_[np.full(5, np.nan), np.ones(95)], "has no value for 5 days on end"),
    ],
)
def test_where_there_is_no_steady_state_to_find_one_sentence_says_so(course, words):
    with pytest.raises(RequestError, match=words):
        warm_up_of({("one", "revenue"): course})


def test_the_warm_up_is_found_in_the_first_replications_and_their_runs_are_kept():
    comparison = compare(scenario("automatic"), replications=2)
    found = comparison.warm_up
    assert found.days == max(found.settled.values())
    assert set(found.settled) == {("one", "revenue"), ("two", "revenue")}
    assert comparison.period == ("steady" if found.days else "whole")


def test_what_needs_more_than_daily_values_cannot_decide_after_a_warm_up():
    waits = scenario("10 days", **{"primary: revenue": "primary: revenue, objectives: [wait_p90]"})
    with pytest.raises(RequestError, match="'wait_p90' needs more than daily values"):
        compare(waits, replications=2)


def test_another_period_asked_for_leaves_the_warm_up_alone():
    comparison = compare(scenario("10 days"), replications=2, period="whole")
    assert comparison.period == "whole"
    assert comparison.warm_up is None
