"""From the document's service section to what the facility works with: pools, processes, and each day's roster.

A task with one step that several stations can do becomes one process a station; which one a visitor takes is a share,
moved by steering. Handing out gifts and working on complaints are processes too, so that they take real staff.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from math import inf
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.calendar import MINUTES_PER_DAY, Calendar
from sim.operations.skills import Kinds, groups_of, pay_of_groups
from sim.scenario.document import Document
from sim.scenario.duty import Duty, after_breaks, cost_of_cover, duties, unpaid_hours
from sim.scenario.service import Station as StationSection
from sim.scenario.shifts import ALWAYS, Shift, meeting_shift, shift, shift_of
from sim.scenario.tasks import Task
from sim.service.further_steps import further_steps
from sim.service.records import Openings, Roster, StaffChanges
from sim.service.stations import UNLIMITED, Again, Closing, Facility, Process, Station, Step

CASE: Final = "complaint case"
THE_CUSTOMER: Final = "the customer"
"""Whose own work is a place, too: always open, and with hands for everybody."""
_CLOSINGS: Final[dict[str, Closing]] = {
    "serve out": "serve_out",
    "turn away": "turn_away",
    "carry over": "carry_over",
    "put down": "put_down",
}


def _staff_of_day(yesterdays: Shift | None, todays: Shift | None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """From which minute of a day how many servers (a billion for an unlimited number) are on duty."""
    late = [] if yesterdays is None else yesterdays.pieces
    pieces = [(max(start - MINUTES_PER_DAY, 0.0), servers) for start, end, servers in late if end > MINUTES_PER_DAY]
    if todays is not None:
        pieces = [piece for piece in pieces if piece[0] < todays.opens]
        pieces += [(start, servers) for start, _, servers in todays.pieces]
    return np.array([start for start, _ in pieces]), np.array([min(float(servers), 1e9) for _, servers in pieces])


@dataclass(frozen=True, eq=False)
class Lines:
    """Lines of a day's roster that change together: their rows, people rostered, share of those there on a break."""

    row: NDArray[np.int64]
    rostered: NDArray[np.int64]
    away: NDArray[np.float64]


# Minute, pool, servers, piece of a shift, whether of yesterday's, group of servers.
_Line = tuple[float, int, int, Duty | None, bool, int]


def steps_of(task: Task, station: dict[str, int]) -> list[Step]:
    """The steps of a task, with the number of each one's `station` and of the step it may be sent back to."""
    number = {name: position for position, name in enumerate(task.steps)}
    steps = []
    for name, step in task.steps.items():
        again, at = step.again, station[THE_CUSTOMER if step.at is None else step.at]
        last = step.never_above
        limit = last.time if last is not None and last.then == "goes on" else inf
        rework = None
        if again is not None and again.chance > 0:
            back_to = number[name if again.back_to is None else again.back_to]
            rework = Again(again.chance, back_to, again.at_most)
        steps.append(Step(at, step.takes, rework, limit, timed=step.longest is not None))
    return steps


