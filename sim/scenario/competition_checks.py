"""Rivals, lines and departures that cannot be, and those that are hardly meant.

One document goes in; out come findings, which `checks.py` refuses and `cautions.py` warns of.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.behaviour.loyalty import CAUSES
from sim.scenario.competition import Departure, Rival
from sim.scenario.document import Document
from sim.scenario.finding import Finding

MOST_RIVALS = 1_000


def impossible_competition(document: Document) -> Iterator[Finding]:
    """Lines nobody can win or move, and causes of leaving that have the name of another."""
    market = document.market
    if len(market.rivals) > MOST_RIVALS:
        yield Finding(("market", "rivals"), f"{len(market.rivals):,} of them", f"at most {MOST_RIVALS:,}")
    for name, need in market.needs.items():
        if need.line is not None and not need.contested:
            found = f"a need of the line {need.line} that nobody else can win"
            yield Finding(("market", "needs", name, "line"), found, "contested: true, or no line")
    for name in market.lines:
        if all(need.line != name for need in market.needs.values()):
            yield Finding(("market", "lines", name), "a line without a need", f"a need with line: {name}")
    for name, segment in market.segments.items():
        if segment.moves != "each need" and not market.lines:
            found = f"{segment.moves} moved at once, and there are none"
            yield Finding(("market", "segments", name, "moves"), found, "market.lines, and needs with a line")
    for name, departure in market.departures.items():
        place = ("market", "departures", name)
        if name in CAUSES:
            yield Finding(place, f"{name}, a cause that behaviour.leaving has already", "another name")
        if departure.line is None:
            continue
        rival = market.rivals[departure.rival or ""]
        missing = [need for need, each in market.needs.items() if each.line == departure.line]
        missing = [need for need in missing if not _serves(rival, need, departure.line)]
        if missing:
            found = f"{departure.rival} does not serve {missing[0]}, a need of the line"
            yield Finding((*place, "line"), found, "a line that the rival serves as a whole")
            continue
        for each, segment in market.segments.items():
            if segment.moves == "each need" and _befalls(document, departure, each):
                found = f"a line that goes as a whole, and {each} choose a supplier for each need"
                allowed = f"moves: one line or all lines in market.segments.{each}, or rate_for: {{{each}: 0}}"
                yield Finding((*place, "line"), found, allowed)
                break


def _serves(rival: Rival, need: str, line: str) -> bool:
    return rival.serves is None or need in rival.serves or line in rival.serves


def _befalls(document: Document, departure: Departure, segment: str) -> bool:
    """Whether the cause may befall somebody of the segment, whatever their tier."""
    for name, factor in departure.rate_for.items():
        if name == segment:
            return factor > 0
        if name in document.market.tiers and factor > 0:
            return True
    return True


def doubtful_competition(document: Document) -> Iterator[Finding]:
    """What has no effect: rules that never act, prices nobody compares, lines nobody looks at again."""
    market = document.market
    for name, rival in market.rivals.items():
        place = ("market", "rivals", name)
        if rival.becomes_known is not None and rival.aware >= 1.0:
            yield Finding((*place, "becomes_known"), "everybody knows of it from the start", "it has no effect")
        for each in rival.prices:
            if each in market.needs and not market.needs[each].contested:
                found = "the price of a need that is not contested"
                yield Finding((*place, "prices", each), found, "nobody compares it")
        for rule, reaction in rival.reactions.items():
            if reaction.floor >= max(rival.price, *rival.prices.values(), 0.0):
                found = f"a floor of {reaction.floor:g}, and its prices are not above that"
                yield Finding((*place, "reactions", rule, "floor"), found, "the rule changes no price")
            if reaction.after + 1 > (document.calendar.run.end - document.calendar.run.start).days:
                yield Finding((*place, "reactions", rule, "after"), "as long as the run", "the rule changes no price")
    for name, line in market.lines.items():
        if line.reconsiders is None and any(segment.moves != "each need" for segment in market.segments.values()):
            found = "no reconsiders, and some customers move whole lines"
            yield Finding(
                ("market", "lines", name), found, "they keep their supplier unless a departure takes the line"
            )
    for name, departure in market.departures.items():
        if not departure.rate:
            yield Finding(("market", "departures", name, "rate"), "a rate of 0", "it befalls nobody")
