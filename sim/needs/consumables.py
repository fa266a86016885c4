"""What wears out: needs that come due some time after they were last met.

Days and purchases go in; who may have such a need today comes out. Everybody's first one is somewhere on its way when
the run opens, as it would be in a market that has gone on for long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Consumables:
    """`due`: (needs that come due, customers), the day from which each may have each again.

    numbers: of those needs, in the order of the document
    """

    def __init__(self, market: Market) -> None:
        needs = market.document.market.needs
        self.numbers = [place for place, need in enumerate(needs.values()) if need.due_after is not None]
        population, activity = market.customers.population, market.customers.activity
        self.due = np.zeros((len(self.numbers), len(market.customers)))
        for row, place in enumerate(self.numbers):
            name, need = list(needs.items())[place]
            luck = market.streams.everyone("due at opening", 0, population, name)
            lasts = need.due_after or 0.0
            # A cycle is the time until it is due and the wait after that: a share of people is in the first part of it.
            rate = need.rate * market.demand.by_segment[market.customers.segment, place] * activity
            waiting = np.divide(1.0, rate, out=np.full(len(rate), np.inf), where=rate > 0)
            self.due[row] = np.where(luck < lasts / (lasts + waiting), luck * (lasts + waiting), 0.0)

    @classmethod
    def of(cls, market: Market) -> Consumables | None:
        """Those of the market's document; None where nothing wears out."""
        if all(need.due_after is None for need in market.document.market.needs.values()):
            return None
        return cls(market)

    def limit(self, rate: Floats, rows: Integers, day: int) -> None:
        """Take away the rates (k, needs) of what is not due for `rows` today."""
        for row, place in enumerate(self.numbers):
            rate[self.due[row, rows] > day, place] = 0.0

    def met(self, market: Market, rows: Integers, needs: Integers) -> None:
        """`rows` had these needs met today, by whomever; each wears out anew."""
        for row, place in enumerate(self.numbers):
            lasts = market.demand.needs[place].due_after
            assert lasts is not None  # the same needs come due in the whole run
            self.due[row, rows[needs == place]] = market.day + lasts
