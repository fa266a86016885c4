"""What the customers are still worth when the run ends: their lifetime values.

Each customer's yearly margin and yearly retention, as they stand at the horizon, go into the formula of Gupta &
Lehmann (2003), `behaviour/value.py`. Advertising and talk of the last days are left out: they do not last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.value import lifetime_value
from sim.calendar import DAYS_PER_YEAR
from sim.customers import CUSTOMER
from sim.day.departures import stays_through_departures
from sim.day.stay_or_leave import period_hazard
from sim.needs.yearly import bills_in_a_year, memberships_in_a_year, needs_in_a_year, spending_in_a_year
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
    return rows, values - already_bought(market, rows)


def yearly_margin(market: Market, rows: NDArray[np.int64]) -> Floats:
    """Expected margin of each customer in a year, (k,): standing margin, needs brought to the firm, spending.

    Fees count without what is waived for a time only; prices by the list, and by the hours paid for on average.
    """
    margin = np.full(len(rows), 12.0 * float(market.document.money.margin_per_customer))
    for yearly in needs_in_a_year(market, rows):
        margin += yearly.often * yearly.margin * yearly.share
    if market.billing is not None:
        margin += bills_in_a_year(market, rows) * (1.0 - market.billing.terms.cost)
    return margin + memberships_in_a_year(market) + spending_in_a_year(market, rows)


def already_bought(market: Market, rows: NDArray[np.int64]) -> Floats:
    """Margin each customer will not bring because it is at home already, bought for later in a sale, (k,)."""
    total = np.zeros(len(rows))
    if market.pantry is not None:
        for yearly in needs_in_a_year(market, rows):
            total += market.pantry.at_home[yearly.need, rows] * yearly.margin * yearly.share
    return total


def yearly_retention(market: Market, rows: NDArray[np.int64]) -> Floats:
    """Chance that each customer is still one in a year, (k,), at today's hazards."""
    kept = np.ones(len(rows)) if market.memberships is None else market.memberships.yearly_retention(market, rows)
    return kept * _stays_by_behaviour(market, rows) * stays_through_departures(market, rows)


def _stays_by_behaviour(market: Market, rows: NDArray[np.int64]) -> Floats:
    form = market.document.behaviour.leaving
    if isinstance(form, HazardOfLeaving):
        stays = (1.0 - period_hazard(market, rows, form)) * (1.0 - form.involuntary)
    elif isinstance(form, BetaGeometricLeaving):
        stays = 1.0 - market.customers.leaving[rows]
    elif isinstance(form, LeavingAfterPurchases):
        purchases = np.zeros(len(rows))
        for yearly in needs_in_a_year(market, rows):
            purchases += yearly.often * yearly.share
        # Poisson purchases, each the last one by a chance of one's own.
        return np.asarray(np.exp(-market.customers.leaving[rows] * purchases))
    else:
        return np.ones(len(rows))
    return np.asarray(stays ** (DAYS_PER_YEAR / form.period))
