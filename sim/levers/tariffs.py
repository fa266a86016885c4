"""Tariffs by the hour: what each hour costs, who knows of it, and who comes at another hour because of it.

Whoever comes pays the price of the hour they come at. Only those who know of the tariff think of coming at another: to
the cheapest open hours, when what that saves them is worth more than the inconvenience of this occasion.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.shifting import moves
from sim.calendar import MINUTES_PER_DAY, Calendar
from sim.customers import CUSTOMER, Customers
from sim.measures import Measure
from sim.scenario.document import Document
from sim.scenario.prices import Tariff
from sim.scenario.quantities import ClockSpan
from sim.scenario.units import text_in
from sim.streams import Streams
from sim.today import Talk

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

_MINUTES = int(MINUTES_PER_DAY)


def tariff_measures(document: Document) -> list[Measure]:
    """For each tariff: who knows of it, visits in its dearest hours, visits moved, and the price paid on average."""
    found = []
    for name, tariff in document.tariffs.items():
        title = text_in(tariff.title) if tariff.title else name.replace("_", " ")
        found += [
            Measure(f"tariff_known_{name}", f"{title}: customers who know of it", "share", "ratio", "higher", 3,
                    f"tariff_known_{name}", "customers"),
            Measure(f"peak_share_{name}", f"{title}: visits at the peak", "share", "ratio", "lower", 3,
                    f"tariff_peak_{name}", f"tariff_visits_{name}"),
            Measure(f"visits_moved_{name}", f"{title}: visits moved to the cheapest hours", "count", "flow", "neither",
                    0, f"tariff_moved_{name}"),
            Measure(f"hour_price_{name}", f"{title}: price of the hour, of the price", "share", "ratio", "neither", 3,
                    f"tariff_price_{name}", f"tariff_visits_{name}"),
        ]  # fmt: skip
    return found


@dataclass(frozen=True, eq=False)
class SettingOut:
    """Where and when k visitors come: process, minutes after midnight, price of the hour over the price, and that price
    as it counts in the choice, with the inconvenience of those who move; all (k,).
    """

    process: Integers
    at: Floats
    price: Floats
    felt: Floats

    def of(self, kept: Integers) -> SettingOut:
        """The same for some of them."""
        return SettingOut(self.process[kept], self.at[kept], self.price[kept], self.felt[kept])


class Tariffs:
    """The tariffs of one run. knows: one column of flags a tariff; paid: (customers,), price of the hour of the visit
    under way over the price; cost: the same of the cost of serving; levels say what that
    has been on average.
    """

    def __init__(self, document: Document, calendar: Calendar, customers: Customers, streams: Streams) -> None:
        self.span: dict[str, tuple[int, int]] = {}
        self.knows: dict[str, Flags] = {}
        for name, tariff in document.tariffs.items():
            whole = (0, calendar.days - 1)
            self.span[name] = whole if tariff.during is None else calendar.span(tariff.during)
            luck = streams.everyone("tariff known", 0, customers.population, name)
            self.knows[name] = luck < tariff.known
        self.paid, self.cost = np.ones(len(customers)), np.ones(len(customers))
        needs = len(document.market.needs)
        self._prices, self._costs, self._visits = np.zeros(needs), np.zeros(needs), np.zeros(needs)
        self._rates = cache(_rates)

    @classmethod
    def of(cls, document: Document, calendar: Calendar, customers: Customers, streams: Streams) -> Tariffs | None:
        """The tariffs of a document; None without any."""
        return cls(document, calendar, customers, streams) if document.tariffs else None

    def levels(self, need: int) -> tuple[float, float]:
        """Price and cost of the hours at which a need has been served on average, over its price and cost.

        For a need that a tariff prices on the last day and that was served under it; 1 for the others.
        """
        visits = self._visits[need]
        return (float(self._prices[need] / visits), float(self._costs[need] / visits)) if visits else (1.0, 1.0)

    def announce(self, names: list[str], rows: Integers) -> None:
        """`rows` have heard of those of the named that are tariffs."""
        for name in names:
            if name in self.knows:
                self.knows[name][rows] = True

    def running(self, day: int, document: Document) -> list[tuple[str, Tariff, Flags]]:
        """Tariffs in force: name, terms, and which needs they price."""
        names = list(document.market.needs)
        return [
            (name, tariff, np.array([each in tariff.needs for each in names], np.bool_))
            for name, tariff in document.tariffs.items()
            if self.span[name][0] <= day <= self.span[name][1]
        ]

    def set_out(self, market: Market, rows: Integers, needs: Integers, luck: Floats) -> SettingOut:
        """Where and when k people come for their needs, those who know of a tariff at the hour that suits its prices.

        luck: (k, 2), for the station and the usual time.
        """
        customers, demand, weekday = market.customers, market.demand, market.today.weekday
        kinds = demand.kinds(needs, customers.segment[rows], customers.tier[rows])
        process, at = demand.coming(kinds, weekday, luck[:, 0], luck[:, 1])
        price, felt, trouble = np.ones(len(rows)), np.ones(len(rows)), np.zeros(len(rows))
        for name, tariff, priced in self.running(market.day, market.document):
            on_it = _charged(market, name, tariff, priced, rows, needs)
            rate = self._rates(tuple(tariff.hours.items()))
            price[on_it] = rate[_minute(at[on_it])]
            mine = np.flatnonzero(on_it & self.knows[name][rows])
            fresh = market.streams.each("tariff", market.day, customers.population, rows[mine], 2, identity=name)
            inconvenience = np.maximum(tariff.inconvenience.quantile(fresh[:, 0]), 0.0)
            sensitivity = customers.price_sensitivity[rows[mine]]
            stations = market.delivery.first_station[process[mine]]
            for station in np.unique(stations).tolist():
                here = np.flatnonzero(stations == station)
                cheapest = _cheapest(rate, demand.open_hours(station, weekday))
                least = rate[cheapest[0]]
                who = mine[here]
                go = moves(
                    saving=price[who] - least, inconvenience=inconvenience[here], price_sensitivity=sensitivity[here]
                )
                going = who[go]
                at[going] = _spread(cheapest, fresh[here[go], 1])
                price[going] = least
                trouble[going] = inconvenience[here[go]] / sensitivity[here[go]]
                market.today.add(f"tariff_moved_{name}", len(going))
            felt[mine] = price[mine] + trouble[mine]
        return SettingOut(process, at, price, felt)

    def come(self, market: Market, rows: Integers, needs: Integers, hours: SettingOut) -> None:
        """`rows` set out for the firm, (k,): the price and the cost of their hours are remembered, and counted."""
        price, minute = hours.price, _minute(hours.at)
        self.paid[rows], self.cost[rows] = price, 1.0
        for name, tariff, priced in self.running(market.day, market.document):
            mine = _charged(market, name, tariff, priced, rows, needs)
            self.cost[rows[mine]] = self._rates(tuple(tariff.costs.items()))[minute[mine]]
            peak = self._rates(tuple(tariff.hours.items()) if tariff.peak is None else ((tariff.peak, 2.0),))
            market.today.add(f"tariff_visits_{name}", int(np.count_nonzero(mine)))
            market.today.add(f"tariff_peak_{name}", int(np.count_nonzero(peak[minute[mine]] == peak.max())))
            market.today.add(f"tariff_price_{name}", float(price[mine].sum()))
            if self.span[name][1] == market.calendar.days - 1:
                self._prices += np.bincount(needs[mine], price[mine], len(priced))
                self._costs += np.bincount(needs[mine], self.cost[rows[mine]], len(priced))
                self._visits += np.bincount(needs[mine], minlength=len(priced))

    def hear(self, market: Market, talk: Talk) -> None:
        """Talk of those who know of a tariff makes it known, each message with the same chance. Counts who knows."""
        own = market.customers.status == CUSTOMER
        for name, tariff in market.document.tariffs.items():
            knows = self.knows[name]
            if tariff.passed_on and len(talk.listener):
                told = talk.listener[(talk.teller >= 0) & knows[talk.teller]]
                listeners, messages = np.unique(told, return_counts=True)
                luck = market.streams.each("tariff heard", market.day, market.customers.population, listeners,
                                           identity=name)[:, 0]  # fmt: skip
                knows[listeners[luck < 1.0 - (1.0 - tariff.passed_on) ** messages]] = True
            market.today.add(f"tariff_known_{name}", int(np.count_nonzero(knows & own)))


def _charged(market: Market, name: str, tariff: Tariff, priced: Flags, rows: Integers, needs: Integers) -> Flags:
    """Which of k people pay by this tariff for the need they have."""
    on_it = priced[needs]
    on_it[on_it] = market.audiences.members(f"tariffs.{name}", tariff.audience, rows[on_it])
    return on_it


def _minute(at: Floats) -> Integers:
    """The minute of the day of instants within it."""
    return np.minimum(at.astype(np.int64), _MINUTES - 1)


def _rates(hours: tuple[tuple[str, float], ...]) -> Floats:
    """Price of each minute of a day over the price, (1440,)."""
    rates = np.ones(_MINUTES)
    for text, rate in hours:
        span = ClockSpan.model_validate(text)
        rates[np.arange(round(span.start), round(span.end)) % _MINUTES] = rate
    return rates


def _cheapest(rates: Floats, open_hours: list[tuple[float, float]]) -> Integers:
    """The minutes of the day at which a station is open and the price is lowest."""
    opens = np.zeros(_MINUTES, np.bool_)
    for first, last in open_hours:
        opens[int(first) : int(np.ceil(last))] = True
    found = np.flatnonzero(opens)
    return np.asarray(found[rates[found] == rates[found].min()])


def _spread(minutes: Integers, luck: Floats) -> Floats:
    """Instants evenly over some minutes of the day, by uniforms (k,)."""
    place = luck * len(minutes)
    return np.asarray(minutes[place.astype(np.int64)] + place % 1.0)
