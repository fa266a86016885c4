"""What a store keeps can be listed, shown, read together and pruned, and another model's runs are never mixed in."""

import json

import pytest

from experiments.assumptions.factors import lever
from experiments.design import environment
from experiments.engines.runner import Serial
from experiments.report.stored_text import one_run_text, run_object, runs_text
from experiments.storage.register import registered, registers
from experiments.storage.store import Store, read_table
from experiments.storage.stored_runs import TODAY, found_run, open_runs, prune, runs_folder, stored_runs, to_prune
from experiments.study import Point, Study
from experiments.sweeping.point_sets import point_set
from experiments.sweeping.sweeps import swept
from sim.errors import RequestError
from sim.scenario.load import read_scenario
from tests.unit.synthetic_market import SCENARIO, STAFF, FormulaMarket

BRANCH = read_scenario(SCENARIO.encode(), "branch-autumn.yaml")


def earned(document):
    return {"profit": 100.0 * document["service"]["stations"]["counter"]["staff"]}


def sweep_into(folder, market=None, plans=("none", "gifts")):
    staff = lever(BRANCH, STAFF, low=2, high=4, plans=["gifts"])
    study = Study.of(BRANCH, [staff], list(plans))
    with Store(folder) as store:
        working = Serial(market or FormulaMarket(earned), store)
        return swept(study, point_set([staff], None, None, study.seed), working, ["profit"], 2)


@pytest.fixture
def folder(tmp_path):
    runs = tmp_path / "kept" / "runs"
    runs.mkdir(parents=True)
    sweep_into(runs)
    return tmp_path / "kept"


def another_model(monkeypatch):
    changed = dict(environment()) | {"code": "changed"}
    for module in ("experiments.design", "experiments.storage.store", "experiments.storage.stored_runs"):
        monkeypatch.setattr(f"{module}.environment", lambda: changed)


def test_a_run_is_listed_with_the_plans_that_share_it(folder):
    runs = stored_runs(folder)
    # none at one setting, gifts at three, each in two replications
    assert [(run.plans, run.replication, run.made_with) for run in runs] == [
        (("gifts",), replication, TODAY) for replication in (0, 0, 0, 1, 1, 1)
    ] + [(("none",), 0, TODAY), (("none",), 1, TODAY)]
    assert {name.settings[STAFF] for run in runs[:3] for name in run.names} == {2, 3, 4}
    assert len(runs[-1].names) == 3
    text = runs_text(runs)
    assert "branch-autumn" in text
    assert "staff=2" in text
    assert "3 points share it" in text
    assert text.endswith(f"8 runs, {sum(run.size for run in runs) / 1000:.1f} kB")


def test_one_run_is_shown_with_its_settings_and_measures(folder):
    run = next(run for run in stored_runs(folder) if run.plans == ("gifts",) and run.names[0].settings[STAFF] == 4)
    assert found_run(folder, run.key[:8]) == run
    text = one_run_text(run, read_table(folder / "runs" / run.key / "periods.parquet"))
    assert f"scenario branch-autumn · plan gifts · {STAFF} = 4" in text
    assert "profit in the window" in text
    assert "400" in text
    assert json.loads(json.dumps(run_object(run)))["names"][0]["plan"] == "gifts"


def test_the_measures_of_all_runs_are_one_table_with_plans(folder):
    table = open_runs(folder)
    whole = table[(table["period"] == "whole") & (table["measure"] == "profit")]
    assert len(whole) == 2 * 2 * 3
    gifts = whole[whole["plan"] == "gifts"]
    assert [json.loads(each)[STAFF] * 100.0 for each in gifts["settings"]] == gifts["value"].tolist()
    assert set(whole[whole["plan"] == "none"]["value"]) == {300.0}


