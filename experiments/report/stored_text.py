"""Kept runs as a reader sees them: a table of all, or one with its measures."""

from collections.abc import Mapping, Sequence
from math import isnan
from typing import Any

import pandas as pd

from experiments.report.layout import Column, table
from experiments.report.numbers import UNDEFINED
from experiments.storage.stored_runs import SHORT, TODAY, StoredRun
from sim.measures import CATALOGUE


def runs_text(runs: Sequence[StoredRun]) -> str:
    """A row a run, and how many there are of which model."""
    if not runs:
        return "no runs"
    columns = [
        Column(("", "key"), tuple(run.key[:SHORT] for run in runs)),
        Column(("", "scenario"), tuple(_named(run.scenarios) for run in runs)),
        Column(("", "plan"), tuple(_named(run.plans) for run in runs)),
        Column(("", "varied"), tuple(_varied(run) for run in runs)),
        Column(("", "replication"), tuple(f"{run.replication}" for run in runs), right=True),
        Column(("", "seed"), tuple(f"{run.seed}" for run in runs), right=True),
        Column(("", "made (UTC)"), tuple(f"{run.when:%Y-%m-%d %H:%M}" for run in runs)),
        Column(("", "took, s"), tuple(_seconds(run) for run in runs), right=True),
        Column(("", "size"), tuple(size_text(run.size) for run in runs), right=True),
        Column(("", "model"), tuple(run.made_with for run in runs)),
    ]
    others = sum(run.made_with != TODAY for run in runs)
    total = f"{len(runs)} runs, {size_text(sum(run.size for run in runs))}" if len(runs) > 1 else "1 run"
    said = f"{total}; {others} made with another model, which no experiment reads" if others else total
    return f"{table(columns)}\n\n{said}"


def one_run_text(run: StoredRun, measured: pd.DataFrame) -> str:
    """What it was asked for as, then its measures by period."""
    lines = [f"run {run.key}"]
    for name in run.names:
        settings = "".join(f" · {path} = {value}" for path, value in name.settings.items())
        drawn = " · assumptions drawn" if name.world == "drawn" else ""
        lines.append(f"scenario {name.scenario} · plan {name.plan}{drawn}{settings}")
    if not run.names:
        lines.append("no experiment that ended names this run")
    lines.append(
        f"replication {run.replication} · seed {run.seed} · made {run.when:%Y-%m-%d %H:%M} UTC in {_seconds(run)} s · "
        f"{size_text(run.size)} · model: {run.made_with}"
    )
    wide = measured.pivot_table(index="measure", columns="period", values="value", sort=False, dropna=False)
    titles = tuple(_title(str(measure)) for measure in wide.index)
    columns = [Column(("", ""), titles)]
    columns += [
        Column(("", str(period)), tuple(_number(value) for value in wide[period].tolist()), right=True)
        for period in wide.columns
    ]
    return "\n".join(lines) + "\n\n" + table(columns)


def run_object(run: StoredRun) -> dict[str, Any]:
    """The run as plain values."""
    return {
        "key": run.key,
        "names": [
            {"scenario": name.scenario, "plan": name.plan, "world": name.world, "settings": dict(name.settings)}
            for name in run.names
        ],
        "replication": run.replication,
        "seed": run.seed,
        "made": run.when.isoformat(timespec="seconds"),
        "seconds": run.seconds,
        "bytes": run.size,
        "made_with": run.made_with,
    }


def size_text(size: int) -> str:
    """Bytes in the unit that suits them."""
    units: Mapping[str, int] = {"GB": 10**9, "MB": 10**6, "kB": 10**3}
    return next((f"{size / unit:.1f} {name}" for name, unit in units.items() if size >= unit), f"{size} B")


def _named(names: Sequence[str]) -> str:
    return ", ".join(names) or UNDEFINED


def _varied(run: StoredRun) -> str:
    """What was set in the run, where it is of one point only."""
    settings = [name.settings for name in run.names]
    first = settings[0] if settings else {}
    if any(each != first for each in settings):
        return f"{len(settings)} points share it"
    shown = [f"{path.rsplit('.', 1)[-1]}={value}" for path, value in first.items()]
    return ", ".join(shown[:3]) + (", ..." if len(shown) > 3 else "")


def _seconds(run: StoredRun) -> str:
    return UNDEFINED if isnan(run.seconds) else f"{run.seconds:.1f}"


def _title(measure: str) -> str:
    return CATALOGUE[measure].title if measure in CATALOGUE else measure.replace("_", " ")


def _number(value: float) -> str:
    if isnan(value):
        return UNDEFINED
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:,.4g}"
