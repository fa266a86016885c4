"""Goods on sale: what each is worth to each customer, what they take home when served, and what a bundle draws.

One `Assortment` a run holds the reservation prices; the document of the day says what the goods and bundles cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.bundling import Purchase, best_purchase, correlated_uniforms
from sim.measures import Measure
from sim.scenario.bundles import Bundle, Good
from sim.scenario.document import Document
from sim.scenario.units import text_in

if TYPE_CHECKING:
    from sim.customers import Customers
    from sim.levers.offers import RunningOffer
    from sim.market import Market
    from sim.streams import Streams

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
SOLD: Final = "sold_"
_NEVER = -(10**9)


def correlations(goods: dict[str, Good]) -> Floats:
    """Correlations of what the goods are worth, (goods, goods), ones on the diagonal."""
    names = list(goods)
    table = np.eye(len(names))
    for row, good in enumerate(goods.values()):
        for other, correlation in good.correlated_with.items():
            column = names.index(other)
            table[row, column] = table[column, row] = correlation
    return table


@dataclass
class Bought:
    """What those served today for needs with goods took home, k of them.

    rows; needs; bundle: number of the offer or -1; taken: (k, goods), in the bundle or apart
    """

    rows: Integers
    needs: Integers
    bundle: Integers
    taken: Flags


class Assortment:
    """What goods are worth to everybody, and what everybody has.

    worth: (customers, goods), major units; had_since: int32 (customers, goods), day of the last purchase; bought:
    int32 (customers, goods), in the campaign window
    """

    def __init__(self, document: Document, customers: Customers, streams: Streams) -> None:
        self.names = list(document.market.goods)
        goods = document.market.goods
        luck = np.column_stack([streams.everyone("worth", 0, customers.population, name) for name in self.names])
        luck = correlated_uniforms(luck, correlations(goods))
        segments = list(document.market.segments)
        self.worth = np.column_stack(
            [
                np.maximum(good.worth.quantile(luck[:, column]), 0.0)
                * np.array([good.segments.get(name, 1.0) for name in segments])[customers.segment]
                for column, good in enumerate(goods.values())
            ]
        )
        self.had_since = np.full(self.worth.shape, _NEVER, np.int32)
        self.bought = np.zeros(self.worth.shape, np.int32)

    @classmethod
    def of(cls, document: Document, customers: Customers, streams: Streams) -> Assortment | None:
        """The assortment of a market; None where nothing is on sale."""
        return cls(document, customers, streams) if document.market.goods else None

    def choice(self, market: Market, rows: Integers, need: int, known: bool, status: NDArray[np.int8]) -> Purchase:
        """What each of `rows` would take for a need today, (k,): of the bundles open to them, or those they know of."""
        document = market.document
        goods = document.market.goods
        bundles = bundles_today(market)
        prices = np.array([float(good.price) for good in goods.values()])
        contents = np.array([[name in terms.goods for name in goods] for _, _, terms in bundles], np.bool_)
        offers = np.full((len(rows), len(bundles)), np.inf)
        wanted = document.market.needs[list(document.market.needs)[need]].goods or ()
        apart = np.array([name in wanted for name in goods], np.bool_)
        for column, (_, running, terms) in enumerate(bundles):
            if not set(terms.goods) <= set(wanted):
                continue
            open_to = market.audiences.members(running.owner, running.offer.audience, rows, status)
            if known:
                open_to &= running.knows[rows]
            offers[open_to, column] = float(terms.price)
            if terms.sold == "only together":
                apart &= ~contents[column]
        return best_purchase(
            worth=self.worth_now(market, rows),
            prices=prices,
            sold_apart=apart,
            contents=contents.reshape(len(bundles), len(goods)),
            offers=offers,
        )

    def worth_now(self, market: Market, rows: Integers) -> Floats:
        """Reservation prices of `rows` today, (k, goods): nothing for what they have and what still lasts."""
        worth = self.worth[rows]
        for column, good in enumerate(market.document.market.goods.values()):
            if good.lasts is not None:
                worth[market.day - self.had_since[rows, column] < good.lasts, column] = 0.0
        return worth


def bundles_today(market: Market) -> list[tuple[int, RunningOffer, Bundle]]:
    """Every bundle on offer today: number of the offer, the offer in motion, its terms."""
    return [
        (place, running, running.offer.bundle)
        for place, running in enumerate(market.offers)
        if running.offer.bundle is not None and running.runs(market.day)
    ]


def drawn_by_bundles(market: Market, rows: Integers, needs: Integers) -> tuple[Floats, Flags]:
    """What known bundles are worth to `rows` with their needs, (k,), as a share of the dearest good's price.

    It counts in choice as a price lower by so much. And who of them knows a bundle they would take, (k,).
    """
    assortment, worth, known = market.assortment, np.zeros(len(rows)), np.zeros(len(rows), np.bool_)
    if assortment is None or not bundles_today(market):
        return worth, known
    status = market.customers.status[rows]
    for place, need in enumerate(market.demand.needs):
        mine = np.flatnonzero(needs == place)
        if not need.goods or not len(mine):
            continue
        with_bundles = assortment.choice(market, rows[mine], place, known=True, status=status[mine])
        values = np.array([float(market.document.market.goods[name].price) for name in need.goods])
        apart = _apart(market, assortment, rows[mine], place)
        worth[mine] = np.maximum(with_bundles.surplus - apart, 0.0) / max(float(values.max()), 1e-9)
        known[mine] = with_bundles.bundle >= 0
    return worth, known


def _apart(market: Market, assortment: Assortment, rows: Integers, need: int) -> Floats:
    """Surplus of `rows` when every good is bought apart at its list price, (k,)."""
    goods = market.document.market.goods
    total, worth = np.zeros(len(rows)), assortment.worth_now(market, rows)
    for column, (name, good) in enumerate(goods.items()):
        if name in (market.demand.needs[need].goods or ()):
            total += np.maximum(worth[:, column] - float(good.price), 0.0)
    return total


def expected_margin(market: Market, rows: Integers, need: int) -> Floats:
    """Margin of a visit of `rows` for a need with goods at list prices, without bundles, (k,), on average over years.

    What lasts is not bought again with every need: at most once in its time.
    """
    assortment, total = market.assortment, np.zeros(len(rows))
    section = market.demand.needs[need]
    if assortment is None or not section.goods:
        return total
    for column, (name, good) in enumerate(market.document.market.goods.items()):
        if name in section.goods:
            often = 1.0 if good.lasts is None else min(1.0, 1.0 / max(section.rate * good.lasts, 1e-9))
            takes = assortment.worth[rows, column] >= float(good.price)
            total += takes * float(good.price - good.cost) * often
    return total


def goods_measures(document: Document) -> list[Measure]:
    """How many of each good were sold, apart or in a bundle."""
    return [
        Measure(f"{SOLD}{name}", f"{text_in(good.title or name)} sold", "count", "flow", "higher", 0, f"{SOLD}{name}")
        for name, good in document.market.goods.items()
    ]
