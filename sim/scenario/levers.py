"""The levers of a plan: campaigns and their waves, offers and gifts, brake rules, dated changes, the budget."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from sim.distributions import TimeDistribution
from sim.scenario.audience import Audience
from sim.scenario.bundles import Bundle
from sim.scenario.fees import Waiver
from sim.scenario.lotteries import Lottery
from sim.scenario.quantities import (
    Amount,
    Count,
    Date,
    Days,
    Identifier,
    Minutes,
    NonNegative,
    PositiveCount,
    Share,
    Span,
    Text,
)
from sim.scenario.sales import Discount
from sim.scenario.section import PartialLevels, Section
from sim.scenario.tariffs import Disclosure, StepUp


class Channel(Section):
    """A way to reach people."""

    title: Text | None = Field(default=None, description="name to print, by language")
    addressed: bool = Field(
        default=False, description="whether each contact goes to a named person (mail, message, call) and counts as one"
    )
    cost_per_contact: Amount = Field(default=0, validate_default=True, description="cost of one exposure or message")
    cost_per_day: Amount = Field(
        default=0, validate_default=True, description="cost of a day on air, however many hear"
    )


class Reach(Section):
    """What one channel does in a wave."""

    reach: Share = Field(description="share of the audience this channel can reach at all")
    frequency: NonNegative = Field(
        description="rate of exposures of a person who can be reached, over the wave; several on one day count as one"
    )


class Wave(Section):
    """One dated burst of a campaign."""

    during: Span = Field(description="first and last day")
    channels: dict[Identifier, Reach] = Field(description="what each channel does")


class Campaign(Section):
    """What is said, when and where, and what is promised."""

    title: Text | None = Field(default=None, description="name to print, by language")
    audience: Audience = Field(default_factory=Audience, description="who it is for")
    waves: dict[Identifier, Wave] = Field(min_length=1, description="dated waves")
    promise: PartialLevels = Field(
        default_factory=PartialLevels, description="level promised per dimension, 1-7; nothing where left out"
    )
    promised_wait: Minutes | None = Field(
        default=None, description="wait promised; turned into responsiveness by service.wait_scale"
    )
    announces: list[Identifier] = Field(default_factory=list, description="offers that hearers come to know of")
    fixed_cost: Amount = Field(
        default=0, validate_default=True, description="production and preparation, paid on the first day"
    )


class SpendSteps(Section):
    """Spend at or above a threshold earns a gift: the one of the highest step reached."""

    counts: Literal["one receipt", "one day", "whole campaign"] = Field(description="what the threshold is compared to")
    at_or_above: dict[Count, Amount] = Field(min_length=1, description="threshold to face value of the gift")
    response: Share = Field(
        description="chance that someone who knows of it raises a receipt within reach to the next threshold"
    )
    within: Share = Field(description="how far below a threshold a receipt may lie to be raised to it, share of it")


class TaskCount(Section):
    """Doing a task a number of times earns a gift."""

    task: Identifier = Field(description="the task that counts")
    at: Identifier | None = Field(default=None, description="only at this station")
    needs: PositiveCount = Field(default=1, description="how many times")
    face: Amount = Field(description="face value of the gift")


GIFT_KINDS = ("spend_steps", "task_count")
"""Kinds of offers that pay from a stock of gifts."""
OFFER_KINDS = (*GIFT_KINDS, "bundle", "discount", "lottery", "step_up", "waiver")


class Offer(Section):
    """What is given, to whom, for what: exactly one of the kinds."""

    title: Text | None = Field(default=None, description="name to print, by language")
    during: Span = Field(description="first and last day")
    spend_steps: SpendSteps | None = Field(default=None, description="gift for spending")
    task_count: TaskCount | None = Field(default=None, description="gift for doing a task")
    bundle: Bundle | None = Field(default=None, description="several goods at one price")
    discount: Discount | None = Field(default=None, description="lower price")
    lottery: Lottery | None = Field(default=None, description="draws for prizes with a purchase")
    step_up: StepUp | None = Field(default=None, description="a stepped tariff: so much more a month covers a multiple")
    disclosure: Disclosure | None = Field(
        default=None, description="a limit of the offer, and who is told of it; with step_up"
    )
    waiver: Waiver | None = Field(default=None, description="a fee given up or reduced")
    gifts: Identifier | None = Field(default=None, description="the stock of gifts it pays from")
    limit: PositiveCount = Field(
        default=1, description="gifts a customer may earn from this offer, or draws of a lottery"
    )
    audience: Audience = Field(default_factory=lambda: Audience(customers="customers"), description="who is eligible")

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        kinds = [kind for kind in OFFER_KINDS if getattr(self, kind) is not None]
        if len(kinds) != 1:
            raise ValueError(f"exactly one of {', '.join(OFFER_KINDS)}")
        if self.disclosure is not None and kinds[0] != "step_up":
            raise ValueError("disclosure goes with step_up, which is signed after a talk")
        if (kinds[0] in GIFT_KINDS) != (self.gifts is not None):
            raise ValueError("a gift offer names its stock in 'gifts'; offers of other kinds have none")
        return self


class Pacing(Section):
    """How many gifts may be handed out a day, over all sites."""

    limit: Count = Field(description="gifts a day")
    unused: Literal["carried over", "lost"] = Field(default="carried over", description="what becomes of unused ones")


class Gifts(Section):
    """A stock of gifts, first come, first served, and the task of handing them out."""

    title: Text | None = Field(default=None, description="name to print, by language")
    stock: Count = Field(description="gifts in all, or at each site (see per)")
    per: Literal["market", "site"] = Field(
        default="market", description="one stock, paced as one, for all sites; or as much again at each, for its own"
    )
    cost: Share = Field(description="what a gift costs the firm, share of its face value (face value is not cost)")
    per_day: Pacing | None = Field(default=None, description="daily pacing")
    pick_up: Identifier = Field(description="the station that hands them out: this is what fills the hall")
    takes: TimeDistribution = Field(description="work of handing out one gift")
    comes_within: Days = Field(gt=0, description="mean days between earning a gift and coming for it")
    tries: PositiveCount = Field(default=3, description="times someone comes for a gift before giving up")


class Watch(Section):
    """What a brake rule looks at: yesterday's waits at a station."""

    station: Identifier = Field(description="the station")
    measure: Literal["mean wait", "90th percentile wait"] = Field(description="of yesterday's visits")
    above: Minutes = Field(description="acts when the measure is above this")


