"""Tiers that change by rule: when customers are reviewed, by what the firm can observe of them, who must approve."""

from __future__ import annotations

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


class ByPurchase(Section):
    """The largest single purchase of a window: one receipt, or what one visit costs before discounts."""

    over: Days = Field(ge=1, description="the window before the review")
    at_least: dict[Identifier, Amount] = Field(min_length=1, description="tier: least amount of one purchase")


class ByTenure(Section):
    """How long a customer has been one."""

    at_least: dict[Identifier, Days] = Field(min_length=1, description="tier: least time as a customer")


class TierReview(Section):
    """Customers reviewed on certain days; who is due another tier goes up or down.

    By one or several of spend, fulfilment, visits, purchase, tenure: of several, whichever gives the higher tier.
    Either every or on.
    """

    every: Literal["day", "week", "month", "quarter"] | None = Field(
        default=None,
        description="on the first day of each calendar week, month or quarter; each day: up as soon as enough is "
        "reached, down when a whole window no longer reaches it",
    )
    on: list[Date] | None = Field(default=None, min_length=1, description="on these days")
    audience: Audience = Field(
        default_factory=lambda: Audience(customers="customers"), description="who is reviewed; by default customers"
    )
    spend: BySpend | None = Field(default=None, description="by what they paid")
    fulfilment: ByFulfilment | None = Field(default=None, description="by what they paid, of what they contracted")
    visits: ByVisits | None = Field(default=None, description="by how often they were served")
    purchase: ByPurchase | None = Field(default=None, description="by their largest single purchase")
    tenure: ByTenure | None = Field(default=None, description="by how long they have been customers")
    by_office: dict[Identifier, list[Identifier]] = Field(
        default_factory=dict, description="tier: segments that hold it whatever they do, by office or by contract"
    )
    below: Identifier | None = Field(default=None, description="tier of who reaches none of them; none if left out")
    through: Identifier | None = Field(
        default=None, description="the task each change goes through before it acts; at once where left out"
    )
    at_once: list[Identifier] = Field(
        default_factory=list, description="tiers to which a change acts at once, without that task"
    )

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        if not self.rules:
            raise ValueError("at least one of spend, fulfilment, visits, purchase, tenure")
        if (self.every is None) == (self.on is None):
            raise ValueError("either 'every' or 'on'")
        if self.at_once and self.through is None:
            raise ValueError("at_once means nothing without 'through': every change acts at once")
        return self

    @property
    def rules(self) -> dict[str, BySpend | ByFulfilment | ByVisits | ByPurchase | ByTenure]:
        """What customers are reviewed by."""
        rules = {name: getattr(self, name) for name in ("spend", "fulfilment", "visits", "purchase", "tenure")}
        return {name: rule for name, rule in rules.items() if rule is not None}

    def steps(self, rule: str) -> dict[str, float]:
        """The least of each tier by a rule, in the unit of what is looked at."""
        return {name: float(least) for name, least in self.rules[rule].at_least.items()}

    @property
    def over(self) -> int:
        """Whole days of the longest window; 0 where there is none."""
        return max(map(window, self.rules.values()))

    @property
    def windows(self) -> list[tuple[Literal["spend", "visits"], int]]:
        """What is summed up for it, over how many whole days."""
        rules: tuple[tuple[Literal["spend", "visits"], BySpend | ByFulfilment | ByVisits | None], ...] = (
            ("spend", self.spend),
            ("spend", self.fulfilment),
            ("visits", self.visits),
        )
        return [(what, window(rule)) for what, rule in rules if rule is not None]

    @property
    def given(self) -> set[str]:
        """Every tier that somebody can be due."""
        named = {tier for rule in self.rules.values() for tier in rule.at_least} | set(self.by_office)
        return named if self.below is None else named | {self.below}

    def days(self, first: date, last: date) -> list[int]:
        """The days of review in a run from `first` to `last` (day 0 is the first): with a whole window behind them.

        Who is reviewed every day is from the second day on.
        """
        if self.every == "day":
            return list(range(1, (last - first).days + 1))
        found = []
        for day in range(self.over, (last - first).days + 1):
            when = first + timedelta(days=day)
            if when in self.on if self.on is not None else day > 0 and _begins(when, self.every):
                found.append(day)
        return found


def window(rule: BySpend | ByFulfilment | ByVisits | ByPurchase | ByTenure) -> int:
    """Whole days a rule looks back on; 0 for tenure."""
    return 0 if isinstance(rule, ByTenure) else max(round(rule.over), 1)


def _begins(when: date, every: str | None) -> bool:
    if every == "week":
        return when.weekday() == 0
    return when.day == 1 and (every == "month" or when.month in (1, 4, 7, 10))
