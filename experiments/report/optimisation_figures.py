"""Pictures of an optimisation: the course of the search, the Pareto front, and each lever moved alone."""

from collections.abc import Callable, Mapping
from itertools import combinations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.report.drawing import BASELINE_COLOUR, NUMBERS, PLAN_COLOURS, canvas, grid, look
from experiments.search.aims import Aim
from experiments.search.levers import as_text
from experiments.search.result import Optimisation
from sim.scenario.sourced import number_and_unit
from sim.scenario.units import text_in

TRIED, BROKEN, BEST = PLAN_COLOURS[0], "#bbbbbb", PLAN_COLOURS[1]


def figures(found: Optimisation, language: str = "en") -> Mapping[str, Callable[[], Figure]]:
    """The figures there are, by file name: history, levers, and with several objectives the front of each pair."""
    named: dict[str, Callable[[], Figure]] = {
        "history": lambda: history(found, language),
        "levers": lambda: levers(found, language),
    }
    if len(found.aims) > 1:
        named["front"] = lambda: front(found, language)
    return named


def history(found: Optimisation, language: str = "en") -> Figure:
    """Each objective of the settings tried, in their order, with the best so far that keeps the limits."""
    with look():
        figure, panels = grid(len(found.aims), width=5.4, height=2.6)
        tried = [each for each in found.tried if not each.problem]
        numbers = np.array([each.number for each in tried])
        able = np.array([each.feasible and each.places is not None for each in tried])
        for place, (panel, aim) in enumerate(zip(panels, found.aims, strict=True)):
            style = found.style(aim)
            means = np.array([each.changes[place].mean for each in tried]) * style.factor
            panel.plot(numbers[~able], means[~able], "x", color=BROKEN, label="breaks a limit")
            panel.plot(numbers[able], means[able], "o", color=TRIED, markersize=4, label="keeps the limits")
            accumulate = np.maximum.accumulate if aim.higher_is_better else np.minimum.accumulate
            panel.step(numbers[able], accumulate(means[able]), where="post", color=BEST, label="best so far")
            for each in found.chosen:
                panel.plot([each.tried.number], [each.changes[place].mean * style.factor], "D", color=BEST,
                           markerfacecolor="white", label="chosen, on fresh replications")  # fmt: skip
            panel.axhline(0.0, color=BASELINE_COLOUR, linewidth=0.8)
            panel.set_title(f"{style.change_axis_title}, change from {found.baseline}", loc="left", fontsize=9)
            panel.set_xlabel("setting, in the order tried")
            panel.yaxis.set_major_formatter(NUMBERS)
        _legend(figure, panels)
        _headline(figure, found, language, f"{found.replications} paired replications a setting")
    return figure


def front(found: Optimisation, language: str = "en") -> Figure:
    """Each pair of objectives: what was tried, and the front with its intervals on fresh replications."""
    pairs = list(combinations(range(len(found.aims)), 2))
    with look():
        figure, panels = (canvas(6.5, 5.0), []) if len(pairs) == 1 else grid(len(pairs), width=5.4, height=4.0)
        panels = panels or [figure.subplots()]
        for panel, (first, second) in zip(panels, pairs, strict=True):
            styles = [found.style(found.aims[place]) for place in (first, second)]
            for able, marker, colour, label in (
                (False, "x", BROKEN, "breaks a limit, in the search"),
                (True, "o", TRIED, "keeps the limits, in the search"),
            ):
                kept = [each for each in found.tried if not each.problem and each.feasible == able]
                points = [
                    np.array([each.changes[place].mean for each in kept]) * style.factor
                    for place, style in zip((first, second), styles, strict=True)
                ]
                panel.plot(*points, marker, color=colour, markersize=4, alpha=0.6, label=label)
            for each in found.chosen:
                across, up = (each.changes[place] for place in (first, second))
                panel.errorbar(
                    [across.mean * styles[0].factor], [up.mean * styles[1].factor],
                    xerr=[max(0.0, np.nan_to_num(across.half_width)) * styles[0].factor],
                    yerr=[max(0.0, np.nan_to_num(up.half_width)) * styles[1].factor],
                    fmt="D", color=BEST, markersize=5, linewidth=0.9, label="front, on fresh replications",
                )  # fmt: skip
            panel.set_xlabel(f"{styles[0].change_axis_title}, change")
            panel.set_ylabel(f"{styles[1].change_axis_title}, change")
            panel.xaxis.set_major_formatter(NUMBERS)
            panel.yaxis.set_major_formatter(NUMBERS)
        _legend(figure, panels)
        _headline(figure, found, language, f"changes from {found.baseline}")
    return figure


def levers(found: Optimisation, language: str = "en") -> Figure:
    """Each objective when one lever moves and the others stay at the best; hollow where a limit is broken."""
    panels_wanted = [(lever, aim) for lever in found.levers for aim in found.aims]
    with look():
        figure, panels = grid(len(panels_wanted), width=5.4, height=2.6)
        for panel, (lever, aim) in zip(panels, panels_wanted, strict=True):
            rows = found.responses
            rows = rows[(rows["path"] == lever.path) & (rows["objective"] == aim.measure.name) & rows["mean"].notna()]
            _response(panel, found, aim, rows, ordered=lever.ordered)
            panel.set_xlabel(lever.path)
        best = "the best" if len(found.chosen) == 1 else "the balanced setting"
        _headline(
            figure, found, language,
            f"one lever moved, the others at {best} (orange); hollow: breaks a limit; fresh replications",
        )  # fmt: skip
    return figure


def _response(panel: Axes, found: Optimisation, aim: Aim, rows: pd.DataFrame, *, ordered: bool) -> None:
    style = found.style(aim)
    numbers = [number_and_unit(each) for each in rows["value"]]
    places = np.arange(float(len(rows)))
    if ordered:
        places = np.array([float(each[0]) for each in numbers if each is not None])
    mean, low, high = (rows[name].to_numpy(np.float64) * style.factor for name in ("mean", "low", "high"))
    if ordered:
        panel.plot(places, mean, color=TRIED, linewidth=1.0)
    for row, (kept, chosen) in enumerate(zip(rows["kept"], rows["chosen"], strict=True)):
        colour = BEST if chosen else TRIED
        if np.isfinite(low[row]):
            panel.plot([places[row]] * 2, [low[row], high[row]], color=colour, linewidth=1.2)
        panel.plot([places[row]], [mean[row]], "o", color=colour, markerfacecolor=colour if kept else "white")
    panel.set_xticks(places, [as_text(each) for each in rows["value"]])
    panel.set_title(f"{style.change_axis_title}, change from {found.baseline}", loc="left", fontsize=9)
    panel.yaxis.set_major_formatter(NUMBERS)


def _legend(figure: Figure, panels: list[Axes]) -> None:
    """Each label once."""
    handles, labels = panels[0].get_legend_handles_labels()
    once = dict(zip(labels, handles, strict=True))
    figure.legend(list(once.values()), list(once), loc="outside lower center", ncols=4, frameon=False)


def _headline(figure: Figure, found: Optimisation, language: str, subtitle: str) -> None:
    figure.suptitle(f"{text_in(found.title, language)}: levers of plan {found.plan}\n{subtitle}", fontsize=10.5)
