"""What the firm sees of its customers while it keeps its books: who paid how much, and who was served.

Audiences look back on it over windows of days, and reviews of tiers sum it up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.money import digits

if TYPE_CHECKING:
    from sim.market import Market


def observe_payments(market: Market, rows: NDArray[np.int64], minor: NDArray[np.int64]) -> None:
    """`rows` (each once) paid these amounts today, minor units; negative what was given back."""
    market.audiences.observed.paid(rows, minor)
    reviews = market.tier_reviews
    if reviews is not None and (reviews.review.spend is not None or reviews.review.fulfilment is not None):
        reviews.seen[rows] += minor / 10 ** digits(market.document.currency)


def observe_visits(market: Market, rows: NDArray[np.int64]) -> None:
    """`rows` (each once) were served today."""
    market.audiences.observed.served(rows)
    reviews = market.tier_reviews
    if reviews is not None and reviews.review.visits is not None:
        reviews.seen[rows] += 1.0
