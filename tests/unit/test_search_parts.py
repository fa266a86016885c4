"""The parts of a search: values of levers, limits in the unit of their measure, batches of settings."""

import numpy as np
import pytest

from experiments.assumptions.factors import lever
from experiments.search.constraints import Kept, constraints_of, kept, requested_constraint
from experiments.search.levers import as_text, settings_in_all, short_name, today_of, values_of
from experiments.search.proposals import BATCH, Grid, Told, proposals
from sim.errors import RequestError
from sim.scenario.limits import limit_in
from sim.scenario.load import read_scenario
from tests.unit.synthetic_market import SCENARIO, STAFF

BRANCH = read_scenario(SCENARIO.encode(), "branch-autumn.yaml")
TAKES = "service.tasks.errand.takes.exponential.mean"


def values(path, **wanted):
    return values_of(lever(BRANCH, path, **wanted), BRANCH, "gifts")


def test_a_range_has_its_ends_in_exact_steps_of_its_own_unit():
    takes = values(TAKES, low="4 min", high="6 min", steps=5)
    assert takes.values == ("4 min", "4.5 min", "5 min", "5.5 min", "6 min")
    assert takes.values[takes.place] == "5 min", "today's value"
    fine = values(TAKES, low="4 min", high="6 min")
    assert len(fine.values) == 101
    assert fine.values[1] == "4.02 min"


def test_people_stay_whole_and_today_is_among_them():
    staff = values(STAFF, low=1, high=6)
    assert staff.values == (1, 2, 3, 4, 5, 6)
    assert today_of([staff]) == (2,)
    assert settings_in_all([staff, staff]) == 36
    coarse = values(STAFF, low=1, high=9, steps=2)
    assert coarse.values == (1, 3, 9), "three people today, between the two asked for"


def test_a_choice_stays_a_choice_and_today_may_lie_outside():
    hours = values("service.stations.counter.open", among=["09:00-17:00", "09:00-19:00"])
    assert hours.values == ("09:00-17:00", "09:00-19:00")
    assert hours.today == "08:00-17:00"
    assert today_of([hours]) is None
    assert not hours.ordered


def test_levers_are_named_by_as_few_words_as_tell_them_apart():
    paths = ["service.stations.counter.staff", "service.stations.desk.staff", "rules.desk.staff"]
    assert short_name(paths[0], paths) == "counter.staff"
    assert short_name(paths[1], paths) == "stations.desk.staff"
    assert (as_text(True), as_text(None), as_text(0.1), as_text("5 min")) == ("yes", "nothing", "0.1", "5 min")


@pytest.mark.parametrize(
    ("unit", "written", "limit"),
    [
        ("minutes", "15 min", 15.0), ("minutes", "1.5 h", 90.0), ("minutes", 15, 15.0),
        ("days", "2 weeks", 14.0), ("share", "10 %", 0.1), ("share", 0.1, 0.1), ("share", "150%", 1.5),
        ("money", 250000, 250000.0), ("money", -5, -5.0), ("points", 80, 80.0), ("count", 12, 12.0),
    ],
)  # fmt: skip
def test_a_limit_is_read_in_the_unit_of_its_measure(unit, written, limit):
    assert limit_in(unit, written) == pytest.approx(limit)


@pytest.mark.parametrize(
    ("unit", "written", "said"),
    [
        ("minutes", "15 yuan", "unknown unit 'yuan'"),
        ("share", 15, "a share from 0 to 1"),
        ("money", "15 min", "an amount of money is a plain number"),
        ("points", "80 %", "a plain number"),
    ],
)
def test_a_limit_in_another_unit_is_refused(unit, written, said):
    with pytest.raises(ValueError, match=said):
        limit_in(unit, written)


def test_limits_come_from_the_file_and_from_words():
    own = (
        SCENARIO
        + "experiment: {constraints: {wait_p90: {at_most: 15 min}, churn_rate: {at_least: 1%, at_most: 20%}}}\n"
    )
    scenario = read_scenario(own.encode(), "own.yaml")
    found = [(each.name, each.limit) for each in constraints_of(scenario, ["none", "gifts"])]
    assert found == [("wait_p90 at most", 15.0), ("churn_rate at most", 0.2), ("churn_rate at least", 0.01)]
    asked = requested_constraint(scenario, "standard_counter_wait>=90%", ["none"])
    assert (asked.name, asked.limit) == ("standard_counter_wait at least", 0.9)
    assert asked.words("CNY").endswith("at least 90 %")
    with pytest.raises(RequestError, match=r"churn_rate at most 15: .*did you mean 15%"):
        requested_constraint(scenario, "churn_rate <= 15", ["none"])


def test_a_limit_holds_on_the_average_run_and_counts_the_runs():
    limit = requested_constraint(BRANCH, "wait_p90 <= 15 min", ["none"])
    how = kept(limit, np.array([10.0, 14.0, 20.0]))
    assert (how.on_average, how.runs, how.of) == (True, 2, 3)
    assert how.excess == pytest.approx(44 / 3 - 15)
    undefined = kept(limit, np.array([10.0, np.nan]))
    assert isinstance(undefined, Kept)
    assert not undefined.on_average


def test_batches_hold_no_setting_twice_and_reach_every_one_in_the_end():
    """Eleven of twelve settings: the search has to leave what Optuna repeats and find the untried."""
    staff, hours = values(STAFF, low=1, high=6), values(TAKES, among=["4 min", "5 min"])
    search = proposals([staff, hours], 1, 11, seed=3)
    assert not isinstance(search, Grid)
    tried = []
    while len(tried) < 11:
        batch = search.ask(min(BATCH, 11 - len(tried)))
        tried += batch
        search.tell([Told(each, (float(each[0]),), (each[0] - 3.0,)) for each in batch])
    assert len(set(tried)) == 11
    assert tried[0] == (2, 1), "today first"
    assert isinstance(proposals([staff, hours], 1, 12, seed=3), Grid)


def test_a_setting_without_a_result_teaches_the_search_nothing():
    staff = values(STAFF, low=1, high=30)
    search = proposals([staff], 1, 16, seed=3)
    for _ in range(2):
        batch = search.ask(BATCH)
        assert len(batch) == BATCH
        search.tell([Told(each, None) for each in batch])
