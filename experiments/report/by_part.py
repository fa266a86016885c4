"""A comparison by segment, tier or site, as text and as an object: each change, and who wins where.

In goes a `Comparison` with a breakdown; out come a table with the parts below each measure, and sentences that claim no
more than intervals for the whole table together allow.
"""

from collections.abc import Mapping, Sequence
from math import isnan
from typing import Any, Final

from experiments.comparing.breakdown import CONTRIBUTIONS, Breakdown
from experiments.comparing.comparison import Comparison
from experiments.comparing.intervals import Interval
from experiments.comparing.parts import BY
from experiments.report.layout import Column, fitted, labelled, wrapped
from experiments.report.numbers import UNDEFINED, Style, style_of
from experiments.report.words import plan_title
from sim.measurement.breakdown import NO_PART
from sim.measures import CONTRIBUTION, OF_PARTS
from sim.scenario.units import text_in

MOST_PARTS: Final = 12
MOST_NAMED: Final = 3
MOST_EFFECTS: Final = 5
INDENT: Final = "  "
HEADING: Final = "heading of a measure"
ALL: Final = "all parts and none"
"""Rows of the table that are no part; no part is called so, for names have no blanks."""
NARROW_NAMES: Final = 28
UNTRACED: Final = {
    "segment": "wages, media, fixed cost and whatever else is paid for all of them",
    "tier": "wages, media, fixed cost and whatever else is paid for all of them",
    "site": "media, fixed cost and whatever else is paid for all of them",
}


def breakdown_blocks(comparison: Comparison, breakdown: Breakdown, language: str, width: int) -> list[str]:
    """Heading, tables and sentences."""
    baseline = plan_title(comparison, comparison.baseline, language)
    heading = f"By {breakdown.by}, as change from {baseline}; contribution is revenue less the costs traced to each"
    left = len(breakdown.parts) - len(shown_parts(comparison, breakdown))
    if left:
        heading += f"; without the {left} {BY[breakdown.by]} with the fewest customers, which --json and --out have"
    said = labelled(f"By {breakdown.by}", breakdown_sentences(comparison, breakdown, language), width)
    return ["\n".join(wrapped(heading, width)), *_tables(comparison, breakdown, language, width), said]


def breakdown_sentences(comparison: Comparison, breakdown: Breakdown, language: str = "en") -> list[str]:
    """Which plan is best where, what each plan surely does to whom, and what belongs to no one part."""
    plans = [plan for plan in comparison.plans if plan != comparison.baseline]
    sentences = [_winners(comparison, breakdown, language)]
    for plan in plans:
        sentences += [_effects(comparison, breakdown, plan, language), _untraced(comparison, breakdown, plan, language)]
    sentences.append(
        f"Surely: all {breakdown.together} intervals of this breakdown together hold at 95 % (Bonferroni)."
    )
    return [sentence for sentence in sentences if sentence]


def breakdown_object(comparison: Comparison, breakdown: Breakdown, language: str = "en") -> dict[str, Any]:
    """The breakdown for `--json`; ``untraced`` is the money that belongs to no one part."""
    parts = {
        part: {
            "title": part_title(breakdown, part, language),
            "best": None if part not in breakdown.best else vars(breakdown.best[part]),
            **_values(comparison, breakdown, part, breakdown.measures),
        }
        for part in breakdown.parts
    }
    return {
        "by": breakdown.by,
        "deciding": breakdown.deciding,
        "together": breakdown.together,
        "parts": parts,
        "untraced": _values(comparison, breakdown, NO_PART, _money(breakdown)),
        "sentences": breakdown_sentences(comparison, breakdown, language),
    }


def shown_parts(comparison: Comparison, breakdown: Breakdown) -> list[str]:
    """The parts a table or picture has room for, in their order: of many those with most customers in the baseline."""

    def customers(part: str) -> float:
        measure = "customers_at_end" if "customers_at_end" in breakdown.measures else breakdown.measures[0]
        mean = breakdown.mean(comparison.baseline, part, measure).mean
        return 0.0 if isnan(mean) else mean

    largest = sorted(breakdown.parts, key=customers, reverse=True)[:MOST_PARTS]
    return [part for part in breakdown.parts if part in largest]


def part_style(comparison: Comparison, breakdown: Breakdown, measure: str) -> Style:
    """How to write a measure of the parts; money is scaled by the largest of them."""
    sizes = [abs(breakdown.mean(plan, part, measure).mean) for plan in comparison.plans for part in breakdown.parts]
    largest = max((size for size in sizes if not isnan(size)), default=0.0)
    return style_of(OF_PARTS[measure], largest, comparison.currency)


