"""Offers and the gifts they pay with: who knows of them, who has earned one, what the stock and the pacing still give.

Gifts are earned by spending or by doing a task, and handed out at a station to whoever comes first while there are any.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.calendar import Calendar
from sim.money import multiplied, to_minor
from sim.scenario.document import Document
from sim.scenario.levers import Offer

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
NO_END: Final = 2**62
"""So many prizes that they never run out."""


class RunningOffer:
    """One offer over the run: who knows it, what each customer has done for it and is still owed."""

    def __init__(self, name: str, offer: Offer, document: Document, calendar: Calendar, stock: int) -> None:
        size = document.market.customers
        self.name = name
        self.owner = f"offers.{name}"
        self.offer = offer
        self.stock = stock
        no_limit = offer.points is not None and "limit" not in offer.model_fields_set
        self.limit = np.iinfo(np.int16).max if no_limit else offer.limit
        self.first, self.last = calendar.span(offer.during)
        self.knows = np.zeros(size, np.bool_)
        self.earned = np.zeros(size, np.int32)
        self.owed = np.zeros(size, np.int16)
        self.claim_rows = np.zeros(0, np.int64)
        self.claim_faces = np.zeros(0, np.int64)
        self.claim_days = np.zeros(0, np.int64)
        self.bound_since = np.zeros(size if stock >= 0 else 0, np.int32)  # day of the claim that was settled last
        self.tries = np.zeros(size, np.int16)
        self.handed = np.zeros(size, np.int32)
        self.progress = np.zeros(size)
        own_term = offer.waiver is not None and offer.waiver.days is not None
        self.began = np.full(size if own_term else 0, -1, np.int32)  # day of the first purchase; -1 for none yet
        self.visitors = 0
        flash = offer.discount is not None and offer.discount.hours is not None
        self.in_hours = np.zeros(size if flash else 0, np.bool_)  # whose latest visit is in the hours of the sale
        lottery = offer.lottery
        prizes = () if lottery is None else lottery.prizes.values()
        self.prizes_left = np.array([NO_END if each.stock is None else each.stock for each in prizes], np.int64)
        self.prizes_given = np.zeros(len(self.prizes_left), np.int64)
        self.refused = 0
        self.paid = 0
        steps = offer.spend_steps
        self.thresholds = np.array(sorted(steps.at_or_above), np.float64) if steps else np.zeros(0)
        faces = [steps.at_or_above[count] for count in sorted(steps.at_or_above)] if steps else []
        self.faces = np.array([to_minor(face, document.currency) for face in faces], np.int64)
        self.task_face = to_minor(offer.task_count.face, document.currency) if offer.task_count else 0

    def had(self, rows: Integers) -> NDArray[np.bool_]:
        """Which of `rows` have earned or had something of this offer, (k,)."""
        had = (self.earned[rows] > 0) | (self.handed[rows] > 0)
        return had | (self.began[rows] >= 0) if len(self.began) else had

    def runs(self, day: int) -> bool:
        """Whether the offer is open today."""
        return self.first <= day <= self.last

    def face_for(self, amounts: Floats) -> Integers:
        """Face value, minor units, of the highest step each amount reaches; 0 below the first. Thresholds count."""
        place = np.searchsorted(self.thresholds, amounts, side="right")
        return np.concatenate([[0], self.faces])[place]

    def earn(self, rows: Integers, faces: Integers, day: int) -> None:
        """Give a claim to one gift today to each of `rows` who has not had all the offer allows."""
        open_to = self.earned[rows] < self.limit
        rows, faces = rows[open_to], faces[open_to]
        self.earned[rows] += 1
        self.owed[rows] += 1
        self.tries[rows] = 0
        self.claim_rows = np.concatenate([self.claim_rows, rows])
        self.claim_faces = np.concatenate([self.claim_faces, faces])
        self.claim_days = np.concatenate([self.claim_days, np.full(len(rows), day, np.int64)])

    def settle(self, rows: Integers) -> Integers:
        """Use the oldest claim of each of `rows`, each named once and owed one: its face value, minor units, (k,)."""
        owners, first = np.unique(self.claim_rows, return_index=True)
        used = first[np.searchsorted(owners, rows)]
        faces = self.claim_faces[used]
        self.bound_since[rows] = self.claim_days[used]
        kept = np.ones(len(self.claim_rows), np.bool_)
        kept[used] = False
        self._keep(kept)
        self.owed[rows] -= 1
        self.handed[rows] += 1
        return faces

    def give_up(self, rows: Integers) -> None:
        """`rows` have come in vain too often: they drop every claim to this offer."""
        self._keep(~np.isin(self.claim_rows, rows))
        self.owed[rows] = 0

    def _keep(self, kept: NDArray[np.bool_]) -> None:
        """Drop all claims but those `kept`, (claims,)."""
        self.claim_rows, self.claim_faces = self.claim_rows[kept], self.claim_faces[kept]
        self.claim_days = self.claim_days[kept]


class Stock:
    """Gifts left, and how many may be handed out today: at each site, or in one store for all.

    left, allowance: int64[stores]
    """

    def __init__(self, name: str, document: Document) -> None:
        gifts = document.gifts[name]
        self.name = name
        self.gifts = gifts
        self.left = np.full(len(document.market.site_names) if gifts.per == "site" else 1, gifts.stock, np.int64)
        self.allowance = np.zeros_like(self.left)
        self.cost_share: Decimal = Decimal(str(gifts.cost or 0.0))
        line = None if gifts.line is None or document.budget is None else document.budget.lines[gifts.line]
        self.paid_ahead = line is not None and line.paid is not None
        self._total = None if line is None else to_minor(line.value, document.currency)
        self._quantity = 1 if line is None else line.quantity
        self._costed = 0

    def open_day(self, begun: bool) -> None:
        """Today's pacing: a fresh limit and what was carried over, once the first offer on this stock has `begun`."""
        if self.gifts.per_day is None:
            self.allowance[:] = self.left
        elif begun:
            if self.gifts.per_day.unused != "carried over":
                self.allowance[:] = 0
            self.allowance += self.gifts.per_day.limit

    def costs(self, faces: Integers) -> Integers:
        """What the next gifts cost, minor units, (n,): a share of their faces, or their part of the budget's line.

        The parts of a line are rounded so that all of them together are its total, to the minor unit.
        """
        if self._total is None:
            return multiplied(faces, self.cost_share)
        so_far = multiplied(
            np.arange(self._costed, self._costed + len(faces) + 1), Fraction(self._total, self._quantity)
        )
        self._costed += len(faces)
        return np.diff(so_far)

    @property
    def used(self) -> int:
        """How many were handed out, of those a line of the budget buys."""
        return self._costed

    @property
    def used_cost(self) -> int:
        """What those cost, minor units."""
        assert self._total is not None  # asked of stocks on a line only
        return self._total - self.unused_cost

    def salvage(self, share: float) -> int:
        """What those left over fetch at this share of their cost, minor units."""
        return int(multiplied(np.array([self.unused_cost]), Decimal(str(share)))[0])

    @property
    def unused(self) -> int:
        """How many of the line that buys them were not handed out."""
        return self._quantity - self._costed

    @property
    def unused_cost(self) -> int:
        """What those cost, minor units."""
        assert self._total is not None  # asked of stocks on a line only
        return self._total - int(multiplied(np.array([self._costed]), Fraction(self._total, self._quantity))[0])

    def take(self, wanted: int) -> Integers:
        """The positions of those of `wanted` people, in their order, who find one left of what is given on the spot."""
        given = min(wanted, int(self.left[0]))
        self.left[0] -= given
        return np.arange(given)

    def hand_out(self, site: Integers) -> NDArray[np.bool_]:
        """Which of those who came, in the order of their turn and by site, get a gift: (n,).

        Never more at a store than it has left, or than today's pacing allows.
        """
        given = np.zeros(len(site), np.bool_)
        store = site if len(self.left) > 1 else np.zeros_like(site)
        for place in np.unique(store).tolist():
            wait_for_it = np.flatnonzero(store == place)
            given[wait_for_it[: min(self.left[place], self.allowance[place])]] = True
        handed = np.bincount(store[given], minlength=len(self.left))
        self.left -= handed
        self.allowance -= handed
        return given


