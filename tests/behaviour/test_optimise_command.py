"""The command `optimise` as a user meets it: what it prints, keeps and refuses, on a small branch that is simulated."""

import json
import sys

import pytest
from typer.testing import CliRunner

from experiments.storage.store import Store
from rehearse.cli import app
from tests.behaviour.small_branch import SCENARIO
from tests.behaviour.undrawn import no_pictures

STAFF = "service.stations.counter.staff"
SMALL = ("--vary", f"gifts:{STAFF}=1..3", "--replications", "2", "--fresh", "2", "--quiet")


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("scenario") / "small-branch.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    return str(path)


def rehearse(*arguments):
    return CliRunner().invoke(app, list(arguments))


def test_the_best_plan_is_printed_kept_and_can_be_pasted_and_compared(file, tmp_path):
    out = tmp_path / "search"
    request = ("optimise", file, *SMALL, "--objective", "wait_mean", "--out", str(out), "--workers", "1")
    result = rehearse(*request)
    assert result.exit_code == 0, result.stderr
    assert "all 3 settings × 2 replications" in result.stdout.replace("\n", " ")
    assert "Verdict: set counter.staff 3" in result.stdout
    assert (out / "optimisation.txt").read_text(encoding="utf-8") == result.stdout

    made = len(Store(out / "runs").finished())
    with no_pictures():
        again = rehearse(*request)
    assert again.stdout == result.stdout
    assert len(Store(out / "runs").finished()) == made, "a second search makes no run"

    below_plans = (out / "best-plan.yaml").read_text(encoding="utf-8").partition("plans:\n")[2]
    whole = tmp_path / "pasted.yaml"
    whole.write_text(SCENARIO + below_plans, encoding="utf-8")
    compared = rehearse(
        "compare", str(whole), "--plans", "optimised", "--replications", "2", "--json", "--quiet", "--workers", "1"
    )  # fmt: skip
    assert compared.exit_code == 0, compared.stderr
    found = json.loads((out / "optimisation.json").read_text(encoding="utf-8"))
    assert found["chosen"][0]["settings"] == {STAFF: 3}
    searched = found["chosen"][0]["changes_in_the_search"]["wait_mean"]["mean"]
    difference = json.loads(compared.stdout)["differences"]["optimised"]["wait_mean"]["mean"]
    assert difference == pytest.approx(searched, rel=1e-12), "the same runs: compare finds what the search saw"


@pytest.mark.study
@pytest.mark.slow
def test_two_workers_find_the_same_to_the_byte(file):
    request = ("optimise", file, *SMALL, "--trials", "2", "--vary", "gifts:gifts.teapots.stock=20..100/5", "--json")
    alone, shared = (rehearse(*request, "--workers", workers) for workers in ("1", "2"))
    assert alone.exit_code == 0, alone.stderr
    assert alone.stdout == shared.stdout
    assert json.loads(alone.stdout)["every_setting_tried"] is False


def test_levers_and_limits_of_the_file_are_used_when_nothing_is_said(tmp_path):
    path = tmp_path / "own.yaml"
    levers = f"{{{STAFF}: {{from: 1, to: 2, plans: [gifts]}}}}"
    own = f"experiment: {{levers: {levers}, constraints: {{wages: {{at_most: 1}}}}}}"
    path.write_text(SCENARIO.replace("experiment: {precision: 0.0001, most: 21}", own), encoding="utf-8")
    result = rehearse("optimise", str(path), "--replications", "2", "--fresh", "2", "--quiet", "--workers", "1")
    assert result.exit_code == 2
    assert result.stderr.startswith("constraint no plan meets: no setting of the levers keeps wages at most 1 yuan")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--objective", "wait_meen"), "did you mean 'wait_mean'"),
        (("--constraint", "wages below 5"), "limits nothing"),
        (("--tail", "5%"), "needs --risk cvar"),
        (("--risk", "cvar", "--tail", "5"), "ask for a share of the runs"),
        (("--risk", "cvar"), "the worst 10 % need runs to be seen"),
        (("--plan", "gift"), "did you mean 'gifts'"),
    ],
)
def test_a_wrong_request_is_one_sentence(file, arguments, said):
    result = rehearse("optimise", file, *SMALL, *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert result.stdout == ""


def test_without_optuna_one_sentence_says_how_to_install_it(file, monkeypatch):
    monkeypatch.setitem(sys.modules, "optuna", None)
    result = rehearse("optimise", file, *SMALL, "--trials", "2")
    assert result.exit_code == 2
    assert "pip install 'rehearsal[calibrate]'" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