def test_a_changed_model_makes_its_own_runs_and_leaves_the_old_ones_apart(folder, monkeypatch):
    before = {run.key for run in stored_runs(folder)}
    another_model(monkeypatch)
    assert {run.made_with for run in stored_runs(folder)} == {"another model"}
    assert open_runs(folder).empty
    # the same request with a model that earns twice as much: nothing old is read back
    doubled = FormulaMarket(lambda document: {"profit": 2.0 * earned(document)["profit"]})
    found = sweep_into(folder / "runs", doubled)
    assert found.mean(2, "gifts", "profit").mean == 800.0
    runs = stored_runs(folder)
    assert {run.key for run in runs if run.made_with == "another model"} == before
    assert len(runs) == 2 * len(before)
    assert "8 made with another model, which no experiment reads" in runs_text(runs)
    assert set(open_runs(folder)["key"]).isdisjoint(before)
    assert set(open_runs(folder, other_models=True)["key"]) > before


def test_pruning_says_what_would_go_and_removes_no_more_than_that(folder, monkeypatch):
    old = stored_runs(folder)
    another_model(monkeypatch)
    sweep_into(folder / "runs")
    kept = old[0].key
    going = to_prune(stored_runs(folder), other_models=True, keep=[kept[:12]])
    assert {run.key for run in going} == {run.key for run in old} - {kept}
    prune(folder, going)
    left = stored_runs(folder)
    assert len(left) == 9
    assert [run.key for run in left if run.made_with != TODAY] == [kept]
    assert [path.name for path in (folder / "runs").iterdir() if path.name.startswith(".")] == []
    prune(folder, to_prune(left, scenario="branch-autumn"))
    assert list(registers(folder / "runs")) == []
    assert stored_runs(folder) == []


def test_a_run_another_scenario_shares_is_not_pruned_with_this_one(folder):
    runs = stored_runs(folder)
    shared = next(run for run in runs if run.plans == ("none",))
    other = Study.of(BRANCH, [], ["none"])
    with registered(other.trials([Point()], [shared.replication]), Store(folder / "runs"), "twin") as trials:
        assert trials[0].runs[0].key == shared.key
    assert found_run(folder, shared.key).scenarios == ("branch-autumn", "twin")
    assert shared.key not in {run.key for run in to_prune(stored_runs(folder), scenario="branch-autumn")}


def test_an_interrupted_experiment_names_what_it_made(tmp_path):
    made = []

    def interrupted(document):
        if len(made) == 3:
            raise KeyboardInterrupt
        made.append(1)
        return earned(document)

    with pytest.raises(KeyboardInterrupt):
        sweep_into(tmp_path, FormulaMarket(interrupted))
    assert [run.scenarios for run in stored_runs(tmp_path)] == [("branch-autumn",)] * 3


def test_a_sweep_that_is_repeated_makes_no_run(folder):
    def never(document):
        raise AssertionError("made again")

    again = sweep_into(folder / "runs", FormulaMarket(never))
    assert again.mean(2, "gifts", "profit").mean == 400.0
    assert len(list(registers(folder / "runs"))) == 1


@pytest.mark.parametrize(
    ("request_of", "said"),
    [
        (lambda folder: runs_folder(folder / "nowhere"), "there is no folder"),
        (lambda folder: runs_folder(folder.parent), "keeps no runs"),
        (lambda folder: found_run(folder, "zz"), "no run of .* begins with zz"),
        (lambda folder: found_run(folder, ""), "8 runs have a key that begins with"),
        (lambda folder: to_prune(stored_runs(folder)), "say which runs may go"),
        (lambda folder: to_prune(stored_runs(folder), scenario="branch-autum"), "did you mean 'branch-autumn'"),
        (lambda folder: to_prune(stored_runs(folder), other_models=True, keep=["zz"]), "nothing was pruned"),
    ],
)
def test_what_is_not_there_is_said_in_one_sentence(folder, request_of, said):
    with pytest.raises(RequestError, match=said) as refused:
        request_of(folder)
    assert "\n" not in str(refused.value)
