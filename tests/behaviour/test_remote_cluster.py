"""`--cluster`: a real dask scheduler and two workers give the bytes of one process; other programs are refused."""

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from experiments.comparing.pairwise import compare
from experiments.engines.alike import ClusterError
from experiments.report.files import as_json, as_object
from experiments.storage.store import Store
from rehearse.cli import app
from tests.behaviour.real_cluster import RealCluster
from tests.behaviour.small_branch import SCENARIO

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="processes are killed by signal"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),
]
REPLICATIONS = 4


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("scenario") / "small-branch.yaml"
    path.write_text(SCENARIO.replace("14 Sep", "9 Sep").replace("10 Sep", "7 Sep"), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    started = RealCluster(tmp_path_factory.mktemp("cluster"))
    try:
        yield started
    finally:
        started.close()


@pytest.fixture(scope="module")
def stays(cluster):
    """A worker that works for all tests of the file."""
    return cluster.worker()


def kept(folder: Path) -> dict[str, bytes]:
    """Every file of every run, but for the wall times, by its place."""
    runs = folder / "runs"
    assert [path.name for path in runs.iterdir() if path.name.startswith(".")] == []
    return {
        f"{key}/{name}": content
        for key in Store(runs).finished()
        for name, content in Store(runs).files(key).items()
        if name != "timing.json"
    }


def test_a_cluster_gives_the_same_bytes_although_a_worker_is_killed(file, cluster, stays, tmp_path):
    """One of two workers gets `kill -9` after the second replication; the runs it had are made by the other."""
    serial = compare(file, ["desk"], replications=REPLICATIONS, out=tmp_path / "serial")
    dies = cluster.worker()

    def kill_one(done, asked, left):
        if done == 2:
            RealCluster.kill(dies)

    shared = compare(
        file, ["desk"], replications=REPLICATIONS, cluster=cluster.address, out=tmp_path / "shared", progress=kill_one
    )
    assert dies.poll() is not None
    assert stays.poll() is None
    assert as_json(as_object(shared)) == as_json(as_object(serial))
    assert kept(tmp_path / "shared") == kept(tmp_path / "serial")

    # What is kept is not made again: with half of the runs gone, only those come back.
    for key in Store(tmp_path / "shared" / "runs").finished()[::2]:
        Store(tmp_path / "shared" / "runs").path(key).rename(tmp_path / key)
    again = compare(file, ["desk"], replications=REPLICATIONS, cluster=cluster.address, out=tmp_path / "shared")
    assert as_json(as_object(again)) == as_json(as_object(serial))
    assert kept(tmp_path / "shared") == kept(tmp_path / "serial")


def test_a_worker_with_another_program_is_refused_in_a_sentence_before_any_run(file, cluster, stays, tmp_path):
    other = tmp_path / "other"
    (other / "experiments").mkdir(parents=True)
    (other / "experiments" / "__init__.py").write_text('"""Another version."""\n')
    stranger = cluster.worker({"PYTHONPATH": str(other)})
    try:
        result = CliRunner().invoke(
            app, ["compare", str(file), "--cluster", cluster.address, "--out", str(tmp_path / "out"), "--quiet"]
        )
    finally:
        RealCluster.kill(stranger)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "cannot load this program, install it there" in result.stderr
    assert "No module named 'experiments.engines'" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert list((tmp_path / "out" / "runs").iterdir()) == []


def test_a_lost_scheduler_is_one_sentence_and_what_was_finished_stays(file, cluster, stays, tmp_path):
    """The last test of the file: afterwards there is no cluster."""

    def kill_scheduler(done, asked, left):
        if done == 2:
            cluster.close()

    with pytest.raises(ClusterError, match="the connection to the scheduler was lost"):
        compare(file, replications=50, cluster=cluster.address, out=tmp_path, progress=kill_scheduler)
    assert stays.poll() is not None
    assert len(kept(tmp_path)) > 0
