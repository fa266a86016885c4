"""The people of the stations: who is there today, what they can do, who leaves and who is hired.

One `Workforce` lives through a run. Each morning it brings its crews up to date; it then gives the facility a roster of
those present and their pace, the judgement their skill, and the payroll the hours not paid. Stations whose people
are not described have no crew and cost nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from sim.behaviour import skill
from sim.behaviour.incidents import chance_in_a_day
from sim.calendar import MINUTES_PER_DAY
from sim.money import times
from sim.operations.projects import Projects, begin_projects, less_projects
from sim.scenario import people as sections
from sim.scenario.section import WEEKDAYS
from sim.scenario.shifts import shift
from sim.service.plant import Plant
from sim.service.records import Encounters, Roster

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

FILLED: Final = -1
NEVER: Final = -1
LONG_AGO: Final = 1e6  # days: the tenure of someone who has nothing left to learn


@dataclass(eq=False)
class Skills:
    """What the people of each pool can do today, against the station's usual: pools of stations without crew stay so.

    levels: (5, pools), scale points; right: (pools,), added to right first time; pace: (pools,), factor on service
    times; present: (pools,), share of the people on the roster who are there
    """

    levels: Floats
    right: Floats
    pace: Floats
    present: Floats

    @classmethod
    def usual(cls, pools: int) -> Skills:
        """Nobody differs."""
        return cls(np.zeros((5, pools)), np.zeros(pools), np.ones(pools), np.ones(pools))


@dataclass(eq=False)
class Crew:
    """The people of one station: places (on the roster, from the first to the last called) by pool.

    tenure: days; back: day a vacant place is filled again, `FILLED` for a place that is; first, last: day of the first
    and the last session by training, `NEVER` for none; away: missing today, `was_away` yesterday; attends: who takes
    part in the trainings held today; standard: internal standard, share of full time; pressure: work pressure felt;
    time: given to an order, share of full time; projects: that take people away, under way or to come
    """

    pools: Integers
    tenure: Floats
    back: Integers
    away: Flags
    was_away: Flags
    standard: Floats
    pressure: Floats
    time: Floats
    projects: Projects
    first: dict[str, Integers] = field(default_factory=dict)
    last: dict[str, Integers] = field(default_factory=dict)
    attends: dict[str, Flags] = field(default_factory=dict)

    @classmethod
    def of(cls, pools: Integers) -> Crew:
        """Nobody yet."""
        none, width = (0, len(pools)), len(pools)
        return cls(
            pools,
            np.zeros(none),
            np.zeros(none, np.int64),
            np.zeros(none, np.bool_),
            np.zeros(none, np.bool_),
            np.ones(width),
            np.ones(width),
            np.ones(width),
            Projects.of(width),
        )

    def resize(self, places: int, tenure: Floats) -> None:
        """As many places as the roster needs; new ones are filled at once, with people of this tenure, (new, pools)."""
        more = places - len(self.tenure)

        def sized(values: NDArray[np.generic], new: object) -> NDArray[np.generic]:
            if more <= 0:
                return values[:places]
            return np.concatenate([values, np.full((more, len(self.pools)), new, values.dtype)])

        self.back = np.asarray(sized(self.back, FILLED), np.int64)
        self.away, self.was_away = (np.asarray(sized(each, False), np.bool_) for each in (self.away, self.was_away))
        for days in (self.first, self.last):
            for name in days:
                days[name] = np.asarray(sized(days[name], NEVER), np.int64)
        self.tenure = np.concatenate([self.tenure, tenure]) if more > 0 else self.tenure[:places]


class Workforce:
    """The crews of a run, by station, and what they can do today."""

    def __init__(self) -> None:
        self.crews: dict[str, Crew] = {}
        self.skills: Skills | None = None
        self._roster: Roster | None = None
        self._unpaid: dict[str, Floats] = {}

    def open_day(self, market: Market) -> None:
        """Bring every crew to today: pressure of yesterday, leavers and the newly hired, sessions, absence."""
        described = {
            name: station.people
            for name, station in market.document.service.stations.items()
            if station.people is not None and station.people.change
        }
        self.crews = {name: crew for name, crew in self.crews.items() if name in described}
        if not described:
            self.skills, self._roster, self._unpaid = None, None, {}
            return
        self.skills = Skills.usual(market.plant.facility.pools)
        for name, people in described.items():
            if name not in self.crews:
                row = market.plant.station_names.index(name)
                self.crews[name] = Crew.of(np.unique(market.plant.pool_of[row]))
            crew = self.crews[name]
            _staff_up(market, name, people, crew)
            yesterday = market.yesterday
            if people.erosion is not None and yesterday is not None and yesterday.encounters is not None:
                _feel_pressure(people.erosion, crew, yesterday.encounters)
            if people.turnover is not None:
                _turn_over(market, name, people.turnover, crew)
            _hold_sessions(market, name, people, crew)
            _call_in_absent(market, name, people, crew)
            if people.projects:
                _call_away(market, name, people, crew)
            _assess(market, people, crew, self.skills)
            crew.tenure += 1.0
        self._unpaid = {}
        self._roster = self._present(market)

    def roster(self, market: Market) -> Roster:
        """Doors and staff of today, of those who are there, with their pace."""
        return market.plant.roster(market.calendar, market.day) if self._roster is None else self._roster

    def unpaid_hours(self, market: Market, name: str) -> Floats | None:
        """Server-hours on today's roster that nobody is paid for, by pool of the station; None where all are."""
        crew = self.crews.get(name)
        section = market.document.service.stations[name]
        if crew is None or section.people is None or section.staff == "unlimited":
            return None
        present = shift(section, market.today.weekday, unlimited=False)
        if present is None:
            return None
        missing = crew.back != FILLED
        if section.people.absence is not None and not section.people.absence.paid:
            missing = missing | crew.away
        counts = _counts(missing)
        hours = np.zeros(len(crew.pools))
        for start, end, servers in present.pieces:
            hours = hours + (end - start) / 60.0 * counts[min(servers, len(missing))]
        return hours

    def _present(self, market: Market) -> Roster:
        """Today's roster, less those who are missing: of yesterday's shifts those missing yesterday."""
        assert self.skills is not None  # asked on days with crews only
        roster, plant = market.plant.roster(market.calendar, market.day), market.plant
        servers = roster.staff.servers.copy()
        present, on_break = servers.copy(), np.zeros(len(servers))
        for name, crew in self.crews.items():
            for lines, sessions, of_yesterday in plant.lines(name, market.today.weekday, market.day > 0):
                missing = crew.was_away if of_yesterday else crew.away
                if not of_yesterday:
                    for training in sessions:
                        missing = missing | crew.attends.get(training, np.zeros_like(missing))
                pool = np.searchsorted(crew.pools, roster.staff.pool[lines.row])
                places = np.minimum(lines.rostered, len(missing))
                left = lines.rostered - _counts(missing)[places, pool]
                servers[lines.row] = left - np.floor(lines.away * left + 0.5).astype(np.int64)
                present[lines.row], on_break[lines.row] = left, lines.away
        staff = replace(roster.staff, servers=servers)
        called = [crew for name, crew in self.crews.items() if _has_projects(market, name)]
        if called:
            projects = [(crew.pools, crew.projects) for crew in called]
            start = float(market.day * MINUTES_PER_DAY)
            staff, hours = less_projects(staff, present, on_break, projects, start)
            market.today.add("project_hours", hours)
        return replace(roster, staff=staff, pace=self.skills.pace)