def whole_measure(measure: str) -> str:
    """What a measure of parts is called of the whole market."""
    return CONTRIBUTIONS.get(measure, measure)


def _money(breakdown: Breakdown) -> list[str]:
    return [measure for measure in breakdown.measures if OF_PARTS[measure].unit == "money"]


def part_title(breakdown: Breakdown, part: str, language: str) -> str:
    """A part in a table or sentence; an author's explanation after a comma is left out."""
    return f"no one {breakdown.by}" if part == NO_PART else text_in(breakdown.parts[part], language).partition(", ")[0]


def _tables(comparison: Comparison, breakdown: Breakdown, language: str, width: int) -> list[str]:
    """Measures with their parts below them, and a column a plan."""
    styles = {measure: part_style(comparison, breakdown, measure) for measure in breakdown.measures}
    rows = _rows(comparison, breakdown)

    def build(narrow: bool) -> tuple[list[Column], list[Column]]:
        names_width, between = (NARROW_NAMES, "\n") if narrow else (width, " ")
        names, levels = [], []
        for measure, part in rows:
            if part == HEADING:
                names.append("\n".join(wrapped(styles[measure].row_title, names_width)))
                levels.append("")
                continue
            title = "all" if part == ALL else part_title(breakdown, part, language)
            names.append("\n".join(f"{INDENT}{line}" for line in wrapped(title, names_width - len(INDENT))))
            levels.append(styles[measure].level(_mean(comparison, breakdown, comparison.baseline, measure, part)))
        plans = [plan for plan in comparison.plans if plan != comparison.baseline]
        changes = [
            Column(
                (plan_title(comparison, plan, language), "change"),
                tuple(_change(comparison, breakdown, styles[measure], plan, (measure, part), between)
                      for measure, part in rows),
            )
            for plan in plans
        ]  # fmt: skip
        baseline = plan_title(comparison, comparison.baseline, language)
        return [
            Column(("", ""), tuple(names)),
            Column((baseline, "(baseline)"), tuple(levels), right=True),
        ], changes

    return fitted(build, width)


def _rows(comparison: Comparison, breakdown: Breakdown) -> list[tuple[str, str]]:
    """Measure and part of each row: the measure itself, its parts, what belongs to none of them, and the whole."""
    rows = []
    untraced = [
        measure
        for measure in _money(breakdown)
        if any(breakdown.mean(plan, NO_PART, measure).mean != 0.0 for plan in comparison.plans)
    ]
    for measure in breakdown.measures:
        rows += [(measure, part) for part in (HEADING, *shown_parts(comparison, breakdown))]
        if measure in untraced:
            rows.append((measure, NO_PART))
        if whole_measure(measure) in comparison.measures:
            rows.append((measure, ALL))
    return rows


def _mean(comparison: Comparison, breakdown: Breakdown, plan: str, measure: str, part: str) -> Interval:
    if part == ALL:
        return comparison.mean(plan, whole_measure(measure))
    return breakdown.mean(plan, part, measure)


def _change(
    comparison: Comparison, breakdown: Breakdown, style: Style, plan: str, row: tuple[str, str], between: str
) -> str:
    """``-31  (-34 to -28) points``, as in the table of the whole."""
    measure, part = row
    if part == HEADING:
        return ""
    everybody = part == ALL
    whole = whole_measure(measure)
    luck = comparison.difference(plan, whole) if everybody else breakdown.change(plan, part, measure)
    text = style.change(luck)
    if comparison.uncertain:
        both = (
            comparison.difference_with_assumptions(plan, whole)
            if everybody
            else breakdown.with_assumptions(plan, part, measure)
        )
        if not isnan(both.low):
            text += f"{between}{style.limits(both, '[]')}"
    return f"{text} {style.change_unit}" if style.change_unit == "points" and text != UNDEFINED else text


def _winners(comparison: Comparison, breakdown: Breakdown, language: str) -> str:
    """``Contribution is highest with gifts: surely for students; with none: surely for vip, not surely for mass.``"""
    measure = OF_PARTS[breakdown.deciding]
    groups: dict[str, dict[bool, list[str]]] = {}
    for part, best in breakdown.best.items():
        of_plan = groups.setdefault(best.plan, {True: [], False: []})
        of_plan[best.surely].append(part_title(breakdown, part, language))
    if not groups:
        return ""
    named = []
    for plan, by_sureness in groups.items():
        clauses = [
            f"{'surely' if surely else 'not surely'} for {_listed(titles, breakdown)}"
            for surely, titles in by_sureness.items()
            if titles
        ]
        named.append(f"with {plan_title(comparison, plan, language)}: {', '.join(clauses)}")
    name = part_style(comparison, breakdown, measure.name).name
    return f"{name[0].upper()}{name[1:]} is {'lowest' if measure.better == 'lower' else 'highest'} {'; '.join(named)}."


