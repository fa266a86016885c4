"""Problems of branches that cannot be, or that nobody would ever notice or find.

In goes one document; out come findings, each at the line of the problem or of the rounds that are wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.document import Document
from sim.scenario.finding import Finding
from sim.scenario.tree import TreePath


def impossible_problems(document: Document) -> Iterator[Finding]:
    """A problem of a site at a station that belongs to all of them."""
    service = document.service
    for name, problem in service.problems.items():
        if problem.at is not None and service.stations[problem.at].per == "market":
            found = f"{problem.at}, one station for all sites"
            yield Finding(("service", "problems", name, "at"), found, "a station with per: site")


def doubtful_problems(document: Document) -> Iterator[Finding]:
    """Problems that do nothing, rounds with nothing to find."""
    service = document.service
    for name, problem in service.problems.items():
        place: TreePath = ("service", "problems", name)
        harm = problem.harm
        effects = (harm.reliability, harm.assurance, harm.empathy, harm.tangibles, harm.right_first_time)
        if not any(effects):
            yield Finding((*place, "harm"), "a problem that does no harm", "is a difference missing?")
        elif max(effects) > 0:
            yield Finding((*place, "harm"), f"a problem that does good: {max(effects):+g}", "is a minus missing?")
    for name in service.inspections:
        if not service.problems:
            found = "rounds are made, and there is nothing to find"
            yield Finding(("service", "inspections", name), found, "service.problems says what is wrong where")
