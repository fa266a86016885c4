"""What a run measured by its own funnels, surveys, indices and scorecards, in plain words, beside the truth.

In go the document of a plan and the tables of one run; out come blocks of text, none for what the file does not ask.
"""

from collections.abc import Callable, Iterator
from math import isnan
from typing import Any

import pandas as pd

from experiments.campaign_returns import share_of
from experiments.report.forms_text import form_blocks
from experiments.report.layout import Column, table
from experiments.report.numbers import UNDEFINED
from sim.results import RunResult
from sim.scenario.document import Document
from sim.scenario.units import text_in

NORMAL_95 = 1.96
MOST_ROUNDS = 6
HEADLINES = ("mean", "net promoter score")
KANO = ("must-be", "one-dimensional", "attractive", "indifferent", "reverse", "questionable")


def measured_blocks(document: Document, result: RunResult, language: str) -> Iterator[str]:
    """Funnels, feedback forms, surveys, cells of loyalty, indices and scorecards, in this order."""
    if result.funnels is not None:
        for name, funnel in document.funnels.items():
            moves = {
                each: text_in(move.title or each.replace("_", " "), language) for each, move in funnel.moves.items()
            }
            rows = result.funnels[result.funnels["funnel"] == name]
            yield _funnel(text_in(funnel.title or name.replace("_", " "), language), rows, moves)
    yield from form_blocks(document, result, language)
    if result.surveys is not None:
        for name, survey in document.surveys.items():
            rows = result.surveys[result.surveys["survey"] == name]
            title = text_in(survey.title or name.replace("_", " "), language)
            yield _kano(title, rows) if survey.instrument == "kano" else _survey(title, rows)
    if result.loyalty_cells is not None and len(result.loyalty_cells):
        yield _cells(result.loyalty_cells)
    if result.indices is not None:
        for name, index in document.indices.items():
            title = text_in(index.title or name.replace("_", " "), language)
            words = {kind: text_in(each.title or kind, language) for kind, each in index.failures.items()}
            yield _index(title, result.indices[result.indices["index"] == name], words)
    if result.scorecards is not None:
        for name, card in document.scorecards.items():
            title = text_in(card.title or name.replace("_", " "), language)
            words = {part: text_in(each.title or part, language) for part, each in card.components.items()}
            yield _card(title, result.scorecards[result.scorecards["scorecard"] == name], words)


def measured_object(result: RunResult) -> dict[str, Any]:
    """The same tables for `--json`, as lists of rows."""
    names = ("channels", "funnels", "forms", "surveys", "loyalty_cells", "indices", "scorecards", "targets")
    tables = {name: getattr(result, name) for name in names}
    return {name: rows.to_dict(orient="records") for name, rows in tables.items() if rows is not None}


def _funnel(title: str, rows: pd.DataFrame, moves: dict[str, str]) -> str:
    """Each move: how many came into the state before, how many moved on, and the share with its exact interval."""
    shares = [share_of(made, came) if came else None for made, came in zip(rows["made"], rows["came"], strict=True)]
    limits = [UNDEFINED if each is None else f"{100 * each.low:.3g} to {100 * each.high:.3g} %" for each in shares]
    made = tuple(UNDEFINED if each is None else f"{100 * each.share:.3g} %" for each in shares)
    columns = [
        Column((title, ""), tuple(moves[str(move)] for move in rows["move"])),
        Column(("", "from"), tuple(str(state).replace("_", " ") for state in rows["from"])),
        Column(("", "came"), _numbers(rows["came"], 0), right=True),
        Column(("", "moved on"), _numbers(rows["made"], 0), right=True),
        Column(("", "share"), made, right=True),
        Column(("95 % of", "sampling"), tuple(limits), right=True),
    ]  # fmt: skip
    return table(columns)


