"""Outreach: calls and visits that the firm's own staff owe named customers, at a pace the plan sets."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator

from sim.distributions import TimeDistribution
from sim.scenario.audience import Audience
from sim.scenario.outreach_ways import FeedbackForm, Way
from sim.scenario.quantities import Amount, Date, Days, Identifier, NonNegative, PositiveCount, Share, Span, Text
from sim.scenario.scripts import Script
from sim.scenario.section import Section


class Invites(Section):
    """What a contact asks for: to come to the firm for a need."""

    need: Identifier = Field(description="the need they come for, one of market.needs")
    comes: Share = Field(description="share of those reached who come")
    within: Days = Field(ge=1, description="they come on one of so many days after the contact, each as likely")


class IfShort(Section):
    """A programme that runs only when another one has not brought visits enough."""

    of: Identifier = Field(description="the programme that was to bring them; it stands before this one")
    visits: PositiveCount = Field(description="visits it was to bring")
    by: Date = Field(description="until the evening of this day")


class GiftCap(Section):
    """The most a customer of a tier may be given by the staff."""

    each: Amount | None = Field(default=None, description="the most one gift may cost")
    a_year: Amount | None = Field(default=None, description="the most all gifts of 365 days may cost")


class Outreach(Section):
    """One programme of contacts: who is owed one, how often, who makes them, and what they do.

    The staff of the station make them when no visitor waits, in the order in which the programmes stand in the file; a
    contact not made within its time is missed.
    """

    title: Text | None = Field(default=None, description="name to print, by language")
    audience: Audience = Field(
        default_factory=lambda: Audience(customers="customers"),
        description="who is owed contacts; by default customers",
    )
    during: Span | None = Field(default=None, description="days on which contacts fall due; the whole run if left out")
    every: Days | None = Field(
        default=None, ge=1, description="time from one contact to the next that is due to the same customer"
    )
    after: Literal["visit", "case", "script"] | None = Field(
        default=None,
        description="instead of every: a contact falls due on the day after a visit served, a case answered, or a "
        "visit agreed to in the script of another programme",
    )
    festivals: list[Identifier] | None = Field(
        default=None, min_length=1, description="instead of every: a contact falls due on the day each of these begins"
    )
    birthdays: bool = Field(default=False, description="instead of every: a contact falls due on each one's birthday")
    gift: Amount = Field(default=0, validate_default=True, description="cost of the gift that a contact brings")
    of: Identifier | None = Field(default=None, description="with after a script: the programme that has it")
    script: Script | None = Field(default=None, description="what comes of the contacts made")
    signs: Identifier | None = Field(default=None, description="a stepped tariff that is signed at these contacts")
    tasks: list[Identifier] | None = Field(
        default=None, description="with after a visit: only visits for these tasks; all where left out"
    )
    share: Share = Field(default=1.0, description="with after: share of these occasions that a contact falls due for")
    within: Days | None = Field(
        default=None,
        ge=1,
        description="how long a contact that is due may be made, that day included; until the next if left out",
    )
    by: Identifier = Field(description="the station whose staff make the contacts")
    caseload: PositiveCount | None = Field(
        default=None,
        description="customers one of the station's staff looks after at most; who spends most comes first",
    )
    invites: Invites | None = Field(
        default=None, description="what the contact asks customers to come for; nothing if left out"
    )
    not_contacted_by: list[Identifier] = Field(
        default_factory=list, description="only those whom these programmes have not reached yet"
    )
    if_short: IfShort | None = Field(default=None, description="only when another programme brought too few visits")
    takes_over_from: Identifier | None = Field(
        default=None, description="a programme with a caseload: only those of its audience whom it leaves out"
    )
    ways: dict[Identifier, Way] = Field(
        default_factory=dict,
        description="ways in which contacts are made, instead of one gift and one satisfaction with all that are made",
    )
    feedback: FeedbackForm | None = Field(
        default=None, description="with ways: a form that comes with each contact, and how the next plan follows it"
    )
    takes: TimeDistribution = Field(description="working time of one contact, with travel")
    made: NonNegative = Field(default=85.0, le=100, description="satisfaction with a contact that is made, 0-100")
    missed: NonNegative = Field(default=45.0, le=100, description="satisfaction with a contact that is missed, 0-100")
    weight: Share = Field(
        default=0.05, description="share of the way to it that one contact moves a customer's satisfaction"
    )
    cost: Amount = Field(default=0, validate_default=True, description="cost of one contact besides the staff's time")

    @model_validator(mode="after")
    def _made_before_the_next(self) -> Self:
        if sum((self.every is not None, self.after is not None, self.festivals is not None, self.birthdays)) != 1:
            raise ValueError(
                "exactly one of 'every', a pace, 'after', what a contact follows, 'festivals', 'birthdays'"
            )
        if self.every is None and self.within is None:
            raise ValueError("a contact without a pace needs within: until when it may be made")
        if (self.of is not None) != (self.after == "script"):
            raise ValueError("after: script names its programme in 'of', and nothing else does")
        if self.script is not None and self.every is None:
            raise ValueError("a script goes with every: who is busy is called again")
        if self.tasks is not None and self.after != "visit":
            raise ValueError("tasks goes with after: visit only")
        if self.after is None and "share" in self.model_fields_set:
            raise ValueError("share goes with after only")
        self._ways_add_up()
        if self.every is not None and self.within is not None and self.within > self.every:
            raise ValueError("within must not be longer than every: the next contact would be due before")
        return self

    def _ways_add_up(self) -> None:
        said = {"gift", "made"} & self.model_fields_set
        if self.ways and said:
            raise ValueError(f"'{min(said)}' beside ways: each way says what it brings and how it is liked")
        if self.ways and abs(sum(way.share for way in self.ways.values()) - 1) > 1e-9:
            raise ValueError("the shares of the ways add up to 1")
        if self.feedback is not None and len(self.ways) < 2:
            raise ValueError("a form goes with ways to compare: at least two")
        if self.feedback is not None and self.feedback.before == "festival" and self.festivals is None:
            raise ValueError("before: festival goes with festivals; other programmes are revised by month or quarter")

    @property
    def dearest_gift(self) -> Decimal:
        """The most that one contact brings."""
        return max((way.gift for way in self.ways.values()), default=self.gift)

    @property
    def lasts(self) -> float:
        """Days for which a contact that is due may still be made."""
        lasts = self.every if self.within is None else self.within
        assert lasts is not None  # a programme without a pace says within
        return lasts
