"""Pictures of a comparison: each measure over time with its band, and the differences with their intervals.

In goes a `Comparison`; out come PNG files. Titles may be in any script: text falls back to Noto Sans SC glyph by glyph.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.comparing.breakdown import Breakdown
from experiments.comparing.comparison import Comparison
from experiments.report.by_part import part_style, part_title, shown_parts
from experiments.report.drawing import BASELINE_COLOUR, NUMBERS, PLAN_COLOURS, WINDOW_COLOUR, grid, look
from experiments.report.words import plan_title, scenario_title

MOST_PANELS = 12


def over_time(comparison: Comparison, language: str = "en") -> Figure:
    """The course of each shown measure, a line a plan with its 95 % band; the campaign window is shaded."""
    daily = comparison.daily
    measures = [name for name in comparison.shown if (daily["measure"] == name).any()][:MOST_PANELS]
    with look():
        figure, panels = grid(len(measures), width=5.4, height=2.3)
        for panel, measure in zip(panels, measures, strict=True):
            rows = daily[daily["measure"] == measure]
            style = comparison.style(measure, float(rows["mean"].abs().max()))
            _shade_window(panel, rows)
            for plan, colour in _colours(comparison):
                course = rows[rows["plan"] == plan]
                dates = pd.to_datetime(course["date"]).to_numpy()
                low, mean, high = (course[name].to_numpy(np.float64) * style.factor for name in ("low", "mean", "high"))
                panel.fill_between(dates, low, high, color=colour, alpha=0.18, linewidth=0)
                panel.plot(dates, mean, color=colour, linewidth=1.3, label=plan_title(comparison, plan, language))
            panel.set_title(style.axis_title, loc="left", fontsize=9)
            panel.yaxis.set_major_formatter(NUMBERS)
            panel.margins(x=0.01)
        _legend(figure, panels)
        _headline(figure, comparison, language, "mean and 95 % band of each day; shaded: the campaign")
    return figure


def differences(comparison: Comparison, language: str = "en") -> Figure:
    """The change from the baseline in each shown measure, a dot a plan, with its 95 % intervals."""
    plans = [(plan, colour) for plan, colour in _colours(comparison) if plan != comparison.baseline]
    table = comparison.differences.set_index(["plan", "measure"])
    measures = [name for name in comparison.shown if not table.xs(name, level="measure")["mean"].isna().all()]
    with look():
        figure, panels = grid(len(measures), width=5.4, height=0.55 + 0.32 * len(plans))
        for panel, measure in zip(panels, measures, strict=True):
            rows = table.xs(measure, level="measure")
            style = comparison.style(measure)
            panel.axvline(0.0, color="#999999", linewidth=0.8)
            for place, (plan, colour) in enumerate(reversed(plans)):
                row: Any = rows.loc[plan]
                if comparison.uncertain:
                    wide = np.array([row["assumptions_low"], row["assumptions_high"]]) * style.factor
                    panel.plot(wide, [place, place], color=colour, linewidth=1.0)
                luck = np.array([row["low"], row["high"]]) * style.factor
                panel.plot(luck, [place, place], color=colour, linewidth=4.0)
                mean = row["mean"] * style.factor
                panel.plot([mean], [place], "o", color="white", markeredgecolor=colour, markersize=5)
            panel.set_yticks(range(len(plans)), [plan_title(comparison, plan, language) for plan, _ in reversed(plans)])
            panel.set_ylim(-0.6, len(plans) - 0.4)
            panel.set_title(style.change_axis_title, loc="left", fontsize=9)
            panel.xaxis.set_major_formatter(NUMBERS)
        thin = "; thin: luck + assumptions" if comparison.uncertain else ""
        baseline = plan_title(comparison, comparison.baseline, language)
        _headline(figure, comparison, language, f"change from {baseline} with 95 % interval{thin}")
    return figure


def by_part(comparison: Comparison, breakdown: Breakdown, language: str = "en") -> Figure:
    """The change from the baseline for each segment, tier or site, a panel a measure, a dot a plan.

    The thick line is the 95 % interval of each change alone, the thin one that of all of them together.
    """
    plans = [(plan, colour) for plan, colour in _colours(comparison) if plan != comparison.baseline]
    parts = shown_parts(comparison, breakdown)[::-1]
    with look():
        figure, panels = grid(len(breakdown.measures), width=5.4, height=0.7 + len(parts) * (0.12 + 0.16 * len(plans)))
        for panel, measure in zip(panels, breakdown.measures, strict=True):
            style = part_style(comparison, breakdown, measure)
            panel.axvline(0.0, color="#999999", linewidth=0.8)
            for number, (plan, colour) in enumerate(plans):
                offset = 0.7 * ((len(plans) - 1) / 2 - number) / len(plans)  # the first plan on top
                label = plan_title(comparison, plan, language)
                for place, part in enumerate(parts):
                    change, sure = breakdown.change(plan, part, measure), breakdown.sure(plan, part, measure)
                    at = [place + offset] * 2
                    panel.plot(np.array([sure.low, sure.high]) * style.factor, at, color=colour, linewidth=1.0)
                    panel.plot(np.array([change.low, change.high]) * style.factor, at, color=colour, linewidth=3.0)
                    panel.plot([change.mean * style.factor], at[:1], "o", color="white", markeredgecolor=colour,
                               markersize=4, label=label if place == 0 else None)  # fmt: skip
            panel.set_yticks(range(len(parts)), [part_title(breakdown, part, language) for part in parts])
            panel.set_ylim(-0.6, len(parts) - 0.4)
            panel.set_title(style.change_axis_title, loc="left", fontsize=9)
            panel.xaxis.set_major_formatter(NUMBERS)
        _legend(figure, panels)
        baseline = plan_title(comparison, comparison.baseline, language)
        wide = "luck + assumptions, all changes together" if comparison.uncertain else "all changes together"
        _headline(
            figure, comparison, language, f"change from {baseline} by {breakdown.by}, 95 % interval; thin: {wide}"
        )
    return figure


def _colours(comparison: Comparison) -> list[tuple[str, str]]:
    others = [plan for plan in comparison.plans if plan != comparison.baseline]
    colours = [(plan, PLAN_COLOURS[place % len(PLAN_COLOURS)]) for place, plan in enumerate(others)]
    return [(comparison.baseline, BASELINE_COLOUR), *colours]


def _shade_window(panel: Axes, rows: pd.DataFrame) -> None:
    window = pd.to_datetime(rows.loc[rows["period"] == "campaign", "date"])
    if not window.empty:
        panel.axvspan(window.min(), window.max() + pd.Timedelta(days=1), color=WINDOW_COLOUR, linewidth=0)  # type: ignore[arg-type]  # dates are converted by the axis


def _legend(figure: Figure, panels: Sequence[Axes]) -> None:
    if panels:
        handles, labels = panels[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False)


def _headline(figure: Figure, comparison: Comparison, language: str, subtitle: str) -> None:
    figure.suptitle(
        f"{scenario_title(comparison, language)}\n{subtitle} · {comparison.replications} paired replications",
        fontsize=10.5,
    )
