"""Hidden limits come to light: who was not told finds out, at a visit or in use, and minds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.levers.limits import MEMBERSHIP, disclosures, using

if TYPE_CHECKING:
    from sim.market import Market

Integers = NDArray[np.int64]


def find_out_in_use(market: Market) -> None:
    """Part of step 6: who begins to use what has a limit will find out some day, and those whose day it is do."""
    for name, terms in disclosures(market.document).items() if market.limits else ():
        if name not in market.limits:  # a dated change may let a limit end, and not begin
            continue
        limit = market.limits[name]
        limit.tell(terms.told)
        if not limit.signed:
            rows = limit.unaware(using(market, name, limit))
            luck = market.streams.each(
                "limit in use", market.day, market.customers.population, rows, draws=2, identity=name
            )
            at_once = luck[:, 0] < terms.at_visit
            limit.will_find_out(rows[~at_once], market.day, terms.in_use, luck[~at_once, 1])
            limit.finds_out[rows[at_once]] = market.day
        rows = np.flatnonzero((limit.finds_out >= 0) & (limit.finds_out <= market.day) & ~limit.knows)
        found_out(market, name, rows, f"{name} in use")


def found_out(market: Market, name: str, rows: Integers, where: str) -> None:
    """`rows`, rising, find out what they were not told; it costs satisfaction and trust, and some complain.

    where: sets apart draws made on one day
    """
    limit, customers = market.limits[name], market.customers
    terms = disclosures(market.document)[name]
    limit.knows[rows] = True
    market.today.add("limits_found_out", len(rows))
    if not len(rows):
        return
    kind, _, owner = name.rpartition(".")
    word = "limit of a promise found out" if kind else "limit found out"
    market.today.befell.append(("limit of membership found out" if name == MEMBERSHIP else word, owner, rows))
    prior = customers.satisfaction[rows]
    customers.satisfaction[rows] = np.maximum(prior - terms.satisfaction, 0.0)
    customers.trust[rows] = np.maximum(customers.trust[rows] - terms.trust, 0.0)
    customers.failures[rows] += 1.0
    luck = market.streams.each("limit found out", market.day, customers.population, rows, identity=where)[:, 0]
    voices = luck < terms.complains
    market.today.add("complaints", int(np.count_nonzero(voices)))
    market.today.struck.append((f"limit {where}", rows[voices], np.ones(int(np.count_nonzero(voices))), prior[voices]))
