"""Part of step 10: customers who paid learn that a lower tier is offered a greater discount, and mind.

What was paid today goes in; satisfaction of those who compare goes down. Off unless the document names it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.competition import inequity

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def compare_discounts(market: Market, rows: Integers, needs: Integers, off: Floats) -> None:
    """`rows` paid for `needs` with a share `off` off the price, (k,) each, rows rising; who compares minds."""
    form = market.document.behaviour.fairness
    tiers = market.document.market.tiers
    if form == "none" or not tiers or not len(rows):
        return
    customers = market.customers
    disadvantage = np.maximum(_open_to_lower(market)[customers.tier[rows], needs] - off, 0.0)
    worse = disadvantage > 0.0
    rows, disadvantage = rows[worse], disadvantage[worse]
    luck = market.streams.each("compares", market.day, customers.population, rows)[:, 0]
    minds = luck < form.compares
    rows = rows[minds]
    customers.satisfaction[rows] = np.maximum(
        customers.satisfaction[rows] - inequity(disadvantage[minds], loss=form.loss), 0.0
    )
    market.today.add("unfair_discounts", len(rows))
    market.today.befell.append(("unfair discount", "", rows))


def _open_to_lower(market: Market) -> Floats:
    """The best discount today that is open to any lower tier, (tiers + 1, needs); none is below those without a tier.

    Discounts for some segments, sites or lists only are not what a tier is offered, and do not count.
    """
    names, tiers = list(market.document.market.needs), market.document.market.tiers
    best = np.zeros((len(tiers) + 1, len(names)))
    for running in market.offers:
        discount, audience = running.offer.discount, running.offer.audience
        if discount is None or not running.runs(market.day):
            continue
        if audience.model_fields_set - {"tiers", "customers"} or audience.customers in ("prospects", "newcomers"):
            continue
        covered = np.array([name in discount.needs for name in names], np.bool_)
        for place, tier in enumerate((*tiers, None)):
            if audience.tiers is None or tier in audience.tiers:
                best[place, covered] = np.maximum(best[place, covered], discount.off)
    lower = np.zeros_like(best)
    for place in range(len(tiers) - 1, -1, -1):
        lower[place] = np.maximum(lower[place + 1], best[place + 1])
    return lower
