"""Long runs of the service facility for comparison with exact formulas: Poisson arrivals at one station, a warm-up
window that is thrown away, and a window that is measured. Tolerances come from variance formulas, never from the run.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from sim.service.facility import advance
from sim.service.outcome import Outcome
from sim.service.records import Encounters, FacilityState, Roster
from sim.service.stations import Facility
from tests.facility_cases import visits

Floats = NDArray[np.float64]

STANDARD_ERRORS = 4.0
"""A true oracle is missed by more than this once in 16,000 checks."""

WARM_UP = 0.05
"""Share of the arrivals before measuring starts."""


@dataclass(frozen=True)
class Measured:
    """The measured window: `encounters`, and how long it was."""

    encounters: Encounters
    length: float

    @property
    def joined(self) -> int:
        return len(self.encounters.joins)

    @property
    def mean_wait(self) -> float:
        return float(self.encounters.joins.wait.mean())

    def mean_wait_of(self, priority: int) -> tuple[float, int]:
        """Mean wait of one class and the number it was taken over."""
        waits = self.encounters.wait[self.encounters.priority == priority]
        return float(waits.mean()), len(waits)

    @property
    def share_waiting(self) -> float:
        return float(np.mean(self.encounters.joins.wait > 0))

    def share(self, outcome: Outcome) -> float:
        return float(np.mean(self.encounters.outcome == outcome))


def measure(
    facility: Facility,
    servers: int,
    rates: tuple[float, ...],
    *,
    count: int,
    seed: int,
    mean_patience: float = np.inf,
) -> Measured:
    """Poisson arrivals, one class for each rate (priority 0 first), `count` of them measured after a warm-up."""
    luck = np.random.default_rng(seed)
    total = int(count * (1 + WARM_UP))
    at = np.cumsum(luck.exponential(1 / sum(rates), total))
    arrivals = visits(
        at,
        luck.random((total, 1)),
        facility=facility,
        priority=luck.choice(len(rates), total, p=np.array(rates) / sum(rates)),
        patience=luck.exponential(mean_patience, total) if np.isfinite(mean_patience) else np.inf,
    )
    start, end = float(at[total - count]), float(at[-1]) + 1e-6
    state = FacilityState.empty(facility, servers=servers, is_open=True)
    state, _ = advance(facility, state, arrivals.take(at < start), Roster.unchanged(), start)
    _, met = advance(facility, state, arrivals.take(at >= start), Roster.unchanged(), end)
    return Measured(met, end - start)


def tolerance(sd: float, count: int) -> float:
    """Four standard errors of a mean over `count` customers, with σ from a formula."""
    return STANDARD_ERRORS * sd / sqrt(count)
