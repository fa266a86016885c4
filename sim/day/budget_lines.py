"""Part of step 10: lines of the budget that are paid on a day of their own, and what becomes of gifts left over.

A line that buys a stock of gifts is money in another form until they are handed out; any other line is spent at once.
On the last day of the run gifts left over fetch their salvage, and the rest of their cost is lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.money import to_minor

if TYPE_CHECKING:
    from sim.market import Market


def pay_lines(market: Market) -> None:
    """Pay the lines due today; on the last day settle what is left of stocks that were paid ahead."""
    budget = market.document.budget
    if budget is None or not budget.lines:
        return
    bought = {stock.gifts.line for stock in market.stocks if stock.paid_ahead}
    for name, line in budget.lines.items():
        if line.paid is None or market.calendar.day(line.paid) != market.day:
            continue
        total = to_minor(line.value, market.document.currency)
        market.budget_spent += total
        market.ledger.post("stocks" if name in bought else "preparation", np.array([-total]))
    if market.day == market.calendar.days - 1:
        for stock in market.stocks:
            if not stock.paid_ahead or stock.gifts.line is None or not stock.unused_cost:
                continue
            fetched = stock.salvage(budget.lines[stock.gifts.line].salvage)
            market.ledger.post("leftovers", np.array([fetched - stock.unused_cost]))
            market.ledger.post("stocks", np.array([stock.unused_cost]))
            market.today.add("gifts_left_over", stock.unused)
