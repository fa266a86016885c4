"""Whom people may turn to instead of the firm, what they buy together, and why they may go.

Rivals with their prices, service, dates and reactions; product lines, which a customer may move as a whole; departures,
the causes of leaving that have a hazard of their own and that service may or may not hold back.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from sim.scenario.quantities import (
    Date,
    Days,
    Identifier,
    NonNegative,
    Number,
    PositiveCount,
    Rate,
    Scale,
    Share,
    Text,
)
from sim.scenario.section import Levels, Section

Moves = Literal["each need", "one line", "all lines"]


class RivalService(Section):
    """What a rival gives those who go there, and what people think it gives. It always has room."""

    levels: Levels = Field(description="what it gives, 1-7 per dimension, weighed by what matters to the customer")
    noise: NonNegative = Field(default=0.8, description="standard deviation of one visit's overall quality, points")
    expected: Scale | None = Field(
        default=None,
        description="overall quality that people expect of it before they have tried it, 1-7; what it gives "
        "if left out",
    )
    learning: Share = Field(default=0.2, description="share of the way that one visit there moves what they expect")


class Reaction(Section):
    """A rule by which a rival cuts its prices, on what it can see of the firm from outside."""

    price_falls: Share | None = Field(
        default=None,
        gt=0,
        description="acts when the firm's public price (list price and fees less discounts open to all) has fallen by "
        "at least this share since it was highest, or since this rule last acted",
    )
    share_above: Share | None = Field(
        default=None,
        description="acts when the firm's share of the contested needs that anybody serves is above this",
    )
    over: Days = Field(
        default=30.0,
        validate_default=False,
        ge=1,
        description="with share_above: the days the share is taken over, and the least time from one act to the next",
    )
    after: Days = Field(default=7.0, validate_default=False, description="time from seeing to acting")
    cut: Share = Field(gt=0, lt=1, description="share of its prices by which it then cuts them")
    floor: NonNegative = Field(default=0.0, description="relative price below which this rule does not take it")
    lasts: Days | None = Field(default=None, ge=1, description="how long a cut lasts; for good if left out")
    at_most: PositiveCount | None = Field(default=None, description="times it acts at most")

    @model_validator(mode="after")
    def _one_trigger(self) -> Self:
        if (self.price_falls is None) == (self.share_above is None):
            raise ValueError("either price_falls or share_above: what the rival sees")
        if self.price_falls is not None and "over" in self.model_fields_set:
            raise ValueError("over goes with share_above only")
        return self


class Rival(Section):
    """A competitor, or staying at home when it is called so. It never runs out of room."""

    title: Text | None = Field(default=None, description="name to print, by language")
    attractiveness: Number = Field(description="utility against doing nothing, which is 0")
    attractiveness_for: dict[Identifier, Number] = Field(
        default_factory=dict, description="instead of it for a segment or a tier; of several the first written counts"
    )
    price: NonNegative = Field(default=1.0, description="price relative to the firm's usual price; 1 is the same")
    prices: dict[Identifier, NonNegative] = Field(
        default_factory=dict,
        description="instead of price for a need or a line, relative to the firm's usual price of it; a need goes "
        "before its line",
    )
    serves: list[Identifier] | None = Field(
        default=None, description="the needs and lines it serves; all contested needs if left out"
    )
    service: RivalService | None = Field(
        default=None, description="its quality of service; part of attractiveness, and constant, if left out"
    )
    aware: Share = Field(default=1.0, description="share of all people who know of it when the run, or it, begins")
    becomes_known: Rate | None = Field(
        default=None,
        description="how fast the others come to know of it, each by chance, such as '5 per year'",
    )
    enters: Date | None = Field(default=None, description="first day on which it can be chosen; the first if left out")
    exits: Date | None = Field(default=None, description="first day on which it is no longer there")
    reactions: dict[Identifier, Reaction] = Field(default_factory=dict, description="rules by which it cuts its prices")

    @model_validator(mode="after")
    def _enters_before_it_exits(self) -> Self:
        if self.enters is not None and self.exits is not None and self.exits <= self.enters:
            raise ValueError("exits must come after enters")
        return self


class Line(Section):
    """A product line: needs that people buy from the same supplier, and compare suppliers for."""

    title: Text | None = Field(default=None, description="name to print, by language")
    switching_cost: NonNegative = Field(
        default=0.0, description="utility by which every supplier but the present one is worse; going without is not"
    )
    reconsiders: Rate | None = Field(
        default=None,
        description="how often those who move whole lines look at all suppliers anew; only when they must if left out",
    )


class Departure(Section):
    """A cause of leaving with a hazard of its own, beside what `behaviour.leaving` says of satisfaction and price.

    With a rival, customers go to it, with one line or with all; without, they have no needs any more from anybody.
    """

    title: Text | None = Field(default=None, description="name to print, by language")
    rate: Rate = Field(
        description="how often it befalls a customer, such as '2 per year'; at equal prices, with a rival"
    )
    rate_for: dict[Identifier, NonNegative] = Field(
        default_factory=dict, description="multiplies it for a segment or a tier; of several the first written counts"
    )
    rival: Identifier | None = Field(
        default=None, description="the rival they go to, who must be on the market and known to them"
    )
    line: Identifier | None = Field(default=None, description="with a rival: the line that goes there; all if left out")
    price: NonNegative = Field(
        default=0.0,
        description="with a rival: log hazard per 100 % of the usual price by which the firm is dearer than the rival",
    )
    service: NonNegative = Field(
        default=0.0,
        description="log hazard per 10 points of satisfaction below 70, and less above; 0 where no service prevents it",
    )

    @model_validator(mode="after")
    def _goes_somewhere(self) -> Self:
        if self.rival is None and (self.line is not None or self.price):
            raise ValueError("line and price go with a rival only")
        return self
