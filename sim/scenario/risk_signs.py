"""Signs by which a firm may see that a customer prepares to leave: calls forwarded, a number asked to be moved.

A sign is shown or not; it begins more often with those who are less satisfied, and so tells of leaving only as far as
both come from the same discontent.
"""

from __future__ import annotations

from pydantic import Field

from sim.scenario.quantities import Days, Identifier, NonNegative, Rate, Text
from sim.scenario.section import Section


class RiskSign(Section):
    """Something customers begin to do, go on doing for a while, and the firm can see."""

    title: Text | None = Field(default=None, description="name to print, by language")
    begins: Rate = Field(description="how often a customer at satisfaction 70 begins it, such as '0.3 per year'")
    begins_for: dict[Identifier, NonNegative] = Field(
        default_factory=dict, description="multiplies it for a segment or a tier; of several the first written counts"
    )
    service: NonNegative = Field(
        default=0.0,
        description="log hazard of beginning per 10 points of satisfaction below 70, and less above; 0 where the sign "
        "says nothing of discontent",
    )
    lasts: Days = Field(gt=0, description="mean time for which it is shown, exponential")
