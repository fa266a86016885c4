"""Assumptions ranked by what they do to the decision, on a market whose every effect is known."""

import importlib.util
import json

import numpy as np
import pytest

from experiments.assumptions.decision_sensitivity import analysed, chosen_factors, sensitivity
from experiments.assumptions.factors import assumptions_of, lever, requested
from experiments.engines.runner import Serial
from experiments.paired import RunFailedError
from experiments.report.files import as_json
from experiments.report.sensitivity_files import keep_sensitivity
from experiments.report.sensitivity_text import sensitivity_object, sensitivity_text
from sim.errors import RequestError
from sim.scenario.load import read_scenario
from tests.unit.quick_formula import QuickFormula
from tests.unit.synthetic_market import RIGHT_FIRST_TIME, SCENARIO, STAFF

pytestmark = pytest.mark.slow

BRANCH = read_scenario(SCENARIO.encode(), "branch-autumn.yaml")
OPEN = "service.stations.counter.open"


def profits(document):
    """none 100; gifts 100 + 20 x (staff - 4); desk 90 + 100 x (right first time - 0.9). Stated: staff 3, right 0.95.

    So at the stated values none 100, desk 95, gifts 80; staff 6 makes gifts 140; right first time never matters enough.
    """
    counter, right = (
        document["service"]["stations"]["counter"],
        float(document["service"]["quality"]["right_first_time"].rstrip("%")) / 100,
    )
    plan = {"08:00-17:00": "gifts", "08:00-18:00": "desk"}.get(counter["open"], "none")
    return {
        "profit": {"none": 100.0, "gifts": 100.0 + 20.0 * (counter["staff"] - 4), "desk": 90.0 + 100.0 * (right - 0.9)}[
            plan
        ]
    }


def analysis(luck=0.0, formula=profits, factors=None, **options):
    options = {"method": "morris", "size": 4, "measure": "profit", "replications": 3} | options
    return analysed(BRANCH, factors or assumptions_of(BRANCH), Serial(QuickFormula(formula, luck)), **options)


def test_the_assumption_that_changes_the_best_plan_comes_first():
    found = analysis()
    assert (found.judgement.best, found.judgement.runner_up, found.outcome) == ("none", "desk", "none - desk")
    staff, right = found.swings
    assert (staff.factor.path, staff.winners, staff.surely) == (STAFF, ("gifts",), True)
    assert (right.factor.path, right.winners) == (RIGHT_FIRST_TIME, ())
    # desk: 90 at 90 %, 99 at 99 %
    assert [end.outcome.mean for end in right.ends] == pytest.approx([10.0, 1.0])
    assert right.swing.mean == pytest.approx(-9.0)
    # gifts overtake above 4, though the lead over the runner-up does not move with the staff at all
    assert staff.swing.mean == 0.0
    text = " ".join(str(found).split())
    assert f"The verdict rests most on {STAFF}: with 6 instead of 3 the best plan becomes gifts (surely)" in text
    assert "another plan than none is best at" in text


def test_where_a_line_of_leads_crosses_zero_the_plans_change_places():
    """With staff as a real number (a rate here), gifts overtake at exactly the value where 20 x (rate - 2) is 5."""
    rate = requested(BRANCH, "market.needs.errand.rate=1 per month..5 per month")

    def formula(document):
        per_month = float(document["market"]["needs"]["errand"]["rate"].split()[0])
        opens = document["service"]["stations"]["counter"]["open"]
        return {"profit": {"09:00-17:00": 5.0, "08:00-17:00": 20.0 * (per_month - 2.0)}.get(opens, 0.0)}

    found = analysis(formula=formula, factors=[rate], method="one-at-a-time")
    assert found.swings[0].turns_at == ("2.25 per month",)
    assert "it turns near 2.25 per month" in " ".join(str(found).split())
    assert found.indices.empty


def test_luck_that_all_points_share_cancels_and_what_does_nothing_is_zero():
    found = analysis(luck=50.0)
    rows = found.indices.set_index(["outcome", "path", "index"])
    assert rows.loc[("none - desk", STAFF, "mu_star"), "value"] == pytest.approx(0.0, abs=1e-9)
    assert rows.loc[("none - desk", RIGHT_FIRST_TIME, "mu_star"), "value"] == pytest.approx(9.0)
    assert rows.loc[("gifts - none", STAFF, "mu_star"), "value"] > 50.0
    assert f"Not to be told from luck: {STAFF}" in str(found)


def test_levels_are_the_measure_itself():
    found = analysis(of="level", method="sobol", size=4, plans=["gifts"])
    assert found.outcome == "gifts"
    assert found.judgement is None
    assert [end.outcome.mean for end in found.swings[0].ends] == pytest.approx([60.0, 140.0])
    total = found.indices.query("index == 'total'").set_index("path")["value"]
    assert total[STAFF] > 0.5
    assert total[RIGHT_FIRST_TIME] == 0.0
    assert "At the stated values: gifts" in str(found)


