"""Prices that depend on the hour of a visit: tariffs, who knows of them, and what it is worth to come at another hour.

Prices by segment and tier stand with the need itself (`market.needs.*.prices`).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.distributions import NumberDistribution
from sim.scenario.audience import Audience
from sim.scenario.quantities import HoursOfDay, Identifier, NonNegative, Share, Span, Text
from sim.scenario.section import Section

Factor = Annotated[NonNegative, Field(le=1000)]


class Tariff(Section):
    """Other prices at some hours of the day (peak and valley). Everybody pays them; who knows of them may move."""

    title: Text | None = Field(default=None, description="name to print, by language")
    during: Span | None = Field(default=None, description="first and last day; the whole run where left out")
    needs: list[Identifier] = Field(min_length=1, description="needs that are priced by the hour at which one comes")
    hours: dict[HoursOfDay, Factor] = Field(
        min_length=1, description="price in these hours over the need's price ('22:00-08:00': 0.5); 1 at other hours"
    )
    costs: dict[HoursOfDay, Factor] = Field(
        default_factory=dict,
        description="cost of serving in these hours over the need's cost (power bought at the peak); 1 at other hours",
    )
    peak: HoursOfDay | None = Field(
        default=None, description="hours whose share of the visits is reported; the dearest where left out"
    )
    audience: Audience = Field(default_factory=Audience, description="who is charged by it; by default everyone")
    known: Share = Field(default=0.0, description="share of people who know of it from the first day")
    passed_on: Share = Field(default=0.0, description="chance that somebody who knows of it tells of it when they talk")
    inconvenience: NumberDistribution = Field(
        description="what coming at another hour than the usual is worth to a person on an occasion, share of the "
        "need's price; who knows of the tariff comes in the cheapest hours when what it saves them, times their price "
        "sensitivity, is more"
    )
