"""The shape of a document's network in a few numbers, for whoever wants to see what they have written.

A document goes in; mean ties, clustering, path length and exponent of the degrees come out, of the network that
replication 0 of a run has. Clustering and paths are those of a sample of people, evenly spread over the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import Final

import numpy as np

from sim.scenario.document import Document
from sim.streams import Population, Streams
from sim.ties import network_of

MOST_PEOPLE: Final = 200_000
SAMPLED, SOURCES = 2_000, 10


@dataclass(frozen=True)
class Shape:
    """`ties`: mean number; `most`: of one person; `strong`: share of them; the others as of `sim.network.Network`."""

    ties: float
    most: int
    strong: float
    clustering: float
    path_length: float
    degree_exponent: float

    def words(self) -> str:
        """In one line."""
        if not self.ties:
            return "nobody is tied to anybody"
        parts = [f"{self.ties:.3g} ties a person, {self.most:,} at most"]
        if self.strong < 1.0:
            parts.append(f"{100 * self.strong:.0f} % of them strong")
        parts.append(f"clustering {self.clustering:.2f}")
        if not isnan(self.path_length):
            parts.append(f"{self.path_length:.1f} steps between two people")
        if not isnan(self.degree_exponent):
            parts.append(f"degree exponent {self.degree_exponent:.1f}")
        return ", ".join(parts)


def shape_of(document: Document) -> Shape | None:
    """The shape of the network; None where the file says nothing of it, everyone knows everyone, or too many are."""
    market = document.market
    if "talk" not in market.model_fields_set or market.talk.complete or market.customers > MOST_PEOPLE:
        return None
    contacts = network_of(document, Population(market.segment_sizes()), Streams(document.seed, 0))
    degrees = contacts.degrees()
    some = np.unique(np.linspace(0, contacts.size - 1, min(SAMPLED, contacts.size)).astype(np.int64))
    sources = some[:: max(len(some) // SOURCES, 1)]
    return Shape(
        ties=contacts.mean_degree(),
        most=int(degrees.max(initial=0)),
        strong=1.0 if contacts.strong is None or not len(contacts.strong) else float(np.mean(contacts.strong)),
        clustering=contacts.clustering(some),
        path_length=contacts.path_length(sources),
        degree_exponent=contacts.degree_exponent(),
    )