class Rule(Section):
    """A brake: when yesterday's waits were too long, campaigns pause today."""

    when: Watch = Field(description="the condition, on what the firm can observe")
    pause: list[Identifier] = Field(min_length=1, description="campaigns that pause today")


class ContactCap(Section):
    """At most so many addressed contacts a person in a calendar week or month, over all campaigns and channels."""

    at_most: Count = Field(description="contacts")
    per: Literal["week", "month"] = Field(description="calendar period")


class Change(Section):
    """Other values from a date on: `set` names paths of this document and what they become."""

    title: Text | None = Field(default=None, description="name to print, by language")
    during: Span | None = Field(default=None, description="first and last day; or from")
    start: Date | None = Field(default=None, alias="from", description="first day, to the end of the run")
    values: dict[str, Any] = Field(alias="set", min_length=1, description="path: value")
    cost: Amount = Field(default=0, validate_default=True, description="paid on the first day (training, hiring)")

    @model_validator(mode="after")
    def _dated(self) -> Self:
        if (self.during is None) == (self.start is None):
            raise ValueError("either 'during' or 'from'")
        return self

    @property
    def first(self) -> date:
        """The first day it acts."""
        if self.during is not None:
            return self.during.start
        assert self.start is not None  # one of the two is always there
        return self.start


class Budget(Section):
    """Money set aside for campaigns and gifts, and who bears what goes beyond."""

    amount: Amount = Field(description="for campaigns and gifts together")
    overrun: Literal["stop campaigns", "spend on"] = Field(
        default="spend on", description="what happens when it is used up"
    )
    borne_by: str = Field(description="who bears an overrun", min_length=1, max_length=200)
