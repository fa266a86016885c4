"""What a firm can know of the response to a campaign: whom it addressed or held out, when, and who then came.

One entry a person and wave, from the first contact; those held out have theirs on the day on which they would have
been contacted. Nothing of what people think is in it.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

_NONE: Final = -1


class ResponseLog:
    """Entries of one campaign, each (entries,).

    row: customer; wave: number of the wave; channel: number of the channel in the document; day: of the contact
    held: held out instead of contacted; came: served within the window; paid: prices paid then, minor units
    opted_out: wanted no more, at this or a later contact of the wave
    """

    def __init__(self, customers: int, within: float) -> None:
        self.within = within
        self.row, self.wave, self.channel, self.day, self.paid = (np.zeros(0, np.int64) for _ in range(5))
        self.held, self.came, self.opted_out = (np.zeros(0, np.bool_) for _ in range(3))
        self._entry = np.full(customers, _NONE, np.int64)
        self.cost: dict[tuple[int, int], int] = {}

    def add(self, rows: Integers, held: Flags, wave: int, channel: int, day: int) -> None:
        """`rows`, each once, were contacted today, or held out; who has an entry of this wave gets no other."""
        latest = self._entry[rows]
        new = latest == _NONE
        new[~new] = self.wave[latest[~new]] != wave
        rows, held = rows[new], held[new]
        self._entry[rows] = len(self.row) + np.arange(len(rows))
        self.row = np.concatenate([self.row, rows])
        self.held = np.concatenate([self.held, held])
        for name, value in (("wave", wave), ("channel", channel), ("day", day), ("paid", 0)):
            setattr(self, name, np.concatenate([getattr(self, name), np.full(len(rows), value, np.int64)]))
        for name in ("came", "opted_out"):
            setattr(self, name, np.concatenate([getattr(self, name), np.zeros(len(rows), np.bool_)]))

    def spend(self, wave: int, channel: int, cost: int) -> None:
        """Media money of a channel in a wave, minor units."""
        self.cost[wave, channel] = self.cost.get((wave, channel), 0) + cost

    def opts_out(self, rows: Integers) -> None:
        """`rows`, who have just been contacted, want no more."""
        self.opted_out[self._entry[rows]] = True

    def observe(self, day: int, rows: Integers, paid: Integers) -> int:
        """`rows` were served today and paid these prices; how many of the contacted thereby respond."""
        entry = self._entry[rows]
        known = entry != _NONE
        entry, paid = entry[known], paid[known]
        inside = day - self.day[entry] < self.within
        entry, paid = entry[inside], paid[inside]
        np.add.at(self.paid, entry, paid)
        first = np.unique(entry[~self.came[entry]])
        self.came[first] = True
        return int(np.count_nonzero(~self.held[first]))

    def over(self, day: int) -> Flags:
        """Entries whose window is over by the opening of this day, (entries,)."""
        return np.asarray(self.day + self.within <= day)

    def table(self, campaign: str, counts: str, waves: dict[int, str], channels: list[str]) -> pd.DataFrame:
        """One row a wave and channel: contacted, came, paid, held_out and theirs, opted_out, cost (minor units).

        counts: names of the needs that count as a response, with commas between them; empty for all.
        """
        count = len(channels)
        place = self.wave * count + self.channel
        cells = np.unique(np.concatenate([place, [wave * count + channel for wave, channel in self.cost]]).astype(int))
        where = np.searchsorted(cells, place)

        def total(mask: Flags, amounts: Integers | None = None) -> Integers:
            found = np.zeros(len(cells), np.int64)
            np.add.at(found, where[mask], 1 if amounts is None else amounts[mask])
            return found

        treated = ~self.held
        wave, channel = np.divmod(cells, count)
        return pd.DataFrame(
            {
                "campaign": pd.Series([campaign] * len(cells), dtype="str"),
                "counts": pd.Series([counts] * len(cells), dtype="str"),
                "wave": pd.Series([waves[each] for each in wave.tolist()], dtype="str"),
                "channel": pd.Series([channels[each] for each in channel.tolist()], dtype="str"),
                "contacted": total(treated),
                "came": total(treated & self.came),
                "paid": total(treated, self.paid),
                "held_out": total(self.held),
                "held_out_came": total(self.held & self.came),
                "held_out_paid": total(self.held, self.paid),
                "opted_out": total(self.opted_out),
                "cost": np.array([self.cost.get(divmod(each, count), 0) for each in cells.tolist()], np.int64),
            }
        )

    def entries(self, campaign: str) -> pd.DataFrame:
        """One row an entry: campaign, customer, day, held_out, came, within (days)."""
        order = np.lexsort((self.day, self.row))  # the next wave's contact of a person ends the window of this one
        within = np.full(len(order), self.within)
        again = self.row[order[1:]] == self.row[order[:-1]]
        apart = (self.day[order[1:]] - self.day[order[:-1]]).astype(np.float64)
        within[:-1][again] = np.minimum(apart[again], self.within)
        window = np.empty(len(order))
        window[order] = within
        return pd.DataFrame(
            {
                "campaign": pd.Series([campaign] * len(self.row), dtype="str"),
                "customer": self.row,
                "day": self.day,
                "held_out": self.held,
                "came": self.came,
                "within": window,
            }
        )
