"""A real dask scheduler and real dask workers on this machine's loopback, started with the commands users type."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from experiments.engines.alike import ALLOCATOR

ROOT = Path(__file__).parents[2]
STARTED_WITHIN = 120.0  # seconds, for a machine with much else to do


class RealCluster:
    """A scheduler on a free port, and the workers it is given; `close` ends them all."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "scheduler.json"
        self._folder = folder
        self._family: list[subprocess.Popen[bytes]] = []
        self._start(["scheduler", "--port", "0", "--no-dashboard", "--scheduler-file", str(self._file)])
        _until(self._file.exists)
        _until(lambda: self._file.read_text().endswith("}"))
        self.address = str(json.loads(self._file.read_text())["address"])

    def worker(self, settings: Mapping[str, str] | None = None, options: Sequence[str] = ()) -> subprocess.Popen[bytes]:
        """One `dask worker`, there and connected when this returns."""
        from distributed import Client

        environment = {name: str(size) for name, size in ALLOCATOR.items()} | dict(settings or {})
        with Client(self.address, set_as_default=False, timeout=STARTED_WITHIN) as client:
            before = len(client.nthreads())
            started = self._start(["worker", self.address, "--nthreads", "1", "--no-dashboard", *options], environment)
            client.wait_for_workers(before + 1, STARTED_WITHIN)
        return started

    @staticmethod
    def kill(started: subprocess.Popen[bytes]) -> None:
        """`kill -9` of a worker together with the nanny that would start it again."""
        family = [*psutil.Process(started.pid).children(recursive=True), psutil.Process(started.pid)]
        for process in reversed(family):
            process.kill()
        started.wait(30)

    def close(self) -> None:
        for process in self._family:
            if process.poll() is None:
                self.kill(process)

    def _start(self, words: list[str], settings: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        environment = os.environ | {"PYTHONPATH": str(ROOT)} | dict(settings or {})
        host = ["--host", "127.0.0.1"]
        with (self._folder / f"{words[0]}-{len(self._family)}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *words, *host],
                cwd=self._folder, env=environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self._family.append(process)
        return process


def _until(condition) -> None:
    deadline = time.monotonic() + STARTED_WITHIN
    while not condition():
        assert time.monotonic() < deadline, "the cluster did not start"
        time.sleep(0.05)
