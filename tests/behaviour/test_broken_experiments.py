"""`kill -9`, a full disk and two programs at once: what was finished stays, what was not is never read as whole."""

import os
import resource
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from typer.testing import CliRunner

from experiments.comparing.pairwise import compare
from experiments.report.files import as_json, as_object
from experiments.storage.drafts import PREFIX
from experiments.storage.register import FOLDER
from experiments.storage.store import Store
from rehearse.cli import app
from tests.behaviour.small_branch import SCENARIO
from tests.behaviour.undrawn import no_pictures

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="processes are killed by signal"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),
]
ROOT = Path(__file__).parents[2]
REPLICATIONS = 3
SOON = 240.0  # seconds, for a machine with much else to do


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("scenario") / "small-branch.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def undisturbed(file, tmp_path_factory):
    """The folder of a comparison that nothing happened to, and its result as JSON."""
    out = tmp_path_factory.mktemp("undisturbed")
    return out, as_json(as_object(compare(file, replications=REPLICATIONS, plans=["desk"], out=out)))


def words(file, out, replications, workers):
    found = ["compare", str(file), "--plans", "desk", "--json", "--replications", str(replications)]
    return [*found, "--workers", str(workers), "--out", str(out)]


def started(file, out, *, replications=REPLICATIONS, workers=1):
    """The command in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", "from rehearse.cli import main; main()", *words(file, out, replications, workers)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


def finished(file, out):
    """The same command in this process, without pictures."""
    with no_pictures():
        return CliRunner().invoke(app, words(file, out, REPLICATIONS, 1))


def runs_of(out: Path) -> dict[str, bytes]:
    """Every file of every run, but for the wall times, by its place; nothing else may be in the store."""
    runs = out / "runs"
    store = Store(runs)
    assert sorted(path.name for path in runs.iterdir() if path.name != FOLDER) == store.finished()
    return {
        f"{key}/{name}": content
        for key in store.finished()
        for name, content in store.files(key).items()
        if name != "timing.json"
    }


def until(condition, process):
    deadline = time.monotonic() + SOON
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("workers", [pytest.param(1, marks=pytest.mark.study), 2])
def test_kill_9_of_the_program_leaves_no_process_and_the_same_command_completes_it(
    file, undisturbed, tmp_path, workers
):
    running = started(file, tmp_path, replications=500, workers=workers)
    runs = tmp_path / "runs"
    until(lambda: runs.is_dir() and len(Store(runs).finished()) >= 3, running)
    family = psutil.Process(running.pid).children(recursive=True)
    assert len(family) >= (2 if workers == 2 else 0)
    running.kill()
    running.communicate(timeout=SOON)
    psutil.wait_procs(family, timeout=30)
    assert [child for child in family if child.is_running() and child.status() != psutil.STATUS_ZOMBIE] == []
    for key in Store(runs).finished():
        assert Store(runs).read(key).manifest["customers"] == 400
    assert [path for path in runs.iterdir() if path.name.startswith(PREFIX)], "something was being written"

    out, whole = undisturbed
    for key in sorted({path.name for path in runs.iterdir()} & set(Store(runs).finished())):
        if not (out / "runs" / key).is_dir():  # of a later replication than the short comparison has
            Store(runs).path(key).rename(tmp_path / key)
    completed = finished(file, tmp_path)
    assert (completed.exit_code, completed.stderr) == (0, "")
    assert completed.stdout == whole + "\n"
    assert runs_of(tmp_path) == runs_of(out)


@contextmanager
def small_disk(longest):
    """No file may grow longer than this; a process that tries is told so, as Python ignores the signal."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (longest, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize(("longest", "refused"), [(5_000, "a finished run"), (20_000, "the report")])
def test_a_full_disk_is_one_sentence_and_what_was_finished_stays(file, undisturbed, tmp_path, longest, refused):
    """No file may be longer than 5 kB: the small tables of a run fit, and then one does not. Or its report does not."""
    compare(file, replications=2, plans=["desk"], out=tmp_path)
    before = runs_of(tmp_path)
    with small_disk(longest):
        full = finished(file, tmp_path)
    assert (full.exit_code, full.stdout) == (1, "")
    assert len(full.stderr.strip().splitlines()) == 1
    assert full.stderr.startswith(f"rehearse failed: {refused} cannot be kept in {tmp_path}")
    assert full.stderr.endswith("the runs kept before are whole\n")
    assert runs_of(tmp_path) == (before if refused == "a finished run" else runs_of(undisturbed[0]))

    completed = finished(file, tmp_path)
    assert completed.stdout == undisturbed[1] + "\n"
    assert runs_of(tmp_path) == runs_of(undisturbed[0])


@pytest.mark.study
def test_two_programs_may_work_on_one_folder_at_the_same_time(file, undisturbed, tmp_path):
    both = [started(file, tmp_path), started(file, tmp_path)]
    answers = [each.communicate(timeout=SOON) for each in both]
    assert [each.returncode for each in both] == [0, 0], answers
    assert [printed for printed, _ in answers] == [undisturbed[1] + "\n"] * 2
    assert runs_of(tmp_path) == runs_of(undisturbed[0])
