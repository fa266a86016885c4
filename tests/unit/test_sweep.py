"""A sweep says what each value of a lever does, which plan is best where, and what luck could change."""

import json

import numpy as np
import pytest
from scipy.stats import qmc

from experiments.assumptions.factors import assumptions_of, lever
from experiments.engines.runner import Serial
from experiments.report.files import as_json
from experiments.report.sweep_figures import write_sweep
from experiments.report.sweep_text import sweep_object, sweep_text
from experiments.study import Study
from experiments.sweeping.point_sets import point_set
from experiments.sweeping.response import at_part, parts, switches
from experiments.sweeping.sweeps import factors_of, swept
from sim.errors import RequestError
from sim.scenario.load import read_scenario
from tests.unit.synthetic_market import RIGHT_FIRST_TIME, SCENARIO, STAFF, FormulaMarket

pytestmark = pytest.mark.slow

BRANCH = read_scenario(SCENARIO.encode(), "branch-autumn.yaml")
RATE, RIGHT = "market.needs.errand.rate", RIGHT_FIRST_TIME
FIRST_HOUR = {"09:00-17:00": 0.0, "08:00-17:00": 1.0, "08:00-18:00": 2.0}


def market_of(document):
    """Staff earns 100 up to four and costs 100 beyond; longer hours earn 70 less 20 for each of the staff."""
    counter = document["service"]["stations"]["counter"]
    staff, longer = counter["staff"], FIRST_HOUR[str(counter["open"])]
    right = document["service"]["quality"]["right_first_time"]
    right = float(str(right).rstrip("%")) / (100.0 if "%" in str(right) else 1.0)
    rate = float(document["market"]["needs"]["errand"]["rate"].split()[0])
    earned = 100.0 * min(staff, 4) - 100.0 * max(staff - 4, 0) + longer * (70.0 - 20.0 * staff)
    return {"profit": earned + 50.0 * rate, "satisfaction": 50.0 + 10.0 * right, "visits": 100.0 * rate}


def swept_by(
    factors, design=None, points=None, *, plans=None, replications=4, measures=("profit",), luck=5.0, most=10**6
):
    study = Study.of(BRANCH, factors, plans)
    chosen = point_set(factors, design, points, study.seed)
    working = Serial(FormulaMarket(market_of, luck=luck))
    return swept(study, chosen, working, measures, replications, most)


def staff_lever(low=2, high=6, **options):
    return lever(BRANCH, STAFF, low=low, high=high, **options)


def test_one_lever_gives_the_best_value_and_where_the_best_plan_changes():
    found = swept_by([staff_lever()])
    assert [written for (written,) in found.set.written] == [2, 3, 4, 5, 6]
    # 70 - 20 staff: longer hours pay with two or three people and not with four
    assert [found.best(point, "profit").plan for point in range(5)] == ["desk", "desk", "none", "none", "none"]
    assert all(found.best(point, "profit").sure for point in range(5))
    assert found.best_point("profit") == (2, "none")
    (switch,) = switches(found, "profit", 0)
    assert (switch.after.name, switch.until.name, switch.plan, switch.other) == ("3", "4", "desk", "none")
    assert found.stated == 1  # the file has three, which is a point of the grid: it is not run twice
    assert found.change(2, "none", "profit").mean == pytest.approx(100.0)
    assert found.difference(0, "gifts", "profit").mean == pytest.approx(30.0)
    text = str(found)
    assert "3 (as in the file)" in text
    assert "Along service.stations.counter.staff desk" not in text  # titles, not names
    assert "gifts and desk is best up to 3 and none from 4" in text


def test_where_lines_cross_is_said_for_what_can_lie_between():
    rate = lever(BRANCH, RATE, low="1 per month", high="5 per month", plans=["none"])
    found = swept_by([rate], plans=["none", "gifts"], luck=0.0)
    # gifts keep 2 per month and earn 10 more with three people: none overtakes at 2 + 10 / 50 per month
    (switch,) = switches(found, "profit", 0)
    assert switch.at == pytest.approx(2.2)
    assert "at about 2.2 per month" in " ".join(str(found).split())


