"""Networks that cannot be as they are written, or hardly as they are meant.

In goes one document; out come findings, each at the line that is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

from sim.scenario.document import Document
from sim.scenario.finding import Finding
from sim.scenario.talk import people_of, row_of
from sim.scenario.tree import TreePath

MOST_TIES = 200_000_000
COARSE_TALK = 0.05
"""New customers a day per customer above which a step of one day under-states contagion; see `cautions.py`."""

_PLACE: TreePath = ("market", "talk")


def impossible_talk(document: Document) -> Iterator[Finding]:
    """Degrees that no network of this size has, people who are not there, ties named twice."""
    market, talk = document.market, document.market.talk
    if "talk" not in market.model_fields_set:
        return  # the program's own small world shrinks with a small market
    size = market.customers
    if talk.small_world is not None:
        degree, path = talk.small_world.degree, (*_PLACE, "small_world", "degree")
        if degree % 2:
            found = f"{degree} ties a customer"
            yield Finding(path, found, "an even number: as many neighbours on one side of the ring as on the other")
        elif degree >= size:
            found = f"{degree:,} ties a customer among {size:,} customers"
            yield Finding(path, found, "fewer ties than customers; complete: true is everyone with everyone")
        else:
            yield from _too_many(path, degree, size)
    if talk.scale_free is not None:
        ties, path = talk.scale_free.ties, (*_PLACE, "scale_free", "ties")
        if ties >= size:
            yield Finding(path, f"{ties:,} ties a newcomer among {size:,} customers", "fewer ties than customers")
        else:
            yield from _too_many(path, 2 * ties, size)
    if talk.groups is not None:
        yield from _too_many((*_PLACE, "groups", "size"), min(talk.groups.size, size) - 1, size)
    sizes = market.segment_sizes()
    for name, links in talk.links.items():
        path, others = (*_PLACE, "links", name, "each"), sizes[links.to] - (links.of == links.to)
        if links.each > others:
            found = f"{links.each:,} ties each, and {links.to} holds {others:,} people to tie to"
            yield Finding(path, found, f"at most {others:,}")
        else:
            yield from _too_many(path, links.each, sizes[links.of])
    yield from _edges(document)


def _too_many(path: TreePath, degree: int, people: int) -> Iterator[Finding]:
    if degree * people > MOST_TIES:
        found = f"{degree:,} ties for each of {people:,} customers"
        yield Finding(path, found, f"at most {MOST_TIES:,} ties in all")


def _edges(document: Document) -> Iterator[Finding]:
    """The first tie that cannot be: one such is enough to say what is wrong with a list."""
    edges, sizes = document.market.talk.edges, document.market.segment_sizes()
    if edges is None:
        return
    ends = [*accumulate(sizes.values(), initial=0)]
    starts = {name: (ends[place], people) for place, (name, people) in enumerate(sizes.items())}
    seen: set[tuple[int, int]] = set()
    for place, pair in enumerate(edges.pairs or ()):
        path = (*_PLACE, "edges", "pairs", str(place))
        try:
            one, other, _ = people_of(pair)
            rows = row_of(one, starts, document.market.customers), row_of(other, starts, document.market.customers)
        except ValueError as error:
            yield Finding(path, f"tie {place + 1}: {error}", "two people of the market")
            return
        tie = min(rows), max(rows)
        if tie[0] == tie[1] or tie in seen:
            found = (
                f"tie {place + 1}, '{pair}', joins {'one person to themselves' if tie[0] == tie[1] else 'them again'}"
            )
            yield Finding(path, found, "each tie once, between two people")
            return
        seen.add(tie)


def doubtful_talk(document: Document) -> Iterator[Finding]:
    """Contagion too fast for steps of a day, and closeness that changes nothing."""
    market, talk, form = document.market, document.market.talk, document.behaviour.acquisition
    if form.form == "strong-and-weak-ties":
        degree = _mean_degree(document)
        daily = form.advertising / form.period + max(form.weak, form.strong) * degree / form.period
        if form.period > 1.0 and daily > COARSE_TALK:
            found = (
                f"advertising and {degree:.3g} ties win over up to {daily:.3g} a day, in steps of {form.period:g} days"
            )
            allowed = f"above {COARSE_TALK} a day a step of one day does not stand for a longer period exactly"
            yield Finding(("behaviour", "acquisition"), found, allowed)
    if "talk" not in market.model_fields_set:
        return
    if "strengths" in talk.model_fields_set and talk.strong is None:
        weak = any(each.tie == "weak" for each in talk.links.values())
        named = talk.edges is not None and any(people_of(pair)[2] == "weak" for pair in talk.edges.pairs or ())
        if not weak and not named:
            yield Finding((*_PLACE, "strengths"), "no tie is weak", "all ties count as strong ones: say strong: 30%")


def _mean_degree(document: Document) -> float:
    """Mean ties a customer, from the document alone."""
    market, talk = document.market, document.market.talk
    sizes, degree = market.segment_sizes(), 0.0
    if talk.complete:
        return float(market.customers - 1)
    if talk.small_world is not None:
        degree += talk.small_world.degree
    if talk.scale_free is not None:
        degree += 2 * talk.scale_free.ties
    if talk.groups is not None:
        degree += talk.groups.size - 1
    if talk.edges is not None:
        degree += 2 * len(talk.edges.pairs or ()) / market.customers
    return degree + sum(2 * each.each * sizes[each.of] for each in talk.links.values()) / market.customers
