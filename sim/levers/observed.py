"""What the firm has seen of each customer: what they paid and how often they were served over the last whole days.

Payments and visits go in day by day; sums over rolling windows of days come out. Only the windows somebody looks back
on are kept: a running sum each, and what has to leave it again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
What = Literal["spend", "visits"]


class Observed:
    """Rolling sums of n customers. `spend` is in minor units, `visits` in visits; both exact.

    today: the day that has opened; last_visit: (n,), the day each was last served, -1 for who has not been
    """

    def __init__(self, size: int, windows: Iterable[tuple[What, int]]) -> None:
        """`windows`: what is looked back on, and over how many whole days."""
        self._sums = {window: np.zeros(size, np.int64) for window in sorted(set(windows))}
        self._longest = {
            what: max((days for kind, days in self._sums if kind == what), default=0) for what in ("spend", "visits")
        }
        self._kept: dict[str, deque[list[tuple[Integers, Integers]]]] = {"spend": deque(), "visits": deque()}
        self.last_visit = np.full(size, -1, np.int32)
        self.today = 0

    def open_day(self, day: int) -> None:
        """The windows move on by one day, so that they end with yesterday."""
        self.today = day
        for what, kept in self._kept.items():
            longest = self._longest[what]
            if not longest:
                continue
            for (kind, days), total in self._sums.items():
                if kind != what:
                    continue
                for rows, amounts in kept[-1] if kept else ():
                    total[rows] += amounts
                for rows, amounts in kept[-1 - days] if len(kept) > days else ():
                    total[rows] -= amounts
            kept.append([])
            if len(kept) > longest + 1:
                kept.popleft()

    def paid(self, rows: Integers, minor: Integers) -> None:
        """`rows`, each once, paid these amounts today, minor units; negative what was given back."""
        if self._longest["spend"]:
            self._kept["spend"][-1].append((rows, minor))

    def served(self, rows: Integers) -> None:
        """`rows`, each once, were served today."""
        self.last_visit[rows] = self.today
        if self._longest["visits"]:
            self._kept["visits"][-1].append((rows, np.ones(len(rows), np.int64)))

    def so_far(self, what: What, days: int) -> Integers:
        """Sums over the last `days` whole days, or those there have been, (n,)."""
        return self._sums[what, days]

    def over(self, what: What, days: int) -> Integers | None:
        """Sums over the last `days` whole days, (n,); None before so many have passed since the first day."""
        return self._sums[what, days] if self.today >= days else None
