"""Tasks of several steps that cannot be: names of steps nobody declared, ways that lead nowhere.

In goes one document; out come findings, each at the line of the step that is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.document import Document
from sim.scenario.finding import Finding
from sim.scenario.refusal import nearest
from sim.scenario.tasks import Task

LONGEST_ROUTE = 1_000
"""Steps of one visit, on average, beyond which a loop is a slip of the pen rather than a process."""


def check_processes(document: Document) -> Iterator[Finding]:
    """Every reason why a task cannot be done as its steps say."""
    yield from _kinds(document)
    for name, task in document.service.tasks.items():
        yield from _sent_back(name, task)


def _sent_back(name: str, task: Task) -> Iterator[Finding]:
    """Work goes back to a step that is there and comes no later, and comes to an end."""
    order, loops, astray = list(task.steps), [], False
    for number, (each, step) in enumerate(task.steps.items()):
        if step.again is None:
            continue
        path = ("service", "tasks", name, "steps", each, "again")
        loops.append(path)
        target = each if step.again.back_to is None else step.again.back_to
        if target not in task.steps:
            allowed = f"this step or an earlier one of {name}: {', '.join(order[: number + 1])}"
            better = nearest(target, order[: number + 1]) or ""
            yield Finding((*path, "back_to"), f"there is no step '{target}' in {name}", allowed, better)
            astray = True
        elif order.index(target) > number:
            found = f"'{target}' comes after {each}: the work would be sent forward, past what lies between"
            yield Finding((*path, "back_to"), found, f"one of {', '.join(order[: number + 1])}")
            astray = True
    # How long a way is can only be said once every step leads somewhere.
    if loops and not astray and expected_passes(task) > LONGEST_ROUTE:
        found = f"a visit is expected to go through more than {LONGEST_ROUTE:,} steps"
        yield Finding(loops[0], found, "a lower chance, or at_most: the times a visit is sent back")


def _kinds(document: Document) -> Iterator[Finding]:
    """A place is a station or a meeting, and a task begins where customers come to."""
    service = document.service
    for name in service.meetings:
        if name in service.stations:
            yield Finding(("service", "meetings", name), f"{name} is a station, too", "a name of its own")
    for name, task in service.tasks.items():
        first = next(iter(task.steps.items()), None)
        if first is not None and first[1].at not in service.stations:
            what = "the customer's own work" if first[1].at is None else f"the meeting {first[1].at}"
            path = ("service", "tasks", name, "steps", first[0])
            yield Finding(path, f"{name} begins with {what}", "a first step at a station, where the customer comes")


def expected_minutes(task: Task) -> float:
    """Minutes of work of a visit on average, rework included; of the stations' as of the customer's own."""
    if task.takes is not None:
        return task.takes.expected()
    passes = passes_of_steps(task)
    return sum(passes[name] * step.takes.expected() for name, step in task.steps.items())


def expected_passes(task: Task) -> float:
    """Steps a visit goes through on average, repeated ones counted each time."""
    return sum(passes_of_steps(task).values())


def passes_of_steps(task: Task) -> dict[str, float]:
    """How often a visit goes through each step on average.

    With caps left out a loop of chance p is gone through 1/(1 - p) times, every loop inside it as often again.
    """
    order = list(task.steps)
    passes = dict.fromkeys(order, 1.0)
    for number, (name, step) in enumerate(task.steps.items()):
        if step.again is None or step.again.chance == 0:
            continue
        chance, cap = step.again.chance, step.again.at_most
        rounds = sum(chance**time for time in range(min(cap, 10_000) + 1)) if cap is not None else 1.0 / (1.0 - chance)
        back = order.index(name if step.again.back_to is None else step.again.back_to)
        for inner in order[back : number + 1]:
            passes[inner] *= rounds
    return passes
