"""Dick and Basu's four cells of loyalty, by period: who thinks well of the firm, and who keeps coming.

Needs of every day go in; out come, for each period that has ended, how many people are in each cell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.dimensions import weighted
from sim.behaviour.loyalty_cells import CELLS, loyalty_cell
from sim.customers import CUSTOMER, PROSPECT
from sim.scenario.surveys import LoyaltyCells
from sim.today import FIRM

if TYPE_CHECKING:
    from sim.market import Market

Integers = NDArray[np.int64]


class CellCount:
    """Needs taken to the firm and elsewhere, person by person, in this period and in the whole run."""

    def __init__(self, section: LoyaltyCells, size: int) -> None:
        self.section = section
        self.counts: dict[str, NDArray[np.int32]] = {}
        self.size = size
        self.people: dict[str, Integers] = {}

    def count(self, market: Market) -> None:
        """Take in today's needs; at the end of a period, put everyone into a cell."""
        needs, period = market.today.needs, market.calendar.period(market.day)
        nowhere = 1 + len(market.document.market.rivals)
        for place in (period, "whole"):
            if place not in self.counts:
                self.counts[place] = np.zeros((2, self.size), np.int32)
            firm, elsewhere = self.counts[place]
            firm[needs.rows[needs.alternative == FIRM]] += 1
            elsewhere[needs.rows[(needs.alternative != FIRM) & (needs.alternative != nowhere)]] += 1
        last = market.day == market.calendar.days - 1
        if last or market.calendar.period(market.day + 1) != period:
            self.people[period] = self._cells(market, period)
        if last:
            self.people["whole"] = self._cells(market, "whole")

    def _cells(self, market: Market, period: str) -> Integers:
        firm, elsewhere = self.counts[period].astype(np.float64)
        rows = np.flatnonzero(firm + elsewhere >= self.section.needs)
        patronage = firm[rows] / (firm[rows] + elsewhere[rows])
        cells = loyalty_cell(
            relative_attitude(market, rows),
            patronage,
            attitude_above=self.section.attitude_above,
            patronage_from=self.section.patronage_from,
        )
        return np.bincount(cells, minlength=len(CELLS))


def relative_attitude(market: Market, rows: Integers) -> NDArray[np.float64]:
    """What people think of the firm, as utility in choice against a firm they think nothing special of, (k,).

    The terms of satisfaction, loyalty, expected quality and talk, without habit, prices, offers and advertising.
    """
    customers, effects = market.customers, market.document.behaviour.choice
    status = customers.status[rows]
    expected = weighted(customers.will.take(rows, axis=1), customers.importance.take(rows, axis=1))
    attitude = effects.quality * (expected - 5.0) + effects.word_of_mouth * customers.heard[rows]
    attitude += (status != PROSPECT) * effects.satisfaction * (customers.satisfaction[rows] - 70.0)
    attitude += (status == CUSTOMER) * effects.loyalty * (customers.loyalty[rows] - 0.5)
    return np.asarray(attitude)
