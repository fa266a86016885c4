"""Points in motion: what each customer has, by the month they were earned, and what the firm owes for them.

What customers paid and how often they were served goes in day by day; points earned, used and lapsed come out, and the
value of what is owed. A point is worth its part of the cost of a gift, less the breakage the firm expects.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.levers.offers import RunningOffer, Stock
from sim.money import digits, multiplied, to_minor

if TYPE_CHECKING:
    from sim.market import Market

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def _exact(number: float) -> Fraction:
    """The number as it is written: 0.1 is a tenth."""
    return Fraction(str(number))


class RunningPoints:
    """The points of one offer over the run.

    by_month: (months kept, n), points of each month, in a ring; balance: (n,), all a customer has
    paid, served: (n,), minor units paid and visits served today; owed: (n,), minor units, what the balance is worth
    """

    def __init__(self, running: RunningOffer, stock: Stock, market: Market) -> None:
        terms = running.offer.points
        assert terms is not None  # made for offers of points only
        self.running, self.terms = running, terms
        size, currency = len(market.customers), market.document.currency
        longest = market.calendar.days // 28 + 1  # points that outlive the run need no month of their own
        kept = 0 if terms.months is None else min(terms.months, longest)
        self.by_month = np.zeros((kept + 1, size), np.int64)
        self.month = 0
        self.balance, self.paid, self.served, self.owed = (np.zeros(size, np.int64) for _ in range(4))
        self.face = to_minor(terms.face, currency)
        self.per_minor = _exact(terms.per_money) / 10 ** digits(currency)
        cost = Fraction(self.face) * Fraction(stock.cost_share)
        self.worth = cost * (1 - _exact(terms.breakage)) / terms.needs

    def earned_today(self, market: Market) -> tuple[Integers, Integers]:
        """Rows who earned points today, and how many: of what they paid and of their visits."""
        rows = np.flatnonzero((self.paid > 0) | (self.served > 0))
        rows = rows[self.running.knows[rows]]
        rows = rows[market.audiences.members(self.running.owner, self.running.offer.audience, rows)]
        points = _floor_of(np.maximum(self.paid[rows], 0), self.per_minor)
        points += self.served[rows] * self.terms.per_visit
        some = points > 0
        return rows[some], points[some]

    def begin_month(self) -> int:
        """The points of the oldest month lapse, if they ever do: how many."""
        if self.terms.months is None:
            return 0
        self.month = (self.month + 1) % len(self.by_month)
        lapsed = self.by_month[self.month].copy()
        self.balance -= lapsed
        self.by_month[self.month] = 0
        return int(lapsed.sum())

    def add(self, rows: Integers, points: Integers) -> None:
        """Give `rows` (each once) points of this month."""
        self.by_month[self.month, rows] += points
        self.balance[rows] += points

    def use(self, rows: Integers) -> None:
        """`rows`, who have enough, pay for a gift with their oldest points."""
        missing = np.full(len(rows), self.terms.needs, np.int64)
        self.balance[rows] -= missing
        for back in range(len(self.by_month)):
            slot = (self.month + 1 + back) % len(self.by_month)  # the oldest month first, the present one last
            taken = np.minimum(self.by_month[slot, rows], missing)
            self.by_month[slot, rows] -= taken
            missing -= taken

    def end(self) -> int:
        """The offer is over: all points lapse. How many."""
        lapsed = int(self.balance.sum())
        self.by_month[:], self.balance[:] = 0, 0
        return lapsed

    def revalued(self) -> tuple[Integers, Integers]:
        """Whose points are worth more or less than when last asked, and by how much, minor units."""
        worth = multiplied(self.balance, self.worth)
        rows = np.flatnonzero(worth != self.owed)
        change = worth[rows] - self.owed[rows]
        self.owed = worth
        return rows, change

    def goal(self, market: Market) -> tuple[Floats, float, Flags] | None:
        """The gift as a goal of purchases elsewhere: what counts so far and what it takes, in their unit, and for whom.

        None where purchases earn no points or nobody knows of them.
        """
        spending, running = market.document.market.spending, self.running
        if spending is None or not self.terms.per_money or not running.runs(market.day) or not running.knows.any():
            return None
        per_unit = self.terms.per_money * float(spending.unit_price)
        everyone = np.arange(len(self.balance))
        who = running.knows & market.audiences.members(running.owner, running.offer.audience, everyone)
        return (self.balance % self.terms.needs) / per_unit, self.terms.needs / per_unit, who


def _floor_of(amounts: Integers, factor: Fraction) -> Integers:
    """Whole parts of amounts (k,) times a factor, exact; in Python's integers where a product outgrows 64 bits."""
    numerator, denominator = factor.numerator, factor.denominator
    if int(amounts.max(initial=0)) * numerator < 2**63 and denominator < 2**63:
        return amounts * numerator // denominator
    return np.array([amount * numerator // denominator for amount in amounts.tolist()], np.int64)


def points_in(market: Market) -> list[RunningPoints]:
    """The offers of points of a market, set up."""
    return [
        RunningPoints(each, market.stocks[each.stock], market)
        for each in market.offers
        if each.offer.points is not None
    ]
