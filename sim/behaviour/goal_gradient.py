"""The goal gradient: who is near a reward buys sooner, and tops up a purchase that would just fall short.

The share of the way to a goal goes in; the pull of the goal comes out, and from it how much faster purchases come, how
far one is raised, and how much of a stock bought ahead is used up in place of buying. What is bought ahead is bought
sooner, not on top: after the reward purchases fall until the stock is used up.
Hull (1932), Psychological Review 39:25-43; Kivetz, Urminsky & Zheng (2006), J. Marketing Research 43:39-58.
"""

from __future__ import annotations

import numpy as np

from sim.behaviour.dimensions import Flags, Floats, Numbers


def pull(*, covered: Numbers, steepness: float) -> Floats:
    """Pull of a goal, 0-1: x^s, with x the share of the way behind one (0-1) and s the steepness (> 0)."""
    return np.asarray(np.clip(np.asarray(covered, np.float64), 0.0, 1.0) ** steepness)


def effort(*, pull: Numbers, rise: float) -> Floats:
    """How many times as often somebody buys: 1 + e·pull, with e the rise of the rate at the goal."""
    return np.asarray(1.0 + rise * np.asarray(pull, np.float64))


def topped_up(*, amount: Floats, gap: Floats, pull: Floats, chance: float, stretch: float, uniforms: Floats) -> Flags:
    """Whose purchase is raised to reach the goal, (k,).

    amount: of the purchase as it would be; gap: what it leaves missing, not above 0 where it reaches the goal; pull: of
    the goal after this purchase. Raised is a purchase by no more than `stretch` times itself, with chance · pull.
    """
    return np.asarray((gap > 0.0) & (gap <= stretch * amount) & (uniforms < chance * pull))


def used_up(*, amount: Floats, ahead: Floats, pull: Floats) -> Floats:
    """What of a purchase (k,) a stock bought ahead stands in for: (1 - pull) · min(amount, ahead).

    Who is close to a goal goes on buying; who is far from the next one lives on the stock first.
    """
    return np.asarray((1.0 - pull) * np.minimum(amount, ahead))
