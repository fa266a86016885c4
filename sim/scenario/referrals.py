"""Referral programmes: a customer who brings somebody is rewarded. Apart from talk, which nobody is paid for."""

from __future__ import annotations

from pydantic import Field

from sim.scenario.audience import Audience
from sim.scenario.quantities import Amount, Days, NonNegative, PositiveCount, Rate, Share, Span, Text
from sim.scenario.section import Section


class Referral(Section):
    """Old brings new: members invite people they know, and both may be paid when one of these becomes a customer."""

    title: Text | None = Field(default=None, description="name to print, by language")
    during: Span = Field(description="first and last day on which people are invited")
    audience: Audience = Field(
        default_factory=lambda: Audience(customers="customers"), description="who may invite; by default customers"
    )
    rate: Rate = Field(description="how often each of them invites one of their contacts, such as '1 per month'")
    joins: Share = Field(
        default=0.0, description="chance that someone invited becomes a customer at once, without a visit"
    )
    pull: NonNegative = Field(
        default=0.0, description="added to the utility of the firm for someone invited, while the invitation stands"
    )
    stands: Days = Field(
        default=30.0, validate_default=False, gt=0, description="how long an invitation counts; the first one does"
    )
    reward: Amount = Field(default=0, validate_default=True, description="paid to who brought a new customer, for each")
    welcome: Amount = Field(default=0, validate_default=True, description="paid to the new customer")
    limit: PositiveCount | None = Field(default=None, description="new customers for whom one person is paid, at most")
    after: Days = Field(
        default=0.0,
        validate_default=False,
        description="time from becoming a customer to the payment; who has left by then brings nothing",
    )
