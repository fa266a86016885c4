"""Goods a firm sells from stock: what is there, what is delivered when, and what people do who find none."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from sim.scenario.quantities import Count, Days, Identifier, NonNegative, PositiveCount, Share, Text
from sim.scenario.section import WEEKDAYS, Section, Weekday


class Delivery(Section):
    """Orders to the supplier: on some weekdays, up to a level, in whole lots, as far as the supplier has it."""

    days: list[Weekday] = Field(
        default_factory=lambda: list(WEEKDAYS), min_length=1, description="weekdays on which it is ordered"
    )
    up_to: Count = Field(description="stock and orders under way together are brought up to so many")
    lot: PositiveCount = Field(default=1, description="units of one lot; whole lots are ordered, none beyond up_to")
    lead_time: Days = Field(
        default=0.0, description="whole days from order to delivery, which is before opening; 0 is the same day"
    )
    at_most: Count | None = Field(
        default=None, description="units the supplier gives in a calendar week; no limit if left out"
    )


class Postponing(Section):
    """People who put a purchase off."""

    share: Share = Field(description="share of those who find none")
    wait: Days = Field(ge=1, description="days until they try again")


class IllicitSeller(Section):
    """Someone who should not sell, and has it. Who has bought there goes on doing so until they come back."""

    share: Share = Field(description="share of those who find none who buy there")
    comes_back: Share = Field(
        description="chance a day to come back to the firm; enforcement raises it, as a dated change"
    )


class OutOfStock(Section):
    """What people do who find none; the rest go without it."""

    substitutes: dict[Identifier, Share] = Field(
        default_factory=dict, description="share of them who take something else, by the need it meets"
    )
    illicit: IllicitSeller | None = Field(
        default=None, description="who buys from an illicit seller; nobody if left out"
    )
    postpones: Postponing | None = Field(default=None, description="who puts it off; nobody if left out")
    satisfaction: NonNegative = Field(
        default=40.0, le=100, description="satisfaction with having found none and taken nothing else, 0-100"
    )
    weight: Share = Field(
        default=0.05, description="share of the way to it that this moves a customer's satisfaction with the firm"
    )

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        total = sum(self.substitutes.values())
        total += 0.0 if self.illicit is None else self.illicit.share
        total += 0.0 if self.postpones is None else self.postpones.share
        if total > 1 + 1e-9:
            raise ValueError(f"the shares of those who find none add up to {total:.4g}; the most is 1")
        return self


class Shelf(Section):
    """One good, a unit to each visit for a need it meets; first come, first served."""

    title: Text | None = Field(default=None, description="name to print, by language")
    needs: list[Identifier] = Field(min_length=1, description="needs met from this stock, of market.needs")
    stock: Count = Field(description="units at opening of the first day, for all sites together")
    delivery: Delivery | None = Field(default=None, description="what is delivered; nothing if left out")
    out_of_stock: OutOfStock = Field(default_factory=OutOfStock, description="what people do who find none")
