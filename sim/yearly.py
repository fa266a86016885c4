"""What customers bring to the firm in a year, as they stand today: needs taken to it, revenue from them.

Rows of customers go in; expected numbers a year come out, in major units of the currency. Advertising, talk and what is
waived for a time only are left out: they do not last.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.choice import probabilities
from sim.calendar import DAYS_PER_YEAR
from sim.day.choose import standing_utility
from sim.levers.fees import fee_income, waived_of_price, waivers
from sim.today import FIRM

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Yearly(NamedTuple):
    """One need in a year: its number; how often each has it; the share taken to the firm; fees paid each time; (k,)."""

    need: int
    often: Floats
    share: Floats
    fees: Floats


def needs_in_a_year(market: Market, rows: Integers) -> Iterator[Yearly]:
    """Each need in turn, for each of `rows` (k,)."""
    document, demand, customers = market.document, market.demand, market.customers
    lasting = waivers(market, rows, lasting=True)
    standing = standing_utility(market, rows)
    price_effect = document.behaviour.choice.price * customers.price_sensitivity[rows]
    for place, need in enumerate(demand.needs):
        often = need.rate * DAYS_PER_YEAR * customers.activity[rows] * demand.by_segment[customers.segment[rows], place]
        needs = np.full(len(rows), place)
        fees = fee_income(market, lasting, needs)
        share = np.ones(len(rows))
        if need.contested:
            price = demand.price_ratios[place] - waived_of_price(market, lasting, needs)
            utilities = np.zeros((len(rows), 2 + len(market.rivals.names)))
            utilities[:, FIRM] = standing - price_effect * (price - 1.0)
            utilities[:, 1:-1] = market.rivals.utilities(market, rows, needs)
            if market.wallet is None:
                share = probabilities(utilities)[:, FIRM]
            else:
                share = market.wallet.share_for(market, rows, place, utilities)
        yield Yearly(place, often, share, fees)


def spending_in_a_year(market: Market, rows: Integers) -> Floats:
    """What the firm earns on purchases that each of `rows` makes elsewhere with its product in a year, (k,)."""
    spending = market.document.market.spending
    if spending is None:
        return np.zeros(len(rows))
    yearly = spending.rate * DAYS_PER_YEAR * spending.amount.expected() * spending.margin
    return np.asarray(yearly * market.customers.spend[rows])


def revenue_in_a_year(market: Market, rows: Integers, line: int | None = None) -> Floats:
    """Revenue that each of `rows` brings in a year, (k,), prices and lasting fees of needs; of one line, or of all.

    With everything also standing margins and the margin on spending, which is all the books know of these.
    """
    revenue = np.zeros(len(rows))
    if not len(rows):
        return revenue
    if line is None:
        revenue += 12.0 * float(market.document.money.margin_per_customer)
    for yearly in needs_in_a_year(market, rows):
        if line is None or (market.wallet is not None and market.wallet.line_of[yearly.need] == line):
            price = float(market.demand.needs[yearly.need].price)
            revenue += yearly.often * yearly.share * (price + yearly.fees)
    return revenue + spending_in_a_year(market, rows) if line is None else revenue
