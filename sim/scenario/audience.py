"""Who a campaign, an offer, a contact or a survey is for: by kind, by what the firm knows of a person, by rank.

Everything here is what a firm can observe. `sim.levers.audience` answers who belongs on a given day.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from sim.scenario.quantities import Amount, Count, Days, Identifier, Number, PositiveCount, Share
from sim.scenario.section import Section


class Band(Section):
    """Bounds of a number; every bound given must hold."""

    @model_validator(mode="after")
    def _some_bound(self) -> Self:
        if self.low is None and self.high is None:
            raise ValueError("at least one of at_least, at_most, below")
        if getattr(self, "at_most", None) is not None and getattr(self, "below", None) is not None:
            raise ValueError("either 'at_most' or 'below'")
        low, high = self.low, self.high
        if low is not None and high is not None and (low > high or (low == high and not self.reaches_high)):
            raise ValueError("no number is inside: at_least is above the other bound")
        return self

    @property
    def low(self) -> float | None:
        """The least number inside; None where there is none."""
        least = getattr(self, "at_least", None)
        return None if least is None else float(least)

    @property
    def high(self) -> float | None:
        """The upper bound, inside when `reaches_high`; None where there is none."""
        bound = getattr(self, "at_most", None)
        bound = getattr(self, "below", None) if bound is None else bound
        return None if bound is None else float(bound)

    @property
    def reaches_high(self) -> bool:
        """Whether the upper bound itself is inside."""
        return getattr(self, "at_most", None) is not None


class NumberBand(Band):
    """Bounds of an attribute."""

    at_least: Number | None = Field(default=None, description="this number or more")
    at_most: Number | None = Field(default=None, description="this number or less")
    below: Number | None = Field(default=None, description="less than this number")


class TenureBand(Band):
    """Bounds of the time someone has been a customer."""

    at_least: Days | None = Field(default=None, description="so long or longer")
    below: Days | None = Field(default=None, description="shorter than this")


class SpendBand(Band):
    """Bounds of what a customer paid over the last whole days."""

    over: Days = Field(ge=1, description="whole days looked back on; before they have passed nobody belongs")
    at_least: Amount | None = Field(default=None, description="paid so much or more, in the currency")
    at_most: Amount | None = Field(default=None, description="paid so much or less, in the currency")
    below: Amount | None = Field(default=None, description="paid less than this, in the currency")


class SpendChangeBand(Band):
    """Bounds of what a customer paid over the last whole days, of what they paid over as many days before.

    Who paid nothing in the days before has no change and does not belong.
    """

    over: Days = Field(ge=1, description="whole days of each half; before both have passed nobody belongs")
    at_least: Share | None = Field(default=None, description="this share of what was paid before, or more")
    at_most: Share | None = Field(default=None, description="this share of what was paid before, or less")
    below: Share | None = Field(default=None, description="less than this share of what was paid before")


class VisitsBand(Band):
    """Bounds of how often a customer was served over the last whole days."""

    over: Days = Field(ge=1, description="whole days looked back on; before they have passed nobody belongs")
    at_least: Count | None = Field(default=None, description="so many visits or more")
    at_most: Count | None = Field(default=None, description="so many visits or fewer")


class SinceVisitBand(Band):
    """Bounds of the time since a customer was last served; who has not been counts from the first day of the run."""

    at_least: Days | None = Field(default=None, description="so long ago or longer")
    below: Days | None = Field(default=None, description="served since, less long ago than this")


class Condition(Section):
    """Conditions on what the firm knows of a person; every one given must hold."""

    attributes: dict[Identifier, NumberBand] = Field(
        default_factory=dict, description="numbers of market.attributes and their bounds"
    )
    tenure: TenureBand | None = Field(default=None, description="time as a customer")
    spend: SpendBand | None = Field(default=None, description="paid over the last days")
    spend_change: SpendChangeBand | None = Field(
        default=None, description="paid over the last days, of what was paid over as many before: a sign of risk"
    )
    visits: VisitsBand | None = Field(default=None, description="times served over the last days")
    days_since_visit: SinceVisitBand | None = Field(default=None, description="time since last served")
    shows: list[Identifier] = Field(
        default_factory=list, description="signs of market.risk_signs, each of which must be seen today"
    )

    @property
    def windows(self) -> tuple[tuple[Literal["spend", "visits"], int], ...]:
        """Days of spending and of visits it looks back on: (what, whole days)."""
        found: list[tuple[Literal["spend", "visits"], int]] = []
        if self.spend is not None:
            found.append(("spend", whole(self.spend.over)))
        if self.spend_change is not None:
            days = whole(self.spend_change.over)
            found += [("spend", days), ("spend", 2 * days)]
        if self.visits is not None:
            found.append(("visits", whole(self.visits.over)))
        return tuple(found)


class Where(Condition):
    """Conditions that must all hold, and beside them several of which one is enough."""

    any_of: dict[Identifier, Condition] = Field(
        default_factory=dict,
        description="conditions by name, at least one of which must hold: {falling_spend: {spend_change: ...}, ...}",
    )

    @model_validator(mode="after")
    def _conditions_say_something(self) -> Self:
        for name, each in self.any_of.items():
            if not each.model_fields_set:
                raise ValueError(f"'{name}' says nothing, so everybody would belong by it")
        return self

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The conditions themselves and each of the others."""
        return (self, *self.any_of.values())


