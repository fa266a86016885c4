"""Part of step 10: customers who pay later and suppliers who are paid later; profit stays on the day, cash moves.

What is earned on a day is a receivable until its day of payment, what suppliers are owed a payable. What falls due
after the run stays on the books.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.ledger import ACCOUNTS

if TYPE_CHECKING:
    from sim.market import Market

EARNED: Final = tuple(account.name for account in ACCOUNTS if account.kind in ("revenue", "contra-revenue"))
SUPPLIED: Final = ("serving", "supply", "media", "events")
"""Accounts whose amounts go to suppliers; people, gifts and what is given to customers are paid at once."""


def put_off_payments(market: Market) -> None:
    """Move the cash of today's revenue and suppliers to the day it is paid, and bring in what is due today."""
    terms = market.document.money.paid_after
    if terms is None:
        return
    today = market.ledger.today
    for account, days, names in (
        ("receivables", round(terms.customers), EARNED),
        ("payables", round(terms.suppliers), SUPPLIED),
    ):
        amount = sum(today[name] for name in names)
        if days and amount:
            market.ledger.post(account, np.array([-amount]))
            market.falls_due.setdefault(market.day + days, []).append((account, amount))
    for account, amount in market.falls_due.pop(market.day, []):
        market.ledger.post(account, np.array([amount]))
