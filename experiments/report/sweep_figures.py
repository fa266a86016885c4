"""Pictures of a sweep: the answer to each factor, and for a grid of two factors the values and which plan wins where.

In goes a `Sweep`; out come PNG files beside its text, JSON and tables.
"""

from functools import partial
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from experiments.report.drawing import BASELINE_COLOUR, NUMBERS, PLAN_COLOURS, grid, look
from experiments.report.files import keep_report
from experiments.report.sweep_text import sweep_object, sweep_text
from experiments.sweeping.point_sets import said
from experiments.sweeping.response import at_part, curves, parts
from experiments.sweeping.sweeps import Sweep, values_of
from sim.scenario.units import text_in

MOST_PANELS = 24
LONGEST_TITLE = 46


def write_sweep(sweep: Sweep, folder: Path, language: str = "en") -> None:
    """Write text, JSON, tables and figures into ``folder``, over an earlier report of the same folder."""
    figures = {"response": lambda: responses(sweep, language)}
    if len(sweep.set.shape) == 2:
        for measure in sweep.measures:
            figures[f"heat-{measure}"] = partial(heat_maps, sweep, measure, language)
    keep_report(
        folder,
        "sweep",
        sweep_text(sweep, language),
        sweep_object(sweep),
        {
            "points": sweep.points,
            "means": sweep.means,
            "best": sweep.best_plans,
            "curves": curves(sweep),
            "values": sweep.outcomes.table(),
        },
        figures,
    )


def responses(sweep: Sweep, language: str = "en") -> Figure:
    """A panel each measure and factor: a line a plan over the factor's values, with its band; dots are single points.

    The average is over the other factors of the sweep. What the file has is marked on the axis.
    """
    wanted = [(measure, number) for measure in sweep.measures for number in range(len(sweep.set.factors))][:MOST_PANELS]
    with look():
        figure, panels = grid(len(wanted), width=5.0, height=2.6)
        for panel, (measure, number) in zip(panels, wanted, strict=True):
            _response(panel, sweep, measure, number, language)
        handles, labels = panels[0].get_legend_handles_labels()
        if len(sweep.plans) > 1:
            figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False)
        band = "" if sweep.replications == 1 else "; band: 95 %"
        others = "" if len(sweep.set.factors) == 1 else ", average over the other factors"
        dots = "" if sweep.set.shape else "; dots: single points"
        _headline(figure, sweep, language, f"mean{others}{band}{dots}; triangle: as in the file")
    return figure


def _response(panel: Axes, sweep: Sweep, measure: str, number: int, language: str) -> None:
    style, axis = sweep.style(measure), sweep.set.axes[number]
    along = parts(sweep, number)
    places = np.array([part.place for part in along])
    for plan, colour in _colours(sweep):
        if not sweep.set.shape:
            each = values_of(sweep, measure, plan).mean(axis=1) * style.factor
            panel.plot(sweep.set.places[:, number], each, "o", color=colour, markersize=2.2, alpha=0.45, linewidth=0)
        found = [at_part(sweep, measure, plan, part) for part in along]
        low, mean, high = (np.array([getattr(each, end) for each in found]) * style.factor
                           for end in ("low", "mean", "high"))  # fmt: skip
        panel.fill_between(places, low, high, color=colour, alpha=0.18, linewidth=0)
        panel.plot(
            places, mean, "o-", color=colour, linewidth=1.3, markersize=3, label=text_in(sweep.plans[plan], language)
        )
    panel.set_title(style.axis_title, loc="left", fontsize=9)
    panel.yaxis.set_major_formatter(NUMBERS)
    panel.set_xlabel(_short(axis.title))
    if axis.names:
        panel.set_xticks(range(len(axis.names)), list(axis.names))
    else:
        panel.xaxis.set_major_formatter(NUMBERS)
        if sweep.set.factors[number].whole and len(along) <= 10:
            panel.set_xticks(places)
        _mark_file(panel, sweep, number)


def _mark_file(panel: Axes, sweep: Sweep, number: int) -> None:
    """A triangle on the axis for what the file has, where that is one number for all plans."""
    from sim.scenario.sourced import number_and_unit

    factor = sweep.set.factors[number]
    parts_written = [number_and_unit(value) for value in sweep.written_in_file[factor.path].values()]
    at = [float(part[0]) for part in parts_written if part is not None and part[1] == sweep.set.axes[number].unit]
    for place in dict.fromkeys(at):
        panel.plot(
            [place], [0.0], "^", color="black", markersize=5, transform=panel.get_xaxis_transform(), clip_on=False
        )


