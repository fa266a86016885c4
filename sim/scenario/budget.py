"""The budget of a plan: the money set aside, the lines it is made of, what is kept back, who bears what goes beyond."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Literal, Self

from pydantic import Field, model_validator

from sim.scenario.quantities import Amount, Date, Days, Identifier, PositiveCount, Share, Text
from sim.scenario.section import Section


class BudgetLine(Section):
    """One line of the budget: so many at so much. The total stated counts, since unit prices are often rounded."""

    title: Text | None = Field(default=None, description="name to print, by language")
    price: Amount = Field(description="unit price, as the plan writes it")
    quantity: PositiveCount = Field(default=1, description="how many")
    total: Amount | None = Field(
        default=None, description="total the plan states; price × quantity if left out, which it must come to otherwise"
    )
    in_kind: bool = Field(
        default=False, description="something the firm has already: worth its total, and takes no cash"
    )
    paid: Date | None = Field(
        default=None,
        description="day on which the whole line is paid, used or not; left out, gifts are paid as they are handed out",
    )
    salvage: Share = Field(
        default=0.0, description="gifts paid ahead: share of their cost that those left over fetch on the last day"
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.in_kind and self.paid is not None:
            raise ValueError("what is given in kind is not paid: in_kind or paid, not both")
        if self.salvage and self.paid is None:
            raise ValueError("salvage goes with paid: what is paid as it is handed out leaves nothing over")
        return self

    @property
    def product(self) -> Decimal:
        """Price × quantity."""
        return self.price * self.quantity

    @property
    def value(self) -> Decimal:
        """What the line comes to: the total stated."""
        return self.product if self.total is None else self.total


class Contingency(Section):
    """A part of the budget kept back for what nobody planned."""

    share: Share = Field(description="share of the amount that is kept back")
    approval_takes: Days = Field(
        default=0.0,
        description="time until it may be drawn once the rest is spent; campaigns pause meanwhile",
    )


class Approval(Section):
    """A level that may approve campaigns up to an amount."""

    title: Text | None = Field(default=None, description="name to print, by language")
    up_to: Amount | None = Field(
        default=None, description="the greatest planned cost of a campaign it may approve; any if left out"
    )
    takes: Days = Field(description="whole days from asking to approval; the campaign does not begin before")


class Budget(Section):
    """Money set aside for campaigns and gifts, and who bears what goes beyond."""

    amount: Amount = Field(description="for campaigns and gifts together")
    lines: dict[Identifier, BudgetLine] = Field(
        default_factory=dict, description="what it is made of; those not in kind add up to the amount less contingency"
    )
    tolerance: Amount = Field(
        default=0,
        validate_default=True,
        description="how far the price × quantity of a line may lie from its total, and the lines from the amount",
    )
    contingency: Contingency | None = Field(default=None, description="what is kept back; nothing if left out")
    approvals: dict[Identifier, Approval] = Field(
        default_factory=dict, description="who approves a campaign, from the lowest up; nobody need if left out"
    )
    submitted: Date | None = Field(
        default=None, description="day on which approvals are asked for; the first of the run if left out"
    )
    overrun: Literal["stop campaigns", "spend on"] = Field(
        default="spend on", description="what happens when it is used up"
    )
    borne_by: str = Field(description="who bears an overrun", min_length=1, max_length=200)

    @model_validator(mode="after")
    def _rising(self) -> Self:
        levels = list(self.approvals.values())
        if any(level.up_to is None for level in levels[:-1]):
            raise ValueError("only the highest level of approval may approve any amount")
        limits = [level.up_to for level in levels if level.up_to is not None]
        if any(higher <= lower for lower, higher in pairwise(limits)):
            raise ValueError("up_to rises from one level of approval to the next")
        if self.submitted is not None and not self.approvals:
            raise ValueError("submitted goes with approvals")
        return self

    def level_of(self, cost: Decimal) -> str | None:
        """The lowest level that may approve a cost; None above all of them."""
        return next((name for name, each in self.approvals.items() if each.up_to is None or cost <= each.up_to), None)

    @property
    def planned(self) -> Decimal:
        """The amount less what is kept back."""
        return self.amount if self.contingency is None else self.amount * (1 - Decimal(str(self.contingency.share)))
