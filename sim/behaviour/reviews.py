"""Reviews as numbers: stars out of satisfaction, how a stock of them fades, and what it does to a reader.

Satisfaction and a stock (how many reviews count, and their mean rating) go in; stars, utility and quality come out.
"""

from __future__ import annotations

import numpy as np

from sim.behaviour.dimensions import HIGHEST, LOWEST, Floats, Numbers

FEWEST, MOST = 1.0, 5.0


def stars(satisfaction: Numbers) -> Floats:
    """Whole stars, 1-5, for satisfaction 0-100: 1 + 4·S/100, halves rounded up."""
    exact = FEWEST + (MOST - FEWEST) * np.asarray(satisfaction, dtype=np.float64) / 100.0
    return np.asarray(np.clip(np.floor(exact + 0.5), FEWEST, MOST))


def kept(*, days: float, half_life: float) -> float:
    """0.5^(t/h): the share of its weight that a review keeps after `days`."""
    return float(0.5 ** (days / half_life))


def saturation(number: float, *, half: float) -> float:
    """n / (n + half): the share, 0-1, of the full effect that so many reviews have."""
    return float(number / (number + half))


def reading_utility(
    *, number: float, rating: float, usual: float, half: float, per_star: float, volume: float
) -> float:
    """n/(n + half)·(per_star·(rating - usual) + volume): what reading adds to the utility of the firm.

    Chevalier & Mayzlin (2006, Journal of Marketing Research 43:345-354): more and better reviews sell more. Nothing
    without reviews.
    """
    return saturation(number, half=half) * (per_star * (rating - usual) + volume) if number else 0.0


def quality_told(rating: float) -> float:
    """The quality, 1-7, that a mean rating of 1-5 stars tells of, straight in between."""
    return LOWEST + (HIGHEST - LOWEST) * (rating - FEWEST) / (MOST - FEWEST)
