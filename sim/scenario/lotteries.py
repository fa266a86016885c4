"""Lotteries: a purchase is good for so many draws; each wins a prize with a known chance, while there are any.

A die is a lottery with six chances; a riddle that six of ten solve has ten, of which six win.
"""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from sim.scenario.quantities import Amount, Count, Identifier, PositiveCount, Text
from sim.scenario.section import Section

MOST_DRAWS = 1000


class Prize(Section):
    """One of the prizes of a lottery."""

    title: Text | None = Field(default=None, description="name to print, by language")
    wins: PositiveCount = Field(description="of all the chances, as many win this prize")
    face: Amount = Field(description="what the prize is worth in the shop")
    cost: Amount = Field(description="what it costs the firm; face value is not cost")
    stock: Count | None = Field(default=None, description="prizes in all; as many as are won where left out")


class Lottery(Section):
    """Draws for a purchase, at the till: prizes are handed over on the spot, first come first served."""

    needs: list[Identifier] | None = Field(
        default=None, min_length=1, description="needs whose purchases count; all of them where left out"
    )
    draws_at: dict[Count, PositiveCount] = Field(
        min_length=1,
        description="amount paid for one purchase, after discounts and without fees: draws it is good for; the highest "
        "reached counts, thresholds included",
    )
    chances: PositiveCount = Field(description="equally likely outcomes of a draw; six for a die")
    prizes: dict[Identifier, Prize] = Field(min_length=1, description="what can be won")

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        wins = sum(prize.wins for prize in self.prizes.values())
        if wins > self.chances:
            raise ValueError(f"{wins} of {self.chances} chances win; at most all of them can")
        most = max(self.draws_at.values())
        if most > MOST_DRAWS:
            raise ValueError(f"{most} draws for one purchase; at most {MOST_DRAWS}")
        thresholds = sorted(self.draws_at)
        draws = [self.draws_at[threshold] for threshold in thresholds]
        if draws != sorted(draws):
            raise ValueError("a larger purchase is good for fewer draws than a smaller one")
        return self
