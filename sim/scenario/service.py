"""The service of a scenario: stations with staff and hours, standards, and what quality can be given."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from sim.distributions import NumberDistribution, TimeDistribution
from sim.scenario.branch_problems import Problem, Rounds
from sim.scenario.further import Approaching
from sim.scenario.groups import Group
from sim.scenario.incidents import Incident
from sim.scenario.people import Break, People
from sim.scenario.quantities import (
    Amount,
    ClockSpan,
    Count,
    HoursOfDay,
    Identifier,
    Minutes,
    NonNegative,
    PositiveCount,
    Scale,
    Share,
    Text,
)
from sim.scenario.recovery import Recovery
from sim.scenario.section import PartialLevels, Section, Weekday
from sim.scenario.shelves import Shelf
from sim.scenario.supply import Supply
from sim.scenario.tasks import Meeting, Task
from sim.scenario.waiting import Waiting


class KeptFree(Section):
    """Servers kept free for a tier, and those before it, while others wait. One server at least takes everybody."""

    servers: PositiveCount = Field(description="others begin only while more than this number of servers are free")
    tier: Identifier = Field(description="tier they are kept for, one of the station's first")


_ARTICLE = {"e-mail": "an answer by e-mail", "home visit": "a home visit"}


class Station(Section):
    """A pool of servers: people at a counter, machines in a hall."""

    title: Text | None = Field(default=None, description="name to print, by language")
    staff: Count | Literal["unlimited"] | None = Field(
        default=None, description="servers on duty in opening hours, for each site (see per); or groups"
    )
    groups: dict[Identifier, Group] = Field(
        default_factory=dict, description="in place of staff: servers who differ in what they may do, and how well"
    )
    staff_at: dict[HoursOfDay, Count] = Field(
        default_factory=dict, description="servers by time of day ('12:00-14:00': 2) where they differ from staff"
    )
    staff_on: dict[Weekday, Count] = Field(
        default_factory=dict, description="servers by weekday where they differ from staff"
    )
    breaks: dict[Identifier, Break] = Field(default_factory=dict, description="times of day at which staff are away")
    people: People | None = Field(
        default=None, description="absence, beginners, turnover, training, erosion, bonus, projects; steady if left out"
    )
    per: Literal["site", "market"] = Field(default="site", description="one pool at each site, or one for all sites")
    channel: Literal["walk-in", "machine", "phone", "e-mail", "online", "home visit"] = Field(
        default="walk-in", description="how customers come to it; results are also given by channel"
    )
    open: ClockSpan = Field(description="opening hours")
    days: list[Weekday] | None = Field(default=None, description="days it opens; every day where left out")
    open_on: dict[Weekday, ClockSpan] = Field(
        default_factory=dict, description="opening hours of a weekday where they differ"
    )
    at_closing: Literal["serve out", "turn away", "carry over", "put down"] = Field(
        default="serve out",
        description=(
            "what becomes of those waiting at closing; with 'put down' work under way stops too, until the next opening"
        ),
    )
    first: list[Identifier] = Field(default_factory=list, description="tiers served first, the highest first")
    interrupts: bool = Field(
        default=False, description="whether a tier in first interrupts those after it; their service is resumed later"
    )
    keep_free: KeptFree | None = Field(default=None, description="servers kept free for a tier while others wait")
    ageing: Minutes | None = Field(
        default=None, gt=0, description="waiting that makes up for one place in first; never if left out"
    )
    queue_limit: Count | None = Field(default=None, description="places to wait; no limit where left out")
    skill: PartialLevels | None = Field(
        default=None, description="levels given here where they differ from service.quality.levels"
    )
    waiting: Waiting = Field(default_factory=Waiting, description="where people wait, and what is done for them")
    wage: Amount = Field(default=0, validate_default=True, description="cost of one server for one hour on duty")

    @model_validator(mode="after")
    def _one_kind_of_staff(self) -> Self:
        if (self.staff is None) == (not self.groups):
            raise ValueError("either 'staff', a number of servers, or 'groups' of them")
        if self.groups and (self.staff_at or self.staff_on):
            raise ValueError("each of the groups has its own staff_at and staff_on")
        return self

    @model_validator(mode="after")
    def _nobody_stands_and_waits(self) -> Self:
        if self.channel in ("e-mail", "home visit") and self.waiting.where == "on the spot":
            raise ValueError(f"nobody stands and waits for {_ARTICLE[self.channel]}: waiting is at home, or left out")
        return self

    @property
    def waits_at_home(self) -> bool:
        """Whether people wait elsewhere: they do not see the queue, and do not give up."""
        if self.waiting.where is None:
            return self.channel in ("e-mail", "online", "home visit")
        return self.waiting.where == "at home"

    @property
    def headcount(self) -> int:
        """Servers on duty in opening hours where nothing else is said; not asked where they are unlimited."""
        if self.groups:
            return sum(group.staff for group in self.groups.values())
        assert isinstance(self.staff, int)
        return self.staff


class Standard(Section):
    """An internal target for a wait; `published` makes it a promise too."""

    title: Text | None = Field(default=None, description="name to print, by language")
    station: Identifier = Field(description="where the wait is measured")
    at_most: Minutes = Field(gt=0, description="longest wait that keeps the standard")
    share: Share = Field(description="share of visits for which it must be kept")
    of: Literal["everyone who joins", "those served", "everyone who waits"] = Field(
        default="everyone who joins",
        description=(
            "denominator: everyone who joins (abandoning breaks it), those served, or everyone who waits (abandoning "
            "within the time keeps it)"
        ),
    )
    published: bool = Field(default=False, description="whether customers are told, which makes it a promise")


class QualityLevels(Section):
    """What the place gives when nothing goes wrong and nobody is hurried, 1-7. Promptness comes from waits."""

    reliability: Scale = Field(default=6.0, description="when the work is right first time, 1-7")
    assurance: Scale = Field(default=5.6, description="1-7")
    empathy: Scale = Field(default=5.4, description="1-7")
    tangibles: Scale = Field(default=5.5, description="1-7")


class WaitScale(Section):
    """The one mapping from minutes to the 1-7 scale: `desired` is 6, `adequate` is 4 (theory of the zone)."""

    desired: Minutes = Field(default=4.0, validate_default=False, gt=0, description="a wait people like: level 6")
    adequate: Minutes = Field(default=12.0, validate_default=False, gt=0, description="a wait people accept: level 4")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.adequate <= self.desired:
            raise ValueError("the adequate wait must be longer than the desired wait")
        return self


class Quality(Section):
    """How what happens in a visit becomes delivered quality."""

    levels: QualityLevels = Field(default_factory=QualityLevels, description="levels given on a quiet day")
    adherence: Share = Field(
        default=0.0, description="how far staff follow the standard levels instead of their habit (levels)"
    )
    right_first_time: Share = Field(default=0.96, description="share of visits done right the first time")
    failure_level: Scale = Field(default=2.0, description="reliability of a visit that failed, 1-7")
    comfortable_load: NonNegative = Field(
        default=1.0, description="people in hand per server (served and waiting) that hurries nobody"
    )
    hurry: NonNegative = Field(
        default=0.25, description="assurance and empathy lost for each further person in hand per server, scale points"
    )
    crowding: NonNegative = Field(
        default=0.15, description="tangibles lost for each person waiting ahead per server, scale points"
    )
    noise: NonNegative = Field(default=0.8, description="standard deviation between encounters, scale points")


class Management(Section):
    """What the firm believes customers expect and the levels it sets as standards (gaps 1 and 2)."""

    belief: PartialLevels = Field(
        default_factory=PartialLevels, description="believed expectation; what customers expect at opening if left out"
    )
    standards: PartialLevels | Literal["as believed"] = Field(
        default_factory=PartialLevels, description="standard levels, or 'as believed'; the quiet-day levels if left out"
    )
    listening: Share = Field(
        default=0.0, description="share of the distance to true expectation that research closes each month"
    )
    listening_cost: Amount = Field(default=0, validate_default=True, description="cost of the research a month")


class Steering(Section):
    """Greeters or signs that send a share of a task's visitors to another station."""

    tasks: list[Identifier] = Field(description="tasks steered")
    to: Identifier = Field(description="station they are sent to")
    share: Share = Field(description="share who follow")
    staff: Count = Field(default=0, description="greeters on duty at each site, in the opening hours of that station")
    wage: Amount = Field(default=0, validate_default=True, description="cost of one greeter for one hour on duty")


