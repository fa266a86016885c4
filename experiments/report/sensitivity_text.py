"""A sensitivity analysis in plain text: what the lead is at either end of each factor, its index, and what it means.

In goes a `Sensitivity`; out come a table, sentences a manager can read aloud, and the object `--json` prints.
"""

import re
from math import isfinite
from typing import Any

import pandas as pd
from rich.cells import cell_len

from experiments.assumptions.decision_sensitivity import MAIN_INDEX, Sensitivity
from experiments.assumptions.swings import End, Swing
from experiments.report.layout import GAP, Column, table, wrapped
from experiments.report.numbers import Style, style_of
from experiments.report.tables import PERIOD_WORDS, WIDTH
from sim.scenario.refusal import shown
from sim.scenario.units import text_in

MOST_NAMED = 5
NUMBER = re.compile(r"-?\d+\.\d+(e-?\d+)?")
INDEX_WORDS = {"mu_star": "mean effect μ*", "sigma": "σ", "total": "total share", "first": "alone"}


def sensitivity_text(found: Sensitivity, language: str = "en", width: int = WIDTH) -> str:
    """Header, ranking, and the verdict on what the decision rests on."""
    blocks = [_header(found, language, width), _ranking(found, language, width)]
    label = "Verdict"
    indent = 11
    lines: list[str] = []
    for number, sentence in enumerate(sensitivity_sentences(found, language)):
        for place, line in enumerate(wrapped(sentence, width - indent)):
            lines.append(f"{label if number == place == 0 else '':{indent}}{line}")
    blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def sensitivity_sentences(found: Sensitivity, language: str = "en") -> list[str]:
    """What the decision rests on, what does not matter, and what only matters together with others."""
    sentences = [_at_stated(found, language), *_turning(found, language), _elsewhere(found, language)]
    sentences += [_strongest(found), _together(found), _within_luck(found)]
    return [sentence for sentence in sentences if sentence]


def sensitivity_object(found: Sensitivity, language: str = "en") -> dict[str, Any]:
    """One object of plain values, for `--json`."""
    judgement = found.judgement
    return {
        "scenario": found.scenario,
        "period": found.period,
        "measure": found.measure.name,
        "outcome": found.outcome,
        "of": found.of,
        "method": found.method,
        "seed": found.seed,
        "replications": found.replications,
        "points": found.points,
        "plans": list(found.plans),
        "best": None if judgement is None else judgement.best,
        "runner_up": None if judgement is None else judgement.runner_up,
        "surely": None if judgement is None else judgement.surely,
        "stated": _interval(found.stated),
        "another_best_in_share_of_points": found.elsewhere,
        "factors": [_swing_object(swing) for swing in found.swings],
        "indices": found.indices.to_dict(orient="records"),
        "sentences": sensitivity_sentences(found, language),
    }


def swing_table(found: Sensitivity) -> pd.DataFrame:
    """A row a factor and end: rank, path, kind, stated, value, quantile, mean, low, high, best, surely."""
    rows = [
        (
            rank, swing.factor.path, swing.factor.kind, written(swing.stated), written(end.value), end.quantile,
            end.outcome.mean, end.outcome.low, end.outcome.high,
            end.judgement.best if end.judgement else "", bool(end.judgement and end.judgement.surely),
        )
        for rank, swing in enumerate(found.swings, start=1)
        for end in swing.ends
    ]  # fmt: skip
    names = ["rank", "path", "kind", "stated", "value", "quantile", "mean", "low", "high", "best", "surely"]
    return pd.DataFrame(rows, columns=names)


def written(value: Any) -> str:
    """A value as the file writes it, its number cut to three digits: '1.83 per month'."""
    if isinstance(value, bool | dict | list) or value is None:
        return shown(value) if value is not None else "–"
    if isinstance(value, int):
        return str(value)
    return NUMBER.sub(lambda found: _three_digits(found[0]), str(value), count=1)


def _three_digits(text: str) -> str:
    short = f"{float(text):.3g}"
    return short if "e" not in short else f"{float(text):.0f}"


def style_for(found: Sensitivity) -> Style:
    """How the measure is written, by the size of its largest level."""
    return style_of(found.measure, found.level, found.currency)


