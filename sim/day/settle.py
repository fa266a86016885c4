"""Step 10, settle: every amount of the day goes to the ledger, exact to the minor unit."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.choice import update_reference_price
from sim.customers import CUSTOMER
from sim.day.bill import bill
from sim.day.budget_lines import pay_lines
from sim.day.campaign_responses import note_responses
from sim.day.charge_fees import charge_fees
from sim.day.draw_prizes import draw_prizes
from sim.day.fairness import compare_discounts
from sim.day.observe import observe_payments, observe_visits
from sim.day.pay_rewards import pay_rewards
from sim.day.payment_terms import put_off_payments
from sim.day.points import settle_points
from sim.day.prepay import settle_prepay
from sim.day.refer import pay_referrals
from sim.day.sales import bought
from sim.day.sell_from_stock import count_goods
from sim.day.sell_goods import sell_goods
from sim.day.wages import pay_for_waiting, pay_wages
from sim.ledger import NOWHERE
from sim.levers.prices import costs_charged, own_prices, price_met, prices_charged
from sim.levers.sales import discounts
from sim.money import by_day, multiplied, round_half_even
from sim.operations.visits import NEED

if TYPE_CHECKING:
    from sim.market import Market

Integers = NDArray[np.int64]


def settle(market: Market) -> None:
    """Prices and their discounts, margins, gifts, rewards, wages, fixed cost."""
    _needs(market)
    note_responses(market)
    count_goods(market)
    sell_goods(market)
    bill(market)
    _gifts(market)
    pay_rewards(market)
    pay_lines(market)
    _spending(market)
    settle_prepay(market)
    settle_points(market)
    _standing_customers(market)
    if market.memberships is not None:
        market.memberships.settle(market)
    pay_referrals(market)
    if market.regions is not None:
        market.regions.settle(market)
    pay_wages(market)
    pay_for_waiting(market)
    fixed = market.document.money.fixed_cost
    if fixed:
        market.ledger.post("fixed", multiplied(np.array([-1]), by_day(fixed, market.document.currency)))
    put_off_payments(market)


def _needs(market: Market) -> None:
    """What served customers paid, with fees, what offers gave back, what serving cost; prices are remembered."""
    judged, document = market.today.judgement, market.document
    assert judged is not None  # step 6 always leaves its judgement
    paying = np.flatnonzero((judged.kind == NEED) & ~judged.lost)
    rows, needs = judged.rows[paying], judged.which[paying]
    customers = market.customers
    segment, site = customers.segment[rows], customers.site[rows]
    names = list(document.market.needs)
    off = np.zeros(len(rows))
    source = np.full(len(rows), -1)
    for place, share, covered in discounts(market, rows, needs, judged.status[paying]):
        better = covered & (share > off)
        off[better], source[better] = share, place
    units = bought(market, rows, needs, source)
    each = prices_charged(market, rows, needs)
    prices, costs = each * units, costs_charged(market, rows, needs) * units
    market.ledger.post("needs", prices, segment, site, rows=rows, text=lambda visit: f"{names[needs[visit]]} paid")
    market.ledger.post("serving", -costs, segment, site, rows=rows, text=lambda visit: f"{names[needs[visit]]} served")
    observe_visits(market, judged.rows[~judged.lost])
    observe_payments(market, rows, prices)
    paid = prices.copy()
    for place in np.unique(source[source >= 0]).tolist():
        mine = source == place
        paid[mine] -= _give_back(market, place, rows[mine], each[mine], units[mine])
    compare_discounts(market, rows, needs, off)
    draw_prizes(market, paying, paid)
    waived = charge_fees(market, rows, needs, judged.status[paying])
    if market.consumables is not None:
        market.consumables.met(market, rows, needs)
    reference = document.behaviour.reference_price
    if reference != "none" and len(rows):
        moved = own_prices(market, rows, needs)[1]
        customers.reference_price[rows] = update_reference_price(
            reference=customers.reference_price[rows],
            price=price_met(market, needs, off if moved is None else 1.0 - moved * (1.0 - off), waived),
            memory=reference.memory,
        )


def _give_back(market: Market, place: int, rows: Integers, each: Integers, units: Integers) -> Integers:
    """The discount of one offer on what `rows` just paid, (k,), minor units: each unit rounded once, contra-revenue.

    each: what one unit was paid, (k,)
    """
    running, customers = market.offers[place], market.customers
    discount = running.offer.discount
    assert discount is not None  # only discounts give back
    back = multiplied(each, Decimal(str(discount.off))) * units
    running.paid += int(back.sum())
    running.handed[rows] += 1
    observe_payments(market, rows, -back)
    market.budget_spent += int(back.sum())
    market.ledger.post(
        "discounts",
        -back,
        customers.segment[rows],
        customers.site[rows],
        campaign=running.name,
        rows=rows,
        text=f"discount {running.name}",
    )
    return back


def _gifts(market: Market) -> None:
    """Gifts handed out, at cost: face value is not cost."""
    customers = market.customers
    for name, place, rows, faces in market.today.handed:
        running, stock = next(offer for offer in market.offers if offer.name == name), market.stocks[place]
        cost = stock.costs(faces)
        running.paid += int(cost.sum())
        if stock.paid_ahead:
            market.ledger.post(
                "stocks",
                cost,
                customers.segment[rows],
                customers.site[rows],
                campaign=name,
                rows=rows,
                text="paid for before",
            )
        else:
            market.budget_spent += int(cost.sum())
            if running.offer.by_rank is None:  # what is earned first and fetched later
                market.purse.later.pay(name, market.day, running.bound_since[rows], cost)
        market.ledger.post(
            "gifts",
            -cost,
            customers.segment[rows],
            customers.site[rows],
            campaign=name,
            rows=rows,
            text=f"gift of {name}",
        )


def _spending(market: Market) -> None:
    spending, receipts = market.document.market.spending, market.today.receipts
    if spending is None or receipts is None:
        return
    rows, amounts = receipts
    customers = market.customers
    paid = amounts * float(spending.unit_price)
    observe_payments(market, rows, round_half_even(paid, market.document.currency))
    margin = round_half_even(paid * spending.margin, market.document.currency)
    market.ledger.post(
        "spending", margin, customers.segment[rows], customers.site[rows], rows=rows, text="margin on a receipt"
    )


def _standing_customers(market: Market) -> None:
    """The margin of a month, by day, on everyone who is a customer tonight; rounded once a segment, site and tier."""
    monthly = market.document.money.margin_per_customer
    if not monthly:
        return
    customers, sites = market.customers, len(market.site_names)
    own = np.flatnonzero(customers.status == CUSTOMER)
    cell = customers.segment[own].astype(np.int64) * sites + customers.site[own]
    statuses = max(len(market.ledger.tiers), 1)
    if market.ledger.tiers:
        cell = cell * statuses + (customers.tier[own] + 1)
    counts = np.bincount(cell, minlength=len(market.segment_names) * sites * statuses)
    filled = np.flatnonzero(counts)
    amounts = multiplied(counts[filled], by_day(monthly, market.document.currency))
    place, tier = np.divmod(filled, statuses)
    market.ledger.post(
        "relationship", amounts, place // sites, place % sites, tier=tier if market.ledger.tiers else NOWHERE
    )
