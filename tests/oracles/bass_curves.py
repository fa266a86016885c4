"""Two durables of the literature and the Bass curve's own fit to them, against which fits by agents are held.

Yearly sales go in; p, q and m of nonlinear least squares with their standard errors come out, of the curve of Bass
(1969) in continuous time (Srinivasan & Mason 1986), or of adoption in steps, as a market that goes day by day has it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from sim.behaviour import word_of_mouth

Floats = NDArray[np.float64]

ROOM_AIR_CONDITIONERS = np.array([96, 195, 238, 380, 1045, 1230, 1267, 1828, 1586, 1673, 1800, 1580, 1500.0])
"""Thousands, 1949-61; this series and the next as of Bass, Krishnan & Jain (1994)."""
COLOUR_TELEVISIONS = np.array([747, 1480, 2646, 5118, 5777, 5982, 5962, 4631.0])
"""Thousands, 1963-70."""


@dataclass(frozen=True)
class CurveFit:
    """Estimates of p, q and m with their standard errors, arrays (3,).

    ``squares``: the sum of squares left over, with ``free`` degrees of freedom.
    """

    estimates: Floats
    errors: Floats
    squares: float
    free: int

    @property
    def residual(self) -> float:
        """Standard deviation of the residuals, with three degrees of freedom less than years."""
        return float(np.sqrt(self.squares / self.free))


def yearly(years: int, p: float, q: float, market: float, steps: int | None = None) -> Floats:
    """Sales of each year: market·(F(t) - F(t-1)), F in continuous time, or in so many steps a year.

    In a step nobody imitates those of the same step: F rises by (1 - F)(1 - exp(-(p + qF)/steps)).
    """
    if steps is None:
        times = np.arange(years + 1, dtype=np.float64)
        return np.asarray(market * np.diff(word_of_mouth.bass_share(times, innovation=p, imitation=q)))
    share, path = 0.0, [0.0]
    for _ in range(years):
        for _ in range(steps):
            share += (1.0 - share) * -np.expm1(-(p + q * share) / steps)
        path.append(share)
    return np.asarray(market * np.diff(path))


def least_squares(sales: Floats, steps: int | None = None) -> CurveFit:
    """The curve's own fit."""

    def curve(_: Floats, p: float, q: float, market: float) -> Floats:
        return yearly(len(sales), p, q, market, steps)

    start = (0.02, 0.4, float(sales.sum()) * 1.3)
    found, covariance = optimize.curve_fit(curve, np.arange(len(sales)), sales, p0=start)
    squares = float(((sales - curve(sales, *found)) ** 2).sum())
    return CurveFit(np.asarray(found), np.sqrt(np.diag(covariance)), squares, len(sales) - 3)
