"""Rare critical incidents of a scenario: how often and when they strike whom, what they cost, what stops them."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from sim.behaviour.incidents import found_in_time
from sim.distributions import NumberDistribution
from sim.scenario.quantities import Amount, Days, HoursOfDay, Identifier, NonNegative, PositiveNumber, Rate, Share, Text
from sim.scenario.section import Section


class Inspection(Section):
    """Rounds that find a defect before it does harm (delay-time model, Christer & Waller 1984)."""

    every: Days = Field(gt=0, description="time between inspections")
    develops_over: Days = Field(gt=0, description="mean time for which a defect shows before it does harm")
    finds: Share = Field(default=1.0, description="chance that an inspection finds a defect that shows")


class Prevention(Section):
    """What the firm does against an incident: `prevents` a share of them, or finds them by `inspection`."""

    title: Text | None = Field(default=None, description="name to print, by language")
    prevents: Share | None = Field(default=None, description="share of the incidents stopped in its hours")
    inspection: Inspection | None = Field(default=None, description="inspections instead of a share")
    hours: list[HoursOfDay] = Field(default_factory=list, description="hours in which it acts; always where left out")
    cost: Amount = Field(default=0, validate_default=True, description="cost a day, for the whole firm")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.prevents is None) == (self.inspection is None):
            raise ValueError("either 'prevents' or 'inspection'")
        return self

    @property
    def share(self) -> float:
        """Share of incidents stopped in its hours."""
        if self.inspection is None:
            return self.prevents or 0.0
        return found_in_time(**self.inspection.model_dump())


class LoadOfStaff(Section):
    """A hazard that follows the load of a station's staff: (people in hand per server / comfortable)^elasticity."""

    at: Identifier = Field(description="the station; for each customer that of their site")
    comfortable: PositiveNumber = Field(
        description="people in hand per server, served and waiting, at which the hazard is as stated"
    )
    elasticity: NonNegative = Field(le=10, description="rise of the hazard, in per cent for each per cent of load")


class Incident(Section):
    """Something rare and grave that may happen to a customer: a fall, a loss, harm."""

    title: Text | None = Field(default=None, description="name to print, by language")
    per_customer: Rate | None = Field(
        default=None, description="how often it strikes a customer of the firm, before any prevention: 0.1 per year"
    )
    per_visit: Share | None = Field(
        default=None, description="or its chance at one served visit, before any prevention"
    )
    tasks: list[Identifier] = Field(
        default_factory=list, description="tasks at whose visits it may happen; at all, gift pick-ups too, if left out"
    )
    segments: dict[Identifier, NonNegative] = Field(
        default_factory=dict, description="multiplies the hazard for a segment; 1 where left out"
    )
    hours: dict[HoursOfDay, NonNegative] = Field(
        default_factory=dict,
        description="relative hazard by time of day ('22:00-05:00': 2), 1 elsewhere; spreads a rate per customer over "
        "the day without changing it, and multiplies a chance per visit by the hour at which the visitor came",
    )
    load: LoadOfStaff | None = Field(
        default=None, description="how the hazard follows the load of the day; not at all where left out"
    )
    severity: NumberDistribution = Field(
        default_factory=lambda: NumberDistribution(constant=1.0),
        description="how grave each one is; multiplies satisfaction, trust and cost, not below 0",
    )
    satisfaction: NonNegative = Field(default=20.0, description="satisfaction points it takes at severity 1, 0-100")
    trust: Share = Field(default=0.1, description="trust it takes at severity 1, 0-1")
    complains: Share = Field(default=0.3, description="chance that whom it strikes complains of it")
    cost: Amount = Field(default=0, validate_default=True, description="treatment and damages at severity 1")
    prevention: dict[Identifier, Prevention] = Field(default_factory=dict, description="what is done against it")

    @model_validator(mode="after")
    def _one_rate(self) -> Self:
        if (self.per_customer is None) == (self.per_visit is None):
            raise ValueError("either 'per_customer' or 'per_visit'")
        if self.tasks and self.per_visit is None:
            raise ValueError("'tasks' belong to an incident 'per_visit'")
        return self
