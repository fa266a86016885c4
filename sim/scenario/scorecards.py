"""Failure indices and scorecards of a scenario: what a firm counts, how it weighs it, and how its staff may game it."""

from __future__ import annotations

from typing import Final, Literal, Self, get_args

from pydantic import Field, model_validator

from sim.scenario.quantities import (
    Identifier,
    Minutes,
    NonNegative,
    Number,
    PositiveCount,
    PositiveNumber,
    Share,
    SignedAmount,
    Text,
    Threshold,
)
from sim.scenario.section import Section
from sim.scenario.surveys import Every

VisitEvent = Literal[
    "lost visits",
    "gave up waiting",
    "put off by the queue",
    "closed or full",
    "cut off by closing",
    "wrong work",
    "long waits",
    "long visits",
    "finished on a later day",
    "complaints",
]
FirmEvent = Literal["cases unresolved", "cases waiting overnight", "gift visits in vain", "customers lost"]
TIMED: Final = ("long waits", "long visits")
OF_VISITS: Final = get_args(VisitEvent)


class FailureKind(Section):
    """One kind of failure: what happens in the market, or a chance of its own where the market has no such thing."""

    title: Text | None = Field(default=None, description="name to print, by language")
    weight: NonNegative = Field(description="points for each")
    counts: VisitEvent | FirmEvent | None = Field(default=None, description="what is counted, day by day")
    longer_than: Minutes | None = Field(
        default=None, description="for long waits and long visits (door to door): failed when longer than this"
    )
    up_to: Minutes | None = Field(default=None, description="and no longer than this; the rest is another kind")
    needs: list[Identifier] | None = Field(
        default=None, min_length=1, description="only visits for these needs; all visits where left out"
    )
    rate: Share | None = Field(
        default=None,
        description="instead of counts: chance for each visit served, with luck of its own; say its source",
    )

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.counts is None) == (self.rate is None):
            raise ValueError("either 'counts' or 'rate'")
        timed = self.counts in TIMED
        if timed != (self.longer_than is not None):
            raise ValueError(f"'longer_than' goes with {' and '.join(TIMED)}, and only with them")
        if self.up_to is not None and (self.longer_than is None or self.up_to <= self.longer_than):
            raise ValueError("'up_to' is longer than 'longer_than'")
        if self.needs is not None and self.rate is None and self.counts not in OF_VISITS:
            raise ValueError(f"'{self.counts}' are not visits, so they cannot be narrowed to needs")
        return self


class FailureIndex(Section):
    """Weighted count of failures a day: points = Σ weight · count (after FedEx's Service Quality Indicator)."""

    title: Text | None = Field(default=None, description="name to print, by language")
    failures: dict[Identifier, FailureKind] = Field(min_length=1, description="kinds of failure")


class SpotChecks(Section):
    """Visits looked at, drawn evenly among those served in a week; a check fails when the work was wrong."""

    visits: PositiveCount = Field(description="visits looked at each calendar week")


class CallbackSample(Section):
    """Visitors called back after their visit and asked whether they were satisfied; each gives one record."""

    per_person: PositiveCount = Field(description="calls to make for each person on duty in a period of the scorecard")
    people: PositiveCount = Field(description="people on duty who make them")
    reached: Share = Field(description="chance that the visitor called is reached")
    satisfied_from: NonNegative = Field(
        default=70.0, le=100, description="satisfaction with the visit from which a visitor says 'satisfied', 0-100"
    )


class RecordInspection(Section):
    """Call records looked at again by someone else. A false record that is found does not count as a call made."""

    share: Share = Field(description="share of records looked at")
    recognises: Share = Field(default=1.0, description="chance that a false record looked at is recognised")


class Gaming(Section):
    """What staff do to the measure, and not to the work."""

    hides: Share = Field(default=0.0, description="share of wrong work that does not show while someone is watching")
    falsifies: Share = Field(
        default=0.0, description="share of callbacks that reached nobody and are recorded as made, and satisfied"
    )


Observation = Literal[
    "spot checks failed",
    "callbacks completed",
    "customers satisfied",
    "false records",
    "complaints",
    "complaints resolved",
    "visits served",
    "standard kept",
    "target reached",
    "not observed",
]
SHARES: Final = ("callbacks completed", "customers satisfied", "complaints resolved", "visits served", "standard kept")
BY_CALLBACK: Final = ("callbacks completed", "customers satisfied", "false records")


