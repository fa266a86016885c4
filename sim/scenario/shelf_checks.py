"""Goods that cannot be sold as they are written, or hardly as they are meant.

One document goes in; out come findings, each at the line of the good that is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.document import Document
from sim.scenario.finding import Finding
from sim.scenario.tree import TreePath


def impossible_shelves(document: Document) -> Iterator[Finding]:
    """A need met from two stocks, by appointment or on request, and substitutes that are no substitute."""
    needs, tasks = document.market.needs, document.service.tasks
    asked = {terms.invites.need: f"outreach.{name}" for name, terms in document.outreach.items() if terms.invites}
    asked |= {event.afterwards.need: f"events.{name}" for name, event in document.events.items() if event.afterwards}
    met: dict[str, str] = {}
    for name, good in document.service.shelves.items():
        place: TreePath = ("service", "shelves", name)
        for position, need in enumerate(good.needs):
            where: TreePath = (*place, "needs", str(position))
            if need in met:
                yield Finding(where, f"{need} is met from {met[need]} already", "one good for each need")
            met[need] = name
            if tasks[needs[need].task].appointment is not None:
                yield Finding(where, f"{need} is by appointment", "a need people come for when it arises")
            if need in asked:
                yield Finding(where, f"{asked[need]} sends people for {need}", "a need that is not sold from stock")
        own = {needs[need].task for need in good.needs}
        for other in good.out_of_stock.substitutes:
            path: TreePath = (*place, "out_of_stock", "substitutes", other)
            if other in good.needs:
                yield Finding(path, f"{other} is met from the same stock", "another need")
            elif {needs[other].task} != own:
                found = f"{other} is served as {needs[other].task}, and {name} as {', '.join(sorted(own))}"
                yield Finding(path, found, "a need of the same task, so that who comes can take it")


def doubtful_shelves(document: Document) -> Iterator[Finding]:
    """Orders that never bring anything, and an illicit seller nobody ever comes back from."""
    for name, good in document.service.shelves.items():
        place: TreePath = ("service", "shelves", name)
        delivery, illicit = good.delivery, good.out_of_stock.illicit
        if delivery is not None:
            most = delivery.up_to if delivery.at_most is None else min(delivery.up_to, delivery.at_most)
            if delivery.lot > most:
                found = f"lots of {delivery.lot:,}, and at most {most:,} are ordered at a time"
                yield Finding((*place, "delivery", "lot"), found, "nothing is ever delivered")
        if illicit is not None and illicit.share and not illicit.comes_back:
            path = (*place, "out_of_stock", "illicit", "comes_back")
            yield Finding(path, "a chance of 0", "who has bought from an illicit seller never comes back")
