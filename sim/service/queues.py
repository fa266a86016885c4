"""The ways to wait at a pool: in order of joining, or by priority, where waiting may make up for it.

In go rows of the visits table; out comes the row to serve next. A visit that leaves early stays behind as a stale entry
until it reaches the front or until stale entries outnumber the waiting, so leaving costs constant time on average. One
that comes back while its stale entry is still there has it taken out first: a row stands in a queue once.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import deque
from heapq import heapify, heappop, heappush
from math import inf


class FirstComeQueue:
    """First come, first served."""

    __slots__ = ("_gone", "_rows", "waiting")

    def __init__(self) -> None:
        self.waiting = 0
        self._rows: deque[int] = deque()
        self._gone: set[int] = set()

    def join(self, row: int, priority: int, order: int, joined: float) -> None:
        """`row` joins at the end."""
        if row in self._gone:
            self._forget_gone()
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
            self._forget_gone()

    def _forget_gone(self) -> None:
        self._rows = deque(waiting for waiting in self._rows if waiting not in self._gone)
        self._gone.clear()

    def ahead_of(self, priority: int, now: float) -> int:
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

    def join(self, row: int, priority: int, order: int, joined: float) -> None:
        """`row` joins behind everyone of its priority; `order` is its sequence number."""
        if row in self._gone:
            self._forget_gone()
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
            self._forget_gone()

    def _forget_gone(self) -> None:
        self._entries = [entry for entry in self._entries if entry[2] not in self._gone]
        heapify(self._entries)
        self._gone.clear()

    def first(self) -> tuple[int, int]:
        """Priority and sequence number of the next row to serve; the queue must not be empty."""
        while self._entries[0][2] in self._gone:
            self._gone.remove(heappop(self._entries)[2])
        return self._entries[0][:2]

    def ahead_of(self, priority: int, now: float) -> int:
        """How many waiting would be served before a newcomer of `priority`."""
        ahead = 0
        for level, waiting in self._waiting_at.items():
            if level <= priority:
                ahead += waiting
        return ahead

    def __len__(self) -> int:
        return len(self._entries)


class OrderedQueue(PriorityQueue):
    """First come, first served, where a visit whose work was put down comes back before the others."""

    __slots__ = ()

    def join(self, row: int, priority: int, order: int, joined: float) -> None:
        """`row` joins by its sequence number."""
        super().join(row, 0, order, joined)

    def leave(self, row: int, priority: int) -> None:
        """`row` gives up waiting."""
        super().leave(row, 0)

    def ahead_of(self, priority: int, now: float) -> int:
        """How many waiting would be served before a newcomer."""
        return self.waiting


class _Level:
    """Those of one priority, in order of joining; those who left stay until they come to the front."""

    __slots__ = ("gone", "head", "joined", "rows")

    def __init__(self) -> None:
        self.rows: list[tuple[int, int]] = []
        self.joined: list[float] = []
        self.head = 0
        self.gone: list[float] = []  # minutes of joining of those who left, rising

    def advance(self) -> None:
        """The front is done with; forget it now and then."""
        self.head += 1
        if 2 * self.head > len(self.rows) + 64:
            del self.rows[: self.head], self.joined[: self.head]
            self.head = 0


class AgeingQueue:
    """By priority, where each `ageing` minutes of waiting make up for one place (dynamic priority, Jackson 1960).

    Within a priority the order is that of joining, so only the fronts of the priorities need be compared.
    """

    __slots__ = ("_ageing", "_gone", "_joined", "_levels", "waiting")

    def __init__(self, ageing: float) -> None:
        self.waiting = 0
        self._ageing = ageing
        self._levels: dict[int, _Level] = {}
        self._gone: set[int] = set()
        self._joined: dict[int, float] = {}

    def join(self, row: int, priority: int, order: int, joined: float) -> None:
        """`row`, of `priority`, joins at minute `joined`."""
        if row in self._gone:
            self._forget_gone()
        self.waiting += 1
        level = self._levels.get(priority)
        if level is None:
            level = self._levels[priority] = _Level()
        level.rows.append((order, row))
        level.joined.append(joined)
        self._joined[row] = joined

    def call(self) -> int:
        """The next row to serve; the queue must not be empty."""
        self.waiting -= 1
        best, first = None, (inf, 0)
        for priority, level in self._levels.items():
            self._skip_gone(level)
            if level.head < len(level.rows):
                key = (level.joined[level.head] + self._ageing * priority, level.rows[level.head][0])
                if best is None or key < first:
                    best, first = level, key
        assert best is not None  # somebody is waiting
        row = best.rows[best.head][1]
        best.advance()
        del self._joined[row]
        return row

    def _skip_gone(self, level: _Level) -> None:
        while level.head < len(level.rows) and level.rows[level.head][1] in self._gone:
            self._gone.remove(level.rows[level.head][1])
            del level.gone[0]
            level.advance()

    def leave(self, row: int, priority: int) -> None:
        """`row`, of `priority`, gives up waiting."""
        self.waiting -= 1
        level = self._levels[priority]
        self._gone.add(row)
        insort(level.gone, self._joined.pop(row))
        if len(self._gone) > self.waiting:
            self._forget_gone()

    def _forget_gone(self) -> None:
        for level in self._levels.values():
            self._sweep(level)
        self._gone.clear()

    def _sweep(self, level: _Level) -> None:
        left = [place for place in range(level.head, len(level.rows)) if level.rows[place][1] not in self._gone]
        level.rows, level.joined = [level.rows[place] for place in left], [level.joined[place] for place in left]
        level.head, level.gone = 0, []

    def ahead_of(self, priority: int, now: float) -> int:
        """How many waiting would be served before one of `priority` who comes now."""
        ahead = 0
        for other, level in self._levels.items():
            upto = now + self._ageing * (priority - other)
            ahead += bisect_right(level.joined, upto, level.head) - level.head - bisect_right(level.gone, upto)
        return ahead

    def __len__(self) -> int:
        return sum(len(level.rows) - level.head for level in self._levels.values())
