"""Price lists: what customers of a segment or a tier pay for a need instead of its price.

A document goes in; the price of each need by segment and tier comes out, exact, and how it stands to the need's price.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from sim.errors import AmountError
from sim.money import digits
from sim.scenario.document import Document
from sim.scenario.market import Need

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class PriceList:
    """The prices of one version of the document; `opening` is that of day 0, whose list is what people are used to.

    ratios: (needs, segments, tiers + 1), own price over the need's price, the last column for those without a tier;
    usual: the same on day 0; levels: (segments, tiers + 1), price and fees over the usual ones, over all needs
    """

    def __init__(self, document: Document, opening: Document, worth: Floats, price_ratios: Floats) -> None:
        """`worth`: usual spending on each need; `price_ratios`: prices and fees over usual prices, both (needs,)."""
        self._currency = document.currency
        self._needs = list(document.market.needs.values())
        self._own = [[need.price, *need.prices.values()] for need in self._needs]
        self._entry = np.array([_entries(need, document) for need in self._needs], np.int64)
        self.ratios, self.usual = _ratios(document), _ratios(opening)
        # Where nothing was paid on day 0 there is nothing to compare with.
        self._moved = np.divide(self.ratios, self.usual, out=np.ones_like(self.ratios), where=self.usual > 0.0)
        shape = self.ratios.shape[1:]
        total = float(np.sum(worth))
        self.levels = np.zeros(shape) if total else np.ones(shape)
        for need, weight in enumerate(worth.tolist()):
            if total and weight:
                goods = self.goods(need, price_ratios)
                self.levels += weight * (price_ratios[need] + goods * (self._moved[need] - 1.0))
        if total:
            self.levels /= total

    @classmethod
    def of(cls, document: Document, opening: Document, worth: Floats, price_ratios: Floats) -> PriceList | None:
        """The list of a document; None where nobody has another price than everybody, today or on day 0."""
        if not any(need.prices for each in (document, opening) for need in each.market.needs.values()):
            return None
        return cls(document, opening, worth, price_ratios)

    def goods(self, need: int, price_ratios: Floats) -> float:
        """The price without fees over the usual price."""
        each = self._needs[need]
        return float(price_ratios[need]) * (float(each.price / each.charged) if each.charged > 0 else 0.0)

    def ratio(self, needs: Integers, segment: NDArray[np.integer], tier: NDArray[np.integer]) -> Floats:
        """Own price of k customers over the need's price, (k,); 1 for those with no price of their own."""
        return np.asarray(self.ratios[needs, segment, tier])

    def moved(self, needs: Integers, segment: NDArray[np.integer], tier: NDArray[np.integer]) -> Floats:
        """Own price of k customers over the price their like had on day 0, each over the need's, (k,)."""
        return np.asarray(self._moved[needs, segment, tier])

    def prices(
        self, needs: Integers, segment: NDArray[np.integer], tier: NDArray[np.integer], factors: list[Floats]
    ) -> Integers:
        """What k customers pay, (k,), minor units, each rounded once; `factors` (k,) multiply it (hour, region)."""
        return charged(self._own, self._currency, needs, self._entry[needs, segment, tier], factors)


def charged(
    own: list[list[Decimal]], currency: str, needs: Integers, entry: Integers | None, factors: list[Floats]
) -> Integers:
    """Entry `entry` of the prices of each need, the first where left out, times all factors, rounded once: (k,)."""
    which = np.zeros(len(needs), np.int64) if entry is None else entry
    kinds, place = np.unique(np.stack([needs, which, *factors]), axis=1, return_inverse=True)
    exact = []
    for need, number, *times in kinds.T.tolist():
        price = Fraction(own[int(need)][int(number)])
        for factor in times:
            price *= Fraction(str(factor))
        exact.append(round(price * 10 ** digits(currency)))
        if abs(exact[-1]) >= 2**63:
            raise AmountError("an amount of money is too large")
    return np.array(exact, np.int64)[place.reshape(-1)]


def _entries(need: Need, document: Document) -> list[list[int]]:
    """Which price of a need each segment (rows) pays in each tier (columns, the last for none): 0 is the need's own."""
    segments, tiers = document.market.segments, document.market.tiers
    return [
        [
            next((place for place, who in enumerate(need.prices, start=1) if who in (segment, tier)), 0)
            for tier in (*tiers, None)
        ]
        for segment in segments
    ]


def _ratios(document: Document) -> Floats:
    table = []
    for need in document.market.needs.values():
        own = [1.0, *(float(price / need.price) if need.price else 1.0 for price in need.prices.values())]
        table.append([[own[entry] for entry in row] for row in _entries(need, document)])
    return np.array(table)
