"""The comparison as a strategist reads it: one table in plain text, then the verdict.

In goes a `Comparison`; out come lines of text no wider than asked, with Chinese characters counted as two columns wide.
"""

from math import isnan

from rich.cells import cell_len

from experiments.comparing.comparison import Comparison
from experiments.comparing.warm_up import STEADY
from experiments.report.by_part import breakdown_blocks
from experiments.report.campaigns import campaign_blocks
from experiments.report.layout import GAP, Column, fitted, labelled, side_by_side, table, wrapped
from experiments.report.numbers import UNDEFINED
from experiments.report.plan_money import money_blocks
from experiments.report.selected import objectives_block, selection_block, warm_up_words
from experiments.report.sentences import rests_on_sentence, undecided_sentence, verdict_sentences
from experiments.report.targets_text import mean_target_blocks
from experiments.report.words import plan_title, scenario_title

WIDTH = 120
NARROW_NAMES = 28
PERIOD_WORDS = {
    "before": "the days before the campaign",
    "campaign": "the campaign",
    "aftermath": "the days after the campaign",
    "whole": "the whole run",
    STEADY: "the days",
}
NOT_IN_BASELINE = "(its own value: the baseline has none)"
LABELS = ("Verdict", "Undecided", "Rests on")


def plain_text(comparison: Comparison, language: str = "en", width: int = WIDTH) -> str:
    """Header, table, verdict, what is undecided, and what it all rests on."""
    blocks = [_header(comparison, language, width), *_tables(comparison, language, width)]
    if comparison.selection is not None:
        blocks.append(selection_block(comparison, comparison.selection, language))
    if comparison.objectives is not None:
        blocks.append(objectives_block(comparison, language))
    if comparison.breakdown is not None:
        blocks += breakdown_blocks(comparison, comparison.breakdown, language, width)
    if not comparison.offers.empty:
        blocks.append(_offers(comparison, language, width))
    blocks += campaign_blocks(comparison, language, width)
    blocks += mean_target_blocks(comparison, language)
    blocks += money_blocks(comparison, language, width)
    blocks.append(_verdict(comparison, language, width))
    return "\n\n".join(blocks) + "\n"


def _header(comparison: Comparison, language: str, width: int) -> str:
    facts = [
        f"{comparison.customers:,} customers",
        f"{comparison.days} days",
        f"{_replications(comparison)} paired replications",
        f"seed {comparison.seed}",
    ]
    title, size = scenario_title(comparison, language), " · ".join(facts)
    together = cell_len(title) + len(GAP) + cell_len(size) <= width
    first = [f"{title}{GAP}{size}"] if together else [*wrapped(title, width), *wrapped(size, width)]
    when = " ".join(filter(None, (PERIOD_WORDS[comparison.period], warm_up_words(comparison))))
    wide = " for the whole table together" if comparison.simultaneous else ""
    legend = f"Measured over {when}; ( ) 95 % interval of luck{wide}"
    if comparison.uncertain:
        legend += ", [ ] of luck and assumptions together"
    return "\n".join([*first, *wrapped(legend, width)])


def _replications(comparison: Comparison) -> str:
    """How many: all plans alike, or from the least of a plan to the most where the best was picked."""
    if comparison.selection is None:
        return str(comparison.replications)
    made = comparison.selection.replications.values()
    return f"{min(made)} to {max(made)}" if min(made) < max(made) else str(max(made))


def _tables(comparison: Comparison, language: str, width: int) -> list[str]:
    """The measures with the baseline's values, and a column a plan."""

    def build(narrow: bool) -> tuple[list[Column], list[Column]]:
        names_width, between = (NARROW_NAMES, "\n") if narrow else (WIDTH, " ")
        plans = [plan for plan in comparison.plans if plan != comparison.baseline]
        changes = [_plan_column(comparison, plan, language, between) for plan in plans]
        return _first_columns(comparison, language, names_width), changes

    return fitted(build, width)


def _first_columns(comparison: Comparison, language: str, names_width: int) -> list[Column]:
    """Names of the measures, and the baseline's values."""
    styles = [comparison.style(name) for name in comparison.shown]
    values = [comparison.mean(comparison.baseline, name) for name in comparison.shown]
    levels = [style.level(value) for style, value in zip(styles, values, strict=True)]
    return [
        Column(("", ""), tuple("\n".join(wrapped(style.row_title, names_width)) for style in styles)),
        Column((plan_title(comparison, comparison.baseline, language), "(baseline)"), tuple(levels), right=True),
    ]


def _plan_column(comparison: Comparison, plan: str, language: str, between: str) -> Column:
    """Changes from the baseline; ``between`` stands between the two intervals."""
    cells = tuple(_change(comparison, plan, measure, between) for measure in comparison.shown)
    return Column((plan_title(comparison, plan, language), "change"), cells)


def _change(comparison: Comparison, plan: str, measure: str, between: str) -> str:
    """``-31  (-34 to -28) points``; where the baseline has no value to compare with, the plan's own, and that it is."""
    style = comparison.style(measure)
    own = comparison.mean(plan, measure)
    if isnan(comparison.mean(comparison.baseline, measure).mean) and not isnan(own.mean):
        return f"{style.level(own)}{between}{NOT_IN_BASELINE}"
    text = style.change(comparison.difference(plan, measure))
    if comparison.uncertain:
        both = comparison.difference_with_assumptions(plan, measure)
        if not isnan(both.low):
            text += f"{between}{style.limits(both, '[]')}"
    return f"{text} {style.change_unit}" if style.change_unit == "points" and text != UNDEFINED else text


def _offers(comparison: Comparison, language: str, width: int) -> str:
    """What the offers caused, against what the same customers do without them."""
    offers = comparison.offers
    costs = offers["cost_per_incremental"] / 10**comparison.minor_digits
    counts = [
        Column((title, "customers"), tuple(f"{value:,.0f}" for value in offers[name]), right=True)
        for name, title in (("redeemed", "redeemed"), ("incremental", "incremental"), ("deadweight", "deadweight"))
    ]
    cost = Column(
        ("cost of each", f"won, {comparison.currency}"),
        tuple("nobody won" if isnan(each) else f"{each:,.0f}" for each in costs.tolist()),
        right=True,
    )
    left = width - side_by_side([*counts, cost]) - len(GAP)
    names = tuple(
        "\n".join(wrapped(f"{plan_title(comparison, plan, language)}: {offer}", left))
        for plan, offer in zip(offers["plan"], offers["offer"], strict=True)
    )
    return table([Column(("offer", ""), names), *counts, cost])


def _verdict(comparison: Comparison, language: str, width: int) -> str:
    """Each label with its sentences, every sentence of the verdict on a line of its own."""
    texts = (
        verdict_sentences(comparison, language),
        [undecided_sentence(comparison, language)],
        [rests_on_sentence(comparison)],
    )
    return "\n".join(
        labelled(label, sentences, width) for label, sentences in zip(LABELS, texts, strict=True) if any(sentences)
    )
