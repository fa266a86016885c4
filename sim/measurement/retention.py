"""Retention: of those who were customers when a run began, how many have never left since.

Who is a customer at opening and who leaves each day go in; the daily columns of the measure `retained` come out. Who
left and came back is not counted again, and newcomers never are, so the share over time is the retention curve of one
cohort (Fader & Hardie 2007).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]


class OpeningCohort:
    """The customers of the first day. ``there``: (customers,), who of them has never left."""

    def __init__(self, customers: Flags) -> None:
        self.there = customers.copy()
        self.size = self.kept = int(np.count_nonzero(customers))

    def columns(self, left: NDArray[np.int64]) -> dict[str, float]:
        """The day's columns, when ``left`` (rows) have stopped being customers on it."""
        if len(left):
            self.there[left] = False
            self.kept = int(np.count_nonzero(self.there))
        return {"cohort_kept": self.kept, "cohort": self.size}
