"""Part of step 10: wages of those on the roster, less hours nobody is paid for, with substitutes and bonus;
and what is done for those who wait.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.money import to_minor

if TYPE_CHECKING:
    from sim.market import Market


def pay_wages(market: Market) -> None:
    """Staff on duty by the roster, at each site, and greeters."""
    plant, weekday, currency = market.plant, market.today.weekday, market.document.currency
    for place, (name, station) in enumerate(market.document.service.stations.items()):
        if station.groups:
            pay_groups(market, place, name)
            continue
        hours, cover = plant.paid_hours(name, weekday), plant.cost_of_cover(name, weekday)
        if not (station.wage and hours) and not cover:
            continue
        pools = plant.pools_of_station[place]
        bonus = Decimal()
        if station.people is not None and station.people.bonus is not None:
            bonus = Decimal(str(station.people.bonus.share_of_wages))
        unpaid = market.workforce.unpaid_hours(market, name)
        each = [hours] * pools if unpaid is None else [max(hours - less, 0.0) for less in unpaid.tolist()]
        if plant.own_staff:
            usual = station.headcount
            each = [
                worked * plant.own_staff.get(pool, usual) / usual
                for worked, pool in zip(each, plant.pool_of[place], strict=False)
            ]
        pay = [to_minor(station.wage * (1 + bonus) * Decimal(str(worked)) + cover, currency) for worked in each]
        site = np.arange(pools) if station.per == "site" else np.array([-1])
        market.ledger.post("wages", -np.array(pay, np.int64) * _open(market, site), -1, site)
    for steering in market.document.service.steering.values():
        present = plant.shifts[plant.station_names.index(steering.to)][weekday]
        if present is not None and steering.staff and steering.wage:
            on_duty = Decimal(str((present.closes - present.opens) / 60.0))
            pay_of_site = to_minor(steering.staff * steering.wage * on_duty, currency)
            sites = np.arange(len(market.site_names))
            market.ledger.post("wages", np.full(len(sites), -pay_of_site, np.int64) * _open(market, sites), -1, sites)


def pay_groups(market: Market, place: int, name: str) -> None:
    """Wages of a station whose groups have wages of their own."""
    pay = to_minor(market.plant.pay_of_groups(name, market.today.weekday), market.document.currency)
    if pay:
        pools = market.plant.pools_of_station[place]
        site = np.arange(pools) if market.document.service.stations[name].per == "site" else np.array([-1])
        market.ledger.post("wages", np.full(pools, -pay, np.int64) * _open(market, site), -1, site)


def pay_for_waiting(market: Market) -> None:
    """What each open station does for those who wait there, at each site."""
    plant = market.plant
    for place, (name, station) in enumerate(market.document.service.stations.items()):
        cost = station.waiting.cost
        if cost and plant.open_on(name, market.today.weekday):
            pools = plant.pools_of_station[place]
            site = np.arange(pools) if station.per == "site" else np.array([-1])
            each = to_minor(cost, market.document.currency)
            market.ledger.post("waiting", np.full(pools, -each, np.int64) * _open(market, site), -1, site)


def _open(market: Market, site: NDArray[np.int64]) -> NDArray[np.int64]:
    """1 for each site at which somebody is paid today, 0 for one that is not open yet; 1 for the market as a whole."""
    if market.regions is None:
        return np.ones(len(site), np.int64)
    return np.where(site < 0, 1, market.regions.open_on(market.day)[site].astype(np.int64))
