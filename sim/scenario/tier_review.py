"""Tiers that change by rule: when customers are reviewed, by what the firm can observe of them, who must approve."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal, Self

from pydantic import Field, model_validator

from sim.distributions import NumberDistribution
from sim.scenario.audience import Audience
from sim.scenario.quantities import Amount, Count, Date, Days, Identifier, Share
from sim.scenario.section import Section


class BySpend(Section):
    """What a customer paid over a window: needs at their price less discounts, and purchases elsewhere."""

    over: Days = Field(ge=1, description="the window before the review")
    at_least: dict[Identifier, Amount] = Field(min_length=1, description="tier: least spend over the window")


class ByFulfilment(Section):
    """What a customer paid over a window, of what was contracted for it."""

    over: Days = Field(ge=1, description="the window before the review")
    contracted: NumberDistribution = Field(
        description=(
            "contracted amount of a customer, of their usual spending: all their needs at the prices of the first day, "
            "wherever they take them, and their purchases elsewhere; 0.8 is four fifths of it"
        )
    )
    at_least: dict[Identifier, Share] = Field(min_length=1, description="tier: least share of the contract fulfilled")


class ByVisits(Section):
    """How often a customer was served over a window."""

    over: Days = Field(ge=1, description="the window before the review")
    at_least: dict[Identifier, Count] = Field(min_length=1, description="tier: least visits over the window")


class ByTenure(Section):
    """How long a customer has been one."""

    at_least: dict[Identifier, Days] = Field(min_length=1, description="tier: least time as a customer")


class TierReview(Section):
    """Customers reviewed on certain days; who is due another tier goes up or down.

    Exactly one of spend, fulfilment, visits, tenure; either every or on.
    """

    every: Literal["week", "month", "quarter"] | None = Field(
        default=None, description="on the first day of each calendar week, month or quarter"
    )
    on: list[Date] | None = Field(default=None, min_length=1, description="on these days")
    audience: Audience = Field(
        default_factory=lambda: Audience(customers="customers"), description="who is reviewed; by default customers"
    )
    spend: BySpend | None = Field(default=None, description="by what they paid")
    fulfilment: ByFulfilment | None = Field(default=None, description="by what they paid, of what they contracted")
    visits: ByVisits | None = Field(default=None, description="by how often they were served")
    tenure: ByTenure | None = Field(default=None, description="by how long they have been customers")
    below: Identifier | None = Field(default=None, description="tier of who reaches none of them; none if left out")
    through: Identifier | None = Field(
        default=None, description="the task each change goes through before it acts; at once where left out"
    )
    at_once: list[Identifier] = Field(
        default_factory=list, description="tiers to which a change acts at once, without that task"
    )

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        kinds = [each for each in (self.spend, self.fulfilment, self.visits, self.tenure) if each is not None]
        if len(kinds) != 1:
            raise ValueError("exactly one of spend, fulfilment, visits, tenure")
        if (self.every is None) == (self.on is None):
            raise ValueError("either 'every' or 'on'")
        if self.at_once and self.through is None:
            raise ValueError("at_once means nothing without 'through': every change acts at once")
        return self

    @property
    def over(self) -> int:
        """Whole days of the window; 0 where there is none."""
        rule = self.spend or self.fulfilment or self.visits
        return 0 if rule is None else max(round(rule.over), 1)

    @property
    def thresholds(self) -> Mapping[str, float]:
        """The least of each tier, in the unit of what is looked at."""
        rule = self.spend or self.fulfilment or self.visits or self.tenure
        assert rule is not None  # exactly one is there
        return {name: float(least) for name, least in rule.at_least.items()}

    def days(self, first: date, last: date) -> list[int]:
        """The days of a run from `first` to `last` (day 0 is the first) on which a whole window lies behind."""
        found = []
        for day in range(self.over, (last - first).days + 1):
            when = first + timedelta(days=day)
            if when in self.on if self.on is not None else day > 0 and _begins(when, self.every):
                found.append(day)
        return found


def _begins(when: date, every: str | None) -> bool:
    if every == "week":
        return when.weekday() == 0
    return when.day == 1 and (every == "month" or when.month in (1, 4, 7, 10))
