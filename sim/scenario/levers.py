"""The levers of a plan: campaigns, offers and gifts, contact rules, dated changes, the budget."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, model_validator

from sim.distributions import TimeDistribution
from sim.scenario.audience import Audience
from sim.scenario.bills import StepUp
from sim.scenario.bundles import Bundle
from sim.scenario.disclosure import Disclosure
from sim.scenario.fees import Waiver
from sim.scenario.lotteries import Lottery
from sim.scenario.points import Points
from sim.scenario.prepay import Prepay
from sim.scenario.quantities import (
    Amount,
    Count,
    Date,
    Days,
    Identifier,
    Minutes,
    PositiveCount,
    Share,
    Span,
    Text,
)
from sim.scenario.rewards import Cumulative
from sim.scenario.sales import Discount
from sim.scenario.section import PartialLevels, Section
from sim.scenario.waves import CostLine, Forecast, Revision, Wave


class Campaign(Section):
    """What is said, when and where, and what is promised."""

    title: Text | None = Field(default=None, description="name to print, by language")
    audience: Audience = Field(default_factory=Audience, description="who it is for")
    waves: dict[Identifier, Wave] = Field(min_length=1, description="dated waves")
    promise: PartialLevels = Field(
        default_factory=PartialLevels, description="level promised per dimension, 1-7; nothing where left out"
    )
    disclosure: Disclosure | None = Field(
        default=None, description="a limit of what is promised, and who is told of it"
    )
    promised_wait: Minutes | None = Field(
        default=None, description="wait promised; turned into responsiveness by service.wait_scale"
    )
    announces: list[Identifier] = Field(
        default_factory=list, description="offers and tariffs that hearers come to know of"
    )
    through: Literal["every channel", "preferred channel"] = Field(
        default="every channel",
        description="whether a person may be reached by every channel of a wave, or by the preferred one only",
    )
    fixed_cost: Amount = Field(
        default=0, validate_default=True, description="production and preparation, paid on the first day"
    )
    response_within: Days = Field(
        default=14.0,
        ge=1,
        description="response window: who is served within this time of the first contact of a wave, that day "
        "included, has responded",
    )
    response_needs: list[Identifier] = Field(
        default_factory=list, description="needs whose visits count as a response; every need if empty"
    )
    revise: Revision | None = Field(
        default=None, description="how each wave is revised by the response to those before; never where left out"
    )
    costs: dict[Identifier, CostLine] = Field(
        default_factory=dict, description="costs estimated before the launch, line by line"
    )
    forecast: Forecast | None = Field(default=None, description="revenue expected of it, and whether it is launched")


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


class Rank(Section):
    """Visitors up to a rank, and the gifts they choose from."""

    up_to: PositiveCount = Field(description="the last rank, counted from the first visitor on")
    gifts: dict[Identifier, Share] = Field(
        min_length=1,
        description="stocks they choose from, with the share who choose each; who finds that one gone takes another of "
        "them",
    )

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        total = sum(self.gifts.values())
        if abs(total - 1) > 1e-9:
            raise ValueError(f"the shares who choose each gift add up to {total:.4g}; they must add up to 1")
        return self


class RankedGifts(Section):
    """A gift to each of the first visitors for a task, by their rank among them."""

    task: Identifier = Field(description="the task that counts; the first visit of each customer does")
    ranks: dict[Identifier, Rank] = Field(min_length=1, description="ranks in rising order")

    @model_validator(mode="after")
    def _rising(self) -> Self:
        ends = [rank.up_to for rank in self.ranks.values()]
        if any(next_end <= end for end, next_end in pairwise(ends)):
            raise ValueError("up_to rises from one rank to the next")
        return self


GIFT_KINDS: Final = ("spend_steps", "task_count", "points")
"""Kinds of offers that pay with a stock of gifts."""
OTHER_KINDS: Final = ("by_rank", "bundle", "cumulative", "discount", "lottery", "prepay", "step_up", "waiver")
"""Kinds that say themselves what is given."""


class Offer(Section):
    """What is given, to whom, for what: exactly one of the kinds listed above."""

    title: Text | None = Field(default=None, description="name to print, by language")
    during: Span = Field(description="first and last day")
    spend_steps: SpendSteps | None = Field(default=None, description="gift for spending")
    task_count: TaskCount | None = Field(default=None, description="gift for doing a task")
    by_rank: RankedGifts | None = Field(default=None, description="gifts to the first visitors, by their rank")
    points: Points | None = Field(default=None, description="points for what is paid and for visits, which buy gifts")
    cumulative: Cumulative | None = Field(default=None, description="rewards for what is bought over a time")
    prepay: Prepay | None = Field(default=None, description="a card and a coupon for paying in advance")
    bundle: Bundle | None = Field(default=None, description="several goods at one price")
    discount: Discount | None = Field(default=None, description="lower price")
    lottery: Lottery | None = Field(default=None, description="draws for prizes with a purchase")
    step_up: StepUp | None = Field(default=None, description="a stepped tariff: so much more a month covers a multiple")
    disclosure: Disclosure | None = Field(default=None, description="a limit of the offer, and who is told of it")
    waiver: Waiver | None = Field(default=None, description="a fee given up or reduced")
    gifts: Identifier | None = Field(default=None, description="the stock of gifts it pays from")
    limit: PositiveCount = Field(
        default=1,
        description="gifts a customer may earn from this offer, or draws of a lottery; with points any number where "
        "left out",
    )
    audience: Audience = Field(default_factory=lambda: Audience(customers="customers"), description="who is eligible")

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        kinds = [name for name in (*GIFT_KINDS, *OTHER_KINDS) if getattr(self, name) is not None]
        if len(kinds) != 1:
            raise ValueError(f"exactly one of {', '.join((*GIFT_KINDS, *OTHER_KINDS))}")
        if (kinds[0] in GIFT_KINDS) != (self.gifts is not None):
            raise ValueError(f"{', '.join(GIFT_KINDS)} name their stock in 'gifts'; offers of other kinds have none")
        if self.by_rank is not None and self.limit != 1:
            raise ValueError("gifts by rank are one a customer")
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
    cost: Share | None = Field(
        default=None, description="what a gift costs the firm, share of its face value (face value is not cost)"
    )
    line: Identifier | None = Field(
        default=None,
        description="instead of cost: the line of the budget that buys them, at its total over its quantity",
    )
    per_day: Pacing | None = Field(default=None, description="daily pacing")
    pick_up: Identifier | None = Field(
        default=None,
        description="the station that hands them out: this is what fills the hall; left out, gifts by rank are given "
        "on the spot, at the end of the visit",
    )
    takes: TimeDistribution | None = Field(default=None, description="work of handing out one gift at the pick-up")
    comes_within: Days | None = Field(
        default=None, gt=0, description="mean days between earning a gift and coming to the pick-up for it"
    )
    tries: PositiveCount = Field(default=3, description="times someone comes for a gift before giving up")

    @model_validator(mode="after")
    def _paid_and_handed_out_one_way(self) -> Self:
        if (self.cost is None) == (self.line is None):
            raise ValueError("either 'cost', a share of the face value, or 'line', a line of the budget")
        if len({each is None for each in (self.pick_up, self.takes, self.comes_within)}) > 1:
            raise ValueError("pick_up, takes and comes_within go together; gifts on the spot have none of them")
        if self.pick_up is None and (self.per == "site" or self.per_day is not None):
            raise ValueError("gifts given on the spot come from one stock and have no daily pacing")
        return self


class ContactCap(Section):
    """At most so many addressed contacts a person in a period, over all campaigns and channels."""

    at_most: Count = Field(description="contacts")
    per: Literal["week", "month"] | Annotated[Days, Field(ge=1)] = Field(
        description="the calendar week, the calendar month, or so many days up to and including today, such as 30 days"
    )


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
