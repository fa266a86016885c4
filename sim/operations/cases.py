"""Open complaint cases as columns, and the rules by which they move: deadlines, who works on them, who decides next.

Cases are opened by step 7 of the day, sent to the staff by step 4 of a later day, and answered by step 7 again. A
customer has at most one open case: a new complaint joins it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.columns import Columns
from sim.scenario.document import Document

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

WAITING: Final = 0
AT_WORK: Final = 1
SLEEPING: Final = 2
"""Where a case is: waiting for its day or for open doors; with the staff; resolved, and the problem will come back."""

NOTHING_REMEMBERED: Final = 0
FAILURE_REMEMBERED: Final = 1
LOST_VISIT_REMEMBERED: Final = 2

NEVER: Final = 2**40
"""A day after every run."""


class News(NamedTuple):
    """What happened to some cases today: in a word, whose they are, the stage they are at, days since the complaint."""

    word: str
    rows: Integers
    stage: Integers
    days: Integers


@dataclass(eq=False)
class Cases(Columns):
    """k cases, in the order of customers, one a customer.

    rows: the customers; opened: the day of the complaint; due: the last day for its final answer (`NEVER` without one)
    stage: index of the channel, or (after all channels) of the level that has it; since: the day it came there
    ready: from this day on it can be worked on, or comes back; state: `WAITING`, `AT_WORK` or `SLEEPING`
    failure: index into `recovery.FAILURES`; remembered: which memory of the customer holds the failure
    severity: 0-1; prior: satisfaction before the failure; repeated: not the first failure
    by_firm: the firm spoke first; luck: uniforms (k, draws of the rules), of the day of the complaint, so that the same
    complaint meets the same luck however soon it is worked on
    """

    rows: Integers
    opened: Integers
    due: Integers
    stage: Integers
    since: Integers
    ready: Integers
    state: Integers
    failure: Integers
    remembered: Integers
    severity: Floats
    prior: Floats
    repeated: Flags
    by_firm: Flags
    luck: Floats

    @classmethod
    def none(cls) -> Cases:
        """No case is open."""
        whole, real, flags = np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.bool_)
        return cls(whole, whole, whole, whole, whole, whole, whole, whole, whole, real, real, flags, flags, real)

    def places(self, rows: Integers) -> Integers:
        """Where the cases of `rows` stand; each of them must have one."""
        return np.searchsorted(self.rows, rows).astype(np.int64)

    def news(self, word: str, which: Integers | Flags, day: int) -> News:
        """What happened on `day` to some of these cases."""
        return News(word, self.rows[which], self.stage[which], day - self.opened[which])

    @property
    def open(self) -> int:
        """How many wait for an answer."""
        return int(np.count_nonzero(self.state != SLEEPING))


class CaseRules:
    """The recovery section of one version of the document as arrays by stage: channels first, then the levels above.

    station: index into the stations; resolves: chance of putting a case right; within: days its people have, `NEVER`
    without a limit; above: the stage a case goes up to, -1 at the top; costs, hope: (channels,), the effort of voicing
    (utility) and the chance that a case begun there ends well; answer_within: days, or `NEVER`

    Luck of a case is (k, `draws`): for each depth (the channel, then the levels) whether it is put right there, then
    for each when its people turn to it, then whether the problem comes back and whether a refused customer leaves.
    """

    def __init__(self, document: Document) -> None:
        recovery = document.service.recovery
        assert recovery is not None  # made only where there is one
        self.recovery = recovery
        stages, stations = list(recovery.stages.values()), list(document.service.stations)
        self.names = [*recovery.channels, *recovery.escalation]
        self.channels = len(recovery.channels)
        self.station = np.array([stations.index(stage.at) for stage in stages], np.int64)
        self.resolves = np.array([stage.resolves for stage in stages])
        self.within = np.array([NEVER if stage.within is None else int(stage.within) for stage in stages], np.int64)
        above = np.maximum(np.arange(len(stages), dtype=np.int64) + 1, self.channels)
        self.above = np.where(above < len(stages), above, -1)
        self.depth = np.maximum(np.arange(len(stages), dtype=np.int64) - self.channels + 1, 0)
        self.draws = 2 * (len(recovery.escalation) + 1) + 2
        complaining = document.behaviour.complaining
        usual = 0.0 if complaining == "none" else complaining.voice_cost
        given = list(recovery.channels.values())
        self.costs = np.array([usual if channel.cost is None else channel.cost for channel in given])
        unresolved = 1.0
        for level in recovery.escalation.values():
            unresolved *= 1.0 - level.resolves
        self.hope = 1.0 - (1.0 - self.resolves[: self.channels]) * unresolved
        self._edges = np.cumsum([channel.share for channel in given])[:-1]
        self.answer_within = NEVER if recovery.answer_within is None else int(recovery.answer_within)
        fair = recovery.fair_compensation
        self.full_compensation = float(fair) if fair else 1.0

    def channel(self, luck: Floats) -> Integers:
        """The channel each person would use, (k,), from one uniform each."""
        return np.searchsorted(self._edges, luck, side="right").astype(np.int64)

    def due(self, day: int) -> int:
        """The last day for the final answer to a complaint of `day`."""
        return min(day + self.answer_within, NEVER)

    def put_right(self, stage: Integers, luck: Floats) -> Flags:
        """Which cases their stage puts right, (k,), by the luck of each."""
        return np.asarray(luck[np.arange(len(stage)), self.depth[stage]] < self.resolves[stage])

    def work_begins(self, day: int, stage: Integers, due: Integers, luck: Floats) -> Integers:
        """From which day on cases that come to `stage` on `day` are worked on, (k,), by the luck of each."""
        if self.recovery.takes_up == "at once":
            return np.full(len(stage), day + 1, np.int64)
        left = np.minimum(self.within[stage], due - day)
        span = np.where(left >= NEVER // 2, 1, np.maximum(left, 1))
        when = luck[np.arange(len(stage)), self.draws // 2 - 1 + self.depth[stage]]
        return np.asarray(day + 1 + np.floor(when * span).astype(np.int64))
