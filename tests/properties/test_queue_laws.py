"""Each way to wait against a plain list that is searched anew each time: who is next, how many wait, who is ahead.

Visits join, give up, come back to the same queue and are called, in any order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.service.queues import AgeingQueue, FirstComeQueue, OrderedQueue, PriorityQueue

AGEING = 7.0
VISITS = 6


@dataclass
class PlainList:
    """Who waits, as (priority, order, joined, row)."""

    key: Callable[[int, int, float], tuple[float, int]]
    waiting: list[tuple[int, int, float, int]] = field(default_factory=list)

    def next(self) -> int:
        first = min(self.waiting, key=lambda each: self.key(*each[:3]))
        self.waiting.remove(first)
        return first[3]


WAYS = {
    "first come": (FirstComeQueue, lambda priority, order, joined: (0.0, order)),
    "ordered": (OrderedQueue, lambda priority, order, joined: (0.0, order)),
    "priority": (PriorityQueue, lambda priority, order, joined: (float(priority), order)),
    "ageing": (lambda: AgeingQueue(AGEING), lambda priority, order, joined: (joined + AGEING * priority, order)),
}


@pytest.mark.parametrize("way", WAYS)
@given(
    happenings=st.lists(st.tuples(st.sampled_from(["visit", "visit", "call"]), st.integers(0, VISITS - 1)), max_size=60)
)
def test_a_queue_serves_whom_a_plain_list_would(way: str, happenings: list[tuple[str, int]]) -> None:
    """`visit` joins who is outside and lets give up who waits; a visit keeps its priority, row modulo 3."""
    make, key = WAYS[way]
    queue, plain = make(), PlainList(key)
    for minute, (what, row) in enumerate(happenings):
        priority, inside = row % 3, [each for each in plain.waiting if each[3] == row]
        if what == "call":
            if plain.waiting:
                assert queue.call() == plain.next()
        elif inside:
            queue.leave(row, priority)
            plain.waiting.remove(inside[0])
        else:
            queue.join(row, priority, minute, float(minute))
            plain.waiting.append((priority, minute, float(minute), row))
        assert queue.waiting == len(plain.waiting)
        now = float(minute + 1)
        ahead = sum(key(*each[:3]) <= key(1, minute + 1, now) for each in plain.waiting)
        assert queue.ahead_of(1, now) == ahead
    while plain.waiting:
        assert queue.call() == plain.next()
