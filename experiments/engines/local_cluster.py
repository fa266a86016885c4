"""Worker processes of this machine, started when they are first needed and gone when the experiment ends.

In goes how many; they keep finished runs in the store's folder themselves.
"""

import logging
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing import resource_tracker
from pathlib import Path
from threading import current_thread, main_thread
from typing import TYPE_CHECKING, Any

from experiments.design import Trial
from experiments.engines.alike import ALLOCATOR, refuse_unless_alike, this_program
from experiments.engines.cluster import Cluster
from experiments.paired import Replication, Simulator, replicate
from experiments.storage.store import Store
from sim.errors import RequestError

if TYPE_CHECKING:
    from distributed import Client, Future, LocalCluster

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
WORKER_ENVIRONMENT = ONE_THREAD | {name: str(size) for name, size in ALLOCATOR.items()}
WORKER_SETTINGS = {
    "distributed.nanny.pre-spawn-environ": WORKER_ENVIRONMENT,
    "distributed.worker.profile.enabled": False,  # looks at the run a hundred times a second, for a tenth of its time
}


class Workers(Cluster):
    """Worker processes of this machine."""

    def __init__(self, workers: int, simulator: Simulator, store: Store | None = None) -> None:
        super().__init__(simulator, store)
        if workers < 1:
            raise RequestError(f"{workers} workers cannot do the work: ask for at least 1")
        self.workers = workers
        self._cluster: LocalCluster | None = None
        self._client: Client | None = None

    def close(self) -> None:
        if self._client is not None:
            self._client.close(timeout=10)
            self._client = None
        if self._cluster is not None:
            self._cluster.close(timeout=10)
            self._cluster = None

    def _connect(self) -> "Client":
        if self._client is None:
            import dask
            from distributed import Client, LocalCluster

            with dask.config.set(WORKER_SETTINGS), _interrupts_deferred():
                self._cluster = LocalCluster(
                    n_workers=self.workers,
                    threads_per_worker=1,
                    processes=True,
                    dashboard_address="127.0.0.1:0",  # None would claim a fixed port, and complain when it is taken
                    silence_logs=logging.CRITICAL,
                )
                self._client = Client(self._cluster)
        return self._client

    def _submit(self, client: "Client", trials: list[Trial]) -> "Future[Any]":
        folder, token = (None, None) if self.store is None else (self.store.folder, self.store.token)
        return client.submit(_replicated, this_program(), trials, self.simulator, folder, token, pure=False)

    def _received(self, answer: list[Replication]) -> list[Replication]:
        return answer


def _replicated(
    program: Mapping[str, Any], trials: list[Trial], simulator: Simulator, folder: Path | None, token: str | None
) -> list[Replication]:
    """The work of one task in a worker process: a few trials, so that a task is worth sending."""
    refuse_unless_alike(program)
    store = None if folder is None else Store(folder, token)
    return [replicate(trial, simulator, store) for trial in trials]


@contextmanager
def _interrupts_deferred() -> Iterator[None]:
    """Ctrl-C waits until the block is done, and processes started in it never see it.

    Ctrl-C reaches every process of a terminal; only the one that started the others may decide how the experiment ends.
    Half-started processes could not be closed. Children inherit the blocked signal, also those restarted later.
    """
    if current_thread() is not main_thread():
        yield
        return
    resource_tracker.ensure_running()  # it unblocks the signal when it starts, so it must be there before
    pressed: list[int] = []
    handler = signal.signal(signal.SIGINT, lambda number, _: pressed.append(number))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, handler)
        if pressed:
            raise KeyboardInterrupt
