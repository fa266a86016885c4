"""Goods of one run: what is on the shelf, on order and owed, who buys elsewhere, who will try again.

The document's goods and days go in; units taken from stock come out. Whole units, never more than there are: opening
stock and deliveries are what was sold, what is set aside for visits under way, and what is left.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.measures import Measure
from sim.scenario.document import Document
from sim.scenario.section import WEEKDAYS
from sim.scenario.shelves import Shelf
from sim.scenario.units import text_in

Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]
NO_GOOD = -1


def shelf_measures(document: Document) -> list[Measure]:
    """What becomes of the demand for goods, over all and by good; none without goods."""
    if not document.service.shelves:
        return []
    found = [
        Measure("goods_wanted", "goods wanted of the firm", "count", "flow", "neither", 0, "goods_wanted"),
        Measure("goods_sold", "goods sold", "count", "flow", "higher", 0, "goods_sold"),
        Measure("goods_price", "mean price of goods sold", "money", "ratio", "neither", 0, "goods_value", "goods_sold"),
        Measure("fill_rate", "goods in stock when wanted", "share", "ratio", "higher", 3,
                "goods_found", "goods_wanted"),
        Measure("goods_substituted", "goods out of stock, something else taken", "count", "flow", "neither", 0,
                "goods_substituted"),
        Measure("goods_postponed", "goods out of stock, put off", "count", "flow", "lower", 0, "goods_postponed"),
        Measure("goods_illicit", "goods bought from an illicit seller", "count", "flow", "lower", 0, "goods_illicit"),
        Measure("goods_gone_without", "goods out of stock, gone without", "count", "flow", "lower", 0,
                "goods_gone_without"),
        Measure("illicit_customers", "people who buy from an illicit seller", "count", "stock", "lower", 1,
                "illicit_customers"),
    ]  # fmt: skip
    for name, good in document.service.shelves.items():
        title = text_in(good.title or name.replace("_", " "))
        found += [
            Measure(f"sold_{name}", f"{title}, sold", "count", "flow", "higher", 0, f"sold_{name}"),
            Measure(f"stock_{name}", f"{title}, in stock at night", "count", "stock", "neither", 0, f"stock_{name}"),
        ]
    return found


class Shelves:
    """Stocks of one run. `left`: (goods,), units not set aside; `elsewhere`: (goods, customers), who buys illicitly;
    `of_need`: (needs,), the number of the good that meets each, -1 for none.

    `sent`: rows and needs of those who try again today and get something. Postponed purchases: `rows`, `needs`, `due`,
    one entry each, by row; nobody has two.
    """

    def __init__(self, document: Document) -> None:
        goods = document.service.shelves
        needs = list(document.market.needs)
        self.names = tuple(goods)
        self.left = np.array([good.stock for good in goods.values()], np.int64)
        self.of_need = np.full(len(needs), NO_GOOD, np.int64)
        for place, good in enumerate(goods.values()):
            self.of_need[[needs.index(each) for each in good.needs]] = place
        self.sent = np.zeros(0, np.int64), np.zeros(0, np.int64)
        self.elsewhere = np.zeros((len(goods), document.market.customers), np.bool_)
        self.rows, self.needs, self.due = (np.zeros(0, np.int64) for _ in range(3))
        self.delivered = np.zeros(len(goods), np.int64)
        self._given_in_week = np.zeros(len(goods), np.int64)
        self._on_order: list[tuple[int, int, int]] = []

    @classmethod
    def of(cls, document: Document) -> Shelves | None:
        """The shelves of a document; None where nothing is sold from stock."""
        return cls(document) if document.service.shelves else None

    def open_day(self, day: int, weekday: int, goods: dict[str, Shelf]) -> None:
        """Order what is due to be ordered today, and put on the shelf what arrives."""
        if weekday == 0:
            self._given_in_week[:] = 0
        for place, good in enumerate(goods.values()):
            if good.delivery is None or WEEKDAYS[weekday] not in good.delivery.days:
                continue
            under_way = sum(units for _, which, units in self._on_order if which == place)
            wanted = max(good.delivery.up_to - int(self.left[place]) - under_way, 0)
            if good.delivery.at_most is not None:
                wanted = min(wanted, max(good.delivery.at_most - int(self._given_in_week[place]), 0))
            units = wanted // good.delivery.lot * good.delivery.lot
            if units:
                self._given_in_week[place] += units
                self._on_order.append((day + round(good.delivery.lead_time), place, units))
        for when, place, units in self._on_order:
            if when <= day:
                self.left[place] += units
                self.delivered[place] += units
        self._on_order = [order for order in self._on_order if order[0] > day]

    def take(self, place: int, asks: Integers) -> Flags:
        """Which of those who ask for a good, positions in the order of their turn, find one: (k,)."""
        found: Flags = np.arange(len(asks)) < self.left[place]
        self.left[place] -= np.count_nonzero(found)
        return found

    def give_back(self, goods: Integers) -> None:
        """Units that were set aside for visits that came to nothing, by good (k,)."""
        np.add.at(self.left, goods, 1)

    def postpone(self, rows: Integers, needs: Integers, due: Integers) -> None:
        """`rows` will try again on their day; a purchase put off earlier by the same person is forgotten."""
        kept = ~np.isin(self.rows, rows)
        everyone = np.concatenate([self.rows[kept], rows])
        order = np.argsort(everyone, kind="stable")
        self.rows = everyone[order]
        self.needs = np.concatenate([self.needs[kept], needs])[order]
        self.due = np.concatenate([self.due[kept], due])[order]

    def trying_again(self, day: int, busy: Flags, opens: Flags) -> tuple[Integers, Integers]:
        """Rows (rising) and needs of those who try again today.

        Who is `busy` today (customers,) tries tomorrow, and so does who wants what is closed today; `opens`: (needs,).
        """
        now = (self.due <= day) & ~busy[self.rows] & opens[self.needs]
        rows, needs = self.rows[now], self.needs[now]
        self.rows, self.needs, self.due = self.rows[~now], self.needs[~now], self.due[~now]
        return rows, needs
