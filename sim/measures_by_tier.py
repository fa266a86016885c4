"""Waits and satisfaction by tier: does whom the firm promises more wait less, and are they more satisfied?

One measure of each for each tier, and for those without. In go the tiers of a document and a day's visits; out come the
measures and the day's columns behind them.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.measures import Measure
from sim.scenario.document import Document

WAIT_OF: Final = "wait_mean_of_"
SATISFACTION_OF: Final = "visit_satisfaction_of_"
_WITHOUT: Final = "no_tier"


def tier_measures(document: Document) -> list[Measure]:
    """Wait and satisfaction of each tier, the highest first, then of those without; none where there are no tiers."""
    tiers = document.market.tiers
    names = [*tiers, _WITHOUT] if tiers else []
    waits = [
        Measure(f"{WAIT_OF}{name}", f"wait of {name.replace('_', ' ')}, mean of those who joined", "minutes", "ratio",
                "lower", 1, f"wait_sum_of_{name}", f"joined_of_{name}")
        for name in names
    ]  # fmt: skip
    return waits + [
        Measure(f"{SATISFACTION_OF}{name}", f"satisfaction of {name.replace('_', ' ')} with visits, 0-100", "points",
                "ratio", "higher", 1, f"visit_satisfaction_sum_of_{name}", f"judged_of_{name}")
        for name in names
    ]  # fmt: skip


def columns_by_tier(
    document: Document, tier: NDArray[np.int8], values: NDArray[np.float64], total: str, count: str
) -> dict[str, float]:
    """Sum (`total`) and number (`count`) of the values of visits by tier; `tier` (n,) is -1 for those without."""
    names = [*document.market.tiers, _WITHOUT]
    place = np.where(tier < 0, len(names) - 1, tier)
    sums = np.bincount(place, weights=values, minlength=len(names)).tolist()
    numbers = np.bincount(place, minlength=len(names)).tolist()
    found: dict[str, float] = {}
    for name, amount, number in zip(names, sums, numbers, strict=True):
        found[f"{total}_of_{name}"], found[f"{count}_of_{name}"] = amount, number
    return found
