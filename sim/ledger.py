"""Every amount of money: day, account, segment, site, tier, campaign, in whole minor units.

Income is positive, cost negative, so that profit is the sum of the rows of profit accounts. Rows are added up per day
and cell; the lines of one traced customer are kept beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from math import prod
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Integers = NDArray[np.int64]
NOWHERE: Final = -1
CELL: Final = ("segment", "site", "tier")


@dataclass(frozen=True)
class Account:
    """What an amount is: `kind` is revenue, contra-revenue, cost, balance or liability; contra-revenue lowers revenue.

    A balance account is no part of profit: it says what is paid or received on another day than it is counted. So
    profit and balances together are cash. A liability, negative while it is owed, only tells how far what is owed may
    be used already; it is in neither.
    """

    name: str
    title: str
    kind: str


ACCOUNTS: Final = (
    Account("needs", "prices paid for service", "revenue"),
    Account("fees", "fees beside the price", "revenue"),
    Account("memberships", "membership fees", "revenue"),
    Account("joining", "fees for joining", "revenue"),
    Account("bills", "monthly bills at list tariff", "revenue"),
    Account("tariffs", "paid beyond list tariff under an offer", "revenue"),
    Account("dilution", "use under an offer that list tariff would have billed", "contra-revenue"),
    Account("discounts", "discounts given", "contra-revenue"),
    Account("waivers", "fees waived", "contra-revenue"),
    Account("spending", "margin on customers' spending", "revenue"),
    Account("forfeits", "prepayments forfeited", "revenue"),
    Account("cards", "credit given on cards, against revenue", "contra-revenue"),
    Account("relationship", "margin on standing customers", "revenue"),
    Account("sales", "sales at events", "revenue"),
    Account("signings", "paid on the way through funnels", "revenue"),
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
    Account("campaigns", "other costs of campaigns", "cost"),
    Account("gifts", "gifts handed out", "cost"),
    Account("rewards", "rewards for what was bought", "cost"),
    Account("retention", "coupons to keep customers", "cost"),
    Account("points", "points earned less those used or lapsed", "cost"),
    Account("leftovers", "gifts left over, less what they fetch", "cost"),
    Account("receivables", "earned and not received yet", "balance"),
    Account("payables", "owed to suppliers", "balance"),
    Account("stocks", "gifts paid for and not handed out", "balance"),
    Account("outreach", "calls and visits to customers", "cost"),
    Account("events", "events held", "cost"),
    Account("reviews", "rewards for reviews and answers to them", "cost"),
    Account("referrals", "rewards for bringing customers", "cost"),
    Account("steps", "what people cost on their way through funnels", "cost"),
    Account("compensation", "compensation for complaints", "cost"),
    Account("guarantees", "paid under guarantees", "cost"),
    Account("changes", "dated changes", "cost"),
    Account("research", "listening to customers", "cost"),
    Account("prepaid_cash", "paid in advance", "balance"),
    Account("prepaid_bills", "bills met, or kept, from what was prepaid", "balance"),
    Account("prepaid_locked", "owed: prepaid and not yet released", "liability"),
    Account("points_owed", "points not yet used", "balance"),
    Account("prepaid_credit", "owed: released and not yet used", "liability"),
)
PROFIT_ACCOUNTS: Final = tuple(account.name for account in ACCOUNTS if account.kind not in ("balance", "liability"))
ACCOUNT_NUMBER: Final = {account.name: number for number, account in enumerate(ACCOUNTS)}
CAMPAIGN_ACCOUNTS: Final = (
    "media",
    "preparation",
    "campaigns",
    "events",
    "gifts",
    "leftovers",
    "referrals",
    "reviews",
    "points",
    "rewards",
    "cards",
    "retention",
    "discounts",
    "waivers",
    "dilution",
)


class Ledger:
    """Postings of one run, over cells of `segments` × `sites` × `tiers`.

    tiers: names of the statuses a customer may have, none of them first; empty where the firm gives none
    tier_of: (customers,) the tier each holds now, -1 for none; read whenever an amount concerns a customer
    """

    def __init__(
        self,
        segments: tuple[str, ...],
        sites: tuple[str, ...],
        traced: int | None = None,
        tiers: tuple[str, ...] = (),
        tier_of: NDArray[np.int8] | None = None,
    ) -> None:
        self.segments = segments
        self.sites = sites
        self.tiers = tiers
        self._tier_of = tier_of if tiers else None
        # Before the first of each axis stands what belongs to none; without tiers all belongs to none.
        self._shape = (len(segments) + 1, len(sites) + 1, len(tiers) + 1)
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
        tier: NDArray[np.integer] | int = NOWHERE,
        text: str | Callable[[int], str] = "",
    ) -> None:
        """Post amounts (n,), minor units, each to its segment and site (`NOWHERE` where it has none).

        `rows` are the customers concerned, so that their tier is known and a traced customer's line is kept, described
        by `text`, or by what `text` says for a position. `tier`: place in `tiers`, where there are no rows.
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
        if rows is not None and self._tier_of is not None:
            tier = self._tier_of[rows] + 1
        width, statuses = self._shape[1:]
        cell = (np.asarray(segment, np.int64) + 1) * width + (np.asarray(site, np.int64) + 1)
        cell = cell * statuses + (np.asarray(tier, np.int64) + 1)
        totals = np.zeros(prod(self._shape), np.int64)
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

    def added_up(self, group_of_day: Integers, groups: int, sets: Sequence[Collection[str]]) -> Integers:
        """Sums over sets of accounts and groups of days, minor units.

        `group_of_day` (days,) says to which of the `groups` each day belongs. Returned are (sets, groups, segments + 1,
        sites + 1, tiers + 1), the first place of the last three axes for what belongs to none.
        """
        head, cell, amount = self._rows()
        found = np.zeros((len(sets), groups, prod(self._shape)), np.int64)
        for place, accounts in enumerate(sets):
            chosen = np.isin(head[1], [ACCOUNT_NUMBER[name] for name in accounts])
            np.add.at(found[place], (group_of_day[head[0, chosen]], cell[chosen]), amount[chosen])
        return found.reshape(len(sets), groups, *self._shape)

    def _rows(self) -> tuple[Integers, Integers, Integers]:
        """Every block in one: (3, rows) day, account and campaign; the cells; the amounts."""
        if not self._blocks:
            return np.zeros((3, 0), np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64)
        head = np.concatenate([block[0] for block in self._blocks], axis=1)
        cell, amount = (np.concatenate([block[part] for block in self._blocks]) for part in (1, 2))
        return head, cell, amount

    def table(self) -> pd.DataFrame:
        """Every row: day, account, segment, site, tier, campaign, amount (minor units, int64)."""
        head, cell, amount = self._rows()
        names = (
            [account.name for account in ACCOUNTS],
            ["", *self.segments],
            ["", *self.sites],
            ["", *self.tiers],
            self._campaigns,
        )
        place, tier = np.divmod(cell, self._shape[2])
        segment, site = np.divmod(place, self._shape[1])
        # One number a row, in the order of day and the names of the columns; equal ones are added up.
        order = head[0]
        for codes, known in zip((head[1], segment, site, tier, head[2]), names, strict=True):
            order = order * len(known) + np.argsort(np.argsort(known))[codes]
        order, same = np.unique(order, return_inverse=True)
        total = np.zeros(len(order), np.int64)
        np.add.at(total, same, amount)
        columns: dict[str, NDArray[np.int64] | pd.Series[str]] = {"amount": total}
        for name, known in reversed(list(zip(("account", *CELL, "campaign"), names, strict=True))):
            order, codes = np.divmod(order, len(known))
            columns[name] = pd.Series(np.array(sorted(known), dtype=object)[codes], dtype="str")
        return pd.DataFrame({"day": order, **dict(reversed(columns.items()))})
