"""Part of step 10: points are earned, lapse and buy gifts, and what the firm owes for them goes to the books."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.customers import CUSTOMER
from sim.levers.points import RunningPoints
from sim.money import to_major

if TYPE_CHECKING:
    from sim.market import Market

Integers = NDArray[np.int64]


def settle_points(market: Market) -> None:
    """Points of the day, after everything that was paid and served is known."""
    for each in market.points:
        if each.running.runs(market.day):
            if market.calendar.begins(market.day, "month"):
                market.today.add("points_lapsed", each.begin_month())
            rows, points = each.earned_today(market)
            each.add(rows, points)
            market.today.add("points_earned", int(points.sum()))
            _ask(market, each)
            if market.day == each.running.last:
                market.today.add("points_lapsed", each.end())
            _owe(market, each)
            market.today.add("points_owed", float(to_major(int(each.owed.sum()), market.document.currency)))
        each.paid[:], each.served[:] = 0, 0


def _ask(market: Market, each: RunningPoints) -> None:
    """Who has enough asks for a gift some day, and fetches it like any other."""
    rows = np.flatnonzero((each.balance >= each.terms.needs) & (market.customers.status == CUSTOMER))
    if not len(rows):
        return
    luck = market.streams.each(
        "points used", market.day, market.customers.population, rows, identity=each.running.name
    )[:, 0]
    rows = rows[luck < -np.expm1(-1.0 / each.terms.asks_within)]
    rows = rows[each.running.earned[rows] < each.running.limit]
    each.use(rows)
    each.running.earn(rows, np.full(len(rows), each.face, np.int64), market.day)
    market.today.add("points_used", len(rows) * each.terms.needs)


def _owe(market: Market, each: RunningPoints) -> None:
    """The change of what is owed: a cost when points are earned, taken back when they are used or lapse."""
    rows, change = each.revalued()
    customers = market.customers
    for account, amounts in (("points", -change), ("points_owed", change)):
        market.ledger.post(
            account,
            amounts,
            customers.segment[rows],
            customers.site[rows],
            campaign=each.running.name,
            rows=rows,
            text=f"points of {each.running.name}",
        )
