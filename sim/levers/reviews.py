"""The stock of public reviews of a run: how many count, what they say on average.

Reviews in stars go in day by day; the number that still counts and the mean rating come out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.reviews import kept
from sim.scenario.reviews import StandingReviews


class ReviewStock:
    """`number`: reviews, each by what time has left of it; `stars`: their sum, each by the same weight."""

    def __init__(self, opening: StandingReviews) -> None:
        self.number = opening.number
        self.stars = opening.number * opening.rating

    @property
    def rating(self) -> float:
        """Mean rating, 1-5; NaN without reviews."""
        return self.stars / self.number if self.number else float("nan")

    def fade(self, half_life: float) -> None:
        """One day goes by."""
        left = kept(days=1.0, half_life=half_life)
        self.number *= left
        self.stars *= left

    def add(self, stars: NDArray[np.float64]) -> None:
        """Reviews written today, in stars."""
        self.number += len(stars)
        self.stars += float(stars.sum())
