"""Contested beliefs in plain text: a row a world, what each plan comes to there, which is best, and where that changes.

In goes a `Flip`; out come the table, sentences, and the object `--json` prints.
"""

from typing import Any

from rich.cells import cell_len

from experiments.assumptions.beliefs import STATED
from experiments.assumptions.side_by_side import Flip
from experiments.comparing.intervals import Interval, mean_interval, paired_interval
from experiments.report.layout import GAP, Column, side_by_side, table, wrapped
from experiments.report.numbers import Style, style_of
from experiments.report.sensitivity_text import written
from experiments.report.tables import PERIOD_WORDS, WIDTH
from sim.scenario.units import text_in

MOST_TOLD = 6
INDENT = 11


def flip_text(found: Flip, language: str = "en", width: int = WIDTH) -> str:
    """Header, the worlds, and where the best plan changes."""
    lines: list[str] = []
    for number, sentence in enumerate(flip_sentences(found, language)):
        for place, line in enumerate(wrapped(sentence, width - INDENT)):
            lines.append(f"{'Verdict' if number == place == 0 else '':{INDENT}}{line}")
    return "\n\n".join([_header(found, language, width), _worlds(found, language, width), "\n".join(lines)]) + "\n"


def flip_sentences(found: Flip, language: str = "en") -> list[str]:
    """Where the best plan changes, and which beliefs do not matter."""
    first, style = found.judgements[0], flip_style(found)
    best = _title(found, first.best, language)
    sure = sum(judgement.surely for judgement in found.judgements)
    count = len(found.worlds)
    if not found.changed:
        sentences = [
            f"Whatever of this is believed, {best} is best on {style.name}, surely in {sure} of {count} worlds."
        ]
    else:
        sentences = [
            f"With {_world_words(found, 0, language)}, {best} is best on {style.name} ({_surely(first.surely)}); the "
            f"best plan changes in {len(found.changed)} of the {count - 1} other worlds."
        ]
        for place in found.changed[:MOST_TOLD]:
            judgement = found.judgements[place]
            by = style.amount(judgement.lead.mean, judgement.lead.half_width)
            sentences.append(
                f"With {_world_words(found, place, language)}, {_title(found, judgement.best, language)} becomes best "
                f"({_surely(judgement.surely)}), {by} {'more' if judgement.lead.mean > 0 else 'less'} than "
                f"{_title(found, judgement.runner_up, language)}."
            )
        if len(found.changed) > MOST_TOLD:
            sentences.append(f"So it does in {len(found.changed) - MOST_TOLD} more worlds.")
        sentences += _what_matters(found, language)
    if found.left_out:
        sentences.append(f"Left out: {'; '.join(found.left_out)}.")
    return sentences


def flip_object(found: Flip, language: str = "en") -> dict[str, Any]:
    """One object of plain values, for `--json`."""
    return {
        "scenario": found.scenario,
        "period": found.period,
        "measure": found.measure.name,
        "seed": found.seed,
        "replications": found.replications,
        "plans": list(found.plans),
        "baseline": found.baseline,
        "beliefs": {
            belief.name: {answer.name: dict(answer.settings) for answer in belief.answers} for belief in found.beliefs
        },
        "worlds": [
            {
                "answers": dict(world.answers),
                "best": judgement.best,
                "runner_up": judgement.runner_up,
                "lead": _interval(judgement.lead),
                "surely": judgement.surely,
                "plans": {
                    plan: _interval(mean_interval(found.values[place, :, number]))
                    for number, plan in enumerate(found.plans)
                },
            }
            for place, (world, judgement) in enumerate(zip(found.worlds, found.judgements, strict=True))
        ],
        "changes_best_plan": dict(found.matters),
        "left_out": list(found.left_out),
        "sentences": flip_sentences(found, language),
    }


def flip_style(found: Flip) -> Style:
    """How the measure is written, by the size of its largest level."""
    return style_of(found.measure, float(abs(found.values.mean(axis=1)).max()), found.currency)


