"""Goods that can be bought apart or together, what they are worth to people, and bundles at a price of their own.

A need with `goods` brings people to the counter; what they take there is what leaves them most above the prices.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator

from sim.distributions import NumberDistribution
from sim.scenario.quantities import Amount, Days, Identifier, NonNegative, SignedShare, Text
from sim.scenario.section import Section


class Good(Section):
    """One thing on sale: its list price, its cost, and what it is worth to each person (reservation price)."""

    title: Text | None = Field(default=None, description="name to print, by language")
    price: Amount = Field(description="list price of one")
    cost: Amount = Field(description="what one costs the firm")
    worth: NumberDistribution = Field(
        description="reservation price: the most each person would pay for one, in the currency"
    )
    segments: dict[Identifier, NonNegative] = Field(
        default_factory=dict, description="multiplies what it is worth to a segment; 1 where left out"
    )
    correlated_with: dict[Identifier, SignedShare] = Field(
        default_factory=dict,
        description="correlation between people of what this and another good are worth (of normal scores), each pair "
        "once; 0 where left out",
    )
    lasts: Days | None = Field(
        default=None, gt=0, description="how long one lasts; until then a second is worth nothing to who has bought one"
    )


class Bundle(Section):
    """Several goods at one price (Adams & Yellen 1976)."""

    goods: list[Identifier] = Field(min_length=2, description="what is in it, one of each")
    price: Amount = Field(description="price of the whole")
    sold: Literal["also apart", "only together"] = Field(
        default="also apart",
        description="whether its goods can also be bought apart at their list prices (mixed bundling) or not (pure)",
    )
    lines: dict[Identifier, Amount] = Field(
        default_factory=dict, description="how the price is advertised, good by good; the lines add up to the price"
    )

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if len(set(self.goods)) < len(self.goods):
            raise ValueError("a good that is named twice; each once")
        total = sum(self.lines.values(), Decimal())
        if self.lines and total != self.price:
            raise ValueError(f"{self.sum_of_lines}, and the price is {self.price:,}; the lines add up to the price")
        return self

    @property
    def sum_of_lines(self) -> str:
        """The lines and their sum in words: 6,500 + 2,000 + 2,400 = 10,900."""
        total = sum(self.lines.values(), Decimal())
        return f"{' + '.join(f'{each:,}' for each in self.lines.values())} = {total:,}"
