"""Pictures of a sensitivity analysis: the tornado of swings, and the indices over the whole space.

In goes a `Sensitivity`; out come figures. The tornado is sorted by what a factor does to the decision, with a mark
where the best plan changes.
"""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.assumptions.decision_sensitivity import Sensitivity
from experiments.assumptions.swings import Swing, quantile_of
from experiments.report.drawing import BASELINE_COLOUR, NUMBERS, PLAN_COLOURS, canvas, look
from experiments.report.layout import wrapped
from experiments.report.sensitivity_text import style_for, written
from sim.scenario.units import text_in

LOW_COLOUR, HIGH_COLOUR, TURN_COLOUR = PLAN_COLOURS[5], PLAN_COLOURS[0], PLAN_COLOURS[1]
MOST_BARS = 30


def tornado(found: Sensitivity, language: str = "en") -> Figure:
    """Outcome at both ends of each factor around its stated value, the most decisive on top; ◆ where it turns."""
    swings = found.swings[:MOST_BARS]
    style = style_for(found)
    with look():
        figure = canvas(9.5, 1.6 + 0.42 * len(swings))
        panel = figure.subplots()
        middle = found.stated.mean * style.factor
        for place, swing in enumerate(reversed(swings)):
            for end, colour in ((swing.ends[0], LOW_COLOUR), (swing.ends[-1], HIGH_COLOUR)):
                reach = end.outcome.mean * style.factor
                panel.barh(place, reach - middle, left=middle, height=0.56, color=colour)
                panel.plot(
                    np.array([end.outcome.low, end.outcome.high]) * style.factor, [place, place],
                    color=BASELINE_COLOUR, linewidth=0.8,
                )  # fmt: skip
            _name_ends(panel, swing, place, style.factor)
            _mark_turns(panel, swing, place, middle, style.factor)
        panel.axvline(middle, color=BASELINE_COLOUR, linewidth=0.9)
        if found.contrast[1] is not None:
            panel.axvline(0.0, color=TURN_COLOUR, linewidth=0.9, linestyle="--")
        panel.set_yticks(range(len(swings)), [_label(swing) for swing in reversed(swings)])
        panel.set_ylim(-0.6, len(swings) - 0.4)
        panel.margins(x=0.16)
        panel.xaxis.set_major_formatter(NUMBERS)
        words = f"{_outcome_words(found, language)}: {style.change_axis_title}"
        panel.set_xlabel("\n".join(wrapped(words, 60)))
        marks = "; ◆ another plan becomes best" if any(swing.turns for swing in swings) else ""
        figure.suptitle(
            f"{text_in(found.title, language)}\none at a time, from the stated values; thin: 95 % interval{marks}",
            fontsize=10.5,
        )
    return figure


def index_bars(found: Sensitivity, language: str = "en") -> Figure:
    """The indices of the main outcome with their intervals, and what luck alone would give (grey)."""
    rows = found.indices[found.indices["outcome"] == found.outcome]
    names = ("mu_star", "sigma") if found.method == "morris" else ("total", "first")
    words = {"mu_star": "μ*, mean effect of the range", "sigma": "σ, how much it varies", "total": "total share of the "
             "spread", "first": "share alone"}  # fmt: skip
    style = style_for(found)
    factor = style.factor if found.method == "morris" else 100.0
    leading = rows[rows["index"] == names[0]].sort_values("value", ascending=False)["path"].tolist()[:MOST_BARS]
    with look():
        figure = canvas(9.5, 1.8 + 0.42 * len(leading))
        panel = figure.subplots()
        for number, name in enumerate(names):
            part = rows[rows["index"] == name].set_index("path").loc[leading]
            places = np.arange(len(leading))[::-1] + (0.17 - 0.34 * number)
            value = part["value"].to_numpy() * factor
            errors = np.abs(np.array([part["value"] - part["low"], part["high"] - part["value"]])) * factor
            panel.barh(places, value, height=0.32, color=PLAN_COLOURS[5 * number], xerr=errors, label=words[name],
                       error_kw={"linewidth": 0.8, "ecolor": BASELINE_COLOUR})  # fmt: skip
            if number == 0:
                panel.barh(places, part["luck"].to_numpy() * factor, height=0.32, color="#bbbbbb", alpha=0.8,
                           label="luck alone")  # fmt: skip
        panel.set_yticks(np.arange(len(leading))[::-1], leading)
        panel.set_xlabel(style.change_axis_title if found.method == "morris" else "% of the variance")
        panel.xaxis.set_major_formatter(NUMBERS)
        figure.legend(loc="outside lower center", ncols=3, frameon=False)
        figure.suptitle(f"{text_in(found.title, language)}\n{_outcome_words(found, language)}", fontsize=10.5)
    return figure


def _outcome_words(found: Sensitivity, language: str) -> str:
    plan, other = found.contrast
    title = text_in(found.plans[plan], language)
    return title if other is None else f"lead of {title} over {text_in(found.plans[other], language)}"


def _label(swing: Swing) -> str:
    return f"{swing.factor.path}\nstated {written(swing.stated)}"


def _name_ends(panel: Axes, swing: Swing, place: int, factor: float) -> None:
    left, right = sorted((swing.ends[0], swing.ends[-1]), key=lambda end: end.outcome.mean)
    for end, side, away in ((left, "right", -4), (right, "left", 4)):
        reach = (end.outcome.low if end is left else end.outcome.high) * factor
        panel.annotate(
            written(end.value), (reach, place), xytext=(away, 0), textcoords="offset points", ha=side, va="center",
            fontsize=7.5,
        )  # fmt: skip


def _mark_turns(panel: Axes, swing: Swing, place: int, middle: float, factor: float) -> None:
    """A diamond on the bar, as far along it as the value at which the best plan changes lies between stated and end."""
    start = quantile_of(swing.factor, swing.stated)
    for quantile, value in zip(swing.turn_quantiles, swing.turns_at, strict=True):
        if swing.factor.among:
            end = next(end for end in swing.ends if end.quantile == quantile)
            share = 1.0
        else:
            end = swing.ends[0] if start is not None and quantile <= start else swing.ends[-1]
            share = 1.0 if start is None or end.quantile == start else (quantile - start) / (end.quantile - start)
        at = middle + share * (end.outcome.mean * factor - middle)
        panel.plot([at], [place], "D", color=TURN_COLOUR, markersize=5, markeredgecolor="white", zorder=5)
        panel.annotate(
            written(value), (at, place), xytext=(0, 7), textcoords="offset points", ha="center", fontsize=7,
            color=TURN_COLOUR,
        )  # fmt: skip
