"""Signs of risk over one run: which customers show which sign today, as the firm can see it.

The document's signs and this morning's satisfaction go in; who shows what comes out. A customer who shows a sign does
not begin it again before it has ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.competition import departure_hazard
from sim.by_group import by_group
from sim.customers import CUSTOMER
from sim.measures import Measure
from sim.scenario.document import Document
from sim.scenario.units import text_in

if TYPE_CHECKING:
    from sim.market import Market
    from sim.scenario.risk_signs import RiskSign

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

SHOWING: Final = "showing_"


class RiskSigns:
    """until: (signs, customers), the first day on which the sign is no longer shown; 0 for who has not shown it."""

    def __init__(self, names: tuple[str, ...], size: int) -> None:
        self.names = names
        self.until = np.zeros((len(names), size), np.int32)
        self.today = 0

    @classmethod
    def of(cls, document: Document) -> RiskSigns | None:
        """The signs of a document; None where it names none."""
        names = tuple(document.market.risk_signs)
        return cls(names, document.market.customers) if names else None

    def open_day(self, market: Market) -> None:
        """Let signs begin, and count who shows them. On the first day as many show one as would after a long time."""
        self.today = market.day
        own = market.customers.status == CUSTOMER
        for place, (name, sign) in enumerate(market.document.market.risk_signs.items()):
            self._begin(market, place, name, sign, own)
            market.today.add(f"{SHOWING}{name}", int(np.count_nonzero(self.shown(name) & own)))

    def shown(self, name: str) -> Flags:
        """Who shows the sign today, (n,); of those who are no customers it means nothing."""
        return np.asarray(self.until[self.names.index(name)] > self.today)

    def _begin(self, market: Market, place: int, name: str, sign: RiskSign, own: Flags) -> None:
        customers, day = market.customers, market.day
        luck = market.streams.everyone("risk sign", day, customers.population, name)
        rows = np.flatnonzero(own & (self.until[place] <= day))
        factors = by_group(sign.begins_for, 1.0, market.document)
        hazard = departure_hazard(
            rate=sign.begins * factors[customers.segment[rows], customers.tier[rows]],
            price_gap=0.0,
            price_effect=0.0,
            satisfaction=customers.satisfaction[rows],
            service_effect=sign.service,
        )
        chance = -np.expm1(-hazard) if day else hazard * sign.lasts / (1.0 + hazard * sign.lasts)
        rows = rows[luck[rows] < chance]
        left = market.streams.each("risk sign lasts", day, customers.population, rows, identity=name)[:, 0]
        self.until[place, rows] = day + np.ceil(np.minimum(-sign.lasts * np.log(left), 36_525.0)).astype(np.int32)


def risk_sign_measures(document: Document) -> Iterator[Measure]:
    """The share of customers who show each sign."""
    for name, sign in document.market.risk_signs.items():
        words = text_in(sign.title or name.replace("_", " "))
        yield Measure(f"{SHOWING}{name}", f"customers who show: {words}", "share", "ratio", "neither", 3,
                      f"{SHOWING}{name}", "customers")  # fmt: skip
