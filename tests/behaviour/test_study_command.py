"""The command `study` as a user meets it, on a small branch that is simulated."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from rehearse.cli import app
from tests.behaviour.small_branch import SCENARIO

pytestmark = pytest.mark.slow

TARGETS = """targets_of: small-branch
parameters:
  rate: {path: market.needs.errand.rate}
targets:
  before: {plan: none, measure: complaints, observed: {count: 30}}
  after: {plan: desk, measure: complaints, observed: {count: 12}}
  visits: {plan: none, measure: visits, observed: {count: 240}}
"""


def rehearse(*arguments: str):
    return CliRunner().invoke(app, ["study", *arguments, "--quiet", "--workers", "1"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    (folder / "small-branch.yaml").write_text(SCENARIO, encoding="utf-8")
    (folder / "targets.yaml").write_text(TARGETS, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def done(folder):
    scenario, targets, out = (str(folder / name) for name in ("small-branch.yaml", "targets.yaml", "out"))
    plans = (
        "--plans",
        "none,desk",
        "--sizes",
        "100,120",
        "--period",
        "whole",
        "--measures",
        "complaints,wait_mean,paid",
    )
    return rehearse(scenario, *plans, "--observed", targets, "--replications", "3", "--out", out)


def test_a_study_is_printed_and_kept_with_its_table_and_picture(folder, done) -> None:
    assert done.exit_code == 0, done.stderr
    for words in ("100 of the customers", "30 of 400", "12 of 400", "chi-square 8.14", "people who complained", "±"):
        assert words in done.stdout
    out = folder / "out"
    assert (out / "study.txt").read_text(encoding="utf-8") == done.stdout
    assert (out / "figures" / "differences.png").stat().st_size > 5000
    kept = json.loads((out / "study.json").read_text(encoding="utf-8"))
    assert kept["studies"] == 3
    assert kept["reported"]["complaints"]["chi_square"] == pytest.approx(8.1417, abs=5e-5)
    assert len((out / "tables" / "studies.csv").read_text().splitlines()) == 1 + 3 * 2 * 3


def test_another_machine_would_say_the_same_and_kept_runs_are_read_back(folder, done) -> None:
    more = (
        "--plans",
        "none,desk",
        "--sizes",
        "100,120",
        "--period",
        "whole",
        "--measures",
        "complaints,wait_mean,paid",
    )
    again = rehearse(
        str(folder / "small-branch.yaml"), *more, "--replications", "3", "--out", str(folder / "out"), "--json"
    )
    assert again.exit_code == 0, again.stderr
    kept = json.loads(again.stdout)
    fresh = rehearse(str(folder / "small-branch.yaml"), *more, "--replications", "3", "--json")
    assert fresh.stdout == again.stdout
    assert [group["size"] for group in kept["groups"]] == [100, 120]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--plans", "none,desk", "--sizes", "100;120"], "whole numbers"),
        (["--plans", "none,dsk"], "desk"),
        ([], "two groups"),
        (["--plans", "none,desk", "--measures", "satisfied_survey_ward"], "measures no"),
        (["--plans", "none,gifts", "--observed", "TARGETS"], "reports nothing of both"),
        (["--plans", "none,none", "--observed", "TARGETS"], "same plan"),
    ],
)
def test_what_cannot_be_asked_ends_with_2_and_one_sentence(folder, options, said) -> None:
    options = [str(folder / "targets.yaml") if each == "TARGETS" else each for each in options]
    refused = rehearse(str(folder / "small-branch.yaml"), *options)
    assert refused.exit_code == 2
    assert said in refused.stderr
    assert refused.stdout == ""
