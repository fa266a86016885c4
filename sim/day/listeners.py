"""Whom people tell: some of their contacts, over ties that are more or less close."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def told(market: Market, tellers: Integers, luck: Floats) -> tuple[Integers, Floats]:
    """Whom each of `tellers` (k,) tells, -1 for nobody, and what the message counts: closeness × influence, (k,)."""
    listeners, strong = market.network.pick_ties(tellers, luck)
    tie = np.ones(len(tellers))
    if market.network.strong is not None:
        strengths = market.document.market.talk.strengths
        tie = np.where(strong, strengths.strong, strengths.weak)
    if len(market.customers.influence):
        tie = tie * market.customers.influence[tellers]
    return listeners, tie
