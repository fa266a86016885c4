"""Tiers under review: what the firm has seen of each customer, the tier each is due, and the changes under way.

What customers paid and how often they were served go in day by day; on a day of review the tiers due come out, and the
rows whose change needs approval. One change a customer is under way at a time; what it asked for acts when it is done.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.calendar import Calendar
from sim.customers import NO_TIER, Customers
from sim.levers.audience import Audiences
from sim.measures import Measure
from sim.scenario.document import Document
from sim.scenario.tier_review import TierReview
from sim.streams import Streams

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

NOTHING: Final = -2
"""In `asked`: no change is wanted. (-1 asks for no tier at all.)"""


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
        usual = usual + market.spending.rate * market.spending.amount.expected() * customers.spend
    return np.asarray(usual, np.float64)


class TierReviews:
    """The review of one run.

    seen: (n,), what each customer paid (major units), or visits served, so far; due: the tier the last review found;
    asked: the tier a change asks for, or `NOTHING`; asked_on: the day of that review; under_way: being approved
    """

    def __init__(self, review: TierReview, document: Document, calendar: Calendar, customers: Customers) -> None:
        self.review = review
        self.seen = np.zeros(len(customers))
        self.due = customers.tier.copy()
        self.asked = np.full(len(customers), NOTHING, np.int8)
        self.asked_on = np.zeros(len(customers), np.int32)
        self.under_way = np.zeros(len(customers), np.bool_)
        run = document.calendar.run
        self._days = frozenset(review.days(run.start, run.end))
        self._begins = frozenset(day - review.over for day in self._days) if review.over else frozenset()
        self._seen_at: dict[int, Floats] = {}
        tiers = document.market.tiers
        ranked = sorted(review.thresholds.items(), key=lambda each: each[1])
        self._least = np.array([least for _, least in ranked])
        # By how many of the rising thresholds are reached: the tier of none of them first.
        lowest = NO_TIER if review.below is None else tiers.index(review.below)
        self._tier = np.array([lowest, *(tiers.index(name) for name, _ in ranked)], np.int8)
        at_once = [True] * (len(tiers) + 1) if review.through is None else [name in review.at_once for name in tiers]
        self._at_once = np.array([*at_once[: len(tiers)], review.through is None], np.bool_)  # the last: no tier
        self.contracted: Floats | None = None

    @classmethod
    def of(cls, document: Document, calendar: Calendar, customers: Customers, streams: Streams) -> TierReviews | None:
        """The review the document asks for; None when it asks for none."""
        review = document.market.tier_review
        if review is None:
            return None
        found = cls(review, document, calendar, customers)
        if review.fulfilment is not None:
            share = review.fulfilment.contracted.quantile(streams.everyone("contract", 0, customers.population))
            found.contracted = np.maximum(share, 0.0) * usual_spending(document, customers) * review.over
        return found

    def open_day(self, day: int, audiences: Audiences, customers: Customers) -> None:
        """Begin the windows that begin today; on a day of review settle which tier each customer is due."""
        if day in self._begins:
            self._seen_at[day] = self.seen.copy()
        if day not in self._days:
            return
        everyone = np.arange(len(customers))
        reviewed = audiences.members("market.tier_review", self.review.audience, everyone)
        reviewed &= day - customers.joined >= self.review.over  # a shorter time would be held against a whole window
        rows = np.flatnonzero(reviewed)
        reached = np.searchsorted(self._least, self._looked_at(day, customers, rows), side="right")
        self.due[rows] = self._tier[reached]
        free = rows[~self.under_way[rows]]  # what is being approved is decided first
        other = self.due[free] != customers.tier[free]
        self.asked[free] = np.where(other, self.due[free], NOTHING)
        self.asked_on[free[other]] = day

    def _looked_at(self, day: int, customers: Customers, rows: Integers) -> Floats:
        if self.review.tenure is not None:
            return np.asarray(day - customers.joined[rows], np.float64)
        over = (self.seen - self._seen_at.pop(day - self.review.over))[rows]
        if self.contracted is None:
            return over
        contracted = self.contracted[rows]
        return np.divide(over, contracted, out=np.ones(len(rows)), where=contracted > 0.0)

    def acting_at_once(self) -> Integers:
        """Rows whose change needs nobody."""
        rows = np.flatnonzero((self.asked != NOTHING) & ~self.under_way)
        return rows[self._at_once[self.asked[rows]]]

    def waiting(self) -> Integers:
        """Rows whose change nobody has been given yet."""
        return np.flatnonzero((self.asked != NOTHING) & ~self.under_way)
