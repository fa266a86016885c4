"""The steps that may follow a visit's own task: being spoken to, and what a further need is met by.

In goes the document and the number of each place; out come the steps beyond, the same for every task, in the order
that `step_beyond` counts by.
"""

from __future__ import annotations

from collections.abc import Mapping

from sim.scenario.document import Document
from sim.service.stations import Step


def further_steps(document: Document, place: Mapping[str, int]) -> tuple[Step, ...]:
    """One step for each latent need and each station of its task; then, where staff approach visitors, that."""
    service, steps = document.service, []
    for need in document.market.latent_needs.values():
        task = service.tasks[need.task]
        for at in service.route(need.task):
            takes = task.takes_at.get(at) or task.takes
            assert takes is not None  # a latent need is met by a task of one step, which says how long it takes
            steps.append(Step(place[at], takes))
    approaching = service.approaching
    if approaching is not None:
        steps.append(Step(place[approaching.by], approaching.takes, passing=True))
    return tuple(steps)


def step_beyond(document: Document) -> dict[tuple[str, str], int]:
    """The number of the step beyond the task's own by which a latent need is met at a station; from 0."""
    pairs = [
        (name, at) for name, need in document.market.latent_needs.items() for at in document.service.route(need.task)
    ]
    return {pair: number for number, pair in enumerate(pairs)}
