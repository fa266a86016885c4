"""One run in plain words: its measures, period by period.

In go a scenario and the tables of one run; out come lines of text. One run shows what can happen, not what to expect.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from experiments.comparing.intervals import Interval
from experiments.report.books_text import books_blocks, books_object
from experiments.report.layout import GAP, Column, table
from experiments.report.measured import measured_blocks, measured_object
from experiments.report.measures import known_measures, shown_measures
from experiments.report.numbers import style_of
from experiments.report.targets_text import target_blocks
from sim.results import RunResult
from sim.scenario.document import Document
from sim.scenario.load import Scenario
from sim.scenario.units import text_in


def run_text(
    scenario: Scenario, plan: str, result: RunResult, *, seed: int, replication: int, language: str = "en"
) -> str:
    """Header, one row a measure with one column a period, and what the file itself has measured."""
    document = scenario.document(plan)
    values = result.periods.pivot(index="measure", columns="period", values="value")
    periods = list(dict.fromkeys(result.periods["period"]))
    measures = known_measures([document], dict.fromkeys(result.periods["measure"]))
    shown = shown_measures(
        measures, lambda name: bool(values.loc[name].fillna(0.0).any()), document.experiment.primary_measure
    )
    styles = [style_of(measures[name], _largest(values.loc[[name]]), document.currency) for name in shown]
    columns = [Column(("", ""), tuple(style.row_title for style in styles))]
    for period in periods:
        levels = zip(styles, values.loc[list(shown), period].tolist(), strict=True)
        columns.append(Column(("", period), tuple(style.level(_known(value)) for style, value in levels), right=True))
    facts = [
        f"{document.market.customers:,} customers",
        f"{document.calendar.run.days} days",
        f"plan {text_in(scenario.plans[plan].title or plan, language)}",
        f"replication {replication}",
        f"seed {seed}",
    ]
    head = f"{text_in(scenario.title, language)}{GAP}{' · '.join(facts)}"
    return "\n\n".join([head, table(columns), *_blocks(document, result, language)]) + "\n"


def _blocks(document: Document, result: RunResult, language: str) -> Iterator[str]:
    """What the file itself measures, its plan against what was reached, and the books."""
    yield from measured_blocks(document, result, language)
    yield from target_blocks(document, result, language)
    yield from books_blocks(document, result, language)


def run_object(scenario: Scenario, plan: str, result: RunResult, *, seed: int, replication: int) -> dict[str, Any]:
    """The same for `--json`: what was run, periods: {period: {measure: value}}, and the tables of what was measured."""
    periods: dict[str, dict[str, float]] = {}
    for period, measure, value in result.periods[["period", "measure", "value"]].itertuples(index=False):
        periods.setdefault(str(period), {})[str(measure)] = float(value)
    return {
        "scenario": scenario.name,
        "plan": plan,
        "seed": seed,
        "replication": replication,
        "periods": periods,
        **measured_object(result),
        **books_object(scenario.document(plan), result),
        "manifest": result.manifest,
    }


def _largest(row: pd.DataFrame) -> float:
    """Size of the largest value that is defined; 0 when none is."""
    sizes = np.abs(row.to_numpy(dtype=np.float64))
    return float(np.nanmax(sizes)) if np.isfinite(sizes).any() else 0.0


def _known(value: float) -> Interval:
    """A number without chance in it."""
    return Interval(value, value, value)
