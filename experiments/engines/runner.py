"""Who does the work: one process, or several through dask.distributed; the results are the same to the byte.

In go the trials wanted; out come `Replication`s, always in their order. An evaluator is a context manager: leaving it,
also by Ctrl-C, leaves no process behind.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import Self

from experiments.design import Run, Trial
from experiments.paired import MarketSimulator, Replication, Rule, Simulator, made, replicate
from experiments.storage.store import Store
from sim.errors import RequestError
from sim.measures import Measure
from sim.results import RunResult

Progress = Callable[[int, int, float], None]
"""Called after each trial: trials done, trials asked for, seconds left."""

WORTH_A_CLUSTER = 20.0  # seconds of estimated work


def ignore_progress(done: int, asked: int, seconds_left: float) -> None:
    """The progress of who does not want to know."""


class Evaluator(ABC):
    """Makes the runs of trials."""

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
    def evaluate(self, trials: Sequence[Trial], progress: Progress = ignore_progress) -> Iterator[Replication]:
        """The trials in their order; raises `RunFailedError` for the first run that fails."""


class Serial(Evaluator):
    """One after the other, in this process."""

    def evaluate(self, trials: Sequence[Trial], progress: Progress = ignore_progress) -> Iterator[Replication]:
        began = perf_counter()
        for place in range(len(trials)):
            yield replicate(trials[place], self.simulator, self.store)
            progress(place + 1, len(trials), seconds_left(began, place + 1, len(trials)))


class Automatic(Evaluator):
    """Alone for short work, with worker processes when more than 20 s lie ahead.

    How much lies ahead is told by the first run, or by the second where the first, which also pays for imports and
    empty caches, says that it is much. Work that comes in many small batches goes to workers once as much has been done
    alone: then at least as much again is likely to come.
    """

    def __init__(self, simulator: Simulator, store: Store | None = None) -> None:
        super().__init__(simulator, store)
        self._workers: Evaluator | None = None
        self._alone: Serial | None = None
        self._seconds_alone = 0.0

    def evaluate(self, trials: Sequence[Trial], progress: Progress = ignore_progress) -> Iterator[Replication]:
        engine = self._chosen(trials)
        for replication in engine.evaluate(trials, progress):
            if engine is not self._workers:
                self._seconds_alone += replication.seconds
            yield replication

    def close(self) -> None:
        if self._workers is not None:
            self._workers.close()

    def _chosen(self, trials: Sequence[Trial]) -> Evaluator:
        from dask.system import CPU_COUNT  # what a container may use, not what the machine has

        if self._workers is not None:
            return self._workers
        missing, runs = _missing(trials, self.store)
        if self._alone is not None and (CPU_COUNT == 1 or self._seconds_alone <= WORTH_A_CLUSTER or not missing):
            return self._alone
        if not missing:
            return Serial(self.simulator, self.store)  # only read; says nothing about the next batch
        if self._alone is None:
            seconds, known = self._timed(missing, runs)
            if CPU_COUNT == 1 or seconds <= WORTH_A_CLUSTER:
                self._alone = Serial(_Remembering(self.simulator, known), self.store)
                return self._alone
        from experiments.engines.local_cluster import Workers

        self._workers = Workers(CPU_COUNT, self.simulator, self.store)
        return self._workers

    def _timed(self, first: Sequence[Run], runs: int) -> tuple[float, dict[str, RunResult]]:
        """Seconds of work that ``runs`` runs are, and the results of those made to find out."""
        known: dict[str, RunResult] = {}
        expected = 0.0
        for run in first:
            began = perf_counter()
            known[run.key] = made(run, self.simulator, self.store)
            seconds = perf_counter() - began
            self._seconds_alone += seconds
            expected = seconds * runs
            if expected <= WORTH_A_CLUSTER:
                break
        return expected, known


@dataclass
class _Remembering:
    """A simulator that has some runs already, each of which it gives once."""

    simulator: Simulator
    known: dict[str, RunResult]

    def run(self, run: Run) -> RunResult:
        if self.known and (result := self.known.pop(run.key, None)) is not None:
            return result
        return self.simulator.run(run)

    def measures(self, document: str, reported: Sequence[str]) -> Sequence[Measure]:
        return self.simulator.measures(document, reported)

    def rules(self, document: str) -> Mapping[str, Rule]:
        return self.simulator.rules(document)


def evaluator(
    workers: int | None, simulator: Simulator, store: Store | None = None, cluster: str | None = None
) -> Evaluator:
    """The evaluator for a number of worker processes; ``None`` leaves the choice to the estimated work.

    ``cluster``, an address like ``tcp://127.0.0.1:8786``, gives the work to the workers of that scheduler instead.
    """
    if cluster is not None:
        if workers not in (None, 1):
            raise RequestError("a cluster brings its own workers: ask for workers or for a cluster, not for both")
        from experiments.engines.remote_cluster import RemoteWorkers

        return RemoteWorkers(cluster, simulator, store)
    if workers is None:
        return Automatic(simulator, store)
    if workers == 1:
        return Serial(simulator, store)
    from experiments.engines.local_cluster import Workers

    return Workers(workers, simulator, store)


@contextmanager
def engine(workers: int | None = 1, out: Path | str | None = None, cluster: str | None = None) -> Iterator[Evaluator]:
    """The evaluator of an experiment on the market; with a folder ``out`` its runs are kept in ``out/runs``.

    ``workers``: processes; None lets the estimated work decide. ``cluster``: the address of a dask scheduler whose
    workers do the work instead. An experiment that was interrupted, or one that needs the same runs, finds them in the
    folder.
    """
    if out is None:
        with evaluator(workers, MarketSimulator(), cluster=cluster) as alone:
            yield alone
        return
    folder = Path(out) / "runs"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RequestError(f"nothing can be kept in {out}: {error.strerror}") from None
    with Store(folder) as store, evaluator(workers, MarketSimulator(), store, cluster) as keeping:
        yield keeping


def seconds_left(began: float, done: int, asked: int) -> float:
    """What the rest takes if it goes on as it did since ``began``."""
    return (perf_counter() - began) / done * (asked - done)


def _missing(trials: Sequence[Trial], store: Store | None) -> tuple[list[Run], int]:
    """The first two runs to make, and about how many there are to make from the first one's trial on."""
    first: list[Run] = []
    count = 0
    for place in range(len(trials)):
        runs = [run for run in trials[place].runs if store is None or not store.has(run.key)]
        first += [run for run in runs if run.key not in [each.key for each in first]]
        count = count or len(runs) * (len(trials) - place)
        if len(first) >= 2:
            break
    return first[:2], count