def _header(found: Sensitivity, language: str, width: int) -> str:
    title = text_in(found.title, language)
    facts = (
        f"{found.customers:,} customers · {found.days} days · {found.points} points × {found.replications} "
        f"replications · seed {found.seed}"
    )
    first = [f"{title}{GAP}{facts}"] if cell_len(title) + len(GAP) + cell_len(facts) <= width else [title, facts]
    plan, other = found.contrast
    style = style_for(found)
    what = f"{style.row_title}, over {PERIOD_WORDS[found.period]}: "
    if other is None:
        what += _title(found, plan, language)
    else:
        what += f"lead of {_title(found, plan, language)} over {_title(found, other, language)}"
    method = {
        "morris": "μ* is the mean effect of the whole range, from many places in the space of all factors",
        "sobol": "shares of the spread when every factor lies anywhere in its range",
        "one-at-a-time": "one moved at a time, the others as stated",
    }[found.method]
    return "\n".join([*first, *wrapped(f"{what}; {method}", width)])


def _ranking(found: Sensitivity, language: str, width: int) -> str:
    style = style_for(found)
    swings = found.swings
    columns = [
        Column(("", ""), tuple("\n".join(_factor_lines(swing, width)) for swing in swings)),
        Column(("lead at" if found.contrast[1] else "at", "low end"),
               tuple(_outcome(style, swing.lowest, swing) for swing in swings), right=True),
        Column(("", "high end"), tuple(_outcome(style, swing.highest, swing) for swing in swings), right=True),
        Column(("", "swing"), tuple(style.change(swing.swing).replace("  ", "\n") for swing in swings)),
    ]  # fmt: skip
    if found.method in MAIN_INDEX:
        columns.append(_index_column(found, style))
    if len(found.plans) > 1:
        columns.append(Column(("best plan", "becomes"), tuple(_winners(found, swing, language) for swing in swings)))
    return table(columns)


def _index_column(found: Sensitivity, style: Style) -> Column:
    name = MAIN_INDEX[found.method]
    rows = _main(found, name)
    cells = []
    for swing in found.swings:
        value, high, luck = (float(rows[name][swing.factor.path]) for name in ("value", "high", "luck"))
        cells.append(_index_text(found, style, value, high - value) + ("" if value > luck else " luck"))
    return Column((INDEX_WORDS[name], ""), tuple(cells), right=True)


def _index_text(found: Sensitivity, style: Style, value: float, half: float) -> str:
    if found.method == "sobol":
        return f"{100 * value:.0f} % ± {100 * half:.0f}"
    return f"{style.amount(value, half).partition(' ')[0]} ± {style.amount(half, half).partition(' ')[0]}"


def _main(found: Sensitivity, index: str) -> pd.DataFrame:
    """The rows of an index of the main outcome, by path."""
    rows = found.indices
    return rows[(rows["outcome"] == found.outcome) & (rows["index"] == index)].set_index("path")


def _span(swing: Swing) -> str:
    if swing.factor.among:
        return " | ".join(written(value) for value in swing.factor.among)
    return f"{written(swing.factor.low)} to {written(swing.factor.high)}"


def _outcome(style: Style, end: End, swing: Swing) -> str:
    number = style.signed(end.outcome.mean, end.outcome.half_width).partition(" ")[0]
    return f"{number} ({written(end.value)})" if swing.factor.among else number


def _winners(found: Sensitivity, swing: Swing, language: str) -> str:
    """The plans that become best, and whether that may be luck."""
    lines = [line for plan in swing.winners for line in wrapped(_title(found, plan, language), 18)]
    return "\n".join([*lines, *(["(not surely)"] if lines and not swing.surely else [])]) or "–"


def _factor_lines(swing: Swing, width: int) -> list[str]:
    """A factor's path, in lines that break at its dots, and below what is stated and what may be."""
    room, lines = width // 3, list[str]()
    for part in swing.factor.path.split("."):
        if lines and len(lines[-1]) + 1 + len(part) <= room:
            lines[-1] += f".{part}"
        else:
            lines.append(part if not lines else f"  .{part}")
    said = f"stated {written(swing.stated)}; {_span(swing)}"
    return lines + [f"  {line}" for line in wrapped(said, room - 2)]


def _at_stated(found: Sensitivity, language: str) -> str:
    style, judgement = style_for(found), found.judgement
    if judgement is None or found.contrast[1] is None:
        return f"At the stated values: {_title(found, found.contrast[0], language)} {style.level(found.stated)}."
    by = style.amount(found.stated.mean, found.stated.half_width)
    more = "more" if found.stated.mean > 0 else "less"
    surely = "surely" if judgement.surely else "not surely"
    best, runner_up = (_title(found, plan, language) for plan in (judgement.best, judgement.runner_up))
    return (
        f"At the stated values {best} is best on {style.name}, {surely}: {by} {more} than {runner_up} "
        f"{style.limits(found.stated)}."
    )


