"""Targets that follow customers through a run: how many of the first day are left, and how many came how often.

In go such a target and the document; out come names, titles, looks and losses of its observations. What cannot be is a
`ValueError` of one sentence.
"""

from __future__ import annotations

import itertools
from datetime import date

from calibration.losses.retention import TimesOfLeaving
from calibration.losses.shares import DirichletMultinomial
from calibration.targets.document import PerCustomer, Retention
from calibration.targets.observer import Look, Visitors
from calibration.targets.series import day_of
from sim.measures import CATALOGUE, Measure
from sim.scenario.document import Document
from sim.scenario.refusal import did_you_mean

PEOPLE = Measure("people", "people by how often they came", "count", "flow", "neither", 0)


def curve_of(
    document: Document, retention: Retention, *, everyone: bool
) -> tuple[tuple[Look, ...], TimesOfLeaving, tuple[str, ...]]:
    """One look for each day of the curve, the likelihood of who left before each and who stayed, and their names."""
    run = document.calendar.run
    days = sorted((day_of(text, run), count) for text, count in retention.kept.items())
    before = retention.of
    for day, kept in days:
        if not run.start <= day <= run.end:
            raise ValueError(f"{day} does not lie inside the run, {run.start} to {run.end}")
        if kept > before:
            raise ValueError(f"{kept:g} are left on {day}, more than the {before:g} before it; nobody comes back")
        before = kept
    since = retention.since
    if since is not None and (since != days[0][0] or len(days) < 2):
        raise ValueError(f"'since' is the first day of the curve, {days[0][0]}, and at least one more follows it")
    if since is not None and days[0][1] == 0:
        raise ValueError(f"nobody is left on {since}, so what follows tells nothing")
    kept_on = [retention.of, *(count for _, count in days)]
    left = [one - other for one, other in itertools.pairwise(kept_on)]
    names = (*(f"left_by_{day}" for day, _ in days), f"still_there_on_{days[-1][0]}")
    return (
        tuple(_kept_at(day, run.start) for day, _ in days),
        TimesOfLeaving((*left, kept_on[-1]), everyone, later=since is not None),
        names,
    )


def visitors_of(
    document: Document, per_customer: PerCustomer, *, everyone: bool
) -> tuple[tuple[Look, ...], DirichletMultinomial]:
    """One look for each number of visits, and the likelihood of all together."""
    tasks = document.service.tasks
    if per_customer.task not in tasks:
        hint = did_you_mean(per_customer.task, tasks, otherwise=f"there are {', '.join(tasks) or 'none'}")
        raise ValueError(f"there is no task '{per_customer.task}'{hint}")
    counts = tuple(per_customer.people.values())
    if sum(counts) <= 0:
        raise ValueError("nobody is counted, which tells nothing")
    if everyone and "0" in per_customer.people and sum(counts) != document.market.customers:
        raise ValueError(
            f"{sum(counts):g} people are counted and the market has {document.market.customers}; of everyone both are "
            "the same"
        )
    looks = []
    for name in per_customer.people:
        low = int(name.split()[0])
        high = None if name.endswith("more") else low
        words = f"{per_customer.task} {name} times"
        looks.append(Look(PEOPLE, words, visitors=Visitors(per_customer.task, low, high)))
    return tuple(looks), DirichletMultinomial(counts, everyone)


def _kept_at(day: date, start: date) -> Look:
    number = (day - start).days
    return Look(CATALOGUE["retained"], day.isoformat(), days=(number, number))
