"""Targets of a plan: how much of a measure until when, allocated over months and days, and revised on the way."""

from __future__ import annotations

from itertools import pairwise
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from sim.scenario.quantities import Date, Identifier, NonNegative, PositiveNumber, Span, Text
from sim.scenario.section import WEEKDAYS, Section, Weekday

Month = Literal[
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
]  # fmt: skip
MONTHS: Final[tuple[Month, ...]] = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip


class TargetRevision(Section):
    """Another amount from a day on. It knows what was reached until the evening before, and nothing later."""

    on: Date = Field(description="the first day it holds; what was planned for earlier days stays as it was")
    amount: PositiveNumber = Field(description="the new amount of the whole; a new level of a ratio or a stock")


class Target(Section):
    """So much of one measure over some days; a ratio or a stock, such as a mean price, is to be at a level."""

    title: Text | None = Field(default=None, description="name to print, by language")
    measure: Identifier = Field(description="the measure, as `rehearse run --json` names it")
    during: Span = Field(description="days it is for; they may begin before the run and end after it")
    amount: PositiveNumber = Field(
        description="what is to be reached over all of them; the level of a ratio or a stock"
    )
    by: Literal["week", "month"] = Field(default="month", description="calendar periods in which it is reported")
    months: dict[Month, NonNegative] = Field(
        default_factory=dict,
        description="relative part of each month named, none of the others; by its days if left out",
    )
    days: list[Weekday] = Field(
        default_factory=lambda: list(WEEKDAYS),
        min_length=1,
        description="weekdays over which the part of a month is spread evenly",
    )
    set_on: Date | None = Field(default=None, description="day on which it was set")
    revisions: dict[Identifier, TargetRevision] = Field(
        default_factory=dict, description="other amounts, in rising order"
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        on = [each.on for each in self.revisions.values()]
        if any(later <= earlier for earlier, later in pairwise(on)):
            raise ValueError("the revisions stand in the order of their days")
        if self.set_on is not None and on and on[0] < self.set_on:
            raise ValueError("a revision before the target was set")
        if self.months and not any(self.months.values()):
            raise ValueError("the parts of all months are 0; at least one of them must be above 0")
        return self
