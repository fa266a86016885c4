"""Pictures of contested beliefs and of a turning point, and the files `--out` leaves of both.

In goes a `Flip` or a `TurningPoint`; out come figures: dots with intervals a belief, and the lead along a range.
"""

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from experiments.assumptions.side_by_side import Flip
from experiments.assumptions.turning_point import TurningPoint
from experiments.comparing.intervals import mean_interval, paired_interval
from experiments.report.drawing import BASELINE_COLOUR, NUMBERS, PLAN_COLOURS, canvas, look
from experiments.report.files import keep_report
from experiments.report.flip_text import flip_object, flip_style, flip_text, world_label
from experiments.report.layout import wrapped
from experiments.report.turning_text import turning_object, turning_style, turning_text
from sim.scenario.units import text_in


def by_belief(found: Flip, language: str = "en") -> Figure:
    """Each plan's change from the baseline (its level, without one) in every world; a ring marks the best plan."""
    plans = list(found.plans)
    base = plans.index(found.baseline) if found.baseline in plans else None
    shown = [number for number in range(len(plans)) if number != base]
    style = flip_style(found)
    worlds = len(found.worlds)
    with look():
        figure = canvas(9.5, 1.7 + worlds * (0.25 + 0.16 * len(shown)))
        panel = figure.subplots()
        for rank, number in enumerate(shown):
            colour = PLAN_COLOURS[rank % len(PLAN_COLOURS)]
            for world in range(worlds):
                values = found.values[world, :, number]
                interval = (
                    mean_interval(values) if base is None else paired_interval(values, found.values[world, :, base])
                )
                place = worlds - 1 - world + 0.3 - 0.6 * (rank + 0.5) / len(shown)
                limits = np.array([interval.low, interval.high]) * style.factor
                panel.plot(limits, [place, place], color=colour, linewidth=2.2)
                best = found.judgements[world].best == plans[number]
                panel.plot(
                    [interval.mean * style.factor], [place], "o", color=colour, markersize=9 if best else 5,
                    markeredgecolor="black" if best else "white", label=text_in(found.plans[plans[number]], language)
                    if world == 0 else None,
                )  # fmt: skip
        if base is not None:
            panel.axvline(0.0, color=BASELINE_COLOUR, linewidth=0.9)
        labels = ["\n".join(wrapped(world_label(found, world, language), 34)) for world in range(worlds)]
        for world, judgement in enumerate(found.judgements):
            if judgement.best == found.baseline:
                labels[world] += "\nbest: the baseline"
        panel.set_yticks(range(worlds), labels[::-1])
        panel.set_ylim(-0.6, worlds - 0.4)
        panel.xaxis.set_major_formatter(NUMBERS)
        change = "" if base is None else f"change from {text_in(found.plans[found.baseline], language)}: "
        words = f"{change}{style.axis_title if base is None else style.change_axis_title}"
        panel.set_xlabel("\n".join(wrapped(words, 60)))
        figure.legend(loc="outside lower center", ncols=3, frameon=False)
        asked = f"{text_in(found.beliefs[0].title, language)}: " if len(found.beliefs) == 1 else ""
        figure.suptitle(
            f"{text_in(found.title, language)}\n{asked}each plan if this is true; 95 % interval of luck; ringed: best",
            fontsize=10.5,
        )
    return figure


def along_range(found: TurningPoint, language: str = "en") -> Figure:
    """The lead of the best plan over each other along the range; the band around a turn is its interval."""
    style, factor = turning_style(found), found.factor
    with look():
        figure = canvas(8.5, 4.6)
        panel = figure.subplots()
        others = [plan for plan in found.plans if plan != found.judgement.best]
        for rank, plan in enumerate(others):
            part = found.course[found.course["plan"] == plan].sort_values("quantile")
            colour = PLAN_COLOURS[rank % len(PLAN_COLOURS)]
            low, mean, high = (part[name].to_numpy(np.float64) * style.factor for name in ("low", "mean", "high"))
            places = part["quantile"].to_numpy(np.float64)
            panel.fill_between(places, low, high, color=colour, alpha=0.18, linewidth=0)
            panel.plot(places, mean, "o-", color=colour, linewidth=1.3, markersize=3.5,
                       label=f"over {text_in(found.plans[plan], language)}")  # fmt: skip
        panel.axhline(0.0, color=BASELINE_COLOUR, linewidth=0.9)
        panel.axvline(found.stated_quantile, color=BASELINE_COLOUR, linewidth=0.9, linestyle=":")
        for turn in found.turns:
            panel.axvline(turn.quantile, color=PLAN_COLOURS[1], linewidth=1.0, linestyle="--")
        quantiles = np.linspace(0.0, 1.0, 6)
        panel.set_xticks(quantiles, [_tick(factor.at(float(quantile))) for quantile in quantiles])
        panel.yaxis.set_major_formatter(NUMBERS)
        panel.set_xlabel(f"{factor.path} (dotted: as stated)")
        best = text_in(found.plans[found.judgement.best], language)
        panel.set_ylabel(f"lead of {best}, {style.change_axis_title}")
        figure.legend(loc="outside lower center", ncols=3, frameon=False)
        figure.suptitle(text_in(found.title, language), fontsize=10.5)
    return figure


def keep_flip(found: Flip, folder: Path, language: str = "en") -> None:
    """Write text, JSON, tables and figure into ``folder``."""
    tables = {"means": found.means(), "verdicts": found.verdicts()}
    text, content = flip_text(found, language), flip_object(found, language)
    keep_report(folder, "flip", text, content, tables, {"by-belief": lambda: by_belief(found, language)})


def keep_turning_point(found: TurningPoint, folder: Path, language: str = "en") -> None:
    """Write text, JSON, table and figure into ``folder``."""
    text, content = turning_text(found, language), turning_object(found, language)
    figures = {"along-range": lambda: along_range(found, language)}
    keep_report(folder, "turning-point", text, content, {"course": found.course}, figures)


def _tick(value: object) -> str:
    from experiments.report.sensitivity_text import written

    return written(value)
