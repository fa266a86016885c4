"""The number of a visit says what it is: its day, its kind, what it is for, and whose it is.

So a visit can cross the seam to the facility and come back, days later, without a table kept beside it.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

NEED: Final = 0
PICK_UP: Final = 1
CASE: Final = 2
CONTACT: Final = 3
TIER: Final = 4

_ROWS: Final = 31  # bits for the customer's row
_WHICH: Final = 10  # bits for what the visit is for (a need, a stock of gifts)
_KIND: Final = 3

MOST_CUSTOMERS: Final = 2**_ROWS
MOST_PURPOSES: Final = 2**_WHICH

Integers = NDArray[np.int64]


class VisitNumber(NamedTuple):
    """The parts of visit numbers, each (n,)."""

    day: Integers
    kind: Integers
    which: Integers
    row: Integers


def number(day: Integers | int, kind: int, which: Integers | int, rows: Integers) -> Integers:
    """Visit numbers, (n,), rising with day, kind, `which` (index of a need or stock) and row."""
    head = (np.asarray(day, np.int64) << _KIND) | np.int64(kind)
    return np.asarray(((head << _WHICH | np.asarray(which, np.int64)) << _ROWS) | rows)


def kind_of(visits: Integers) -> Integers:
    """The kind of each visit, (n,): what nearly everyone who has a number wants to know, without its other parts."""
    return np.asarray((visits >> (_ROWS + _WHICH)) & (2**_KIND - 1))


def by_customers(visits: Integers) -> NDArray[np.bool_]:
    """True for visits somebody makes; cases, contacts and changes of tier are work for the staff alone."""
    return np.asarray(kind_of(visits) < CASE)


def parts(visits: Integers) -> VisitNumber:
    """The parts of visit numbers."""
    row = visits & (MOST_CUSTOMERS - 1)
    head = visits >> _ROWS
    which = head & (MOST_PURPOSES - 1)
    head = head >> _WHICH
    return VisitNumber(head >> _KIND, head & (2**_KIND - 1), which, row)
