"""Further needs of those who come anyway, and staff who speak to visitors instead of waiting to be asked."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from sim.distributions import TimeDistribution
from sim.scenario.quantities import Identifier, NonNegative, Share, SignedAmount, Text
from sim.scenario.section import Section


class LatentNeed(Section):
    """A need that visitors have besides the one they came for, and that most of them do not speak of."""

    title: Text | None = Field(default=None, description="name to print, by language")
    visits_for: list[Identifier] | None = Field(
        default=None, description="tasks whose visitors may have it; of all tasks where left out"
    )
    share: Share = Field(description="share of these visitors who have it")
    voiced: Share = Field(description="share of those who have it who say so without being asked, and transact")
    agrees: Share = Field(
        description="share of those who have it who transact when somebody speaks to them, those who say so included"
    )
    task: Identifier = Field(description="the task, of one step, by which it is met once the visit's own task is done")
    price: SignedAmount = Field(default=0, validate_default=True, description="what a customer pays for it")
    cost: SignedAmount = Field(default=0, validate_default=True, description="variable cost of meeting it")

    @model_validator(mode="after")
    def _who_speaks_also_agrees(self) -> Self:
        if self.voiced > self.agrees:
            raise ValueError("voiced must not be above agrees: who says so without being asked agrees when asked")
        return self


class Approaching(Section):
    """Staff speak to visitors whose own task is done, as far as somebody is free at that moment."""

    by: Identifier = Field(description="the station whose staff do it, besides what else they do there")
    takes: TimeDistribution = Field(description="time of one approach")
    share: Share = Field(default=1.0, description="share of visitors the staff mean to speak to")
    welcome: NonNegative = Field(
        default=85.0, le=100, description="satisfaction with being spoken to by who has a further need, 0-100"
    )
    unwanted: NonNegative = Field(
        default=55.0, le=100, description="satisfaction with being spoken to by who has none, 0-100"
    )
    weight: Share = Field(
        default=0.05, description="share of the way to it that one approach moves a customer's satisfaction"
    )
