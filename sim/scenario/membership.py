"""Membership: a firm whose customers are its members, who pay to join and again each time their term ends."""

from __future__ import annotations

from pydantic import Field

from sim.distributions import NumberDistribution
from sim.scenario.disclosure import Disclosure
from sim.scenario.quantities import Amount, Days, Identifier, NonNegative, PositiveNumber, Share, Text
from sim.scenario.section import Section


class Membership(Section):
    """Who is a member is a customer, and nobody else is. It is sold in contacts of the firm's staff, and renewed or not
    by what it is worth to the member by then.
    """

    title: Text | None = Field(default=None, description="name to print, by language")
    fee: Amount = Field(description="what a term costs, paid when it begins")
    every: Days = Field(default=365.25, validate_default=False, ge=1, description="length of a term")
    joining: Amount = Field(default=0, validate_default=True, description="paid once more by who joins")
    worth: NumberDistribution = Field(
        description="what a term is worth to a person, in the currency, at an overall quality of 5 and, for those who "
        "have been members, a satisfaction of 70"
    )
    quality: NonNegative = Field(
        default=0.2, le=5, description="rise of the logarithm of that worth a scale point of quality expected"
    )
    satisfaction: NonNegative = Field(
        default=0.01, le=0.5, description="rise of the logarithm of that worth a point of satisfaction"
    )
    scale: PositiveNumber = Field(
        ge=0.01,
        description="spread of what else counts on the day, in the currency: who would pay this much more than is "
        "asked says yes in 73 % of cases",
    )
    disclosure: Disclosure | None = Field(
        default=None, description="a limit of what members get, and who is told of it before joining"
    )
    offered_by: list[Identifier] = Field(
        min_length=1, description="programmes of outreach whose contacts offer it to those who are not members"
    )
    considered: Share = Field(default=1.0, description="share of these contacts that lead to a decision at all")
    shown: Share = Field(
        default=0.0, description="share of the way that what they expect moves, when shown it, to what the firm gives"
    )
