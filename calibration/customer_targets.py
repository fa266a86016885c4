"""Targets that follow customers through a run: how many of the first day are left, and how many came how often.

In go such a target and the document; out come names, titles, looks and losses of its observations. What cannot be is a
`ValueError` of one sentence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from calibration.document import PerCustomer, Retention
from calibration.losses import BetaBinomial, Binomial, DirichletMultinomial
from calibration.observer import Look, Visitors
from calibration.series import day_of
from sim.measures import CATALOGUE, Measure
from sim.scenario.document import Document
from sim.scenario.refusal import did_you_mean

PEOPLE = Measure("people", "people by how often they came", "count", "flow", "neither", 0)


@dataclass(frozen=True)
class Stage:
    """Who was left at the end of one day, of those left at the end of an earlier one; of all where that is None."""

    day: date
    looks: tuple[Look, ...]
    loss: Binomial

    @property
    def ratio(self) -> bool:
        return len(self.looks) > 1


def stages_of(document: Document, retention: Retention, kind: type[Binomial], *, everyone: bool) -> Iterator[Stage]:
    """One stage for each day of a retention curve, in the order of days: a share of those of the day before it.

    Customers of a cohort leave each for themselves, so the chances of the stages multiply to that of the curve.
    """
    run = document.calendar.run
    days = sorted((day_of(text, run), count) for text, count in retention.kept.items())
    before: tuple[date | None, float] = (retention.since, retention.of)
    for day, kept in days:
        first = run.start if before[0] is None else before[0] + timedelta(days=1)
        if not first <= day <= run.end or first < run.start:
            raise ValueError(f"{day} does not lie inside the run after {before[0] or 'its opening'}")
        if kept > before[1]:
            raise ValueError(f"{kept:g} are left on {day}, more than the {before[1]:g} before; nobody comes back")
        if before[1] == 0:
            raise ValueError(f"nobody is left before {day}, so it tells nothing")
        looks = [_kept_at(day, run.start)] + ([] if before[0] is None else [_kept_at(before[0], run.start)])
        loss = BetaBinomial(kept, before[1], everyone) if kind is BetaBinomial else kind(kept, before[1])
        yield Stage(day, tuple(looks), loss)
        before = day, kept


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
