"""What a customer has earned on a day, as it is handed from the step in which it happens to the books."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Earned(NamedTuple):
    """Who is given one reward today: offer and reward by name, rows, face value of each in minor units, day it was
    reached, (k,)."""

    offer: str
    reward: str
    rows: NDArray[np.int64]
    face: int
    since: NDArray[np.int64]


class Signed(NamedTuple):
    """Who signed today: rows, what each prepaid and got on the card, and who did so beyond the quota of their site."""

    rows: NDArray[np.int64]
    prepaid: NDArray[np.int64]
    card: NDArray[np.int64]
    over: NDArray[np.bool_]