class Top(Section):
    """The highest by some number, of those who fulfil all else. The list is drawn up once, when it is first used.

    A dated change of `count` draws it up again. Of equals the one who stands first in the market comes first.
    """

    count: PositiveCount = Field(description="how many")
    by: Identifier = Field(description="one of market.attributes, or tenure, spend (paid over the last days), visits")
    over: Days | None = Field(
        default=None,
        ge=1,
        description="whole days looked back on, for spend and visits; before they have passed the list is empty",
    )

    @model_validator(mode="after")
    def _looks_back(self) -> Self:
        if (self.by in ("spend", "visits")) != (self.over is not None):
            raise ValueError("'over' goes with by: spend and by: visits, which need it")
        return self


class Audience(Section):
    """Who a campaign is for; everyone where nothing is said."""

    segments: list[Identifier] | None = Field(default=None, description="only these segments")
    tiers: list[Identifier] | None = Field(default=None, description="only these tiers")
    sites: list[Identifier] | None = Field(default=None, description="only people of these sites")
    customers: Literal["everyone", "customers", "prospects", "newcomers"] = Field(
        default="everyone",
        description="customers of the firm; those who are not (prospects); those of them who have never been "
        "(newcomers); or all",
    )
    funnel: dict[Identifier, list[Identifier]] = Field(
        default_factory=dict, description="only people who stand in one of these states of a funnel: {launch: [signed]}"
    )
    where: Where | None = Field(default=None, description="only whom all these conditions fit")
    not_in: list[Identifier] = Field(
        default_factory=list,
        description="offers and campaigns: without those who have earned or had the offer, or were reached by the "
        "campaign",
    )
    hold_out: Share = Field(
        default=0.0, description="random share of them left out for the whole run, to compare with (a control group)"
    )
    top: Top | None = Field(default=None, description="of those who fulfil all else, only the highest by some number")

    @property
    def windows(self) -> tuple[tuple[Literal["spend", "visits"], int], ...]:
        """Days of spending and of visits it looks back on: (what, whole days)."""
        found: list[tuple[Literal["spend", "visits"], int]] = []
        for condition in self.where.conditions if self.where is not None else ():
            found += condition.windows
        if self.top is not None and self.top.over is not None:
            found.append(("spend" if self.top.by == "spend" else "visits", whole(self.top.over)))
        return tuple(found)


def whole(days: float) -> int:
    """Whole days of a window: at least one."""
    return max(round(days), 1)
