"""Buying until the customer silently leaves: the BG/NBD model of repeat purchases.

Purchases while active are Poisson of a rate drawn from Gamma(r, α); after each one the customer leaves with a chance
drawn from Beta(a, b). The four parameters and histories (repeat purchases x, time of the last t_x, time observed T, all
in one unit of time) go in; likelihoods, expected purchases and the chance to be active still come out.
Fader, Hardie & Lee (2005), Marketing Science 24:275-284.
"""

import numpy as np
from scipy import special

from sim.behaviour.dimensions import Floats, Numbers


def log_likelihood(
    *, purchases: Numbers, last: Numbers, observed: Numbers, r: float, alpha: float, a: float, b: float
) -> Floats:
    """ln L of each history, equation (6): the customer is active still, or left after the last of x > 0 purchases."""
    x = np.asarray(purchases, dtype=np.float64)
    repeated = np.maximum(x, 1.0)
    shared = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha) - special.betaln(a, b)
    active = special.betaln(a, b + x) - (r + x) * np.log(alpha + np.asarray(observed, dtype=np.float64))
    left = special.betaln(a + 1.0, b + repeated - 1.0) - (r + x) * np.log(alpha + np.asarray(last, dtype=np.float64))
    return np.asarray(shared + np.where(x > 0.0, np.logaddexp(active, left), active))


def expected_purchases(elapsed: Numbers, *, r: float, alpha: float, a: float, b: float) -> Floats:
    """E[X(t)] of a new customer, equation (9); needs a ≠ 1.

    (a+b-1)/(a-1)·[1 - (α/(α+t))^r·₂F₁(r, b; a+b-1; t/(α+t))]
    """
    elapsed = np.asarray(elapsed, dtype=np.float64)
    series = special.hyp2f1(r, b, a + b - 1.0, elapsed / (alpha + elapsed))
    return np.asarray((a + b - 1.0) / (a - 1.0) * (1.0 - (alpha / (alpha + elapsed)) ** r * series))


def chance_of_no_purchase(elapsed: Numbers, *, r: float, alpha: float) -> Floats:
    """P(X(t) = 0) = (α/(α+t))^r, equation (8) at x = 0: nobody can leave before a first repeat purchase."""
    return (alpha / (alpha + np.asarray(elapsed, dtype=np.float64))) ** r


def chance_active(
    *, purchases: Numbers, last: Numbers, observed: Numbers, r: float, alpha: float, a: float, b: float
) -> Floats:
    """P(active | x, t_x, T) = 1/(1 + 1{x>0}·a/(b+x-1)·((α+T)/(α+t_x))^(r+x))."""
    return np.asarray(1.0 / (1.0 + _odds_left(purchases, last, observed, r=r, alpha=alpha, a=a, b=b)))


def expected_further_purchases(
    elapsed: Numbers,
    *,
    purchases: Numbers,
    last: Numbers,
    observed: Numbers,
    r: float,
    alpha: float,
    a: float,
    b: float,
) -> Floats:
    """E[Y(t) | x, t_x, T]: purchases expected in the next t of a customer with this history, equation (10)."""
    x = np.asarray(purchases, dtype=np.float64)
    elapsed = np.asarray(elapsed, dtype=np.float64)
    until = alpha + np.asarray(observed, dtype=np.float64)
    series = special.hyp2f1(r + x, b + x, a + b + x - 1.0, elapsed / (until + elapsed))
    if_active = (a + b + x - 1.0) / (a - 1.0) * (1.0 - (until / (until + elapsed)) ** (r + x) * series)
    return np.asarray(if_active / (1.0 + _odds_left(x, last, observed, r=r, alpha=alpha, a=a, b=b)))


def _odds_left(
    purchases: Numbers, last: Numbers, observed: Numbers, *, r: float, alpha: float, a: float, b: float
) -> Floats:
    x = np.asarray(purchases, dtype=np.float64)
    repeated = np.maximum(x, 1.0)
    silence = (alpha + np.asarray(observed, dtype=np.float64)) / (alpha + np.asarray(last, dtype=np.float64))
    return np.where(x > 0.0, a / (b + repeated - 1.0) * silence ** (r + x), 0.0)
