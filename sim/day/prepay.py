"""Paying in advance, over the day: who decides, who comes and signs, and what the books say of it.

Step 2 lets those who know of an offer decide, step 4 sends them to sign, step 6 signs them, step 10 posts: prepaid cash
and what is owed for it, cards against revenue, coupons as cost when they are used, releases and the bills they pay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.customers import CUSTOMER
from sim.levers.prepay import RunningPrepay
from sim.money import round_half_even, to_major
from sim.operations.visits import PICK_UP, VisitNumber
from sim.service.outcome import Outcome
from sim.service.records import Encounters

if TYPE_CHECKING:
    from sim.market import Market

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


def decide(market: Market) -> None:
    """Quotas are divided on the first day of an offer; while it runs, who knows of it decides."""
    for each in market.prepay:
        if each.running.first == market.day:
            each.open(market)
        if each.running.runs(market.day):
            each.decide(market)


def signers(market: Market, each: RunningPrepay, busy: Flags) -> Integers:
    """Who would come to sign today but for chance: those who want to, are free, and for whom there is a place."""
    if not each.running.runs(market.day):
        return np.zeros(0, np.int64)
    rows = np.flatnonzero(each.willing & ~busy & (market.customers.status == CUSTOMER))
    return rows[each.may_sign(market.customers, rows)]


def sign(market: Market, encounters: Encounters, kept: Integers, visit: VisitNumber) -> Flags:
    """Sign who came for it and was served; True for those of the visits `kept` who could not any more, (k,)."""
    in_vain = np.zeros(len(kept), np.bool_)
    for number, each in enumerate(market.prepay, start=len(market.stocks)):
        came = np.flatnonzero(
            (visit.kind == PICK_UP) & (visit.which == number) & (encounters.outcome[kept] == Outcome.SERVED)
        )
        if not len(came):
            continue
        came = came[np.argsort(encounters.ended[kept][came], kind="stable")]
        rows = encounters.customer[kept][came]
        signed = each.sign(market, rows)
        in_vain[came[~np.isin(rows, signed.rows)]] = True
        running = each.running
        running.earned[signed.rows] += 1
        running.handed[signed.rows] += 1
        running.refused += len(rows) - len(signed.rows)
        market.today.signed.append((running.name, signed))
        turned_away = rows[~np.isin(rows, signed.rows)]
        market.today.befell += [
            ("paid in advance", running.name, signed.rows),
            ("quota used", running.name, turned_away),
        ]
        market.today.add("prepay_signed", len(signed.rows))
        market.today.add("prepay_over_quota", int(np.count_nonzero(signed.over)))
        market.today.add("prepay_refused", len(rows) - len(signed.rows))
    return in_vain


def settle_prepay(market: Market) -> None:
    """Today's signings, releases, bills paid with credit, coupons used, contracts that end, and who left."""
    for each in market.prepay:
        if market.day < each.running.first:
            continue
        today = [signed for name, signed in market.today.signed if name == each.running.name]
        if market.calendar.begins(market.day, "month"):
            rows, parts = each.release(np.concatenate([np.zeros(0, np.int64), *(signed.rows for signed in today)]))
            _post(market, each, "prepaid_locked", rows, parts, "released")
            _post(market, each, "prepaid_credit", rows, -parts, "released")
        for signed in today:
            _post(market, each, "prepaid_cash", signed.rows, signed.prepaid, "paid in advance")
            _post(market, each, "prepaid_locked", signed.rows, -signed.prepaid, "owed for it")
            _pay(market, each, "cards", signed.rows, signed.card, "card")
        _bills(market, each)
        used = np.flatnonzero(each.coupon_on == market.day)
        if len(used):
            _pay(market, each, "retention", used, np.full(len(used), each.coupon_cost, np.int64), "coupon used")
            cost = np.full(len(used), each.coupon_cost, np.int64)
            market.purse.later.pay(each.running.name, market.day, each.signed_on[used], cost)
            market.today.add("coupons_used", len(used))
        _leavers(market, each)
        each.end_contracts(market.customers, np.flatnonzero(each.contract_to == market.day))
        owed = int(each.locked.sum()) + int(each.credit.sum())
        market.today.add("prepaid_owed", float(to_major(owed, market.document.currency)))


def _bills(market: Market, each: RunningPrepay) -> None:
    """Credit pays what is bought today, as far as it goes: cash that does not come in."""
    spending, receipts = market.document.market.spending, market.today.receipts
    if spending is None or receipts is None:
        return
    rows, amounts = receipts
    bills = round_half_even(amounts * float(spending.unit_price), market.document.currency)
    used = each.pay_bills(rows, bills)
    some = used > 0
    _post(market, each, "prepaid_credit", rows[some], used[some], "bill paid with credit")
    _post(market, each, "prepaid_bills", rows[some], -used[some], "bill paid with credit")
    market.today.add("prepaid_used", float(to_major(int(used.sum()), market.document.currency)))


def _leavers(market: Market, each: RunningPrepay) -> None:
    left = np.sort(market.today.left)
    each.willing[left] = False
    each.end_contracts(market.customers, left[each.contract_to[left] >= 0])
    locked, credit = each.let_go(left)
    lost = locked + credit
    some = lost > 0
    if not some.any():
        return
    rows = left[some]
    _post(market, each, "prepaid_locked", rows, locked[some], "left")
    _post(market, each, "prepaid_credit", rows, credit[some], "left")
    if each.terms.on_leaving == "forfeited":
        _post(market, each, "forfeits", rows, lost[some], "prepaid and forfeited")
        _post(market, each, "prepaid_bills", rows, -lost[some], "prepaid and forfeited")
    else:
        _post(market, each, "prepaid_cash", rows, -lost[some], "prepaid and refunded")


def _pay(market: Market, each: RunningPrepay, account: str, rows: Integers, cost: Integers, text: str) -> None:
    """Post what the offer costs; what was given beyond the quota of a site is counted against the site."""
    _post(market, each, account, rows, -cost, text)
    total = int(cost.sum())
    each.running.paid += total
    market.budget_spent += total
    over = each.over[rows]
    np.add.at(each.over_cost, market.customers.site[rows[over]].astype(np.int64), cost[over])
    beyond = float(to_major(int(cost[over].sum()), market.document.currency))
    market.today.add("prepay_over_quota_cost", beyond)


def _post(market: Market, each: RunningPrepay, account: str, rows: Integers, amounts: Integers, text: str) -> None:
    customers, name = market.customers, each.running.name
    market.ledger.post(
        account,
        amounts,
        customers.segment[rows],
        customers.site[rows],
        campaign=name,
        rows=rows,
        text=f"{text}: {name}",
    )