def _turning(found: Sensitivity, language: str) -> list[str]:
    if found.judgement is None:
        return []
    turning = [swing for swing in found.swings if swing.turns]
    best = _title(found, found.judgement.best, language)
    if not turning:
        return [f"No single factor turns the verdict over: {best} stays best at both ends of every range."]
    sentences = []
    for number, swing in enumerate(turning[:MOST_NAMED]):
        begins = "The verdict rests most on" if number == 0 else "It also turns over with"
        parts = []
        for end in swing.ends:
            if end.judgement is not None and end.judgement.best in swing.winners:
                sure = "surely" if end.judgement.surely else "not surely"
                winner = _title(found, end.judgement.best, language)
                instead = f"{written(end.value)} instead of {written(swing.stated)}"
                parts.append(f"with {instead} the best plan becomes {winner} ({sure})")
        at = ""
        if not (swing.factor.among or swing.factor.whole):
            at = f"; it turns near {' and '.join(written(value) for value in swing.turns_at)}"
        sentences.append(f"{begins} {swing.factor.path}: {', and '.join(parts)}{at}.")
    if len(turning) > MOST_NAMED:
        sentences.append(f"So do {len(turning) - MOST_NAMED} others.")
    return sentences


def _elsewhere(found: Sensitivity, language: str) -> str:
    if found.judgement is None or not isfinite(found.elsewhere):
        return ""
    best = _title(found, found.judgement.best, language)
    if found.elsewhere == 0.0:
        return f"With everything varied together, {best} is best at every point of the sample."
    share = f"{100 * found.elsewhere:.0f} %"
    return f"With everything varied together, another plan than {best} is best at {share} of the points."


def _strongest(found: Sensitivity) -> str:
    """The widest swing, where nothing turns the verdict over."""
    widest = max(found.swings, key=lambda swing: abs(swing.swing.mean))
    if any(swing.turns for swing in found.swings) or widest.swing.mean == 0.0:
        return ""
    style = style_for(found)
    values = [
        f"{style.signed(end.outcome.mean, end.outcome.half_width)} with {written(end.value)}"
        for end in (widest.lowest, widest.highest)
    ]
    what = "It" if found.contrast[1] is None else "The lead"
    return f"{what} moves most with {widest.factor.path}: {values[0]}, {values[1]}."


def _together(found: Sensitivity) -> str:
    """Factors whose effect depends on where the others stand."""
    if found.method == "morris":
        mean, spread = _main(found, "mu_star"), _main(found, "sigma")
        paths = [
            path for path in mean.index
            if mean.loc[path, "value"] > mean.loc[path, "luck"] and spread.loc[path, "value"] > mean.loc[path, "value"]
        ]  # fmt: skip
    elif found.method == "sobol":
        total, alone = _main(found, "total"), _main(found, "first")
        paths = [
            path for path in total.index
            if total.loc[path, "value"] > total.loc[path, "luck"] and total.loc[path, "low"] > alone.loc[path, "high"]
        ]  # fmt: skip
    else:
        return ""
    if not paths:
        return ""
    return f"What these do depends on where the others stand: {', '.join(paths[:MOST_NAMED])}."


def _within_luck(found: Sensitivity) -> str:
    if found.method in MAIN_INDEX:
        rows = _main(found, MAIN_INDEX[found.method])
        quiet = [path for path in rows.index if not rows.loc[path, "value"] > rows.loc[path, "luck"]]
    else:
        quiet = [swing.factor.path for swing in found.swings if not swing.swing.excludes_zero]
    if not quiet:
        return ""
    named = ", ".join(quiet[:MOST_NAMED]) + (f" and {len(quiet) - MOST_NAMED} more" if len(quiet) > MOST_NAMED else "")
    return f"Not to be told from luck: {named}."


def _title(found: Sensitivity, plan: str, language: str) -> str:
    return text_in(found.plans[plan], language)


def _interval(interval: Any) -> dict[str, float]:
    return {"mean": interval.mean, "low": interval.low, "high": interval.high}


def _swing_object(swing: Swing) -> dict[str, Any]:
    return {
        "path": swing.factor.path,
        "kind": swing.factor.kind,
        "stated": swing.stated,
        "ends": [
            {
                "value": end.value,
                "outcome": _interval(end.outcome),
                "best": None if end.judgement is None else end.judgement.best,
                "surely": None if end.judgement is None else end.judgement.surely,
            }
            for end in swing.ends
        ],
        "swing": _interval(swing.swing),
        "best_becomes": list(swing.winners),
        "turns_at": list(swing.turns_at),
    }
