"""Groups of servers at one station who differ in what they may do, for whom, how fast and how well."""

from __future__ import annotations

from pydantic import Field

from sim.scenario.people import Skill
from sim.scenario.quantities import Amount, Count, HoursOfDay, Identifier, PositiveNumber, Text
from sim.scenario.section import Section, Weekday


class Group(Section):
    """People of a station who may do the same, in place of the station's `staff`."""

    title: Text | None = Field(default=None, description="name to print, by language")
    staff: Count = Field(description="servers of the group on duty in opening hours, for each site (see per)")
    staff_at: dict[HoursOfDay, Count] = Field(
        default_factory=dict, description="servers by time of day ('12:00-14:00': 2) where they differ from staff"
    )
    staff_on: dict[Weekday, Count] = Field(
        default_factory=dict, description="servers by weekday where they differ from staff"
    )
    does: list[Identifier] | None = Field(
        default=None,
        min_length=1,
        description="tasks they may do, all that come here where left out; cases, contacts and gifts anybody does",
    )
    serves: list[Identifier] | None = Field(
        default=None, min_length=1, description="segments and tiers they serve; everybody where left out"
    )
    wage: Amount | None = Field(default=None, description="cost of one of them for one hour; the station's if left out")
    pace: PositiveNumber = Field(
        default=1.0, description="service time of theirs, of that of the task: 0.8 is a fifth less"
    )
    skill: Skill = Field(default_factory=Skill, description="difference from what the station usually gives")
    skill_for: dict[Identifier, Skill] = Field(
        default_factory=dict,
        description="the same for a segment or tier, in place of skill; the first that fits counts",
    )
