"""Measures of funnels: how many stand in each state, how many make each move, and which share of those who could.

A document, or the funnels of a run, go in; measures, the day's columns behind them and one table of the run come out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.levers.funnels import RunningFunnel
from sim.measurement.period_totals import PeriodTotals
from sim.measures import Measure
from sim.scenario.document import Document
from sim.scenario.units import text_in

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
IN: Final = "funnel_in_"
MADE: Final = "funnel_made_"
RATE: Final = "funnel_rate_"


def funnel_measures(document: Document) -> list[Measure]:
    """Of each funnel: people in each state, moves made, and moves made of those who came into the state before."""
    found = []
    for name, funnel in document.funnels.items():
        words = text_in(funnel.title or name.replace("_", " "))
        for state in funnel.states:
            column = f"{IN}{name}_{state}"
            found.append(Measure(column, f"{words}: {state.replace('_', ' ')}", "count", "stock", "neither", 0, column))
        for each, move in funnel.moves.items():
            title, column = text_in(move.title or each.replace("_", " ")), f"{MADE}{name}_{each}"
            found.append(Measure(column, f"{words}: {title}", "count", "flow", "neither", 0, column))
            whole, of = (
                f"{words}: {title}, of those who were {move.origin.replace('_', ' ')}",
                f"into_{name}_{move.origin}",
            )
            found.append(Measure(f"{RATE}{name}_{each}", whole, "share", "ratio", "neither", 4, column, of))
    return found


def rate_of_period(measure: Measure, totals: PeriodTotals, columns: Mapping[str, Floats]) -> float:
    """Moves made of those who stood in the state as the period began or came into it since; NaN without any."""
    first = totals.days[0]
    name, state = measure.denominator.removeprefix("into_"), 0.0
    if first:
        state = float(columns[f"{IN}{name}"][first - 1])
    could = state + totals.sums[measure.denominator]
    return totals.sums[measure.column] / could if could else float("nan")


def columns_of_funnels(funnels: Iterable[RunningFunnel], before: dict[str, Integers]) -> dict[str, float]:
    """The day's columns: people in each state in the evening, and who came into it, on the first day also at opening.

    `before`: by funnel, how many had come into each state up to yesterday; brought up to date here.
    """
    row: dict[str, float] = {}
    for funnel in funnels:
        came = funnel.entered - before.get(funnel.name, np.zeros_like(funnel.entered))
        before[funnel.name] = funnel.entered.copy()
        for place, state in enumerate(funnel.states):
            row[f"{IN}{funnel.name}_{state}"] = int(funnel.counts[place])
            row[f"into_{funnel.name}_{state}"] = int(came[place])
    return row


def funnel_table(funnels: Mapping[str, RunningFunnel]) -> pd.DataFrame | None:
    """A row a move, over the whole run: funnel, move, from, to, came (into from, ever), made; None without funnels."""
    if not funnels:
        return None
    rows = [
        (name, move.name, funnel.states[move.origin], funnel.states[move.to],
         int(funnel.entered[move.origin]), move.made)
        for name, funnel in funnels.items()
        for move in funnel.moves
    ]  # fmt: skip
    names = ["funnel", "move", "from", "to", "came", "made"]
    table = pd.DataFrame(rows, columns=pd.Index(names))
    return table.astype({**dict.fromkeys(names[:4], "str"), "came": np.int64, "made": np.int64})
