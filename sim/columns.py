"""Tables that grow and shrink from day to day: columns of equal length, one row an item, in the order of a key.

What lasts beyond a day without being a customer's own (complaint cases, appointments, further needs) is kept so. The
first column is the key, and no two rows have the same.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]


@dataclass(eq=False)
class Columns:
    """The base of such a table; a subclass names its columns, the key first."""

    def _columns(self) -> list[NDArray[Any]]:
        return [getattr(self, field.name) for field in fields(self)]

    def __len__(self) -> int:
        return len(getattr(self, next(iter(self.__dataclass_fields__))))

    def take(self, which: NDArray[np.integer] | Flags) -> Self:
        """Some of the rows, copied: positions, or a mask."""
        return type(self)(*(column[which] for column in self._columns()))

    def joined_by(self, others: Self) -> Self:
        """These rows and others of other keys, which may stand in any order; in the order of keys."""
        if not len(others):
            return self
        both = others  # an empty table need not know how wide its columns will be
        if len(self):
            pairs = zip(self._columns(), others._columns(), strict=True)
            both = type(self)(*(np.concatenate(pair) for pair in pairs))
        return both.take(np.argsort(both._columns()[0], kind="stable"))

    def has(self, keys: NDArray[np.int64]) -> Flags:
        """Which of `keys`, each named once, have a row."""
        return np.isin(keys, self._columns()[0], assume_unique=True)
