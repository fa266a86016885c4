"""Waits by tier: does whom the firm promises more wait less? One measure for each tier, and one for those without.

In go the tiers of a document and a day's visits; out come the measures and the day's columns behind them.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.measures import Measure
from sim.scenario.document import Document

WAIT_OF: Final = "wait_mean_of_"
_WITHOUT: Final = "no_tier"


def tier_measures(document: Document) -> list[Measure]:
    """The mean wait of each tier, the highest first, then of those without; none where the firm has no tiers."""
    tiers = document.market.tiers
    names = [*tiers, _WITHOUT] if tiers else []
    return [
        Measure(f"{WAIT_OF}{name}", f"wait of {name.replace('_', ' ')}, mean of those who joined", "minutes", "ratio",
                "lower", 1, f"wait_sum_of_{name}", f"joined_of_{name}")
        for name in names
    ]  # fmt: skip


def columns_by_tier(document: Document, tier: NDArray[np.int8], wait: NDArray[np.float64]) -> dict[str, float]:
    """Of the visits that joined: their waits and their number by tier; `tier` (n,) is -1 for those without."""
    names = [*document.market.tiers, _WITHOUT]
    place = np.where(tier < 0, len(names) - 1, tier)
    waits = np.bincount(place, weights=wait, minlength=len(names)).tolist()
    joined = np.bincount(place, minlength=len(names)).tolist()
    found: dict[str, float] = {}
    for name, minutes, number in zip(names, waits, joined, strict=True):
        found[f"wait_sum_of_{name}"], found[f"joined_of_{name}"] = minutes, number
    return found
