"""Weighted failure indices: what went wrong today, counted as it happened, times the weights of the file.

In goes a market at the end of a day; out come the counts of each kind of failure and the points of the day.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from sim.behaviour import complaint
from sim.behaviour.scoring import weighted_index
from sim.calendar import MINUTES_PER_DAY
from sim.operations.visits import CASE, NEED, parts
from sim.scenario.scorecards import FailureIndex, FailureKind
from sim.service.outcome import Outcome

if TYPE_CHECKING:
    from sim.market import Market

Flags = NDArray[np.bool_]

_VOICE: Final = complaint.RESPONSES.index("voice")
_ENDINGS: Final[Mapping[str, Outcome]] = {
    "gave up waiting": Outcome.RENEGED,
    "put off by the queue": Outcome.BALKED,
    "closed or full": Outcome.BLOCKED,
    "cut off by closing": Outcome.MISSED,
}


class IndexCount:
    """One failure index of the document, counted every evening."""

    def __init__(self, name: str, index: FailureIndex) -> None:
        self.name = name
        self.kinds = list(index.failures)
        self.failures = list(index.failures.values())
        self.weights = [failure.weight for failure in self.failures]
        self.days: list[list[int]] = []

    def count(self, market: Market) -> float:
        """Today's counts, kept; returns today's points."""
        counts = [self._count(market, kind, failure) for kind, failure in zip(self.kinds, self.failures, strict=True)]
        self.days.append(counts)
        return weighted_index(counts, self.weights)

    def _count(self, market: Market, kind: str, failure: FailureKind) -> int:
        if failure.rate is not None:
            return self._by_chance(market, kind, failure, failure.rate)
        of_the_firm = _of_the_firm(market, failure)
        if of_the_firm is not None:
            return int(of_the_firm)
        if failure.counts in ("wrong work", "complaints"):
            judged = market.today.judgement
            assert judged is not None  # step 6 always leaves its judgement
            happened = judged.failed if failure.counts == "wrong work" else judged.complaint == _VOICE
            return int(np.count_nonzero(happened & _for(market, failure, judged.kind, judged.which)))
        encounters = market.today.encounters
        assert encounters is not None  # step 5 always leaves its encounters
        visit = parts(encounters.visit)
        of_visits = (visit.kind < CASE) & _for(market, failure, visit.kind, visit.which)
        return int(np.count_nonzero(of_visits & _happened(market, failure)))

    def _by_chance(self, market: Market, kind: str, failure: FailureKind, rate: float) -> int:
        """A kind the market does not produce: a chance for each visit served today, with luck of its own."""
        judged = market.today.judgement
        assert judged is not None  # step 6 always leaves its judgement
        rows = judged.rows[~judged.lost & _for(market, failure, judged.kind, judged.which)]
        identity = f"{self.name}.{kind}"
        luck = market.streams.each("failure", market.day, market.customers.population, rows, identity=identity)
        return int(np.count_nonzero(luck[:, 0] < rate))


def _of_the_firm(market: Market, failure: FailureKind) -> float | None:
    """Today's count of what is not a visit; None for what is."""
    numbers = market.today.numbers
    match failure.counts:
        case "cases unresolved":
            return numbers.get("failed_recoveries", 0.0)
        case "cases waiting overnight":
            return market.cases.open
        case "gift visits in vain":
            return numbers.get("gifts_refused", 0.0)
        case "customers lost":
            return len(market.today.left)
        case _:
            return None


def _for(market: Market, failure: FailureKind, kind: NDArray[np.int64], which: NDArray[np.int64]) -> Flags:
    """Which visits are for the needs the failure is narrowed to; all where it is not."""
    if failure.needs is None:
        return np.ones(len(kind), np.bool_)
    names = list(market.document.market.needs)
    return np.asarray((kind == NEED) & np.isin(which, [names.index(name) for name in failure.needs]))


def _happened(market: Market, failure: FailureKind) -> Flags:
    """For each of today's encounters, whether it ended in this way."""
    encounters = market.today.encounters
    assert encounters is not None  # checked by the caller
    served: Flags = encounters.outcome == Outcome.SERVED
    if failure.counts == "lost visits":
        return ~served
    ending = _ENDINGS.get(failure.counts or "")
    if ending is not None:
        return np.asarray(encounters.outcome == ending)
    if failure.counts == "finished on a later day":
        later: Flags = encounters.ended // MINUTES_PER_DAY > encounters.arrived // MINUTES_PER_DAY
        return served & later
    minutes = encounters.wait if failure.counts == "long waits" else encounters.ended - encounters.arrived
    most = np.inf if failure.up_to is None else failure.up_to
    assert failure.longer_than is not None  # both timed kinds have it
    within: Flags = (minutes > failure.longer_than) & (minutes <= most)
    return served & within
