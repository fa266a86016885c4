"""Who is on duty at a station on a weekday, as the document says it: hours, staff, and where they differ.

In go a station and a weekday; out comes its shift, or None on a day on which it stays closed or has no staff at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from sim.calendar import MINUTES_PER_DAY
from sim.scenario.groups import Group
from sim.scenario.quantities import ClockSpan
from sim.scenario.section import WEEKDAYS
from sim.scenario.service import Station
from sim.scenario.tasks import Meeting
from sim.service.stations import UNLIMITED


@dataclass(frozen=True)
class Shift:
    """Servers of a station on a weekday: pieces (start, end, servers) in minutes after midnight, in order."""

    opens: float
    closes: float
    pieces: tuple[tuple[float, float, int], ...]

    @cached_property
    def staffed_hours(self) -> float:
        """Server-hours on duty."""
        return sum((end - start) * servers for start, end, servers in self.pieces) / 60.0


ALWAYS = Shift(0.0, float(MINUTES_PER_DAY), ((0.0, float(MINUTES_PER_DAY), UNLIMITED),))
"""Hands for everybody, all day."""


def meeting_shift(meeting: Meeting, weekday: int) -> Shift | None:
    """The minute in which a meeting takes up what waits for it, all of it; None on a day on which it does not meet."""
    if WEEKDAYS[weekday] not in meeting.days:
        return None
    ends = meeting.begins + 1.0
    return Shift(meeting.begins, ends, ((meeting.begins, ends, UNLIMITED),))


def shift(station: Station, weekday: int, unlimited: bool) -> Shift | None:
    """The shift of one pool of a station on a weekday, of all its groups where it has some.

    None when it stays closed or has no staff all day.
    """
    if station.groups:
        return together([shift_of(station, group, weekday, unlimited) for group in station.groups.values()])
    return shift_of(station, station, weekday, unlimited)


def together(shifts: list[Shift | None]) -> Shift | None:
    """One shift of all these, which open and close at the same hours."""
    present = [each for each in shifts if each is not None]
    if not present:
        return None
    edges = sorted({edge for each in present for start, end, _ in each.pieces for edge in (start, end)})
    pieces = [
        (start, end, sum(number for each in present for since, until, number in each.pieces if since <= start < until))
        for start, end in pairwise(edges)
    ]
    return Shift(
        present[0].opens,
        present[0].closes,
        tuple((start, end, min(number, UNLIMITED)) for start, end, number in pieces),
    )


def shift_of(station: Station, people: Station | Group, weekday: int, unlimited: bool) -> Shift | None:
    """The shift of one group of a station, or of a station without groups; None as above."""
    name = WEEKDAYS[weekday]
    if station.days is not None and name not in station.days:
        return None
    hours = station.open_on.get(name, station.open)
    usual = people.staff_on.get(name, people.staff)
    assert usual is not None  # a station has staff or groups, and here are people
    everywhere = Shift(hours.start, hours.end, ((hours.start, hours.end, UNLIMITED),))
    if usual == "unlimited":
        return everywhere
    cuts = {hours.start, hours.end}
    # A time of day comes round every day: hours over midnight meet it on both sides.
    differing = [
        (span.start + turn, span.end + turn, servers)
        for span, servers in ((ClockSpan.model_validate(text), servers) for text, servers in people.staff_at.items())
        for turn in (-MINUTES_PER_DAY, 0, MINUTES_PER_DAY)
    ]
    for first, last, _ in differing:
        cuts.update(edge for edge in (first, last) if hours.start < edge < hours.end)
    edges = sorted(cuts)
    pieces: list[tuple[float, float, int]] = []
    for start, end in pairwise(edges):
        servers = int(usual)
        for first, last, number in differing:
            if first <= start < last:
                servers = number
        if pieces and pieces[-1][2] == servers:
            pieces[-1] = (pieces[-1][0], end, servers)
        else:
            pieces.append((start, end, servers))
    if not any(piece[2] for piece in pieces):
        return None  # a place without staff all day does not open its door
    # Without limits the same doors open at the same hours, so that the same people come.
    return everywhere if unlimited else Shift(hours.start, hours.end, tuple(pieces))
