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
from sim.scenario.behaviour import BetaGeometricLeaving, HazardOfLeaving, LeavingAfterPurchases
from sim.yearly import needs_in_a_year, spending_in_a_year

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

    Fees count without what is waived for a time only.
    """
    margin = np.full(len(rows), 12.0 * float(market.document.money.margin_per_customer))
    for yearly in needs_in_a_year(market, rows):
        need = market.demand.needs[yearly.need]
        margin += yearly.often * (float(need.price - need.cost) + yearly.fees) * yearly.share
    return margin + spending_in_a_year(market, rows)


def yearly_retention(market: Market, rows: NDArray[np.int64]) -> Floats:
    """Chance that each customer is still one in a year, (k,), at today's hazards."""
    return _stays_by_behaviour(market, rows) * stays_through_departures(market, rows)


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
        return np.asarray(np.exp(-market.customers.leaving[rows] * purchases))  # Poisson purchases, each the last by p
    else:
        return np.ones(len(rows))
    return np.asarray(stays ** (DAYS_PER_YEAR / form.period))
