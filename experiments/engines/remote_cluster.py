"""The workers of a dask scheduler that somebody else started, on this machine or on others.

In goes the scheduler's address. Workers elsewhere share no folder with this program, so a finished run comes back as
its files, and this program puts them into the store.
"""

import logging
import re
import socket
import warnings
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from experiments.design import Trial
from experiments.engines.alike import ClusterError, differences, refuse_unless_alike, slowing, this_program
from experiments.engines.cluster import Cluster
from experiments.paired import Replication, Simulator, replicate
from experiments.storage.store import Files, Store
from sim.errors import RequestError

if TYPE_CHECKING:
    from distributed import Client, Future

ADDRESS = re.compile(r"tcp://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):(\d{1,5})")
ANSWERS_WITHIN = 10.0  # seconds for a scheduler to answer
LONGEST_GREETING = 1_000_000  # bytes; any text read as a length is far longer
FIRST_WORKER_WITHIN = 5.0  # seconds for the first worker, which may have been started a moment ago


class RemoteWorkers(Cluster):
    """The workers of the scheduler at ``address``, ``tcp://HOST:PORT``; raises `RequestError` for any other form."""

    def __init__(self, address: str, simulator: Simulator, store: Store | None = None) -> None:
        super().__init__(simulator, store)
        found = ADDRESS.fullmatch(address)
        if found is None or not 0 < int(found[2]) < 65_536:
            raise RequestError(
                f"'{address}' is not the address of a cluster: write tcp://HOST:PORT, such as tcp://127.0.0.1:8786"
            )
        self.address = address
        self._place = found[1].strip("[]"), int(found[2])
        self._open = ExitStack()
        self._client: Client | None = None

    def close(self) -> None:
        self._client = None
        self._open.close()

    def _connect(self) -> "Client":
        """Connect, and refuse workers that would give other results, or the same ones slowly."""
        if self._client is None:
            from distributed.utils import silence_logging_cmgr

            # What goes wrong is said in one sentence, not in the log of a connection.
            self._open.enter_context(silence_logging_cmgr(logging.CRITICAL))
            client = self._scheduler()
            self._open.callback(client.close, timeout=10)
            self.workers = self._checked(client)
            self._client = client
        return self._client

    def _scheduler(self) -> "Client":
        from distributed import Client

        nobody = f"no dask scheduler answers at {self.address}; start one there with: dask scheduler"
        if not _greets(*self._place):  # dask's client waits for ever for a listener that says nothing
            raise ClusterError(nobody)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about versions, which are compared more strictly below
                return Client(self.address, timeout=ANSWERS_WITHIN)
        except (OSError, TimeoutError, ValueError) as error:  # gone again, too slow, or speaking another protocol
            raise ClusterError(nobody) from error

    def _checked(self, client: "Client") -> int:
        """How many workers there are, once every one of them is fit for the work."""
        try:
            client.wait_for_workers(1, timeout=FIRST_WORKER_WITHIN)
        except TimeoutError:
            raise ClusterError(
                f"the cluster at {self.address} has no workers; docs/cluster.md says how to start them"
            ) from None
        answers = client.run(_examined, this_program(), on_error="return")
        for worker, answer in answers.items():
            if isinstance(answer, BaseException):
                raise ClusterError(f"worker {worker} cannot load this program, install it there: {answer}")
            if answer.other:
                raise ClusterError(f"worker {worker} cannot give the same results: it has {', '.join(answer.other)}")
            if answer.slow:
                raise ClusterError(
                    f"worker {worker} would be slow: set {' '.join(answer.slow)} where the dask worker is started"
                )
        for worker, threads in client.nthreads().items():
            if threads > 1:
                raise ClusterError(
                    f"worker {worker} would do {threads} runs at once in one process, each waiting for the others: "
                    "start it with --nthreads 1, and --nworkers for more processes"
                )
        return max(1, len(answers))

    def _submit(self, client: "Client", trials: list[Trial]) -> "Future[Any]":
        return client.submit(
            _replicated_away, this_program(), trials, self.simulator, self._here(trials), self.store is not None,
            pure=False,
        )  # fmt: skip

    def _here(self, trials: list[Trial]) -> dict[str, Files]:
        """The runs that the store has already: their files go with the task, which then need not make them."""
        if self.store is None:
            return {}
        keys = dict.fromkeys(run.key for trial in trials for run in trial.runs)
        return {key: self.store.files(key) for key in keys if self.store.has(key)}

    def _received(self, answer: "_Delivery") -> list[Replication]:
        if self.store is not None:
            for key, files in answer.made.items():
                self.store.keep(key, files)
        return answer.replications


@dataclass(frozen=True)
class _Examined:
    """What a worker says of itself: how it differs from the program that asks, and the settings it lacks."""

    other: list[str]
    slow: list[str]


@dataclass(frozen=True)
class _Delivery:
    """What comes back from a worker: the replications, and the files of the runs it made, by key."""

    replications: list[Replication]
    made: dict[str, Files]


def _greets(host: str, port: int) -> bool:
    """Whether a dask scheduler listens there: it speaks first, and begins with the length of its message."""
    try:
        with socket.create_connection((host, port), timeout=ANSWERS_WITHIN) as connection:
            connection.settimeout(ANSWERS_WITHIN)
            length = connection.recv(8, socket.MSG_WAITALL)
    except OSError:
        return False
    return len(length) == 8 and int.from_bytes(length, "little") < LONGEST_GREETING


def _examined(program: Mapping[str, Any]) -> _Examined:
    return _Examined(differences(program), slowing())


def _replicated_away(
    program: Mapping[str, Any], trials: list[Trial], simulator: Simulator, here: dict[str, Files], keep: bool
) -> _Delivery:
    """The work of one task in a worker that may have no folder in common with who asks."""
    refuse_unless_alike(program)
    if not keep:
        return _Delivery([replicate(trial, simulator) for trial in trials], {})
    with TemporaryDirectory() as folder, Store(Path(folder)) as store:
        for key, files in here.items():
            store.keep(key, files)
        replications = [replicate(trial, simulator, store) for trial in trials]
        made = {key: store.files(key) for key in store.finished() if key not in here}
    return _Delivery(replications, made)
