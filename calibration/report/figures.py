"""Pictures of a fit: the posterior in pairs, what was learned, profiles, predictive bands, and what was recovered.

In goes what was found; out come figures.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from calibration.calibrator import Calibration
from calibration.posterior import Estimate
from calibration.predictive import Prediction
from calibration.recovery import Recovery
from calibration.report.text import MOST_ROWS
from calibration.surface import NINETY
from experiments.report.drawing import BASELINE_COLOUR, PLAN_COLOURS, canvas, grid

AFTER, MISSED = PLAN_COLOURS[0], PLAN_COLOURS[1]
MOST_POINTS = 600
BINS = 24


def pairs(found: Calibration) -> Figure:
    """Posterior of each parameter on the diagonal, pairs below it; the prior in grey."""
    parameters = found.fit.space.parameters
    count = len(parameters)
    values = found.fit.space.values(found.sample.z)
    step = max(1, len(values) // MOST_POINTS)
    tried = found.fit.space.values(found.tried.z)
    figure = canvas(2.4 * count + 0.8, 2.3 * count + 0.6)
    panels = figure.subplots(count, count, squeeze=False)
    for row in range(count):
        for column in range(count):
            panel = panels[row, column]
            if column > row:
                panel.set_axis_off()
                continue
            if column == row:
                panel.hist(values[:, row], bins=BINS, weights=found.sample.weights, color=AFTER, alpha=0.8)
                panel.set_yticks([])
            else:
                panel.plot(tried[:, column], tried[:, row], ".", color="#cccccc", markersize=2)
                sizes = 6.0 * found.sample.weights[::step] / found.sample.weights.max()
                panel.scatter(values[::step, column], values[::step, row], s=sizes, color=AFTER, alpha=0.5)
            if row == count - 1:
                panel.set_xlabel(_axis(found.estimates[column]))
            if column == 0 and row > 0:
                panel.set_ylabel(_axis(found.estimates[row]))
    figure.suptitle("posterior in pairs; grey: candidates tried", x=0.01, ha="left", fontsize=9)
    return figure


def shrinkage(found: Calibration) -> Figure:
    """The 90 % interval of each parameter before and after, on the scale of its prior."""
    rows = found.estimates[::-1]
    figure = canvas(6.5, 0.9 + 0.45 * len(rows))
    panel = figure.subplots()
    for place, each in enumerate(rows):
        span = (each.prior_high - each.prior_low) or 1.0
        low, middle, high = ((value - each.prior_low) / span for value in (each.low, each.median, each.high))
        panel.plot([0.0, 1.0], [place + 0.15] * 2, color=BASELINE_COLOUR, linewidth=2)
        colour = AFTER if each.identified else MISSED
        panel.plot([low, high], [place - 0.15] * 2, color=colour, linewidth=4)
        panel.plot([middle], [place - 0.15], "o", color="white", markeredgecolor=colour)
    panel.set_yticks(range(len(rows)), [_labelled(each) for each in rows])
    panel.set_xlabel("grey: 90 % interval of the prior, 0 to 1; below it the fit's; orange: unidentified")
    return figure


def profile_panels(found: Calibration) -> Figure:
    """The least deviance along each parameter; below the line 90 %."""
    shown = [each for each in found.estimates if each.profile is not None]
    figure, panels = grid(len(shown), width=3.4, height=2.2)
    for panel, each in zip(panels, shown, strict=True):
        assert each.profile is not None
        panel.plot(each.parameter.values(each.profile.z), np.minimum(each.profile.deviance, 10.0), color=AFTER)
        panel.axhline(NINETY, color=BASELINE_COLOUR, linewidth=0.8)
        panel.set_xlabel(_axis(each))
        panel.set_ylabel("deviance")
    return figure


def bands(found: Sequence[Prediction]) -> Figure:
    """What was observed in the band of what is predicted, in standard deviations of the prediction."""
    rows = [each for each in found if np.isfinite(each.z)][::-1]
    if len(rows) > 5 * MOST_ROWS:
        rows = sorted(rows, key=lambda each: -abs(each.z))[: 5 * MOST_ROWS][::-1]
    figure = canvas(7.0, 0.9 + 0.24 * max(1, len(rows)))
    panel = figure.subplots()
    panel.axvspan(-1.645, 1.645, color="#e8f0f7", linewidth=0)
    panel.axvline(0.0, color="#999999", linewidth=0.8)
    for place, each in enumerate(rows):
        colour = MISSED if each.verdict == "missed" else AFTER
        panel.plot(
            [float(np.clip(each.z, -8.0, 8.0))], [place], "D" if each.observation.hold_out else "o", color=colour
        )
    panel.set_yticks(range(len(rows)), [_target(each) for each in rows])
    panel.set_xlabel("observed less predicted, in sd; shaded: 90 %; diamonds: held out")
    return figure


def truths(found: Recovery) -> Figure:
    """Fitted against true, one panel a parameter; the line is where they agree."""
    figure, panels = grid(len(found.parameters), width=3.4, height=2.8)
    for panel, each in zip(panels, found.parameters, strict=True):
        off = np.abs(each.rank - 0.5) > 0.45
        for held, colour in ((~off, AFTER), (off, MISSED)):
            low, high = each.median[held] - each.low[held], each.high[held] - each.median[held]
            panel.errorbar(
                each.truth[held], each.median[held], yerr=[np.maximum(low, 0), np.maximum(high, 0)], fmt="o",
                color=colour, markersize=3, linewidth=0.8,
            )  # fmt: skip
        ends = [float(each.truth.min()), float(each.truth.max())]
        panel.plot(ends, ends, color=BASELINE_COLOUR, linewidth=0.8)
        panel.set_xlabel(f"{each.parameter.title}: truth")
        panel.set_ylabel("fitted, 90 %")
    return figure


def rank_panels(found: Recovery) -> Figure:
    """Where the truth lies in its posterior: even, if the machinery is right."""
    figure, panels = grid(len(found.parameters), width=3.4, height=2.0)
    bins = 10 if found.fits >= 100 else 5
    for panel, each in zip(panels, found.parameters, strict=True):
        panel.hist(each.rank, bins=bins, range=(0.0, 1.0), color=AFTER, alpha=0.8)
        panel.axhline(found.fits / bins, color=BASELINE_COLOUR, linewidth=0.8)
        panel.set_xlabel(f"{each.parameter.title}: rank of the truth")
    return figure


def _axis(each: Estimate) -> str:
    unit = each.parameter.unit
    return f"{each.parameter.title}, {unit}" if unit else each.parameter.title


def _labelled(each: Estimate) -> str:
    return f"{each.parameter.title}  {max(0.0, each.shrinkage):.0%}"


def _target(each: Prediction) -> str:
    part = each.observation.component(each.component)
    return f"{each.observation.title}{f', {part}' if part else ''} ({each.observation.plan})"
