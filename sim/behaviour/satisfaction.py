"""How an encounter becomes satisfaction, in three cited forms, and how satisfactions add up in memory.

Perceived quality and expectations of a batch of encounters go in, (5, k) on the 1-7 scale; satisfaction with the
transaction comes out, (k,) on 0-100. Each form is judged dimension by dimension and then weighed, so that a pleasant
hall does not cancel a broken promise before the loss has hurt.
"""

import numpy as np

from sim.behaviour.dimensions import Floats, Numbers, weighted


def asymmetric_disconfirmation(
    *,
    perceived: Floats,
    expected: Floats,
    importance: Floats,
    intercept: Numbers,
    quality: Numbers,
    assimilation: Numbers,
    gain: Numbers,
    loss: Numbers,
    ease: Numbers,
) -> Floats:
    """S = α₀ + Σ_d w_d [α₁P + β_E·E + ε(α⁺·max(P - E, 0) - α⁻·max(E - P, 0))], held within 0-100.

    Anderson & Sullivan (1993): `loss` α⁻ > `gain` α⁺ ≥ 0, and no direct effect of expectations once quality and
    disconfirmation are in, so `assimilation` β_E is 0 there; Oliver (1980) is α₁ = 0, β_E > 0 and gain = loss. `ease`
    ε in 0-1 is how easily quality can be judged. All effects are satisfaction points per scale point.
    """
    difference = perceived - expected
    felt = np.where(difference >= 0.0, gain * difference, loss * difference)
    score = intercept + weighted(quality * perceived + assimilation * expected + ease * felt, importance)
    return np.clip(score, 0.0, 100.0)


def value(difference: Numbers, *, curvature: Numbers, loss_aversion: Numbers) -> Floats:
    """v(x) = x^a for gains, -λ(-x)^a for losses. Tversky & Kahneman (1992).

    Their a = .88 and λ = 2.25 come from money gambles, not from services. Burböck finds the asymmetry, but not the
    curvature, in insurance: a = 1 is the linear case.
    """
    difference = np.asarray(difference, dtype=np.float64)
    size = np.abs(difference) ** curvature
    return np.where(difference >= 0.0, size, -loss_aversion * size)


def prospect(
    *,
    perceived: Floats,
    expected: Floats,
    importance: Floats,
    neutral: Numbers,
    points: Numbers,
    curvature: Numbers,
    loss_aversion: Numbers,
) -> Floats:
    """S = neutral + points·Σ_d w_d v(P - E), held within 0-100, v of Tversky & Kahneman (1992).

    `neutral` is the satisfaction of someone who got exactly what was expected; `points` turns value into satisfaction
    points.
    """
    felt = value(perceived - expected, curvature=curvature, loss_aversion=loss_aversion)
    return np.clip(neutral + points * weighted(felt, importance), 0.0, 100.0)


def zone_of_tolerance(
    *,
    perceived: Floats,
    adequate: Floats,
    desired: Floats,
    importance: Floats,
    neutral: Numbers,
    inside: Numbers,
    above: Numbers,
    below: Numbers,
) -> Floats:
    """S = neutral + Σ_d w_d [s_in·(clip(P, A, D) - m) + s_up·max(P - D, 0) - s_dn·max(A - P, 0)], within 0-100.

    Zeithaml, Berry & Parasuraman (1993): flat between `adequate` A and `desired` D, steep outside; below ≥ above ≥
    inside, in satisfaction points per scale point. m is the middle of the zone, where satisfaction is `neutral`.
    Continuous at A and D. Expects A ≤ D.
    """
    middle = (adequate + desired) / 2.0
    felt = (
        inside * (np.clip(perceived, adequate, desired) - middle)
        + above * np.maximum(perceived - desired, 0.0)
        - below * np.maximum(adequate - perceived, 0.0)
    )
    return np.clip(neutral + weighted(felt, importance), 0.0, 100.0)


def cumulative(*, previous: Floats, transaction: Floats, recency: Numbers) -> Floats:
    """CS' = CS + φ(TS - CS): satisfaction so far, moved towards the latest transaction by `recency` φ in 0-1."""
    return previous + recency * (transaction - previous)


def peak_end_recall(*, moments: Floats, neutral: Numbers) -> Floats:
    """What is remembered of an episode: the mean of its most extreme moment and its last one.

    Kahneman, Fredrickson, Schreiber & Redelmeier (1993); how long it lasted does not count. `moments` is (m, k), in
    the order they happened; the extreme is the moment furthest from `neutral`, the earlier one on a tie. Returns (k,).
    """
    extreme = np.argmax(np.abs(moments - neutral), axis=0)
    peak: Floats = np.take_along_axis(moments, extreme[np.newaxis], axis=0)[0]
    recalled: Floats = (peak + moments[-1]) / 2.0
    return recalled
