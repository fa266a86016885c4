"""Tiers under review: what the firm has seen of each customer, the tier each is due, and the changes under way.

What customers paid and how often they were served go in day by day; on a day of review the tiers due come out, and the
rows whose change needs approval. One change a customer is under way at a time; what it asked for acts when it is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.customers import NO_TIER, Customers
from sim.levers.audience import Audiences
from sim.levers.observed import Observed
from sim.measures import Measure
from sim.money import digits
from sim.scenario.document import Document
from sim.scenario.tier_review import TierReview, window
from sim.streams import Streams

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

NOTHING: Final = -2
"""In `asked`: no change is wanted. (-1 asks for no tier at all.)"""
_NEVER: Final = -1_000_000


def review_measures(document: Document) -> list[Measure]:
    """What a review is judged by, and how many customers hold each tier; none without a review."""
    if document.market.tier_review is None:
        return []
    return [
        Measure("wrong_tier", "customers not in the tier their last review found", "count", "stock", "lower", 1,
                "wrong_tier"),
        Measure("tiers_raised", "customers raised to a higher tier", "count", "flow", "neither", 0, "tiers_raised"),
        Measure("tiers_lowered", "customers lowered to a lower tier", "count", "flow", "neither", 0, "tiers_lowered"),
        Measure("days_to_change_tier", "days from review to change of tier", "days", "ratio", "lower", 1,
                "days_to_change_tier_sum", "tier_changes"),
        *(
            Measure(f"members_of_{name}", f"customers in tier {name.replace('_', ' ')}", "count", "stock", "neither", 0,
                    f"members_of_{name}")
            for name in document.market.tiers
        ),
    ]  # fmt: skip


def usual_spending(document: Document, customers: Customers) -> Floats:
    """What each customer usually spends a day, (n,), in the currency: all needs wherever taken, and purchases."""
    market = document.market
    by_segment = np.array(
        [
            sum(need.rate * segment.needs.get(name, 1.0) * float(need.price) for name, need in market.needs.items())
            for segment in market.segments.values()
        ]
    )
    usual = by_segment[customers.segment] * customers.activity
    if market.spending is not None:
        each = market.spending.amount.expected() * float(market.spending.unit_price)
        usual = usual + market.spending.rate * each * customers.spend
    return np.asarray(usual, np.float64)


class TierReviews:
    """The review of one run.

    due: the tier the last review found; asked: the tier a change asks for, or `NOTHING`; asked_on: the day of the
    review that first asked for it; under_way: being approved; contracted: of each customer over the window, major units
    """

    def __init__(self, review: TierReview, document: Document, customers: Customers) -> None:
        self.review = review
        self.due = customers.tier.copy()
        self.asked = np.full(len(customers), NOTHING, np.int8)
        self.asked_on = np.zeros(len(customers), np.int32)
        self.under_way = np.zeros(len(customers), np.bool_)
        run = document.calendar.run
        self._days = frozenset(review.days(run.start, run.end))
        tiers = document.market.tiers
        self._minor = 10 ** digits(document.currency)
        lowest = len(tiers) if review.below is None else tiers.index(review.below)
        self._ladders = {name: _Ladder(review.steps(name), tiers, lowest) for name in review.rules}
        self._office = np.full(len(document.market.segments), lowest)
        for place, segment in enumerate(document.market.segments):
            held = [tiers.index(tier) for tier, segments in review.by_office.items() if segment in segments]
            self._office[place] = min([lowest, *held])
        self._places = len(tiers)
        at_once = [True] * (len(tiers) + 1) if review.through is None else [name in review.at_once for name in tiers]
        self._at_once = np.array([*at_once[: len(tiers)], review.through is None], np.bool_)  # the last: no tier
        self.contracted: Floats | None = None
        # The last day on which each customer made a purchase that reaches each step of the ladder.
        steps = len(self._ladders["purchase"].least) if review.purchase is not None else 0
        self._bought = np.full((steps, len(customers)), _NEVER, np.int32)

    @classmethod
    def of(cls, document: Document, customers: Customers, streams: Streams) -> TierReviews | None:
        """The review the document asks for; None when it asks for none."""
        review = document.market.tier_review
        if review is None:
            return None
        found = cls(review, document, customers)
        if review.fulfilment is not None:
            share = review.fulfilment.contracted.quantile(streams.everyone("contract", 0, customers.population))
            found.contracted = np.maximum(share, 0.0) * usual_spending(document, customers) * window(review.fulfilment)
        return found

    def buy(self, day: int, rows: Integers, minor: Integers) -> None:
        """`rows` made a purchase of these amounts today."""
        for step, last in enumerate(self._bought):
            last[rows[minor / self._minor >= self._ladders["purchase"].least[step]]] = day

    def open_day(self, day: int, audiences: Audiences, customers: Customers) -> None:
        """On a day of review settle which tier each customer is due."""
        if day not in self._days:
            return
        everyone = np.arange(len(customers))
        reviewed = audiences.members("market.tier_review", self.review.audience, everyone)
        # A shorter time would be held against a whole window: on single days of review, who is too new is left out.
        known = (day >= self.review.over) & (day - customers.joined >= self.review.over)
        if self.review.every != "day":
            reviewed &= known
        rows = np.flatnonzero(reviewed)
        rank = self._office[customers.segment[rows]]
        for name, ladder in self._ladders.items():
            rank = np.minimum(rank, ladder.rank[self._reached(name, day, audiences.observed, customers, rows)])
        before = _rank(self.due[rows], self._places)
        rank = np.where(known[rows], rank, np.minimum(rank, before))  # nobody falls before a whole window is known
        self.due[rows] = np.where(rank < self._places, rank, NO_TIER)
        free = rows[~self.under_way[rows]]  # what is being approved is decided first
        wanted = np.where(self.due[free] != customers.tier[free], self.due[free], NOTHING)
        self.asked_on[free[wanted != self.asked[free]]] = day
        self.asked[free] = wanted

    def _reached(self, name: str, day: int, observed: Observed, customers: Customers, rows: Integers) -> Integers:
        """How many steps of a rule's ladder each of `rows` has reached."""
        rule, least = self.review.rules[name], self._ladders[name].least
        if name == "purchase":
            return np.asarray(np.count_nonzero(day - self._bought[:, rows] <= window(rule), axis=0))
        if name == "tenure":
            looked_at = np.asarray(day - customers.joined[rows], np.float64)
        elif name == "visits":
            looked_at = observed.so_far("visits", window(rule))[rows].astype(np.float64)
        else:
            looked_at = observed.so_far("spend", window(rule))[rows] / self._minor
            if name == "fulfilment":
                assert self.contracted is not None  # drawn with the review
                contracted = self.contracted[rows]
                looked_at = np.divide(looked_at, contracted, out=np.ones(len(rows)), where=contracted > 0.0)
        return np.searchsorted(least, looked_at, side="right")

    def acting_at_once(self) -> Integers:
        """Rows whose change needs nobody."""
        rows = np.flatnonzero((self.asked != NOTHING) & ~self.under_way)
        return rows[self._at_once[self.asked[rows]]]

    def waiting(self) -> Integers:
        """Rows whose change nobody has been given yet."""
        return np.flatnonzero((self.asked != NOTHING) & ~self.under_way)


class _Ladder:
    """least: (steps,), rising, what each step asks for; rank: (steps + 1,), the tier by how many steps are reached, the
    first tier of the document being 0 and none the number of tiers.
    """

    def __init__(self, at_least: Mapping[str, float], tiers: list[str], lowest: int) -> None:
        ranked = sorted(at_least.items(), key=lambda each: each[1])
        self.least = np.array([float(least) for _, least in ranked])
        self.rank = np.array([lowest, *(tiers.index(name) for name, _ in ranked)])


def _rank(tier: NDArray[np.int8], places: int) -> Integers:
    return np.where(tier < 0, places, tier.astype(np.int64))
