"""What a document's rewards add to the measures of a run: how many customers were given each.

A document goes in; one measure comes out for each reward of its cumulative offers.
"""

from __future__ import annotations

from typing import Final

from sim.measures import Measure
from sim.scenario.document import Document
from sim.scenario.units import text_in

REWARD: Final = "reward_"


def reward_column(offer: str, reward: str) -> str:
    """The daily column, and the measure, of one reward."""
    return f"{REWARD}{offer}_{reward}"


def reward_measures(document: Document) -> list[Measure]:
    """Customers given each reward, in the order of the file."""
    return [
        Measure(reward_column(name, reward), f"given: {text_in(each.title or reward.replace('_', ' '))}", "count",
                "flow", "neither", 0, reward_column(name, reward))
        for name, offer in document.offers.items()
        if offer.cumulative is not None
        for reward, each in offer.cumulative.rewards.items()
    ]  # fmt: skip
