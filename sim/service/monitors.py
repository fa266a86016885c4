"""How busy a facility was: time-weighted totals of each pool, and the share of waits that kept a standard.
In go totals that the event loop gathered over one window, or the waits and outcomes of the queues left in it; out come
utilisation, mean queue length, and the service level under one of three definitions, always named.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.service.outcome import Outcome

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

ServiceLevelDefinition = Literal["of_arrivals", "of_served", "wait_of_everyone"]


@dataclass(frozen=True, slots=True, eq=False)
class Monitors:
    """Totals of each pool over the window [start, end), minutes; every array has shape (pools,).

    busy_time: server-minutes at work
    staffed_time: server-minutes present: on duty while open, and those who work on past their shift or closing while
        they do; 0 for a pool that had UNLIMITED servers in the window
    queue_time, in_system_time: customer-minutes waiting; waiting or being served (integrals of the numbers)
    arrivals: customers who reached the pool, at whichever step; served: services completed
    reneged, balked, blocked, missed: visits lost at the pool; passed: visits that went on unserved at a step's limit
    longest_queue: largest number waiting
    group_busy_time, group_staffed_time: the same minutes by group of servers, (pools, most groups of a station)
    """

    start: float
    end: float
    busy_time: Floats
    staffed_time: Floats
    queue_time: Floats
    in_system_time: Floats
    arrivals: Integers
    served: Integers
    reneged: Integers
    balked: Integers
    blocked: Integers
    missed: Integers
    passed: Integers
    longest_queue: Integers
    group_busy_time: Floats
    group_staffed_time: Floats

    @property
    def utilisation(self) -> Floats:
        """Busy over staffed time, float64[pools]; 0 where nobody was staffed."""
        staffed = self.staffed_time > 0
        return np.divide(self.busy_time, self.staffed_time, out=np.zeros_like(self.busy_time), where=staffed)

    @property
    def mean_queue(self) -> Floats:
        """Time average of the number waiting, float64[pools]; 0 for an empty window."""
        length = self.end - self.start
        return self.queue_time / length if length > 0 else np.zeros_like(self.queue_time)

    @classmethod
    def nothing(cls, pools: int, groups: int, now: float) -> Monitors:
        """An empty window at `now`."""
        real, whole, by_group = np.zeros(pools), np.zeros(pools, np.int64), np.zeros((pools, groups))
        return cls(
            now, now, real, real, real, real, whole, whole, whole, whole, whole, whole, whole, whole, by_group, by_group
        )


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """Waits that kept the standard, `within`, out of those `counted`; counts, so that days and pools can be added."""

    within: int
    counted: int

    def __add__(self, other: ServiceLevel) -> ServiceLevel:
        return ServiceLevel(self.within + other.within, self.counted + other.counted)

    @property
    def share(self) -> float:
        """Between 0 and 1; NaN when nothing was counted."""
        return self.within / self.counted if self.counted else float("nan")


def service_level(
    wait: Floats, outcome: NDArray[np.int8], within: float, definition: ServiceLevelDefinition
) -> ServiceLevel:
    """Count the waits of at most `within` minutes, under a named definition.

    Give the waits and outcomes of `Joins` (or of `Encounters`: balked and blocked visits joined nothing and are not
    counted; neither are unfinished ones, whose wait is not known yet). With abandonment the definitions differ by up
    to 10 points (Mandelbaum & Zeltyn 2007):

    'of_arrivals': served within the limit / everyone who joined
    'of_served': served within the limit / those served
    'wait_of_everyone': wait ended within the limit, in service or by leaving / everyone who joined
    """
    served = outcome == Outcome.SERVED
    joined = served | (outcome == Outcome.RENEGED) | (outcome == Outcome.MISSED)
    in_time = wait <= within
    kept, counted = {
        "of_arrivals": (served & in_time, joined),
        "of_served": (served & in_time, served),
        "wait_of_everyone": (joined & in_time, joined),
    }[definition]
    return ServiceLevel(int(np.count_nonzero(kept)), int(np.count_nonzero(counted)))
