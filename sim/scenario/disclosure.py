"""What an offer, the membership or a campaign keeps quiet: whom it concerns, who is told, how the others find out."""

from __future__ import annotations

from pydantic import Field

from sim.scenario.quantities import Days, NonNegative, Share
from sim.scenario.section import PartialLevels, Section


class Disclosure(Section):
    """A limit that concerns some people, who is told of it, and how the others find out."""

    affects: Share = Field(description="share of people whom the limit concerns, by luck of their own")
    told: Share = Field(
        description="share of people who are told, of a stepped tariff of those spoken to; who is told and concerned "
        "wants it no more, nor believes it"
    )
    promise: PartialLevels = Field(
        default_factory=PartialLevels,
        description="level promised per dimension, 1-7, to those who are not told: in calls with a script, else in "
        "campaigns that announce the offer",
    )
    at_visit: Share = Field(
        default=0.0,
        description="chance that who is concerned and was not told finds out when first using it; a stepped tariff "
        "they then do not sign",
    )
    in_use: Days = Field(
        default=30.0, gt=0, description="mean days from signing, or from first using it, until the others find out"
    )
    satisfaction: NonNegative = Field(
        default=20.0, le=100, description="satisfaction it costs who finds out, points of 0-100"
    )
    trust: Share = Field(default=0.15, description="trust in the firm's promises it costs them, 0-1")
    complains: Share = Field(default=0.3, description="chance that who finds out complains")
