"""Waits, satisfaction, first-time fixes, numbers and losses by tier: does whom the firm promises more get more?

In go the tiers of a document, a day's visits and the customers in the evening; out come one measure of each kind for
each tier and one for those without, and the day's columns behind them.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.customers import WITHOUT_TIER
from sim.measures import Measure
from sim.scenario.document import Document

WAIT_OF: Final = "wait_mean_of_"
SATISFACTION_OF: Final = "visit_satisfaction_of_"
BY_TIER: Final = (
    WAIT_OF,
    SATISFACTION_OF,
    "right_first_time_of_",
    "satisfaction_of_",
    "customers_of_",
    "churn_rate_of_",
)


def tier_measures(document: Document) -> list[Measure]:
    """The measures of each tier, the highest first, then of those without; none where the firm has no tiers."""
    tiers = document.market.tiers
    names = [*tiers, WITHOUT_TIER] if tiers else []

    def of(name: str) -> tuple[Measure, ...]:
        words = name.replace("_", " ")
        return (
            Measure(f"{WAIT_OF}{name}", f"wait of {words}, mean of those who joined", "minutes", "ratio", "lower", 1,
                    f"wait_sum_of_{name}", f"joined_of_{name}"),
            Measure(f"{SATISFACTION_OF}{name}", f"satisfaction of {words} with visits, 0-100", "points", "ratio",
                    "higher", 1, f"visit_satisfaction_sum_of_{name}", f"judged_of_{name}"),
            Measure(f"right_first_time_of_{name}", f"visits of {words} done right, of those served", "share", "ratio",
                    "higher", 3, f"right_of_{name}", f"judged_served_of_{name}"),
            Measure(f"satisfaction_of_{name}", f"satisfaction of {words}, 0-100", "points", "ratio", "higher", 1,
                    f"satisfaction_sum_of_{name}", f"customers_of_{name}"),
            Measure(f"customers_of_{name}", f"customers: {words}", "count", "stock", "higher", 0,
                    f"customers_of_{name}"),
            Measure(f"churn_rate_of_{name}", f"customers lost of {words}, a year", "share", "ratio", "lower", 3,
                    f"churned_year_of_{name}", f"customers_of_{name}"),
        )  # fmt: skip

    return [measure for measures in zip(*(of(name) for name in names), strict=True) for measure in measures]


def waits_by_tier(document: Document, tier: NDArray[np.int8], wait: NDArray[np.float64]) -> dict[str, float]:
    """Of the visits that joined: their waits and their number by tier; `tier` (n,) is -1 for those without."""
    place = _places(document, tier)
    return _sums(document, "wait_sum", place, wait) | _sums(document, "joined", place)


def judgements_by_tier(
    document: Document,
    tier: NDArray[np.int8],
    satisfaction: NDArray[np.float64],
    lost: NDArray[np.bool_],
    failed: NDArray[np.bool_],
) -> dict[str, float]:
    """Of the visits judged: satisfaction with them and their number; of those served: those done right, and all."""
    place, served = _places(document, tier), ~lost
    judged = _sums(document, "visit_satisfaction_sum", place, satisfaction) | _sums(document, "judged", place)
    return judged | _sums(document, "right", place[served & ~failed]) | _sums(document, "judged_served", place[served])


def customers_by_tier(
    document: Document, tier: NDArray[np.int8], satisfaction: NDArray[np.float64], left: NDArray[np.int8]
) -> dict[str, float]:
    """Of the firm's customers in the evening: number and satisfaction by tier; `left`: tiers of who left today."""
    lost = _sums(document, "churned_year", _places(document, left), np.full(len(left), 365.25))
    place = _places(document, tier)
    return _sums(document, "customers", place) | _sums(document, "satisfaction_sum", place, satisfaction) | lost


def _places(document: Document, tier: NDArray[np.int8]) -> NDArray[np.int8]:
    """Where each stands among the tiers: those without come last."""
    return np.where(tier < 0, np.int8(len(document.market.tiers)), tier)


def _sums(
    document: Document, what: str, place: NDArray[np.int8], values: NDArray[np.float64] | None = None
) -> dict[str, float]:
    names = [*document.market.tiers, WITHOUT_TIER]
    sums = np.bincount(place, weights=values, minlength=len(names)).tolist()
    return {f"{what}_of_{name}": number for name, number in zip(names, sums, strict=True)}
