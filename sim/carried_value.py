"""What the customers are still worth when the run ends: their lifetime values.

Each customer's yearly margin and yearly retention, as they stand at the horizon, go into the formula of Gupta &
Lehmann (2003), `behaviour/value.py`. Advertising and talk of the last days are left out: they do not last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.choice import probabilities
from sim.behaviour.value import lifetime_value
from sim.calendar import DAYS_PER_YEAR
from sim.customers import CUSTOMER
from sim.day.choose import standing_utility
from sim.day.stay_or_leave import period_hazard
from sim.levers.fees import fee_income, waivers
from sim.levers.prices import lasting_prices, price_met
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
    return rows, values


def yearly_margin(market: Market, rows: NDArray[np.int64]) -> Floats:
    """Expected margin of each customer in a year, (k,): standing margin, needs brought to the firm, spending.

    Fees count without what is waived for a time only; prices by the list, and by the hours paid for on average.
    """
    document, demand, customers = market.document, market.demand, market.customers
    margin = np.full(len(rows), 12.0 * float(document.money.margin_per_customer))
    rivals = document.market.rivals.values()
    utilities = np.zeros((len(rows), 2 + len(rivals)))
    lasting = waivers(market, rows, lasting=True)
    standing = standing_utility(market, rows)
    price_effect = document.behaviour.choice.price * customers.price_sensitivity[rows]
    for column, rival in enumerate(rivals):
        utilities[:, 1 + column] = rival.attractiveness - price_effect * (rival.price - 1.0)
    often_there = np.ones(len(rows))
    if market.regions is not None:
        utilities[:, 1:-1] += market.regions.rivals[customers.site[rows]]
        often_there = market.regions.rate[customers.site[rows]]
    for place, need in enumerate(demand.needs):
        often = need.rate * DAYS_PER_YEAR * customers.activity[rows] * demand.by_segment[customers.segment[rows], place]
        often = often * often_there
        needs = np.full(len(rows), place)
        own, hourly = lasting_prices(market, rows, place)
        price = price_met(market, needs, 1.0 - own, lasting)
        income = float(need.price - need.cost) + fee_income(market, lasting, needs)
        income = income + float(need.price) * (own - 1.0) - float(need.cost) * (hourly - 1.0)
        utilities[:, 0] = standing - price_effect * (price - 1.0)
        share = probabilities(utilities)[:, 0]
        margin += often * income * (share if need.contested else 1.0)
    if document.membership is not None:
        margin += float(document.membership.fee) * DAYS_PER_YEAR / document.membership.every
    spending = document.market.spending
    if spending is not None:
        yearly = spending.rate * DAYS_PER_YEAR * spending.amount.expected() * spending.margin
        margin += yearly * customers.spend[rows]
    return margin


def yearly_retention(market: Market, rows: NDArray[np.int64]) -> Floats:
    """Chance that each customer is still one in a year, (k,), at today's hazard."""
    kept = np.ones(len(rows)) if market.memberships is None else market.memberships.yearly_retention(market, rows)
    form = market.document.behaviour.leaving
    if isinstance(form, HazardOfLeaving):
        stays = (1.0 - period_hazard(market, rows, form)) * (1.0 - form.involuntary)
    elif isinstance(form, BetaGeometricLeaving):
        stays = 1.0 - market.customers.leaving[rows]
    else:
        return kept
    return np.asarray(kept * stays ** (DAYS_PER_YEAR / form.period))