def _listed(titles: Sequence[str], breakdown: Breakdown) -> str:
    if len(titles) == len(breakdown.parts):
        return f"every {breakdown.by}"
    named, left = titles[: MOST_NAMED + 1], len(titles) - MOST_NAMED - 1
    if left > 1:
        return f"{', '.join(named)} and {left} other {BY[breakdown.by]}"
    return _and(titles)


def _and(words: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def _effects(comparison: Comparison, breakdown: Breakdown, plan: str, language: str) -> str:
    """What a plan surely does to whom, the deciding measure first."""
    order = sorted(breakdown.measures, key=lambda measure: measure != breakdown.deciding)
    told = []
    for measure in order:
        changes = {part: breakdown.sure(plan, part, measure) for part in breakdown.parts}
        clauses = [
            _moved(comparison, breakdown, measure, moved, way, language)
            for way, sign in (("up", 1.0), ("down", -1.0))
            if (moved := {part: change for part, change in changes.items()
                          if change.excludes_zero and sign * change.mean > 0.0})
        ]  # fmt: skip
        if clauses:
            told.append(f"{part_style(comparison, breakdown, measure).name} {' and '.join(clauses)}")
    title, baseline = (plan_title(comparison, name, language) for name in (plan, comparison.baseline))
    if not told:
        return f"{title} against {baseline} changes nothing surely for any one {breakdown.by}."
    return f"{title} against {baseline}, surely: {'; '.join(told[:MOST_EFFECTS])}."


def _moved(
    comparison: Comparison,
    breakdown: Breakdown,
    measure: str,
    changes: Mapping[str, Interval],
    way: str,
    language: str,
) -> str:
    """``up most for students (+120 thousand yuan), then vip (+14)``; the largest changes first."""
    style = part_style(comparison, breakdown, measure)
    order = sorted(changes, key=lambda part: -abs(changes[part].mean))

    def named(part: str) -> str:
        change = changes[part]
        return f"{part_title(breakdown, part, language)} ({style.signed(change.mean, change.half_width)})"

    if len(order) == len(breakdown.parts) and len(order) > 2:
        return f"{way} for every {breakdown.by}, most for {named(order[0])}, least for {named(order[-1])}"
    most, rest = order[:MOST_NAMED], len(order) - MOST_NAMED
    words = [named(part) for part in most] + ([f"{rest} more"] if rest > 0 else [])
    return f"{way} for {_and(words)}" if len(order) == 1 else f"{way} most for {words[0]}, then {_and(words[1:])}"


def _untraced(comparison: Comparison, breakdown: Breakdown, plan: str, language: str) -> str:
    """What the parts' contributions leave out."""
    measure = breakdown.deciding if breakdown.deciding in CONTRIBUTIONS else CONTRIBUTION.name
    if measure not in breakdown.measures:
        return ""
    change = breakdown.change(plan, NO_PART, measure)
    if isnan(change.mean) or change.mean == 0.0:
        return ""
    amount = part_style(comparison, breakdown, measure).signed(change.mean, change.half_width)
    profit, title = comparison.style(whole_measure(measure)).name, plan_title(comparison, plan, language)
    none = f"belongs to no one {breakdown.by}"
    return f"Of the change in {profit} with {title}, {amount} {none}: {UNTRACED[breakdown.by]}."


def _values(comparison: Comparison, breakdown: Breakdown, part: str, measures: Sequence[str]) -> dict[str, Any]:
    """Means and changes of one part, by plan and measure."""
    plans = {
        plan: {measure: _interval(breakdown.mean(plan, part, measure)) for measure in measures}
        for plan in comparison.plans
    }
    differences = {
        plan: {measure: _difference(comparison, breakdown, plan, part, measure) for measure in measures}
        for plan in comparison.plans
        if plan != comparison.baseline
    }
    return {"plans": plans, "differences": differences}


def _difference(comparison: Comparison, breakdown: Breakdown, plan: str, part: str, measure: str) -> dict[str, Any]:
    sure = breakdown.sure(plan, part, measure)
    found: dict[str, Any] = _interval(breakdown.change(plan, part, measure))
    found["together"] = {"low": sure.low, "high": sure.high}
    if comparison.uncertain:
        found["luck_and_assumptions"] = _interval(breakdown.with_assumptions(plan, part, measure))
    return found


def _interval(interval: Interval) -> dict[str, float]:
    return {"mean": interval.mean, "low": interval.low, "high": interval.high}
