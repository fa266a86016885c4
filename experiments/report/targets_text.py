"""Plan against actual in plain words: for each target its periods, the first plan, the plan in force, what was reached.

In go the document of a plan and the tables of one run; out comes a block of text for each target.
"""

from collections.abc import Iterator, Sequence

import pandas as pd

from experiments.comparing.comparison import Comparison
from experiments.comparing.intervals import Interval
from experiments.report.layout import Column, table
from experiments.report.numbers import UNDEFINED, Style, style_of
from experiments.report.words import plan_title
from sim.measurement.of_document import measures_of
from sim.results import RunResult
from sim.scenario.document import Document
from sim.scenario.targets import Target
from sim.scenario.units import text_in


def target_blocks(document: Document, result: RunResult, language: str) -> Iterator[str]:
    """One block a target; none where the run has none."""
    if result.targets is None:
        return
    known = measures_of(document)
    for name, target in document.targets.items():
        rows = result.targets[result.targets["target"] == name]
        if rows.empty:
            continue
        largest = float(rows[["plan", "in_force", "actual"]].abs().to_numpy().max(initial=0.0))
        yield _block(target, rows, style_of(known[target.measure], largest, document.currency), name, language)


def mean_target_blocks(comparison: Comparison, language: str) -> list[str]:
    """The same of a comparison: a block a target, with the periods of each plan, as means of its runs."""
    blocks = []
    for name, target in comparison.targets.items():
        rows = comparison.tables["targets"]
        rows = rows[rows["target"] == name] if len(rows) else rows
        if rows.empty:
            continue
        largest = float(rows[["plan_amount", "in_force", "actual"]].abs().to_numpy().max(initial=0.0))
        titles = [plan_title(comparison, plan, language) for plan in rows["plan"]]
        rows = rows.assign(plan=rows["plan_amount"])
        blocks.append(_block(target, rows, comparison.style(target.measure, largest), name, language, titles))
    return blocks


def _block(
    target: Target, rows: pd.DataFrame, style: Style, name: str, language: str, plans: Sequence[str] = ()
) -> str:
    """plans: the plan of each row where there are several."""
    revised = bool(target.revisions)

    def numbers(column: str) -> tuple[str, ...]:
        return tuple(style.level(Interval(value, value, value)) for value in rows[column].tolist())

    title = text_in(target.title or name.replace("_", " "), language)
    what = f"{style.name}, by {target.by}"
    columns = [
        *([Column(("plan", ""), tuple(plans))] if plans else []),
        Column(
            (title, what), tuple(f"{first} to {last}" for first, last in zip(rows["first"], rows["last"], strict=True))
        ),
        Column(("first" if revised else "", "plan"), numbers("plan"), right=True),
        *([Column(("plan", "as revised"), numbers("in_force"), right=True)] if revised else []),
        Column(("mean," if plans else "", "actual"), numbers("actual"), right=True),
        Column(("", "difference"), tuple(_signed(text) for text in numbers("difference")), right=True),
        Column(("so far,", "of schedule"), tuple(map(_percent, rows["progress"].tolist())), right=True),
    ]
    return table(columns)


def _signed(text: str) -> str:
    return text if text.startswith(("-", "0", UNDEFINED)) else f"+{text}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share == share else UNDEFINED