def test_the_file_as_it_stands_is_one_more_point_where_no_point_is():
    found = swept_by([staff_lever(4, 6)])
    assert found.stated == 3
    assert len(found.points) == 4
    assert found.points["stated"].tolist() == [False, False, False, True]
    assert found.change(0, "none", "profit").mean == pytest.approx(100.0)
    assert "as in the file" in str(found)


def test_two_levers_make_a_matrix_and_each_averages_over_the_other():
    rate = lever(BRANCH, RATE, low="1 per month", high="3 per month", steps=3)
    found = swept_by([staff_lever(), rate], luck=0.0, measures=("profit", "visits"))
    assert found.set.shape == (5, 3)
    along = parts(found, 0)
    # staff two: 200 + 50 x the mean rate of 2, and longer hours 2 x 30
    assert at_part(found, "profit", "none", along[0]).mean == pytest.approx(300.0)
    assert at_part(found, "profit", "desk", along[0]).mean == pytest.approx(360.0)
    text = str(found)
    assert "profit in the window, yuan: the best plan" in text
    assert "350 desk" in " ".join(text.split()) or "410 desk" in " ".join(text.split())
    # a count has no better side: no plan is best on it, each has its own matrix
    assert found.best(0, "visits") is None
    assert "visits: gifts" in text


def test_many_levers_show_best_and_worst_points_and_the_average_answer_to_each():
    factors = [staff_lever(), lever(BRANCH, RATE, low="1 per month", high="3 per month"),
               lever(BRANCH, RIGHT, low=0.9, high=0.99)]  # fmt: skip
    found = swept_by(factors, points=40, plans=["none"], luck=0.0)
    assert found.set.design == "latin-hypercube"
    values = found.outcomes.of("profit", "none")[:40, 0]
    assert found.best_point("profit") == (int(values.argmax()), "none")
    by_staff = {part.name: at_part(found, "profit", "none", part).mean for part in parts(found, 0)}
    assert max(by_staff, key=by_staff.get) == "4"
    bins = parts(found, 1)
    assert sum(len(part.points) for part in bins) == 40
    low, high = (at_part(found, "profit", "none", part) for part in (bins[0], bins[-1]))
    assert low.mean < high.mean
    # without luck the spread of the points is all the band there is
    assert low.half_width > 0.0
    assert "best and worst points" in str(found)


def test_an_assumption_is_swept_over_the_range_the_file_gives_it():
    found = swept_by(assumptions_of(BRANCH, [STAFF]), plans=["none"], luck=0.0)
    assert [written for (written,) in found.set.written] == [2, 3, 4, 5, 6]
    assert found.outcomes.of("profit", "none")[:5, 0].tolist() == [300.0, 400.0, 500.0, 400.0, 300.0]
    right = swept_by(assumptions_of(BRANCH, [RIGHT]), plans=["none"], luck=0.0, measures=("satisfaction",))
    np.testing.assert_allclose(right.outcomes.of("satisfaction", "none")[:5, 0], 50 + 10 * np.linspace(0.9, 0.99, 5))


def test_designs_are_those_of_their_names_and_the_same_for_the_same_seed():
    factors = [staff_lever(), lever(BRANCH, RATE, low="1 per month", high="3 per month")]
    square = point_set([factors[1]], "latin-hypercube", 20, 7)
    strata = np.floor((square.places[:, 0] - 1.0) / 2.0 * 20).astype(int)
    assert sorted(strata.tolist()) == list(range(20))
    sobol = point_set(factors, "sobol", 16, 7)
    assert sobol.places[:, 1].tolist() == pytest.approx(
        (1.0 + 2.0 * qmc.Sobol(2, scramble=True, rng=7).random_base2(4)[:, 1]).tolist()
    )
    for design in ("latin-hypercube", "sobol"):
        assert point_set(factors, design, 16, 7).written == point_set(factors, design, 16, 7).written
        assert point_set(factors, design, 16, 7).written != point_set(factors, design, 16, 8).written
    assert point_set(factors, None, None, 7).shape == (5, 5)
    assert len(point_set(factors * 2, None, None, 7).points) == 40


