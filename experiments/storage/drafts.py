"""Where runs are written before they are whole: folders beside the finished ones, which nobody reads.

In goes the store's folder and the name of an experiment; out come empty folders to write a run into. Every process
that writes there holds a shared lock, which the system lets go when the process ends, however it ends. So what nobody
holds was left behind by a process that was killed, and the next experiment removes it.
"""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, flock
except ImportError:  # Windows: nothing is locked there, and nothing of others removed
    LOCKS = False
else:
    LOCKS = True

PREFIX = ".unfinished-"
IN_USE = "in-use"


class Drafts:
    """The unfinished runs of one experiment, which may have several processes."""

    def __init__(self, folder: Path, token: str) -> None:
        self._beside = folder
        self._folder = folder / f"{PREFIX}{token}"
        self._lock: int | None = None

    def open(self) -> None:
        """Say that this process works on the experiment, until `close`."""
        self._lock = self._held()

    def close(self) -> None:
        """Remove everything unfinished, and let go."""
        shutil.rmtree(self._folder, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    @contextmanager
    def new(self) -> Iterator[Path]:
        """An empty folder for one run, gone when the block ends unless it was renamed."""
        lock = self._held()
        draft = self._folder / uuid.uuid4().hex
        try:
            draft.mkdir()
            yield draft
        finally:
            shutil.rmtree(draft, ignore_errors=True)
            os.close(lock)

    def remove_abandoned(self) -> None:
        """Remove what experiments left that no process works on any more."""
        if not LOCKS:
            return
        for folder in sorted(self._beside.glob(f"{PREFIX}*")):
            with suppress(OSError):  # somebody works on it, or another process removes it just now
                lock = os.open(folder / IN_USE, os.O_RDWR | os.O_CREAT)
                try:
                    flock(lock, LOCK_EX | LOCK_NB)
                    shutil.rmtree(folder, ignore_errors=True)
                finally:
                    os.close(lock)

    def _held(self) -> int:
        """The experiment's folder, there and held; the lock's file may be removed just before it is held."""
        while True:
            self._folder.mkdir(parents=True, exist_ok=True)
            file = self._folder / IN_USE
            with suppress(FileNotFoundError):
                lock = os.open(file, os.O_RDWR | os.O_CREAT)
                if not LOCKS:
                    return lock
                flock(lock, LOCK_SH)
                with suppress(FileNotFoundError):
                    if os.path.samestat(os.fstat(lock), os.stat(file)):
                        return lock
                os.close(lock)
