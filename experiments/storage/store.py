"""Where runs are kept: one folder a run, named by its key, with a manifest, the resolved document and Parquet tables.

In goes a finished run; out come its tables, in this or any later process. A folder appears complete or not at all: it
is written beside the others under another name, flushed to disk and then renamed, so several processes may write the
same store, an interrupted experiment resumes where it stopped, and a half-written folder is never read.
"""

import json
import os
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import pandas as pd

from experiments.design import Run, document_hash, environment
from experiments.storage.drafts import Drafts
from sim.errors import RehearsalError
from sim.results import RunResult

FORMAT = 1
TABLES = ("daily", "periods", "ledger", "offers", "activity", "causes", "sites", "breakdown")
OPTIONAL_TABLES = (
    "channels",
    "funnels",
    "encounters",
    "surveys",
    "panel",
    "loyalty_cells",
    "indices",
    "scorecards",
    "targets",
    "budget",
    "commitments",
    "responses",
    "contacts",
    "visit_days",
    "cost_lines",
    "forecasts",
    "forms",
    "revisions",
)


Files = Mapping[str, bytes]
"""The files of a finished run by name, as they travel between machines."""


class StoreError(RehearsalError):
    """A finished run could not be kept, as on a full disk; those kept before are whole."""


class Store:
    """A folder of finished runs.

    Used as a context manager it removes, when the block begins, what killed processes left unfinished, and when it
    ends, whatever it was in the middle of writing. ``token`` names the writers of one experiment, so that the process
    that started them can clear what a killed one left behind.
    """

    def __init__(self, folder: Path, token: str | None = None) -> None:
        self.folder = folder
        self.token = token or uuid.uuid4().hex
        self._drafts = Drafts(folder, self.token)

    def __enter__(self) -> Self:
        with kept_in(self.folder):
            self._drafts.open()
        self._drafts.remove_abandoned()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._drafts.close()

    def path(self, key: str) -> Path:
        return self.folder / key

    def has(self, key: str) -> bool:
        return (self.folder / key / "manifest.json").is_file()

    def finished(self) -> list[str]:
        """Keys of every finished run, sorted."""
        return sorted(path.parent.name for path in self.folder.glob("*/manifest.json"))

    def write(self, run: Run, result: RunResult, seconds: float) -> None:
        """Keep a finished run; when another process finished the same one first, its copy stays and this one goes.

        ``seconds`` is the wall time of the run. It lives in a file of its own, because it is not a result. Raises
        `StoreError` when the run cannot be kept.
        """

        def fill(draft: Path) -> None:
            parts = _write_tables(draft, _tables(result))
            _write_json(draft / "manifest.json", self._manifest(run, result, parts))
            _write_text(draft / "scenario.json", run.document)
            _write_json(draft / "timing.json", {"seconds": round(seconds, 3)})

        self._keep(run.key, fill)

    def keep(self, key: str, files: Files) -> None:
        """Keep a run that another store finished, as `files` gave it there."""

        def fill(draft: Path) -> None:
            for name, content in files.items():
                (draft / name).write_bytes(content)

        self._keep(key, fill)

    def files(self, key: str) -> Files:
        """The files of a finished run."""
        return {file.name: file.read_bytes() for file in sorted(self.path(key).iterdir())}

    def manifest(self, key: str) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads((self.path(key) / "manifest.json").read_text(encoding="utf-8"))
        except OSError as error:
            raise RehearsalError(f"run {key} is not in the store {self.folder}") from error
        if found.get("format") != FORMAT:
            raise RehearsalError(f"run {key} was written in format {found.get('format')}; this program reads {FORMAT}")
        return found

    def read(self, key: str) -> RunResult:
        """A finished run, equal to what was written."""
        manifest = self.manifest(key)
        folder = self.path(key)
        tables: dict[str, Any] = read_tables([folder / f"{name}.parquet" for name in manifest["parts"]])
        return RunResult(manifest=manifest["run"], **tables)

    def _keep(self, key: str, fill: Callable[[Path], None]) -> None:
        """Write a run's files beside the others, flush them all, and give the folder its name."""
        with kept_in(self.folder), self._drafts.new() as draft:
            fill(draft)
            for file in sorted(draft.iterdir()):
                _flush(file)
            _flush(draft)
            try:
                draft.rename(self.path(key))
            except OSError:
                if not self.has(key):
                    raise
            _flush(self.folder)

    @staticmethod
    def _manifest(run: Run, result: RunResult, parts: list[str]) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "key": run.key,
            "document": document_hash(run.document),
            "seed": run.seed,
            "replication": run.replication,
            "environment": dict(environment()),
            "parts": parts,
            "run": result.manifest,
        }


@contextmanager
def kept_in(folder: Path, what: str = "a finished run") -> Iterator[None]:
    """What the system refuses while ``what`` is written, as one sentence; DuckDB has errors of its own for it."""
    try:
        yield
    except (OSError, duckdb.IOException, duckdb.FatalException) as error:
        cause = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise StoreError(f"{what} cannot be kept in {folder}: {cause}; the runs kept before are whole") from error


def write_tables(folder: Path, tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """Write each table as ``folder/name.parquet``, flushed to disk, and return the names; equal tables, equal bytes."""
    names = _write_tables(folder, tables)
    for name in names:
        _flush(folder / f"{name}.parquet")
    return names


def _write_tables(folder: Path, tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """The tables as files. One thread writes, because several may order row groups differently."""
    with _database().cursor() as connection:
        connection.execute("PRAGMA disable_optimizer")  # there is nothing to plan in a copy
        for name, table in tables.items():
            # DuckDB finds `part` by its name. It looks longer at the column of a data frame than at an array: with
            # arrays, and without registering them first, small tables take half the time.
            plain = len(table) and not any(isinstance(kind, pd.CategoricalDtype) for kind in table.dtypes)
            part = {column: table[column].to_numpy() for column in table.columns} if plain else table  # noqa: F841
            connection.execute("COPY part TO " + _quoted(folder / f"{name}.parquet") + " (FORMAT parquet)")
    return list(tables)


def read_table(file: Path) -> pd.DataFrame:
    """One Parquet table, with text columns as text also when the table is empty."""
    return read_tables([file])[file.stem]


def read_tables(files: Sequence[Path]) -> dict[str, pd.DataFrame]:
    """Parquet tables by the names of their files, as `read_table` gives one."""
    tables = {}
    with _database().cursor() as connection:
        connection.execute("PRAGMA disable_optimizer")
        for file in files:
            table = connection.execute("SELECT * FROM read_parquet(" + _quoted(file) + ")").df()
            text = {name: "str" for name, dtype in table.dtypes.items() if dtype.kind == "O"}
            tables[file.stem] = table.astype(text) if text else table
    return tables


@cache
def _database() -> duckdb.DuckDBPyConnection:
    """The process's database in memory, which reads and writes files only; opening one takes a quarter of a write."""
    return duckdb.connect(config={"threads": 1})


def _tables(result: RunResult) -> dict[str, pd.DataFrame]:
    tables = {name: getattr(result, name) for name in (*TABLES, *OPTIONAL_TABLES)}
    return {name: table for name, table in tables.items() if table is not None}


def _quoted(file: Path) -> str:
    """A path as SQL text: COPY takes no parameters."""
    return "'" + str(file).replace("'", "''") + "'"


def _write_json(file: Path, content: Mapping[str, Any]) -> None:
    _write_text(file, json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


def _write_text(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


def _flush(path: Path) -> None:
    """Flush a file, or a folder's list of names; systems without folder handles (Windows) do the latter themselves."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except PermissionError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
