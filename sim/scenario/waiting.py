"""Waiting: what a place does for those who wait, and how long a wait then feels."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sim.scenario.quantities import Amount, NonNegative, Share
from sim.scenario.section import Section


class Waiting(Section):
    """Where people wait for a station, and what is done for them there."""

    where: Literal["on the spot", "at home"] | None = Field(
        default=None,
        description=(
            "where people wait; nobody gives up waiting at home. Left out: on the spot, and at home for what comes by "
            "e-mail or online and for visits to the customer's home"
        ),
    )
    occupied: Share = Field(default=0.0, description="how far people have something to do while they wait, 0-1")
    explained: Share = Field(default=0.0, description="how far they are told why they wait, 0-1")
    announced: bool = Field(
        default=False,
        description="whether those who come are told how long it will take; who has less patience turns round at once",
    )
    cost: Amount = Field(default=0, validate_default=True, description="cost of all this a day, at each site")


class FeltWaits(Section):
    """Maister (1985): what makes a wait feel longer. With nothing done about it, 36 % longer (Hornik 1984)."""

    unoccupied: NonNegative = Field(default=0.15, description="longer by this share with nothing to do")
    uncertain: NonNegative = Field(default=0.10, description="longer by this share when nobody says how long it takes")
    unexplained: NonNegative = Field(default=0.075, description="longer by this share when nobody says why")
    unfair: NonNegative = Field(
        default=0.20, description="longer by this share for those who see a later comer served first"
    )
