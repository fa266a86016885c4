"""What customers expect: how experience, promises and rivals move it, and how far they believe a promise.

Expectations are *will* (what I think will happen), *desired* (what should happen) and *adequate* (what I would still
accept), on the 1-7 scale; arrays of any one shape go in and the moved ones come out. Credibility lies within 0-1.
"""

import numpy as np

from sim.behaviour.dimensions import LOWEST, Floats, Numbers, weighted


def exponential_update(*, expectation: Floats, experience: Floats, learning: Numbers) -> Floats:
    """WE' = (1 - K)·WE + K·DS, with `learning` K in 0-1. Boulding, Kalra, Staelin & Zeithaml (1993).

    Also the smoothing that `desired_update` needs of what the firm and its rivals usually deliver.
    """
    return (1.0 - learning) * expectation + learning * experience


def bayesian_update(
    *, mean: Floats, variance: Floats, experience: Floats, noise_variance: Numbers
) -> tuple[Floats, Floats]:
    """Mean and variance of the belief after one experience. Rust, Inman, Jia & Zahorik (1999).

    A transaction is x ~ N(θ, σ²) and the belief θ ~ N(μ, τ²): K = τ²/(τ² + σ²), μ' = μ + K(x - μ), τ²' = (1 - K)τ².
    `noise_variance` is σ² > 0, in squared scale points. Experienced customers have a small τ², so they move little.
    """
    gain = variance / (variance + noise_variance)
    return mean + gain * (experience - mean), (1.0 - gain) * variance


def certainty_equivalent(*, mean: Floats, variance: Floats, noise_variance: Numbers, risk_aversion: Numbers) -> Floats:
    """CE = μ - (a/2)(τ² + σ²): what an uncertain service is worth to a customer of constant absolute risk aversion a.

    In scale points; the predictive distribution is N(μ, τ² + σ²). Rust, Inman, Jia & Zahorik (1999).
    """
    return mean - risk_aversion / 2.0 * (variance + noise_variance)


def desired_update(*, desired: Floats, usual: Floats, initial: Floats, ratchet: Numbers, relaxation: Numbers) -> Floats:
    """SE' = SE + η·max(x̄ - SE, 0) - ρ·(SE - SE₀), after Boulding et al. (1993).

    `usual` x̄ is the *smoothed* delivery of this firm or its rivals, or a promise: feeding single noisy encounters into
    a ratchet would raise what customers desire for ever. `ratchet` η and `relaxation` ρ lie in 0-1 per update.
    """
    return desired + ratchet * np.maximum(usual - desired, 0.0) - relaxation * (desired - initial)


def adequate_level(
    *,
    initial: Floats,
    will: Floats,
    initial_will: Floats,
    desired: Floats,
    alternatives: Numbers,
    predicted_effect: Numbers,
    alternatives_effect: Numbers,
    narrowest_zone: Numbers,
) -> Floats:
    """A = A₀ + a_w·(WE - WE₀) + a_r·alternatives, held within 1 and desired - narrowest_zone.

    What is still acceptable rises with the service predicted, so with promises too, and with the alternatives a
    customer sees (0-1). Zeithaml, Berry & Parasuraman (1993) give the signs; the linear form is assumed.
    """
    level = initial + predicted_effect * (will - initial_will) + alternatives_effect * alternatives
    return np.maximum(np.minimum(level, desired - narrowest_zone), LOWEST)


def hear_promise(*, expectation: Floats, promise: Numbers, weight: Numbers, credibility: Numbers) -> Floats:
    """E' = (1 - κc)·E + κc·Prom: a promise pulls the expectation as far as it is believed.

    `weight` κ and `credibility` c lie in 0-1; the promise is on the 1-7 scale. After Boulding et al. (1993) and
    Kopalle & Lehmann (1995, 2006).
    """
    pull = weight * credibility
    return np.asarray((1.0 - pull) * expectation + pull * promise, dtype=np.float64)


def promise_shortfall(*, promise: Floats, perceived: Floats, importance: Floats) -> Floats:
    """Σ_d w_d·max(Prom_d - P_d, 0) of (5, k), as (k,) scale points. NaN in `promise` means nothing was promised."""
    return weighted(np.fmax(promise - perceived, 0.0), importance)


def update_credibility(*, credibility: Floats, shortfall: Floats, loss: Numbers, recovery: Numbers) -> Floats:
    """c' = clip(c - λ·max(Prom - P, 0) + ρ(1 - c), 0, 1): trust in the firm's promises after an encounter.

    `shortfall` is how far the promise exceeded what was perceived, in scale points and never negative; `loss` λ is
    credibility lost per point, `recovery` ρ the share of lost trust that returns.
    """
    return np.clip(credibility - loss * shortfall + recovery * (1.0 - credibility), 0.0, 1.0)
