"""Step 5, serve: the facility runs to midnight on today's visits, gift pick-ups and complaint cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.calendar import MINUTES_PER_DAY
from sim.day.hold_events import with_staff_at_events
from sim.day.promised_windows import settle_windows
from sim.operations.visits import by_customers
from sim.service.facility import advance, close_books
from sim.service.records import Arrivals

if TYPE_CHECKING:
    from sim.market import Market


def serve(market: Market) -> None:
    """Fill `today.encounters` with every visit that ended today; whoever is still inside waits in the state."""
    plant, visits, customers = market.plant, market.today.visits, market.customers
    assert visits is not None  # step 4 always leaves its visits
    tier = customers.tier[visits.rows].astype(np.int64)
    arrivals = Arrivals(
        visit=visits.numbers,
        customer=visits.rows,
        at=visits.at,
        process=visits.process,
        site=customers.site[visits.rows].astype(np.int64),
        priority=plant.ranks[visits.process, tier],  # the last column is for those without a tier
        patience=visits.patience,
        balk_at=visits.balk_at,
        routes=visits.routes,
        kind=plant.kinds.of(customers.segment[visits.rows], tier) if plant.facility.most_groups else None,
    )
    roster = with_staff_at_events(market, market.workforce.roster(market))
    if market.regions is not None:
        roster = market.regions.roster(market, roster)
    midnight = float((market.day + 1) * MINUTES_PER_DAY)
    market.facility_state, market.today.encounters = advance(
        plant.facility, market.facility_state, arrivals, roster, midnight
    )
    settle_windows(market)
    market.today.add("visits", _visits(arrivals.visit))
    if market.day == market.calendar.days - 1:
        market.today.add("unfinished", _visits(close_books(plant.facility, market.facility_state).visit))


def _visits(numbers: NDArray[np.int64]) -> int:
    """How many of these are visits somebody makes."""
    return int(np.count_nonzero(by_customers(numbers)))
