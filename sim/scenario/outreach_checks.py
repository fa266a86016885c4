"""Contacts after a visit or a case: how many there will be, and those that will never be.

In goes one document; out come the contacts that fall due in a week, and findings at the line of the programme.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.document import Document
from sim.scenario.finding import Finding
from sim.scenario.outreach import Outreach
from sim.scenario.tree import TreePath


def contacts_a_week(document: Document, terms: Outreach, people: float) -> float:
    """Contacts that fall due to so many people in a week, at most; after cases, none that could be counted before."""
    if terms.every is not None:
        return people * 7.0 / terms.every
    if terms.after in ("case", "script"):
        return 0.0
    if terms.after is None:  # on birthdays and festivals
        return people * 7.0 * (1.0 if terms.birthdays else len(terms.festivals or ())) / 365.25
    needs = document.market.needs.values()
    visits = sum(need.rate for need in needs if terms.tasks is None or need.task in terms.tasks)
    return people * 7.0 * visits * terms.share


def impossible_invitations(document: Document) -> Iterator[Finding]:
    """Visits asked for where they cannot be made, and programmes that wait for what is not decided yet."""
    for name, terms in document.outreach.items():
        if terms.invites is not None:
            task = document.market.needs[terms.invites.need].task
            if document.service.tasks[task].appointment is not None:
                found = f"{task} is by appointment, and who is asked comes on a day of their own"
                yield Finding(("outreach", name, "invites", "need"), found, "a need without appointments")
        goal = terms.if_short
        if goal is None:
            continue
        place: TreePath = ("outreach", name, "if_short")
        before = list(document.outreach)[: list(document.outreach).index(name)]
        if goal.of not in before or document.outreach[goal.of].invites is None:
            yield Finding((*place, "of"), f"it waits for {goal.of}", "a programme before it in the file that invites")
        starts = document.calendar.run.start if terms.during is None else terms.during.start
        if starts <= goal.by:
            found = f"it begins on {starts}, and the visits are counted until the evening of {goal.by}"
            yield Finding((*place, "by"), found, "a day before it begins")


def doubtful_contacts(document: Document) -> Iterator[Finding]:
    """Calls after what never happens."""
    wanted = {need.task for need in document.market.needs.values()}
    for name, terms in document.outreach.items():
        if terms.after == "case" and document.service.recovery is None:
            found = "calls after cases, and nobody works complaints: no service.recovery"
            yield Finding(("outreach", name, "after"), found, "no contact ever falls due")
        if terms.tasks is not None and not wanted.intersection(terms.tasks):
            found = f"nobody comes for {', '.join(terms.tasks)}"
            yield Finding(("outreach", name, "tasks"), found, "no contact ever falls due")
