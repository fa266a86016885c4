"""How advertising and contact act: carry-over, saturation, reach and frequency, fatigue and forgetting.

Exposures, spending or elapsed time go in; pressure, response shares and remembered shares come out. Where both apply,
carry-over comes first and saturation second.
"""

import numpy as np
from scipy import special

from sim.behaviour.dimensions import Floats, Numbers


def adstock(*, previous: Numbers, exposure: Numbers, retention: Numbers) -> Floats:
    """a_t = x_t + α·a_{t-1}: pressure that decays geometrically, `retention` α in 0-1 per step. Broadbent (1979)."""
    return np.asarray(exposure + retention * previous, dtype=np.float64)


def half_life(retention: Numbers) -> Floats:
    """Steps until geometric adstock has halved: ln .5 / ln α, for α in (0, 1)."""
    return np.asarray(np.log(0.5) / np.log(retention), dtype=np.float64)


def delayed_adstock_weights(*, retention: float, peak: float, length: int) -> Floats:
    """w_l = α^((l-θ)²) for lags l = 0..length-1, normalised to sum 1. Jin, Wang, Sun, Chan & Koehler (2017).

    `peak` θ is the lag, in steps, at which the effect is greatest. Returns (length,).
    """
    weights = retention ** ((np.arange(length, dtype=np.float64) - peak) ** 2)
    return np.asarray(weights / np.cumsum(weights)[-1])


def delayed_adstock(*, exposures: Floats, weights: Floats) -> Floats:
    """Σ_l w_l·x_{t-l} over a series of exposures (steps, ...), nothing before its first step; same shape."""
    pressure = np.zeros_like(exposures)
    for lag, weight in enumerate(weights[: len(exposures)]):
        pressure[lag:] += weight * exposures[: len(exposures) - lag]
    return pressure


def hill(x: Numbers, *, half: Numbers, slope: Numbers) -> Floats:
    """x^S / (K^S + x^S) for x ≥ 0: 0-1, one half at x = `half` K > 0, S-shaped for `slope` S > 1. Hill (1910)."""
    # K^S/(K^S + x^S) written with ratios, so that a great x does not overflow.
    ratio = np.asarray(x, dtype=np.float64) / half
    low = np.minimum(ratio, 1.0) ** slope
    high = np.maximum(ratio, 1.0) ** -np.asarray(slope, dtype=np.float64)
    return np.where(ratio <= 1.0, low / (1.0 + low), 1.0 / (1.0 + high))


def logistic_saturation(x: Numbers, *, rate: Numbers) -> Floats:
    """(1 - e^{-λx}) / (1 + e^{-λx}) = tanh(λx/2) for x ≥ 0: from 0 towards 1, steepest at the start."""
    return np.tanh(np.asarray(rate, dtype=np.float64) * x / 2.0)


def michaelis_menten(x: Numbers, *, maximum: Numbers, half: Numbers) -> Floats:
    """α·x / (λ + x) for x ≥ 0: from 0 towards `maximum` α, half of it at x = `half` λ > 0."""
    x = np.asarray(x, dtype=np.float64)
    return np.asarray(maximum * (x / (half + x)))


def poisson_reach(mean: Numbers, *, at_least: int) -> Floats:
    """Share of people exposed `at_least` (≥ 1) times when exposures are Poisson of this mean."""
    return np.asarray(special.pdtrc(at_least - 1, mean), dtype=np.float64)


def negative_binomial_reach(mean: Numbers, *, shape: Numbers, at_least: int) -> Floats:
    """Share exposed `at_least` (≥ 1) times when people's means are spread as a gamma of this shape. Ehrenberg (1959).

    P(X ≥ j) = I_{m/(k+m)}(j, k), the regularised incomplete beta function; a great shape gives Poisson.
    """
    mean = np.asarray(mean, dtype=np.float64)
    return np.asarray(special.betainc(at_least, shape, mean / (shape + mean)), dtype=np.float64)


def frequency(*, mean: Numbers, reach: Numbers) -> Floats:
    """Mean exposures of those reached: gross rating points = reach × frequency, so mean / reach (reach > 0)."""
    return np.asarray(mean, dtype=np.float64) / reach


def contact_effect(recent: Numbers, *, fatigue: Numbers) -> Floats:
    """exp(-κ·recent): the share of its effect that one more contact keeps after `recent` contacts, 0-1."""
    return np.exp(-np.asarray(fatigue, dtype=np.float64) * recent)


def opt_out_chance(recent: Numbers, *, chance: Numbers, grows: Numbers) -> Floats:
    """1 - (1 - chance)^(1 + grows·recent): the chance that one more contact makes its receiver opt out, 0-1.

    The hazard -ln(1 - chance) of a first contact grows by the share `grows` for each of `recent` contacts still felt.
    """
    exponent = 1.0 + np.asarray(grows, dtype=np.float64) * recent
    return np.asarray(1.0 - (1.0 - np.asarray(chance, dtype=np.float64)) ** exponent)


def remembered(elapsed: Numbers, *, forgetting: Numbers) -> Floats:
    """exp(-δ·t): the share still remembered after `elapsed` t ≥ 0, δ per unit of the same time. Ebbinghaus (1885)."""
    return np.exp(-np.asarray(forgetting, dtype=np.float64) * elapsed)


def delayed_forgetting(elapsed: Numbers, *, forgetting: float, memorability: float) -> Floats:
    """The share remembered when forgetting starts `memorability` τ > 0 after it should. Aravindakshan & Naik (2011).

    dA/dt = -δ·A(t - τ) with A = 1 up to t = 0, solved step by step:
    A(t) = Σ_k (-δ)^k·max(t - (k-1)τ, 0)^k / k!, for k = 0 .. ⌊t/τ⌋ + 1.
    """
    elapsed = np.asarray(elapsed, dtype=np.float64)
    share = np.ones_like(elapsed)
    last = int(np.max(elapsed, initial=0.0) / memorability) + 1
    for k in range(1, last + 1):
        since = np.maximum(elapsed - (k - 1) * memorability, 0.0)
        share += (-forgetting) ** k * since**k / special.factorial(k)
    return share


def demand_ratio(price_ratio: Numbers, *, elasticity: Numbers) -> Floats:
    """(p'/p)^e: demand after a price change relative to before, at constant elasticity e.

    Tellis (1988) finds a mean of -1.76, Bijmolt, van Heerde & Pieters (2005) -2.62. A tenth off the price then gives
    1.204 or 1.318 times the demand, not 1.176 or 1.262.
    """
    return np.asarray(price_ratio, dtype=np.float64) ** elasticity
