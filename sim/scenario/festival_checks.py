"""Festivals whose dates nobody knows, and gifts above what a customer may be given.

One document goes in; out come findings, which `checks.py` refuses and `cautions.py` warns of.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from math import ceil

from sim.scenario.document import Document
from sim.scenario.festivals import LUNAR
from sim.scenario.finding import Finding
from sim.scenario.outreach import Outreach
from sim.scenario.tree import TreePath


def impossible_festivals(document: Document) -> Iterator[Finding]:
    """Lunar holidays in years the table does not hold."""
    run = document.calendar.run
    years = range(run.start.year, run.end.year + 1)
    for name, festival in document.calendar.festivals.items():
        if festival.lunar and not all(year in LUNAR for year in years):
            found = f"{festival.holiday} in a run from {run.start.year} to {run.end.year}"
            yield Finding(
                ("calendar", "festivals", name, "holiday"), found, "years from 2005 to 2030, or its days in 'on'"
            )


def doubtful_festivals(document: Document) -> Iterator[Finding]:
    """Festivals that do not fall into the run."""
    run = document.calendar.run
    for name, festival in document.calendar.festivals.items():
        if not any(start <= run.end and end >= run.start for start, end in festival.felt(run.start, run.end)):
            yield Finding(("calendar", "festivals", name), "it does not fall into the run", "nobody will feel it")


def impossible_gifts(document: Document) -> Iterator[Finding]:
    """Gifts above the cap of a tier: one of them, or all of a year together."""
    for tier, cap in document.gift_caps.items():
        given = [
            (name, terms) for name, terms in document.outreach.items() if terms.dearest_gift and _concerns(terms, tier)
        ]
        for name, terms in given:
            gifts: dict[TreePath, Decimal] = {("gift",): terms.gift}
            gifts |= {("ways", way, "gift"): each.gift for way, each in terms.ways.items()}
            for place, gift in gifts.items():
                if cap.each is not None and gift > cap.each:
                    found = f"a gift of {gift:,}, and {tier} may be given {cap.each:,}"
                    yield Finding(("outreach", name, *place), found, f"at most {cap.each:,} a gift")
        if cap.a_year is not None:
            parts = [(most_a_year(document, terms), terms.dearest_gift) for _, terms in given]
            total = sum(count * gift for count, gift in parts)
            if total > cap.a_year:
                sums = " + ".join(f"{count} x {gift:,}" for count, gift in parts)
                found = f"gifts of {sums} = {total:,} a year, and {tier} may be given {cap.a_year:,}"
                yield Finding(("gift_caps", tier, "a_year"), found, f"gifts of at most {cap.a_year:,} together")


def _concerns(terms: Outreach, tier: str) -> bool:
    return terms.audience.tiers is None or tier in terms.audience.tiers


def most_a_year(document: Document, terms: Outreach) -> int:
    """The most contacts of a programme that can fall due to one customer within 365 days of the run."""
    if terms.birthdays:
        return 1
    if terms.every is not None:
        return ceil(365 / terms.every)
    if terms.festivals is None:
        return 365
    run = document.calendar.run
    days = sorted(
        start
        for name in terms.festivals
        for start, _ in document.calendar.festivals[name].spans(run.start, run.end)
        if start in run
    )
    return max((sum(first <= day < first + timedelta(days=365) for day in days) for first in days), default=0)