def qualified(offer: Offer, document: Document, activity: pd.DataFrame) -> NDArray[np.bool_]:
    """Who would have earned the offer by what they did in a run without it, one flag a row of that run's `activity`.

    Paying these customers is deadweight: they do the same in the baseline. A waiver asks for one purchase with the fee,
    a lottery for one of a price that is good for a draw, a bundle for its dearest good.
    """
    if offer.waiver is not None:
        with_fee = [name for name, need in document.market.needs.items() if offer.waiver.fee in need.fees]
        return _bought(with_fee, document, activity)
    if offer.bundle is not None:
        dearest = max(offer.bundle.goods, key=lambda name: document.market.goods[name].price)
        return np.asarray(activity[f"bought_{dearest}"].to_numpy() > 0)
    if offer.lottery is not None:
        counted = offer.lottery.needs or document.market.needs
        least = min(offer.lottery.draws_at)
        return _bought([name for name in counted if document.market.needs[name].price >= least], document, activity)
    if offer.spend_steps is not None:
        column = {"one receipt": "receipts_max", "one day": "day_max", "whole campaign": "total_spend"}
        return np.asarray(
            activity[column[offer.spend_steps.counts]].to_numpy() >= float(min(offer.spend_steps.at_or_above))
        )
    if offer.task_count is not None:
        at = offer.task_count.at
        column_name = f"visits_{offer.task_count.task}" + (f"_at_{at}" if at else "")
        if column_name not in activity:  # a task that the other run does not have, or did not once
            return np.zeros(len(activity), np.bool_)
        return np.asarray(activity[column_name].to_numpy() >= offer.task_count.needs)
    if offer.cumulative is not None or offer.prepay is not None:
        return np.zeros(len(activity), np.bool_)  # who does not ask for it by what they do
    if offer.by_rank is not None:
        return np.asarray(activity[f"visits_{offer.by_rank.task}"].to_numpy() > 0)
    raise ValueError("a discount or a tariff is not redeemed as a gift")


def _bought(needs: list[str], document: Document, activity: pd.DataFrame) -> NDArray[np.bool_]:
    """Who was served for the task of any of these needs, one flag a row of `activity`."""
    tasks = dict.fromkeys(f"visits_{document.market.needs[name].task}" for name in needs)
    served = [activity[column].to_numpy() > 0 for column in tasks if column in activity]
    return np.any(served, axis=0) if served else np.zeros(len(activity), np.bool_)
