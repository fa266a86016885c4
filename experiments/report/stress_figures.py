"""Pictures of plans under stress: what each shock changes, and the futures of each plan with their worst part."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from experiments.report.drawing import BASELINE_COLOUR, NUMBERS, PLAN_COLOURS, canvas, look
from experiments.report.numbers import Style, style_of
from experiments.report.stress_text import shock_title
from experiments.stressing.shocked_plans import Stress
from sim.scenario.units import text_in


def shocks(found: Stress, language: str = "en") -> Figure:
    """What each shock alone changes of the deciding measure, a bar a plan with its interval, the worst on top."""
    style = _style(found)
    effects = found.effects[found.effects["measure"] == found.measure].set_index(["shocks", "plan"])
    order = sorted(found.shocks, key=lambda each: -_spread(effects.xs(each.name, level="shocks")["mean"].to_numpy()))
    plans = _colours(found)
    height = 0.8 / len(plans)
    with look():
        figure = canvas(9.0, 1.4 + 0.28 * len(order) * (len(plans) + 1))
        axis = figure.subplots()
        for place, shock in enumerate(reversed(order)):
            for row, (plan, colour) in enumerate(plans):
                found_row: Any = effects.loc[(shock.name, plan)]
                low, mean, high = (float(found_row[name]) * style.factor for name in ("low", "mean", "high"))
                at = place + 0.4 - height * (row + 0.5)
                label = text_in(found.plans[plan], language) if place == 0 else None
                axis.barh(at, mean, height=0.9 * height, color=colour, label=label)
                axis.plot([low, high], [at, at], color="black", linewidth=1.0)
        axis.axvline(0.0, color="#999999", linewidth=0.8)
        axis.set_yticks(range(len(order)), [shock_title(each, language) for each in reversed(order)])
        axis.set_xlabel(style.change_axis_title)
        axis.xaxis.set_major_formatter(NUMBERS)
        figure.legend(loc="outside lower center", ncols=3, frameon=False)
        _headline(figure, found, language, "what each shock changes, with 95 % interval")
    return figure


def futures(found: Stress, language: str = "en") -> Figure:
    """The deciding measure in every future drawn, plan by plan; the worst part and its mean are marked."""
    style = _style(found)
    values = found.futures[found.futures["measure"] == found.measure]
    with look():
        figure = canvas(9.0, 1.6 + 0.6 * len(found.plans))
        axis = figure.subplots()
        for place, (plan, colour) in enumerate(reversed(_colours(found))):
            risk = next(each for each in found.risks if each.plan == plan)
            seen = values.loc[values["plan"] == plan, "value"].to_numpy(np.float64)
            higher = found.measures[found.measure].better != "lower"
            bad = seen <= risk.at_risk if higher else seen >= risk.at_risk
            for chosen, shade in ((~bad, 0.35), (bad, 1.0)):
                axis.plot(seen[chosen] * style.factor, np.full(int(chosen.sum()), place), "|", color=colour,
                          alpha=shade, markersize=14)  # fmt: skip
            axis.plot([risk.mean.mean * style.factor], [place], "o", color="white", markeredgecolor=colour)
            axis.plot([risk.worst.mean * style.factor], [place], "D", color=colour, markersize=6)
        names = [text_in(found.plans[plan], language) for plan, _ in reversed(_colours(found))]
        axis.set_yticks(range(len(names)), names)
        axis.set_ylim(-0.6, len(names) - 0.4)
        axis.set_xlabel(style.axis_title)
        axis.xaxis.set_major_formatter(NUMBERS)
        worst = f"circle: mean; diamond: mean of the worst {found.tail:.0%}, drawn darker"
        _headline(figure, found, language, f"{found.draws} futures in which each shock has its chance; {worst}")
    return figure


def _spread(means: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    return float(np.abs(means).max())


def _colours(found: Stress) -> list[tuple[str, str]]:
    others = [plan for plan in found.plans if plan != found.baseline]
    colours = [(plan, PLAN_COLOURS[place % len(PLAN_COLOURS)]) for place, plan in enumerate(others)]
    return [(found.baseline, BASELINE_COLOUR), *colours]


def _style(found: Stress) -> Style:
    return style_of(found.measures[found.measure], max(abs(each.mean.mean) for each in found.risks), found.currency)


def _headline(figure: Figure, found: Stress, language: str, what: str) -> None:
    figure.suptitle(f"{text_in(found.title, language)}\n{what}", fontsize=10.5)
