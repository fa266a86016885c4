"""Prices a customer meets today: list price and fees less the best discount and waivers that are open to them.

Whoever chooses counts on those they know of; whoever pays gets them all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.levers.fees import Waived, waived_of_price, waivers
from sim.levers.lotteries import draws_for
from sim.levers.price_list import charged
from sim.levers.sales import discounts
from sim.stock.goods import drawn_by_bundles

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Expected(NamedTuple):
    """What each of k people counts on, over the usual price: what they would pay; the same at the price of their like
    and the usual hour, which is what they remember prices by; and 1 where they know of any offer on their need.
    """

    price: Floats
    compared: Floats
    known: Floats


def price_expected(market: Market, rows: Integers, needs: Integers, hourly: Floats | None = None) -> Expected:
    """Prices each of `rows` counts on; `hourly`: (k,), price of the hour they would come at, over the price."""
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
    own, moved = own_prices(market, rows, needs)
    compared = price_met(market, needs, cut if moved is None else 1.0 - moved * (1.0 - cut), counted_on)
    price = compared
    if own is not None or hourly is not None:
        share = (1.0 if own is None else own) * (1.0 if hourly is None else hourly)
        price = price_met(market, needs, 1.0 - share * (1.0 - cut), counted_on)
    if market.assortment is not None:
        saved, taken = drawn_by_bundles(market, rows, needs)
        price, compared = price - saved, compared - saved
        known[taken] = 1.0
    return Expected(price, compared, known)


def own_prices(market: Market, rows: Integers, needs: Integers) -> tuple[Floats | None, Floats | None]:
    """Price of k people over that of their need, (k,), and over what their like paid on day 0; None: as everybody.

    By their price list and their region.
    """
    listed, regions, customers = market.demand.price_list, market.regions, market.customers
    if listed is None and regions is None:
        return None, None
    own, moved = np.ones(len(rows)), np.ones(len(rows))
    if listed is not None:
        segment, tier = customers.segment[rows], customers.tier[rows]
        own, moved = listed.ratio(needs, segment, tier), listed.moved(needs, segment, tier)
    if regions is not None:
        own, moved = own * regions.price[customers.site[rows]], moved * regions.moved[customers.site[rows]]
    return own, moved


def price_met(market: Market, needs: Integers, cut: Floats, given: list[Waived]) -> Floats:
    """Price and fees of k needs over the usual price, (k,), after a share off the price (k,) and waivers of fees."""
    demand = market.demand
    if demand.fees is None:
        return np.asarray(demand.price_ratios[needs] * (1.0 - cut))
    return demand.price_ratios[needs] - demand.fees.goods[needs] * cut - waived_of_price(market, given, needs)


def lasting_prices(market: Market, rows: Integers, need: int) -> tuple[Floats, float]:
    """What k customers go on paying for a need over its price, (k,), and what serving them goes on costing over its
    cost: by their list, at the hours of the run so far.
    """
    own = own_prices(market, rows, np.full(len(rows), need))[0]
    price, cost = (1.0, 1.0) if market.tariffs is None else market.tariffs.levels(need)
    return (np.full(len(rows), price) if own is None else own * price), cost


def prices_charged(market: Market, rows: Integers, needs: Integers) -> Integers:
    """What k people who are served pay before discounts, (k,), minor units: by list, region and hour."""
    listed, regions, tariffs, customers = market.demand.price_list, market.regions, market.tariffs, market.customers
    if listed is None and regions is None and tariffs is None:
        return market.demand.prices[needs]
    factors = [] if tariffs is None else [tariffs.paid[rows]]
    if regions is not None:
        factors.append(regions.price[customers.site[rows]])
    if listed is not None:
        return listed.prices(needs, customers.segment[rows], customers.tier[rows], factors)
    return charged([[need.price] for need in market.demand.needs], market.document.currency, needs, None, factors)


def costs_charged(market: Market, rows: Integers, needs: Integers) -> Integers:
    """What serving k people costs, (k,), minor units, by their hour."""
    if market.tariffs is None:
        return market.demand.costs[needs]
    costs = [[need.cost] for need in market.demand.needs]
    return charged(costs, market.document.currency, needs, None, [market.tariffs.cost[rows]])
