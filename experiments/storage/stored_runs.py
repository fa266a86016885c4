"""The runs of a store, for those who look at them: what is there, what one of them measured, and what may go.

In goes a folder that `--out` filled; out come tables with one row a run, the period measures of all runs together, and
the names of those made with another model. Results of another model are never mixed with today's: they have other keys,
and are shown and read only where they are asked for.
"""

import json
import shutil
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from experiments.design import environment
from experiments.storage.register import registers
from experiments.storage.store import FORMAT, Store
from sim.errors import RequestError
from sim.scenario.refusal import did_you_mean, nearest

TODAY = "today's"
MADE_WITH: Mapping[str, str] = {
    "code": "another model",
    "libraries": "other libraries",
    "processor": "another processor",
}
OTHER_FORMAT = "another format"
SHORT = 10
"""Letters of a key that are shown; as many as are needed to tell it from the others are understood."""


@dataclass(frozen=True)
class Name:
    """What a run was asked for as: the plan of a scenario, in a world, at a point with settings."""

    scenario: str
    plan: str
    world: str
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class StoredRun:
    """One finished run. ``made_with``: today's, or what about it was another; ``size``: bytes; ``seconds``: of work."""

    key: str
    names: tuple[Name, ...]
    replication: int
    seed: int
    when: datetime
    seconds: float
    size: int
    made_with: str

    @property
    def scenarios(self) -> tuple[str, ...]:
        return tuple(sorted({name.scenario for name in self.names}))

    @property
    def plans(self) -> tuple[str, ...]:
        return tuple(sorted({name.plan for name in self.names}))


def runs_folder(folder: Path) -> Path:
    """The store meant: the folder itself, or ``runs`` in the one an experiment was told to keep its results in."""
    inside = folder / "runs"
    found = inside if inside.is_dir() else folder
    if not found.is_dir():
        raise RequestError(f"there is no folder {folder}")
    if not Store(found).finished() and not (found / "experiments").is_dir():
        raise RequestError(f"{folder} keeps no runs: name a folder that was given to --out")
    return found


def stored_runs(folder: Path) -> list[StoredRun]:
    """Every finished run of the store, by scenario, plan, replication and key."""
    folder = runs_folder(folder)
    names = _names(folder)
    runs = [_stored(folder / key, names.get(key, ())) for key in Store(folder).finished()]
    return sorted(runs, key=lambda run: (run.scenarios, run.plans, run.seed, run.replication, run.key))


def found_run(folder: Path, key: str) -> StoredRun:
    """The run whose key begins so; RequestError when there is none, or more than one."""
    runs = stored_runs(folder)
    found = [run for run in runs if run.key.startswith(key)]
    if len(found) == 1:
        return found[0]
    if found:
        raise RequestError(f"{len(found)} runs have a key that begins with {key}: write more of it")
    better = nearest(key, [run.key[: len(key)] for run in runs])
    hint = f"; did you mean {better}?" if better else ""
    raise RequestError(f"no run of {folder} has a key that begins with {key}{hint}")


def open_runs(folder: Path | str, *, other_models: bool = False) -> pd.DataFrame:
    """The period measures of all runs of a store with the plans they are of.

    Columns: key, scenario, plan, world, settings (JSON text), replication, seed, made_with, period, measure, value. A
    run that several plans share has the rows of each. Those made with another model, other libraries or another
    processor are left out unless asked for.
    """
    path = runs_folder(Path(folder))
    labels, files = [], []
    for run in stored_runs(path):
        if run.made_with != TODAY and not other_models:
            continue
        files.append(str(path / run.key / "periods.parquet"))
        for name in run.names or (Name("", "", "", {}),):
            settings = json.dumps(dict(name.settings), ensure_ascii=False)
            labels.append((run.key, name.scenario, name.plan, name.world, settings, run.replication, run.seed,
                           run.made_with))  # fmt: skip
    columns = ["key", "scenario", "plan", "world", "settings", "replication", "seed", "made_with"]
    named = pd.DataFrame(labels, columns=columns).astype(
        {name: "str" for name in columns if name not in ("replication", "seed")}
    )
    if not files:
        return named.assign(period="", measure="", value=0.0)
    with duckdb.connect() as connection:
        measured = connection.execute(
            "SELECT parse_path(filename)[-2] AS key, period, measure, value FROM read_parquet(?, filename = true)",
            [files],
        ).df()
    return named.merge(measured.astype(dict.fromkeys(("key", "period", "measure"), "str")), on="key", how="left")


def to_prune(
    runs: Sequence[StoredRun], *, other_models: bool = False, scenario: str | None = None, keep: Sequence[str] = ()
) -> list[StoredRun]:
    """Those that may go: made with another model, of a scenario, or both; none whose key begins as one to ``keep``."""
    if not other_models and scenario is None:
        raise RequestError("say which runs may go: --other-models, --scenario NAME, or both")
    known = list(dict.fromkeys(name for run in runs for name in run.scenarios))
    if scenario is not None and scenario not in known:
        hint = did_you_mean(scenario, known, otherwise=f"there are {', '.join(known) or 'none with a name'}")
        raise RequestError(f"no run here is of a scenario '{scenario}'{hint}")
    for key in keep:
        if not any(run.key.startswith(key) for run in runs):
            raise RequestError(f"no run here has a key that begins with {key}: nothing was pruned")
    return [
        run
        for run in runs
        if (not other_models or run.made_with != TODAY)
        # A run that another scenario shares stays with that one.
        and (scenario is None or run.scenarios == (scenario,))
        and not any(run.key.startswith(key) for key in keep)
    ]


def prune(folder: Path, runs: Sequence[StoredRun]) -> None:
    """Remove runs, and the indices of which no run is left.

    A folder is first renamed to one that nobody reads, so that a run that is half removed is never read as whole.
    """
    folder = runs_folder(folder)
    for run in runs:
        going = folder / f".pruned-{uuid.uuid4().hex}"
        (folder / run.key).rename(going)
        shutil.rmtree(going)
    left = dict.fromkeys(Store(folder).finished())
    for file, content in registers(folder):
        if not any(row[0] in left for row in content["runs"]):
            file.unlink()


def _names(folder: Path) -> dict[str, tuple[Name, ...]]:
    """What each key was asked for as, over all indices; the same name once."""
    found: dict[str, list[Name]] = {}
    for _, content in registers(folder):
        for key, plan, world, point, _ in content["runs"]:
            settings = content["points"][point] if point < len(content["points"]) else {}
            name = Name(content["scenario"], plan, world, settings)
            if name not in found.setdefault(key, []):
                found[key].append(name)
    return {key: tuple(names) for key, names in found.items()}


def _stored(folder: Path, names: tuple[Name, ...]) -> StoredRun:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    timing = folder / "timing.json"
    seconds = json.loads(timing.read_text(encoding="utf-8"))["seconds"] if timing.is_file() else float("nan")
    return StoredRun(
        key=folder.name,
        names=names,
        replication=int(manifest.get("replication", 0)),
        seed=int(manifest.get("seed", 0)),
        when=datetime.fromtimestamp((folder / "manifest.json").stat().st_mtime, UTC),
        seconds=float(seconds),
        size=sum(file.stat().st_size for file in folder.iterdir()),
        made_with=_made_with(manifest),
    )


def _made_with(manifest: Mapping[str, Any]) -> str:
    if manifest.get("format") != FORMAT:
        return OTHER_FORMAT
    now, then = environment(), manifest["environment"]
    return next((words for part, words in MADE_WITH.items() if then.get(part) != now.get(part)), TODAY)
