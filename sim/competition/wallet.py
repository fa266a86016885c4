"""Product lines over one run: who supplies each line to each person, and what of their spending the firm has.

Needs of the day go in; the alternative each is taken to comes out. Who moves need by need compares suppliers each time;
who moves whole lines stays with the supplier they hold until they look anew, and then moves a line, or all, at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.choice import choose as choose_by_logit
from sim.behaviour.choice import probabilities
from sim.behaviour.competition import chance_of_a_new_look, switching_disutility
from sim.behaviour.loyalty import CAUSES
from sim.customers import CUSTOMER
from sim.day.choose import alternatives_of
from sim.needs.yearly import revenue_in_a_year
from sim.scenario.document import Document
from sim.today import FIRM, LineLost

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

NOBODY: Final = -1
"""Held by nobody: the next need of the line decides."""
_MOVES: Final = ("each need", "one line", "all lines")
EACH_NEED, ONE_LINE, ALL_LINES = range(3)
BETTER_RIVAL: Final = CAUSES.index("rival")
"""The cause of a line that goes elsewhere because somebody compared suppliers."""


class Wallet:
    """Suppliers of lines. There is one only where the document names lines.

    supplier: (lines, customers), an alternative as in `today.Needs`, or NOBODY; looked: the same, day of the last look
    moves: (segments,), an index into the ways of moving; groups: segments, then tiers of other names
    """

    def __init__(self, document: Document, size: int, alternatives: int) -> None:
        market = document.market
        self.names = tuple(market.lines)
        self.nowhere = alternatives - 1
        self.supplier = np.full((len(self.names), size), NOBODY, np.int16)
        self.looked = np.zeros((len(self.names), size))
        self.moves = np.array([_MOVES.index(segment.moves) for segment in market.segments.values()])
        self.whole = bool((self.moves != EACH_NEED).any())
        self.line_of = np.array(
            [self.names.index(need.line) if need.line is not None else NOBODY for need in market.needs.values()]
        )
        self._used = np.zeros((len(self.names), len(market.segments)), np.bool_)
        for name, need in market.needs.items():
            if need.line is not None:
                factors = [segment.needs.get(name, 1.0) > 0 for segment in market.segments.values()]
                self._used[self.names.index(need.line)] |= np.array(factors, np.bool_)
        self.groups = (*market.segments, *(tier for tier in market.tiers if tier not in market.segments))
        self._tiers = np.array([tier not in market.segments for tier in market.tiers], np.bool_)

    @classmethod
    def of(cls, document: Document) -> Wallet | None:
        """The lines of a document; None where it has none."""
        if not document.market.lines:
            return None
        return cls(document, document.market.customers, 2 + len(document.market.rivals))

    def _switching_costs(self, document: Document) -> Floats:
        return np.array([line.switching_cost for line in document.market.lines.values()])

    def with_switching(self, document: Document, utilities: Floats, line: Integers, held: Integers) -> Floats:
        """Utilities (k, alternatives) less what leaving the supplier held costs, for each one's line (k,)."""
        costs = self._switching_costs(document)
        if not costs.any():
            return utilities
        cost = np.where(line >= 0, costs[line], 0.0)
        for column in range(self.nowhere):
            utilities[:, column] -= switching_disutility(column, held, cost, nowhere=self.nowhere)
        return utilities

    def held(self, rows: Integers, line: Integers) -> Integers:
        """The supplier each of `rows` holds for a line, (k,); NOBODY without a line."""
        return np.where(line >= 0, self.supplier[line, rows], NOBODY).astype(np.int64)

    def open(self, market: Market) -> None:
        """At opening everybody holds, line by line, the supplier they would choose then, were they free."""
        rows = np.arange(len(market.customers), dtype=np.int64)
        population, segment = market.customers.population, market.customers.segment
        luck = [market.streams.everyone("supplier at opening", 0, population, name) for name in self.names]
        for place, lucky in enumerate(luck):
            self.supplier[place] = choose_by_logit(self._worth(market, rows, self.line_of == place), lucky)
        together = rows[self.moves[segment] == ALL_LINES]
        if len(together):
            utilities = self._worth(market, together, self.line_of >= 0)
            self.supplier[:, together] = choose_by_logit(utilities, luck[0][together])
        for place, used in enumerate(self._used):
            self.supplier[place, ~used[segment]] = self.nowhere

    def _worth(self, market: Market, rows: Integers, wanted: Flags) -> Floats:
        """Utility of each alternative for some needs together, (k, alternatives): their mean, weighed by spending.

        `wanted` is (k, needs), or (needs,) for everybody. Weights are of the customer's segment. What they hold now
        does not enter.
        """
        weights = np.where(wanted, self._weights(market)[market.customers.segment[rows]], 0.0)
        person, need = np.nonzero(weights)
        weight = weights[person, need]
        utilities = alternatives_of(market, rows[person], need)
        # Who cannot be chosen for one of the needs cannot have the line: minus infinity stays what it is.
        found = np.zeros((len(rows), self.nowhere + 1))
        np.add.at(found, person, utilities * weight[:, np.newaxis])
        total = np.bincount(person, weight, minlength=len(rows))
        return np.asarray(found / np.where(total > 0, total, 1.0)[:, np.newaxis])

    def _weights(self, market: Market) -> Floats:
        """What each need weighs for a segment, (segments, needs): usual spending, or how often if nothing is paid."""
        often = np.array([need.rate for need in market.demand.needs]) * market.demand.by_segment
        return np.asarray(often * self._worth_of(market))

    def _worth_of(self, market: Market) -> Floats:
        """What one need counts in a wallet, (needs,): its usual price; 1 each in a line where nothing has a price."""
        prices = np.maximum(market.demand.usual_prices, 0.0)
        for place in range(len(self.names)):
            mine = self.line_of == place
            if not prices[mine].any():
                prices[mine] = 1.0
        return np.asarray(prices)

    def choose(self, market: Market, rows: Integers, needs: Integers, utilities: Floats, luck: Floats) -> Integers:
        """The alternative of each contested need, (k,); utilities (k, alternatives), one uniform each. Rows rise."""
        line = self.line_of[needs]
        held = self.held(rows, line)
        way = np.where(line >= 0, self.moves[market.customers.segment[rows]], EACH_NEED)
        utilities = self.with_switching(market.document, utilities, line, held)
        if not self.whole:
            alternative = choose_by_logit(utilities, luck)
        else:
            alternative = held.copy()
            free = way == EACH_NEED
            alternative[free] = choose_by_logit(utilities[free], luck[free])
            looks = np.flatnonzero(~free)
            looks = looks[self._look_anew(market, rows[looks], line[looks], held[looks])]
            if len(looks):
                movers = rows[looks], line[looks], way[looks], held[looks], luck[looks]
                alternative[looks] = self._move(market, *movers)
        settled = (line >= 0) & (way == EACH_NEED) & (alternative != self.nowhere)
        self.supplier[line[settled], rows[settled]] = alternative[settled]
        return alternative

    def _look_anew(self, market: Market, rows: Integers, line: Integers, held: Integers) -> Flags:
        """Who compares suppliers today: with the chance of the time since the last look, or because they must."""
        rates = np.array([each.reconsiders or 0.0 for each in market.document.market.lines.values()])
        luck = market.streams.each("looks anew", market.day, market.customers.population, rows)[:, 0]
        since = market.day - self.looked[line, rows]
        must = held == NOBODY
        for place in np.flatnonzero(~market.rivals.present).tolist():
            must |= held == 1 + place
        self.looked[line, rows] = market.day
        return np.asarray(must | (luck < chance_of_a_new_look(since, rate=rates[line])))

    def _move(
        self, market: Market, rows: Integers, line: Integers, way: Integers, held: Integers, luck: Floats
    ) -> Integers:
        """Let `rows` choose the supplier of their line, or of all lines, and hand it over. The choices, (k,)."""
        together = way == ALL_LINES
        wanted = np.where(together[:, np.newaxis], self.line_of >= 0, self.line_of == line[:, np.newaxis])
        utilities = self.with_switching(market.document, self._worth(market, rows, wanted), line, held)
        chosen = choose_by_logit(utilities, luck)
        for place in range(len(self.names)):
            mine = ~together & (line == place)
            if mine.any():
                self.hand_over(market, rows[mine], [place], chosen[mine])
        if together.any():
            self.hand_over(market, rows[together], list(range(len(self.names))), chosen[together])
        return chosen

    def hand_over(
        self, market: Market, rows: Integers, lines: list[int], to: Integers, cause: int = BETTER_RIVAL
    ) -> None:
        """`rows` have lines supplied by `to`, (k,), from now on; what customers take away from the firm is noted."""
        segment, status = market.customers.segment[rows], market.customers.status[rows]
        for place in lines:
            used = self._used[place, segment]
            lost = rows[used & (self.supplier[place, rows] == FIRM) & (to != FIRM) & (status == CUSTOMER)]
            if len(lost):
                amounts = revenue_in_a_year(market, lost, place)
                market.today.lines_lost.append(LineLost(place, lost, amounts, cause))
                market.today.befell.append(("line lost", self.names[place], lost))
            self.supplier[place, rows[used]] = to[used]
            self.looked[place, rows] = market.day

    def left(self, rows: Integers, to: Integers) -> None:
        """`rows` have left the firm: its lines go to a rival, `to` (k,), or (NOBODY) to whom the next need decides."""
        for supplier in self.supplier:
            mine = supplier[rows] == FIRM
            supplier[rows[mine]] = to[mine]

    def without_any(self, market: Market, rows: Integers) -> Integers:
        """Which of `rows`, who move whole lines, have none left with the firm."""
        whole = rows[self.moves[market.customers.segment[rows]] != EACH_NEED]
        return np.asarray(whole[(self.supplier[:, whole] != FIRM).all(axis=0)])

    def shares(self, market: Market, rows: Integers, needs: Integers, utilities: Floats) -> Floats:
        """Chance that each of `rows` takes a need to the firm, (k,), as suppliers stand; utilities (k, ways)."""
        line = self.line_of[needs]
        held = self.held(rows, line)
        share = probabilities(self.with_switching(market.document, utilities, line, held))[:, FIRM]
        whole = (self.moves[market.customers.segment[rows]] != EACH_NEED) & (held != NOBODY)
        return np.where(whole, held == FIRM, share)

    def count(self, market: Market) -> None:
        """What today's needs spend on each line, and the firm's part of it, in all and by segment and tier."""
        needs, customers, demand = market.today.needs, market.customers, market.demand
        line = self.line_of[needs.which]
        bought = (line >= 0) & (needs.alternative != self.nowhere)
        rows, which, alternative, line = (each[bought] for each in (needs.rows, needs.which, needs.alternative, line))
        ours = alternative == FIRM
        prices = np.vstack([demand.price_ratios, market.rivals.prices])
        worth = self._worth_of(market)[which] * prices[alternative, which]
        segments, lines = len(market.segment_names), len(self.names)
        sums = [self._sums(line, customers.segment[rows], worth, segments, lines, mine) for mine in (None, ours)]
        tiers = len(self._tiers)
        if tiers:
            tier = customers.tier[rows]
            with_tier = tier >= 0
            for place, mine in enumerate((with_tier, ours & with_tier)):
                of_tiers = self._sums(line, np.maximum(tier, 0), worth, tiers, lines, mine)
                sums[place] = np.concatenate([sums[place], of_tiers[:, self._tiers]], axis=1)
        for kind, found in zip(("wallet", "ours"), sums, strict=True):
            market.today.add(kind, float(found[:, :segments].sum()))
            for name, values in zip(self.names, found.tolist(), strict=True):
                market.today.add(f"{kind}_{name}", sum(values[:segments]))
                for group, value in zip(self.groups, values, strict=True):
                    market.today.numbers[f"{kind}_{name}_of_{group}"] = value

    @staticmethod
    def _sums(
        line: Integers, group: NDArray[np.integer], worth: Floats, groups: int, lines: int, which: Flags | None
    ) -> Floats:
        """(lines, groups): spending of those of the needs that `which` names."""
        cell = line * groups + group
        if which is not None:
            cell, worth = cell[which], worth[which]
        return np.bincount(cell, worth, minlength=lines * groups).reshape(lines, groups).astype(np.float64)
