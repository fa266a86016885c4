"""Small tables of each plan, averaged over its runs as they come in: books, commitments, targets, campaign forecasts.

In go the tables of one replication after the other; out come their means. A row that a run does not have counts as
nothing there, as an account does on which nothing was posted. What is held does not grow with the number of runs.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.comparing.forecasts import forecast_rows
from sim.calendar import Calendar
from sim.measurement.books import books
from sim.results import RunResult

NAMED_BY: Final = {
    "books": ("month", "account", "title", "kind", "group"),
    "commitments": ("month", "item"),
    "targets": ("target", "period", "first", "last"),
    "forecasts": ("campaign", "launched"),
}
"""The tables, and what names a row of each; all other columns are numbers. Money is in minor units."""
MONEY: Final = (
    "amount", "spent", "so_far", "committed", "avoidable", "cost_forecast", "cost", "revenue_forecast", "revenue",
)  # fmt: skip
"""The columns of money."""


def plan_tables(result: RunResult, baseline: RunResult | None) -> dict[str, pd.DataFrame]:
    """The tables of one run by name; without those the run does not have. Revenue is told against the baseline."""
    if not len(result.ledger):
        return {}
    tables = {
        "books": books(
            result.ledger, Calendar(date.fromisoformat(result.daily["date"].iloc[0]), len(result.daily), None)
        ),
        "commitments": result.commitments,
        "targets": None if result.targets is None else result.targets.rename(columns={"plan": "plan_amount"}),
        "forecasts": forecast_rows(result, baseline),
    }
    return {name: table for name, table in tables.items() if table is not None}


class MeanTables:
    """Means of the tables of every plan over the replications it has."""

    def __init__(self) -> None:
        self._sums: dict[str, dict[tuple[object, ...], NDArray[np.float64]]] = {name: {} for name in NAMED_BY}
        self._columns: dict[str, list[str]] = {}
        self._runs: dict[str, int] = {}

    def add(self, tables: Mapping[str, Mapping[str, pd.DataFrame]]) -> None:
        """Take in one replication: of each plan the tables by name."""
        for plan, of_plan in tables.items():
            self._runs[plan] = self._runs.get(plan, 0) + 1
            for name, table in of_plan.items():
                self._columns[name] = numbers = [each for each in table.columns if each not in NAMED_BY[name]]
                keys = zip(*(table[each].tolist() for each in NAMED_BY[name]), strict=True)
                values, sums = table[numbers].to_numpy(np.float64), self._sums[name]
                for key, row in zip(keys, values, strict=True):
                    sums[plan, *key] = sums.get((plan, *key), 0.0) + row

    def means(self, name: str) -> pd.DataFrame:
        """The mean of one table: plan, what names a row, its numbers; in the order of plans and months."""
        columns = ["plan", *NAMED_BY[name], *self._columns.get(name, [])]
        rows = [(*key, *(total / self._runs[str(key[0])]).tolist()) for key, total in self._sums[name].items()]
        rows.sort(key=lambda row: list(self._runs).index(str(row[0])))
        table = pd.DataFrame(rows, columns=columns)
        if "month" in columns and len(table):
            order = {plan: place for place, plan in enumerate(self._runs)}
            by = [table["plan"].map(order), table["month"]]
            table = table.iloc[np.lexsort([each.to_numpy() for each in reversed(by)])].reset_index(drop=True)
        return table
