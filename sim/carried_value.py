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
from sim.behaviour.usage import usage
from sim.behaviour.value import lifetime_value
from sim.calendar import DAYS_PER_YEAR
from sim.customers import CUSTOMER
from sim.day.choose import standing_utility
from sim.day.stay_or_leave import period_hazard
from sim.levers.fees import Waived, fee_income, waivers
from sim.levers.prices import lasting_prices, price_met
from sim.scenario.behaviour import BetaGeometricLeaving, HazardOfLeaving, LeavingAfterPurchases

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
    document, customers = market.document, market.customers
    margin = np.full(len(rows), 12.0 * float(document.money.margin_per_customer))
    lasting = waivers(market, rows, lasting=True)
    for place, bought in _yearly_purchases(market, rows, lasting):
        need, needs = market.demand.needs[place], np.full(len(rows), place)
        own, hourly = lasting_prices(market, rows, place)
        income = float(need.price - need.cost) + fee_income(market, lasting, needs)
        margin += bought * (income + float(need.price) * (own - 1.0) - float(need.cost) * (hourly - 1.0))
    if document.membership is not None:
        margin += float(document.membership.fee) * DAYS_PER_YEAR / document.membership.every
    spending = document.market.spending
    if spending is not None:
        each = spending.amount.expected() * float(spending.unit_price)
        yearly = spending.rate * DAYS_PER_YEAR * each * spending.margin
        much = customers.spend[rows]
        form = document.behaviour.usage
        if form != "none":
            much = much * usage(satisfaction=customers.satisfaction[rows], neutral=form.neutral, rise=form.satisfaction)
        margin += yearly * much
    return margin


def _yearly_purchases(market: Market, rows: NDArray[np.int64], lasting: list[Waived]) -> Iterator[tuple[int, Floats]]:
    """Every need and how often each of `rows` takes it to the firm in a year, (k,), expected."""
    document, demand, customers = market.document, market.demand, market.customers
    rivals = document.market.rivals.values()
    utilities = np.zeros((len(rows), 2 + len(rivals)))
    standing = standing_utility(market, rows)
    price_effect = document.behaviour.choice.price * customers.price_sensitivity[rows]
    for column, rival in enumerate(rivals):
        utilities[:, 1 + column] = rival.attractiveness - price_effect * (rival.price - 1.0)
    for place, need in enumerate(demand.needs):
        often = need.rate * DAYS_PER_YEAR * customers.activity[rows] * demand.by_segment[customers.segment[rows], place]
        needs = np.full(len(rows), place)
        own, _ = lasting_prices(market, rows, place)
        price = price_met(market, needs, 1.0 - own, lasting)
        utilities[:, 0] = standing - price_effect * (price - 1.0)
        yield place, often * probabilities(utilities)[:, 0] if need.contested else often


def yearly_retention(market: Market, rows: NDArray[np.int64]) -> Floats:
    """Chance that each customer is still one in a year, (k,), at today's hazard."""
    kept = np.ones(len(rows)) if market.memberships is None else market.memberships.yearly_retention(market, rows)
    form = market.document.behaviour.leaving
    if isinstance(form, HazardOfLeaving):
        stays = (1.0 - period_hazard(market, rows, form)) * (1.0 - form.involuntary)
    elif isinstance(form, BetaGeometricLeaving):
        stays = 1.0 - market.customers.leaving[rows]
    elif isinstance(form, LeavingAfterPurchases):
        purchases = np.zeros(len(rows))
        for _, bought in _yearly_purchases(market, rows, waivers(market, rows, lasting=True)):
            purchases += bought
        # Poisson purchases, each the last one by a chance of one's own.
        return np.asarray(kept * np.exp(-market.customers.leaving[rows] * purchases))
    else:
        return kept
    return np.asarray(kept * stays ** (DAYS_PER_YEAR / form.period))
