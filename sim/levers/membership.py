"""Memberships of one run: what they are worth to whom, when each term ends, who joins, renews and leaves.

The staff's contacts and the day go in; rows of those who join and of those who do not renew come out, with the cause.
`settle` posts the fees.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour import loyalty
from sim.behaviour.dimensions import DIMENSIONS, weighted
from sim.behaviour.membership import chance_to_pay, willingness_to_pay
from sim.calendar import DAYS_PER_YEAR
from sim.customers import CUSTOMER, PROSPECT, Customers, quiet_levels
from sim.levers.limits import MEMBERSHIP
from sim.measures import Measure
from sim.money import to_major, to_minor
from sim.scenario.document import Document
from sim.scenario.membership import Membership
from sim.streams import Streams

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_SERVICE, _PRICE, _OWN = (loyalty.CAUSES.index(name) for name in ("service_failure", "price", "involuntary"))


def membership_measures(document: Document) -> list[Measure]:
    """Offers made, members won and kept, and what it is worth to them; none without a membership."""
    if document.membership is None:
        return []
    return [
        Measure("membership_offers", "decisions on a first membership", "count", "flow", "neither", 0,
                "membership_offers"),
        Measure("joined_share", "joined, of those who decided", "share", "ratio", "higher", 3, "memberships_sold",
                "membership_offers"),
        Measure("memberships_due", "memberships due for renewal", "count", "flow", "neither", 0, "memberships_due"),
        Measure("renewal_rate", "renewed, of memberships due", "share", "ratio", "higher", 3, "memberships_renewed",
                "memberships_due"),
        Measure("willingness_to_pay", "what a term is worth to a member", "money", "ratio", "higher", 0,
                "willingness_sum", "customers"),
        Measure("membership_fees", "membership fees, with joining", "money", "flow", "higher", 0, "membership_fees"),
    ]  # fmt: skip


class Memberships:
    """worth: (customers,), of a term to each at usual quality, in the currency; ends: (customers,), the day on which
    the term of each ends, for members.
    """

    def __init__(self, membership: Membership, customers: Customers, streams: Streams) -> None:
        luck = streams.everyone("trait", 0, customers.population, "worth of a membership")
        self.worth = np.maximum(membership.worth.quantile(luck), 0.0)
        # Who has been a member for some time has paid since at the same intervals.
        terms = np.floor(np.maximum(-customers.joined, 0.0) / membership.every) + 1.0
        self.ends = customers.joined + terms * membership.every

    @classmethod
    def of(cls, document: Document, customers: Customers, streams: Streams) -> Memberships | None:
        """The memberships a document speaks of; None where it has none."""
        return None if document.membership is None else cls(document.membership, customers, streams)

    def willingness(self, market: Market, rows: Integers) -> Floats:
        """What a term is worth to each of `rows` today, (k,), in the currency."""
        customers, terms = market.customers, _terms(market)
        return willingness_to_pay(
            worth=self.worth[rows],
            quality=weighted(customers.will.take(rows, axis=1), customers.importance.take(rows, axis=1)),
            satisfaction=customers.satisfaction[rows],
            experienced=customers.status[rows] != PROSPECT,
            quality_effect=terms.quality,
            satisfaction_effect=terms.satisfaction,
        )

    def chance_to_renew(self, market: Market, rows: Integers) -> Floats:
        """Chance that each of `rows` would renew today, (k,)."""
        terms = _terms(market)
        return chance_to_pay(willingness=self.willingness(market, rows), price=float(terms.fee), scale=terms.scale)

    def yearly_retention(self, market: Market, rows: Integers) -> Floats:
        """Chance that each of `rows` renews all through a year, (k,)."""
        return np.asarray(self.chance_to_renew(market, rows) ** (DAYS_PER_YEAR / _terms(market).every))

    def renew(self, market: Market) -> tuple[Integers, Integers]:
        """Members whose term ends today decide: rows of those who do not renew, and their causes.

        Price, where the fee is above what a term is worth at usual quality; else the service, where it has made it
        worth less than the fee; else reasons of their own.
        """
        customers, terms = market.customers, _terms(market)
        due = np.flatnonzero((customers.status == CUSTOMER) & (self.ends < market.day + 1))
        luck = market.streams.each("renewal", market.day, customers.population, due)[:, 0]
        stays = luck < self.chance_to_renew(market, due)
        market.today.renewed, leavers = due[stays], due[~stays]
        self.ends[due[stays]] += terms.every
        market.today.add("memberships_due", len(due))
        market.today.add("memberships_renewed", int(np.count_nonzero(stays)))
        fee, felt = float(terms.fee), self.willingness(market, leavers)
        causes = np.where(self.worth[leavers] < fee, _PRICE, np.where(felt < fee, _SERVICE, _OWN))
        return leavers, causes.astype(np.int64)

    def sell(self, market: Market) -> Integers:
        """Contacts of today offer it to those who are not members: rows of those who join, rising."""
        customers, terms = market.customers, _terms(market)
        met = [rows for word, name, rows in market.today.befell if word == "contact made" and name in terms.offered_by]
        rows = np.unique(np.concatenate([*met, np.zeros(0, np.int64)]))
        rows = rows[customers.status[rows] != CUSTOMER]
        luck = market.streams.each("membership offer", market.day, customers.population, rows, 2)
        considers = luck[:, 0] < terms.considered
        rows, luck = rows[considers], luck[considers]
        if terms.shown:
            for dimension, level in zip(range(len(DIMENSIONS)), quiet_levels(market.document), strict=True):
                for expected in (customers.will, customers.will_unpromised):
                    expected[dimension, rows] += terms.shown * (level - expected[dimension, rows])
        price = float(terms.fee + terms.joining)
        chance = chance_to_pay(willingness=self.willingness(market, rows), price=price, scale=terms.scale)
        limit = market.limits.get(MEMBERSHIP)
        warned = np.zeros(len(rows), np.bool_) if limit is None else limit.warned[rows]
        joins: Integers = rows[(luck[:, 1] < chance) & ~warned]
        self.ends[joins] = market.day + terms.every
        market.today.subscribed = joins
        market.today.add("membership_offers", len(rows))
        market.today.add("memberships_sold", len(joins))
        return joins

    def settle(self, market: Market) -> None:
        """Fees of those who joined and renewed today go to the ledger; what a term is worth to members is counted."""
        customers, terms, currency = market.customers, _terms(market), market.document.currency
        joined, renewed = market.today.subscribed, market.today.renewed
        paid = 0
        for account, rows, amount in (
            ("memberships", np.concatenate([joined, renewed]), to_minor(terms.fee, currency)),
            ("joining", joined, to_minor(terms.joining, currency)),
        ):
            if amount and len(rows):
                paid += amount * len(rows)
                text = "membership paid" if account == "memberships" else "joining fee paid"
                amounts = np.full(len(rows), amount, np.int64)
                market.ledger.post(
                    account, amounts, customers.segment[rows], customers.site[rows], rows=rows, text=text
                )
        market.today.add("membership_fees", float(to_major(paid, currency)))
        own = np.flatnonzero(customers.status == CUSTOMER)
        market.today.add("willingness_sum", float(self.willingness(market, own).sum()))


def _terms(market: Market) -> Membership:
    terms = market.document.membership
    assert terms is not None  # stands in every stage, or in none
    return terms