def world_label(found: Flip, place: int, language: str) -> str:
    """A world in few words: its answers; where there are several beliefs, those that differ from the stated world."""
    world, first = found.worlds[place], found.worlds[0]
    if len(found.beliefs) == 1:
        (belief,) = found.beliefs
        stated = " (as stated)" if place == 0 and belief.stated_first and belief.answers[0].name != STATED else ""
        return _answer(found, belief.name, place, language) + stated
    different = [belief for belief in found.beliefs if world.answers[belief.name] != first.answers[belief.name]]
    if not different and all(belief.stated_first for belief in found.beliefs):
        return STATED
    return ", ".join(
        f"{text_in(belief.title, language)}: {_answer(found, belief.name, place, language)}"
        for belief in different or found.beliefs
    )


def _header(found: Flip, language: str, width: int) -> str:
    title = text_in(found.title, language)
    facts = (
        f"{found.customers:,} customers · {found.days} days · {len(found.worlds)} worlds × {found.replications} paired "
        f"replications · seed {found.seed}"
    )
    first = [f"{title}{GAP}{facts}"] if cell_len(title) + len(GAP) + cell_len(facts) <= width else [title, facts]
    style = flip_style(found)
    base = found.baseline in found.plans
    shown = f"the level of {_title(found, found.baseline, language)} and the change from it" if base else "levels"
    asked = ""
    if len(found.beliefs) == 1:
        asked = f"Asked: {text_in(found.beliefs[0].title, language)}. "
    what = f"{asked}{style.row_title}, over {PERIOD_WORDS[found.period]}: {shown}; ( ) 95 % interval of luck; * best"
    return "\n".join([*first, *wrapped(what, width)])


def _worlds(found: Flip, language: str, width: int) -> str:
    style = flip_style(found)
    places = range(len(found.worlds))
    labels = tuple("\n".join(wrapped(world_label(found, place, language), width // 3)) for place in places)
    columns = [Column(("", ""), labels)]
    plans = list(found.plans)
    base = plans.index(found.baseline) if found.baseline in plans else None
    for number, plan in enumerate(plans):
        cells = []
        for place in places:
            star = " *" if found.judgements[place].best == plan else ""
            if base is None or number == base:
                cells.append(style.level(mean_interval(found.values[place, :, number])) + star)
            else:
                change = paired_interval(found.values[place, :, number], found.values[place, :, base])
                cells.append(style.change(change) + star)
        heading = wrapped(_title(found, plan, language), 24)
        column = Column((heading[0], " ".join(heading[1:])), tuple(cells))
        columns.append(column)
    best = tuple(
        f"{_title(found, judgement.best, language)}, {_surely(judgement.surely)}" for judgement in found.judgements
    )
    columns.append(Column(("best", ""), best))
    blocks = [[columns[0]]]
    for column in columns[1:]:
        if len(blocks[-1]) > 1 and side_by_side([*blocks[-1], column]) > width:
            blocks.append([columns[0]])
        blocks[-1].append(column)
    return "\n\n".join(table(block) for block in blocks)


def _what_matters(found: Flip, language: str) -> list[str]:
    titles = {belief.name: text_in(belief.title, language) for belief in found.beliefs}
    sentences = []
    if len(found.matters) > 1 or len(found.beliefs) > 1:
        named = ", ".join(
            f"{titles[name]} ({100 * share:.0f} % of its changes)"
            for name, share in sorted(found.matters.items(), key=lambda item: -item[1])
        )
        if named:
            sentences.append(f"Changed alone, these change the best plan: {named}.")
    quiet = [titles[belief.name] for belief in found.beliefs if belief.name not in found.matters]
    if quiet:
        sentences.append(f"These never do: {', '.join(quiet)}.")
    return sentences


def _world_words(found: Flip, place: int, language: str) -> str:
    """A world in a sentence: the question goes before its only answer."""
    label = world_label(found, place, language)
    if label == STATED:
        return "what the file states"
    return f"'{label.removesuffix(' (as stated)')}'" if len(found.beliefs) == 1 else label


def _answer(found: Flip, belief: str, place: int, language: str) -> str:
    answers = next(each.answers for each in found.beliefs if each.name == belief)
    chosen = next(each for each in answers if each.name == found.worlds[place].answers[belief])
    return text_in(chosen.title, language) if chosen.title else written(chosen.name)


def _surely(surely: bool) -> str:
    return "surely" if surely else "not surely"


def _title(found: Flip, plan: str, language: str) -> str:
    return text_in(found.plans[plan], language)


def _interval(interval: Interval) -> dict[str, float]:
    return {"mean": interval.mean, "low": interval.low, "high": interval.high}
