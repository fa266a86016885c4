"""Reports as files: what `--json` prints, and what `--out` leaves beside the runs.

In goes what an experiment found; out come its text, its JSON, the tables as CSV and Parquet, and the figures.
"""

import json
from collections.abc import Callable, Mapping
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.comparing.comparison import Comparison
from experiments.comparing.intervals import Interval
from experiments.report.by_part import breakdown_object
from experiments.report.selected import objectives_object, selection_object, warm_up_object
from experiments.report.sentences import verdict_object
from experiments.report.tables import plain_text
from experiments.storage.store import kept_in, write_tables

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TABLES = ("means", "differences", "values", "daily", "offers", "campaigns", "cost_lines", "flips")


def as_object(comparison: Comparison, language: str = "en") -> dict[str, Any]:
    """The comparison as one object of plain values; what is undefined is NaN.

    ``plans`` holds the mean of each measure with its interval, ``differences`` the change from the baseline, both in
    the compared ``period``; ``luck_and_assumptions`` has the wider interval when ranges were drawn.
    ``books``, ``commitments``, ``targets`` and ``forecasts`` are means of each plan's runs, money in major units.
    """
    content: dict[str, Any] = {
        "scenario": comparison.scenario,
        "period": comparison.period,
        "baseline": comparison.baseline,
        "seed": comparison.seed,
        "replications": comparison.replications,
        "uncertain": comparison.uncertain,
        "currency": comparison.currency,
        "plans": {
            plan: {name: _interval(comparison.mean(plan, name)) for name in comparison.measures}
            for plan in comparison.plans
        },
        "differences": {
            plan: {name: _difference(comparison, plan, name) for name in comparison.measures}
            for plan in comparison.plans
            if plan != comparison.baseline
        },
        "offers": comparison.offers.to_dict(orient="records"),
        "campaigns": comparison.campaigns.to_dict(orient="records"),
        "cost_lines": comparison.cost_lines.to_dict(orient="records"),
        **{name: table.to_dict(orient="records") for name, table in comparison.tables.items()},
        "verdict": verdict_object(comparison, language),
    }
    if comparison.breakdown is not None:
        content["breakdown"] = breakdown_object(comparison, comparison.breakdown, language)
    if comparison.simultaneous:
        content["simultaneous"] = {"level_of_each": comparison.level}
    if comparison.selection is not None:
        content["selection"] = selection_object(comparison.selection)
    if comparison.objectives is not None:
        content["objectives"] = objectives_object(comparison)
    if comparison.warm_up is not None:
        content["warm_up"] = warm_up_object(comparison)
    return content


def as_json(content: dict[str, Any]) -> str:
    """An object as text, in the scenario's own script; JSON has no word for NaN, which becomes null."""
    return json.dumps(_defined(content), ensure_ascii=False, allow_nan=False, indent=1)


def write_report(comparison: Comparison, folder: Path, language: str = "en") -> None:
    """Write text, JSON, tables and figures into ``folder``, over an earlier report of the same folder."""
    from experiments.report.figures import by_part, differences, over_time  # Matplotlib takes a second to import

    tables = {name: getattr(comparison, name) for name in TABLES} | dict(comparison.tables)
    figures = {
        "over-time": lambda: over_time(comparison, language),
        "differences": lambda: differences(comparison, language),
    }
    breakdown = comparison.breakdown
    if breakdown is not None:
        tables["breakdown"] = breakdown.table
        figures[f"by-{breakdown.by}"] = lambda: by_part(comparison, breakdown, language)
    text, content = plain_text(comparison, language), as_object(comparison, language)
    keep_report(folder, "comparison", text, content, tables, figures)


def keep_report(
    folder: Path,
    name: str,
    text: str,
    content: dict[str, Any],
    tables: Mapping[str, pd.DataFrame],
    figures: "Mapping[str, Callable[[], Figure]]",
) -> None:
    """The report of any experiment: name.txt, name.json, tables/*.csv and *.parquet, figures/*.png in ``folder``."""
    from experiments.report.drawing import write_figures

    with kept_in(folder, "the report"):
        (folder / "tables").mkdir(parents=True, exist_ok=True)
        for title, table in tables.items():
            table.to_csv(folder / "tables" / f"{title}.csv", index=False)
        write_tables(folder / "tables", tables)
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
        (folder / f"{name}.json").write_text(as_json(content) + "\n", encoding="utf-8")
        write_figures(figures, folder / "figures")


def _interval(interval: Interval) -> dict[str, float]:
    return {"mean": interval.mean, "low": interval.low, "high": interval.high}


def _difference(comparison: Comparison, plan: str, measure: str) -> dict[str, Any]:
    found: dict[str, Any] = _interval(comparison.difference(plan, measure))
    if comparison.uncertain:
        found["luck_and_assumptions"] = _interval(comparison.difference_with_assumptions(plan, measure))
    return found


def _defined(content: Any) -> Any:
    if isinstance(content, dict):
        return {key: _defined(value) for key, value in content.items()}
    if isinstance(content, list):
        return [_defined(value) for value in content]
    if isinstance(content, float) and not isfinite(content):
        return None
    return content
