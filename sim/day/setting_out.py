"""Part of step 4: who sets out for the firm, with the luck of the door, and who was asked to come and does so today.

Rows and their luck go in; visits come out, with patience, balking and the way they will take.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.calendar import MINUTES_PER_DAY
from sim.day.lay_out import routes_of
from sim.operations.visits import NEED, by_customers, number
from sim.service.routes import Routes
from sim.today import Visits

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_BEFORE_SENT = 4  # luck of a visit asked for: station, minute of arrival, patience, balking; then service times


def inside(market: Market) -> Integers:
    """Customers who are still in the system from an earlier day: they start no second visit. Cases keep nobody in."""
    within = market.facility_state.visits
    return np.asarray(within.customer[by_customers(within.visit)])


def setting_out(
    market: Market,
    rows: Integers,
    numbers: Integers,
    process: Integers,
    at: Floats,
    luck: Floats,
    routes: Routes,
) -> Visits:
    """Visits with the luck of the door: how patient (first column of `luck`) and how put off by a queue (second)."""
    service, customers = market.document.service, market.customers
    patience, balk_at = np.full(len(rows), np.inf), np.full(len(rows), np.inf)
    if service.patience is not None:
        patience = service.patience.quantile(luck[:, 0]) * customers.patience[rows]
    if service.balking is not None:
        balk_at = np.maximum(service.balking.quantile(luck[:, 1]), 0.0)
        rooms = market.waiting_rooms
        balk_at[rooms.at_home[rooms.first_station[process]]] = np.inf  # who does not stand there sees no queue
    # The last instants of a day round up to midnight, which is tomorrow.
    at = np.minimum(at + market.day * MINUTES_PER_DAY, np.nextafter((market.day + 1.0) * MINUTES_PER_DAY, 0.0))
    if market.waiting_rooms.turns_round.any():
        site = customers.site[rows].astype(np.int64)
        told = market.waiting_rooms.turning_round_at(process, site, at, patience, market.calendar)
        balk_at = np.minimum(balk_at, told)
    return Visits(rows, numbers, process, at, patience, balk_at, routes)


def sent(market: Market, rows: Integers, need: int, identity: str, minute: float | None = None) -> Visits:
    """Visits of `rows` (rising) for a need that something else than the need itself brings; at a `minute`, if given."""
    demand, population = market.demand, market.customers.population
    draws = _BEFORE_SENT + market.plant.facility.max_steps
    luck = market.streams.each("visit", market.day, population, rows, draws, identity)
    needs = np.full(len(rows), need, np.int64)
    kinds = demand.kinds(needs, market.customers.segment[rows], market.customers.tier[rows])
    process, at = demand.coming(kinds, market.today.weekday, luck[:, 0], luck[:, 1])
    if minute is not None:
        at = np.full(len(rows), minute)
    routes = routes_of(market, rows, process, luck[:, _BEFORE_SENT:], identity)
    if demand.above is not None:
        stakes = market.streams.each("amount at stake", market.day, population, rows, 1, identity)
        routes = demand.by_amount(routes, process, needs, stakes[:, 0])
    return setting_out(market, rows, number(market.day, NEED, needs, rows), process, at, luck[:, 2:], routes)


def with_invited(market: Market, visits: Visits) -> Visits:
    """Add those whom a contact asked to come and who come today; who has something else on that day comes later."""
    for name, programme in market.programmes.items():
        invites = market.document.outreach[name].invites
        if invites is None:
            continue
        need = list(market.document.market.needs).index(invites.need)
        if not market.demand.open_on(need, market.today.weekday):
            continue
        due = (programme.comes_on >= 0) & (programme.comes_on <= market.day)
        due[visits.rows] = False
        due[inside(market)] = False
        rows = np.flatnonzero(due)
        programme.comes(market.day, rows)
        market.today.add("visits_invited", len(rows))
        market.today.befell.append(("comes as asked", name, rows))
        visits = visits.followed_by(sent(market, rows, need, f"invited {name}"))
    return visits
