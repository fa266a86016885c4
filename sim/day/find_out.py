"""Hidden limits of offers come to light: who was not told finds out, at a visit or in use, and minds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sim.market import Market

Integers = NDArray[np.int64]


def find_out_in_use(market: Market) -> None:
    """Part of step 6: those whose day it is, of the limits of every offer."""
    for name, limit in market.limits.items():
        rows = np.flatnonzero((limit.finds_out >= 0) & (limit.finds_out <= market.day) & ~limit.knows)
        found_out(market, name, rows, f"{name} in use")


def found_out(market: Market, name: str, rows: Integers, where: str) -> None:
    """`rows`, rising, find out what they were not told; it costs satisfaction and trust, and some complain.

    where: sets apart draws made on one day
    """
    limit, customers = market.limits[name], market.customers
    terms = market.document.offers[name].disclosure
    assert terms is not None  # there is a limit
    limit.knows[rows] = True
    market.today.add("limits_found_out", len(rows))
    if not len(rows):
        return
    market.today.befell.append(("limit found out", name, rows))
    prior = customers.satisfaction[rows]
    customers.satisfaction[rows] = np.maximum(prior - terms.satisfaction, 0.0)
    customers.trust[rows] = np.maximum(customers.trust[rows] - terms.trust, 0.0)
    customers.failures[rows] += 1.0
    luck = market.streams.each("limit found out", market.day, customers.population, rows, identity=where)[:, 0]
    voices = luck < terms.complains
    market.today.add("complaints", int(np.count_nonzero(voices)))
    market.today.struck.append((f"limit {where}", rows[voices], np.ones(int(np.count_nonzero(voices))), prior[voices]))
