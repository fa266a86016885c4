"""What a plan costs by month: spent, owed by then for what was already begun, and what stopping then could still avoid.

In go the postings of a run and, for what is paid later than it was promised, since when the firm was bound to pay it;
out comes a table by month and item. The three always add up to what the item costs in the whole run.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.calendar import Calendar
from sim.ledger import ACCOUNTS, CAMPAIGN_ACCOUNTS

Integers = NDArray[np.int64]

PLAN_ACCOUNTS: Final = (*CAMPAIGN_ACCOUNTS, "outreach", "steps", "changes", "stocks")
"""What levers of a plan cost; with stocks a line counts on the day on which it is paid, not as its gifts go out."""
_NAMELESS: Final = {
    "preparation": "lines of the budget",
    "stocks": "gifts paid ahead",
    "leftovers": "gifts paid ahead",
}


class Commitments:
    """What was paid later than the firm was bound to pay it, by item.

    Kept are sums over months, (since, paid), so it costs the same for any number of postings.
    """

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._later: dict[str, Integers] = {}

    def pay(self, item: str, day: int, since: NDArray[np.integer], amounts: Integers) -> None:
        """Paid today, (k,) minor units, for what the firm has been bound to since these days of the run, (k,)."""
        self.pay_by_month(item, day, self._calendar.month_of[np.clip(since, 0, day)], amounts)

    def pay_by_month(self, item: str, day: int, since: NDArray[np.integer], amounts: Integers) -> None:
        """The same with the months since when, (k,)."""
        size = len(self._calendar.months)
        table = self._later.setdefault(item, np.zeros((size, size), np.int64))
        np.add.at(table, (np.maximum(since, 0), self._calendar.month_of[day]), amounts)

    def table(self, ledger: pd.DataFrame) -> pd.DataFrame | None:
        """A row a month and item that costs anything: month, item, spent (in it), so_far, committed, avoidable.

        ledger: that of the run. In minor units. so_far: spent until the end of the month; committed: paid later in the
        run for what the firm was bound to by then; avoidable: paid later for what it was not. None where nothing does.
        """
        ledger = ledger[ledger["account"].isin(PLAN_ACCOUNTS)]
        if ledger.empty:
            return None
        titles = {account.name: account.title for account in ACCOUNTS}
        nameless = {name: _NAMELESS.get(name, titles[name]) for name in PLAN_ACCOUNTS}
        item = ledger["campaign"].where(ledger["campaign"] != "", ledger["account"].map(nameless)).to_numpy(object)
        items = list(dict.fromkeys(item.tolist()))
        place = pd.Index(items).get_indexer(pd.Index(item))
        spent = np.zeros((len(items), len(self._calendar.months)), np.int64)
        np.subtract.at(spent, (place, self._calendar.month_of[ledger["day"].to_numpy()]), ledger["amount"].to_numpy())
        rows = []
        for name, by_month in zip(items, spent, strict=True):
            total, later = by_month.sum(), self._later.get(name)
            so_far = np.cumsum(by_month)
            for month, label in enumerate(self._calendar.months):
                owed = 0 if later is None else int(later[: month + 1, month + 1 :].sum())
                left = int(total - so_far[month]) - owed
                rows.append((label, name, int(by_month[month]), int(so_far[month]), owed, left))
        names = ("month", "item", "spent", "so_far", "committed", "avoidable")
        table = pd.DataFrame(rows, columns=pd.Index(names))
        types = dict.fromkeys(names[:2], "str") | dict.fromkeys(names[2:], "int64")
        return table.astype(types).sort_values("month", kind="stable").reset_index(drop=True)
