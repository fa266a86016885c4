"""Referral programmes in motion: whom somebody invited, until when it counts, who was brought, what is to be paid when.

A programme of the document goes in; rows of customers go in and out. An invitation counts whether or not it persuaded:
a firm sees that an invited person came, not why, and pays for both. What came anyway shows in the paired baseline.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.calendar import Calendar
from sim.scenario.referrals import Referral

Integers = NDArray[np.int64]

NOBODY: Final = -1


def came_anyway(activity: pd.DataFrame) -> NDArray[np.bool_]:
    """Who came in a run without the programme, one flag a row of its `activity`: paying for them is deadweight."""
    return np.asarray(activity["became_customer"].to_numpy() > 0)


class RunningReferral:
    """One programme over the run.

    by: (n,) who invited each, `NOBODY` for who is not invited; since, until: day it was sent, last day it counts
    brought: new customers each brought and is or will be paid for; newcomers: (n,) paid for; paid: minor units
    """

    def __init__(self, name: str, terms: Referral, calendar: Calendar, size: int) -> None:
        self.name = name
        self.owner = f"referrals.{name}"
        self.first, self.last = calendar.span(terms.during)
        self.by = np.full(size, NOBODY, np.int32)
        self.since, self.until = (np.full(size, -1, np.int32) for _ in range(2))
        self.brought = np.zeros(size, np.int32)
        self.newcomers = np.zeros(size, np.int16)
        self.paid = 0
        self.under_way: tuple[Integers, Integers] = (np.zeros(0, np.int64), np.zeros(0, np.int64))
        self._due: dict[int, list[tuple[Integers, Integers]]] = {}

    def runs(self, day: int) -> bool:
        """Whether people are invited today."""
        return self.first <= day <= self.last

    def invited(self, rows: Integers, day: int) -> NDArray[np.bool_]:
        """Which of `rows` hold an invitation that counts today, (k,)."""
        return self.until[rows] >= day

    def invite(self, bringers: Integers, rows: Integers, day: int, days: int) -> Integers:
        """`bringers` invite `rows`, (k,) each; those invited first, rising. Of several, the first row's counts."""
        order = np.lexsort((bringers, rows))
        rows, bringers = rows[order], bringers[order]
        fresh = np.ones(len(rows), np.bool_)
        fresh[1:] = rows[1:] != rows[:-1]
        fresh &= ~self.invited(rows, day)
        rows, bringers = rows[fresh], bringers[fresh]
        self.by[rows] = bringers
        self.since[rows], self.until[rows] = day - 1, day + days
        return rows

    def credit(self, rows: Integers, limit: int | None, pay_on: int) -> None:
        """`rows`, invited, became customers: whoever brought them is paid on that day, as far as the limit goes."""
        bringers = self.by[rows].astype(np.int64)
        self.until[rows] = -1
        order = np.argsort(bringers, kind="stable")
        rows, bringers = rows[order], bringers[order]
        before = np.searchsorted(bringers, bringers, side="left")
        allowed = np.ones(len(rows), np.bool_)
        if limit is not None:
            allowed = self.brought[bringers] + np.arange(len(rows)) - before < limit
        rows, bringers = rows[allowed], bringers[allowed]
        np.add.at(self.brought, bringers, 1)
        self._due.setdefault(pay_on, []).append((bringers, rows))

    def due(self, day: int) -> list[tuple[Integers, Integers]]:
        """Bringers and newcomers to be paid for today."""
        return self._due.pop(day, [])
