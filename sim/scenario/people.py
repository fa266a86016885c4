"""The people of a station: breaks, absence, beginners, turnover, training, erosion, bonus, sudden projects. All off by
default.
"""

from __future__ import annotations

from pydantic import Field

from sim.distributions import Distribution, TimeDistribution
from sim.scenario.quantities import (
    Amount,
    ClockSpan,
    Count,
    Days,
    Identifier,
    NonNegative,
    Number,
    PositiveCount,
    Rate,
    Share,
    SignedShare,
    Span,
    Text,
)
from sim.scenario.section import Section, Weekday


class Break(Section):
    """A time of day at which staff are away; `covered` by substitutes, who keep the capacity and cost their wage."""

    at: ClockSpan = Field(description="when, inside opening hours")
    share: Share = Field(default=1.0, description="share of those on duty who are away at once, to the nearest person")
    covered: bool = Field(default=False, description="whether substitutes stand in for those away")
    wage: Amount | None = Field(default=None, description="a substitute's wage an hour; the station's where left out")
    paid: bool = Field(default=True, description="whether staff are paid during the break")


class Team(Section):
    """Who the people are, for the reader and for a check that the numbers agree; a run does not read it."""

    people: Count = Field(description="people in all who share the duty")
    groups: dict[Identifier, dict[Identifier, Count]] = Field(
        default_factory=dict, description="the same people counted by education, rank and the like"
    )


class Skill(Section):
    """A difference in what people can do, against the station's usual levels."""

    reliability: Number = Field(default=0.0, description="scale points")
    assurance: Number = Field(default=0.0, description="scale points")
    empathy: Number = Field(default=0.0, description="scale points")
    right_first_time: SignedShare = Field(default=0.0, description="added to the share of visits done right")


class Absence(Section):
    """Each person on the roster is absent on a day with the same chance, independently, for the whole shift."""

    share: Share = Field(description="chance that a person is absent on a day")
    paid: bool = Field(default=True, description="whether who is absent is paid")


class Beginners(Section):
    """Learning by doing: new people serve slower and worse, the less the longer they are there."""

    slower: NonNegative = Field(default=0.5, description="extra service time on the first day, share of the usual time")
    learns_in: Days = Field(
        default=60.0,
        validate_default=False,
        gt=0,
        description="time after which the handicap is down to 1/e (exponential learning)",
    )
    learning_rate: Share | None = Field(
        default=None,
        gt=0.5,
        lt=1,
        description="power law instead: what is left of the time at each doubling of the days, such as 80%",
    )
    skill: Skill = Field(default_factory=Skill, description="difference on the first day; negative numbers are worse")
    opening: Distribution[Days] | None = Field(
        default=None, description="tenure of the people at opening; all experienced where left out"
    )


class Turnover(Section):
    """People leave with a constant hazard and are replaced, after a delay, by beginners."""

    leaves: Rate = Field(description="how often a person leaves, such as '0.3 per year'")
    replaced_after: Days = Field(default=30.0, validate_default=False, description="time a place stays empty, unpaid")
    hiring_cost: Amount = Field(default=0, validate_default=True, description="cost of one replacement")


class Training(Section):
    """Sessions that take people away, then a rise of skill."""

    during: Span | None = Field(default=None, description="days on which it may be held; the whole run where left out")
    days: list[Weekday] | None = Field(default=None, description="weekdays on which it is held; all where left out")
    hours: ClockSpan | None = Field(default=None, description="hours of a session; the whole shift where left out")
    share: Share = Field(default=1.0, description="share of the people who take part, to the nearest person")
    skill: Skill = Field(default_factory=Skill, description="difference at full effect")
    faster: Share = Field(default=0.0, lt=1, description="service time saved at full effect, share of the usual time")
    ramp: Days = Field(
        default=14.0, validate_default=False, description="time from a person's first session to full effect"
    )
    fades: Days | None = Field(
        default=None,
        gt=0,
        description="time after the last session in which half the effect is lost; never if left out",
    )
    cost: Amount = Field(default=0, validate_default=True, description="cost of one session for one person")


class Erosion(Section):
    """Oliva & Sterman (2001): under pressure people cut time per order, and what they give becomes their standard."""

    comfortable: Share = Field(default=0.85, gt=0, description="share of staffed time at work that is no pressure")
    felt_over: Days = Field(default=7.0, validate_default=False, ge=1, description="time over which pressure is felt")
    elasticity: NonNegative = Field(
        default=0.6, le=10, description="cut of time per order, in per cent for each per cent of pressure"
    )
    least: Share = Field(default=0.6, gt=0, description="shortest time per order, share of the full time")
    drifts_down: Days = Field(
        default=130.0, validate_default=False, ge=1, description="time in which the standard follows down"
    )
    drifts_up: Days = Field(
        default=1000.0, validate_default=False, ge=1, description="time in which it follows up again"
    )
    skill: Skill = Field(
        default_factory=lambda: Skill(assurance=-2.0, empathy=-2.0),
        description="difference if no time at all were left for an order; in proportion to the time cut",
    )


class Bonus(Section):
    """An incentive: a share of wages for keeping to the standards and for effort."""

    share_of_wages: Share = Field(description="paid on top of wages")
    adherence: Share = Field(default=0.0, description="added to service.quality.adherence at this station")
    faster: Share = Field(default=0.0, lt=1, description="service time saved, share of the usual time")
    skill: Skill = Field(default_factory=Skill, description="difference in skill shown")


class Project(Section):
    """Sudden work elsewhere: it comes at random and takes people away, who first finish the visit in hand."""

    title: Text | None = Field(default=None, description="name to print, by language")
    comes: Rate = Field(description="how often it comes to each pool of the station, such as '2 per month'")
    staff: PositiveCount = Field(description="people it takes, or as many as are there; wages go on")
    lasts: TimeDistribution = Field(description="from its begin to its end, nights included: 3 h, 2 days")
    cost: Amount = Field(default=0, validate_default=True, description="cost of one project, beside wages")


class People(Section):
    """What becomes of the people of a station. They are as many as the largest number on duty at once."""

    team: Team | None = Field(default=None, description="who they are, checked only")
    absence: Absence | None = Field(default=None, description="who does not come")
    beginners: Beginners | None = Field(default=None, description="what new people cannot do yet")
    turnover: Turnover | None = Field(default=None, description="who leaves and is replaced")
    training: dict[Identifier, Training] = Field(default_factory=dict, description="what people are taught")
    erosion: Erosion | None = Field(default=None, description="what load does to quality in the long run")
    bonus: Bonus | None = Field(default=None, description="what people are rewarded for")
    projects: dict[Identifier, Project] = Field(default_factory=dict, description="sudden work that takes people away")

    @property
    def change(self) -> bool:
        """Whether anything here acts on a run."""
        return bool(self.model_fields_set - {"team"})
