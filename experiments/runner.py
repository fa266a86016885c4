"""Who does the work: one process, or several through dask.distributed; the results are the same to the byte.

In go an experiment and the replications wanted; out come `Replication`s, always in their order. An evaluator is a
context manager: leaving it, also by Ctrl-C, leaves no process behind.
"""

import logging
import signal
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from math import ceil
from multiprocessing import resource_tracker
from threading import current_thread, main_thread
from time import perf_counter
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from experiments.design import Experiment, Run, document_hash
from experiments.paired import Replication, RunFailedError, Simulator, replicate, replicate_several
from experiments.store import Store
from sim.errors import RequestError

if TYPE_CHECKING:
    from distributed import Client, LocalCluster

Progress = Callable[[int, int, float], None]
"""Called after each replication: replications done, replications asked for, seconds left."""

WORTH_A_CLUSTER = 20.0  # seconds of estimated work
SHORTEST_TASK = 0.1  # seconds; below it a task costs more to send than to do
WORKER_ENVIRONMENT = {
    # dask's own trim threshold (65,536) makes glibc hand memory back and fault it in again all the time: two workers
    # were then slower than one.
    "MALLOC_TRIM_THRESHOLD_": "268435456",
    "MALLOC_MMAP_THRESHOLD_": "268435456",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


def ignore_progress(done: int, asked: int, seconds_left: float) -> None:
    """The progress of who does not want to know."""


class Evaluator(ABC):
    """Makes replications of an experiment."""

    def __init__(self, simulator: Simulator, store: Store | None = None) -> None:
        self.simulator = simulator
        self.store = store

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of every process and connection; nothing is running afterwards."""
        return

    @abstractmethod
    def evaluate(
        self, experiment: Experiment, replications: Sequence[int], progress: Progress = ignore_progress
    ) -> Iterator[Replication]:
        """The replications asked for, in that order; raises `RunFailedError` for the first run that fails."""


class Serial(Evaluator):
    """One after the other, in this process."""

    def evaluate(
        self, experiment: Experiment, replications: Sequence[int], progress: Progress = ignore_progress
    ) -> Iterator[Replication]:
        began = perf_counter()
        for done, number in enumerate(replications, start=1):
            yield replicate(experiment.runs(number), self.simulator, self.store)
            progress(done, len(replications), _seconds_left(began, done, len(replications)))


class Workers(Evaluator):
    """Worker processes of this machine, under a dask scheduler that survives the death of a worker."""

    def __init__(self, workers: int, simulator: Simulator, store: Store | None = None) -> None:
        super().__init__(simulator, store)
        if workers < 1:
            raise RequestError(f"{workers} workers cannot do the work: ask for at least 1")
        self.workers = workers
        self.seconds_a_replication = 0.0
        self._cluster: LocalCluster | None = None
        self._client: Client | None = None
        self._sent: dict[str, Any] = {}

    def evaluate(
        self, experiment: Experiment, replications: Sequence[int], progress: Progress = ignore_progress
    ) -> Iterator[Replication]:
        from distributed import as_completed
        from distributed.scheduler import KilledWorker

        client = self._connect()
        began = perf_counter()
        tasks: dict[Any, int] = {}
        for first in range(0, len(replications), size := self._replications_a_task(len(replications))):
            several = [experiment.runs(number) for number in replications[first : first + size]]
            tasks[self._submit(client, several)] = first
        results: dict[int, list[Replication]] = {}
        given = 0
        try:
            for task in as_completed(list(tasks)):
                results[tasks.pop(task)] = task.result()
                task.release()
                while given in results:
                    for replication in results.pop(given):
                        given += 1
                        self.seconds_a_replication = replication.seconds
                        yield replication
                        progress(given, len(replications), _seconds_left(began, given, len(replications)))
        except KilledWorker as error:
            raise RunFailedError("a worker process died again and again on the same run; was memory short?") from error
        finally:
            client.cancel(list(tasks), force=True)

    def close(self) -> None:
        self._sent.clear()
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

    def _submit(self, client: "Client", several: Sequence[Sequence[Run]]) -> Any:
        """One task: a few replications; a document that runs share is sent once.

        It is sent as the result of a task of its own, which dask makes again when the workers that had it die; data it
        was only given (`scatter`) would be lost.
        """
        documents: dict[str, Any] = {}
        for run in (run for runs in several for run in runs):
            name = document_hash(run.document)
            if run.world == "stated" and name not in self._sent:
                self._sent[name] = client.submit(str, run.document)
            documents[name] = self._sent.get(name, run.document)
        named = [[replace(run, document=document_hash(run.document)) for run in runs] for runs in several]
        folder, token = (None, None) if self.store is None else (self.store.folder, self.store.token)
        return client.submit(replicate_several, named, documents, self.simulator, folder, token, pure=False)

    def _replications_a_task(self, replications: int) -> int:
        """Enough for a task to be worth sending, few enough for every worker to have two."""
        if self.seconds_a_replication == 0.0:
            return 1
        return max(1, min(ceil(SHORTEST_TASK / self.seconds_a_replication), replications // (2 * self.workers)))


class Automatic(Evaluator):
    """Alone for short work, with worker processes when more than 20 s are estimated from the first replication."""

    def __init__(self, simulator: Simulator, store: Store | None = None) -> None:
        super().__init__(simulator, store)
        self._alone = Serial(simulator, store)
        self._workers: Workers | None = None
        self._seconds_a_replication = 0.0

    def evaluate(
        self, experiment: Experiment, replications: Sequence[int], progress: Progress = ignore_progress
    ) -> Iterator[Replication]:
        rest = list(replications)
        if self._seconds_a_replication == 0.0 and rest:
            first = next(self._alone.evaluate(experiment, rest[:1]))
            self._seconds_a_replication = first.seconds
            rest = rest[1:]
            yield first
            progress(1, len(replications), first.seconds * len(rest))
        before = len(replications) - len(rest)
        yield from self._engine(len(rest)).evaluate(
            experiment, rest, lambda done, _, left: progress(before + done, len(replications), left)
        )

    def close(self) -> None:
        if self._workers is not None:
            self._workers.close()

    def _engine(self, replications: int) -> Evaluator:
        from dask.system import CPU_COUNT  # what a container may use, not what the machine has

        if self._workers is None and CPU_COUNT > 1 and self._seconds_a_replication * replications > WORTH_A_CLUSTER:
            self._workers = Workers(CPU_COUNT, self.simulator, self.store)
            self._workers.seconds_a_replication = self._seconds_a_replication
        return self._workers or self._alone


def evaluator(workers: int | None, simulator: Simulator, store: Store | None = None) -> Evaluator:
    """The evaluator for a number of worker processes; ``None`` leaves the choice to the estimated work."""
    if workers is None:
        return Automatic(simulator, store)
    return Serial(simulator, store) if workers == 1 else Workers(workers, simulator, store)


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


def _seconds_left(began: float, done: int, asked: int) -> float:
    return (perf_counter() - began) / done * (asked - done)
