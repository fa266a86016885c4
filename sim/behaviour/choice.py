"""Choosing among the firm, its rivals and nothing by multinomial logit, and the reference price that colours a price.

Utilities go in as (k, alternatives), one row a choice and -inf for what is not on offer; probabilities, the worth of
the whole set and the alternative chosen come out. Sampling spends one uniform a choice, by the inverse distribution.
"""

import numpy as np

from sim.behaviour.dimensions import Floats, Integers, Numbers


def probabilities(utilities: Floats) -> Floats:
    """P_j = exp(V_j) / Σ_m exp(V_m), rows of (k, alternatives) that sum to 1. McFadden (1974).

    Safe for any finite utilities: each row is shifted by its greatest. At least one utility of a row must be finite.
    """
    weights = np.exp(utilities - np.max(utilities, axis=1, keepdims=True))
    return np.asarray(weights / np.cumsum(weights, axis=1)[:, -1:])


def logsum(utilities: Floats) -> Floats:
    """ln Σ_j exp(V_j), (k,): the expected utility of the best alternative, up to Euler's constant. McFadden (1974)."""
    greatest = np.max(utilities, axis=1)
    weights = np.exp(utilities - greatest[:, np.newaxis])
    return np.asarray(greatest + np.log(np.cumsum(weights, axis=1)[:, -1]))


def choose(utilities: Floats, uniforms: Floats) -> Integers:
    """The column chosen in each row of (k, alternatives), (k,), from one uniform in (0, 1) a row."""
    greatest = utilities[:, 0]
    for column in range(1, utilities.shape[1]):
        greatest = np.maximum(greatest, utilities[:, column])
    return draw(np.exp(utilities - greatest[:, np.newaxis]), uniforms)


def draw(weights: Floats, uniforms: Floats) -> Integers:
    """A column for each row of non-negative weights (k, columns), in proportion to them, (k,).

    A column of weight zero is never drawn. Every row needs a positive sum and one uniform in (0, 1).
    """
    running = _running_totals(weights)
    # Even the uniform next to 1 times the total rounds below the total, so a last column of weight zero is safe.
    threshold = uniforms * running[-1]
    return np.asarray(np.sum(running <= threshold, axis=0, dtype=np.int64))


def _running_totals(weights: Floats) -> Floats:
    """Cumulative sums along the rows of (k, columns), as (columns, k).

    Whole columns are added: there are few of them, and NumPy's own sum along short rows pays for every row.
    """
    running = np.empty(weights.shape[::-1])
    running[0] = weights[:, 0]
    for column in range(1, len(running)):
        np.add(running[column - 1], weights[:, column], out=running[column])
    return running


def own_elasticity(*, price_effect: Numbers, price: Numbers, probability: Numbers) -> Floats:
    """β_p·p·(1 - P): per cent change of an alternative's probability per per cent of its own price."""
    return np.asarray(price_effect * price * (1.0 - probability), dtype=np.float64)


def cross_elasticity(*, price_effect: Numbers, price: Numbers, probability: Numbers) -> Floats:
    """-β_p·p·P: per cent change of every other alternative's probability per per cent of this one's price.

    `price` and `probability` are those of the alternative whose price moves; the same for all others, as logit implies.
    """
    return np.asarray(-price_effect * price * probability, dtype=np.float64)


def update_reference_price(*, reference: Numbers, price: Numbers, memory: Numbers) -> Floats:
    """r' = γ·r + (1 - γ)·p: the price a customer has come to expect, `memory` γ in 0-1. Winer (1986)."""
    return np.asarray(memory * reference + (1.0 - memory) * price, dtype=np.float64)


def reference_price_utility(*, reference: Numbers, price: Numbers, gain: Numbers, loss: Numbers) -> Floats:
    """β_g·max(r - p, 0) - β_l·max(p - r, 0), to be added to the utility; β_l > β_g > 0 per unit of money.

    Winer (1986); Kalyanaram & Winer (1995): prices above the reference hurt more than prices below it please.
    """
    difference = np.asarray(reference, dtype=np.float64) - price
    return np.where(difference >= 0.0, gain * difference, loss * difference)
