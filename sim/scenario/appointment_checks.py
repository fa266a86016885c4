"""Windows that cannot be kept, and those that hardly will be.

One document goes in; out come findings, which `checks.py` refuses and `cautions.py` warns of.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from sim.calendar import MINUTES_PER_DAY
from sim.scenario.appointments import Appointment, Window
from sim.scenario.document import Document
from sim.scenario.duty import after_breaks
from sim.scenario.finding import Finding
from sim.scenario.quantities import ClockSpan
from sim.scenario.section import WEEKDAYS
from sim.scenario.shifts import Shift, shift
from sim.scenario.tree import TreePath
from sim.service.stations import UNLIMITED


def impossible_appointments(document: Document) -> Iterator[Finding]:
    """Windows outside opening hours, across each other, or with more work than can be begun in them."""
    for name, terms, stations in _by_appointment(document):
        place = ("service", "tasks", name, "appointment")
        for station in stations:
            if document.service.stations[station].waiting.where == "at home":
                found = f"{name} is by appointment, and at {station} people wait at home for as long as it takes"
                path = ("service", "stations", station, "waiting", "where")
                yield Finding(path, found, "on the spot; the appointment itself says 'where: at home'")
        for (_, one), (other, two) in combinations(terms.windows.items(), 2):
            if one.hours.start < two.hours.end and two.hours.start < one.hours.end and _share_a_day(one, two):
                found = f"{_hours(two.hours)} overlaps {_hours(one.hours)}"
                yield Finding((*place, "windows", other, "hours"), found, "windows that do not overlap")
                break
        for each, window in terms.windows.items():
            for station in stations:
                yield from _never_held(document, (*place, "windows", each), station, window)
                yield from _too_much(document, (*place, "windows", each, "places"), name, station, window)


def doubtful_appointments(document: Document) -> Iterator[Finding]:
    """More booked than the staff have time for, and overbooking against nothing."""
    for name, terms, stations in _by_appointment(document):
        place = ("service", "tasks", name, "appointment")
        if terms.overbooking and not terms.no_show:
            found = f"{terms.overbooking:.0%} more is booked than there are places, and everybody is there"
            yield Finding((*place, "overbooking"), found, "it makes up for no_show; windows will be broken")
        if not any(window.places for window in terms.windows.values()):
            yield Finding((*place, "windows"), "no window has a place", "nobody will get an appointment")
        for each, window in terms.windows.items():
            path = (*place, "windows", each)
            length = window.hours.end - window.hours.start
            if terms.spread > length:
                found = f"people come {terms.spread:g} min around its start, and the window is {length:g} min"
                yield Finding((*path, "hours"), found, "many will come after it has ended")
            if terms.travel >= length:
                found = f"the way there is {terms.travel:g} min, and the window is {length:g} min"
                yield Finding((*path, "hours"), found, "nobody is there in time who sets out when it begins")
            load = max((_load(document, name, terms, station, window) for station in stations), default=0.0)
            if load > 1.0:
                found = f"to begin on all that is booked takes {load:.0%} of the staff's time in the window, on average"
                yield Finding((*path, "places"), found, "some will be late or missed, and other work waits")


def _by_appointment(document: Document) -> Iterator[tuple[str, Appointment, list[str]]]:
    """Tasks with windows and the stations of their first steps."""
    for name, task in document.service.tasks.items():
        if task.appointment is not None:
            route = document.service.route(name)
            yield name, task.appointment, list(route[:1] if task.steps else route)


def _share_a_day(one: Window, two: Window) -> bool:
    return one.days is None or two.days is None or any(day in two.days for day in one.days)


def _shifts(document: Document, station: str) -> list[Shift | None]:
    """The shifts of a station by weekday, without those who are on a break."""
    section, unlimited = document.service.stations[station], document.service.capacity == "unlimited"
    return [after_breaks(section, day, shift(section, day, unlimited)) for day in range(len(WEEKDAYS))]


def _holds(present: Shift | None, hours: ClockSpan) -> bool:
    within = present is not None and present.opens <= hours.start and hours.end <= present.closes
    return within and hours.end <= MINUTES_PER_DAY


def _never_held(document: Document, place: TreePath, station: str, window: Window) -> Iterator[Finding]:
    """A window on a day that is named, or on any day where none is, that opening hours do not hold."""
    shifts = _shifts(document, station)
    if all(present is None for present in shifts):
        return  # the station never has staff, which is said of the station
    named = [] if window.days is None else [WEEKDAYS.index(day) for day in window.days]
    amiss = [day for day in named if shifts[day] is not None and not _holds(shifts[day], window.hours)]
    if amiss or not any(_holds(shifts[day], window.hours) for day in (named or range(len(WEEKDAYS)))):
        on = f" on {WEEKDAYS[amiss[0]]}" if amiss else ""
        openings = dict.fromkeys(
            f"{_clock(present.opens)}-{_clock(present.closes)}" for present in shifts if present is not None
        )
        found = f"{_hours(window.hours)} is not inside the hours of {station}{on}"
        yield Finding((*place, "hours"), found, f"a window inside {' or '.join(openings)}, on a day it opens")


def _too_much(document: Document, path: TreePath, name: str, station: str, window: Window) -> Iterator[Finding]:
    """More than can be begun in the window even if all work took its mean: c servers begin c more than they finish."""
    mean = document.service.tasks[name].takes_first(station).expected()
    for present in _shifts(document, station):
        if not _holds(present, window.hours):
            continue
        staffed, most = _staffed_minutes(present, window.hours)
        if (window.places - most) * mean > staffed * (1.0 + 1e-9):
            found = f"{window.places:,} places of {mean:g} min each, where {staffed:,.0f} minutes are staffed"
            can = int(staffed / mean + 1e-9) + most
            yield Finding(path, found, f"at most {can:,} places: no more can be begun in {_hours(window.hours)}")
            return


def _load(document: Document, name: str, terms: Appointment, station: str, window: Window) -> float:
    """Work to do before the last is begun, of those who come, per minute staffed, on the day with the fewest staff.

    With c servers the last c need only be begun in the window.
    """
    mean = document.service.tasks[name].takes_first(station).expected()
    come = terms.bookable(window) * (1.0 - terms.no_show)
    staffed = [
        _staffed_minutes(each, window.hours) for each in _shifts(document, station) if _holds(each, window.hours)
    ]
    return max((max(come - most, 0.0) * mean / minutes for minutes, most in staffed if minutes), default=0.0)


def _staffed_minutes(present: Shift | None, hours: ClockSpan) -> tuple[float, int]:
    """Server-minutes on duty in the hours, and the most servers at once."""
    pieces = () if present is None else present.pieces
    inside = [
        (min(end, hours.end) - max(start, hours.start), servers)
        for start, end, servers in pieces
        if start < hours.end and hours.start < end
    ]
    minutes = sum(length * min(servers, UNLIMITED) for length, servers in inside)
    return float(minutes), max((servers for _, servers in inside), default=0)


def _clock(minute: float) -> str:
    return f"{int(minute) // 60 % 24:02d}:{int(minute) % 60:02d}"


def _hours(hours: ClockSpan) -> str:
    return f"{_clock(hours.start)}-{_clock(hours.end)}"
