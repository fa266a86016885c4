"""Every amount of money: day, account, segment, site, campaign, in whole minor units.

Income is positive, cost negative, so that profit is the sum of the rows of profit accounts. Rows are added up per day
and cell; the lines of one traced customer are kept beside them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Integers = NDArray[np.int64]
NOWHERE: Final = -1


@dataclass(frozen=True)
class Account:
    """What an amount is: `kind` is revenue, contra-revenue or cost; contra-revenue lowers revenue."""

    name: str
    title: str
    kind: str


ACCOUNTS: Final = (
    Account("needs", "prices paid for service", "revenue"),
    Account("fees", "fees beside the price", "revenue"),
    Account("discounts", "discounts given", "contra-revenue"),
    Account("waivers", "fees waived", "contra-revenue"),
    Account("spending", "margin on customers' spending", "revenue"),
    Account("relationship", "margin on standing customers", "revenue"),
    Account("sales", "sales at events", "revenue"),
    Account("serving", "variable cost of serving", "cost"),
    Account("supply", "checking and replacing supplies", "cost"),
    Account("wages", "staff on duty", "cost"),
    Account("waiting", "what is done for those who wait", "cost"),
    Account("people", "training and hiring of staff", "cost"),
    Account("problems", "finding and fixing service problems", "cost"),
    Account("awards", "awards and penalties for marks", "cost"),
    Account("fixed", "fixed cost", "cost"),
    Account("incidents", "treatment and damages after incidents", "cost"),
    Account("prevention", "preventing incidents", "cost"),
    Account("media", "advertising and contacts", "cost"),
    Account("preparation", "preparing campaigns", "cost"),
    Account("gifts", "gifts handed out", "cost"),
    Account("outreach", "calls and visits to customers", "cost"),
    Account("events", "events held", "cost"),
    Account("compensation", "compensation for complaints", "cost"),
    Account("guarantees", "paid under guarantees", "cost"),
    Account("changes", "dated changes", "cost"),
    Account("research", "listening to customers", "cost"),
)
ACCOUNT_NUMBER: Final = {account.name: number for number, account in enumerate(ACCOUNTS)}
CAMPAIGN_ACCOUNTS: Final = ("media", "preparation", "gifts", "discounts", "waivers")


class Ledger:
    """Postings of one run, over `segments` × `sites` cells."""

    def __init__(self, segments: tuple[str, ...], sites: tuple[str, ...], traced: int | None = None) -> None:
        self.segments = segments
        self.sites = sites
        self.traced = traced
        self.lines: list[tuple[int, str, str, int]] = []
        self._blocks: list[tuple[Integers, ...]] = []
        self._campaigns: list[str] = [""]
        self._today = np.zeros(len(ACCOUNTS), np.int64)
        self._day = 0

    def open_day(self, day: int) -> None:
        """Start the totals of a new day."""
        self._day = day
        self._today[:] = 0

    @property
    def today(self) -> dict[str, int]:
        """Totals of the day so far by account, minor units."""
        return dict(zip(ACCOUNT_NUMBER, self._today.tolist(), strict=True))

    def post(
        self,
        account: str,
        amounts: Integers,
        segment: NDArray[np.integer] | int = NOWHERE,
        site: NDArray[np.integer] | int = NOWHERE,
        campaign: str = "",
        rows: Integers | None = None,
        text: str | Callable[[int], str] = "",
    ) -> None:
        """Post amounts (n,), minor units, each to its segment and site (`NOWHERE` where it has none).

        `rows` are the customers concerned, so that a traced customer's line is kept, described by `text`, or by what
        `text` says for a position.
        """
        if not len(amounts):
            return
        if amounts.dtype != np.int64:
            raise TypeError(f"amounts are whole minor units (int64), not {amounts.dtype}")
        number = ACCOUNT_NUMBER[account]
        if rows is not None and self.traced is not None:
            for at in np.flatnonzero(rows == self.traced).tolist():
                said = text if isinstance(text, str) else text(at)
                self.lines.append((self._day, account, said, int(amounts[at])))
        width = len(self.sites) + 1
        cell = (np.asarray(segment, np.int64) + 1) * width + (np.asarray(site, np.int64) + 1)
        totals = np.zeros((len(self.segments) + 1) * width, np.int64)
        if cell.ndim:
            np.add.at(totals, cell, amounts)
        else:
            totals[cell] = amounts.sum()
        filled = np.flatnonzero(totals)
        if not len(filled):
            return
        if campaign not in self._campaigns:
            self._campaigns.append(campaign)
        values = totals[filled]
        self._today[number] += values.sum()
        place = self._campaigns.index(campaign)
        head = np.empty((3, len(filled)), np.int64)
        head[0], head[1], head[2] = self._day, number, place
        self._blocks.append((head, filled, values))

    def table(self) -> pd.DataFrame:
        """Every row: day, account, segment, site, campaign, amount (minor units, int64)."""
        if self._blocks:
            head = np.concatenate([block[0] for block in self._blocks], axis=1)
            cell = np.concatenate([block[1] for block in self._blocks])
            amount = np.concatenate([block[2] for block in self._blocks])
        else:
            head, cell, amount = np.zeros((3, 0), np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64)
        names = ([account.name for account in ACCOUNTS], ["", *self.segments], ["", *self.sites], self._campaigns)
        segment, site = np.divmod(cell, len(self.sites) + 1)
        # One number a row, in the order of day, account, segment, site and campaign by name; equal ones are added up.
        order = head[0]
        for codes, known in zip((head[1], segment, site, head[2]), names, strict=True):
            order = order * len(known) + np.argsort(np.argsort(known))[codes]
        order, same = np.unique(order, return_inverse=True)
        total = np.zeros(len(order), np.int64)
        np.add.at(total, same, amount)
        columns: dict[str, NDArray[np.int64] | pd.Series[str]] = {"amount": total}
        for name, known in reversed(list(zip(("account", "segment", "site", "campaign"), names, strict=True))):
            order, codes = np.divmod(order, len(known))
            columns[name] = pd.Series(np.array(sorted(known), dtype=object)[codes], dtype="str")
        return pd.DataFrame({"day": order, **dict(reversed(columns.items()))})
