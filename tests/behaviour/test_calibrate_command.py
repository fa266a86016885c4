"""The commands `check`, `calibrate` and `recover` as a user meets them, on a small branch that is simulated."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from experiments.storage.store import Store
from rehearse.cli import app
from sim.scenario.load import load_scenario
from tests.behaviour.small_branch import SCENARIO
from tests.behaviour.undrawn import no_pictures

pytestmark = pytest.mark.slow

RATE = "market.needs.errand.rate"
SIX_DAYS = SCENARIO
for was, now in {
    "1 Sep 2009 to 14 Sep 2009": "1 Sep 2009 to 6 Sep 2009",
    "4 Sep to 10 Sep": "2 Sep to 5 Sep",
    "customers: 400": "customers: 933",
    "staff: 1,": "staff: 2,",
    "staff: 2}": "staff: 3}",
}.items():
    assert was in SIX_DAYS
    SIX_DAYS = SIX_DAYS.replace(was, now)
"""As many visits in three days, by 933 customers, as 400 make in a week."""
TARGETS = f"""targets_of: small-branch
parameters:
  rate: {{title: errands of a customer, path: {RATE}, prior: {{uniform: {{low: 3 per month, high: 9 per month}}}}}}
targets:
  visits: {{measure: visits, days: 1 Sep to 3 Sep, observed: {{count: 240}}}}
  later: {{measure: visits, days: 4 Sep to 6 Sep, observed: {{count: 245}}, hold_out: true}}
"""


def rehearse(*arguments: str):
    return CliRunner().invoke(app, [*arguments, "--quiet", "--workers", "1"])


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fit")
    (folder / "small-branch.yaml").write_text(SIX_DAYS, encoding="utf-8")
    (folder / "targets.yaml").write_text(TARGETS, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def calibrated(files):
    scenario, targets, out = (str(files / name) for name in ("small-branch.yaml", "targets.yaml", "out"))
    return rehearse("calibrate", scenario, targets, "--candidates", "16", "--out", out)


def test_a_fit_is_printed_kept_and_can_be_compared_with_its_uncertainty(files, calibrated) -> None:
    assert calibrated.exit_code == 0, calibrated.stderr
    assert "Errands of a customer is calibrated." in calibrated.stdout
    out = files / "out"
    assert (out / "calibration.txt").read_text(encoding="utf-8") == calibrated.stdout
    for figure in ("pairs", "shrinkage", "profiles", "predictive-bands"):
        assert (out / "figures" / f"{figure}.png").stat().st_size > 5000
    found = json.loads((out / "calibration.json").read_text(encoding="utf-8"))
    parameter = found["parameters"][0]
    number = load_scenario(out / "fitted.yaml").assumptions()[RATE]
    assert number.source == "derived"
    assert float(number.value.split()[0]) == pytest.approx(parameter["median"], rel=1e-5)
    drawn = rehearse(
        "compare", str(out / "fitted.yaml"), "--plans", "desk", "--replications", "2", "--uncertain", "--json"
    )
    assert drawn.exit_code == 0, drawn.stderr
    assert json.loads(drawn.stdout)["uncertain"]


def test_the_fit_comes_to_what_was_observed(calibrated, files) -> None:
    """240 visits in three days: a count of that mean, and the mean of two runs, have a variance of 1.5 · 240: 7.9 %."""
    found = json.loads((files / "out" / "calibration.json").read_text(encoding="utf-8"))
    by_name = {each["target"]: each for each in found["targets"]}
    assert by_name["visits"]["verdict"] == "met"
    assert by_name["later"]["verdict"] == "met"
    rate = found["parameters"][0]
    assert rate["high"] - rate["low"] == pytest.approx(2 * 1.645 * 0.079 * rate["median"], rel=0.5)


def test_the_same_fit_makes_no_run_again(files, calibrated) -> None:
    out = files / "out"
    made = len(Store(out / "runs").finished())
    scenario, targets = str(files / "small-branch.yaml"), str(files / "targets.yaml")
    with no_pictures():
        again = rehearse("calibrate", scenario, targets, "--candidates", "16", "--out", str(out))
    assert again.stdout == calibrated.stdout
    assert len(Store(out / "runs").finished()) == made


def test_a_check_says_whether_the_file_as_it_stands_meets_its_targets(files) -> None:
    scenario, targets, out = (str(files / name) for name in ("small-branch.yaml", "targets.yaml", "check"))
    with no_pictures():
        checked = rehearse("check", scenario, targets, "--replications", "3", "--json", "--out", out)
    assert checked.exit_code == 0, checked.stderr
    content = json.loads(checked.stdout)
    assert content["of"] == 2
    assert "met" not in {each["verdict"] for each in content["targets"]}, "6 a month make 290 visits, not 240"
    assert (files / "check" / "check.txt").exists()


def test_a_recovery_finds_known_truths(files) -> None:
    scenario, targets, out = (str(files / name) for name in ("small-branch.yaml", "targets.yaml", "recovery"))
    request = ("recover", scenario, targets, "--fits", "4", "--candidates", "16", "--out", out)
    found = rehearse(*request)
    assert found.exit_code == 0, found.stderr
    assert "of 4" in found.stdout
    assert (files / "recovery" / "figures" / "ranks.png").exists()


def test_wrong_files_end_with_their_line(files) -> None:
    (files / "wrong.yaml").write_text(TARGETS.replace("count: 240", "count: -4"), encoding="utf-8")
    refused = rehearse("calibrate", str(files / "small-branch.yaml"), str(files / "wrong.yaml"))
    assert refused.exit_code == 2
    assert "wrong.yaml:5: targets.visits.observed.count: -4" in refused.stderr
    assert rehearse("check", str(files / "small-branch.yaml"), "nowhere").exit_code == 2


def test_the_scenario_that_is_fitted_is_never_overwritten(files) -> None:
    scenario = str(files / "small-branch.yaml")
    refused = rehearse("calibrate", scenario, str(files / "targets.yaml"), "--write", scenario)
    assert refused.exit_code == 2
    assert "write to another file" in refused.stderr


@pytest.mark.study
@pytest.mark.parametrize("method", ["regression", "emulator", "smc"])
def test_two_workers_find_the_same_to_the_byte(files, method) -> None:
    request = (
        "calibrate",
        str(files / "small-branch.yaml"),
        str(files / "targets.yaml"),
        "--candidates",
        "16",
        "--json",
    )
    alone, shared = (
        CliRunner().invoke(app, [*request, "--method", method, "--quiet", "--workers", workers]) for workers in "12"
    )
    assert alone.exit_code == 0, alone.stderr
    assert alone.stdout == shared.stdout