def heat_maps(sweep: Sweep, measure: str, language: str = "en") -> Figure:
    """The mean of a measure at each combination of two factors, a panel a plan; last, which plan wins."""
    style, wins = sweep.style(measure), measure in sweep.judged and len(sweep.plans) > 1
    with look():
        figure, panels = grid(len(sweep.plans) + wins, width=5.0, height=3.2)
        shape = sweep.set.shape
        fields = {
            plan: values_of(sweep, measure, plan).mean(axis=1).reshape(shape) * style.factor for plan in sweep.plans
        }
        finite = [field[np.isfinite(field)] for field in fields.values()]
        ends = (min(map(np.min, finite)), max(map(np.max, finite))) if all(map(len, finite)) else (0.0, 1.0)
        for panel, (plan, field) in zip(panels, fields.items(), strict=False):
            image = panel.imshow(field.T, origin="lower", aspect="auto", cmap="viridis", vmin=ends[0], vmax=ends[1])
            _ticks(panel, sweep)
            panel.set_title(text_in(sweep.plans[plan], language), loc="left", fontsize=9)
            figure.colorbar(image, ax=panel, format=NUMBERS)
        if wins:
            _winners(figure, panels[-1], sweep, measure, language)
        _headline(figure, sweep, language, style.axis_title)
    return figure


def _winners(figure: Figure, panel: Axes, sweep: Sweep, measure: str, language: str) -> None:
    """Which plan is best at each combination; a question mark where luck could change it."""
    plans, colours = list(sweep.plans), [colour for _, colour in _colours(sweep)]
    bests = [sweep.best(point, measure) for point in range(len(sweep.set.points))]
    shape = sweep.set.shape
    numbers = np.array([np.nan if best is None else plans.index(best.plan) for best in bests]).reshape(shape)
    colourmap = ListedColormap(colours)
    panel.imshow(numbers.T, origin="lower", aspect="auto", cmap=colourmap, vmin=-0.5, vmax=len(plans) - 0.5)
    for point, best in enumerate(bests):
        if best is not None and not best.sure:
            row, column = np.unravel_index(point, shape)
            panel.text(float(row), float(column), "?", ha="center", va="center", color="white", fontsize=10)
    _ticks(panel, sweep)
    panel.set_title("best plan (?: luck could change it)", loc="left", fontsize=9)
    seen = dict.fromkeys(best.plan for best in bests if best is not None)
    handles = [Patch(color=colours[plans.index(plan)], label=text_in(sweep.plans[plan], language)) for plan in seen]
    figure.legend(handles=handles, loc="outside lower right", ncols=4, frameon=False)


def _ticks(panel: Axes, sweep: Sweep) -> None:
    """Names of the values: the first factor to the right, the second upwards."""
    for number, axis in enumerate((panel.xaxis, panel.yaxis)):
        names = [said(value) for value in sweep.set.factors[number].values(sweep.set.shape[number])]
        step = max(1, -(-len(names) // 8))
        axis.set_ticks(list(range(0, len(names), step)), names[::step])
        axis.set_label_text(_short(sweep.set.axes[number].path))
    panel.grid(visible=False)


def _short(title: str) -> str:
    """The end of a long path, which says most."""
    return title if len(title) <= LONGEST_TITLE else "…" + title[-LONGEST_TITLE:]


def _colours(sweep: Sweep) -> list[tuple[str, str]]:
    """The baseline in grey and the others in their colours, in the plans' order."""
    others = [plan for plan in sweep.plans if plan != sweep.baseline]
    colours = {plan: PLAN_COLOURS[place % len(PLAN_COLOURS)] for place, plan in enumerate(others)}
    return [(plan, colours.get(plan, BASELINE_COLOUR)) for plan in sweep.plans]


def _headline(figure: Figure, sweep: Sweep, language: str, subtitle: str) -> None:
    plural = "s" if sweep.replications > 1 else ""
    figure.suptitle(
        f"{text_in(sweep.title, language)}\n{subtitle} · {len(sweep.set.points)} points, {sweep.replications} "
        f"replication{plural}",
        fontsize=10.5,
    )
