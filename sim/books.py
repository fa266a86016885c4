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
    known = {account.name: account for account in ACCOUNTS}
    month = np.array([f"{date.year}-{date.month:02d}" for date in map(calendar.date_of, range(calendar.days))], object)
    table = pd.DataFrame(
        {
            "month": pd.Series(month[ledger["day"].to_numpy()], dtype="str"),
            "account": ledger["account"].to_numpy(),
            "amount": ledger["amount"].to_numpy(),
        }
    )
    table = table[[known[name].kind != "liability" for name in table["account"]]]
    summed = table.groupby(["month", "account"], as_index=False, sort=False)["amount"].sum()
    order = list(known)
    summed["place"] = [order.index(name) for name in summed["account"]]
    summed = summed[summed["amount"] != 0].sort_values(["month", "place"]).reset_index(drop=True)
    return pd.DataFrame(
        {
            "month": summed["month"],
            "account": summed["account"].astype("str"),
            "title": pd.Series([known[name].title for name in summed["account"]], dtype="str"),
            "kind": pd.Series([known[name].kind for name in summed["account"]], dtype="str"),
            "group": pd.Series([group_of.get(name, "") for name in summed["account"]], dtype="str"),
            "amount": summed["amount"].astype("int64"),
        }
    )