class CardComponent(Section):
    """One line of a scorecard: full marks, and what is taken off by bands or for each."""

    title: Text | None = Field(default=None, description="name to print, by language")
    weight: NonNegative = Field(description="full marks; 0 for a bonus or a penalty beside them")
    of: Observation = Field(description="what it is about; 'not observed' is something the market does not produce")
    standard: Identifier | None = Field(default=None, description="which of service.standards, for 'standard kept'")
    target: Identifier | None = Field(
        default=None,
        description="which of targets, for 'target reached': what was reached in the card's period, of the plan",
    )
    bands: dict[Threshold, Number] | None = Field(
        default=None,
        min_length=1,
        description="points at or above each threshold, a share or a count: {95%: -1, 0%: -5}",
    )
    each: Number | None = Field(default=None, description="or points for each one counted: -2")
    points: Number | None = Field(default=None, description="or fixed points, for what is not observed")

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        if sum(rule is not None for rule in (self.bands, self.each, self.points)) != 1:
            raise ValueError("exactly one of bands, each, points")
        if (self.of == "not observed") != (self.points is not None):
            raise ValueError("'points' goes with 'not observed', and only with it")
        if (self.of == "standard kept") != (self.standard is not None):
            raise ValueError("'standard' goes with 'standard kept', and only with it")
        if (self.of == "target reached") != (self.target is not None):
            raise ValueError("'target' goes with 'target reached', and only with it")
        if self.each is not None and self.of in (*SHARES, "target reached"):
            raise ValueError(f"'{self.of}' is a share; it takes bands")
        if self.bands is not None:
            if min(self.bands) != 0:
                raise ValueError("the lowest band begins at 0, so that every result has its points")
            if self.of in SHARES and max(self.bands) > 1:
                raise ValueError(f"'{self.of}' is a share; its bands lie between 0% and 100%")
        return self


class Assessor(Section):
    """Someone who judges the whole card."""

    weight: PositiveNumber = Field(description="weight of this judgement, relative to those of the others")
    leniency: Number = Field(default=0.0, description="points this assessor sees above what the card says")


class Awards(Section):
    """Money for marks: what the people of the card are paid, or pay, when marks hold over several periods."""

    over: PositiveCount = Field(default=1, description="consecutive periods that are looked at together, then the next")
    at_or_above: dict[Threshold, SignedAmount] = Field(
        min_length=1,
        description="amount to each person when the lowest mark of these periods is at or above: {90: 500, 0: -200}; "
        "the highest step reached counts, and below all of them nothing is paid",
    )
    people: PositiveCount = Field(default=1, description="people who are paid each")


class Scorecard(Section):
    """A card of components, filled in at the end of every period, as staff are measured and as things are."""

    title: Text | None = Field(default=None, description="name to print, by language")
    every: Every = Field(description="the card is closed on the last evening of each calendar week, month or quarter")
    components: dict[Identifier, CardComponent] = Field(min_length=1, description="what it is made of")
    checks: SpotChecks | None = Field(default=None, description="spot checks")
    callbacks: CallbackSample | None = Field(default=None, description="calls to visitors")
    inspection: RecordInspection | None = Field(
        default=None, description="who looks at the call records; nobody if left out"
    )
    gaming: Gaming = Field(default_factory=Gaming, description="what staff do to the measure")
    awards: Awards | None = Field(default=None, description="money for the marks as measured; none if left out")
    assessors: dict[Identifier, Assessor] = Field(
        default_factory=dict, description="who judges the card, with weights; the card as it is where left out"
    )

    @model_validator(mode="after")
    def _can_be_filled_in(self) -> Self:
        for name, component in self.components.items():
            if component.of == "spot checks failed" and self.checks is None:
                raise ValueError(f"component {name} needs 'checks'")
            if component.of in BY_CALLBACK and self.callbacks is None:
                raise ValueError(f"component {name} needs 'callbacks'")
        if self.inspection is not None and self.callbacks is None:
            raise ValueError("'inspection' looks at call records, and there are no 'callbacks'")
        if self.gaming.hides and self.checks is None:
            raise ValueError("'gaming.hides' hides from spot checks, and there are no 'checks'")
        if self.gaming.falsifies and self.callbacks is None:
            raise ValueError("'gaming.falsifies' falsifies call records, and there are no 'callbacks'")
        return self