def _survey(title: str, rows: pd.DataFrame) -> str:
    """The headline of the latest rounds, and every question of the last one."""
    rows = rows[rows["statistic"].isin(HEADLINES)]
    heads = rows[~rows["day"].duplicated()].tail(MOST_ROUNDS)
    last = rows[rows["day"] == rows["day"].max()]
    shown = pd.concat([heads, last[last["question"] != last["question"].iloc[0]]]) if len(last) else heads
    columns = [
        Column((title, ""), tuple(shown["date"])),
        Column(("", "question"), tuple(f"{each}" for each in shown["question"])),
        Column(("", "asked"), _numbers(shown["asked"], 0), right=True),
        Column(("", "answered"), _numbers(shown["answered"], 0), right=True),
        Column(("", "measured"), _numbers(shown["measured"], 2), right=True),
        Column(("95 %", "of sampling"), _numbers(NORMAL_95 * shown["standard_error"], 2, "±"), right=True),
        Column(("true of those", "who answered"), _numbers(shown["true_of_answered"], 2), right=True),
        Column(("true of", "everyone"), _numbers(shown["true"], 2), right=True),
    ]
    return table(columns)


def _kano(title: str, rows: pd.DataFrame) -> str:
    """Shares of the classes by dimension in the last round, the true ones in brackets."""
    rows = rows[rows["day"] == rows["day"].max()]
    measured, true = (rows.pivot(index="question", columns="statistic", values=kind) for kind in ("measured", "true"))
    names = list(dict.fromkeys(rows["question"]))

    def cells(statistic: str, write: Callable[[float], str]) -> tuple[str, ...]:
        pairs = ((measured.loc[name, statistic], true.loc[name, statistic]) for name in names)
        return tuple(f"{write(float(seen))} ({write(float(real))})" for seen, real in pairs)

    columns = [Column((title, "(true of everyone)"), tuple(names))]
    columns += [Column(("", kind), cells(kind, _percent), right=True) for kind in KANO]
    columns += [Column(("", kind), cells(kind, _fraction), right=True) for kind in ("better", "worse")]
    return table(columns)


def _cells(rows: pd.DataFrame) -> str:
    periods = list(dict.fromkeys(rows["period"]))
    names = list(dict.fromkeys(rows["cell"]))
    columns = [Column(("kinds of loyalty", ""), (*names, "people classed"))]
    for period in periods:
        people = rows[rows["period"] == period]["people"]
        total = int(people.sum())
        shares = [_percent(count / total if total else float("nan")) for count in people]
        columns.append(Column(("", period), (*shares, f"{total:,}"), right=True))
    return table(columns)


def _index(title: str, rows: pd.DataFrame, words: dict[str, str]) -> str:
    total = rows.groupby("failure", sort=False)[["count", "points"]].sum()
    weights = rows.drop_duplicates("failure").set_index("failure")["weight"]
    points = float(total["points"].sum())
    columns = [
        Column((title, ""), (*(words.get(str(kind), str(kind)) for kind in total.index), "all")),
        Column(("", "count"), (*_numbers(total["count"], 0), f"{int(total['count'].sum()):,}"), right=True),
        Column(("", "weight"), (*(f"{weights.loc[kind]:g}" for kind in total.index), ""), right=True),
        Column(("", "points"), (*_numbers(total["points"], 0), f"{points:,.0f}"), right=True),
    ]
    return table(columns)


def _card(title: str, rows: pd.DataFrame, words: dict[str, str]) -> str:
    """Mean points of the cards of the run, line by line."""
    means = rows.groupby("component", sort=False)[["weight", "measured_points", "honest_points", "true_points"]].mean()
    number = rows["day"].nunique()
    columns = [
        Column((title, f"mean of {number} cards"), tuple(words.get(str(name), str(name)) for name in means.index)),
        Column(("", "full marks"), tuple(f"{weight:g}" for weight in means["weight"]), right=True),
        Column(("as", "measured"), _numbers(means["measured_points"], 1), right=True),
        Column(("had nobody", "gamed it"), _numbers(means["honest_points"], 1), right=True),
        Column(("were every", "visit seen"), _numbers(means["true_points"], 1), right=True),
    ]
    return table(columns)


def _numbers(values: pd.Series, decimals: int, before: str = "") -> tuple[str, ...]:
    return tuple(UNDEFINED if isnan(value) else f"{before}{value:,.{decimals}f}" for value in values)


def _percent(value: float) -> str:
    return UNDEFINED if isnan(value) else f"{100.0 * value:.0f} %"


def _fraction(value: float) -> str:
    return UNDEFINED if isnan(value) else f"{value:.2f}"
