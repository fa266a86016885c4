"""The base of every section of a scenario document, and the shapes that several sections share."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sim.scenario.quantities import NonNegative, Scale

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Section(BaseModel):
    """A part of the document: frozen, strict, without unknown keys, infinities or NaN."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Levels(Section):
    """A level for each SERVQUAL dimension on the 1-7 scale (Parasuraman, Zeithaml & Berry 1988)."""

    reliability: Scale = Field(description="does what was promised, right the first time, 1-7")
    responsiveness: Scale = Field(description="promptness, 1-7; waits are turned into it by service.wait_scale")
    assurance: Scale = Field(description="knowledge and courtesy that inspire trust, 1-7")
    empathy: Scale = Field(description="individual attention, 1-7")
    tangibles: Scale = Field(description="premises, equipment, appearance, 1-7")

    def values(self) -> tuple[float, float, float, float, float]:
        """The five levels in the order of the dimensions."""
        return self.reliability, self.responsiveness, self.assurance, self.empathy, self.tangibles


class PartialLevels(Section):
    """Levels for some of the dimensions; those left out are not touched."""

    reliability: Scale | None = Field(default=None, description="1-7")
    responsiveness: Scale | None = Field(default=None, description="1-7")
    assurance: Scale | None = Field(default=None, description="1-7")
    empathy: Scale | None = Field(default=None, description="1-7")
    tangibles: Scale | None = Field(default=None, description="1-7")

    def values(self) -> tuple[float | None, ...]:
        """The levels in the order of the dimensions, None where nothing is said."""
        return self.reliability, self.responsiveness, self.assurance, self.empathy, self.tangibles


class Weights(Section):
    """Importance of each dimension; any non-negative numbers, taken relative to their sum."""

    reliability: NonNegative = Field(default=32.0, description="weight, 100-point allocation")
    responsiveness: NonNegative = Field(default=22.0, description="weight")
    assurance: NonNegative = Field(default=19.0, description="weight")
    empathy: NonNegative = Field(default=16.0, description="weight")
    tangibles: NonNegative = Field(default=11.0, description="weight")

    @model_validator(mode="after")
    def _something_matters(self) -> Self:
        if self.reliability + self.responsiveness + self.assurance + self.empathy + self.tangibles <= 0:
            raise ValueError("the weights are all 0; at least one of them must be above 0")
        return self

    def values(self) -> tuple[float, float, float, float, float]:
        """The five weights in the order of the dimensions, summing to 1."""
        total = self.reliability + self.responsiveness + self.assurance + self.empathy + self.tangibles
        return (
            self.reliability / total,
            self.responsiveness / total,
            self.assurance / total,
            self.empathy / total,
            self.tangibles / total,
        )
