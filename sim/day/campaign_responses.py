"""Part of step 10: who was served today leaves an address or not, and responds to campaigns that contacted them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.day.reach import pay_line
from sim.money import times
from sim.operations.visits import NEED

if TYPE_CHECKING:
    from sim.market import Market


def note_responses(market: Market) -> None:
    """Served visits for a need go into the logs of campaigns, and onto lists of addresses."""
    document, book = market.document, market.address_book
    if not market.airings and not book.listed:
        return
    judged = market.today.judgement
    assert judged is not None  # step 6 always leaves its judgement
    served = (judged.kind == NEED) & ~judged.lost
    rows = judged.rows[served]
    book.joins_at_visits(document, market.day, market.customers, np.unique(rows), market.streams)
    if book.listed:
        market.today.add("addresses", book.addresses(document))
    needs = judged.which[served]
    prices = market.demand.prices[needs]
    for running in market.campaigns.values():
        responses = running.observe(market.day, rows, needs, prices)
        if not responses:
            continue
        for line, each in document.campaigns[running.name].costs.items():
            if each.each_response is not None:
                cost = int(times(each.each_response, np.array([responses]), document.currency)[0])
                pay_line(market, running, line, cost)
