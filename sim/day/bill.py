"""Part of step 10: monthly bills, on the last day of each calendar month and of the run.

Everybody's use is booked at list tariff; what an offer makes of it is booked beside it, more as income, less as
dilution: use that list tariff would have billed anyway. So the books say what an offer cost of the revenue there was.
"""

from __future__ import annotations

from calendar import monthrange
from typing import TYPE_CHECKING

import numpy as np

from sim.behaviour.stepped_tariff import stepped
from sim.customers import CUSTOMER
from sim.day.observe import observe_payments
from sim.money import digits, round_half_even

if TYPE_CHECKING:
    from sim.market import Market


def bill(market: Market) -> None:
    """Bill the month that ends today, if one does; a month of which the run holds a part, for that part."""
    billing, day, calendar = market.billing, market.day, market.calendar
    if billing is None or not (day == calendar.days - 1 or calendar.date_of(day + 1).day == 1):
        return
    today, customers, currency = calendar.date_of(day), market.customers, market.document.currency
    part = min(today.day, day + 1) / monthrange(today.year, today.month)[1]
    listed = billing.listed(billing.month, market.streams.everyone("bill", day, customers.population, "month"))
    rows = np.flatnonzero(customers.status == CUSTOMER)
    segment, site = customers.segment[rows], customers.site[rows]
    at_list = round_half_even(part * listed[rows], currency)
    market.ledger.post("bills", at_list, segment, site, rows=rows, text="bill at list tariff")
    paid, more = at_list.copy(), np.zeros(len(rows))
    for place, running in enumerate(market.offers):
        terms = running.offer.step_up
        if terms is None:
            continue
        since = billing.month - billing.starts[rows]
        mine = np.flatnonzero((billing.offer[rows] == place) & (since >= 0) & (since < terms.months))
        holders = rows[mine]
        month = stepped(
            listed=listed[holders],
            base=billing.base[holders],
            step=billing.step[holders],
            covers=terms.covers,
            uses_more=terms.uses_more,
        )
        paid[mine], more[mine] = round_half_even(part * month.paid, currency), part * month.more
        change = paid[mine] - at_list[mine]
        for account, amounts in (("tariffs", np.maximum(change, 0)), ("dilution", np.minimum(change, 0))):
            market.ledger.post(
                account, amounts, segment[mine], site[mine], campaign=running.name, rows=holders, text=running.name
            )
        lost = int(-np.minimum(change, 0).sum())
        running.paid += lost
        market.budget_spent += lost
        signed = billing.starts[holders] - 1  # billed so from the month after
        market.purse.later.pay_by_month(running.name, day, signed, -np.minimum(change, 0))
    cost = round_half_even((part * listed[rows] + more) * billing.terms.cost, currency)
    market.ledger.post("serving", -cost, segment, site, rows=rows, text="use served")
    observe_payments(market, rows, paid)
    unit = 10.0 ** digits(currency)
    market.today.add("billed_at_list", float(at_list.sum()) / unit)
    market.today.add("dilution", float(np.maximum(at_list - paid, 0).sum()) / unit)
    market.today.add("tariff_income", float(np.maximum(paid - at_list, 0).sum()) / unit)
    market.today.add("use_given", float(more.sum()))
    if len(billing.history):
        billing.history[:-1] = billing.history[1:].copy()
        billing.history[-1] = listed
    billing.month += 1
