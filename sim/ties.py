"""The network of a document: its kind, its links between segments, and which ties are strong.

A document, the population and the luck of the run go in; a `Network` of its customers comes out.
"""

from __future__ import annotations

import numpy as np

from sim import network
from sim.behaviour.dimensions import Flags, Floats, Integers
from sim.network import Network
from sim.scale_free import scale_free, scale_free_uniforms
from sim.scenario.document import Document
from sim.scenario.talk import Links, people_of, row_of
from sim.streams import Population, Streams

_NOBODY = np.zeros(0, np.int64)


def network_of(document: Document, population: Population, streams: Streams) -> Network:
    """Who talks to whom in this market."""
    talk = document.market.talk
    plain = _plain(document, population, streams)
    named = talk.edges is not None and any(people_of(pair)[2] for pair in talk.edges.pairs or ())
    if plain.complete or not (talk.links or talk.strong is not None or named):
        return plain
    first, second, strong = plain.edges()
    if talk.strong is not None:
        unsaid = np.ones(len(first), np.bool_)
        if named:
            unsaid = ~np.isin(first * population.size + second, _said(document, population))
        luck = streams.numbers("ties", len(first), "strong")
        strong = np.where(unsaid, luck < talk.strong, strong)
    parts = [(first, second, strong)]
    for name, links in talk.links.items():
        one, other = _linked(name, links, population, streams)
        parts.append((one, other, np.full(len(one), links.tie == "strong")))
    together = [np.concatenate(columns) for columns in zip(*parts, strict=True)]
    return _merged(population.size, together[0], together[1], together[2].astype(np.bool_))


def _plain(document: Document, population: Population, streams: Streams) -> Network:
    """The network of its kind, without links; ties named in the document already have theirs."""
    size, talk = population.size, document.market.talk
    if talk.complete or (talk.small_world is not None and size < 3):
        return network.complete(size)
    if talk.small_world is not None:
        degree = min(talk.small_world.degree, (size - 1) // 2 * 2)
        luck = streams.numbers("ties", network.small_world_uniforms(size=size, degree=degree))
        return network.small_world(size=size, degree=degree, rewire=talk.small_world.rewired, uniforms=luck)
    if talk.scale_free is not None:
        luck = streams.numbers("ties", scale_free_uniforms(size=size, ties=talk.scale_free.ties))
        return scale_free(size=size, ties=talk.scale_free.ties, uniforms=luck)
    if talk.groups is not None:
        return _groups(size, talk.groups.size)
    if talk.edges is not None:
        return _edges(document, population)
    return network.from_edges(size=size, first=_NOBODY, second=_NOBODY)


def _groups(size: int, people: int) -> Network:
    """Neighbours in the order of rows, `people` to a group, all of whom know each other; the last may be smaller."""
    rows = np.arange(size, dtype=np.int64)
    place = rows % people
    parts = []
    for step in range(1, people):
        first = rows[(place + step < people) & (rows + step < size)]
        parts.append((first, first + step))
    first, second = (np.concatenate(column) for column in zip(*parts, strict=True))
    return network.from_edges(size=size, first=first, second=second)


def starts_of(population: Population) -> dict[str, tuple[int, int]]:
    """First row and number of people of each segment."""
    bounds = np.cumsum([0, *population.sizes.values()]).tolist()
    return {name: (bounds[at], people) for at, (name, people) in enumerate(population.sizes.items())}


def _edges(document: Document, population: Population) -> Network:
    edges = document.market.talk.edges
    pairs = [people_of(pair) for pair in (edges.pairs or () if edges is not None else ())]
    starts = starts_of(population)
    first = np.array([row_of(one, starts, population.size) for one, _, _ in pairs], np.int64)
    second = np.array([row_of(other, starts, population.size) for _, other, _ in pairs], np.int64)
    strong = np.array([kind != "weak" for _, _, kind in pairs], np.bool_)
    return network.from_edges(size=population.size, first=first, second=second, strong=strong)


def _said(document: Document, population: Population) -> Integers:
    """The ties, as lower row · size + higher row, whose kind the document says."""
    edges = document.market.talk.edges
    assert edges is not None  # asked of documents that name ties only
    starts, size = starts_of(population), population.size
    said = []
    for one, other, kind in map(people_of, edges.pairs or ()):
        if kind is not None:
            lower, higher = sorted((row_of(one, starts, size), row_of(other, starts, size)))
            said.append(lower * size + higher)
    return np.array(said, np.int64)


def _linked(name: str, links: Links, population: Population, streams: Streams) -> tuple[Integers, Integers]:
    """Both ends of the links of one name: each of one segment with different people of the other."""
    starts = starts_of(population)
    (first, people), (there, others) = starts[links.of], starts[links.to]
    same = links.of == links.to
    each = min(links.each, others - same)
    rows = np.repeat(np.arange(first, first + people, dtype=np.int64), each)
    luck = streams.numbers("ties", people * each, f"links {name}").reshape(people, each)
    chosen = _different(luck, others - same)
    if same:  # oneself is left out
        chosen += chosen >= np.arange(people)[:, np.newaxis]
    return rows, there + chosen.reshape(-1)


def _different(luck: Floats, among: int) -> Integers:
    """Different numbers below `among`, each set as likely, (people, each), from as many uniforms: Floyd's sampling."""
    people, each = luck.shape
    chosen = np.empty((people, each), np.int64)
    for place in range(each):
        highest = among - each + place
        drawn = np.minimum((luck[:, place] * (highest + 1)).astype(np.int64), highest)
        taken = np.any(chosen[:, :place] == drawn[:, np.newaxis], axis=1)
        chosen[:, place] = np.where(taken, highest, drawn)
    return chosen


def _merged(size: int, first: Integers, second: Integers, strong: Flags) -> Network:
    """The network of all these ties; who is tied twice is tied once, and strongly if one of the two is strong."""
    pair = np.minimum(first, second) * size + np.maximum(first, second)
    order = np.lexsort((~strong, pair))
    pair, strong = pair[order], strong[order]
    keep = np.ones(len(pair), np.bool_)
    keep[1:] = pair[1:] != pair[:-1]
    lower, higher = np.divmod(pair[keep], max(size, 1))
    return network.from_edges(size=size, first=lower, second=higher, strong=strong[keep])
