"""Service problems of single branches, and the rounds that find them and have them put right."""

from __future__ import annotations

from pydantic import Field

from sim.scenario.people import Skill
from sim.scenario.quantities import Amount, Days, Identifier, Number, Rate, Share, Span, Text
from sim.scenario.section import Section


class Harm(Skill):
    """What a problem does to delivered quality while it is there."""

    tangibles: Number = Field(default=0.0, description="scale points")


class Problem(Section):
    """Something wrong at some branches, which stays until somebody finds it and puts it right."""

    title: Text | None = Field(default=None, description="name to print, by language")
    share: Share = Field(description="chance that a site has it at opening")
    at: Identifier | None = Field(default=None, description="the station it concerns; all of the site where left out")
    harm: Harm = Field(description="difference while it is there; negative numbers are worse")
    returns: Rate = Field(
        default=0.0, validate_default=False, description="how often it appears at a site that does not have it"
    )


class Rounds(Section):
    """Rounds through all sites: what is found is put right some days later."""

    title: Text | None = Field(default=None, description="name to print, by language")
    during: Span | None = Field(default=None, description="days on which rounds are made; the whole run if left out")
    every: Days = Field(ge=1, description="time from one round to the next; the first is on the first day")
    finds: Share = Field(description="chance that a round finds a problem that is there")
    fixed_within: Days = Field(
        default=7.0, validate_default=False, description="time from finding a problem to having put it right"
    )
    problems: list[Identifier] | None = Field(default=None, description="what is looked at; everything if left out")
    cost: Amount = Field(default=0, validate_default=True, description="cost of one round at one site")
    fixing: Amount = Field(default=0, validate_default=True, description="cost of putting one problem right")
