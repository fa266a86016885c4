"""The luck of one market, and what is left of it where the observed market is larger than the simulated one.

In go a variance and what the runs were; out come the variances by which data and means spread. Luck is of many people
who each have their own, so a market k times as large has a k-th of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

HALF: Final = 0.5


@dataclass(frozen=True)
class Luck:
    """The luck of one simulated market, as a multiple of `Loss.luck_unit`, and how many runs a mean is of.

    ``larger``: how many times as large the observed market is, by which its luck is smaller; ``stands_for``: by how
    much what runs counted was multiplied; ``emulated``: the variance of the error where means are emulated, not run.
    """

    size: float
    runs: int
    larger: float = 1.0
    stands_for: float = 1.0
    emulated: float = 0.0

    @property
    def of_observed(self) -> float:
        """Luck of the market that was observed: size/k."""
        return self.size / self.larger

    @property
    def of_mean(self) -> float:
        """Error of the ensemble's mean: size/R, and that of an emulator."""
        return self.size / self.runs + self.emulated

    @property
    def with_error(self) -> float:
        """Luck of the observed market and error of the ensemble's mean together: size·(1/k + 1/R)."""
        return self.of_observed + self.of_mean

    @property
    def half_a_case(self) -> float:
        """Half a simulated case among R runs, in cases that were observed."""
        return HALF * self.stands_for / self.runs
