"""What cannot be, and what is hardly meant, about the people of stations and about incidents.

One document goes in; out come findings, which `checks.py` refuses and `cautions.py` warns of.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from sim.calendar import MINUTES_PER_DAY
from sim.scenario.document import Document
from sim.scenario.duty import duties
from sim.scenario.finding import Finding
from sim.scenario.people import People, Skill
from sim.scenario.quantities import ClockSpan
from sim.scenario.section import WEEKDAYS
from sim.scenario.service import Station
from sim.scenario.shifts import Shift, shift
from sim.scenario.tree import TreePath

MOST_PEOPLE = 10_000
MOST_PROJECTS = 24  # a day, at one pool


def impossible_people(document: Document) -> Iterator[Finding]:
    """Breaks and people that cannot be, and hazards that are nowhere above 0."""
    for name, station in document.service.stations.items():
        place = ("service", "stations", name)
        if station.staff == "unlimited" and (station.breaks or (station.people is not None and station.people.change)):
            part = "breaks" if station.breaks else "people"
            yield Finding((*place, part), f"{part} of a station with unlimited staff", "a number of staff")
            continue
        shifts = list(_week(station).values())
        most = max((servers for present in shifts for _, _, servers in present.pieces), default=0)
        if station.people is not None and station.people.change and most > MOST_PEOPLE:
            found = f"{most:,} people on duty, each of them kept apart"
            yield Finding((*place, "people"), found, f"at most {MOST_PEOPLE:,} on duty at a station with people")
        for each, project in ({} if station.people is None else station.people.projects).items():
            if project.comes > MOST_PROJECTS:
                found = f"{project.comes:,.4g} projects a day at each pool"
                yield Finding((*place, "people", "projects", each, "comes"), found, f"at most {MOST_PROJECTS} a day")
        for each, section in station.breaks.items():
            if shifts and not any(_inside(section.at, present) for present in shifts):
                yield Finding(
                    (*place, "breaks", each, "at"),
                    "a break that lies in no shift of the station",
                    "hours inside opening hours",
                )
        for (_, one), (other, two) in combinations(station.breaks.items(), 2):
            if _meet(one.at, two.at):
                yield Finding(
                    (*place, "breaks", other, "at"), "two breaks at the same time", "one break with the share of both"
                )
                break
    for name, incident in document.service.incidents.items():
        hours = [ClockSpan.model_validate(text) for text in incident.hours]
        path = ("service", "incidents", name, "hours")
        if any(_meet(one, other) for one, other in combinations(hours, 2)):
            yield Finding(path, "hours that overlap", "hours that do not overlap")
        elif not any(incident.hours.values()) and sum(span.end - span.start for span in hours) >= MINUTES_PER_DAY:
            yield Finding(path, "a hazard of 0 at every hour of the day", "a weight above 0 at some hour")


def doubtful_people(document: Document) -> Iterator[Finding]:
    """Places left unmanned, teams that do not add up, and what has no effect."""
    for name, station in document.service.stations.items():
        yield from _unmanned(name, station)
        if station.people is not None:
            place = ("service", "stations", name, "people")
            yield from _team(place, station, station.people)
            yield from _projects(place, station, station.people)
            yield from _without_effect(place, document, station, station.people)


def _week(station: Station) -> dict[int, Shift]:
    found = {day: shift(station, day, unlimited=False) for day in range(7)}
    return {day: present for day, present in found.items() if present is not None}


def _turns(hours: ClockSpan) -> list[tuple[float, float]]:
    return [(hours.start + turn, hours.end + turn) for turn in (-MINUTES_PER_DAY, 0, MINUTES_PER_DAY)]


def _inside(hours: ClockSpan, present: Shift) -> bool:
    return any(present.opens <= start and end <= present.closes for start, end in _turns(hours))


def _meet(one: ClockSpan, other: ClockSpan) -> bool:
    return any(start < one.end and one.start < end for start, end in _turns(other))


def _clock(minute: float) -> str:
    return f"{int(minute) // 60 % 24:02d}:{int(minute) % 60:02d}"


def _unmanned(name: str, station: Station) -> Iterator[Finding]:
    """A break without cover that leaves nobody at the station while it is open; said once a break."""
    for each, section in station.breaks.items():
        for day, present in _week(station).items():
            alone = [
                duty
                for duty in duties(station, day, present)
                if duty.away
                and duty.rostered
                and not duty.servers(duty.rostered)
                and any(start <= duty.start < end for start, end in _turns(section.at))
            ]
            if alone and not section.covered:
                path = ("service", "stations", name, "breaks", each)
                hours = f"from {_clock(alone[0].start)} to {_clock(alone[-1].end)}"
                found = f"{name} is unmanned {hours} while it is open"
                yield Finding(
                    path, found, "everyone there is on a break at once; substitutes stand in with covered: true"
                )
                break


def _team(place: TreePath, station: Station, people: People) -> Iterator[Finding]:
    team = people.team
    if team is None:
        return
    for name, group in team.groups.items():
        if sum(group.values()) != team.people:
            parts = " + ".join(str(number) for number in group.values())
            found = f"{parts} by {name} add up to {sum(group.values())}, and there are {team.people} people"
            yield Finding((*place, "team", "groups", name), found, "parts that add up to the whole")
    most = max((piece[2] for present in _week(station).values() for piece in present.pieces), default=0)
    if most > team.people:
        found = f"{most} on duty at once, and {team.people} people"
        yield Finding((*place, "team", "people"), found, "at least as many people as are on duty at once")


def _projects(place: TreePath, station: Station, people: People) -> Iterator[Finding]:
    most = max((piece[2] for present in _week(station).values() for piece in present.pieces), default=0)
    for name, project in people.projects.items():
        path = (*place, "projects", name)
        if project.staff > most:
            found = f"it takes {project.staff} people, and at most {most} are on duty"
            yield Finding((*path, "staff"), found, "it takes those who are there")
        elsewhere = project.comes * project.lasts.expected() / MINUTES_PER_DAY * project.staff
        if elsewhere >= most > 0:
            found = f"{elsewhere:.3g} people are away on average, and at most {most} are on duty"
            yield Finding((*path, "comes"), found, "hardly anybody is left to serve")


def _without_effect(place: TreePath, document: Document, station: Station, people: People) -> Iterator[Finding]:
    if people.turnover is not None and people.turnover.leaves and people.beginners is None:
        found = "people are replaced by others who are as good from the first day"
        yield Finding((*place, "turnover"), found, "beginners: {...} says what new people cannot do yet")
    new = people.turnover is not None or (people.beginners is not None and people.beginners.opening is not None)
    if people.beginners is not None and not new and not document.changes:
        found = "nobody is ever new: no turnover, no tenure at opening, no dated change of staff"
        yield Finding((*place, "beginners"), found, "it has no effect")
    week = _week(station)
    most = max((piece[2] for present in week.values() for piece in present.pieces), default=0)
    for name, training in people.training.items():
        path = (*place, "training", name)
        if training.skill == Skill() and not training.faster:
            yield Finding(path, "a training that changes neither skill nor pace", "it has no effect but its cost")
        if most and not int(training.share * most + 0.5):
            yield Finding((*path, "share"), f"{training.share:g} of {most} people is nobody", "a larger share")
        held = [day for day in week if training.days is None or WEEKDAYS[day] in training.days]
        if week and not held:
            yield Finding((*path, "days"), "the station is closed on these days", "the training is never held")
        elif training.hours is not None and week and not any(_inside(training.hours, week[day]) for day in held):
            found = "the session does not lie inside a shift"
            yield Finding((*path, "hours"), found, "what lies outside takes no capacity and is not paid as wages")
