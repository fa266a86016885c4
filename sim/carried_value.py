"""What the customers are still worth when the run ends: their lifetime values.

Each customer's yearly margin and yearly retention, as they stand at the horizon, go into the formula of Gupta &
Lehmann (2003), `behaviour/value.py`. Advertising and talk of the last days are left out: they do not last.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.choice import probabilities
from sim.behaviour.value import lifetime_value
from sim.calendar import DAYS_PER_YEAR
from sim.customers import CUSTOMER
from sim.day.choose import standing_utility
from sim.day.stay_or_leave import period_hazard
from sim.goods import expected_margin
from sim.levers.fees import fee_income, waived_of_price, waivers
from sim.scenario.behaviour import BetaGeometricLeaving, HazardOfLeaving

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]


def carried_values(market: Market) -> tuple[NDArray[np.int64], Floats]:
    """Rows of today's customers and the lifetime value of each, (k,), major units. First margin in a year."""
    rows = np.flatnonzero(market.customers.status == CUSTOMER)
    if not len(rows):
        return rows, np.zeros(0)
    values = lifetime_value(
        margin=yearly_margin(market, rows),
        retention=yearly_retention(market, rows),
        interest=market.document.money.discount_rate,
        growth=0.0,
    )
    return rows, values - already_bought(market, rows)


def yearly_margin(market: Market, rows: NDArray[np.int64]) -> Floats:
    """Expected margin of each customer in a year, (k,): standing margin, needs brought to the firm, spending.

    Fees count without what is waived for a time only.
    """
    document, customers = market.document, market.customers
    margin = np.full(len(rows), 12.0 * float(document.money.margin_per_customer))
    for often, income in _needs(market, rows):
        margin += often * income
    if market.billing is not None:
        monthly = market.billing.expected(rows)
        margin += 12.0 * monthly * (1.0 - market.billing.terms.cost)
    spending = document.market.spending
    if spending is not None:
        yearly = spending.rate * DAYS_PER_YEAR * spending.amount.expected() * spending.margin
        margin += yearly * customers.spend[rows]
    return margin


def already_bought(market: Market, rows: NDArray[np.int64]) -> Floats:
    """Margin each customer will not bring because it is at home already, bought for later in a sale, (k,)."""
    total = np.zeros(len(rows))
    if market.pantry is not None:
        for place, (_, income) in enumerate(_needs(market, rows)):
            total += market.pantry.at_home[place, rows] * income
    return total


def _needs(market: Market, rows: NDArray[np.int64]) -> Iterator[tuple[Floats, Floats]]:
    """For each need: how often each of `rows` has it in a year, and what one brings the firm on average, (k,) each."""
    document, demand, customers = market.document, market.demand, market.customers
    rivals = document.market.rivals.values()
    utilities = np.zeros((len(rows), 2 + len(rivals)))
    lasting = waivers(market, rows, lasting=True)
    standing = standing_utility(market, rows)
    price_effect = document.behaviour.choice.price * customers.price_sensitivity[rows]
    for column, rival in enumerate(rivals):
        utilities[:, 1 + column] = rival.attractiveness - price_effect * (rival.price - 1.0)
    for place, need in enumerate(demand.needs):
        often = need.rate * DAYS_PER_YEAR * customers.activity[rows] * demand.by_segment[customers.segment[rows], place]
        needs = np.full(len(rows), place)
        price = demand.price_ratios[place] - waived_of_price(market, lasting, needs)
        income = float(need.price - need.cost) + fee_income(market, lasting, needs)
        if need.goods:
            income = income + expected_margin(market, rows, place)
        utilities[:, 0] = standing - price_effect * (price - 1.0)
        share = probabilities(utilities)[:, 0]
        yield often, income * (share if need.contested else 1.0)


def yearly_retention(market: Market, rows: NDArray[np.int64]) -> Floats:
    """Chance that each customer is still one in a year, (k,), at today's hazard."""
    form = market.document.behaviour.leaving
    if isinstance(form, HazardOfLeaving):
        stays = (1.0 - period_hazard(market, rows, form)) * (1.0 - form.involuntary)
    elif isinstance(form, BetaGeometricLeaving):
        stays = 1.0 - market.customers.leaving[rows]
    else:
        return np.ones(len(rows))
    return np.asarray(stays ** (DAYS_PER_YEAR / form.period))
