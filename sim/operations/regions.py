"""Regions of one run: which sites are open, who is near enough to come, and what differs there.

A document and the customers go in; masks and factors by customer come out, and the roster without sites not yet open.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.calendar import Calendar
from sim.customers import Customers
from sim.money import by_day, multiplied, to_minor
from sim.scenario.document import Document
from sim.scenario.regions import Region
from sim.service.records import Roster

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Regions:
    """opens: (sites,), the day each opens; reach: (customers,), who is near enough; rate, price: (sites,), factors of
    this version of the document; moved: (sites,), price factor over that of day 0; rivals: (sites, rivals), added to
    their attractiveness.
    """

    def __init__(self, document: Document, opening: Document, calendar: Calendar, customers: Customers) -> None:
        market = document.market
        each = [market.regions.get(name, Region()) for name in market.site_names]
        self._regions = each
        self.opens = np.array([0 if one.opens is None else calendar.day(one.opens) for one in each], np.int64)
        self.reach = customers.within_reach
        self.rate, self.price = np.array([one.rate for one in each]), np.array([one.price for one in each])
        before = [opening.market.regions.get(name, Region()).price for name in market.site_names]
        self.moved = self.price / np.array(before)
        self.rivals = np.array([[one.rivals.get(name, 0.0) for name in market.rivals] for one in each])
        self.last_opening = int(self.opens.max())

    @classmethod
    def of(cls, document: Document, opening: Document, calendar: Calendar, customers: Customers) -> Regions | None:
        """The regions of one version of the document; None where all sites are alike."""
        return cls(document, opening, calendar, customers) if document.market.regions else None

    def open_on(self, day: int) -> Flags:
        """Which sites are open, (sites,)."""
        return self.opens <= day

    def can_come(self, customers: Customers, rows: Integers, day: int) -> Flags:
        """Who of `rows` lives near enough to a site that is open, (k,)."""
        return self.open_on(day)[customers.site[rows]] & self.reach[rows]

    def roster(self, market: Market, roster: Roster) -> Roster:
        """The roster without the sites that are not open yet."""
        if market.day >= self.last_opening:
            return roster
        shut = np.zeros(market.plant.facility.pools, np.bool_)
        for row, pools in zip(market.plant.pool_of, market.plant.pools_of_station, strict=True):
            if pools > 1 or len(self.opens) == 1:
                shut[row[~self.open_on(market.day)]] = True
        staff = replace(roster.staff, servers=np.where(shut[roster.staff.pool], 0, roster.staff.servers))
        doors = replace(roster.openings, open=roster.openings.open & ~shut[roster.openings.pool])
        return replace(roster, staff=staff, openings=doors)

    def settle(self, market: Market) -> None:
        """What opening a site costs, once, and what an open site costs a day."""
        currency, here = market.document.currency, np.flatnonzero(self.open_on(market.day))
        opened = [
            to_minor(self._regions[site].opening_cost, currency) for site in here if self.opens[site] == market.day
        ]
        sites = here[self.opens[here] == market.day]
        if any(opened):
            market.ledger.post("changes", -np.array(opened, np.int64), -1, sites)
        fixed = [by_day(self._regions[site].fixed_cost, currency) for site in here]
        if any(fixed):
            amounts = [int(multiplied(np.array([-1]), each)[0]) for each in fixed]
            market.ledger.post("fixed", np.array(amounts, np.int64), -1, here)
