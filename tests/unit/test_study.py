"""A study varies numbers of the document, and everything it cannot do it says in one sentence."""

import json

import numpy as np
import pytest

from experiments.assumptions.factors import assumptions_of, lever, levers_of, requested
from experiments.design import drawn_quantiles
from experiments.engines.runner import Serial
from experiments.paired import RunFailedError
from experiments.study import Point, Study, outcomes, point_at
from sim.errors import RequestError
from sim.scenario.load import read_scenario
from tests.unit.synthetic_market import RIGHT_FIRST_TIME, SCENARIO, STAFF, FormulaMarket

LEVERS = """
experiment:
  levers:
    service.stations.counter.staff: {from: 2, to: 6}
    market.needs.errand.rate: {from: 1 per month, to: 3 per month, steps: 3, plans: [gifts]}
    service.stations.counter.open: {among: ["08:00-17:00", "09:00-18:00"]}
"""
BRANCH = read_scenario((SCENARIO + LEVERS).encode(), "branch-autumn.yaml")


def staff_and_rate(document):
    rate = float(document["market"]["needs"]["errand"]["rate"].split()[0])
    return {"profit": 100.0 * document["service"]["stations"]["counter"]["staff"], "satisfaction": rate}


def test_a_range_is_written_as_the_file_writes_its_numbers():
    staff, rate, hours = levers_of(BRANCH)
    assert staff.values(9) == (2, 3, 4, 5, 6)
    assert staff.values(3) == (2, 4, 6)
    assert [staff.at(quantile) for quantile in (0.0, 0.19, 0.21, 1.0)] == [2, 2, 3, 6]
    assert rate.values(rate.steps) == ("1.0 per month", "2.0 per month", "3.0 per month")
    assert hours.values(9) == ("08:00-17:00", "09:00-18:00")
    assert (staff.plans, rate.plans) == (("none", "gifts", "desk"), ("gifts",))


def test_a_lever_is_asked_for_in_words():
    assert requested(BRANCH, "service.stations.counter.staff=2..5").values(4) == (2, 3, 4, 5)
    assert requested(BRANCH, "gifts:service.stations.counter.staff = 2, 5").plans == ("gifts",)
    assert requested(BRANCH, "market.needs.errand.rate=1 per month..2 per month/5").steps == 5
    assert requested(BRANCH, "service.quality.right_first_time=0.9..0.99").at(0.5) == pytest.approx(0.945)


@pytest.mark.parametrize(
    ("request_text", "said"),
    [
        ("staff", "nothing to vary; write a path and its values, such as service.stations.counter.staff=2..8"),
        ("service.stations.countr.staff=2..5", "did you mean 'service.stations.counter.staff'"),
        ("service.stations.counter.staff=5..2", "range from 5 to 2 is empty"),
        ("service.stations.counter.staff=2..nobody", "from one number to another"),
        ("market.needs.errand.rate=1 per month..2 per week", "one unit at both ends"),
        ("service.stations.counter.staff=-3..5", "at least 0|0 or more|not negative|whole"),
        ("service.stations.counter.staff=2,2", "the same value twice"),
        ("nobody:service.stations.counter.staff=2..5", "no plan 'nobody'"),
        ("seed=1..5", "does not change what happens in a run"),
        ("experiment.precision=0.1..0.2", "does not change what happens in a run"),
        ("service.stations.counter.staff=2..5/100000000", "ask for at most"),
    ],
)
def test_what_cannot_be_varied_is_refused_in_one_sentence(request_text, said):
    with pytest.raises(RequestError, match=said) as refused:
        requested(BRANCH, request_text)
    assert "\n" not in str(refused.value)


