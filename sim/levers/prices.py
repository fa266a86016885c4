"""Prices a customer meets today: the list price less the best discount that runs, is known and is open to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.levers.audience import members

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def price_cut(market: Market, rows: Integers, needs: Integers) -> tuple[Floats, Floats]:
    """Share off the list price each of `rows` counts on, (k,), and 1 where they know of any offer on their need."""
    cut, known = np.zeros(len(rows)), np.zeros(len(rows))
    for offer, off, covered in discounts(market, rows, needs, market.customers.status[rows]):
        aware = market.offers[offer].knows[rows] & covered
        cut = np.maximum(cut, np.where(aware, off, 0.0))
        known[aware] = 1.0
    for running in market.offers:
        task = running.offer.task_count
        if task is not None and running.runs(market.day):
            wanted = np.array([need.task == task.task for need in market.demand.needs], np.bool_)
            eligible = members(running.offer.audience, market.document, market.customers, rows)
            known[running.knows[rows] & eligible & wanted[needs] & (running.earned[rows] < running.offer.limit)] = 1.0
    return cut, known


def discounts(
    market: Market, rows: Integers, needs: Integers, status: NDArray[np.int8]
) -> list[tuple[int, float, NDArray[np.bool_]]]:
    """Discounts running today: (number of the offer, share off, whether each of `rows` with its need gets it).

    `status` is what they were to the firm when they came; the visit may have changed that.
    """
    names = list(market.document.market.needs)
    found = []
    for place, running in enumerate(market.offers):
        discount = running.offer.discount
        if discount is None or not running.runs(market.day):
            continue
        covered = np.array([name in discount.needs for name in names], np.bool_)[needs]
        eligible = members(running.offer.audience, market.document, market.customers, rows, status)
        found.append((place, discount.off, covered & eligible))
    return found