class Plant:
    """One version of the service: facility, processes by task, rosters by day. Rebuilt when a dated change acts."""

    def __init__(self, document: Document) -> None:
        service = document.service
        self.document = document
        self.station_names = tuple(service.stations)
        sites = len(document.market.site_names)
        self.unlimited = service.capacity == "unlimited"
        # Places are the stations, then the meetings, then the customers themselves.
        places = {name: station.per for name, station in service.stations.items()}
        places |= {name: meeting.per for name, meeting in service.meetings.items()}
        if any(step.by is not None for task in service.tasks.values() for step in task.steps.values()):
            places[THE_CUSTOMER] = "market"
        pool_of = np.empty((len(places), sites), np.int64)
        count = 0
        for row, per in enumerate(places.values()):
            width = sites if per == "site" else 1
            pool_of[row] = count + (np.arange(sites) if per == "site" else 0)
            count += width
        self.pool_of: NDArray[np.int64] = pool_of
        self.pools_of_station = [sites if per == "site" else 1 for per in places.values()]
        # Pools of a site with staff of its own.
        self.own_staff = {
            int(pool_of[row, site]): region.staff[name]
            for site, region in enumerate(map(document.market.regions.get, document.market.site_names))
            if region is not None
            for row, name in enumerate(service.stations)
            if name in region.staff
        }
        processes: list[Process] = []
        self.first_station: list[int] = []

        def add(name: str, steps: list[Step], beyond: tuple[Step, ...] = ()) -> int:
            processes.append(Process(name, tuple(steps), beyond))
            self.first_station.append(steps[0].station)
            return len(processes) - 1

        index = {name: position for position, name in enumerate(places)}
        beyond = further_steps(document, index)
        self.of_task: dict[str, dict[str, int]] = {}
        for name, task in service.tasks.items():
            if task.steps:
                steps = steps_of(task, index)
                self.of_task[name] = {service.route(name)[0]: add(name, steps, beyond)}
                continue
            self.of_task[name] = {}
            for at in service.route(name):
                takes = task.takes_at.get(at) or task.takes
                assert takes is not None  # a task without steps says how long it takes
                self.of_task[name][at] = add(f"{name} at {at}", [Step(index[at], takes)], beyond)
        self.of_gifts = {
            name: add(f"{name} pick-up", [Step(index[gifts.pick_up], gifts.takes)])
            for name, gifts in document.gifts.items()
            if gifts.pick_up is not None and gifts.takes is not None
        }
        self.of_signings = {
            name: add(f"{name} signing", [Step(index[offer.prepay.at], offer.prepay.takes)])
            for name, offer in document.offers.items()
            if offer.prepay is not None
        }
        self.of_outreach = {
            name: add(f"outreach {name}", [Step(index[terms.by], terms.takes)])
            for name, terms in document.outreach.items()
        }
        contacting = {terms.by for terms in document.outreach.values()}
        stages = {} if service.recovery is None else service.recovery.stages
        self.of_case: NDArray[np.int64] = np.array(
            [add(f"{CASE}: {name}", [Step(index[stage.at], stage.takes)]) for name, stage in stages.items()], np.int64
        )
        self.kinds = Kinds.of_market(document)
        task_of = {process: task for task, at in self.of_task.items() for process in at.values()}
        self.facility = Facility(
            tuple(
                Station(
                    name,
                    "priority" if station.first or name in contacting else "fifo",
                    station.queue_limit,
                    _CLOSINGS[station.at_closing],
                    station.waits_at_home,
                    station.interrupts,
                    0 if station.keep_free is None else station.keep_free.servers,
                    0 if station.keep_free is None else station.first.index(station.keep_free.tier),
                    inf if station.ageing is None else station.ageing,
                    groups_of(station, index[name], processes, task_of, self.kinds),
                )
                for name, station in service.stations.items()
            )
            + tuple(Station(name, closing="carry_over", patient=True) for name in (*places,)[len(service.stations) :]),
            tuple(processes),
            pool_of,
        )
        self.ranks = self._ranks()
        self.pay_of_groups = cache(lambda name, weekday: pay_of_groups(service.stations[name], weekday))
        self._week = cache(self._roster_of_weekday)
        self.paid_hours = cache(self._paid_hours)
        self.cost_of_cover = cache(self._cost_of_cover)
        self._lines = cache(self._lines_of_weekday)
        self.shifts: tuple[tuple[Shift | None, ...], ...] = tuple(
            tuple(after_breaks(station, day, shift(station, day, self.unlimited)) for day in range(7))
            for station in service.stations.values()
        )
        self.shifts += tuple(
            tuple(meeting_shift(meeting, weekday) for weekday in range(7)) for meeting in service.meetings.values()
        )
        if THE_CUSTOMER in places:
            self.shifts += ((ALWAYS,) * 7,)

    def shares(self, task: str, group: str | None = None) -> dict[str, float]:
        """The stations of a task with the share of its visits each gets, steering included; they add up to 1.

        `group` is a segment or tier that the task's `at_for` names; None is everybody else.
        """
        return self.document.service.shares(task, group)

    def _ranks(self) -> NDArray[np.int64]:
        """Who is first in each process, int64[processes, tiers + 1]: the place of each tier in the list of its station.

        Tiers the list leaves out, and those without a tier (the last column), come after it, all alike.
        """
        stations, tiers = list(self.document.service.stations.values()), self.document.market.tiers
        ranks = np.zeros((len(self.facility.processes), len(tiers) + 1), np.int64)
        for process, each in enumerate(self.facility.processes):
            if process in self.of_outreach.values():
                ranks[process] = len(stations[each.steps[0].station].first) + 1  # after every visitor
                continue
            orders = (
                stations[step.station].first for step in (*each.steps, *each.beyond) if step.station < len(stations)
            )
            first = next((order for order in orders if order), [])
            ranks[process] = [*(first.index(tier) if tier in first else len(first) for tier in tiers), len(first)]
        return ranks

    def _paid_hours(self, station: str, weekday: int) -> float:
        """Server-hours on duty at one pool, as the document staffs it, even where capacity is taken as unlimited."""
        section = self.document.service.stations[station]
        present = None if section.staff == "unlimited" else shift(section, weekday, unlimited=False)
        return 0.0 if present is None else present.staffed_hours - unpaid_hours(section, present)

    def _cost_of_cover(self, station: str, weekday: int) -> Decimal:
        """What substitutes for those on a break cost one pool a day, major units."""
        section = self.document.service.stations[station]
        if not section.breaks or section.staff == "unlimited":
            return Decimal()
        present = shift(section, weekday, unlimited=False)
        return Decimal() if present is None else cost_of_cover(section, present, section.wage)

    def open_on(self, station: str, weekday: int) -> bool:
        """Whether a station opens on this weekday."""
        return self.shifts[self.station_names.index(station)][weekday] is not None

    def roster(self, calendar: Calendar, day: int) -> Roster:
        """Doors and staff of one day's window [midnight, midnight): also what yesterday's shifts still do in it."""
        week = self._week(calendar.weekday(day), day > 0)
        start = float(day * MINUTES_PER_DAY)
        return Roster(
            StaffChanges(week.staff.time + start, week.staff.pool, week.staff.servers, week.staff.group),
            Openings(week.openings.time + start, week.openings.pool, week.openings.open),
        )

    def _roster_of_weekday(self, weekday: int, has_yesterday: bool) -> Roster:
        """The roster of any such weekday, in minutes after its midnight."""
        doors, staff = self._changes_of_weekday(weekday, has_yesterday)
        return Roster(
            StaffChanges(
                np.array([row[0] for row in staff], np.float64),
                np.array([row[1] for row in staff], np.int64),
                np.array([row[2] for row in staff], np.int64),
                np.array([row[5] for row in staff], np.int64) if self.facility.most_groups else None,
            ),
            Openings(
                np.array([row[0] for row in doors], np.float64),
                np.array([row[1] for row in doors], np.int64),
                np.array([row[2] for row in doors], np.bool_),
            ),
        )

    def lines(self, station: str, weekday: int, has_yesterday: bool) -> list[tuple[Lines, tuple[str, ...], bool]]:
        """The lines of a station in a day's roster on which people depend, by the sessions held and whose shift it is.

        The last item says whether the shift began yesterday. Lines for an unlimited number, or for none, are left out.
        """
        return self._lines(station, weekday, has_yesterday)

    def _lines_of_weekday(
        self, station: str, weekday: int, has_yesterday: bool
    ) -> list[tuple[Lines, tuple[str, ...], bool]]:
        pools = set(np.unique(self.pool_of[self.station_names.index(station)]).tolist())
        _, staff = self._changes_of_weekday(weekday, has_yesterday)
        groups: dict[tuple[tuple[str, ...], bool], list[tuple[int, Duty]]] = {}
        for row, (_, pool, _, duty, of_yesterday, _) in enumerate(staff):
            if pool in pools and duty is not None and duty.rostered < UNLIMITED:
                groups.setdefault((duty.sessions, of_yesterday), []).append((row, duty))
        return [
            (
                Lines(
                    np.array([row for row, _ in found], np.int64),
                    np.array([duty.rostered for _, duty in found], np.int64),
                    np.array([duty.away for _, duty in found], np.float64),
                ),
                *key,
            )
            for key, found in groups.items()
        ]

    def _changes_of_weekday(
        self, weekday: int, has_yesterday: bool
    ) -> tuple[list[tuple[float, int, bool]], list[_Line]]:
        """Doors and staff of a day in order of time, minutes after its midnight."""
        start, end = 0, MINUTES_PER_DAY
        doors: list[tuple[float, int, bool]] = []
        staff: list[_Line] = []
        stations = list(self.document.service.stations.values())
        for row, shifts in enumerate(self.shifts):
            station = stations[row] if row < len(stations) else None  # a meeting, or the customer's own work
            pools = np.unique(self.pool_of[row]).tolist()
            todays, yesterdays = shifts[weekday], shifts[weekday - 1] if has_yesterday else None
            # A place still open when it opens again never closes: the new shift only takes over from the old one.
            opening = end if todays is None else start + todays.opens
            takes_over = yesterdays is not None and start - MINUTES_PER_DAY + yesterdays.closes >= opening
            for since, present in ((start - MINUTES_PER_DAY, yesterdays), (start, todays)):
                if present is None:
                    continue
                edges = [(since + present.opens, True), (since + present.closes, False)]
                changes = self._changes_of_shift(station, weekday - (present is yesterdays), since, present)
                if takes_over and present is yesterdays:
                    edges, changes = edges[:1], [change for change in changes if change[0] < opening]
                elif takes_over:
                    edges = edges[1:]
                for pool in pools:
                    doors += [(at, pool, is_open) for at, is_open in edges if start <= at < end]
                    of_yesterday = since < start
                    own = self.own_staff.get(pool)
                    staff += [
                        (at, pool, number if own is None or not number else own, duty, of_yesterday, group)
                        for at, number, duty, group in changes
                        if start <= at < end
                    ]
        doors.sort(key=lambda row: (row[0], row[1]))
        staff.sort(key=lambda row: (row[0], row[1]))
        return doors, staff

    def _changes_of_shift(
        self, station: StationSection | None, weekday: int, since: float, present: Shift
    ) -> list[tuple[float, int, Duty | None, int]]:
        """From which minute how many servers of a group are there, and the piece of the shift; none at its end."""
        end: list[tuple[float, int, Duty | None, int]] = [(since + present.closes, 0, None, 0)]
        if station is None:
            return [*((since + start, servers, None, 0) for start, _, servers in present.pieces), *end]
        if station.groups:
            changes: list[tuple[float, int, Duty | None, int]] = []
            for number, group in enumerate(station.groups.values()):
                of_group = shift_of(station, group, weekday % 7, self.unlimited)
                for duty in () if of_group is None else duties(station, weekday % 7, of_group):
                    servers = duty.rostered if duty.rostered >= UNLIMITED else duty.servers(duty.rostered)
                    changes.append((since + duty.start, servers, None, number))
                changes.append((since + present.closes, 0, None, number))
            return changes
        full = shift(station, weekday % 7, self.unlimited)
        assert full is not None  # a station with a shift has one before its breaks too
        return [
            (since + duty.start, duty.rostered if duty.rostered >= UNLIMITED else duty.servers(duty.rostered), duty, 0)
            for duty in duties(station, weekday % 7, full)
        ] + end

    def servers_at(self, pool: NDArray[np.int64], at: NDArray[np.float64], calendar: Calendar) -> NDArray[np.float64]:
        """Servers the roster has in each pool at each minute (at least 1, so that it can divide); (n,).

        Before opening those of the first hour of the day, after closing those of the last.
        """
        day, minute = np.divmod(at, MINUTES_PER_DAY)
        weekday = (calendar.start.weekday() + day.astype(np.int64)) % 7
        table: NDArray[np.float64] = self._servers_by_minute
        servers = table[self.facility.station_of_pool[pool], weekday, minute.astype(np.int64)]
        for own, number in self.own_staff.items():
            servers[pool == own] = max(number, 1)
        return servers

    @cached_property
    def _servers_by_minute(self) -> NDArray[np.float64]:
        """Servers of each station, weekday and minute of the day; (stations, 7, 1440)."""
        servers = np.ones((len(self.shifts), 7, MINUTES_PER_DAY))
        minutes = np.arange(MINUTES_PER_DAY)
        for row, shifts in enumerate(self.shifts):
            for weekday in range(7):
                starts, values = _staff_of_day(shifts[weekday - 1], shifts[weekday])
                if len(starts):
                    place = np.clip(np.searchsorted(starts, minutes, "right") - 1, 0, len(starts) - 1)
                    servers[row, weekday] = np.maximum(values[place], 1.0)
        return servers
