"""Observed series: dates and values written in the targets file or in a CSV or Parquet file, as rows of days.

In go a `Series` and the run; out come rows, each some days of the run and what was observed over them. Whatever is
wrong with the data is one `ValueError` that says what, where and what is allowed.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date, timedelta
from math import isfinite
from pathlib import Path
from typing import Any

from calibration.targets.document import Series
from sim.errors import ScenarioError
from sim.scenario.moments import Span, parse_date, parse_span
from sim.scenario.refusal import nearest, shown


@dataclass(frozen=True)
class Row:
    """What was observed from ``first`` to ``last``, both days included; ``of`` how many were looked at."""

    first: date
    last: date
    value: float
    of: float | None = None

    @property
    def label(self) -> str:
        return self.first.isoformat() if self.first == self.last else f"{self.first} to {self.last}"


def rows_of(series: Series, run: Span, folder: Path) -> list[Row]:
    """The rows in the order of their days; ``folder`` is that of the targets file. Raises ValueError."""
    found = _written(series, run) if series.values is not None else _in_file(series, run, folder)
    found.sort(key=lambda each: each[0])
    for (day, *_), (other, *_) in itertools.pairwise(found):
        if day == other:
            raise ValueError(f"{day} stands there twice")
    rows = _differences(found, run) if series.cumulative else [_row(series, *each) for each in found]
    for row in rows:
        if row.first < run.start or row.last > run.end:
            raise ValueError(f"{row.label} does not lie inside the run, {run.start} to {run.end}")
    for row, after in itertools.pairwise(rows):
        if after.first <= row.last:
            raise ValueError(f"{row.label} and {after.label} overlap; 'by' says how many days a row stands for")
    return rows


def _row(series: Series, day: date, value: float, of: float | None) -> Row:
    length = series.by.strip()
    start, end = parse_span({"from": day.isoformat(), "for": length if length[0].isdigit() else f"1 {length}"})
    return Row(start, end, value, of)


def _differences(found: list[tuple[date, float, float | None]], run: Span) -> list[Row]:
    """From totals until the end of a day to what each stretch of days brought."""
    rows, before, total = [], run.start - timedelta(days=1), 0.0
    for day, value, _ in found:
        if value < total:
            raise ValueError(f"the total of {day} is {value:g}, less than the {total:g} before it; totals never fall")
        rows.append(Row(before + timedelta(days=1), day, value - total))
        before, total = day, value
    return rows


def _written(series: Series, run: Span) -> list[tuple[date, float, float | None]]:
    assert series.values is not None
    return [(day_of(text, run), value, None) for text, value in series.values.items()]


def day_of(value: Any, run: Span) -> date:
    """The date that stands there, its year found in the run; ValueError for what is no date."""
    try:
        return parse_date(str(value)[:10] if hasattr(value, "year") else value, {"run": (run.start, run.end)})
    except (ValueError, ScenarioError) as error:
        context = getattr(error, "context", None) or {}
        raise ValueError(context.get("found", f"{shown(value)} is no date") + "; a date such as 2009-09-26") from None


def _in_file(series: Series, run: Span, folder: Path) -> list[tuple[date, float, float | None]]:
    assert series.file is not None
    path = folder / series.file
    if path.suffix not in (".csv", ".parquet"):
        raise ValueError(f"{series.file} is neither a .csv nor a .parquet file")
    if not path.is_file():
        raise ValueError(f"there is no file {path}")
    columns = [series.date, series.value, *([series.of] if series.of else [])]
    known, table = _read(path, columns)
    for column in columns:
        if column not in known:
            better = nearest(column, known)
            hint = f"; did you mean '{better}'?" if better else ""
            raise ValueError(f"{series.file} has no column '{column}'; it has {', '.join(known)}{hint}")
    found = []
    for line, row in enumerate(table, start=2):
        day = day_of(row[0], run)
        numbers = [
            _number(value, column, line, series.file) for value, column in zip(row[1:], columns[1:], strict=True)
        ]
        found.append((day, numbers[0], numbers[1] if series.of else None))
    if not found:
        raise ValueError(f"{series.file} has no rows")
    return found


def _number(value: Any, column: str, line: int, file: str) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if not isfinite(number):
        raise ValueError(f"{file}, line {line}: {shown(value)} in column '{column}'; a number")
    return number


def _read(path: Path, columns: list[str]) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The names of the columns, and the rows of those wanted; no rows where one is missing."""
    import duckdb

    reader = "read_csv" if path.suffix == ".csv" else "read_parquet"
    source = (
        f"{reader}('" + str(path).replace("'", "''") + "'" + (", all_varchar=true)" if reader == "read_csv" else ")")
    )
    try:
        with duckdb.connect(config={"threads": 1}) as database:
            known = [str(row[0]) for row in database.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]
            if not set(columns) <= set(known):
                return known, []
            wanted = ", ".join('"' + column.replace('"', '""') + '"' for column in columns)
            return known, database.execute(f"SELECT {wanted} FROM {source}").fetchall()
    except duckdb.Error as error:
        raise ValueError(f"{path} cannot be read: {str(error).splitlines()[0]}") from None
