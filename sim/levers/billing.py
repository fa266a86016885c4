"""Monthly bills and stepped tariffs under way: what everybody is billed, who has signed what, and for how long.

One `Billing` a run. Days in `sim/day/bill.py` and `sim/day/sign_up.py` read and write its columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from sim.behaviour.stepped_tariff import best_step
from sim.scenario.document import Document
from sim.scenario.levers import Offer

if TYPE_CHECKING:
    from sim.customers import Customers
    from sim.streams import Streams

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
UNSIGNED: Final = -1


class Billing:
    """Columns over the customers.

    usual: monthly bill at opening; trend: its change a year; history: (months, n) last bills at list tariff, the latest
    last; offer: number of the offer signed, -1 for none; base, step: major units; starts: the first month billed so;
    month: months billed so far
    """

    def __init__(self, document: Document, customers: Customers, streams: Streams) -> None:
        bills = document.market.bills
        assert bills is not None  # see `of`
        self.terms = bills
        population, size = customers.population, len(customers)
        luck = streams.everyone("bill", 0, population, "usual")
        self.usual = np.maximum(bills.usual.quantile(luck), 0.0) * customers.spend
        self.trend = np.zeros(size)
        if bills.trend is not None:
            self.trend = bills.trend.quantile(streams.everyone("bill", 0, population, "trend"))
        tariffs = [each.step_up for each in document.offers.values() if each.step_up is not None]
        back = max((terms.looks_back for terms in tariffs), default=0)
        self.history = np.zeros((back, size))
        for month in range(-back, 0):
            luck = streams.everyone("bill", 0, population, f"month {month}")
            self.history[back + month] = self.listed(month, luck)
        self.offer = np.full(size, UNSIGNED, np.int32)
        self.base, self.step = np.zeros(size), np.zeros(size)
        self.starts = np.zeros(size, np.int32)
        self.month = 0

    @classmethod
    def of(cls, document: Document, customers: Customers, streams: Streams) -> Billing | None:
        """The bills of a market; None where nobody is billed by the month."""
        return None if document.market.bills is None else cls(document, customers, streams)

    def listed(self, month: int, luck: Floats) -> Floats:
        """Bills at list tariff of a month, counted from opening, (n,): usual·(1 + trend·years)·lognormal of mean 1."""
        grown = np.maximum(1.0 + self.trend * (month / 12.0), 0.0)
        sd = self.terms.varies
        return np.asarray(self.usual * grown * np.exp(sd * special.ndtri(luck) - sd * sd / 2.0))

    def expected(self, rows: Integers) -> Floats:
        """A month's bill of `rows` at list tariff to be expected now, (k,)."""
        return np.asarray(self.usual[rows] * np.maximum(1.0 + self.trend[rows] * (self.month / 12.0), 0.0))

    def best(self, offer: Offer, rows: Integers) -> tuple[Floats, Floats, Floats]:
        """For each of `rows`, (k,): the base, the step of this offer that leaves them most, what it leaves a month."""
        terms = offer.step_up
        assert terms is not None  # asked of stepped tariffs only
        history = self.history[len(self.history) - terms.looks_back :, rows]
        steps = np.array([float(step) for step in terms.steps])
        chosen, left = best_step(
            history=history, steps=steps, covers=terms.covers, uses_more=terms.uses_more, worth=terms.worth
        )
        return np.cumsum(history, axis=0)[-1] / terms.looks_back, steps[chosen], left
