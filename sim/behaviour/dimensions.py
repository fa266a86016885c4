"""The five dimensions of service quality and the one way to weigh them.

Arrays over dimensions have shape (5,) or (5, n), dimension first, in the order of `DIMENSIONS`, on a 1-7 scale. The
weighted sum adds its terms in written order, so that the same numbers give the same bytes on any machine and thread.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]
Numbers = float | Floats

DIMENSIONS: Final = ("reliability", "responsiveness", "assurance", "empathy", "tangibles")
LOWEST: Final = 1.0
HIGHEST: Final = 7.0


def weighted(values: Floats, importance: Floats) -> Floats:
    """Σ_d w_d x_d, the five terms added in written order.

    `values` is (5, n); `importance` is (5, n), or (5,) when everyone shares it, and sums to 1 over the dimensions.
    Returns (n,), in the unit of `values`. Parasuraman, Zeithaml & Berry (1988); Zeithaml, Parasuraman & Berry (1990).
    """
    total: Floats = (
        importance[0] * values[0]
        + importance[1] * values[1]
        + importance[2] * values[2]
        + importance[3] * values[3]
        + importance[4] * values[4]
    )
    return total
