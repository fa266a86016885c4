"""Monthly bills, and offers that add a step to them: so much more a month, and use worth many times that is covered.

`market.bills` says what people are billed at list tariff; `step_up` is the offer.
"""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from sim.distributions import NumberDistribution
from sim.scenario.quantities import (
    Amount,
    NonNegative,
    PositiveCount,
    PositiveNumber,
    Share,
)
from sim.scenario.section import Section


class Bills(Section):
    """What customers of the firm are billed for the use of each calendar month, at list tariff."""

    usual: NumberDistribution = Field(description="a person's usual monthly bill at opening, in the currency")
    varies: NonNegative = Field(
        default=0.0, le=3, description="from month to month: standard deviation of the logarithm"
    )
    trend: NumberDistribution | None = Field(
        default=None, description="relative change of a person's usual bill in a year, such as 0.05; none if left out"
    )
    cost: Share = Field(default=0.0, description="variable cost of use, share of its worth at list tariff")


class StepUp(Section):
    """The base, a step more each month, and a multiple of that step in use: "add one, get ten"."""

    looks_back: PositiveCount = Field(default=6, le=24, description="months whose mean bill is the base")
    steps: list[Amount] = Field(
        min_length=1, description="what may be added to the base a month, in the currency; people take their best"
    )
    covers: PositiveNumber = Field(description="use, at list tariff, that one unit of the added amount covers")
    months: PositiveCount = Field(default=12, description="calendar months billed so, from the month after signing")
    quota: PositiveCount | None = Field(default=None, description="how many may sign in all")
    uses_more: Share = Field(default=0.0, description="of what is covered and would stay unused, the share used")
    worth: Share = Field(
        default=0.0, description="what such additional use is worth to people, share of the list tariff"
    )

    @model_validator(mode="after")
    def _something_added(self) -> Self:
        if any(step <= 0 for step in self.steps):
            raise ValueError("a step adds more than 0")
        return self
