"""How the numbers of a fit are written: parameters in their unit, data as they were observed.

In go values; out come short texts, such as '0.077 per year' or '146 of 160'.
"""

from __future__ import annotations

from calibration.losses.kinds import Binomial, GammaPoisson
from calibration.losses.shares import Dirichlet, DirichletMultinomial
from calibration.parameters import Fitted
from calibration.predictive import Prediction

DIGITS = 3


def short(value: float) -> str:
    """Three digits, without an exponent."""
    text = f"{value:.{DIGITS}g}"
    return text if "e" not in text else f"{value:,.0f}" if abs(value) >= 1 else f"{value:.6f}".rstrip("0")


def in_unit(parameter: Fitted, value: float) -> str:
    """With its unit: 93.5 %, 0.08 per year."""
    return f"{short(value)} {parameter.unit}".rstrip()


def interval(parameter: Fitted, low: float, middle: float, high: float) -> str:
    """Middle and ends, with the unit once."""
    return f"{short(middle)} ({short(low)} to {short(high)}) {parameter.unit}".rstrip()


def datum(found: Prediction, value: float) -> str:
    """A value of the data: whole numbers where they count, four digits where they measure."""
    if isinstance(found.observation.loss, Binomial | GammaPoisson | DirichletMultinomial):
        return f"{value:,.0f}"
    if isinstance(found.observation.loss, Dirichlet) or found.observation.in_percent:
        return f"{100.0 * value:.3g} %"
    return f"{value:,.4g}" if abs(value) < 1e5 else f"{value:,.0f}"


def observed(found: Prediction) -> str:
    """What was observed, with what it was of."""
    loss = found.observation.loss
    text = datum(found, found.observed)
    return f"{text} of {loss.of:,.0f}" if isinstance(loss, Binomial) else text


def band(found: Prediction) -> str:
    """What was predicted: median and 90 % band."""
    return f"{datum(found, found.median)} ({datum(found, found.low)} to {datum(found, found.high)})"