def _has_projects(market: Market, name: str) -> bool:
    people = market.document.service.stations[name].people
    return people is not None and bool(people.projects)


def _counts(missing: Flags) -> Integers:
    """How many of the first n places are missing, (places + 1, pools)."""
    none = np.zeros((1, missing.shape[1]), np.int64)
    return np.concatenate([none, np.cumsum(missing, axis=0)])


def _places(plant: Plant, name: str) -> int:
    """People of one pool of a station: the largest number on the roster at once in a week."""
    station = plant.document.service.stations[name]
    week = [None if station.staff == "unlimited" else shift(station, day, unlimited=False) for day in range(7)]
    return max((servers for present in week if present is not None for _, _, servers in present.pieces), default=0)


def _luck(market: Market, purpose: str, name: str, crew: Crew) -> Floats:
    """A uniform for every place, (places, pools): those of a place do not depend on how many places there are."""
    numbers = market.streams.numbers(purpose, crew.tenure.size, name, market.day)
    return numbers.reshape(crew.tenure.shape)


def _staff_up(market: Market, name: str, people: sections.People, crew: Crew) -> None:
    places = _places(market.plant, name)
    new = places - len(crew.tenure)
    if new == 0:
        return
    tenure = np.zeros((max(new, 0), len(crew.pools)))
    if market.day == 0:
        opening = None if people.beginners is None else people.beginners.opening
        tenure[:] = LONG_AGO
        if opening is not None:
            luck = market.streams.numbers("tenure", tenure.size, name).reshape(tenure.shape)
            tenure = np.maximum(opening.quantile(luck), 0.0)
    crew.resize(places, tenure)


