"""Points for what is paid and for visits, which buy gifts, and expire.

An offer of the kind `points` says what earns them and what a gift takes; the gifts come from one of the stocks.
"""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from sim.scenario.quantities import Amount, Count, Days, NonNegative, PositiveCount, Share
from sim.scenario.section import Section


class Points(Section):
    """Points are whole, earned while the offer runs by those who know of it, and used oldest first."""

    per_money: NonNegative = Field(
        default=0.0,
        le=10_000,
        description="points for each unit of money paid in a day (needs at their price less discounts, and purchases "
        "elsewhere); parts of a point are lost",
    )
    per_visit: Count = Field(default=0, le=1_000_000, description="points for each visit served")
    needs: PositiveCount = Field(description="points a gift takes")
    face: Amount = Field(gt=0, description="face value of the gift")
    asks_within: Days = Field(gt=0, description="mean days from having enough points to asking for the gift")
    expire: Days | None = Field(
        default=None,
        ge=30,
        description="time after which points lapse, in whole calendar months; at the end of the offer where left out",
    )
    breakage: Share = Field(
        default=0.0,
        description="share of points the firm expects never to be used; what is owed leaves them out",
    )

    @model_validator(mode="after")
    def _earned(self) -> Self:
        if not self.per_money and not self.per_visit:
            raise ValueError("points for nothing; per_money or per_visit above 0")
        return self

    @property
    def months(self) -> int | None:
        """Whole calendar months points last after that in which they were earned; None for as long as the offer."""
        return None if self.expire is None else max(round(self.expire / 30.4375), 1)


class Status(Section):
    """What a change of tier does to satisfaction: a loss weighs more than a gain. Sizes are assumed.

    Kahneman & Tversky (1979); Wagner, Hennig-Thurau & Rudolph (2009) find it of customers who lose a status.
    """

    gain: NonNegative = Field(default=1.0, le=100, description="satisfaction points of rising to a higher tier")
    loss: NonNegative = Field(default=3.0, le=100, description="satisfaction points lost by falling to a lower one")
