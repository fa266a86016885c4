"""The money of one run in plain words: profit and cash by month, and the lines of the budget.

In go the document of a plan and the tables of one run; out come blocks of text, and the same as lists of rows.
"""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from experiments.comparing.forecasts import forecast_rows
from experiments.comparing.plan_tables import MONEY
from experiments.report.layout import Column, table
from experiments.report.numbers import CURRENCY_WORDS
from experiments.report.plan_money import commitment_columns, forecast_block
from sim.calendar import Calendar
from sim.measurement.books import GROUPS, books
from sim.money import digits, to_major
from sim.results import RunResult
from sim.scenario.document import Document
from sim.scenario.units import text_in

MOST_MONTHS = 7
WIDTH = 120


def books_blocks(document: Document, result: RunResult, language: str) -> Iterator[str]:
    """Money by month, or by quarter in a long run, and the budget's lines where there are any."""
    table_of_months = books(result.ledger, Calendar.of(document.calendar))
    if len(table_of_months):
        yield _by_month(table_of_months, document.currency)
    if result.commitments is not None and result.commitments["month"].nunique() > 1:
        unit = CURRENCY_WORDS.get(document.currency, document.currency)
        yield table(commitment_columns({"": _major(result.commitments, document.currency)}, unit))
    if result.budget is not None:
        yield _lines(document, result.budget, language)
    forecasts = forecast_rows(result, None)
    if forecasts is not None:
        yield forecast_block(_major(forecasts, document.currency), document.currency, WIDTH)


def books_object(document: Document, result: RunResult) -> dict[str, Any]:
    """The same for `--json`, in major units: books (month, account, kind, group, amount) and budget lines."""
    rows = books(result.ledger, Calendar.of(document.calendar))
    found = {"books": rows.assign(amount=to_major(rows["amount"].to_numpy(), document.currency)).to_dict("records")}
    if result.budget is not None:
        columns = {name: to_major(result.budget[name].to_numpy(), document.currency) for name in _MONEY}
        found["budget"] = result.budget.assign(**columns).to_dict("records")
    tables = {"commitments": result.commitments, "forecasts": forecast_rows(result, None)}
    for name, each in tables.items():
        if each is not None:
            found[name] = _major(each, document.currency).to_dict("records")
    return found


def _major(rows: pd.DataFrame, currency: str) -> pd.DataFrame:
    return rows.assign(**{name: rows[name] / 10 ** digits(currency) for name in rows.columns if name in MONEY})


_MONEY = ("planned", "spent", "salvaged")


def _by_month(rows: pd.DataFrame, currency: str) -> str:
    months = sorted(set(rows["month"]))
    if len(months) > MOST_MONTHS:
        quarter = {month: f"{month[:4]} Q{(int(month[5:]) + 2) // 3}" for month in months}
        rows = rows.assign(month=rows["month"].map(quarter))
        months = sorted(set(quarter.values()))
    sums = rows.pivot_table(index="group", columns="month", values="amount", aggfunc="sum", fill_value=0)
    used = [group for group in GROUPS if group in sums.index]
    profit = {month: int(sum(sums.loc[group, month] for group in used)) for month in months}
    later = {month: int(sums.loc["", month]) if "" in sums.index else 0 for month in months}
    cash = {month: profit[month] + later[month] for month in months}
    so_far, total = {}, 0
    for month in months:
        total += cash[month]
        so_far[month] = total
    lines = [(group, {month: int(sums.loc[group, month]) for month in months}) for group in used]
    lines.append(("profit", profit))
    if any(later.values()):
        lines.append(("received or paid on another day", later))
    lines += [("cash", cash), ("cash so far", so_far)]
    unit = CURRENCY_WORDS.get(currency, currency)
    columns = [
        Column(
            ("money by month" if months[0][5] != "Q" else "money by quarter", unit), tuple(name for name, _ in lines)
        )
    ]
    for month in months:
        columns.append(Column(("", month), tuple(_whole(line[month], currency) for _, line in lines), right=True))
    if len(months) > 1:
        totals = tuple(_whole(sum(line.values()), currency) if name != "cash so far" else "" for name, line in lines)
        columns.append(Column(("", "whole"), totals, right=True))
    return table(columns)


def _lines(document: Document, rows: pd.DataFrame, language: str) -> str:
    budget, currency = document.budget, document.currency
    assert budget is not None  # its lines are in the rows
    named = {name: line.title or name.replace("_", " ") for name, line in budget.lines.items()}
    titles = [text_in(named.get(name, name), language) for name in rows["line"]]
    titles = [f"{title} (in kind)" if kind else title for title, kind in zip(titles, rows["in_kind"], strict=True)]
    cash = rows[~rows["in_kind"]]

    def amounts(minor: pd.Series) -> tuple[str, ...]:
        return *_exact(minor, currency), _one(minor[cash.index].sum(), currency)

    used = tuple(f"{used:,} of {number:,}" for used, number in zip(rows["used"], rows["quantity"], strict=True))
    columns = [
        Column(("the budget, line by line", CURRENCY_WORDS.get(currency, currency)), (*titles, "paid in cash")),
        Column(("", "planned"), amounts(rows["planned"]), right=True),
        Column(("", "spent"), amounts(rows["spent"]), right=True),
        Column(("", "from"), (*rows["since"], "")),
        Column(("still", "avoidable"), amounts(rows["planned"] - rows["spent"]), right=True),
        Column(("", "used"), (*used, ""), right=True),
        Column(("left over,", "fetches"), amounts(rows["salvaged"]), right=True),
    ]
    return table(columns)


def _whole(minor: int, currency: str) -> str:
    return f"{float(to_major(minor, currency)):,.0f}"


def _exact(minor: pd.Series, currency: str) -> tuple[str, ...]:
    return tuple(_one(value, currency) for value in minor)


def _one(minor: float, currency: str) -> str:
    return f"{float(to_major(int(minor), currency)):,.{digits(currency)}f}"
