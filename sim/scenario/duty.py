"""Breaks and training hours cut a shift into pieces: who is on the roster, who is away, which sessions are held.

In go a station, a weekday and its shift; out come the pieces of the shift, and the hours that breaks cost or save.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from sim.calendar import MINUTES_PER_DAY
from sim.scenario.quantities import ClockSpan
from sim.scenario.section import WEEKDAYS
from sim.scenario.service import Station
from sim.scenario.shifts import Shift, shift_of, together
from sim.service.stations import UNLIMITED


@dataclass(frozen=True)
class Duty:
    """A piece of a shift, minutes after midnight: people on the roster, the share of those there who are on a break
    without cover, and the trainings that hold a session.
    """

    start: float
    end: float
    rostered: int
    away: float = 0.0
    sessions: tuple[str, ...] = ()

    def servers(self, present: int) -> int:
        """Who is left at work of so many people present."""
        return present - int(self.away * present + 0.5)


def duties(station: Station, weekday: int, present: Shift) -> tuple[Duty, ...]:
    """The pieces of one shift. A place with any number of servers has neither breaks nor sessions."""
    breaks = [(span, each.share) for each in station.breaks.values() if not each.covered for span in _turns(each.at)]
    sessions = [(span, name) for name, hours in _sessions(station, weekday) for span in _turns(hours)]
    if not breaks and not sessions:
        return tuple(Duty(*piece) for piece in present.pieces)
    found = []
    for start, end, servers in present.pieces:
        inside = {edge for (first, last), _ in (*breaks, *sessions) for edge in (first, last) if start < edge < end}
        for since, until in pairwise(sorted({start, end, *inside})):
            away = max((share for (first, last), share in breaks if first <= since < last), default=0.0)
            held = tuple(name for (first, last), name in sessions if first <= since < last)
            found.append(
                Duty(since, until, servers) if servers >= UNLIMITED else Duty(since, until, servers, away, held)
            )
    return tuple(found)


def after_breaks(station: Station, weekday: int, present: Shift | None) -> Shift | None:
    """The shift with the staff who are left when everyone on the roster comes and those on a break are away."""
    if present is None or not station.breaks or any(servers >= UNLIMITED for _, _, servers in present.pieces):
        return present
    if station.groups:
        return together(
            [
                _after_breaks_of(station, weekday, shift_of(station, group, weekday, unlimited=False))
                for group in station.groups.values()
            ]
        )
    return _after_breaks_of(station, weekday, present)


def _after_breaks_of(station: Station, weekday: int, present: Shift | None) -> Shift | None:
    if present is None:
        return None
    pieces = [
        (duty.start, duty.end, duty.rostered if duty.rostered >= UNLIMITED else duty.servers(duty.rostered))
        for duty in duties(station, weekday, present)
    ]
    return Shift(present.opens, present.closes, tuple(pieces))


def unpaid_hours(station: Station, present: Shift) -> float:
    """Server-hours of breaks that are not paid."""
    return sum(hours for each, hours in _break_hours(station, present) if not station.breaks[each].paid)


def cost_of_cover(station: Station, present: Shift, wage: Decimal) -> Decimal:
    """What substitutes cost in one shift of one pool, major units, where a break does not name their wage."""
    cost = Decimal()
    for name, hours in _break_hours(station, present):
        each = station.breaks[name]
        if each.covered:
            cost += (wage if each.wage is None else each.wage) * Decimal(str(hours))
    return cost


def _break_hours(station: Station, present: Shift) -> Iterator[tuple[str, float]]:
    for name, each in station.breaks.items():
        for start, end, servers in present.pieces:
            away = int(each.share * servers + 0.5) if servers < UNLIMITED else 0
            for first, last in _turns(each.at):
                yield name, max(min(end, last) - max(start, first), 0.0) * away / 60.0


def _turns(hours: ClockSpan) -> list[tuple[float, float]]:
    """A time of day comes round every day: on the day before, the day itself and the day after."""
    return [(hours.start + turn, hours.end + turn) for turn in (-MINUTES_PER_DAY, 0, MINUTES_PER_DAY)]


def _sessions(station: Station, weekday: int) -> Iterator[tuple[str, ClockSpan]]:
    for name, training in ({} if station.people is None else station.people.training).items():
        if training.hours is not None and (training.days is None or WEEKDAYS[weekday] in training.days):
            yield name, training.hours
