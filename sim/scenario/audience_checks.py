"""Audiences that nobody can belong to, or only later than one may think.

In goes one document; out come findings, each at the line of the audience.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from pydantic import BaseModel

from sim.scenario.audience import Audience, Condition, whole
from sim.scenario.document import Document
from sim.scenario.event_checks import MOST_SITES_NAMED
from sim.scenario.finding import Finding
from sim.scenario.moments import Span
from sim.scenario.refusal import nearest
from sim.scenario.tree import TreePath

BUILT_IN = ("tenure", "spend", "visits")
"""What `top` can go by besides the attributes of the market."""


def audiences_in(section: object, path: TreePath = ()) -> Iterator[tuple[TreePath, Audience]]:
    """Every audience anywhere in a section of a document, and where it stands."""
    if isinstance(section, Audience):
        yield path, section
    elif isinstance(section, BaseModel):
        for name, value in section:
            yield from audiences_in(value, (*path, name))
    elif isinstance(section, Mapping):
        for name, value in section.items():
            yield from audiences_in(value, (*path, str(name)))


def impossible_audiences(document: Document) -> Iterator[Finding]:
    """Sites and numbers that do not exist, and attributes whose name already means something."""
    for name in document.market.attributes:
        if name in BUILT_IN:
            found = f"an attribute called {name}, which already means something"
            yield Finding(("market", "attributes", name), found, "another name")
    sites = document.market.sites
    few = not isinstance(sites, int) or sites <= MOST_SITES_NAMED  # more than a run can hold is said elsewhere
    names = document.market.site_names if few else ()
    known = (*document.market.attributes, *BUILT_IN)
    for path, audience in audiences_in(document):
        for number, site in enumerate(audience.sites or ()):
            if few and site not in names:
                allowed = f"one of {', '.join(names[:24])}"
                yield Finding(
                    (*path, "sites", f"{number}"), f"there is no site '{site}'", allowed, nearest(site, names) or ""
                )
        if audience.top is not None and audience.top.by not in known:
            found, better = (
                f"nothing called '{audience.top.by}' is known of a person",
                nearest(audience.top.by, known) or "",
            )
            yield Finding((*path, "top", "by"), found, f"one of {', '.join(known)}", better)


def doubtful_audiences(document: Document) -> Iterator[Finding]:
    """Audiences that look back on days before the run, which nobody has seen."""
    run = document.calendar.run
    for path, audience in audiences_in(document):
        where, top = audience.where, audience.top
        by_way = {} if where is None else {name: _longest(each) for name, each in where.any_of.items()}
        over = 0 if top is None or top.over is None else whole(top.over)
        longest = max(over, 0 if where is None else _longest(where), min(by_way.values(), default=0))
        if longest:
            yield _looks_back(path, longest, run)
        for name, days in by_way.items():
            if days > longest:
                yield _looks_back((*path, "where", "any_of", name), days, run)


def _longest(condition: Condition) -> int:
    """Days a condition itself looks back on; 0 for none."""
    return max((days for _, days in condition.windows), default=0)


def _looks_back(path: TreePath, days: int, run: Span) -> Finding:
    first = run.start + timedelta(days=days)
    belongs = f"nobody belongs before {first}" if first <= run.end else "nobody ever belongs"
    return Finding(path, f"looks back on {days} days, and the run begins on {run.start}", belongs)
