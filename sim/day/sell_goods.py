"""Goods over the counter: what those who were served take home (step 6) and what they pay for it (step 10).

List prices are revenue; what a bundle saves is given back as a discount, so that the books show what it costs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.day.observe import observe_payments
from sim.money import to_minor
from sim.operations.visits import NEED
from sim.stock.goods import SOLD, Bought, bundles_today

if TYPE_CHECKING:
    from sim.market import Market

Integers = NDArray[np.int64]


def take_goods(market: Market) -> None:
    """Leave in `today.bought` what those served for needs with goods take; many take nothing."""
    assortment, judged = market.assortment, market.today.judgement
    assert judged is not None  # called at the end of step 6
    if assortment is None:
        return
    served = np.flatnonzero((judged.kind == NEED) & ~judged.lost)
    with_goods = np.array([bool(need.goods) for need in market.demand.needs], np.bool_)
    served = served[with_goods[judged.which[served]]]
    rows, needs = judged.rows[served], judged.which[served]
    bundle, taken = np.full(len(rows), -1, np.int64), np.zeros((len(rows), len(assortment.names)), np.bool_)
    bundles = bundles_today(market)
    for place in np.unique(needs).tolist():
        mine = np.flatnonzero(needs == place)
        chosen = assortment.choice(market, rows[mine], place, known=False, status=judged.status[served[mine]])
        taken[mine] = chosen.apart
        for number, (offer, _, terms) in enumerate(bundles):
            having = mine[chosen.bundle == number]
            bundle[having] = offer
            taken[having] |= np.array([name in terms.goods for name in assortment.names], np.bool_)
    market.today.bought = Bought(rows, needs, bundle, taken)


def sell_goods(market: Market) -> None:
    """Post what was taken: list prices, costs, and of each bundle what it saves; people know of what they bought."""
    bought, assortment, document, customers = market.today.bought, market.assortment, market.document, market.customers
    if bought is None or assortment is None:
        return
    in_window = market.calendar.period(market.day) == "campaign"
    listed = np.zeros(len(bought.rows), np.int64)
    for column, (name, good) in enumerate(document.market.goods.items()):
        takers = np.flatnonzero(bought.taken[:, column])
        rows, price = bought.rows[takers], to_minor(good.price, document.currency)
        cost = to_minor(good.cost, document.currency)
        listed[takers] += price
        for account, amount, said in (("needs", price, "paid"), ("serving", -cost, "served")):
            amounts = np.full(len(rows), amount, np.int64)
            market.ledger.post(
                account, amounts, customers.segment[rows], customers.site[rows], rows=rows, text=f"{name} {said}"
            )
        assortment.had_since[rows, column] = market.day
        assortment.bought[rows, column] += in_window
        market.today.add(f"{SOLD}{name}", len(rows))
    observe_payments(market, bought.rows, listed)
    for offer, running, terms in bundles_today(market):
        takers = np.flatnonzero(bought.bundle == offer)
        rows = bought.rows[takers]
        apart = sum(to_minor(document.market.goods[name].price, document.currency) for name in terms.goods)
        saved = np.full(len(rows), apart - to_minor(terms.price, document.currency), np.int64)
        running.paid += int(saved.sum())
        running.handed[rows] += 1
        running.knows[rows] = True
        market.budget_spent += int(saved.sum())
        observe_payments(market, rows, -saved)
        market.ledger.post(
            "discounts",
            -saved,
            customers.segment[rows],
            customers.site[rows],
            campaign=running.name,
            rows=rows,
            text=f"bundle {running.name}",
        )
        market.today.add("bundles_sold", len(rows))
    market.today.add("empty_handed", int(np.count_nonzero(~bought.taken.any(axis=1))))
