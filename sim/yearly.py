"""What customers bring to the firm in a year, as they stand today: needs taken to it, revenue from them.

Rows of customers go in; expected numbers a year come out, in major units of the currency. Advertising, talk and what is
waived for a time only are left out: they do not last.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

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


_AT_ONCE: Final = 50_000  # needs of customers worked on at once: few customers in one go, many need by need


def needs_in_a_year(market: Market, rows: Integers) -> Iterator[Yearly]:
    """Each need in turn, for each of `rows` (k,)."""
    document, demand, customers = market.document, market.demand, market.customers
    standing = standing_utility(market, rows)
    price_effect = document.behaviour.choice.price * customers.price_sensitivity[rows]
    activity, segment = customers.activity[rows], customers.segment[rows]
    step, size = max(_AT_ONCE // max(len(rows), 1), 1), len(rows)
    for first in range(0, len(demand.needs), step):
        numbers = np.arange(first, min(first + step, len(demand.needs)))
        whose, needs = np.tile(rows, len(numbers)), np.repeat(numbers, size)
        lasting = waivers(market, whose, lasting=True)
        fees = fee_income(market, lasting, needs)
        price = demand.price_ratios[needs] - waived_of_price(market, lasting, needs)
        utilities = np.zeros((len(whose), 2 + len(market.rivals.names)))
        utilities[:, FIRM] = np.tile(standing, len(numbers)) - np.tile(price_effect, len(numbers)) * (price - 1.0)
        if market.rivals.names:
            utilities[:, 1:-1] = market.rivals.utilities(market, whose, needs)
        if market.wallet is None:
            share = probabilities(utilities)[:, FIRM]
        else:
            share = market.wallet.shares(market, whose, needs, utilities)
        share = np.where(demand.contested[needs], share, 1.0)
        for place, need in enumerate(numbers.tolist()):
            part = slice(place * size, (place + 1) * size)
            often = demand.needs[need].rate * DAYS_PER_YEAR * activity * demand.by_segment[segment, need]
            lasts = demand.needs[need].due_after
            if lasts is not None:  # it comes once in the time until it is due and the wait after that
                often = often / (1.0 + often * lasts / DAYS_PER_YEAR)
            yield Yearly(need, often, share[part], fees[part])


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
