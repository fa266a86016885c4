"""Worker processes under a dask scheduler, which survives the death of a worker.

In go trials; out come their replications, in their order. Tasks are sent a few ahead of the answers, so that ten
thousand trials are never in memory together. Where the workers are is said by `local_cluster` and `remote_cluster`.
"""

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from math import ceil
from time import perf_counter
from typing import TYPE_CHECKING, Any

from experiments.design import Trial
from experiments.engines.alike import ClusterError
from experiments.engines.runner import Evaluator, Progress, ignore_progress, seconds_left
from experiments.paired import Replication, RunFailedError
from sim.errors import RehearsalError

if TYPE_CHECKING:
    from distributed import Client, Future

SHORTEST_TASK = 0.1  # seconds; below it a task costs more to send than to do
AHEAD = 4  # tasks a worker has waiting, so that it never waits for the next one
LOOK_EVERY = 5.0  # seconds without an answer after which the workers are counted
WITHOUT_WORKERS = 60.0  # seconds after which nobody is expected to come back


class Cluster(Evaluator):
    """The workers of a scheduler."""

    workers = 1
    """How many processes share the work, as far as is known."""
    _seconds_a_trial = 0.0

    def evaluate(self, trials: Sequence[Trial], progress: Progress = ignore_progress) -> Iterator[Replication]:
        client = self._connect()
        began, asked = perf_counter(), len(trials)
        running: dict[Future[Any], int] = {}
        results: dict[int, list[Replication]] = {}
        sent = given = 0
        try:
            while given < asked:
                while sent < asked and len(running) + len(results) < AHEAD * self.workers:
                    several = list(trials[sent : sent + self._trials_a_task(asked)])
                    running[self._submit(client, several)] = sent
                    sent += len(several)
                for task in self._finished(client, running):
                    results[running.pop(task)] = self._received(_answer(task))
                    task.release()
                while given in results:
                    for replication in results.pop(given):
                        given += 1
                        self._seconds_a_trial = replication.seconds
                        yield replication
                        progress(given, asked, seconds_left(began, given, asked))
        finally:
            client.cancel(list(running), force=True)

    @abstractmethod
    def _connect(self) -> "Client":
        """The connection to the scheduler, made when it is first needed; raises `ClusterError`."""

    @abstractmethod
    def _submit(self, client: "Client", trials: list[Trial]) -> "Future[Any]":
        """One task. Its documents go with it: a task that carries all it needs can be done again by any worker."""

    @abstractmethod
    def _received(self, answer: Any) -> list[Replication]:
        """The replications of a task's answer."""

    def _finished(self, client: "Client", running: Mapping["Future[Any]", int]) -> "list[Future[Any]]":
        """The tasks that have an answer, at least one; waits for it as long as there are workers."""
        from distributed import CancelledError, wait

        empty_since: float | None = None
        while True:
            try:
                wait(list(running), timeout=LOOK_EVERY, return_when="FIRST_COMPLETED")
            except CancelledError:
                raise ClusterError("the connection to the scheduler was lost; what is kept in --out stays") from None
            except TimeoutError:
                self.workers = max(1, workers := len(_workers(client)))
                if workers:
                    empty_since = None
                elif empty_since is None:
                    empty_since = perf_counter()
                elif perf_counter() - empty_since > WITHOUT_WORKERS:
                    raise ClusterError("every worker is gone; what is kept in --out stays") from None
                continue
            return [task for task in running if task.done()]

    def _trials_a_task(self, trials: int) -> int:
        """Enough for a task to be worth sending, few enough for every worker to have two."""
        if self._seconds_a_trial == 0.0:
            return 1
        return max(1, min(ceil(SHORTEST_TASK / self._seconds_a_trial), trials // (2 * self.workers)))


def _answer(task: "Future[Any]") -> Any:
    """What a task brought; what went wrong with it as an error with its cause."""
    from distributed.scheduler import KilledWorker

    try:
        return task.result()
    except RehearsalError:
        raise
    except KilledWorker as error:
        raise RunFailedError("a worker process died again and again on the same run; was memory short?") from error
    except Exception as error:  # the scheduler is gone, or a worker could not even read what it should do
        raise ClusterError(f"a worker gave no answer: {type(error).__name__}: {error}") from error


def _workers(client: "Client") -> Mapping[str, int]:
    """Addresses of the workers and how many threads each has; none when the scheduler does not answer."""
    try:
        found: Mapping[str, int] = client.nthreads()
    except (OSError, TimeoutError):  # lost connections of dask are errors of the system too
        return {}
    return found
