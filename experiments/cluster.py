"""Worker processes under a dask scheduler, which survives the death of a worker.

In go trials; out come their replications, in their order. Tasks are sent a few ahead of the answers, so that ten
thousand trials are never in memory together.
"""

import logging
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import ceil
from multiprocessing import resource_tracker
from threading import current_thread, main_thread
from time import perf_counter
from typing import TYPE_CHECKING, Any

from experiments.design import Trial
from experiments.paired import Replication, RunFailedError, Simulator, replicate_several
from experiments.runner import Evaluator, Progress, ignore_progress, seconds_left
from experiments.store import Store
from sim.errors import RequestError

if TYPE_CHECKING:
    from distributed import Client, LocalCluster

SHORTEST_TASK = 0.1  # seconds; below it a task costs more to send than to do
AHEAD = 4  # tasks a worker has waiting, so that it never waits for the next one
WORKER_ENVIRONMENT = {
    # dask's own trim threshold (65,536) makes glibc hand memory back and fault it in again all the time: two workers
    # were then slower than one.
    "MALLOC_TRIM_THRESHOLD_": "268435456",
    "MALLOC_MMAP_THRESHOLD_": "268435456",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


class Workers(Evaluator):
    """Worker processes of this machine."""

    def __init__(self, workers: int, simulator: Simulator, store: Store | None = None) -> None:
        super().__init__(simulator, store)
        if workers < 1:
            raise RequestError(f"{workers} workers cannot do the work: ask for at least 1")
        self.workers = workers
        self._seconds_a_trial = 0.0
        self._cluster: LocalCluster | None = None
        self._client: Client | None = None

    def evaluate(self, trials: Sequence[Trial], progress: Progress = ignore_progress) -> Iterator[Replication]:
        from distributed import as_completed
        from distributed.scheduler import KilledWorker

        client = self._connect()
        began, asked = perf_counter(), len(trials)
        running: dict[Any, int] = {}
        answers = as_completed()
        results: dict[int, list[Replication]] = {}
        sent = given = 0
        try:
            while given < asked:
                while sent < asked and len(running) + len(results) < AHEAD * self.workers:
                    several = trials[sent : sent + self._trials_a_task(asked)]
                    task = self._submit(client, list(several))
                    running[task] = sent
                    answers.add(task)
                    sent += len(several)
                task = next(answers)
                results[running.pop(task)] = task.result()
                task.release()
                while given in results:
                    for replication in results.pop(given):
                        given += 1
                        self._seconds_a_trial = replication.seconds
                        yield replication
                        progress(given, asked, seconds_left(began, given, asked))
        except KilledWorker as error:
            raise RunFailedError("a worker process died again and again on the same run; was memory short?") from error
        finally:
            client.cancel(list(running), force=True)

    def close(self) -> None:
        if self._client is not None:
            self._client.close(timeout=10)
            self._client = None
        if self._cluster is not None:
            self._cluster.close(timeout=10)
            self._cluster = None

    def _connect(self) -> "Client":
        """Start the worker processes when they are first needed."""
        if self._client is None:
            import dask
            from distributed import Client, LocalCluster

            with dask.config.set({"distributed.nanny.pre-spawn-environ": WORKER_ENVIRONMENT}), _interrupts_deferred():
                self._cluster = LocalCluster(
                    n_workers=self.workers,
                    threads_per_worker=1,
                    processes=True,
                    dashboard_address="127.0.0.1:0",  # None would claim a fixed port, and complain when it is taken
                    silence_logs=logging.CRITICAL,
                )
                self._client = Client(self._cluster)
        return self._client

    def _submit(self, client: "Client", trials: list[Trial]) -> Any:
        """One task. Its documents go with it: a task that carries all it needs can be done again by any worker."""
        folder, token = (None, None) if self.store is None else (self.store.folder, self.store.token)
        return client.submit(replicate_several, trials, self.simulator, folder, token, pure=False)

    def _trials_a_task(self, trials: int) -> int:
        """Enough for a task to be worth sending, few enough for every worker to have two."""
        if self._seconds_a_trial == 0.0:
            return 1
        return max(1, min(ceil(SHORTEST_TASK / self._seconds_a_trial), trials // (2 * self.workers)))


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
