"""Referral in the day: invitations go out in step 9, arrive in 3, are credited in 8 and paid for in 10."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.customers import CUSTOMER
from sim.money import to_minor
from sim.scenario.units import text_in

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def invite_friends(market: Market) -> None:
    """Members of each running programme invite people they know, unless they have been paid for as many as they may."""
    customers = market.customers
    for name, running in market.referrals.items():
        terms = market.document.referrals[name]
        if not running.runs(market.day) or not terms.rate:
            continue
        rows = np.arange(len(customers))
        if terms.limit is not None:
            rows = rows[running.brought < terms.limit]
        rows = rows[market.audiences.members(running.owner, terms.audience, rows)]
        luck = market.streams.each("referral", market.day, customers.population, rows, draws=2, identity=name)
        invites = luck[:, 0] < -np.expm1(-terms.rate)
        rows, luck = rows[invites], luck[invites]
        invited = market.network.pick(rows, luck[:, 1])
        market.today.add("invitations", len(rows))
        running.under_way = (rows[invited >= 0], invited[invited >= 0])


def receive_invitations(market: Market) -> None:
    """Yesterday's invitations arrive: who is no customer and holds none comes to know the firm, and may come."""
    customers = market.customers
    for name, running in market.referrals.items():
        bringers, rows = running.under_way
        running.under_way = (rows[:0], rows[:0])
        open_to = customers.status[rows] != CUSTOMER
        days = max(round(market.document.referrals[name].stands), 1)
        rows = running.invite(bringers[open_to], rows[open_to], market.day, days)
        customers.aware[rows] = True
        market.today.befell.append(("invited by a friend", name, rows))


def pull_of_invitations(market: Market, rows: Integers) -> Floats:
    """What invitations that stand add to the firm's utility for each of `rows`, (k,)."""
    total = np.zeros(len(rows))
    for name, running in market.referrals.items():
        total += market.document.referrals[name].pull * running.invited(rows, market.day)
    return total


def weight_of_invitations(market: Market, name: str, rows: Integers) -> Floats | None:
    """What the invitations of `rows` count, (k,): the influence of who invited them; None where all are alike."""
    influence = market.customers.influence
    return influence[market.referrals[name].by[rows]] if len(influence) else None


def persuaded(market: Market) -> Integers:
    """Rows, rising, who become customers at once because they were invited today."""
    found = []
    for what, name, rows in market.today.befell:
        if what != "invited by a friend" or not market.document.referrals[name].joins:
            continue
        luck = market.streams.each("persuaded", market.day, market.customers.population, rows, identity=name)[:, 0]
        weight = weight_of_invitations(market, name, rows)
        chance = 1.0 - (1.0 - market.document.referrals[name].joins) ** (1.0 if weight is None else weight)
        found.append(rows[luck < chance])
    return np.unique(np.concatenate(found)) if found else np.zeros(0, np.int64)


def credit_invitations(market: Market, rows: Integers) -> int:
    """How many of the new customers `rows` were invited; the first programme in the file that invited them has them."""
    brought = 0
    for name, running in market.referrals.items():
        terms = market.document.referrals[name]
        invited = running.invited(rows, market.day)
        running.credit(rows[invited], terms.limit, market.day + round(terms.after))
        brought += int(np.count_nonzero(invited))
        rows = rows[~invited]
    return brought


def pay_referrals(market: Market) -> None:
    """What is due today, for those brought who are customers still."""
    customers, currency = market.customers, market.document.currency
    for name, running in market.referrals.items():
        terms = market.document.referrals[name]
        said = text_in(terms.title or name)
        for bringers, newcomers in running.due(market.day):
            stays = customers.status[newcomers] == CUSTOMER
            running.newcomers[newcomers[stays]] += 1
            market.today.add("referrals_paid", int(np.count_nonzero(stays)))
            for whose, amount in ((bringers, terms.reward), (newcomers, terms.welcome)):
                rows, minor = whose[stays], to_minor(amount, currency)
                if not minor or not len(rows):
                    continue
                amounts = np.full(len(rows), -minor, np.int64)
                market.ledger.post(
                    "referrals", amounts, customers.segment[rows], customers.site[rows], name, rows=rows, text=said
                )
                running.paid += minor * len(rows)
                market.purse.later.pay(name, market.day, running.since[newcomers[stays]], -amounts)
                market.budget_spent += minor * len(rows)