def _feel_pressure(erosion: sections.Erosion, crew: Crew, yesterday: Encounters) -> None:
    monitors = yesterday.monitors
    felt = skill.work_pressure(
        busy=monitors.busy_time[crew.pools],
        arrivals=monitors.arrivals[crew.pools].astype(np.float64),
        served=monitors.served[crew.pools].astype(np.float64),
        staffed=monitors.staffed_time[crew.pools],
        comfortable=erosion.comfortable,
    )
    felt = np.where(np.isnan(felt), crew.pressure, felt)
    crew.pressure = crew.pressure + (felt - crew.pressure) / erosion.felt_over
    crew.time = skill.time_per_order(
        standard=crew.standard, pressure=crew.pressure, elasticity=erosion.elasticity, least=erosion.least
    )
    crew.standard = skill.drifted_standard(
        standard=crew.standard, given=crew.time, down=erosion.drifts_down, up=erosion.drifts_up
    )


def _turn_over(market: Market, name: str, turnover: sections.Turnover, crew: Crew) -> None:
    """Who is due back begins today; then each of the others may leave."""
    hired = crew.back == market.day
    crew.tenure[hired], crew.back[hired] = 0.0, FILLED
    for days in (crew.first, crew.last):
        for name_of_training in days:
            days[name_of_training][hired] = NEVER
    leaves = (_luck(market, "turnover", name, crew) < chance_in_a_day(turnover.leaves)) & (crew.back == FILLED) & ~hired
    crew.back[leaves] = market.day + max(round(turnover.replaced_after), 1)
    market.today.add("staff_left", int(np.count_nonzero(leaves)))
    if hired.any() and turnover.hiring_cost:
        _pay(market, times(turnover.hiring_cost, hired.sum(axis=0), market.document.currency), crew)


def _hold_sessions(market: Market, name: str, people: sections.People, crew: Crew) -> None:
    crew.attends = {}
    station, today = market.document.service.stations[name], market.calendar.date_of(market.day)
    for training, section in people.training.items():
        for days in (crew.first, crew.last):
            if training not in days:
                days[training] = np.full(crew.tenure.shape, NEVER, np.int64)
        weekday = WEEKDAYS[market.today.weekday]
        planned = section.during is None or section.during.start <= today <= section.during.end
        planned &= section.days is None or weekday in section.days
        if not planned or shift(station, market.today.weekday, unlimited=False) is None:
            continue
        taught = np.arange(len(crew.tenure)) < int(section.share * len(crew.tenure) + 0.5)
        attends = taught[:, np.newaxis] & (crew.back == FILLED)
        crew.attends[training] = attends
        crew.first[training] = np.where(attends & (crew.first[training] == NEVER), market.day, crew.first[training])
        crew.last[training] = np.where(attends, market.day, crew.last[training])
        if section.cost:
            _pay(market, times(section.cost, attends.sum(axis=0), market.document.currency), crew)


