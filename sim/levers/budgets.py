"""The budget in motion: whose approval a campaign waits for, what is kept back and drawn when, and what stops spending.

A budget of the document and what is spent so far go in; the campaigns that may not go on the air today come out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from sim.calendar import Calendar
from sim.levers.commitments import Commitments
from sim.money import to_minor
from sim.scenario.budget_checks import planned_cost
from sim.scenario.document import Document

if TYPE_CHECKING:
    from sim.market import Market

CONTINGENCY: Final = "kept back"
"""The row of what is kept back among the lines: no line can have a name with a space in it."""


class Purse:
    """`approved`: campaign → first day of the run on which it may go on the air, for those that need an approval;
    `asked`: the day on which what is kept back was asked for, None as long as it was not needed; `later`: what is paid
    later than the firm was bound to pay it.
    """

    def __init__(self, document: Document, calendar: Calendar) -> None:
        budget = document.budget
        self.later = Commitments(calendar)
        self.approved: dict[str, int] = {}
        self.asked: int | None = None
        if budget is None or not budget.approvals:
            return
        submitted = 0 if budget.submitted is None else calendar.day(budget.submitted)
        for name in document.campaigns:
            level = budget.level_of(planned_cost(document, name))
            if level is not None:  # above every level it is refused when the file is read
                self.approved[name] = submitted + round(budget.approvals[level].takes)

    def begins(self, campaign: str, scheduled: int) -> int:
        """The day on which something scheduled for a day may happen."""
        return max(scheduled, self.approved.get(campaign, scheduled))

    def paused(self, market: Market) -> set[str]:
        """Campaigns that may not go on the air today: not approved yet, or no money left that may be spent."""
        document, day = market.document, market.day
        found = {name for name, first in self.approved.items() if day < first}
        budget = document.budget
        if budget is None:
            return found
        spent, kept = market.budget_spent, budget.contingency
        if kept is not None and spent >= to_minor(budget.planned, document.currency):
            self.asked = day if self.asked is None else self.asked
            if day < self.asked + round(kept.approval_takes):
                found.update(document.campaigns)
        if budget.overrun == "stop campaigns" and spent >= to_minor(budget.amount, document.currency):
            found.update(document.campaigns)
        return found

    def contingency_drawn(self, market: Market) -> int | None:
        """How much of what is kept back was spent, minor units; None where nothing is kept back."""
        budget, currency = market.document.budget, market.document.currency
        if budget is None or budget.contingency is None:
            return None
        planned, amount = to_minor(budget.planned, currency), to_minor(budget.amount, currency)
        return min(max(market.budget_spent - planned, 0), amount - planned)


def budget_table(market: Market) -> pd.DataFrame | None:
    """A row a line: line, in_kind, planned, spent, salvaged (minor units), quantity, used, since (date or empty).

    Spent is what was paid for it until now: all of a line paid on its day, else what was handed out; in kind, the
    value. What is kept back has the last row, `CONTINGENCY`. None where the budget has neither.
    """
    budget, currency, calendar = market.document.budget, market.document.currency, market.calendar
    if budget is None or not (budget.lines or budget.contingency):
        return None
    stocks = {stock.gifts.line: stock for stock in market.stocks if stock.gifts.line is not None}
    rows = []
    for name, line in budget.lines.items():
        planned, stock = to_minor(line.value, currency), stocks.get(name)
        paid = line.paid is not None and calendar.day(line.paid) < market.day
        used = line.quantity if stock is None else stock.used
        spent = planned if paid or line.in_kind else stock.used_cost if stock is not None else 0
        over = stock is not None and paid and market.day >= calendar.days
        salvaged = stock.salvage(line.salvage) if stock is not None and over else 0
        since = line.paid.isoformat() if line.paid is not None and paid else ""
        used = used if spent or line.in_kind else 0
        rows.append((name, line.in_kind, planned, spent, salvaged, line.quantity, used, since))
    drawn = market.purse.contingency_drawn(market)
    if drawn is not None:
        kept, asked = to_minor(budget.amount, currency) - to_minor(budget.planned, currency), market.purse.asked
        asked = market.day - 1 if asked is None and drawn else asked  # on the last evening, too late to ask
        since = "" if asked is None else calendar.date_of(asked).isoformat()
        rows.append((CONTINGENCY, False, kept, drawn, 0, 1, int(drawn > 0), since))
    names = ("line", "in_kind", "planned", "spent", "salvaged", "quantity", "used", "since")
    return pd.DataFrame(rows, columns=pd.Index(names)).astype({"line": "str", "in_kind": "bool", "since": "str"})
