"""A cluster that cannot give the same results, or cannot work at all, is refused in one sentence before any run.

Scheduler and workers live in this process here; `tests/behaviour/test_remote_cluster.py` starts real ones.
"""

import socket
from contextlib import contextmanager
from time import monotonic, sleep

import pytest
from distributed import LocalCluster

from experiments.engines import alike, remote_cluster
from experiments.engines.alike import ALLOCATOR, ClusterError, differences, refuse_unless_alike, this_program
from experiments.engines.remote_cluster import RemoteWorkers
from experiments.engines.runner import evaluator
from sim.errors import RequestError
from tests.unit.synthetic_market import SyntheticMarket, experiment

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
TRIALS = experiment({"gifts": {"profit": -50_000.0}}).trials(range(3))


@pytest.fixture
def settings(monkeypatch):
    for name, size in ALLOCATOR.items():
        monkeypatch.setenv(name, str(size))


@contextmanager
def cluster(workers, threads=1):
    with LocalCluster(
        n_workers=workers, threads_per_worker=threads, processes=False, protocol="tcp", dashboard_address=None,
        host="127.0.0.1", scheduler_port=0,
    ) as started:  # fmt: skip
        yield started.scheduler_address


def refusal(address):
    with evaluator(None, SyntheticMarket(), cluster=address) as working, pytest.raises(ClusterError) as refused:
        next(working.evaluate(TRIALS))
    return str(refused.value)


@pytest.mark.parametrize(
    "address", ["localhost:8786", "tcp://localhost", "tcp://host:99999", "tcp://:8786", "http://a:1"]
)
def test_a_malformed_address_is_refused_with_the_right_form(address):
    with pytest.raises(RequestError, match=r"is not the address of a cluster: write tcp://HOST:PORT"):
        RemoteWorkers(address, SyntheticMarket())


def test_workers_and_a_cluster_are_not_both_asked_for():
    with pytest.raises(RequestError, match="not for both"):
        evaluator(2, SyntheticMarket(), cluster="tcp://127.0.0.1:8786")


def test_nobody_at_the_address_is_said_within_a_bounded_time(monkeypatch):
    monkeypatch.setattr(remote_cluster, "ANSWERS_WITHIN", 1.0)
    with socket.socket() as silent:  # somebody listens, and says nothing
        silent.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        assert refusal(address) == f"no dask scheduler answers at {address}; start one there with: dask scheduler"
        silent.listen()
        silent.settimeout(60)
        assert refusal(address) == f"no dask scheduler answers at {address}; start one there with: dask scheduler"


def test_a_cluster_without_workers_is_refused(monkeypatch):
    monkeypatch.setattr(remote_cluster, "FIRST_WORKER_WITHIN", 0.2)
    with cluster(workers=0) as address:
        assert "has no workers" in refusal(address)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"code": "changed"}, "other code"),
        ({"experiments": "changed"}, "other code"),
        ({"libraries": dict(this_program()["libraries"]) | {"numpy": "2.0.0"}}, "instead of 2.0.0"),
        ({"libraries": dict(this_program()["libraries"]) | {"python": "3.99"}}, "instead of 3.99"),
        ({"processor": [*this_program()["processor"], "AVX9000"]}, "another processor (they differ in AVX9000)"),
    ],
)
def test_whatever_decides_the_bytes_is_compared(change, named):
    assert differences(this_program()) == []
    assert named in ", ".join(differences(dict(this_program()) | change))
    with pytest.raises(ClusterError, match="cannot give the same results"):
        refuse_unless_alike(dict(this_program()) | change)


def test_other_settings_other_programs_and_threads_are_refused_before_any_run(settings, monkeypatch):
    with cluster(workers=1, threads=2) as address:
        assert "start it with --nthreads 1" in refusal(address)
        monkeypatch.setenv("MALLOC_TRIM_THRESHOLD_", "65536")
        if alike.slowing():  # glibc only
            assert "would be slow: set MALLOC_TRIM_THRESHOLD_=268435456 where" in refusal(address)
        other = dict(this_program()) | {"code": "changed"}
        monkeypatch.setattr(remote_cluster, "this_program", lambda: other)
        assert "cannot give the same results: it has other code" in refusal(address)


def test_a_worker_that_changes_later_is_refused_by_its_tasks(settings, monkeypatch):
    with cluster(workers=1) as address, evaluator(None, SyntheticMarket(), cluster=address) as working:
        assert [each.number for each in working.evaluate(TRIALS)] == [0, 1, 2]
        other = dict(this_program()) | {"code": "changed"}
        monkeypatch.setattr(remote_cluster, "this_program", lambda: other)
        with pytest.raises(ClusterError, match="other code"):
            list(working.evaluate(TRIALS))


def test_when_every_worker_is_gone_the_wait_ends(settings, monkeypatch):
    monkeypatch.setattr("experiments.engines.cluster.LOOK_EVERY", 0.1)
    monkeypatch.setattr("experiments.engines.cluster.WITHOUT_WORKERS", 0.3)
    with cluster(workers=1) as address, evaluator(None, SyntheticMarket(), cluster=address) as working:
        list(working.evaluate(TRIALS))
        until = monotonic() + 30.0
        while (left := list(working._client.nthreads())) and monotonic() < until:
            working._client.retire_workers(left)  # refused while the worker still holds an answer nobody else has
            sleep(0.05)
        with pytest.raises(ClusterError, match="every worker is gone"):
            list(working.evaluate(TRIALS))
