"""Supplies, and amounts that decide the way, that cannot be or hardly are meant."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.document import Document
from sim.scenario.finding import Finding


def impossible_amounts(document: Document) -> Iterator[Finding]:
    """Steps by amount where nobody knows the amount: a need without one, or work nobody has a need for."""
    tasks = document.service.tasks
    limited = {name for name, task in tasks.items() if any(step.above is not None for step in task.steps.values())}
    for name, need in document.market.needs.items():
        if need.task in limited and need.amount is None:
            step = next(each for each, step in tasks[need.task].steps.items() if step.above is not None)
            found = f"{need.task} goes through {step} by amount, and this need says none"
            yield Finding(("market", "needs", name), found, "amount: how much it is about")
    review = document.market.tier_review
    if review is not None and review.through in limited:
        found = f"{review.through}, which goes by amount, and a change of tier has none"
        yield Finding(("market", "tier_review", "through"), found, "a task whose steps all go through")


def doubtful_supplies(document: Document) -> Iterator[Finding]:
    """Amounts that decide nothing, gates that find nothing, marks that look at more lots than there are."""
    tasks, supply = document.service.tasks, document.service.supply
    for name, need in document.market.needs.items():
        if need.amount is not None and not any(step.above is not None for step in tasks[need.task].steps.values()):
            found = f"an amount, and no step of {need.task} goes by it"
            yield Finding(("market", "needs", name, "amount"), found, "it decides nothing")
    if supply is None:
        return
    for name, gate in supply.gates.items():
        if not gate.finds:
            yield Finding(("service", "supply", "gates", name, "finds"), "a gate that finds nothing", "it only costs")
    wanted = {need.task for need in document.market.needs.values() if need.rate}
    if supply.tasks and not wanted & set(supply.tasks):
        found = f"nobody ever needs {' or '.join(supply.tasks)}"
        yield Finding(("service", "supply", "tasks"), found, "bad lots spoil nothing")