class ServiceSection(Section):
    """Capacity and what customers meet there."""

    capacity: Literal["limited", "unlimited"] = Field(
        default="limited", description="unlimited: nobody ever waits (the market without queues, for comparison)"
    )
    tasks: dict[Identifier, Task] = Field(default_factory=dict, description="what visits are for")
    stations: dict[Identifier, Station] = Field(default_factory=dict, description="where they are served")
    meetings: dict[Identifier, Meeting] = Field(
        default_factory=dict, description="where steps of tasks wait for people who meet on certain days"
    )
    steering: dict[Identifier, Steering] = Field(default_factory=dict, description="who sends visitors elsewhere")
    approaching: Approaching | None = Field(
        default=None, description="staff who speak to visitors of their own accord; nobody does where left out"
    )
    patience: TimeDistribution | None = Field(
        default=None, description="how long people wait before they give up; for ever where left out"
    )
    balking: NumberDistribution | None = Field(
        default=None, description="people waiting ahead at which someone turns round at the door; never if left out"
    )
    wait_scale: WaitScale = Field(default_factory=WaitScale, description="from minutes to the 1-7 scale")
    quality: Quality = Field(default_factory=Quality, description="from what happens to delivered quality")
    management: Management = Field(default_factory=Management, description="beliefs and standards of the firm")
    standards: dict[Identifier, Standard] = Field(default_factory=dict, description="targets for waits")
    incidents: dict[Identifier, Incident] = Field(
        default_factory=dict, description="rare critical incidents: falls, losses, harm"
    )
    shelves: dict[Identifier, Shelf] = Field(
        default_factory=dict, description="goods sold from stock; what is not named here never runs out"
    )
    supply: Supply | None = Field(
        default=None, description="what visits are made of, and who delivers it; nothing if left out"
    )
    problems: dict[Identifier, Problem] = Field(
        default_factory=dict, description="what is wrong at single sites until somebody puts it right"
    )
    inspections: dict[Identifier, Rounds] = Field(
        default_factory=dict, description="rounds that find problems of sites and have them put right"
    )
    recovery: Recovery | None = Field(default=None, description="recovery; complaints go unanswered if left out")

    def route(self, task: str) -> tuple[str, ...]:
        """Stations at which a task is done: of its steps in order, or of its one step, steered ones included."""
        section = self.tasks[task]
        if section.steps:
            return tuple(step.at for step in section.steps.values() if step.at is not None and step.at in self.stations)
        steered = [steering.to for steering in self.steering.values() if task in steering.tasks]
        of_groups = [at for group in section.at_for for at in section.stations_for(group)]
        return tuple(dict.fromkeys((*section.stations, *of_groups, *section.takes_at, *steered)))

    def shares(self, task: str, group: str | None = None) -> dict[str, float]:
        """The first stations of a task with the share of its visits each gets, steering included; they add up to 1.

        `group` is a segment or tier that the task's `at_for` names; None is everybody else.
        """
        section = self.tasks[task]
        if section.steps:
            return {self.route(task)[0]: 1.0}
        stations = section.stations_for(group)
        total = sum(stations.values())
        shares = {at: stations.get(at, 0.0) / total for at in self.route(task)}
        for steering in self.steering.values():
            if task in steering.tasks:
                shares = {at: share * (1 - steering.share) for at, share in shares.items()}
                shares[steering.to] += steering.share
        return shares