def test_each_point_stands_in_the_documents_of_the_plans_that_have_it():
    factors = levers_of(BRANCH)[:2]
    study = Study.of(BRANCH, factors, ["none", "gifts"])
    points = [point_at(factors, quantiles) for quantiles in ((0.0, 0.0), (1.0, 0.5))]
    assert points[1] == Point({STAFF: 6, "market.needs.errand.rate": "2.0 per month"}, {})
    found = outcomes(study, points, range(3), ["profit", "satisfaction"], Serial(FormulaMarket(staff_and_rate)))
    assert found.of("profit", "none").tolist() == [[200.0] * 3, [600.0] * 3]
    # the rate is a lever of one plan only: the other keeps what the file says
    assert found.of("satisfaction", "none").tolist() == [[2.0] * 3, [2.0] * 3]
    assert found.of("satisfaction", "gifts").tolist() == [[1.0] * 3, [2.0] * 3]
    table = found.table()
    assert len(table) == 2 * 3 * 2 * 2
    row = table.query("point == 1 and replication == 2 and plan == 'gifts' and measure == 'profit'")
    assert row["value"].tolist() == [600.0]


def test_points_share_their_luck_and_replications_do_not():
    staff = lever(BRANCH, STAFF, low=2, high=6)
    study = Study.of(BRANCH, [staff], ["none"])
    points = [point_at([staff], [quantile]) for quantile in (0.0, 0.5, 1.0)]
    profit = outcomes(study, points, range(4), ["profit"], Serial(FormulaMarket(staff_and_rate, luck=50.0))).of(
        "profit", "none"
    )
    np.testing.assert_allclose(np.diff(profit, axis=0), 200.0)
    assert len(set(profit[0])) == 4


def test_assumptions_are_varied_in_their_range_and_drawn_where_a_study_leaves_them_alone():
    staff = assumptions_of(BRANCH, [STAFF])[0]
    study = Study.of(BRANCH, [staff], ["none"], uncertain=True)
    trial = study.trials([Point(quantiles={STAFF: 0.99}), Point()], [0, 1])[3]
    document = json.loads(trial.runs[0].document)
    drawn = drawn_quantiles(study.seed, 1, [STAFF, RIGHT_FIRST_TIME])
    assert (trial.point, trial.runs[0].replication) == (1, 1)
    assert document["service"]["stations"]["counter"]["staff"] == 2 + int(drawn[STAFF] * 5)
    first = json.loads(study.trials([Point(quantiles={STAFF: 0.99}), Point()], [0, 1])[0].runs[0].document)
    assert first["service"]["stations"]["counter"]["staff"] == 6


def test_a_run_that_fails_stops_a_study_with_its_cause():
    market = FormulaMarket(
        staff_and_rate, fails_when=lambda document: document["service"]["stations"]["counter"]["staff"] == 4
    )
    staff = lever(BRANCH, STAFF, low=2, high=6)
    study = Study.of(BRANCH, [staff], ["gifts"])
    with pytest.raises(RunFailedError, match="plan 'gifts', replication 0, failed: ValueError: the till is empty"):
        outcomes(study, [point_at([staff], [each]) for each in (0.1, 0.5)], [0], ["profit"], Serial(market))


def test_a_study_names_the_measure_that_was_meant():
    study = Study.of(BRANCH, [], ["none"])
    with pytest.raises(RequestError, match="reports no measure 'profitt'; did you mean 'profit'"):
        outcomes(study, [Point()], [0], ["profitt"], Serial(FormulaMarket(staff_and_rate)))
    with pytest.raises(RequestError, match=r"no period 'campain'.* did you mean 'campaign'"):
        outcomes(study, [Point()], [0], ["profit"], Serial(FormulaMarket(staff_and_rate)), period="campain")


def test_a_path_is_varied_once_and_in_a_plan_that_is_studied():
    staff = lever(BRANCH, STAFF, low=2, high=6, plans=["gifts"])
    with pytest.raises(RequestError, match="varied twice"):
        Study.of(BRANCH, [staff, staff])
    with pytest.raises(RequestError, match="set in none of the plans studied"):
        Study.of(BRANCH, [staff], ["none"])
