"""What a service is made of and who delivers it: suppliers and their bad lots, gates that find some, scores."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from sim.scenario.quantities import Amount, Identifier, NonNegative, PositiveCount, Share, Text
from sim.scenario.section import Section


class Supplier(Section):
    """One supplier."""

    title: Text | None = Field(default=None, description="name to print, by language")
    share: NonNegative = Field(description="part of the lots bought from it, relative to the others; 0 is none")
    bad: Share = Field(description="share of its lots that are bad")


class Gate(Section):
    """A check every lot goes through before it is used."""

    title: Text | None = Field(default=None, description="name to print, by language")
    finds: Share = Field(description="share of the bad lots reaching it that it finds")
    cost: Amount = Field(default=0, validate_default=True, description="cost of checking one lot")


class Scores(Section):
    """A mark for each supplier at the end of a period: how many in a hundred sampled lots were good."""

    every: Literal["week", "month", "quarter"] = Field(default="month", description="calendar period of a mark")
    lots: PositiveCount = Field(
        description="lots of each supplier looked at thoroughly in a period; all, if fewer came"
    )
    good_from: NonNegative = Field(default=80.0, le=100, description="from this mark on a supplier is good")
    out_below: NonNegative = Field(default=70.0, le=100, description="below this mark a supplier is out")
    improves: Share = Field(
        default=0.0, description="chance that a supplier told to improve (a mark between, a serious problem) does so"
    )
    improvement: Share = Field(default=0.5, description="share of its bad lots it then gets rid of")
    serious: Share = Field(default=0.0, description="share of bad lots that are a serious quality problem")
    most_serious: PositiveCount = Field(
        default=2, description="serious quality problems without improvement at which a supplier is out"
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.out_below > self.good_from:
            raise ValueError("out_below is above good_from: a supplier would be good and out at once")
        return self


class Supply(Section):
    """Lots that the service is made of. A bad lot no gate finds makes visits go wrong on the day it is used."""

    tasks: list[Identifier] = Field(
        default_factory=list, description="tasks whose visits are made of it; all visits if left out"
    )
    lots: PositiveCount = Field(description="lots used a day; visits share them evenly")
    suppliers: dict[Identifier, Supplier] = Field(min_length=1, description="who delivers them")
    gates: dict[Identifier, Gate] = Field(default_factory=dict, description="checks in series, in their order")
    spoils: Share = Field(default=1.0, description="share of the visits made of a bad lot that go wrong")
    replacement: Amount = Field(
        default=0, validate_default=True, description="cost of a good lot in place of one that a gate found bad"
    )
    scores: Scores | None = Field(default=None, description="marks for suppliers; nobody is marked if left out")

    @model_validator(mode="after")
    def _somebody_delivers(self) -> Self:
        if not any(supplier.share for supplier in self.suppliers.values()):
            raise ValueError("the shares of all suppliers are 0; at least one of them must deliver")
        return self
