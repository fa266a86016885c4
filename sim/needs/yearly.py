"""What customers bring to the firm in a year, as they stand today: needs taken to it, revenue and margin from them.

Rows of customers go in; expected numbers a year come out, in major units of the currency. Advertising, talk and what is
waived for a time only are left out: they do not last.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.choice import probabilities
from sim.behaviour.usage import usage
from sim.calendar import DAYS_PER_YEAR
from sim.day.choose import standing_utility
from sim.levers.fees import fee_income, waivers
from sim.levers.prices import lasting_prices, price_met
from sim.stock.goods import expected_margin
from sim.today import FIRM

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Yearly(NamedTuple):
    """One need in a year, for k customers: its number; how often each has it; the share taken to the firm; what each
    time brings and costs: price (by their list, at the hours of the run so far), cost, fees, margin on goods taken; all
    (k,), cost one number.
    """

    need: int
    often: Floats
    share: Floats
    price: Floats
    cost: float
    fees: Floats
    goods: Floats

    @property
    def margin(self) -> Floats:
        """What each time leaves the firm, (k,)."""
        return self.price - self.cost + self.fees + self.goods


_AT_ONCE: Final = 50_000  # needs of customers worked on at once: few customers in one go, many need by need


def needs_in_a_year(market: Market, rows: Integers) -> Iterator[Yearly]:
    """Each need in turn, for each of `rows` (k,)."""
    document, demand, customers = market.document, market.demand, market.customers
    standing = standing_utility(market, rows)
    price_effect = document.behaviour.choice.price * customers.price_sensitivity[rows]
    activity, segment = customers.activity[rows], customers.segment[rows]
    if market.regions is not None:
        activity = activity * market.regions.rate[customers.site[rows]]
    step, size = max(_AT_ONCE // max(len(rows), 1), 1), len(rows)
    for first in range(0, len(demand.needs), step):
        numbers = np.arange(first, min(first + step, len(demand.needs)))
        whose, needs = np.tile(rows, len(numbers)), np.repeat(numbers, size)
        lasting = waivers(market, whose, lasting=True)
        fees = fee_income(market, lasting, needs)
        charged = [lasting_prices(market, rows, need) for need in numbers.tolist()]
        price = price_met(market, needs, 1.0 - np.concatenate([own for own, _ in charged]), lasting)
        utilities = np.zeros((len(whose), 2 + len(market.rivals.names)))
        utilities[:, FIRM] = np.tile(standing, len(numbers)) - np.tile(price_effect, len(numbers)) * (price - 1.0)
        if market.rivals.names:
            utilities[:, 1:-1] = market.rivals.utilities(market, whose, needs)
        if market.regions is not None:
            utilities[:, 1:-1] += market.regions.rivals[customers.site[whose]]
        if market.wallet is None:
            share = probabilities(utilities)[:, FIRM]
        else:
            share = market.wallet.shares(market, whose, needs, utilities)
        share = np.where(demand.contested[needs], share, 1.0)
        for place, need in enumerate(numbers.tolist()):
            part, terms, (own, hourly) = slice(place * size, (place + 1) * size), demand.needs[need], charged[place]
            often = terms.rate * DAYS_PER_YEAR * activity * demand.by_segment[segment, need]
            if terms.due_after is not None:  # it comes once in the time until it is due and the wait after that
                often = often / (1.0 + often * terms.due_after / DAYS_PER_YEAR)
            goods = expected_margin(market, rows, need) if terms.goods else np.zeros(size)
            price, cost = float(terms.price) * own, float(terms.cost) * hourly
            yield Yearly(need, often, share[part], price, cost, fees[part], goods)


def memberships_in_a_year(market: Market) -> float:
    """Fees a member pays in a year; 0 where there is no membership."""
    membership = market.document.membership
    return 0.0 if membership is None else float(membership.fee) * DAYS_PER_YEAR / membership.every


def bills_in_a_year(market: Market, rows: Integers) -> Floats:
    """What each of `rows` is billed in a year, (k,); 0 where there are no bills."""
    return np.zeros(len(rows)) if market.billing is None else np.asarray(12.0 * market.billing.expected(rows))


def spending_in_a_year(market: Market, rows: Integers) -> Floats:
    """What the firm earns on purchases that each of `rows` makes elsewhere with its product in a year, (k,)."""
    document, customers = market.document, market.customers
    spending, form = document.market.spending, document.behaviour.usage
    if spending is None:
        return np.zeros(len(rows))
    much = customers.spend[rows]
    if form != "none":
        much = much * usage(satisfaction=customers.satisfaction[rows], neutral=form.neutral, rise=form.satisfaction)
    yearly = spending.rate * DAYS_PER_YEAR * spending.amount.expected() * float(spending.unit_price) * spending.margin
    return np.asarray(yearly * much)


def revenue_in_a_year(market: Market, rows: Integers, line: int | None = None) -> Floats:
    """Revenue that each of `rows` brings in a year, (k,), prices and lasting fees of needs; of one line, or of all.

    With everything also memberships, standing margins and the margin on spending, which is all the books know of these.
    """
    revenue = np.zeros(len(rows))
    if not len(rows):
        return revenue
    if line is None:
        revenue += 12.0 * float(market.document.money.margin_per_customer) + memberships_in_a_year(market)
    for yearly in needs_in_a_year(market, rows):
        if line is None or (market.wallet is not None and market.wallet.line_of[yearly.need] == line):
            revenue += yearly.often * yearly.share * (yearly.price + yearly.fees)
    if line is None:
        revenue += bills_in_a_year(market, rows) + spending_in_a_year(market, rows)
    return revenue
