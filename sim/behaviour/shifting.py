"""Coming at another hour because it is cheaper: who moves, and which share of a crowd does.

Savings and inconvenience go in as shares of the price; out comes who moves. A random-utility choice between two hours
with a random cost of moving (McFadden 1974; for electricity by the hour, Train & Mehrez 1994).
"""

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.dimensions import Numbers


def moves(*, saving: Numbers, inconvenience: Numbers, price_sensitivity: Numbers) -> NDArray[np.bool_]:
    """s·saving > inconvenience, elementwise: whether somebody comes at the cheaper hour.

    `saving` is the price of the usual hour less that of the cheapest, `inconvenience` what moving is worth on this
    occasion, both shares of the price; s is price sensitivity, 1 for the average person. So of people alike
    F(s·saving) move, with F the distribution function of the inconvenience: nobody where nothing is saved.
    """
    return np.asarray(np.asarray(price_sensitivity, np.float64) * saving > np.asarray(inconvenience, np.float64))
