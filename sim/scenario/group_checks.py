"""What cannot be, and what is hardly meant, about groups of servers who differ in what they may do.

One document goes in; out come findings, which `checks.py` refuses and `cautions.py` warns of.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.document import Document
from sim.scenario.finding import Finding
from sim.scenario.groups import Group
from sim.scenario.section import WEEKDAYS
from sim.scenario.service import Station
from sim.scenario.shifts import shift_of

_ALONE = {
    "interrupts": "who may be interrupted by whom is said for servers who are alike",
    "keep_free": "groups say themselves whom they serve: serves: [tier]",
    "ageing": "ageing is for one queue in which everybody waits for the same servers",
    "people": "absence, turnover and training are of people who are alike; give such people a station of their own",
}


def impossible_groups(document: Document) -> Iterator[Finding]:
    """What groups cannot be combined with, tasks that never come to them, and visits nobody may serve."""
    for name, station in document.service.stations.items():
        if not station.groups:
            continue
        place = ("service", "stations", name)
        for key, why in _ALONE.items():
            value = getattr(station, key)
            if value and (key != "people" or value.change):
                yield Finding((*place, key), f"{key} at a station with groups: {why}", f"{key} left out, or staff")
        tasks = [task for task in document.service.tasks if name in document.service.route(task)]
        for each, group in station.groups.items():
            for position, task in enumerate(group.does or ()):
                if task not in tasks:
                    path = (*place, "groups", each, "does", str(position))
                    yield Finding(path, f"{task} is never done at {name}", f"one of {', '.join(tasks) or 'no task'}")
        yield from _nobody_may(document, name, station, tasks)


def _nobody_may(document: Document, name: str, station: Station, tasks: list[str]) -> Iterator[Finding]:
    """Visits that come here and that no group, on any day, may serve; said once a task, and once for other work."""
    manned = [group for group in station.groups.values() if _ever(station, group)]
    path = ("service", "stations", name, "groups")
    for task in tasks:
        able = [group for group in manned if group.does is None or task in group.does]
        for segment, tier in _comers(document, name, task):
            if not any(_serves(group, segment, tier) for group in able):
                whom = f" for {segment}" if able else ""
                found = f"nobody at {name} may do {task}{whom}, and such visits come there"
                yield Finding(
                    path, found, f"a group with staff that does {task}{' and serves ' + segment if able else ''}"
                )
                break
    work = [*(f"contacts of {key}" for key, terms in document.outreach.items() if terms.by == name)]
    work += [f"{key} are picked up" for key, gifts in document.gifts.items() if gifts.pick_up == name]
    stages = {} if document.service.recovery is None else document.service.recovery.stages
    work += ["complaint cases" for stage in stages.values() if stage.at == name]
    if work:
        for key, each in document.market.segments.items():
            if each.share and not any(_serves(group, key, each.tier) for group in manned):
                yield Finding(
                    path, f"nobody at {name} serves {key}, and {work[0]} come there", f"a group that serves {key}"
                )
                break


def _comers(document: Document, name: str, task: str) -> list[tuple[str, str | None]]:
    """Segments, with their tier, whose visits for a task come to the station."""
    service, found = document.service, []
    needs = [key for key, need in document.market.needs.items() if need.task == task and need.rate]
    for key, segment in document.market.segments.items():
        if not segment.share or not any(segment.needs.get(need, 1.0) for need in needs):
            continue
        own = next((group for group in service.tasks[task].at_for if group in (key, segment.tier)), None)
        if service.tasks[task].steps or service.shares(task, own)[name] > 0:
            found.append((key, segment.tier))
    return found


def _serves(group: Group, segment: str, tier: str | None) -> bool:
    return group.serves is None or segment in group.serves or tier in group.serves


def _ever(station: Station, group: Group) -> bool:
    return any(shift_of(station, group, day, unlimited=False) is not None for day in range(7))


def doubtful_groups(document: Document) -> Iterator[Finding]:
    """Days on which the station opens and those who may do a task are not there."""
    for name, station in document.service.stations.items():
        if not station.groups:
            continue
        for task in document.service.tasks:
            if name not in document.service.route(task):
                continue
            able = [group for group in station.groups.values() if group.does is None or task in group.does]
            days = [
                weekday
                for day, weekday in enumerate(WEEKDAYS)
                if any(shift_of(station, group, day, unlimited=False) for group in station.groups.values())
                and not any(shift_of(station, group, day, unlimited=False) for group in able)
            ]
            if able and days:
                path = ("service", "stations", name, "groups")
                found = f"{name} opens on {' and '.join(days)}, and nobody who may do {task} is there"
                yield Finding(path, found, "whoever comes for it then waits in vain")
