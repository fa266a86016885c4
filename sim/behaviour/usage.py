"""How much of a service is used: satisfied customers use it more, and falling usage is an early sign of leaving.

Satisfaction goes in; the factor on what is bought comes out. Bolton & Lemon (1999), J. Marketing Research 36:171-186.
"""

from __future__ import annotations

import numpy as np

from sim.behaviour.dimensions import Floats, Numbers


def usage(*, satisfaction: Numbers, neutral: float, rise: float) -> Floats:
    """Amounts against those stated: max(1 + u·(S - S0), 0), with S and S0 on the scale 0-100 and u per point."""
    return np.asarray(np.maximum(1.0 + rise * (np.asarray(satisfaction, np.float64) - neutral), 0.0))
