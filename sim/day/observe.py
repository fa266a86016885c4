"""What the firm sees of its customers while it keeps its books: who paid how much, and who was served.

Audiences and reviews of tiers look back on it over windows of days.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sim.market import Market


def observe_payments(market: Market, rows: NDArray[np.int64], minor: NDArray[np.int64]) -> None:
    """`rows` (each once) paid these amounts today, minor units; negative what was given back."""
    market.audiences.observed.paid(rows, minor)
    if market.recorder.panel is not None:
        market.recorder.panel.paid(rows, minor)
    for points in market.points:
        points.paid[rows] += minor
    reviews = market.tier_reviews
    if reviews is not None and reviews.review.purchase is not None:
        reviews.buy(market.day, rows, minor)


def observe_visits(market: Market, rows: NDArray[np.int64]) -> None:
    """`rows` (each once) were served today."""
    market.audiences.observed.served(rows)
    for points in market.points:
        points.served[rows] += 1
