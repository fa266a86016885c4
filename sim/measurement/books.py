"""The books of a run: every account by month, what is counted as revenue and cost beside what is received and paid.

The ledger of a run and its calendar go in; a tidy table comes out. Profit is the sum of revenue, contra-revenue and
cost; cash is that and the balance accounts, which say what is received or paid on another day than it is counted.
Liabilities, which only divide what is owed, are left out.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from sim.calendar import Calendar
from sim.ledger import ACCOUNTS

GROUPS: Final = {
    "revenue": (
        "needs", "fees", "bills", "tariffs", "memberships", "joining", "spending", "forfeits", "relationship", "sales",
        "signings",
    ),
    "discounts, cards and fees waived": ("discounts", "cards", "waivers", "dilution"),
    "campaigns and events": ("media", "preparation", "campaigns", "events", "referrals", "reviews", "steps"),
    "retention": (
        "gifts", "leftovers", "rewards", "points", "retention", "outreach", "compensation", "guarantees",
    ),
    "service": ("serving", "supply", "waiting", "problems", "incidents", "prevention"),
    "people": ("wages", "people", "awards"),
    "other cost": ("fixed", "changes", "research"),
}  # fmt: skip
"""Accounts of profit as a planner groups them. Retention is what is given to those who are customers, to keep them."""
BALANCES: Final = tuple(account.name for account in ACCOUNTS if account.kind == "balance")


def books(ledger: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    """A row a month and account with any amount: month (2009-09), account, title, kind, group, amount (minor units).

    ledger: day, account, amount and more, as `Ledger.table` gives it
    """
    group_of = {account: group for group, accounts in GROUPS.items() for account in accounts}
    counted = [account for account in ACCOUNTS if account.kind != "liability"]
    place = pd.Index([account.name for account in counted]).get_indexer(pd.Index(ledger["account"]))
    known, month = place >= 0, calendar.month_of
    sums = np.zeros((len(calendar.months), len(counted)), np.int64)
    np.add.at(sums, (month[ledger["day"].to_numpy()[known]], place[known]), ledger["amount"].to_numpy()[known])
    months, accounts = np.nonzero(sums)
    rows = [
        (calendar.months[month], each.name, each.title, each.kind, group_of.get(each.name, ""), sums[month, account])
        for month, account in zip(months.tolist(), accounts.tolist(), strict=True)
        for each in (counted[account],)
    ]
    names = ("month", "account", "title", "kind", "group", "amount")
    return pd.DataFrame(rows, columns=pd.Index(names)).astype(dict.fromkeys(names[:5], "str") | {"amount": "int64"})
