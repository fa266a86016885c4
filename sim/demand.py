"""Demand compiled from the document: how often each need arises, when and where people come, at what prices.

One `Demand` belongs to one version of the document; a dated change makes a new one.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sim.money import to_minor
from sim.scenario.document import Document
from sim.scenario.market import Need
from sim.scenario.quantities import ClockSpan
from sim.scenario.section import WEEKDAYS
from sim.service.plant import Plant

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Demand:
    """Rates of the needs, stations chosen, times of arrival, and prices.

    rates: (7, needs), a person's needs a day by weekday; prices, costs: (needs,), minor units
    price_ratios: (needs,), price over usual price; price_level: the same over all needs, by usual spending
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
        self.lift = np.array([need.responds_to_advertising for need in self.needs])
        self.prices, self.costs = (
            np.array([to_minor(getattr(need, what), document.currency) for need in self.needs], np.int64)
            for what in ("price", "cost")
        )
        before = opening.market.needs.values()
        usual = [
            old.price if new.usual_price is None else new.usual_price
            for new, old in zip(self.needs, before, strict=True)
        ]
        self.price_ratios = np.array(
            [float(need.price / price) if price > 0 else 1.0 for need, price in zip(self.needs, usual, strict=True)]
        )
        worth = np.array(
            [need.rate * float(max(price, Decimal(0))) for need, price in zip(self.needs, usual, strict=True)]
        )
        self.price_level = float(np.sum(worth * self.price_ratios) / np.sum(worth)) if worth.any() else 1.0
        self.contested = np.array([need.contested for need in self.needs], np.bool_)
        self._shares = [plant.shares(need.task) for need in self.needs]
        self.rates = np.array([[self._rate(need, day) for need in self.needs] for day in range(7)]).reshape(7, -1)
        self.arrival_curve = cache(self._arrival_curve)

    def _open(self, need: Need, weekday: int) -> bool:
        """Whether the first place of the need's task opens on this weekday."""
        return all(self.plant.open_on(at, weekday) for at in self.plant.of_task[need.task])

    def _rate(self, need: Need, weekday: int) -> float:
        """Needs a person has on this weekday. What cannot be done on closed days is done on open ones."""
        weights = [need.weekdays.get(name, 1.0) * self._open(need, day) for day, name in enumerate(WEEKDAYS)]
        total = sum(weights)
        return 7.0 * need.rate * weights[weekday] / total if total else 0.0

    def stations(self, need: int, luck: Floats) -> Integers:
        """The process each of k visitors goes to, from one uniform each: shares of the stations, steering included."""
        shares = self._shares[need]
        processes = np.array([self.plant.of_task[self.needs[need].task][at] for at in shares])
        edges = np.cumsum(list(shares.values()))[:-1]
        return np.asarray(processes[np.searchsorted(edges, luck, side="right")])

    def _arrival_curve(self, hours: tuple[tuple[str, float], ...], station: int, weekday: int) -> tuple[Floats, Floats]:
        """Cumulative share of arrivals (0 to 1) and the minutes it belongs to, over the station's opening hours."""
        present = self.plant.shifts[station][weekday]
        if present is None:
            return np.array([0.0, 1.0]), np.array([0.0, 0.0])
        spans = [(ClockSpan.model_validate(text), weight) for text, weight in hours]
        cuts = {present.opens, present.closes}
        for span, _ in spans:
            cuts.update(edge for edge in (span.start, span.end) if present.opens < edge < present.closes)
        edges = np.array(sorted(cuts))
        weights = np.diff(edges)
        for piece, start in enumerate(edges[:-1]):
            if spans:
                weights[piece] *= sum(weight for span, weight in spans if span.start <= start < span.end)
        total = np.cumsum(weights)
        if total[-1] <= 0:
            return np.array([0.0, 1.0]), np.array([present.opens, present.closes])
        return np.concatenate([[0.0], total / total[-1]]), edges

    def arrival_times(self, need: int | None, process: Integers, weekday: int, luck: Floats) -> Floats:
        """Minutes after midnight at which k visitors arrive, within opening hours; `need` None is even over them."""
        hours = () if need is None else tuple(self.needs[need].hours.items())
        at = np.empty(len(luck))
        stations = np.array(self.plant.first_station, np.int64)[process]
        for station in np.unique(stations).tolist():
            chosen = stations == station
            share, minutes = self.arrival_curve(hours, station, weekday)
            at[chosen] = np.interp(luck[chosen], share, minutes)
        return at
