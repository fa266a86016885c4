"""Money of plans over time in plain words: spent, owed and avoidable by month, and campaigns against their forecasts.

In go tables in major units, of one run or as means of many; out come blocks of text.
"""

from collections.abc import Mapping
from math import isnan

import numpy as np
import pandas as pd

from experiments.comparing.comparison import Comparison
from experiments.comparing.forecasts import TOGETHER
from experiments.report.layout import GAP, Column, side_by_side, table, wrapped
from experiments.report.numbers import CURRENCY_WORDS, UNDEFINED
from experiments.report.words import plan_title

MOST_MONTHS = 7
LEVELS = (("so_far", "spent so far"), ("committed", "owed for what was begun"), ("avoidable", "stopping now avoids"))
LEGEND = (
    "At the end of each: what the plan's levers have cost so far, what they will still pay in the run for what was "
    "promised by then, and the rest, which stopping that evening would avoid. The three add up to the whole."
)
FORECAST_LEGEND = (
    "Cost is what the ledger has for the campaign and the offers it announces first. Revenue is that of the plan less "
    "that of the baseline from the campaign's first day on, with whatever else the plan changes."
)


def money_blocks(comparison: Comparison, language: str, width: int) -> list[str]:
    """Of the plans with a budget profit, cash and commitments by month; of all campaigns forecast and actual."""
    blocks = []
    tables = {
        plan: _by_month(comparison, plan)
        for plan in comparison.budgeted
        if len(comparison.tables["books"]) and (comparison.tables["books"]["plan"] == plan).any()
    }
    if tables:
        named = {plan_title(comparison, plan, language): rows for plan, rows in tables.items()}
        unit = CURRENCY_WORDS.get(comparison.currency, comparison.currency)
        blocks.append("\n".join([table(_month_columns(named, unit)), *wrapped(LEGEND, width)]))
    forecasts = comparison.tables["forecasts"] if comparison.tables else pd.DataFrame()
    if len(forecasts):
        names = [
            f"{plan_title(comparison, plan, language)}: {campaign}"
            for plan, campaign in zip(forecasts["plan"], forecasts["campaign"], strict=True)
        ]
        blocks.append(forecast_block(forecasts.assign(campaign=names), comparison.currency, width))
    return blocks


def commitment_columns(tables: Mapping[str, pd.DataFrame], unit: str) -> list[Column]:
    """Columns of months, or quarters in a long run, with three rows for each commitments table, named by its key."""
    return _month_columns({name: _levels(rows) for name, rows in tables.items()}, unit)


def forecast_block(rows: pd.DataFrame, currency: str, width: int) -> str:
    """A row a campaign: cost and revenue as forecast, as they came, and the difference."""

    def amounts(column: str) -> tuple[str, ...]:
        return tuple(UNDEFINED if isnan(each) else f"{each:,.0f}" for each in rows[column].tolist())

    def apart(forecast: str, actual: str) -> tuple[str, ...]:
        differences = (rows[actual] - rows[forecast]).tolist()
        return tuple(UNDEFINED if isnan(each) else f"{each:+,.0f}" if round(each) else "0" for each in differences)

    columns = [
        Column(("cost, " + CURRENCY_WORDS.get(currency, currency), "forecast"), amounts("cost_forecast"), right=True),
        Column(("", "came"), amounts("cost"), right=True),
        Column(("", "difference"), apart("cost_forecast", "cost"), right=True),
        Column(("revenue", "forecast"), amounts("revenue_forecast"), right=True),
        Column(("", "came"), amounts("revenue"), right=True),
        Column(("", "difference"), apart("revenue_forecast", "revenue"), right=True),
    ]
    names = [
        str(name) if launched else f"{name} (not launched)"
        for name, launched in zip(rows["campaign"], rows["launched"], strict=True)
    ]
    left = max(width - side_by_side(columns) - len(GAP), 12)
    named = Column(("campaigns, forecast and actual", ""), tuple("\n".join(wrapped(name, left)) for name in names))
    alone = rows["revenue"].isna().all() and TOGETHER not in " ".join(names)
    legend = f"{FORECAST_LEGEND} One run has no baseline: `compare` tells the revenue." if alone else FORECAST_LEGEND
    return "\n".join([table([named, *columns]), *wrapped(legend, width)])


def _by_month(comparison: Comparison, plan: str) -> pd.DataFrame:
    """Profit and cash of each month of one plan, and its commitments; a column a month."""
    rows = comparison.tables["books"]
    rows = rows[rows["plan"] == plan]
    months = sorted(set(comparison.tables["books"]["month"]))
    profit = rows[rows["kind"] != "balance"].groupby("month")["amount"].sum().reindex(months, fill_value=0.0)
    cash = rows.groupby("month")["amount"].sum().reindex(months, fill_value=0.0)
    found = pd.DataFrame([profit, cash], index=pd.Index(["profit", "cash"]))
    commitments = comparison.tables["commitments"]
    commitments = commitments[commitments["plan"] == plan] if len(commitments) else commitments
    return pd.concat([found, _levels(commitments)]) if len(commitments) else found


def _levels(commitments: pd.DataFrame) -> pd.DataFrame:
    """Spent so far, owed and avoidable, over all items: a row each, a column a month."""
    sums = commitments.groupby("month")[[name for name, _ in LEVELS]].sum()
    return sums.rename(columns=dict(LEVELS)).T


def _month_columns(tables: Mapping[str, pd.DataFrame], unit: str) -> list[Column]:
    """One block of rows a table: flows are added up over quarters in a long run, levels are those at the end."""
    words = [word for _, word in LEVELS]
    months = sorted({month for rows in tables.values() for month in rows.columns})
    span = {month: month for month in months}
    if len(months) > MOST_MONTHS:
        span = {month: f"{month[:4]} Q{(int(month[5:]) + 2) // 3}" for month in months}
    names: list[str] = []
    cells: dict[str, list[str]] = {each: [] for each in span.values()}
    for name, rows in tables.items():
        for row in rows.index:
            names.append(f"{name}: {row}" if name else str(row))
            for period in cells:
                here = [month for month in months if span[month] == period and month in rows.columns]
                values = rows.loc[row, here].to_numpy(np.float64)
                number = (float(values[-1]) if row in words else float(values.sum())) if len(values) else 0.0
                cells[period].append(f"{number:,.0f}")
    heading = "the plans' money" if any(tables) else "what the plan costs"
    return [
        Column((heading, unit), tuple(names)),
        *(Column(("", period), tuple(texts), right=True) for period, texts in cells.items()),
    ]
