"""Tasks: what visits are for, where each is done, how long it takes; their steps, meetings and deadlines."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from sim.distributions import TimeDistribution
from sim.scenario.appointments import Appointment
from sim.scenario.quantities import (
    Amount,
    Clock,
    Identifier,
    Minutes,
    PositiveCount,
    Share,
    Text,
)
from sim.scenario.section import Section, Weekday


class Again(Section):
    """Work that is checked after its step and may have to be done again: rework until it passes."""

    chance: Share = Field(description="share of checks not passed, each time anew")
    back_to: Identifier | None = Field(
        default=None, description="step of this task the work goes back to; the same step where left out"
    )
    at_most: PositiveCount | None = Field(
        default=None, description="times one visit is sent back from here, after which it passes; no limit if left out"
    )

    @model_validator(mode="after")
    def _ends(self) -> Self:
        if self.chance == 1 and self.at_most is None:
            raise ValueError("work that never passes its check never ends: a chance below 100%, or at_most")
        return self


class NeverAbove(Section):
    """The longest a step may take, whatever happens, and what happens then."""

    time: Minutes = Field(gt=0, description="from reaching the step; days run on through the nights")
    then: Literal["is counted", "goes on"] = Field(
        default="is counted",
        description=(
            "'goes on': what nobody has begun on by then goes on to the next step by itself (deemed approved); "
            "'is counted': it waits on, and is counted"
        ),
    )


class Step(Section):
    """One step of a task: where, and how long it takes."""

    at: Identifier | None = Field(default=None, description="a station or a meeting")
    by: Literal["the customer"] | None = Field(
        default=None, description="'the customer': what they do themselves, which takes nobody's capacity"
    )
    takes: TimeDistribution = Field(
        description="service time; days run on through the nights; at a meeting, how long until its answer is known"
    )
    again: Again | None = Field(default=None, description="whether the work may have to be done again after this step")
    above: Amount | None = Field(
        default=None,
        description="only for needs whose amount is above this; the others skip the step (limits of approval)",
    )
    within: Minutes | None = Field(
        default=None,
        gt=0,
        description="deadline of the step, from reaching it to its end; the firm's own, it is measured",
    )
    never_above: NeverAbove | None = Field(default=None, description="the longest the step may take")

    @model_validator(mode="after")
    def _somebody_does_it(self) -> Self:
        if (self.at is None) == (self.by is None):
            raise ValueError("either 'at', a station or a meeting, or 'by: the customer'")
        if self.above is not None and self.again is not None:
            raise ValueError("a step that some skip cannot send work back: put 'again' at a step that all go through")
        last = self.never_above
        if last is not None and self.within is not None and last.time < self.within:
            raise ValueError("never_above is shorter than within: the step would be over before its deadline")
        if last is not None and last.then == "goes on":
            if self.by is not None:
                raise ValueError("what is done by the customer cannot go on by itself: nothing waits there")
            if self.again is not None:
                raise ValueError(
                    "a step that goes on by itself passes its check: it cannot be sent back with 'again', too"
                )
        return self

    @property
    def longest(self) -> float | None:
        """Minutes the step may take at the most by what the file says of it; None where it says nothing."""
        return self.within if self.never_above is None else self.never_above.time


class Meeting(Section):
    """People who meet on certain days: whoever waits for them is dealt with at once when they meet."""

    title: Text | None = Field(default=None, description="name to print, by language")
    days: list[Weekday] = Field(min_length=1, description="days it meets: one to seven a week")
    begins: Clock = Field(description="when it begins; who comes later waits for the next meeting")
    per: Literal["site", "market"] = Field(default="market", description="one at each site, or one for all sites")


class Task(Section):
    """What a visit is for. One step (`at`, `takes`) or several in order (`steps`)."""

    title: Text | None = Field(default=None, description="name to print, by language")
    at: Identifier | dict[Identifier, Share] | None = Field(
        default=None, description="the station, or several with the share of visits each gets; shares add up to 1"
    )
    at_for: dict[Identifier, Identifier | dict[Identifier, Share]] = Field(
        default_factory=dict,
        description="station, or shares, of a segment or a tier where they differ from at; the first that fits counts",
    )
    takes: TimeDistribution | None = Field(default=None, description="service time of a task with one step")
    takes_at: dict[Identifier, TimeDistribution] = Field(
        default_factory=dict, description="service time where a station differs"
    )
    steps: dict[Identifier, Step] = Field(default_factory=dict, description="steps in order")
    appointment: Appointment | None = Field(
        default=None, description="windows that are promised for it; customers come when they like if left out"
    )
    within: Minutes | None = Field(
        default=None,
        gt=0,
        description="time promised for the whole, from arrival to its end; days run on through nights and closed days",
    )

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        one = self.at is not None and self.takes is not None
        more = self.at is not None or self.takes is not None or bool(self.takes_at) or bool(self.at_for)
        if self.steps and next(iter(self.steps.values())).above is not None:
            raise ValueError("the first step is everybody's: 'above' belongs to the steps after it")
        if bool(self.steps) == bool(self.at) or (more if self.steps else not one):
            raise ValueError("either 'at' with 'takes', or 'steps'")
        for shares in (self.at, *self.at_for.values()):
            if isinstance(shares, dict) and abs(sum(shares.values()) - 1) > 1e-9:
                raise ValueError(
                    f"the shares of the stations add up to {sum(shares.values()):.4g}; they must add up to 1"
                )
        return self

    def takes_first(self, station: str) -> TimeDistribution:
        """Service time at the station where a visit for this task begins."""
        if self.steps:
            return next(iter(self.steps.values())).takes
        takes = self.takes_at.get(station, self.takes)
        assert takes is not None  # a task without steps says how long it takes
        return takes

    @property
    def stations(self) -> dict[str, float]:
        """The stations of a task with one step and their relative shares."""
        return self.stations_for(None)

    def stations_for(self, group: str | None) -> dict[str, float]:
        """The stations and shares of a group that `at_for` names, or of everybody else (None)."""
        at = self.at if group is None else self.at_for[group]
        if at is None:
            return {}
        return {at: 1.0} if isinstance(at, str) else dict(at)
