"""The commands `sweep` and `runs` as a user meets them: output, files, resuming, exit codes."""

import json

import pytest
from typer.testing import CliRunner

from experiments.storage.store import Store
from rehearse.cli import app
from tests.behaviour.small_branch import SCENARIO

STAFF = "service.stations.counter.staff"


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("scenario") / "small-branch.yaml"
    levers = f"{{precision: 0.0001, most: 21, levers: {{{STAFF}: {{from: 1, to: 2}}}}}}"
    path.write_text(SCENARIO.replace("{precision: 0.0001, most: 21}", levers), encoding="utf-8")
    return str(path)


def rehearse(*arguments):
    return CliRunner().invoke(app, list(arguments))


@pytest.mark.slow
def test_a_sweep_of_the_files_levers_is_kept_resumed_and_its_runs_listed_shown_and_pruned(file, tmp_path):
    out = tmp_path / "kept"
    asked = ("sweep", file, "--plans", "none", "--measures", "wait_mean", "--replications", "2", "--quiet",
             "--workers", "1", "--out", str(out))  # fmt: skip
    result = rehearse(*asked)
    assert result.exit_code == 0, result.stderr
    assert "1 (as in the file)" in result.stdout
    assert "Best       wait (mean of those who joined): at service.stations.counter.staff = 2" in result.stdout
    assert {path.name for path in out.iterdir()} == {"runs", "tables", "figures", "sweep.txt", "sweep.json"}
    store = Store(out / "runs")
    stamps = {key: (store.path(key) / "manifest.json").stat().st_mtime_ns for key in store.finished()}
    assert len(stamps) == 4

    again = json.loads(rehearse(*asked, "--json").stdout)
    assert {key: (store.path(key) / "manifest.json").stat().st_mtime_ns for key in store.finished()} == stamps
    assert again["best"] == {"wait_mean": {"point": 1, "plan": "none"}}
    assert again["points"][0]["stated"]

    listed = rehearse("runs", "list", str(out))
    assert listed.exit_code == 0
    assert "4 runs" in listed.stdout
    assert "staff=2" in listed.stdout
    key = next(iter(stamps))
    shown = rehearse("runs", "show", str(out), key[:9])
    assert shown.stdout.startswith(f"run {key}\nscenario small-branch · plan none · {STAFF} = ")
    assert json.loads(rehearse("runs", "show", str(out), key, "--json").stdout)["key"] == key

    would = rehearse("runs", "prune", str(out), "--scenario", "small-branch", "--keep", key)
    assert "3 runs," in would.stdout
    assert "add --yes to remove them" in would.stdout
    assert len(store.finished()) == 4
    assert rehearse("runs", "prune", str(out), "--scenario", "small-branch", "--keep", key, "--yes").exit_code == 0
    assert store.finished() == [key]
    assert rehearse("runs", "prune", str(out), "--other-models").stdout == "nothing to prune\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("sweep", "FILE", "--vary", "service.stations.countr.staff=1..2"),
        ("sweep", "FILE", "--vary", f"{STAFF}=2..1"),
        ("sweep", "FILE", "--vary", STAFF),
        ("sweep", "FILE", "--design", "gird"),
        ("sweep", "FILE", "--design", "sobol", "--points", "50"),
        ("sweep", "FILE", "--points", "7", "--design", "grid"),
        ("sweep", "FILE", "--replications", "0"),
        ("sweep", "FILE", "--plans", "deskk"),
        ("sweep", "FILE", "--measures", "profitt", "--replications", "1", "--plans", "none"),
        ("sweep", "FILE", "--most", "3"),
        ("sweep", "FILE", "--assumptions", "--vary", f"{STAFF}=1..2"),
        ("runs", "list", "no-such-folder"),
        ("runs", "prune", "no-such-folder", "--other-models"),
    ],
)
def test_a_wrong_request_ends_with_2_and_one_sentence(file, arguments):
    result = rehearse(*(file if word == "FILE" else word for word in arguments))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.strip().splitlines()) == 1
