"""Discounts of today: who gets which, and what people keep at home of what they bought for later.

`discounts` says for each purchase which discounts cover it. The pantry counts, for each customer and need, purchases
made before their time; a need that arises meanwhile is met from there, so nothing is bought twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.levers.offers import RunningOffer
from sim.scenario.document import Document
from sim.scenario.sales import Discount

if TYPE_CHECKING:
    from sim.market import Market

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_MOST_AT_HOME = 30_000  # what fits into the column


class Sale(NamedTuple):
    """A discount that is held today: number of the offer, the offer in motion, its terms."""

    place: int
    running: RunningOffer
    terms: Discount


def sales_today(market: Market) -> list[Sale]:
    """Every discount held today, in the document's order."""
    return [
        Sale(place, running, running.offer.discount)
        for place, running in enumerate(market.offers)
        if running.offer.discount is not None
        and running.runs(market.day)
        and running.offer.discount.on(market.today.weekday)
    ]


def covers(market: Market, terms: Discount, needs: Integers) -> Flags:
    """Which of k needs the discount lowers, (k,)."""
    return np.array([name in terms.needs for name in market.document.market.needs], np.bool_)[needs]


def open_to(market: Market, sale: Sale, rows: Integers, needs: Integers) -> Flags:
    """Who of `rows` would get the discount on their need if they came in its hours, by what they are now, (k,)."""
    audience = market.audiences.members(sale.running.owner, sale.running.offer.audience, rows)
    return np.asarray(covers(market, sale.terms, needs) & audience)


def discounts(
    market: Market, rows: Integers, needs: Integers, status: NDArray[np.int8]
) -> list[tuple[int, float, Flags]]:
    """Discounts held today: (number of the offer, share off, whether each of `rows` with its need gets it).

    `status` is what they were to the firm when they came; the visit may have changed that. A sale with hours is for
    those who come in them.
    """
    found = []
    for sale in sales_today(market):
        eligible = market.audiences.members(sale.running.owner, sale.running.offer.audience, rows, status)
        covered = covers(market, sale.terms, needs) & eligible
        if sale.terms.hours is not None:
            covered &= sale.running.in_hours[rows]
        found.append((sale.place, sale.terms.off, covered))
    return found


class Pantry:
    """What customers have bought before its time.

    at_home: int16 (needs, customers), purchases in store; early: (customers,), True for whose latest visit was brought
    forward
    """

    def __init__(self, document: Document) -> None:
        size = document.market.customers
        self.at_home = np.zeros((len(document.market.needs), size), np.int16)
        self.early = np.zeros(size, np.bool_)

    @classmethod
    def of(cls, document: Document) -> Pantry | None:
        """The pantry of a market; None where no offer makes anybody buy for later."""
        kept = [offer.discount for offer in document.offers.values() if offer.discount is not None]
        return cls(document) if any(each.stores for each in kept) else None

    def meets(self, rows: Integers, needs: Integers) -> Flags:
        """Which of k needs are met from what is at home, (k,); each takes one from there."""
        met = self.at_home[needs, rows] > 0
        self.at_home[needs[met], rows[met]] -= 1
        return np.asarray(met)

    def store(self, rows: Integers, needs: Integers) -> None:
        """One purchase more at home for each of k needs; customers each named once."""
        self.at_home[needs, rows] += self.at_home[needs, rows] < _MOST_AT_HOME
