"""The rivals of one run: who is there today, at what prices, who knows of them and what people expect of them.

A document and the days as they pass go in; utilities of the rivals for some customers and their needs come out. A rival
learns of the firm only what can be seen from outside: its public prices, and its share of the market.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.competition import known_from, tried
from sim.behaviour.dimensions import weighted
from sim.by_group import by_group
from sim.distributions import Normal
from sim.today import FIRM

if TYPE_CHECKING:
    from sim.market import Market
    from sim.needs.demand import Demand
    from sim.scenario.competition import Reaction
    from sim.scenario.document import Document

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass
class _Watch:
    """One reaction rule over the run: the price level it answered last, how often and when it acted."""

    rival: int
    name: str
    answered: float = 1.0  # the usual price: a plan that opens below it is seen too
    acted: int = 0
    last: float = -np.inf


@dataclass(frozen=True)
class _Cut:
    """A cut of a rival's prices: from and until which day, by what share, and not below which price."""

    rival: int
    first: float
    until: float
    share: float
    floor: float


class Rivals:
    """Rivals in the order of the document.

    serves: (rivals, needs), whether it serves a need at all
    prices: (rivals, needs), relative to the firm's usual price, cuts included; present: (rivals,), on the market today
    weight: (needs,), what each contested need counts in a price level; sums to 1
    known: for each rival (customers,), the day on which a person comes to know of it, or None where everybody knows
    expected: for each rival (customers,), the quality expected of it, 1-7, or None where it has no service of its own
    """

    def __init__(self, market: Market) -> None:
        document, calendar = market.document, market.calendar
        self.names = tuple(document.market.rivals)
        self._read(document, market.demand)
        terms = document.market.rivals.values()
        self._first = [0 if each.enters is None else calendar.day(each.enters) for each in terms]
        self._last = [calendar.days if each.exits is None else calendar.day(each.exits) for each in terms]
        self.present = np.zeros(len(self.names), np.bool_)
        self.known: list[Floats | None] = []
        self.expected: list[Floats | None] = []
        population = market.customers.population
        for place, (name, rival) in enumerate(document.market.rivals.items()):
            known = None
            if rival.aware < 1.0:
                luck = market.streams.everyone("rival known", 0, population, name)
                known = self._first[place] + known_from(luck, aware=rival.aware, rate=rival.becomes_known or 0.0)
            self.known.append(known)
            service = rival.service
            if service is None:
                self.expected.append(None)
            elif service.expected is None:
                levels = np.array(service.levels.values())[:, np.newaxis]
                self.expected.append(weighted(levels, market.customers.importance))
            else:
                self.expected.append(np.full(len(market.customers), service.expected))
        self._watches = [_Watch(place, rule) for place, rival in enumerate(terms) for rule in rival.reactions]
        self._cuts: list[_Cut] = []
        # Needs taken to the firm and to anybody, by day: what a rival may know of the firm's share.
        self._taken = np.zeros((2, calendar.days if self._watches else 0))

    def _read(self, document: Document, demand: Demand) -> None:
        """Take over what the document says today."""
        self._document = document
        needs = document.market.needs
        rivals = document.market.rivals.values()
        self._listed = np.array(
            [
                [rival.prices.get(name, rival.prices.get(need.line or "", rival.price)) for name, need in needs.items()]
                for rival in rivals
            ]
        ).reshape(len(self.names), len(needs))
        self.prices = self._listed
        self.serves = np.array(
            [
                [
                    rival.serves is None or name in rival.serves or need.line in rival.serves
                    for name, need in needs.items()
                ]
                for rival in rivals
            ],
            np.bool_,
        ).reshape(len(self.names), len(needs))
        self._attractive: list[float | Floats] = [
            by_group(rival.attractiveness_for, rival.attractiveness, document)
            if rival.attractiveness_for
            else rival.attractiveness
            for rival in rivals
        ]
        # What each contested need weighs in a price level: usual spending, or how often it comes where nothing is paid.
        often = np.array([need.rate * need.contested for need in needs.values()])
        worth = often * np.maximum(demand.usual_prices, 0.0)
        weight = worth if worth.any() else often
        self.weight = weight / weight.sum() if weight.any() else weight

    def open_day(self, market: Market) -> None:
        """Entry and exit, dated changes, cuts that begin or end, and what rivals see of the firm this morning."""
        day, opened = market.day, False
        if market.document is not self._document:
            self._read(market.document, market.demand)
            opened = True
        for place, (first, last) in enumerate(zip(self._first, self._last, strict=True)):
            self.present[place] = first <= day < last
        for watch in self._watches:
            terms = market.document.market.rivals[self.names[watch.rival]].reactions[watch.name]
            if self.present[watch.rival] and self._acts(market, watch, terms):
                first = day + round(terms.after)
                until = np.inf if terms.lasts is None else first + round(terms.lasts)
                self._cuts.append(_Cut(watch.rival, first, until, terms.cut, terms.floor))
        if opened or any(day in (cut.first, cut.until) for cut in self._cuts):
            self.prices = self._listed.copy()
            for cut in self._cuts:
                if cut.first <= day < cut.until:
                    before = self.prices[cut.rival]
                    self.prices[cut.rival] = np.maximum(before * (1.0 - cut.share), np.minimum(before, cut.floor))

    def _acts(self, market: Market, watch: _Watch, terms: Reaction) -> bool:
        """Whether the rule answers what stands this morning."""
        if terms.at_most is not None and watch.acted >= terms.at_most:
            return False
        if terms.price_falls is not None:
            level = self.public_price(market)
            seen = level <= watch.answered * (1.0 - terms.price_falls) + 1e-9
            watch.answered = level if seen else max(watch.answered, level)
        else:
            assert terms.share_above is not None  # one of the two is always there
            over = round(terms.over)
            days = slice(max(market.day - over, 0), market.day)
            firm, anybody = self._taken[:, days].sum(axis=1).tolist()
            full = market.day >= over and market.day - watch.last >= over
            seen = full and anybody > 0 and firm / anybody > terms.share_above
        if seen:
            watch.acted += 1
            watch.last = market.day
        return bool(seen)

    def public_price(self, market: Market) -> float:
        """What anybody can read of the firm's prices today: prices and fees of contested needs over the usual ones,
        less the best running discount that is open to people who are not its customers."""
        demand = market.demand
        off = np.zeros(len(demand.needs))
        for running in market.offers:
            discount, audience = running.offer.discount, running.offer.audience
            if discount is None or not running.runs(market.day):
                continue
            if audience.customers == "customers" or audience.model_fields_set - {"customers"}:
                continue
            covered = np.array([name in discount.needs for name in market.document.market.needs], np.bool_)
            off = np.maximum(off, discount.off * covered)
        goods = demand.price_ratios if demand.fees is None else demand.fees.goods
        return float(np.sum(self.weight * (demand.price_ratios - goods * off)))

    def chosen_by(self, place: int, rows: Integers, day: int) -> NDArray[np.bool_]:
        """Which of `rows` could choose this rival today: it is there, and they know of it."""
        if not self.present[place]:
            return np.zeros(len(rows), np.bool_)
        known = self.known[place]
        return np.ones(len(rows), np.bool_) if known is None else known[rows] <= day

    def utilities(self, market: Market, rows: Integers, needs: Integers) -> Floats:
        """Utility of each rival for each of `rows` with their need, (k, rivals); -inf for whom they cannot choose."""
        customers, effects = market.customers, market.document.behaviour.choice
        found = np.full((len(rows), len(self.names)), -np.inf)
        price_effect = effects.price * customers.price_sensitivity[rows]
        for place, attractive in enumerate(self._attractive):
            if not self.present[place]:
                continue
            base = (
                attractive
                if isinstance(attractive, float)
                else attractive[customers.segment[rows], customers.tier[rows]]
            )
            utility = base - price_effect * (self.prices[place, needs] - 1.0)
            expected, known = self.expected[place], self.known[place]
            if expected is not None:
                utility += effects.quality * (expected[rows] - 5.0)
            if known is not None:
                utility[known[rows] > market.day] = -np.inf
            if not self.serves[place].all():
                utility[~self.serves[place, needs]] = -np.inf
            found[:, place] = utility
        return found

    def serve(self, market: Market) -> None:
        """Today's needs that went to rivals: what people learn there, and the day's numbers."""
        needs, demand, today = market.today.needs, market.demand, market.today
        width = len(self.names) + 2
        # Needs by kind and by where they were taken: the rest is arithmetic on a small table.
        counts = np.bincount(needs.which * width + needs.alternative, minlength=len(demand.needs) * width)
        counts = counts.reshape(-1, width) * demand.contested[:, np.newaxis]
        taken = counts.sum(axis=0).tolist()
        firm, anybody = taken[FIRM], sum(taken[:-1])
        today.add("contested_needs_firm", firm)
        today.add("contested_needs_served", anybody)
        if self._watches:
            self._taken[:, market.day] = firm, anybody
        sales = (counts[:, 1:-1].T * self.prices * demand.usual_prices).sum(axis=1).tolist()
        levels = (self.prices * self.weight).sum(axis=1).tolist()
        for place, name in enumerate(self.names):
            today.add(f"needs_at_{name}", taken[1 + place])
            today.add(f"sales_of_{name}", sales[place])
            if self.present[place]:
                today.add(f"price_of_{name}", levels[place])
            if self.expected[place] is not None:
                here = (needs.alternative == 1 + place) & demand.contested[needs.which]
                self._learn(market, place, needs.rows[here])

    def _learn(self, market: Market, place: int, rows: Integers) -> None:
        """Who has been to a rival expects of it what they found there, a little more each time."""
        expected = self.expected[place]
        service = market.document.market.rivals[self.names[place]].service
        if expected is None or service is None or not len(rows):
            return
        customers, name = market.customers, self.names[place]
        luck = market.streams.each("rival service", market.day, customers.population, rows, identity=name)[:, 0]
        levels = np.array(service.levels.values())[:, np.newaxis]
        given = weighted(levels, customers.importance.take(rows, axis=1))
        given = given + Normal[float](mean=0.0, sd=1.0).quantile(luck) * service.noise
        expected[rows] = tried(expected[rows], given, learning=service.learning)
