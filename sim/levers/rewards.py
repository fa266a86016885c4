"""Rewards for what is bought in all: what each customer has bought in every window, which rewards they have earned.

A document's cumulative offers go in; the share of the way to the nearest reward comes out, and each day who earned
what. Beside what was bought stands what would have been bought without any pull of the rewards: whoever reaches a
threshold by that too would have done so anyway.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.levers.earned import Earned
from sim.levers.offers import RunningOffer
from sim.money import multiplied, to_minor

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

_ROUNDING = 1e-12  # sums of amounts that add up to a threshold may miss it by their last digits


class RunningRewards:
    """The rewards of one offer over the run.

    thresholds, first, last, reward_of: (windows,); faces: (rewards,), minor units
    bought, without: (windows, n), what counts so far, and what would without the pull of rewards
    earned, anyway: (rewards, n), reached; reached by what would have been bought without that pull
    reached_on: (rewards, n), the day on which it was; -1 where it is not
    """

    def __init__(self, running: RunningOffer, market: Market) -> None:
        terms = running.offer.cumulative
        assert terms is not None  # made for cumulative offers only
        self.running = running
        self.terms = terms
        self.names = tuple(terms.rewards)
        windows = [
            (number, window) for number, each in enumerate(terms.rewards.values()) for window in each.any_of.values()
        ]
        self.reward_of = np.array([number for number, _ in windows], np.int64)
        self.thresholds = np.array([window.at_least for _, window in windows])
        spans = [market.calendar.span(window.during) for _, window in windows]
        self.first, self.last = (np.array(ends, np.int64) for ends in zip(*spans, strict=True))
        currency = market.document.currency
        self.faces = np.array([to_minor(each.face, currency) for each in terms.rewards.values()], np.int64)
        size = len(market.customers)
        self.bought, self.without = np.zeros((len(windows), size)), np.zeros((len(windows), size))
        self.earned, self.anyway = (np.zeros((len(self.names), size), np.bool_) for _ in range(2))
        self.reached_on = np.full((len(self.names), size), -1, np.int64)

    def open_windows(self, day: int) -> Integers:
        """Numbers of the windows that count today."""
        return np.flatnonzero((self.first <= day) & (day <= self.last))

    def ahead(self, market: Market) -> list[tuple[int, Flags]]:
        """Windows open today whose reward somebody is still after, and who: those who know of it and may have it."""
        running = self.running
        open_now = self.open_windows(market.day)
        if not len(open_now) or not running.knows.any():
            return []
        everyone = np.arange(len(market.customers))
        after = running.knows & market.audiences.members(running.owner, running.offer.audience, everyone)
        found = [(int(window), after & ~self.earned[self.reward_of[window]]) for window in open_now]
        return [(window, who) for window, who in found if who.any()]

    def count(self, market: Market, rows: Integers, amounts: Floats, without: Floats) -> None:
        """Purchases of `rows` count in every window open today; (k,) amounts, and what they were without any pull."""
        allowed = market.audiences.members(self.running.owner, self.running.offer.audience, rows)
        rows, amounts, without = rows[allowed], amounts[allowed], without[allowed]
        for window in self.open_windows(market.day).tolist():
            self.bought[window, rows] += amounts
            self.without[window, rows] += without
            reward, least = self.reward_of[window], self.thresholds[window] * (1.0 - _ROUNDING)
            self.anyway[reward, rows] |= self.without[window, rows] >= least
            reached = rows[self.bought[window, rows] >= least]
            fresh = reached[~self.earned[reward, reached]]
            self.earned[reward, fresh], self.reached_on[reward, fresh] = True, market.day

    def due(self, day: int, before: Flags) -> list[Earned]:
        """The rewards to be given today; `before` (rewards, n) says what was earned this morning."""
        if self.terms.stacking == "all earned":
            rows = [np.flatnonzero(now & ~was) for now, was in zip(self.earned, before, strict=True)]
        elif day == self.running.last:
            rows = [np.flatnonzero(each) for each in self._best_of(self.earned)]
        else:
            return []
        given = zip(self.names, rows, self.faces.tolist(), self.reached_on, strict=True)
        return [Earned(self.running.name, name, who, face, on[who]) for name, who, face, on in given if len(who)]

    def given_anyway(self) -> tuple[Integers, int]:
        """Rewards given that would have been given without their pull: how many a customer, (n,), and their cost."""
        if self.terms.stacking == "all earned":
            both = self.earned & self.anyway
        else:
            both = self._best_of(self.earned) & self._best_of(self.anyway)
        given = both & (self.running.handed > 0)
        cost = multiplied(self.faces, Decimal(str(self.terms.cost)))
        return given.sum(axis=0), int((given.sum(axis=1) * cost).sum())

    def _best_of(self, earned: Flags) -> Flags:
        """Of the rewards earned, (rewards, n), the one of the highest face value; of equals the first written."""
        best = np.argmax(np.where(earned, self.faces[:, np.newaxis], -1), axis=0)
        return np.asarray(earned & (best == np.arange(len(self.names))[:, np.newaxis]))


def rewards_in(market: Market) -> list[RunningRewards]:
    """The cumulative offers of a market, set up."""
    return [RunningRewards(each, market) for each in market.offers if each.offer.cumulative is not None]
