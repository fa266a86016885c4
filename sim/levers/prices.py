"""Prices a customer meets today: list price and fees less the best discount and waivers that are open to them.

Whoever chooses counts on those they know of; whoever pays gets them all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.goods import drawn_by_bundles
from sim.levers.fees import Waived, waived_of_price, waivers
from sim.levers.lotteries import draws_for
from sim.levers.sales import discounts

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def price_expected(market: Market, rows: Integers, needs: Integers) -> tuple[Floats, Floats]:
    """Price each of `rows` counts on, over the usual one, (k,), and 1 where they know of any offer on their need."""
    cut, known = np.zeros(len(rows)), np.zeros(len(rows))
    for offer, off, covered in discounts(market, rows, needs, market.customers.status[rows]):
        aware = market.offers[offer].knows[rows] & covered
        cut = np.maximum(cut, np.where(aware, off, 0.0))
        known[aware] = 1.0
    for running in market.offers:
        task = running.offer.task_count
        if task is not None and running.runs(market.day):
            wanted = np.array([need.task == task.task for need in market.demand.needs], np.bool_)
            eligible = market.audiences.members(running.owner, running.offer.audience, rows)
            known[running.knows[rows] & eligible & wanted[needs] & (running.earned[rows] < running.offer.limit)] = 1.0
        if running.offer.lottery is not None and running.runs(market.day):
            hopes = draws_for(running.offer.lottery, market.document, needs, market.demand.prices[needs] * (1.0 - cut))
            eligible = market.audiences.members(running.owner, running.offer.audience, rows)
            known[running.knows[rows] & eligible & (hopes > 0) & (running.earned[rows] < running.offer.limit)] = 1.0
    fees, counted_on = market.demand.fees, []
    for waived in waivers(market, rows):
        assert fees is not None  # nothing is waived where nothing is charged
        aware = waived.entitled & market.offers[waived.offer].knows[rows] & (fees.amounts[waived.fee, needs] > 0)
        known[aware & (waived.off > 0.0)] = 1.0
        counted_on.append(waived._replace(entitled=aware))
    price = price_met(market, needs, cut, counted_on)
    if market.shelf is not None:
        saved, taken = drawn_by_bundles(market, rows, needs)
        price = price - saved
        known[taken] = 1.0
    return price, known


def price_met(market: Market, needs: Integers, cut: Floats, given: list[Waived]) -> Floats:
    """Price and fees of k needs over the usual price, (k,), after a share off the price (k,) and waivers of fees."""
    demand = market.demand
    if demand.fees is None:
        return np.asarray(demand.price_ratios[needs] * (1.0 - cut))
    return demand.price_ratios[needs] - demand.fees.goods[needs] * cut - waived_of_price(market, given, needs)
