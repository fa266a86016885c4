"""Call scripts: what becomes of a contact that the staff made. A funnel from busy to a visit."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from sim.scenario.quantities import Days, Identifier, Share
from sim.scenario.section import Section


class Script(Section):
    """Shares of the contacts made, by how they end; the shares add up to 1."""

    offer: Identifier = Field(description="the offer spoken of; who listens comes to know of it")
    busy: Share = Field(default=0.0, description="has no time: called again")
    again_after: Days = Field(default=3.0, ge=1, description="days until who was busy is called again")
    not_interested: Share = Field(default=0.0, description="is not called again")
    think: Share = Field(default=0.0, description="wants to think about it")
    thinks_for: Days = Field(default=5.0, gt=0, description="mean days until they have made up their mind")
    then_agrees: Share = Field(default=0.0, description="of those who think, the share that then agrees to a visit")
    visit: Share = Field(default=0.0, description="agrees to a visit at once")

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        total = self.busy + self.not_interested + self.think + self.visit
        if abs(total - 1) > 1e-9:
            raise ValueError(f"busy, not_interested, think and visit add up to {total:.4g}; they must add up to 1")
        return self