def test_one_replication_has_no_interval_and_says_so():
    found = swept_by([staff_lever()], replications=1)
    assert not np.isfinite(found.mean(0, "none", "profit").low)
    assert not found.best(0, "profit").sure
    text = str(found)
    assert "one replication: how much of it is luck cannot be said" in text
    assert "nan" not in text.lower()
    json.loads(as_json(sweep_object(found)))


@pytest.mark.parametrize(
    ("design", "points", "said"),
    [
        ("gird", None, "no design 'gird'.* did you mean 'grid'"),
        ("sobol", 50, "power of two: ask for 32 or 64 points, not 50"),
        ("grid", 50, "as many points as its values make"),
        ("latin-hypercube", 1, "at least 2"),
    ],
)
def test_designs_that_cannot_be_are_refused_in_one_sentence(design, points, said):
    with pytest.raises(RequestError, match=said) as refused:
        swept_by([staff_lever()], design, points)
    assert "\n" not in str(refused.value)


def test_more_runs_than_are_meant_are_refused_with_their_number_and_time():
    with pytest.raises(
        RequestError, match=r"6 points, 3 plans and 4 replications are 72 runs, about .* the most is 50"
    ):
        swept_by([staff_lever()], most=50)


def test_values_that_do_not_go_together_are_refused_before_any_run():
    waits = SCENARIO.replace("  quality:", "  wait_scale: {desired: 5 min, adequate: 20 min}\n  quality:")
    branch = read_scenario(waits.encode(), "waits.yaml")
    levers = [lever(branch, "service.wait_scale.desired", low="5 min", high="15 min"),
              lever(branch, "service.wait_scale.adequate", low="8 min", high="30 min")]  # fmt: skip
    working = Serial(FormulaMarket(market_of, fails_when=lambda document: True))
    with pytest.raises(RequestError, match=r"no plan can have service.wait_scale.desired = .* together: ") as refused:
        swept(Study.of(branch, levers), point_set(levers, None, None, 1), working)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("replications", [0, -1])
def test_no_replications_are_no_sweep(replications):
    with pytest.raises(RequestError, match="ask for at least 1"):
        swept_by([staff_lever()], replications=replications)


def test_a_request_that_names_nothing_to_vary_says_what_may_be_written():
    with pytest.raises(RequestError, match=r"names no levers under experiment.levers: say what to vary"):
        factors_of(BRANCH, None, False)
    with pytest.raises(RequestError, match="write the path alone"):
        factors_of(BRANCH, [f"{STAFF}=2..3"], True)


def test_the_report_is_kept_as_text_json_tables_and_figures(tmp_path):
    rate = lever(BRANCH, RATE, low="1 per month", high="3 per month", steps=3)
    found = swept_by([staff_lever(), rate], replications=2, measures=("profit", "visits"))
    write_sweep(found, tmp_path)
    assert sorted(path.name for path in (tmp_path / "figures").iterdir()) == [
        "heat-profit.png", "heat-visits.png", "response.png",
    ]  # fmt: skip
    content = json.loads((tmp_path / "sweep.json").read_text(encoding="utf-8"))
    assert len(content["points"]) == 15
    assert content["points"][4]["settings"] == {STAFF: 3, RATE: "2.0 per month"}
    assert content["best"]["profit"] == {"point": 8, "plan": "none"}
    assert (tmp_path / "sweep.txt").read_text(encoding="utf-8") == sweep_text(found)
    tables = {path.stem for path in (tmp_path / "tables").glob("*.csv")}
    assert tables == {"points", "means", "best", "curves", "values"}
