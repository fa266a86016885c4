"""Which plan a kept run is of: an index written beside the runs of a store.

Equal plans share one run, so a run's own folder has no plan's name. In go the trials of an experiment; out comes a file
``experiments/HASH.json`` in the store that names the plan, the replication and the settings behind every key. It is
written when the experiment ends, also when it is interrupted, and appears whole or not at all.
"""

import hashlib
import json
import os
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from experiments.design import Trial, Trials
from experiments.storage.store import Store

FOLDER = "experiments"


@contextmanager
def registered(
    trials: Sequence[Trial], store: Store | None, scenario: str, points: Sequence[Mapping[str, Any]] = ()
) -> Iterator[Sequence[Trial]]:
    """The same trials; when the block ends, those that were made are in the index of the store, if there is one.

    ``points``: what is set at each point, by path; none for a comparison.
    """
    if store is None:
        yield trials
        return
    rows: dict[int, list[list[Any]]] = {}

    def make(place: int) -> Trial:
        trial = trials[place]
        rows[place] = [[run.key, run.plan, run.world, trial.point, run.replication] for run in trial.runs]
        return trial

    try:
        yield Trials(len(trials), make)
    finally:
        if rows:
            _write(store.folder / FOLDER, scenario, points, [row for place in sorted(rows) for row in rows[place]])


def _write(folder: Path, scenario: str, points: Sequence[Mapping[str, Any]], rows: list[list[Any]]) -> None:
    content = {
        "scenario": scenario,
        "columns": ["key", "plan", "world", "point", "replication"],
        "runs": rows,
        "points": [dict(point) for point in points],
    }
    text = json.dumps(content, ensure_ascii=False, default=str)
    folder.mkdir(exist_ok=True)
    file = folder / f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.json"
    draft = folder / f".unfinished-{uuid.uuid4().hex}"
    try:
        with draft.open("w", encoding="utf-8") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def registers(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The index files of a store's folder, by name."""
    for file in sorted((folder / FOLDER).glob("*.json")):
        yield file, json.loads(file.read_text(encoding="utf-8"))
