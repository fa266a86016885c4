"""Demand compiled from the document: how often each need arises, when and where people come, at what prices.

One `Demand` belongs to one version of the document; a dated change makes a new one.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sim.calendar import MINUTES_PER_DAY
from sim.levers.fees import Fees
from sim.levers.price_list import PriceList
from sim.money import to_minor
from sim.scenario.document import Document
from sim.scenario.market import Need
from sim.scenario.quantities import ClockSpan
from sim.scenario.section import WEEKDAYS
from sim.service.plant import Plant
from sim.service.routes import Routes

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class _Places:
    """Every station of every need on one weekday, in one numbering, so that all visitors find theirs in one look-up.

    process: (places,); edges: (places,), number of the kind plus the cumulative share of its stations so far;
    shares, minutes: the arrival curves one after the other, number of the place plus the cumulative share of arrivals
    """

    process: Integers
    edges: Floats
    shares: Floats
    minutes: Floats


def _kind_of(
    groups: list[tuple[int, str]], needs: int, segments: list[str], tiers: list[str] | tuple[str, ...]
) -> Integers | None:
    """The kind of a visit by need, segment and tier (the last column is for those without); None without groups.

    Of several groups one belongs to, the first that is written counts.
    """
    if not groups:
        return None
    kinds = np.tile(np.arange(needs)[:, np.newaxis, np.newaxis], (1, len(segments), len(tiers) + 1))
    for position, (need, group) in reversed(list(enumerate(groups))):
        if group in segments:
            kinds[need, segments.index(group), :] = needs + position
        if group in tiers:
            kinds[need, :, list(tiers).index(group)] = needs + position
    return kinds


def _limits_of_steps(document: Document, plant: Plant) -> Floats | None:
    """The amount above which each step is gone through, (processes, steps); None where all are by everybody."""
    limits = np.full((len(plant.facility.processes), plant.facility.max_steps), -np.inf)
    for name, task in document.service.tasks.items():
        for number, step in enumerate(task.steps.values()):
            if step.above is not None:
                limits[list(plant.of_task[name].values()), number] = float(step.above)
    return limits if np.isfinite(limits).any() else None


class Demand:
    """Rates of the needs, stations chosen, times of arrival, and prices.

    rates: (7, needs), a person's needs a day by weekday; prices, costs: (needs,), minor units
    usual_prices: (needs,), what people are used to pay, fees included, major units
    price_ratios: (needs,), price and fees over usual price; price_level: the same over all needs, by usual spending
    fees: what is charged beside the prices; None where nothing is
    price_list: what segments and tiers pay instead of the prices; None where nobody does
    above: (processes, steps), the amount above which a need goes through a step; None where all go through all
    """

    def __init__(self, document: Document, plant: Plant, opening: Document) -> None:
        """`opening` is the document of day 0: its prices are the usual ones where a need does not say."""
        self.document = document
        self.plant = plant
        self.needs: list[Need] = list(document.market.needs.values())
        segments = document.market.segments.values()
        self.by_segment = np.array(
            [[segment.needs.get(name, 1.0) for name in document.market.needs] for segment in segments]
        ).reshape(len(segments), len(self.needs))
        self.customers_only = np.array([need.customers_only for need in self.needs], np.bool_)
        self.makes_customers = np.array([need.makes_customers for need in self.needs], np.bool_)
        self.lift = np.array([need.responds_to_advertising for need in self.needs])
        self.prices, self.costs = (
            np.array([to_minor(getattr(need, what), document.currency) for need in self.needs], np.int64)
            for what in ("price", "cost")
        )
        before = opening.market.needs.values()
        usual = [
            old.charged if new.usual_price is None else new.usual_price
            for new, old in zip(self.needs, before, strict=True)
        ]
        self.usual_prices = np.array([float(price) for price in usual])
        self.price_ratios = np.array(
            [float(need.charged / price) if price > 0 else 1.0 for need, price in zip(self.needs, usual, strict=True)]
        )
        worth = np.array(
            [need.rate * float(max(price, Decimal(0))) for need, price in zip(self.needs, usual, strict=True)]
        )
        self.price_level = float(np.sum(worth * self.price_ratios) / np.sum(worth)) if worth.any() else 1.0
        self.fees = Fees.of(document, usual, worth)
        self.price_list = PriceList.of(document, opening, worth, self.price_ratios)
        self.contested = np.array([need.contested for need in self.needs], np.bool_)
        tiers = document.market.tiers
        # Each need is one kind of visit; so is, after these, each group that goes elsewhere for it.
        groups = [
            (number, group)
            for number, need in enumerate(self.needs)
            for group in document.service.tasks[need.task].at_for
        ]
        self._kinds = [*((number, None) for number in range(len(self.needs))), *groups]
        self._kind_of: Integers | None = _kind_of(groups, len(self.needs), list(document.market.segments), tiers)
        self._open_shares = [[self._shares_on(need, day) for need in self.needs] for day in range(7)]
        kinds = range(len(self.needs))
        self.rates = np.array([[self._rate(number, day) for number in kinds] for day in range(7)]).reshape(7, -1)
        self.above = _limits_of_steps(document, plant)
        self._curve = cache(self._arrival_curve)
        self._places = cache(self._places_on)

    def by_amount(self, routes: Routes, process: Integers, needs: Integers, luck: Floats) -> Routes:
        """The routes of k visits without the steps that their amounts do not reach; amounts by luck (k,)."""
        assert self.above is not None  # asked only where a step has a limit
        amount = np.zeros(len(needs))
        for number, need in enumerate(self.needs):
            if need.amount is not None:
                mine = needs == number
                amount[mine] = need.amount.quantile(luck[mine])
        visit = np.repeat(np.arange(len(routes)), routes.length)
        goes = amount[visit] > self.above[process[visit], routes.step]
        return Routes(np.bincount(visit[goes], minlength=len(routes)), routes.step[goes], routes.minutes[goes])

    def kinds(self, needs: Integers, segment: NDArray[np.integer], tier: NDArray[np.integer]) -> Integers:
        """The kind of each of k visits, (k,), by need, segment and tier (-1: none): as many go where everybody goes."""
        return needs if self._kind_of is None else np.asarray(self._kind_of[needs, segment, tier])

    def _shares_on(self, need: Need, weekday: int, group: str | None = None) -> dict[str, float]:
        """The stations of the need's task that open on this weekday and their shares, adding up to 1; maybe none."""
        shares = self.plant.shares(need.task, group)
        present = {at: share for at, share in shares.items() if share > 0 and self.plant.open_on(at, weekday)}
        total = sum(present.values())
        return {at: share / total for at, share in present.items()}

    def _rate(self, number: int, weekday: int) -> float:
        """Needs of a kind a person has on this weekday. What cannot be done on closed days is done on open ones."""
        need, opens = self.needs[number], [bool(shares[number]) for shares in self._open_shares]
        weights = [need.weekdays.get(name, 1.0) * opens[day] for day, name in enumerate(WEEKDAYS)]
        total = sum(weights)
        return 7.0 * need.rate * weights[weekday] / total if total else 0.0

    def coming(self, kinds: Integers, weekday: int, station_luck: Floats, time_luck: Floats) -> tuple[Integers, Floats]:
        """Where and when k visitors come, by `kinds` and two uniforms each: process, minutes after midnight; (k,).

        Stations are taken by their shares, steering included; minutes lie within the station's opening hours.
        """
        if not len(kinds):  # on a day on which everything is closed there are no places either
            return np.zeros(0, np.int64), np.zeros(0)
        places = self._places(weekday)
        place = np.searchsorted(places.edges, kinds + station_luck, side="right")
        return places.process[place], np.interp(place + time_luck, places.shares, places.minutes)

    def open_on(self, need: int, weekday: int) -> bool:
        """Whether any station of a need's task opens on this weekday."""
        return bool(self._open_shares[weekday][need])

    def at_any_time(self, station: int, weekday: int, luck: Floats) -> Floats:
        """Minutes after midnight at which k visitors come to a station, evenly over its opening hours."""
        return np.interp(luck, *self._curve((), station, weekday))

    def _places_on(self, weekday: int) -> _Places:
        process: list[int] = []
        edges, shares, minutes = ([np.zeros(0)] for _ in range(3))
        for number, (which, group) in enumerate(self._kinds):
            need, at = self.needs[which], self._open_shares[weekday][which]
            if group is not None:  # on a day on which nothing of theirs is open, they go where everybody goes
                at = self._shares_on(need, weekday, group) or at
            hours = tuple(need.hours.items())
            for station in at:
                done_by = self.plant.of_task[need.task][station]
                share, minute = self._curve(hours, self.plant.first_station[done_by], weekday)
                shares.append(len(process) + share)
                minutes.append(minute)
                process.append(done_by)
            if at:
                edges.append(np.append(number + np.cumsum(list(at.values()))[:-1], number + 1.0))
        return _Places(np.array(process, np.int64), *(np.concatenate(parts) for parts in (edges, shares, minutes)))

    def _arrival_curve(self, hours: tuple[tuple[str, float], ...], station: int, weekday: int) -> tuple[Floats, Floats]:
        """Cumulative share of arrivals (0 to 1) and the minutes it belongs to, over a day's opening hours."""
        open_hours = self.open_hours(station, weekday)
        # A time of day comes round every day: hours over midnight weigh on both sides of it.
        spans = [
            (span.start + turn, span.end + turn, weight)
            for span, weight in ((ClockSpan.model_validate(text), weight) for text, weight in hours)
            for turn in (-MINUTES_PER_DAY, 0)
        ]
        cuts = {edge for opens, closes in open_hours for edge in (opens, closes)}
        cuts.update(edge for first, last, _ in spans for edge in (first, last) if 0 < edge < MINUTES_PER_DAY)
        edges = np.array(sorted(cuts))
        weights, present = np.diff(edges), np.zeros(len(edges) - 1)
        for piece, start in enumerate(edges[:-1]):
            present[piece] = any(opens <= start < closes for opens, closes in open_hours) * weights[piece]
            weights[piece] = present[piece]
            if spans:
                weights[piece] *= sum(weight for first, last, weight in spans if first <= start < last)
        total = np.cumsum(weights if weights.any() else present)
        return np.concatenate([[0.0], total / total[-1]]), edges

    def open_hours(self, station: int, weekday: int) -> list[tuple[float, float]]:
        """When a station is open between two midnights: the rest of a night that began the day before, and its own."""
        before, today = self.plant.shifts[station][weekday - 1], self.plant.shifts[station][weekday]
        found = []
        if before is not None and before.closes > MINUTES_PER_DAY:
            found.append((0.0, before.closes - MINUTES_PER_DAY))
        if today is not None:
            found.append((today.opens, min(today.closes, float(MINUTES_PER_DAY))))
        return found or [(0.0, float(MINUTES_PER_DAY))]
