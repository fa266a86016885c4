"""Goods and bundles that cannot be, and those that are hardly meant.

One document goes in; out come findings, which `checks.py` refuses and `cautions.py` warns of, and sums worth stating.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import numpy as np

from sim.behaviour.bundling import cholesky
from sim.scenario.document import Document
from sim.scenario.finding import Finding
from sim.stock.goods import correlations


def impossible_goods(document: Document) -> Iterator[Finding]:
    """Correlations no people can have, needs that charge beside what is bought, bundles that cannot be taken."""
    goods = document.market.goods
    for name, good in goods.items():
        for other, correlation in good.correlated_with.items():
            place = ("market", "goods", name, "correlated_with", other)
            if other == name:
                yield Finding(place, f"{name} with itself", "another good")
            elif name in goods[other].correlated_with and list(goods).index(other) < list(goods).index(name):
                yield Finding(place, f"a pair that stands under {other} already", "each pair once")
            elif abs(correlation) == 1:
                yield Finding(place, f"a correlation of {correlation:g}", "between -1 and 1, both left out")
    pairs = [abs(each) for good in goods.values() for each in good.correlated_with.values()]
    if goods and all(each < 1 for each in pairs) and not np.isnan(_spread(document)):
        try:
            cholesky(correlations(goods))
        except ValueError:
            found = "correlations that contradict each other: what goes with one good cannot go so against another"
            yield Finding(("market", "goods"), found, "correlations nearer to 0")
    for name, need in document.market.needs.items():
        if need.goods and (need.price or need.fees or need.cost):
            found = "a need with goods that has a price, fees or a cost of its own"
            yield Finding(("market", "needs", name, "goods"), found, "prices and costs of the goods only")
    yield from _bundles(document)


def _spread(document: Document) -> float:
    """Not a number where a pair of goods names itself, which is said already."""
    goods = document.market.goods
    return float("nan") if any(name in good.correlated_with for name, good in goods.items()) else 0.0


def _bundles(document: Document) -> Iterator[Finding]:
    goods = document.market.goods
    for name, offer in document.offers.items():
        bundle, place = offer.bundle, ("offers", name, "bundle")
        if bundle is None:
            continue
        if not any(set(bundle.goods) <= set(need.goods or ()) for need in document.market.needs.values()):
            yield Finding((*place, "goods"), "no need brings people to all of these goods", "goods of one need")
        apart = sum((goods[each].price for each in bundle.goods), Decimal())
        if bundle.price > apart:
            found = f"a price of {bundle.price:,}, and its goods cost {apart:,} apart"
            yield Finding((*place, "price"), found, f"at most {apart:,}")
        for good in bundle.lines:
            if good not in bundle.goods:
                yield Finding((*place, "lines", good), f"{good}, which is not in the bundle", "a good of the bundle")


def doubtful_goods(document: Document) -> Iterator[Finding]:
    """Goods that nobody comes for, or that cost more than they bring."""
    for name, good in document.market.goods.items():
        place = ("market", "goods", name)
        if not any(name in (need.goods or ()) for need in document.market.needs.values()):
            yield Finding(place, "no need brings people to it", "nobody buys it")
        if good.cost > good.price:
            yield Finding((*place, "cost"), f"it costs {good.cost:,} and sells at {good.price:,}", "every sale loses")
    for name, offer in document.offers.items():
        if offer.bundle is not None:
            cost = sum((document.market.goods[each].cost for each in offer.bundle.goods), Decimal())
            if cost > offer.bundle.price:
                found = f"a bundle that costs {cost:,} and sells at {offer.bundle.price:,}"
                yield Finding(("offers", name, "bundle", "price"), found, "every bundle loses")


def stated_sums(document: Document) -> Iterator[tuple[str, str]]:
    """Sums a reader should see: path, and the lines with what they add up to."""
    for name, offer in document.offers.items():
        if offer.bundle is not None and offer.bundle.lines:
            yield f"offers.{name}.bundle.lines", offer.bundle.sum_of_lines
