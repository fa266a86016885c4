"""How the exposures of a wave lie over its days: evenly, in a burst, or high, low and high again.

A shape is a density over the wave's time x in 0-1 that integrates to 1; the share of a day is its integral over it.
"""

from __future__ import annotations

from typing import Final, Literal

import numpy as np

from sim.behaviour.dimensions import Floats

Shape = Literal["even", "burst", "high-low-high"]
_QUARTERS: Final = 4.0


def cumulative_share(x: Floats, shape: Shape) -> Floats:
    """Share of a wave's exposures up to the share x (0-1) of its time, same shape as x.

    even: x. burst: (1 - 2^-4x) / (1 - 2^-4), each quarter of the time with half of the one before.
    high-low-high: the integral of (1 + 2·|2x - 1|)/2, three times as dense at the ends as in the middle.
    """
    if shape == "burst":
        return np.asarray((1.0 - 2.0 ** (-_QUARTERS * x)) / (1.0 - 2.0**-_QUARTERS))
    if shape == "high-low-high":
        early = np.minimum(x, 1.0 - x)
        first = 1.5 * early - early * early
        return np.asarray(np.where(x <= 0.5, first, 1.0 - first), dtype=np.float64)
    return x


def day_shares(days: int, shape: Shape) -> Floats:
    """Share of a wave's exposures on each of its days, (days,), adding up to 1."""
    if shape == "even":
        return np.full(days, 1.0 / days)
    return np.diff(cumulative_share(np.arange(days + 1) / days, shape))
