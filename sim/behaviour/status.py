"""Rising and falling in status: a loss is felt more than a gain of the same size.

Ranks before and after go in (0 is the highest); satisfaction points come out. The asymmetry is that of Kahneman &
Tversky (1979), Econometrica 47:263-291; Wagner, Hennig-Thurau & Rudolph (2009), J. Marketing 73(3):69-85, find it of
customers who lose a preferred status.
"""

from __future__ import annotations

import numpy as np

from sim.behaviour.dimensions import Floats, Integers


def status_change(*, before: Integers, after: Integers, gain: float, loss: float) -> Floats:
    """Satisfaction points (k,) of moving from rank `before` to `after`: +gain upwards, -loss downwards, 0 otherwise."""
    return np.where(after < before, gain, np.where(after > before, -loss, 0.0))
