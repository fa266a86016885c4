"""The commands `run` and `compare` as a user meets them: output, exit codes, and Ctrl-C."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from typer.testing import CliRunner

from experiments.storage.store import Store
from rehearse.cli import app
from sim.market import Market
from tests.behaviour.small_branch import SCENARIO
from tests.behaviour.undrawn import no_pictures

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("scenario") / "small-branch.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    return str(path)


def rehearse(*arguments):
    return CliRunner().invoke(app, list(arguments))


def command(*arguments):
    return [sys.executable, "-c", "from rehearse.cli import main; main()", *arguments]


def test_compare_prints_the_table_and_the_verdict(file):
    result = rehearse("compare", file, "--replications", "2", "--language", "zh", "--quiet")
    assert result.exit_code == 0
    assert result.stdout.startswith("小网点金秋营销   400 customers · 14 days · 2 paired replications · seed 1")
    assert "\nVerdict" in result.stdout
    assert "\nRests on" in result.stdout


def test_compare_keeps_runs_and_report_in_a_folder(file, tmp_path):
    out = tmp_path / "report"
    with no_pictures():
        result = rehearse("compare", file, "--plans", "desk", "--replications", "2", "--out", str(out), "--quiet")
    assert result.exit_code == 0
    names = {path.name for path in out.iterdir()}
    assert names == {"runs", "tables", "figures", "comparison.txt", "comparison.json"}
    assert len(Store(out / "runs").finished()) == 4
    assert (out / "comparison.txt").read_text(encoding="utf-8") == result.stdout


@pytest.mark.slow
def test_json_is_one_object_on_stdout_and_the_same_for_any_hash_seed(file):
    """Here and in a process with another hash seed than this one may have."""
    words = ("compare", file, "--plans", "desk", "--replications", "2", "--json")
    other = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    done = subprocess.run(
        command(*words), cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": other}, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    here = rehearse(*words)
    assert done.stdout == here.stdout
    assert done.stderr == here.stderr == ""
    assert {"scenario", "replications", "plans", "differences", "verdict"} <= set(json.loads(done.stdout))


def test_run_prints_one_run_period_by_period(file):
    result = rehearse("run", file, "--plan", "gifts", "--replication", "3")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].endswith("plan gifts · replication 3 · seed 1")
    assert lines[2].split() == ["before", "campaign", "aftermath", "whole"]
    found = json.loads(rehearse("run", file, "--plan", "gifts", "--replication", "3", "--json").stdout)
    assert found["plan"] == "gifts"
    assert set(found["periods"]) == {"before", "campaign", "aftermath", "whole"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("compare", "no-such-scenario"),
        ("compare", "FILE", "--plans", "deskk"),
        ("compare", "FILE", "--replications", "1"),
        ("compare", "FILE", "--workers", "0"),
        ("compare", "FILE", "--period", "winter", "--replications", "2"),
        ("run", "FILE", "--plan", "deskk"),
    ],
)
def test_a_wrong_request_ends_with_2_and_one_sentence(file, arguments):
    result = rehearse(*(file if word == "FILE" else word for word in arguments))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.strip().splitlines()) == 1


def test_ctrl_c_in_the_middle_of_a_run_ends_with_130_and_leaves_no_half_result(file, tmp_path, monkeypatch):
    """SIGINT as a terminal sends it, on the second day of the third run."""
    run, made = Market.run, []

    def interrupted(market):
        made.append(market)
        if len(made) == 3:
            market.step()
            signal.raise_signal(signal.SIGINT)
        return run(market)

    monkeypatch.setattr(Market, "run", interrupted)
    # A suite started in the background inherits Ctrl-C ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        ended = rehearse("compare", file, "--replications", "5", "--workers", "1", "--out", str(tmp_path), "--quiet")
    finally:
        signal.signal(signal.SIGINT, before)
    assert (ended.exit_code, ended.stdout, ended.stderr) == (130, "", "interrupted\n")
    assert_only_whole_runs(tmp_path / "runs")


def assert_only_whole_runs(folder):
    """Some runs are kept, every one of them can be read, and nothing else is there."""
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []
    kept = Store(folder).finished()
    assert kept
    assert [Store(folder).read(key).manifest["customers"] for key in kept] == [400] * len(kept)


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals to a process group")
@pytest.mark.parametrize("workers", [pytest.param("1", marks=pytest.mark.study), "2"])
def test_ctrl_c_ends_with_130_and_leaves_no_half_result_and_no_process(file, tmp_path, workers):
    """SIGINT to the whole process group, as a terminal sends it, once the first run is kept."""
    running = subprocess.Popen(
        command("compare", file, "--replications", "500", "--workers", workers, "--out", str(tmp_path)),
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        # A suite started in the background inherits Ctrl-C ignored, and would hand that down.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    runs = tmp_path / "runs"
    deadline = time.monotonic() + 120
    while not (runs.is_dir() and Store(runs).finished()):
        assert running.poll() is None, running.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.1)
    family = psutil.Process(running.pid).children(recursive=True)
    os.killpg(running.pid, signal.SIGINT)
    output, messages = running.communicate(timeout=60)
    assert running.returncode == 130
    assert output == ""
    assert messages == "interrupted\n"
    psutil.wait_procs(family, timeout=10)
    assert [child for child in family if child.is_running() and child.status() != psutil.STATUS_ZOMBIE] == []
    assert_only_whole_runs(runs)
