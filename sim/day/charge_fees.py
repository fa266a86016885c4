"""Part of step 10: fees are charged beside the prices, and what offers waive of them is given back, each once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.levers.fees import Waived, waivers
from sim.money import to_major

if TYPE_CHECKING:
    from sim.market import Market

Integers = NDArray[np.int64]


def charge_fees(market: Market, rows: Integers, needs: Integers, status: NDArray[np.int8]) -> list[Waived]:
    """Charge k customers who were served the fees of their needs; the waivers that were used, by customer.

    rows: customers, each once; status: what they were when they came. Of several waivers of one fee the best counts, of
    equals the first written.
    """
    fees, customers = market.demand.fees, market.customers
    if fees is None:
        return []
    given = waivers(market, rows, status)
    used: list[Waived] = []
    charged = waived = 0
    for fee, name in enumerate(fees.names):
        amounts = fees.amounts[fee, needs]
        owing = amounts > 0
        payers = rows[owing]
        charged += int(amounts.sum())
        market.ledger.post(
            "fees", amounts[owing], customers.segment[payers], customers.site[payers], rows=payers, text=f"fee {name}"
        )
        best, source = np.zeros(len(rows)), np.full(len(rows), -1)
        for place, each in enumerate(given):
            if each.fee == fee:
                better = each.entitled & owing & (each.off > best)
                best[better], source[better] = each.off, place
        for place in np.unique(source[source >= 0]).tolist():
            mine = source == place
            used.append(given[place]._replace(entitled=mine))
            waived += _let_off(market, used[-1], rows[mine], needs[mine])
    market.today.add("fees_charged", float(to_major(charged, market.document.currency)))
    market.today.add("fees_waived", float(to_major(waived, market.document.currency)))
    return used


def _let_off(market: Market, waived: Waived, rows: Integers, needs: Integers) -> int:
    """Give `rows` back what is waived; who has had it knows of it, and a term of their own begins with the first."""
    fees, running, customers = market.demand.fees, market.offers[waived.offer], market.customers
    assert fees is not None  # asked where fees are charged
    back = fees.let_off(waived.fee, waived.off)[needs]
    total = int(back.sum())
    running.paid += total
    running.handed[rows] += 1
    running.knows[rows] = True
    if len(running.began):
        first = rows[running.began[rows] < 0]
        running.began[first] = market.day
        market.today.add("waivers_begun", len(first))
        market.purse.later.pay(running.name, market.day, running.began[rows], back)
    market.budget_spent += total
    market.ledger.post(
        "waivers",
        -back,
        customers.segment[rows],
        customers.site[rows],
        campaign=running.name,
        rows=rows,
        text=f"waiver {running.name}",
    )
    return total