def test_a_choice_is_tried_at_each_of_its_values():
    hours = lever(BRANCH, OPEN, among=["08:00-17:00", "09:00-17:00"], plans=["none"])
    found = analysis(factors=[hours], method="one-at-a-time", plans=["none", "desk"])
    (swing,) = found.swings
    assert [end.value for end in swing.ends] == ["08:00-17:00", "09:00-17:00"]
    assert swing.winners == ("desk",)  # none with the hours of gifts earns 80, desk 95
    assert "with 08:00-17:00 instead of 09:00-17:00 the best plan becomes gifts and desk" in " ".join(
        str(found).split()
    )


def test_every_row_of_the_sample_carries_its_point():
    found = analysis(size=3)
    assert found.points == 1 + 4 + 3 * 3
    assert sorted(found.values["point"].unique()) == list(range(found.points))
    design = found.sample[found.sample["part"] == "design"]
    for _, row in design[design["path"] == STAFF].iterrows():
        of_gifts = found.values.query(f"point == {row['point']} and plan == 'gifts'")["value"]
        assert of_gifts.to_numpy() == pytest.approx(100.0 + 20.0 * (int(row["value"]) - 4))


def test_an_undefined_outcome_is_refused_with_its_point():
    def formula(document):
        measured = profits(document)
        return {"profit": float("nan")} if document["service"]["stations"]["counter"]["staff"] == 6 else measured

    with pytest.raises(
        RequestError, match=r"'profit' is not defined in plan 'none' at point 2, replication 0"
    ) as refused:
        analysis(formula=formula)
    assert "\n" not in str(refused.value)


def test_a_failed_run_stops_the_analysis_with_its_cause():
    market = QuickFormula(profits, fails_when=lambda document: document["service"]["stations"]["counter"]["staff"] == 6)
    with pytest.raises(RunFailedError, match="plan 'none', replication 0, failed: ValueError: the till is empty"):
        analysed(BRANCH, assumptions_of(BRANCH), Serial(market), size=2, measure="profit", replications=2)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"method": "moris"}, "no method 'moris'.*did you mean 'morris'"),
        ({"of": "levels"}, "no outcome 'levels'.*did you mean 'level'"),
        ({"replications": 1}, "cannot tell an effect from luck"),
        ({"method": "sobol", "size": 100}, "power of two"),
        ({"method": "morris", "size": 1}, "at least 2"),
        ({"size": 10_000_000}, "too many"),
        ({"plans": ["none"]}, "a difference needs two plans"),
        ({"plans": ["nobody"]}, "no plan 'nobody'"),
        ({"measure": "profitt"}, "did you mean 'profit'"),
        ({"period": "campain"}, "did you mean 'campaign'"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_sentence(options, said):
    with pytest.raises(RequestError, match=said) as refused:
        analysis(**options)
    assert "\n" not in str(refused.value)


def test_what_is_varied_is_asked_for_by_path_or_by_values():
    both = chosen_factors(BRANCH, [STAFF, "market.needs.errand.rate=1 per month..3 per month"])
    assert [factor.kind for factor in both] == ["assumption", "lever"]
    assert len(chosen_factors(BRANCH, [])) == 2
    with pytest.raises(RequestError, match="the file names no levers"):
        chosen_factors(BRANCH, [], levers=True)
    with pytest.raises(RequestError, match=r"no assumed number with a range at service\.stations\.countr\.staff"):
        chosen_factors(BRANCH, ["service.stations.countr.staff"])


def test_without_the_library_one_sentence_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr("experiments.assumptions.decision_sensitivity.find_spec", lambda name: None)
    with pytest.raises(RequestError, match=r"pip install 'rehearsal\[sensitivity\]'"):
        sensitivity(BRANCH)
    assert analysis(method="one-at-a-time").indices.empty
    assert importlib.util.find_spec("SALib") is not None


def test_the_report_is_kept_as_text_json_tables_and_figures(tmp_path):
    found = analysis(luck=5.0)
    keep_sensitivity(found, tmp_path)
    assert {path.name for path in (tmp_path / "figures").iterdir()} == {"tornado.png", "indices.png"}
    tables = {path.name for path in (tmp_path / "tables").iterdir()}
    assert {"swings.csv", "indices.csv", "sample.csv", "values.parquet"} <= tables
    content = json.loads((tmp_path / "sensitivity.json").read_text(encoding="utf-8"))
    assert content["factors"][0]["path"] == STAFF
    assert content["factors"][0]["best_becomes"] == ["gifts"]
    assert (tmp_path / "sensitivity.txt").read_text(encoding="utf-8") == sensitivity_text(found)
    assert json.loads(as_json(sensitivity_object(found))) == content
    assert all(len(line) <= 100 for line in sensitivity_text(found, "zh", 100).splitlines())


def test_the_tornado_is_the_swings_seen(tmp_path):
    from experiments.report.sensitivity_figures import tornado

    found = analysis()
    panel = tornado(found).axes[0]
    bars = [(bar.get_x(), bar.get_width()) for bar in panel.patches]
    ends = sorted(left + width for left, width in bars)
    assert ends == pytest.approx(sorted([10.0, 1.0, 5.0, 5.0]))
    assert np.isclose([left for left, _ in bars], 5.0).all()
