"""The two ways to wait at a pool: in order of joining, or by priority and then in order of joining.
In go rows of the visits table; out comes the row to serve next. A visit that leaves early stays behind as a stale entry
until it reaches the front or until stale entries outnumber the waiting, so leaving costs constant time on average.
"""

from __future__ import annotations

from collections import deque
from heapq import heapify, heappop, heappush


class FirstComeQueue:
    """First come, first served."""

    __slots__ = ("_gone", "_rows", "waiting")

    def __init__(self) -> None:
        self.waiting = 0
        self._rows: deque[int] = deque()
        self._gone: set[int] = set()

    def join(self, row: int, priority: int, order: int) -> None:
        """`row` joins at the end."""
        self.waiting += 1
        self._rows.append(row)

    def call(self) -> int:
        """The next row to serve; the queue must not be empty."""
        self.waiting -= 1
        row = self._rows.popleft()
        while row in self._gone:
            self._gone.remove(row)
            row = self._rows.popleft()
        return row

    def leave(self, row: int, priority: int) -> None:
        """`row` gives up waiting."""
        self.waiting -= 1
        self._gone.add(row)
        if len(self._gone) > self.waiting:
            self._rows = deque(waiting for waiting in self._rows if waiting not in self._gone)
            self._gone.clear()

    def ahead_of(self, priority: int) -> int:
        """How many waiting would be served before a newcomer."""
        return self.waiting

    def __len__(self) -> int:
        return len(self._rows)


class PriorityQueue:
    """The lowest priority number first; first come, first served within it."""

    __slots__ = ("_entries", "_gone", "_waiting_at", "waiting")

    def __init__(self) -> None:
        self.waiting = 0
        self._entries: list[tuple[int, int, int]] = []
        self._gone: set[int] = set()
        self._waiting_at: dict[int, int] = {}

    def join(self, row: int, priority: int, order: int) -> None:
        """`row` joins behind everyone of its priority; `order` is its sequence number."""
        self.waiting += 1
        self._waiting_at[priority] = self._waiting_at.get(priority, 0) + 1
        heappush(self._entries, (priority, order, row))

    def call(self) -> int:
        """The next row to serve; the queue must not be empty."""
        self.waiting -= 1
        priority, _, row = heappop(self._entries)
        while row in self._gone:
            self._gone.remove(row)
            priority, _, row = heappop(self._entries)
        self._waiting_at[priority] -= 1
        return row

    def leave(self, row: int, priority: int) -> None:
        """`row`, of `priority`, gives up waiting."""
        self.waiting -= 1
        self._waiting_at[priority] -= 1
        self._gone.add(row)
        if len(self._gone) > self.waiting:
            self._entries = [entry for entry in self._entries if entry[2] not in self._gone]
            heapify(self._entries)
            self._gone.clear()

    def ahead_of(self, priority: int) -> int:
        """How many waiting would be served before a newcomer of `priority`."""
        ahead = 0
        for level, waiting in self._waiting_at.items():
            if level <= priority:
                ahead += waiting
        return ahead

    def __len__(self) -> int:
        return len(self._entries)