def _call_in_absent(market: Market, name: str, people: sections.People, crew: Crew) -> None:
    """Who is missing all day: vacant places, the absent, and those in a course that fills the shift."""
    crew.was_away = crew.away
    crew.away = crew.back != FILLED
    if people.absence is not None:
        crew.away = crew.away | (_luck(market, "absence", name, crew) < people.absence.share)
    for training, attends in crew.attends.items():
        if people.training[training].hours is None:
            crew.away = crew.away | attends


def _call_away(market: Market, name: str, people: sections.People, crew: Crew) -> None:
    """Sudden projects that come today, and what each costs."""
    came = begin_projects(market, name, people.projects, crew.projects)
    for section, numbers in zip(people.projects.values(), came, strict=True):
        market.today.add("projects", int(numbers.sum()))
        if section.cost and numbers.any():
            _pay(market, times(section.cost, numbers, market.document.currency), crew)


def _assess(market: Market, people: sections.People, crew: Crew, skills: Skills) -> None:
    """What those present can do on average, in each pool."""
    there = (~crew.away).astype(np.float64)
    pace, levels, right = np.ones_like(crew.tenure), np.zeros((3, *crew.tenure.shape)), np.zeros_like(crew.tenure)

    def differ(section: sections.Skill, share: Floats) -> None:
        nonlocal right
        for place, points in enumerate((section.reliability, section.assurance, section.empathy)):
            levels[place] += points * share
        right = right + section.right_first_time * share

    if people.beginners is not None:
        form = people.beginners
        if form.learning_rate is None:
            left = skill.to_learn_exponential(crew.tenure, learns_in=form.learns_in)
        else:
            left = skill.to_learn_power(crew.tenure, slower=form.slower, rate=form.learning_rate)
        pace = pace * (1.0 + form.slower * left)
        differ(form.skill, left)
    for training, section in people.training.items():
        first, last = crew.first[training], crew.last[training]
        since_first = np.where(first == NEVER, -1.0, market.day - first)
        effect = skill.training_effect(
            since_first, (market.day - last).astype(np.float64), ramp=section.ramp, fades=section.fades
        )
        pace = pace * (1.0 - section.faster * effect)
        differ(section.skill, effect)
    if people.bonus is not None:
        pace = pace * (1.0 - people.bonus.faster)
        differ(people.bonus.skill, np.ones_like(crew.tenure))
    if people.erosion is not None:
        pace = pace * crew.time
        differ(people.erosion.skill, np.broadcast_to(1.0 - crew.time, crew.tenure.shape))
    skills.pace[crew.pools] = skill.mean_of(pace, there)
    for place, dimension in enumerate((0, 2, 3)):
        skills.levels[dimension, crew.pools] = skill.mean_of(levels[place], there)
    skills.right[crew.pools] = skill.mean_of(right, there)
    skills.present[crew.pools] = there.mean(axis=0) if len(there) else 1.0
    market.today.add("places", there.size)
    market.today.add("places_present", int(there.sum()))
    market.today.add("places_year", there.size / 365.25)
    market.today.add("crews", len(crew.pools))
    market.today.add("pace_sum", float(skills.pace[crew.pools].sum()))
    if people.erosion is not None:
        market.today.add("eroding_crews", len(crew.pools))
        market.today.add("work_standard_sum", float(crew.standard.sum()))


def _pay(market: Market, amounts: Integers, crew: Crew) -> None:
    """A cost of each pool of a crew, at its site where it belongs to one."""
    site = np.arange(len(crew.pools)) if len(crew.pools) == len(market.site_names) else np.array([-1])
    market.ledger.post("people", -amounts, -1, site)
