"""Further needs and approaches that cannot be, or are hardly meant.

In goes one document; out come findings, each at the line of the need or of the approach that is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.document import Document
from sim.scenario.finding import Finding
from sim.scenario.section import WEEKDAYS
from sim.scenario.shifts import shift
from sim.scenario.tree import TreePath


def impossible_approaches(document: Document) -> Iterator[Finding]:
    """Needs met by a task of several steps, and stations on one way that disagree about who is first."""
    service, approaching = document.service, document.service.approaching
    beyond: list[tuple[TreePath, str]] = []
    for name, need in document.market.latent_needs.items():
        path: TreePath = ("market", "latent_needs", name, "task")
        if service.tasks[need.task].steps:
            yield Finding(path, f"{need.task}, a task of several steps", "a task of one step")
            continue
        if service.tasks[need.task].at_for:
            yield Finding(path, f"{need.task}, which some groups do elsewhere", "a task without at_for")
        beyond += [(path, at) for at in service.route(need.task)]
    if approaching is not None:
        beyond.append((("service", "approaching", "by"), approaching.by))
    ordered = [at for at, station in service.stations.items() if station.first]
    for path, at in beyond:
        first = service.stations[at].first
        other = next((each for each in ordered if first and service.stations[each].first != first), None)
        if other is not None:
            found = f"{at} serves {', '.join(first)} first, and {other} {', '.join(service.stations[other].first)}"
            yield Finding(path, found, "one order of tiers on the way of one visit")


def doubtful_approaches(document: Document) -> Iterator[Finding]:
    """Staff who speak to nobody who needs anything, needs nobody comes to have, people who are not there."""
    service, market, approaching = document.service, document.market, document.service.approaching
    for name, need in market.latent_needs.items():
        place: TreePath = ("market", "latent_needs", name)
        wanted = {each.task for each in market.needs.values()}
        if need.visits_for is not None and not wanted.intersection(need.visits_for):
            yield Finding((*place, "visits_for"), f"nobody comes for {', '.join(need.visits_for)}", "nobody has it")
        if not any(_open(document, at) for at in service.route(need.task)):
            found = f"{', '.join(service.route(need.task))} never has staff"
            yield Finding((*place, "task"), found, "the need is never met")
    if approaching is None:
        return
    place = ("service", "approaching")
    if not any(need.share for need in market.latent_needs.values()):
        yield Finding(place, "staff speak to visitors, and nobody has a further need", "market.latent_needs says who")
    if not _open(document, approaching.by):
        yield Finding((*place, "by"), f"{approaching.by} never has staff", "nobody is spoken to")


def _open(document: Document, station: str) -> bool:
    section, unlimited = document.service.stations[station], document.service.capacity == "unlimited"
    return any(shift(section, day, unlimited) is not None for day in range(len(WEEKDAYS)))
