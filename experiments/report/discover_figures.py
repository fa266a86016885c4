"""Pictures of where a plan fails: the worlds across the two assumptions that matter most, the trade-off of boxes."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from experiments.discovery.failing_worlds import Discovery
from experiments.report.drawing import PLAN_COLOURS, canvas, look
from experiments.report.layout import wrapped
from sim.scenario.sourced import number_and_unit
from sim.scenario.units import text_in


def where(found: Discovery, language: str = "en") -> Figure:
    """Each world a dot, failing or not; the first box is framed in its first two assumptions."""
    paths = [each.path for region in found.regions for each in region.limits]
    paths = list(dict.fromkeys([*paths, *(factor.path for factor in found.factors)]))[:2]
    with look():
        figure = canvas(7.0, 5.4)
        axis = figure.subplots()
        across, upwards = _values(found, paths[0]), _values(found, paths[1]) if len(paths) > 1 else None
        heights = np.zeros(len(across)) if upwards is None else upwards
        failed = found.worlds["fails"].to_numpy(np.bool_)
        for chosen, colour, label in ((~failed, PLAN_COLOURS[2], "does not fail"), (failed, PLAN_COLOURS[1], "fails")):
            axis.plot(across[chosen], heights[chosen], "o", color=colour, markersize=3.5, alpha=0.7, label=label)
        axis.set_xlabel("\n".join(wrapped(paths[0], 70)))
        if len(paths) > 1:
            axis.set_ylabel("\n".join(wrapped(paths[1], 50)))
        else:
            axis.set_yticks([])
        if found.regions:
            _frame(axis, found, paths)
        figure.legend(loc="outside lower center", ncols=2, frameon=False)
        plan = text_in(found.plans[found.plan], language)
        figure.suptitle(f"{text_in(found.title, language)}\nwhere {plan} fails · {len(failed)} worlds", fontsize=10.5)
    return figure


def trade_off(found: Discovery, language: str = "en") -> Figure:
    """Coverage against density along the peeling of the first box; the box chosen is marked."""
    with look():
        figure = canvas(6.0, 4.4)
        axis = figure.subplots()
        for region in found.regions[:1]:
            steps = region.box.trajectory
            axis.plot([step.coverage for step in steps], [step.density for step in steps], "o-", markersize=3,
                      color=PLAN_COLOURS[0], label="boxes on the way")  # fmt: skip
            axis.plot([region.coverage], [region.held.share], "D", color=PLAN_COLOURS[1], label="the box chosen")
            axis.legend(frameon=False)
        axis.set_xlim(0.0, 1.03)
        axis.set_ylim(0.0, 1.03)
        axis.set_xlabel("coverage: share of all failures inside")
        axis.set_ylabel("density: share of the worlds inside that fail")
        figure.suptitle(text_in(found.title, language), fontsize=10.5)
    return figure


def _values(found: Discovery, path: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    numbers = [number_and_unit(_plain(text)) for text in found.worlds[path]]
    return np.array([float(each[0]) if each is not None else np.nan for each in numbers])


def _plain(text: str) -> str | float:
    try:
        return float(text)
    except ValueError:
        return text


def _frame(axis: Axes, found: Discovery, paths: list[str]) -> None:
    """The limits of the first box; open sides end at the edge of the range."""
    sides = {each.path: each for each in found.regions[0].limits}
    corners = []
    for path in (*paths, *([""] if len(paths) < 2 else [])):
        limits = sides.get(path)
        low, high = axis.get_xlim() if path == paths[0] else axis.get_ylim()
        if limits is not None:
            low = low if limits.low is None else _number(limits.low)
            high = high if limits.high is None else _number(limits.high)
        corners.append((low, high))
    (left, right), (bottom, top) = corners
    axis.add_patch(Rectangle((left, bottom), right - left, top - bottom, fill=False, linewidth=1.4, linestyle="--"))


def _number(value: object) -> float:
    part = number_and_unit(value)
    return float("nan") if part is None else float(part[0])
