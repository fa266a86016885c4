"""Rewards that nobody could earn, and those that are hardly meant.

One document goes in; out come findings, which `checks.py` refuses and `cautions.py` warns of.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.document import Document
from sim.scenario.finding import Finding


def impossible_rewards(document: Document) -> Iterator[Finding]:
    """Rewards for buying where nobody buys, and windows that lie outside their offer."""
    for name, offer in document.offers.items():
        if offer.cumulative is None:
            continue
        place = ("offers", name, "cumulative")
        if document.market.spending is None:
            allowed = "market.spending: how often customers buy, and how much"
            yield Finding(place, "rewards for what is bought, and nobody buys", allowed)
        if "limit" in offer.model_fields_set:
            yield Finding(("offers", name, "limit"), "a limit beside rewards, each of which is given once", "no limit")
        for reward, each in offer.cumulative.rewards.items():
            for window, terms in each.any_of.items():
                if terms.during.start < offer.during.start or terms.during.end > offer.during.end:
                    path = (*place, "rewards", reward, "any_of", window, "during")
                    found = f"{terms.during.start} to {terms.during.end}, which is not inside the offer"
                    yield Finding(path, found, f"days from {offer.during.start} to {offer.during.end}")


def doubtful_rewards(document: Document) -> Iterator[Finding]:
    """Rewards that cost nothing, that nearly everybody or nobody will earn, and routes no easier than another."""
    spending = document.market.spending
    for name, offer in document.offers.items():
        if offer.cumulative is None or spending is None:
            continue
        place = ("offers", name, "cumulative")
        if not offer.cumulative.cost:
            yield Finding((*place, "cost"), "rewards that cost nothing", "is a cost missing?")
        for reward, each in offer.cumulative.rewards.items():
            windows = list(each.any_of.items())
            for number, (window, terms) in enumerate(windows):
                for other, easier in (*windows[:number], *windows[number + 1 :]):
                    inside = easier.during.start <= terms.during.start and terms.during.end <= easier.during.end
                    if inside and easier.at_least <= terms.at_least and (terms != easier or window > other):
                        path = (*place, "rewards", reward, "any_of", window)
                        found = f"whoever reaches {window} has reached {other}, too"
                        yield Finding(path, found, "this window never decides")
                        break
