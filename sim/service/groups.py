"""Servers of one station who differ in what they may do: groups, whom each may serve, and who takes whom (skill-based
routing; Gans, Koole & Mandelbaum 2003; Wallace & Whitt 2005). In goes which group may do which process for which kind
of customer; out come the calls: visits of one call may be served by the same groups. A station keeps a queue for each.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.service.queues import PriorityQueue

NOBODY = -1
"""Where no group may serve, or none is free."""


@dataclass(frozen=True, eq=False)
class Groups:
    """The groups of a station.

    names: one a group; may: bool[groups, processes, kinds], which group may do which process for which kind of
    customer; pace: float[groups], factor on the service times of who is served by the group
    """

    names: tuple[str, ...]
    may: NDArray[np.bool_]
    pace: tuple[float, ...]

    def __post_init__(self) -> None:
        if self.may.ndim != 3 or self.may.shape[0] != len(self.names) or len(self.pace) != len(self.names):
            raise ValueError(f"{len(self.names)} groups come with rules of shape {self.may.shape}")
        if min(self.pace, default=1.0) <= 0:
            raise ValueError("the pace of a group must be above 0")

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def _patterns(self) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
        """Each set of groups that some visit needs, bool[groups, calls], and the call of every process and kind."""
        flat = self.may.reshape(len(self), -1)
        patterns, call = np.unique(flat, axis=1, return_inverse=True)
        calls = call.reshape(self.may.shape[1:]).astype(np.int64)
        nobody = ~patterns.any(axis=0)
        return patterns, np.where(np.asarray(nobody)[calls], NOBODY, calls)

    @property
    def calls(self) -> NDArray[np.int64]:
        """int64[processes, kinds]: visits of one number may be served by the same groups; NOBODY where by none."""
        return self._patterns[1]

    @cached_property
    def orders(self) -> tuple[tuple[int, ...], ...]:
        """For each call the groups that may serve it: first the one that can do least else, then as written."""
        breadth = self.may.reshape(len(self), -1).sum(axis=1).tolist()
        return tuple(
            tuple(sorted(np.flatnonzero(column).tolist(), key=lambda group: (breadth[group], group)))
            for column in self._patterns[0].T
        )

    @cached_property
    def calls_of(self) -> tuple[tuple[int, ...], ...]:
        """For each group the calls it may serve."""
        return tuple(tuple(np.flatnonzero(row).tolist()) for row in self._patterns[0])

    @cached_property
    def rivals_of(self) -> tuple[tuple[int, ...], ...]:
        """For each call the calls that share a group with it, itself included."""
        patterns = self._patterns[0]
        shared = np.asarray((patterns[:, :, np.newaxis] & patterns[:, np.newaxis, :]).any(axis=0))
        return tuple(tuple(np.flatnonzero(row).tolist()) for row in shared)


class GroupedQueue:
    """The one queue of a station with groups: a queue for each call, and whoever asks sees those it is about.

    The call of a row follows from where it stands: `calls[place[row]]`.
    """

    __slots__ = ("_calls", "_place", "parts", "waiting")

    def __init__(self, parts: list[PriorityQueue], place: list[int], calls: list[int]) -> None:
        self.waiting = 0
        self.parts = parts
        self._place = place
        self._calls = calls

    def join(self, row: int, priority: int, order: int, joined: float) -> None:
        """`row` joins behind everyone of its priority; `order` is its sequence number."""
        self.waiting += 1
        self.parts[self._calls[self._place[row]]].join(row, priority, order, joined)

    def leave(self, row: int, priority: int) -> None:
        """`row` gives up waiting."""
        self.waiting -= 1
        self.parts[self._calls[self._place[row]]].leave(row, priority)

    def take(self, call: int) -> int:
        """The first row of those of one call; somebody of them must be waiting."""
        self.waiting -= 1
        return self.parts[call].call()

    def call(self) -> int:
        """The first row of all; the queue must not be empty."""
        return self.take(self.first_of(range(len(self.parts))))

    def first_of(self, calls: range | tuple[int, ...]) -> int:
        """Of these calls the one whose first row comes first in the station's order; NOBODY if nobody waits."""
        found, best = NOBODY, (0, 0)
        for call in calls:
            part = self.parts[call]
            if part.waiting:
                first = part.first()
                if found == NOBODY or first < best:
                    found, best = call, first
        return found

    def ahead_of(self, priority: int, now: float) -> int:
        """How many waiting of any call would be served before a newcomer."""
        return sum(part.ahead_of(priority, now) for part in self.parts)

    def __len__(self) -> int:
        return sum(len(part) for part in self.parts)
