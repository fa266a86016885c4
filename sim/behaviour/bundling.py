"""What people buy of several goods when some are also, or only, sold together: the most surplus above the prices.

Reservation prices and prices go in; the bundle taken, the goods taken apart and the surplus come out.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from sim.behaviour.dimensions import Floats, Integers

Flags = NDArray[np.bool_]


class Purchase(NamedTuple):
    """What k people take: number of the bundle or -1, (k,); goods beside it, (k, goods); surplus over prices, (k,)."""

    bundle: Integers
    apart: Flags
    surplus: Floats


def best_purchase(*, worth: Floats, prices: Floats, sold_apart: Flags, contents: Flags, offers: Floats) -> Purchase:
    """The purchase of greatest surplus Σ(worth - price) for each of k people. Adams & Yellen (1976), QJE 90:475-498.

    worth: (k, goods) reservation prices, of a bundle their sum; prices, sold_apart: (goods,), of goods apart
    contents: (bundles, goods); offers: (k, bundles) price of each bundle to each person, inf where it is not open to
    them. One bundle at most, and of what is not in it each good for which something is left over. Apart is taken before
    a bundle that leaves as much, the first of equal bundles before the others; what is just worth its price is taken.
    """
    left_over = np.where(sold_apart, worth - prices, -np.inf)
    takes = left_over >= 0.0
    gains = np.where(takes, left_over, 0.0)
    surplus = _across(gains)
    bundle, apart = np.full(len(worth), -1, np.int64), takes
    for number, inside in enumerate(contents):
        with_it = _across(worth * inside) - offers[:, number] + _across(gains * ~inside)
        nothing_yet = (bundle < 0) & ~apart.any(axis=1)
        better = (with_it > surplus) | (nothing_yet & (with_it == surplus))
        bundle[better], surplus = number, np.where(better, with_it, surplus)
        apart = np.where(better[:, np.newaxis], takes & ~inside, apart)
    return Purchase(bundle, apart, surplus)


def _across(table: Floats) -> Floats:
    """Sums along the rows of (k, columns), the columns added in their order."""
    total = np.zeros(len(table))
    for column in range(table.shape[1]):
        total += table[:, column]
    return total


def correlated_uniforms(uniforms: Floats, correlations: Floats) -> Floats:
    """Independent uniforms (k, goods) → uniforms whose normal scores have these correlations (Gaussian copula).

    correlations: (goods, goods), symmetric with ones on the diagonal. ValueError where no such people can exist.
    """
    factor = cholesky(correlations)
    scores = special.ndtri(uniforms)
    mixed = np.zeros_like(scores)
    for row in range(len(factor)):
        for column in range(row + 1):
            mixed[:, row] += factor[row, column] * scores[:, column]
    return np.asarray(special.ndtr(mixed))


def cholesky(correlations: Floats) -> Floats:
    """The lower triangle L with L·Lᵀ = correlations, (n, n). ValueError where the matrix is not positive definite.

    Written out, in a fixed order of additions, so that it gives the same bits on every machine.
    """
    size = len(correlations)
    factor = np.zeros((size, size))
    for row in range(size):
        for column in range(row + 1):
            rest = float(correlations[row, column])
            for before in range(column):
                rest -= float(factor[row, before]) * float(factor[column, before])
            if row == column:
                if rest <= 1e-12:
                    raise ValueError("no set of goods can be correlated like this")
                factor[row, row] = np.sqrt(rest)
            else:
                factor[row, column] = rest / float(factor[column, column])
    return factor
