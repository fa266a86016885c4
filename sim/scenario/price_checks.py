"""Prices that cannot be, and those that are hardly meant: lists nobody is on, tariffs at odds with one another.

One document goes in; out come findings, which `checks.py` refuses and `cautions.py` warns of.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from sim.scenario.document import Document
from sim.scenario.finding import Finding


def impossible_prices(document: Document) -> Iterator[Finding]:
    """Own prices where there is no price, names that mean two things, needs priced twice."""
    needs = document.market.needs
    for name, need in needs.items():
        if need.prices and not need.price > 0:
            found = "a price list without a price, which it stands against"
            yield Finding(("market", "needs", name, "prices"), found, "a price above 0 for those who are not listed")
    for name, tariff in document.tariffs.items():
        place = ("tariffs", name)
        if name in document.offers:
            yield Finding(place, f"{name}, which is an offer too", "a name that says what a campaign announces")
        for position, each in enumerate(tariff.needs):
            if document.service.tasks[needs[each].task].appointment is not None:
                found = f"{each}, whose hour is that of its appointment"
                yield Finding((*place, "needs", str(position)), found, "needs without appointments")
            if not needs[each].price > 0:
                found = f"{each}, which has no price"
                yield Finding((*place, "needs", str(position)), found, "needs with a price above 0")
    for (one, first), (other, second) in combinations(document.tariffs.items(), 2):
        for position, each in enumerate(second.needs):
            if each in first.needs:
                found = f"{each}, which {one} prices by the hour already"
                yield Finding(("tariffs", other, "needs", str(position)), found, "each need in one tariff")


def doubtful_prices(document: Document) -> Iterator[Finding]:
    """Tariffs nobody can come to know of, or with one price all day."""
    announced = {name for campaign in document.campaigns.values() for name in campaign.announces}
    for name, tariff in document.tariffs.items():
        if not tariff.known and name not in announced and set(tariff.hours.values()) != {1.0}:
            found = "nobody knows of it at first, and no campaign announces it"
            yield Finding(("tariffs", name), found, "everybody pays by it and nobody comes at another hour")
        if set(tariff.hours.values()) == {1.0} and not tariff.costs:
            yield Finding(("tariffs", name, "hours"), "the same price at all hours", "there is nothing to save")
