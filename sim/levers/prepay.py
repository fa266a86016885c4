"""Offers to pay in advance, in motion: who wants one, whose quota is left, what is owed to whom.

A prepay offer goes in with the market's customers; who may sign today comes out, and what becomes of prepaid money,
cards, coupons and contracts, as amounts for the books. All amounts are whole minor units.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.customers import CUSTOMER
from sim.levers.earned import Signed
from sim.levers.offers import RunningOffer
from sim.money import multiplied, to_minor

if TYPE_CHECKING:
    from sim.customers import Customers
    from sim.market import Market

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]


def allotted(quota: int, members: Integers) -> Integers:
    """A quota (≥ 0) to sites by their members (sites,): largest remainders, of equals the first; adds up to it."""
    total = int(members.sum())
    if not total:
        return np.zeros(len(members), np.int64)
    parts, rest = np.divmod(quota * members, total)
    parts[np.argsort(-rest, kind="stable")[: quota - int(parts.sum())]] += 1
    return np.asarray(parts, np.int64)


class RunningPrepay:
    """One prepay offer over the run.

    quota: (tiers of the offer, sites), settled on its first day; signed: as many as have signed there
    wants, asked, willing: (n,), who takes the offer if asked, who has decided, who means to come and sign
    locked, credit: (n,), prepaid and not yet released; released and not yet used; months: (n,), releases to come
    coupon_on, contract_to: (n,), day the coupon is used, last day of the contract; -1 for none; signed_on: (n,), day
    over: (n,), signed beyond the quota of their site; over_cost: (sites,), what these have cost so far
    """

    def __init__(self, running: RunningOffer, market: Market) -> None:
        terms = running.offer.prepay
        assert terms is not None  # made for prepay offers only
        self.running, self.terms = running, terms
        document, size, sites = market.document, len(market.customers), len(market.site_names)
        names = document.market.tiers
        # The place of each tier of the market among those of the offer; the last is for customers without.
        self.place = np.array([list(terms.tiers).index(name) if name in terms.tiers else -1 for name in names] + [-1])
        of_tiers = list(terms.tiers.values())
        self.prepaid = np.array([to_minor(each.prepaid, document.currency) for each in of_tiers], np.int64)
        self.card = np.array([to_minor(each.card, document.currency) for each in of_tiers], np.int64)
        self.quota, self.signed = (np.zeros((len(of_tiers), sites), np.int64) for _ in range(2))
        self.wants, self.asked, self.willing, self.over = (np.zeros(size, np.bool_) for _ in range(4))
        self.locked, self.credit = np.zeros(size, np.int64), np.zeros(size, np.int64)
        self.months = np.zeros(size, np.int32)
        self.coupon_on, self.contract_to = (np.full(size, -1, np.int32) for _ in range(2))
        self.signed_on = np.full(size, -1, np.int32)
        self.over_cost = np.zeros(sites, np.int64)
        self.coupon_cost = 0
        if terms.coupon is not None:
            face = np.array([to_minor(terms.coupon.face, document.currency)], np.int64)
            self.coupon_cost = int(multiplied(face, Decimal(str(terms.coupon.cost)))[0])

    def open(self, market: Market) -> None:
        """On the first day: who would take it, the same people in every plan; and the quotas of the sites, by the
        members they have."""
        customers, name = market.customers, self.running.name
        self.wants = market.streams.everyone("take-up", market.day, customers.population, name) < self.terms.accepts
        own = customers.status == CUSTOMER
        sites = self.quota.shape[1]
        for place, terms in enumerate(self.terms.tiers.values()):
            members = own & (self.place[customers.tier] == place)
            self.quota[place] = allotted(terms.quota, np.bincount(customers.site[members], minlength=sites))

    def may_sign(self, customers: Customers, rows: Integers) -> Flags:
        """Which of `rows` the offer still has a place for, (k,)."""
        place, site = self.place[customers.tier[rows]], customers.site[rows]
        if self.terms.over_quota == "refused":
            left = self.signed < self.quota
        else:
            left = np.broadcast_to((self.signed.sum(axis=1) < self.quota.sum(axis=1))[:, np.newaxis], self.quota.shape)
        return np.asarray((place >= 0) & left[place, site])

    def decide(self, market: Market) -> None:
        """Who knows of the offer and may have it decides, once."""
        running, customers = self.running, market.customers
        rows = np.flatnonzero(running.knows & ~self.asked & (customers.status == CUSTOMER))
        rows = rows[self.may_sign(customers, rows)]
        rows = rows[market.audiences.members(running.owner, running.offer.audience, rows)]
        self.asked[rows] = True
        self.willing[rows[self.wants[rows]]] = True

    def sign(self, market: Market, rows: Integers) -> Signed:
        """`rows`, in the order of their turn, sign while there is a place for them; who could not wants it no more."""
        customers, day = market.customers, market.day
        self.willing[rows] = False
        tier = self.place[customers.tier[rows]]
        rows, tier = rows[tier >= 0], tier[tier >= 0]
        site = customers.site[rows].astype(np.int64)
        cell = tier * self.quota.shape[1] + site
        left = (self.quota - self.signed).ravel()
        within = _turn(cell) < left[cell]
        signs = within if self.terms.over_quota == "refused" else np.ones(len(rows), np.bool_)
        rows, tier, cell, over = rows[signs], tier[signs], cell[signs], ~within[signs]
        self.signed += np.bincount(cell, minlength=self.quota.size).reshape(self.quota.shape)
        self.over[rows] = over
        self.signed_on[rows] = day
        prepaid = self.prepaid[tier]
        self.locked[rows] = prepaid
        self.months[rows] = self.terms.released_over
        order = np.argsort(rows, kind="stable")
        coupon, contract = self.terms.coupon, self.terms.contract
        if coupon is not None and len(rows):
            ordered, days = rows[order], max(round(coupon.valid), 1)
            luck = market.streams.each(
                "coupon", day, customers.population, ordered, draws=2, identity=self.running.name
            )
            used = day + 1 + np.floor(luck[:, 1] * days).astype(np.int32)
            self.coupon_on[ordered] = np.where(luck[:, 0] < coupon.unused, -1, used)
        if contract is not None:
            self.contract_to[rows] = day + max(round(contract.lasts), 1) - 1
            customers.switching_cost[rows] += contract.switching_cost
        return Signed(rows, prepaid, self.card[tier], over)

    def end_contracts(self, customers: Customers, rows: Integers) -> None:
        """The contracts of `rows`, who have one, are over."""
        contract = self.terms.contract
        if contract is not None:
            customers.switching_cost[rows] -= contract.switching_cost
            self.contract_to[rows] = -1

    def release(self, signed_today: Integers) -> tuple[Integers, Integers]:
        """This month's part of prepaid money becomes credit: rows and amounts, over the months all that was prepaid."""
        due = self.months > 0
        due[signed_today] = False
        rows = np.flatnonzero(due)
        parts = self.locked[rows] // self.months[rows]
        self.locked[rows] -= parts
        self.credit[rows] += parts
        self.months[rows] -= 1
        return rows, parts

    def pay_bills(self, rows: Integers, bills: Integers) -> Integers:
        """Credit that pays bills (k,) of `rows`: what was used, (k,)."""
        used = np.minimum(self.credit[rows], bills)
        self.credit[rows] -= used
        return used

    def let_go(self, rows: Integers) -> tuple[Integers, Integers]:
        """What `rows`, who leave, had prepaid and lose: locked and credit, (k,) each."""
        locked, credit = self.locked[rows], self.credit[rows]
        self.locked[rows], self.credit[rows], self.months[rows] = 0, 0, 0
        return locked, credit

    def of_sites(self) -> dict[str, Integers]:
        """By site: its part of the quota, who signed, of these beyond it, and what those cost (minor units)."""
        return {
            "quota": self.quota.sum(axis=0),
            "signed": self.signed.sum(axis=0),
            "over_quota": np.maximum(self.signed - self.quota, 0).sum(axis=0),
            "over_quota_cost": self.over_cost,
        }


def _turn(cell: Integers) -> Integers:
    """How many of the same cell stand before each, (k,)."""
    order = np.argsort(cell, kind="stable")
    ordered = cell[order]
    first = np.searchsorted(ordered, ordered)
    turn = np.empty(len(cell), np.int64)
    turn[order] = np.arange(len(cell)) - first
    return turn


def prepay_in(market: Market) -> list[RunningPrepay]:
    """The prepay offers of a market, set up."""
    return [RunningPrepay(each, market) for each in market.offers if each.offer.prepay is not None]
