"""The commands `sensitivity` and `flip` as a user meets them, on a real market that is very small."""

import json

import pytest
from typer.testing import CliRunner

from experiments.storage.register import FOLDER
from experiments.storage.store import Store
from rehearse.cli import app
from tests.behaviour.small_branch import SCENARIO
from tests.behaviour.undrawn import no_pictures

pytestmark = pytest.mark.slow

TINY = (
    SCENARIO.replace("customers: 400", "customers: 60")
    .replace("14 Sep", "8 Sep")
    .replace("10 Sep", "6 Sep")
    .replace("counter: {staff: 1,", "counter: {staff: {value: 1, source: assumed, range: [1, 2]},")
)
BELIEFS = """
experiment:
  precision: 0.0001
  beliefs:
    talk:
      title: {en: do people talk, zh: 顾客是否口口相传}
      either:
        they_do: {}
        they_do_not: {title: nobody talks, set: {behaviour.word_of_mouth: none}}
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("scenario") / "tiny-branch.yaml"
    path.write_text(TINY.replace("experiment: {precision: 0.0001, most: 21}\n", BELIEFS.lstrip()), encoding="utf-8")
    return str(path)


def rehearse(*arguments):
    return CliRunner().invoke(app, list(arguments))


def test_sensitivity_ranks_keeps_and_resumes(file, tmp_path):
    asked = (
        "sensitivity", file, "--vary", "service.stations.counter.staff", "--size", "2", "--replications", "2",
        "--workers", "1", "--quiet", "--plans", "none,gifts",
    )  # fmt: skip
    first = rehearse(*asked, "--out", str(tmp_path))
    assert first.exit_code == 0, first.output
    assert "\nVerdict" in first.stdout
    assert {path.name for path in tmp_path.iterdir()} == {
        "runs", "tables", "figures", "sensitivity.txt", "sensitivity.json",
    }  # fmt: skip
    made = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "runs").iterdir() if path.name != FOLDER}
    assert len(Store(tmp_path / "runs").finished()) == len(made)
    with no_pictures():
        again = rehearse(*asked, "--out", str(tmp_path), "--json")
    assert again.exit_code == 0
    assert {path.name: path.stat().st_mtime_ns for path in (tmp_path / "runs").iterdir() if path.name != FOLDER} == made
    found = json.loads(again.stdout)
    assert [factor["path"] for factor in found["factors"]] == ["service.stations.counter.staff"]
    assert len(found["indices"]) == 2 * 3 - (found["outcome"] == "gifts - none") * 3
    assert found == json.loads((tmp_path / "sensitivity.json").read_text(encoding="utf-8"))


def test_flip_runs_the_beliefs_of_the_file(file, tmp_path):
    result = rehearse("flip", file, "--replications", "2", "--quiet", "--workers", "1", "--out", str(tmp_path))
    assert result.exit_code == 0, result.output
    assert "Asked: do people talk." in result.stdout
    assert "nobody talks" in result.stdout
    assert (tmp_path / "flip.txt").read_text(encoding="utf-8") == result.stdout
    assert (tmp_path / "figures" / "by-belief.png").exists()


def test_flip_finds_where_an_assumption_turns_the_verdict(file):
    result = rehearse(
        "flip", file, "--assumption", "service.stations.counter.staff", "--plans", "none,desk", "--replications", "2",
        "--quiet", "--json", "--workers", "1",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert {row["value"] for row in found["course"]} == {"1", "2"}
    assert found["best"] in ("none", "desk")


@pytest.mark.parametrize(
    "arguments",
    [
        ("sensitivity", "FILE", "--method", "moris"),
        ("sensitivity", "FILE", "--vary", "service.stations.countr.staff=2..5"),
        ("sensitivity", "FILE", "--levers"),
        ("sensitivity", "FILE", "--replications", "1"),
        ("flip", "FILE", "--belief", "talk"),
        ("flip", "FILE", "--assumption", "seed"),
        ("flip", "FILE", "--assumption", "service.stations.counter.staff", "--mechanisms"),
        ("flip", "FILE", "--plans", "none"),
    ],
)
def test_a_wrong_request_ends_with_2_and_one_sentence(file, arguments):
    result = rehearse(*(file if word == "FILE" else word for word in arguments))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.strip().splitlines()) == 1
