"""Regions: what differs between the sites of a firm - when each opens, who is near enough, prices, rivals, staff."""

from __future__ import annotations

from pydantic import Field

from sim.scenario.quantities import (
    Amount,
    Count,
    Date,
    Identifier,
    NonNegative,
    Number,
    PositiveCount,
    PositiveNumber,
    Share,
    Span,
    Text,
)
from sim.scenario.section import Section


class Region(Section):
    """One site of the market and the people who belong to it, where they differ from the others."""

    title: Text | None = Field(default=None, description="name to print, by language")
    opens: Date | None = Field(
        default=None,
        description="day on which the firm opens there: before, nobody of there can come, is a customer, or on duty; "
        "open from the first day where left out",
    )
    within_reach: Share = Field(
        default=1.0, description="share of the people there who live near enough to come at all (the catchment)"
    )
    aware: Share | None = Field(
        default=None, description="share who know of the firm on the first day; traits' if left out"
    )
    existing: Share | None = Field(
        default=None, description="share of those within reach who are customers on the first day; traits' if left out"
    )
    rate: NonNegative = Field(default=1.0, le=1000, description="multiplies how often people there have each need")
    price: PositiveNumber = Field(
        default=1.0, ge=0.001, le=1000, description="multiplies the price of every need there"
    )
    rivals: dict[Identifier, Number] = Field(
        default_factory=dict, description="added to the attractiveness of a rival there, in utility"
    )
    staff: dict[Identifier, Count] = Field(
        default_factory=dict, description="people on duty at a station there, instead of its staff"
    )
    opening_cost: Amount = Field(default=0, validate_default=True, description="paid on the day it opens")
    fixed_cost: Amount = Field(default=0, validate_default=True, description="fixed cost a month, from its opening on")


class PriceRule(Section):
    """How often prices may change in a run: what a plan and its dated changes are held against."""

    at_most: PositiveCount = Field(description="days in a calendar year on which any price changes, up or down")
    locked: list[Span] = Field(default_factory=list, description="days on which no price changes at all")
