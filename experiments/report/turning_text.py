"""A turning point in plain text: the lead of the best plan along the range, and the value at which it is lost.

In goes a `TurningPoint`; out come the table, sentences, and the object `--json` prints.
"""

from typing import Any

from rich.cells import cell_len

from experiments.assumptions.turning_point import Turn, TurningPoint
from experiments.comparing.intervals import Interval
from experiments.report.layout import GAP, Column, table, wrapped
from experiments.report.numbers import Style, style_of
from experiments.report.sensitivity_text import written
from experiments.report.tables import PERIOD_WORDS, WIDTH
from sim.scenario.units import text_in

INDENT = 11


def turning_text(found: TurningPoint, language: str = "en", width: int = WIDTH) -> str:
    """Header, the course, and the verdict."""
    lines: list[str] = []
    for number, sentence in enumerate(turning_sentences(found, language)):
        for place, line in enumerate(wrapped(sentence, width - INDENT)):
            lines.append(f"{'Verdict' if number == place == 0 else '':{INDENT}}{line}")
    return "\n\n".join([_header(found, language, width), _course(found, language), "\n".join(lines)]) + "\n"


def turning_sentences(found: TurningPoint, language: str = "en") -> list[str]:
    """Where the best plan is overtaken, or that it is not."""
    best = _title(found, found.judgement.best, language)
    path, low, high = found.factor.path, written(found.factor.low), written(found.factor.high)
    surely = "surely" if found.judgement.surely else "not surely"
    sentences = [
        f"With {path} = {written(found.stated)}, as stated, {best} is best on {turning_style(found).name} ({surely})."
    ]
    if not found.turns:
        sentences.append(f"It stays best from {low} to {high}, at every value tried.")
    sentences += [_turn(found, turn, best, language) for turn in found.turns]
    return sentences


def turning_object(found: TurningPoint, language: str = "en") -> dict[str, Any]:
    """One object of plain values, for `--json`."""
    return {
        "scenario": found.scenario,
        "period": found.period,
        "measure": found.measure.name,
        "seed": found.seed,
        "replications": found.replications,
        "path": found.factor.path,
        "stated": found.stated,
        "from": found.factor.low,
        "to": found.factor.high,
        "best": found.judgement.best,
        "surely": found.judgement.surely,
        "turns": [
            {"value": turn.value, "low": turn.low, "high": turn.high, "open_low": turn.open_low,
             "open_high": turn.open_high, "best_becomes": turn.winner}
            for turn in found.turns
        ],
        "course": found.course.to_dict(orient="records"),
        "sentences": turning_sentences(found, language),
    }  # fmt: skip


def turning_style(found: TurningPoint) -> Style:
    """How the measure is written, by the size of its level."""
    return style_of(found.measure, found.level, found.currency)


def _header(found: TurningPoint, language: str, width: int) -> str:
    title = text_in(found.title, language)
    facts = (
        f"{found.customers:,} customers · {found.days} days · {found.course['quantile'].nunique()} values × "
        f"{found.replications} paired replications · seed {found.seed}"
    )
    first = [f"{title}{GAP}{facts}"] if cell_len(title) + len(GAP) + cell_len(facts) <= width else [title, facts]
    style = turning_style(found)
    best = _title(found, found.judgement.best, language)
    what = f"{style.row_title}, over {PERIOD_WORDS[found.period]}: lead of {best} along {found.factor.path}"
    return "\n".join([*first, *wrapped(what, width)])


def _course(found: TurningPoint, language: str) -> str:
    style = turning_style(found)
    rows = found.course
    quantiles = sorted(rows["quantile"].unique())
    values = [
        f"{written(found.factor.at(quantile))}{' (stated)' if quantile == found.stated_quantile else ''}"
        for quantile in quantiles
    ]
    columns = [Column(("", found.factor.path.rsplit(".", 1)[-1]), tuple(values))]
    for plan in [plan for plan in found.plans if plan != found.judgement.best]:
        part = rows[rows["plan"] == plan].sort_values("quantile")
        leads = [Interval(*each) for each in part[["mean", "low", "high"]].itertuples(index=False, name=None)]
        heading = f"over {_title(found, plan, language)}"
        columns.append(
            Column(("lead" if len(columns) == 1 else "", heading), tuple(style.change(lead) for lead in leads))
        )
    best = rows.drop_duplicates("quantile").sort_values("quantile")["best"]
    columns.append(Column(("", "best"), tuple(_title(found, plan, language) for plan in best)))
    return table(columns)


def _turn(found: TurningPoint, turn: Turn, best: str, language: str) -> str:
    winner = _title(found, turn.winner, language)
    side = "above" if turn.quantile > found.stated_quantile else "below"
    low = f"{written(turn.low)}{', the end of its range' if turn.open_low else ''}"
    high = f"{written(turn.high)}{', the end of its range' if turn.open_high else ''}"
    if found.factor.whole:
        return (
            f"From {written(turn.value)} on, {side} that, {winner} overtakes {best}; luck leaves open where between "
            f"{low} and {high}."
        )
    return f"{side.capitalize()} that, {winner} overtakes {best} at {written(turn.value)} (95 %: {low} to {high})."


def _title(found: TurningPoint, plan: str, language: str) -> str:
    return text_in(found.plans[plan], language)
