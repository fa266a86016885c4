"""Funnels: states of one's own that people pass through on the way to something, and what moves them on."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from sim.distributions import Distribution
from sim.scenario.audience import Audience
from sim.scenario.quantities import Amount, Days, Identifier, PositiveCount, Rate, Share, SignedAmount, Span, Text
from sim.scenario.section import Section

Occasion = Literal["exposure", "contact", "message", "invitation", "guest", "visit"]
OCCASIONS: dict[Occasion, str] = {
    "exposure": "campaigns",
    "contact": "outreach",
    "message": "",
    "invitation": "referrals",
    "guest": "events",
    "visit": "market.needs",
}
"""What `of` names for each occasion; nothing for talk."""


class Move(Section):
    """A way from one state to another, by exactly one of: a rate, a share of those who come, a chance per occasion."""

    title: Text | None = Field(default=None, description="name to print, by language")
    origin: Identifier = Field(alias="from", description="the state it leads out of")
    to: Identifier = Field(description="the state it leads to")
    rate: Rate | None = Field(default=None, description="hazard while in the state, such as '2 per month'")
    share: Share | None = Field(
        default=None, description="share of those who come into the state who make this move, sooner or later"
    )
    after: Distribution[Days] | None = Field(
        default=None, description="how long after coming into the state, for a share; the next day if left out"
    )
    per: Occasion | None = Field(
        default=None,
        description="the occasion that may move someone on: seeing a campaign, being contacted by the staff, hearing "
        "favourable talk, being invited by a friend, being seated at an event, being served",
    )
    chance: Share | None = Field(
        default=None, description="chance at each such occasion; talk over a weak tie counts as part of one"
    )
    of: list[Identifier] = Field(
        default_factory=list,
        description="only these campaigns, programmes of outreach, referrals, events or needs; any if left out",
    )
    during: Span | None = Field(default=None, description="first and last day on which it is made; any day if left out")
    audience: Audience = Field(default_factory=Audience, description="who can make it")
    price: SignedAmount = Field(default=0, validate_default=True, description="what each who makes it pays the firm")
    cost: Amount = Field(default=0, validate_default=True, description="what each who makes it costs the firm")
    joins: bool = Field(default=False, description="whether it makes a customer of who was none")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(each is not None for each in (self.rate, self.share, self.per)) != 1:
            raise ValueError("exactly one of rate, share, per")
        if (self.per is None) != (self.chance is None):
            raise ValueError("per, the occasion, and chance, that of moving on, go together")
        if self.after is not None and self.share is None:
            raise ValueError("after goes with share: a rate and an occasion have their own time")
        if self.of and self.per in (None, "message"):
            raise ValueError("of goes with an occasion that has a name: not with talk, a rate or a share")
        if self.origin == self.to:
            raise ValueError("a move leads from one state to another")
        return self


class TalkOfStates(Section):
    """What people in some states tell others of their own accord; heard as talk is."""

    states: list[Identifier] = Field(min_length=1, description="the states whose people tell")
    rate: Rate = Field(description="how often each of them tells somebody, such as '1 per week'")
    listeners: PositiveCount = Field(default=1, le=1000, description="people told each time, among one's contacts")


class Funnel(Section):
    """States in which people stand, one at a time, and moves between them; at most one move a person and day."""

    title: Text | None = Field(default=None, description="name to print, by language")
    states: list[Identifier] = Field(
        min_length=2, max_length=100, description="the states; all begin in the first unless opening says otherwise"
    )
    audience: Audience = Field(default_factory=Audience, description="who is in it, settled at opening")
    opening: dict[Identifier, Share] = Field(
        default_factory=dict, description="share of them who begin in a state; the others begin in the first"
    )
    moves: dict[Identifier, Move] = Field(min_length=1, description="ways from state to state")
    talk: TalkOfStates | None = Field(default=None, description="states whose people tell others; nobody if left out")

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if len(set(self.states)) < len(self.states):
            raise ValueError("each state is named once")
        if sum(self.opening.values()) > 1 + 1e-9:
            raise ValueError(f"the shares of opening add up to {sum(self.opening.values()):.4g}; they may not exceed 1")
        return self
