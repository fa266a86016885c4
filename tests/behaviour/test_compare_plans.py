"""Plans compared on the real market: paired, repeatable to the byte, resumable, and honest about assumptions."""

import json

import pandas as pd
import pytest

from experiments import compare
from experiments.comparing.intervals import interval_with_assumptions
from experiments.report.files import as_json, as_object
from experiments.single import single_run
from experiments.storage.store import Store
from sim.errors import RequestError
from sim.market import Market
from sim.scenario.load import read_scenario
from tests.behaviour.small_branch import SCENARIO

pytestmark = pytest.mark.slow


SHORT = SCENARIO.replace("14 Sep", "9 Sep").replace("10 Sep", "7 Sep")
"""Three days before the campaign, four of it, and two after it."""


@pytest.fixture(scope="module")
def scenario():
    return read_scenario(SHORT.encode(), "small-branch.yaml")


@pytest.fixture(scope="module")
def kept(scenario, tmp_path_factory):
    """Three replications in this process, kept in a folder."""
    folder = tmp_path_factory.mktemp("kept")
    return folder, compare(scenario, replications=3, out=folder)


def test_more_staff_shortens_waits_in_every_replication(kept):
    values = kept[1].values
    waits = values[(values["measure"] == "wait_mean") & (values["period"] == "campaign")]
    table = waits.pivot(index="replication", columns="plan", values="value")
    assert (table["desk"] < table["gifts"]).all()


def test_gifts_are_given_to_many_who_would_have_come_anyway(kept):
    offers = kept[1].offers.set_index("plan")
    assert set(offers.index) == {"gifts", "desk"}
    assert (offers["deadweight"] > 0).all()
    assert (offers["redeemed"] == offers["incremental"] + offers["deadweight"]).all()
    assert (offers["redeemed"] <= 60).all()


def test_before_the_campaign_a_plan_that_only_campaigns_changes_nothing(kept):
    values = kept[1].values
    before = values[(values["period"] == "before") & ~values["measure"].str.startswith("return")]
    table = before.pivot(index=["replication", "measure"], columns="plan", values="value")
    pd.testing.assert_series_equal(table["gifts"], table["none"], check_names=False)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_two_workers_leave_the_same_bytes_as_one(scenario, kept, tmp_path):
    folder, alone = kept
    shared = compare(scenario, replications=3, out=tmp_path, workers=2)
    assert as_json(as_object(shared)) == as_json(as_object(alone))
    files = sorted(file.relative_to(folder) for file in folder.rglob("*") if file.is_file())
    assert files == sorted(file.relative_to(tmp_path) for file in tmp_path.rglob("*") if file.is_file())
    assert len(files) > 9 * 5
    for file in files:
        if file.name != "timing.json":  # the wall time of a run is no result
            assert (folder / file).read_bytes() == (tmp_path / file).read_bytes(), file


def test_a_plan_compared_alone_or_with_others_has_the_same_differences(scenario, kept):
    alone = compare(scenario, ["desk"], replications=3).differences
    together = kept[1].differences
    together = together[together["plan"] == "desk"]
    pd.testing.assert_frame_equal(alone.reset_index(drop=True), together.reset_index(drop=True))


def test_an_interrupted_comparison_goes_on_with_the_runs_it_has(scenario, kept, monkeypatch):
    folder, first = kept

    def run_again(market):
        raise AssertionError("this run was finished before")

    monkeypatch.setattr(Market, "run", run_again)
    again = compare(scenario, replications=3, out=folder)
    assert as_json(as_object(again)) == as_json(as_object(first))


def test_one_run_from_the_store_equals_the_run_made_anew(scenario, kept):
    folder, _ = kept
    kept_run = single_run(scenario, "gifts", 2, out=folder)
    made = single_run(scenario, "gifts", 2)
    for name in ("daily", "periods", "ledger", "offers", "activity"):
        pd.testing.assert_frame_equal(getattr(kept_run, name), getattr(made, name))
    assert len(Store(folder / "runs").finished()) == 9


def test_exactly_as_many_replications_as_asked_and_otherwise_up_to_the_cap():
    """The precision asked for is out of reach, so the number stops at the cap of 21. Four days suffice for that."""
    four_days = SCENARIO.replace("14 Sep", "4 Sep").replace("4 Sep to 10 Sep", "2 Sep to 3 Sep")
    scenario, seen = read_scenario(four_days.encode(), "small-branch.yaml"), []
    assert compare(scenario, ["desk"], replications=2).replications == 2
    adaptive = compare(scenario, ["desk"], progress=lambda *done: seen.append(done))
    assert adaptive.replications == 21
    assert [(done, asked) for done, asked, _ in seen] == [(n, 20) for n in range(1, 21)] + [(21, 21)]


def test_another_seed_is_another_luck(scenario, kept):
    assert compare(scenario, ["desk"], replications=2, seed=77).mean("none", "profit") != kept[1].mean("none", "profit")


def test_drawing_the_assumptions_shows_both_intervals(scenario, kept):
    unsure = compare(scenario, ["desk"], replications=3, uncertain=True)
    luck = unsure.difference("desk", "wait_mean")
    both = unsure.difference_with_assumptions("desk", "wait_mean")
    assert luck.mean == pytest.approx(kept[1].difference("desk", "wait_mean").mean, rel=1e-12)
    drawn = unsure.values[unsure.values["world"] == "drawn"]
    assert drawn["replication"].nunique() == 3
    waits = unsure.values[(unsure.values["measure"] == "wait_mean") & (unsure.values["period"] == "campaign")]
    each = waits.pivot(index=["world", "replication"], columns="plan", values="value")
    shorter = each["desk"] - each["none"]
    assert both != luck
    assert both == interval_with_assumptions(shorter["stated"], shorter["drawn"])


def test_the_object_is_json_with_a_measure_for_every_plan(kept):
    found = json.loads(as_json(as_object(kept[1])))
    assert set(found["plans"]["gifts"]) == set(found["plans"]["none"]) == set(found["differences"]["gifts"])
    assert found["verdict"]["best"] in found["plans"]


def test_a_measure_only_another_plan_has_is_undefined_and_not_an_error():
    text = SHORT.replace(
        "    set: {service.stations.counter.staff: 2}",
        "    add: {service: {standards: {quick: {station: counter, at_most: 2 min, share: 50%}}}}",
    )
    found = compare(read_scenario(text.encode(), "small-branch.yaml"), ["desk"], replications=2)
    assert pd.isna(found.mean("none", "standard_quick").mean)
    assert not pd.isna(found.mean("desk", "standard_quick").mean)
    assert "quick kept (≤ 2 min)" in str(found)


def test_impossible_requests_are_refused_in_a_sentence(scenario):
    with pytest.raises(RequestError, match="did you mean 'desk'"):
        compare(scenario, ["dessk"], replications=2)
    with pytest.raises(RequestError, match="at least one other plan"):
        compare(scenario, ["none"], replications=2)
    with pytest.raises(RequestError, match="at least 2"):
        compare(scenario, replications=1)
    with pytest.raises(RequestError, match="no period 'winter'"):
        compare(scenario, ["desk"], replications=2, period="winter")
    with pytest.raises(RequestError, match="not known for every run in period 'before'"):
        compare(scenario, ["desk"], replications=2, period="before")
