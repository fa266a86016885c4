"""How many draws of a lottery a purchase is good for; what happens at the till is in `sim/day/draw_prizes.py`."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from sim.money import to_minor
from sim.scenario.document import Document
from sim.scenario.lotteries import Lottery

Integers = NDArray[np.int64]


def draws_for(lottery: Lottery, document: Document, needs: Integers, paid: NDArray[np.generic]) -> Integers:
    """Draws that k purchases of `needs` are good for, (k,), by what was paid, minor units; thresholds count."""
    thresholds = sorted(lottery.draws_at)
    least = np.array([to_minor(Decimal(threshold), document.currency) for threshold in thresholds], np.int64)
    draws = np.array([0, *(lottery.draws_at[threshold] for threshold in thresholds)], np.int64)
    good_for = draws[np.searchsorted(least, paid, side="right")]
    if lottery.needs is not None:
        counts = np.array([name in lottery.needs for name in document.market.needs], np.bool_)
        good_for[~counts[needs]] = 0
    return np.asarray(good_for)
