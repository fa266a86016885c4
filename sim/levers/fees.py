"""Fees beside a price, and offers that waive them: what each customer is charged, let off and feels.

A document goes in; fees by need come out, and for some customers the best share of each fee that is waived today: by an
offer that runs for them, or by one that runs on since their own first purchase. `settle` posts what comes of it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.levers.offers import RunningOffer
from sim.money import to_major, to_minor
from sim.scenario.document import Document

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Fees:
    """The fees of one version of the document, by name and need.

    names: (fees,); amounts: (fees, needs), minor units, 0 where a need does not charge it; ratios: (fees, needs), over
    the usual price; levels: (fees,), share of each in the price level over all needs; goods: (needs,), price alone over
    the usual price
    """

    def __init__(self, document: Document, usual: list[Decimal], worth: Floats) -> None:
        """`usual`: usual prices of the needs, fees included; `worth`: usual spending on each."""
        needs = list(document.market.needs.values())
        self.names = tuple(dict.fromkeys(name for need in needs for name in need.fees))
        self._currency = document.currency
        self._charged = [
            [need.fees[name].amount if name in need.fees else Decimal() for need in needs] for name in self.names
        ]
        self.amounts = np.array([[to_minor(each, self._currency) for each in row] for row in self._charged], np.int64)
        self.ratios = np.array([_over(row, usual, 0.0) for row in self._charged])
        total = float(np.sum(worth))
        self.levels = np.sum(self.ratios * worth, axis=1) / total if total else np.zeros(len(self.names))
        self.goods = np.array(_over([need.price for need in needs], usual, 1.0))

    @classmethod
    def of(cls, document: Document, usual: list[Decimal], worth: Floats) -> Fees | None:
        """The fees of a document; None where no need charges any."""
        if not any(need.fees for need in document.market.needs.values()):
            return None
        return cls(document, usual, worth)

    def let_off(self, fee: int, off: float) -> Integers:
        """What a share off a fee comes to on each need, (needs,), minor units, rounded once."""
        share = Decimal(str(off))
        return np.array([to_minor(amount * share, self._currency) for amount in self._charged[fee]], np.int64)

    def expected(self, shares: Floats, needs: Integers) -> Floats:
        """Fees of k needs less the shares waived of each, (fees, k), in major units, unrounded: (k,)."""
        total = np.zeros(len(needs))
        for fee, waived in enumerate(shares):
            total += to_major(self.amounts[fee, needs], self._currency) * (1.0 - waived)
        return total


def _over(amounts: list[Decimal], usual: list[Decimal], otherwise: float) -> list[float]:
    """Amounts over usual prices; `otherwise` where nothing is usual."""
    return [float(each / price) if price > 0 else otherwise for each, price in zip(amounts, usual, strict=True)]


class Waived(NamedTuple):
    """One waiver today: number of the offer, number of the fee, share off, which of the rows asked about get it."""

    offer: int
    fee: int
    off: float
    entitled: Flags


def entitled(market: Market, running: RunningOffer, rows: Integers, status: NDArray[np.int8]) -> Flags:
    """Who of `rows` pays less under this waiver today, or would if they bought, (k,); `status` as they came."""
    waiver, day = running.offer.waiver, market.day
    assert waiver is not None  # asked of waivers only
    opens = np.zeros(len(rows), np.bool_)
    if running.runs(day):
        opens = market.audiences.members(running.owner, running.offer.audience, rows, status)
    if waiver.days is None:
        return opens
    began = running.began[rows]
    return np.where(began < 0, opens, day - began < waiver.days)


def waivers(
    market: Market, rows: Integers, status: NDArray[np.int8] | None = None, lasting: bool = False
) -> list[Waived]:
    """Every waiver that concerns any of `rows` today; `lasting`: only those that would go on for good.

    A waiver goes on for good when it has no term of each customer's own and its last day is that of the run.
    """
    fees = market.demand.fees
    if fees is None:
        return []
    status = market.customers.status[rows] if status is None else status
    found = []
    for place, running in enumerate(market.offers):
        waiver = running.offer.waiver
        if waiver is None or waiver.fee not in fees.names:
            continue
        if lasting and (waiver.days is not None or running.last < market.calendar.days - 1):
            continue
        who = entitled(market, running, rows, status)
        if who.any():
            found.append(Waived(place, fees.names.index(waiver.fee), waiver.off, who))
    return found


def best_shares(market: Market, given: list[Waived], size: int) -> Floats:
    """The best share waived of each fee, (fees, k)."""
    assert market.demand.fees is not None  # asked where fees are charged
    shares = np.zeros((len(market.demand.fees.names), size))
    for each in given:
        shares[each.fee] = np.maximum(shares[each.fee], np.where(each.entitled, each.off, 0.0))
    return shares


def waived_of_price(market: Market, given: list[Waived], needs: Integers) -> Floats:
    """What is waived on each of k needs, (k,), as a share of the usual price."""
    fees = market.demand.fees
    total = np.zeros(len(needs))
    if fees is not None:
        for fee, shares in enumerate(best_shares(market, given, len(needs))):
            total += fees.ratios[fee, needs] * shares
    return total


def fee_income(market: Market, given: list[Waived], needs: Integers) -> Floats:
    """Fees of k needs less what is waived, (k,), major units, unrounded: what is expected, not what is posted."""
    fees = market.demand.fees
    if fees is None:
        return np.zeros(len(needs))
    return fees.expected(best_shares(market, given, len(needs)), needs)


def waived_of_price_level(market: Market, rows: Integers) -> Floats:
    """What is waived for each of `rows` today, (k,), as a share of the usual price over all needs."""
    fees = market.demand.fees
    total = np.zeros(len(rows))
    if fees is not None:
        for fee, shares in enumerate(best_shares(market, waivers(market, rows), len(rows))):
            total += fees.levels[fee] * shares
    return total
