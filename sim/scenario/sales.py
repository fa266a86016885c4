"""Sales: a lower price on some needs, all day or in some hours of some days (a flash sale), and what people do for it.

Who knows of a sale of some hours may move a visit into them, come for what they would have needed later, and buy for
the next time as well. `sim/levers/sales.py` works it out day by day.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Self

from pydantic import Field, model_validator

from sim.scenario.quantities import ClockSpan, HoursOfDay, Identifier, NonNegative, Share
from sim.scenario.section import WEEKDAYS, Section, Weekday

_MINUTES_PER_DAY = 1440


class Discount(Section):
    """A lower price on some needs while the offer runs: for everyone eligible, or for those who come in its hours."""

    needs: list[Identifier] = Field(min_length=1, description="needs whose price falls")
    off: Share = Field(description="share of the price taken off; 100 % is free")
    hours: list[HoursOfDay] | None = Field(
        default=None, min_length=1, description="a flash sale: only for who arrives in these hours; all day if left out"
    )
    days: list[Weekday] | None = Field(default=None, min_length=1, description="only on these weekdays")
    moving: NonNegative = Field(
        default=1.0,
        description="mean cost, in utility, of an hour by which a visit is moved into its hours (Small 1982)",
    )
    buys_earlier: NonNegative = Field(
        default=0.0,
        description="purchases brought forward: relative rise of the rate of these needs, on its days, among those who "
        "know of it and are eligible; each takes the place of a later one",
    )
    buys_ahead: Share = Field(
        default=0.0, description="chance that who pays the lower price buys for the next time as well (stockpiling)"
    )

    @model_validator(mode="after")
    def _one_day(self) -> Self:
        spans = sorted(self.spans, key=lambda span: span.start)
        if any(span.end > _MINUTES_PER_DAY for span in spans):
            raise ValueError("hours of a sale lie within one day")
        if any(later.start < earlier.end for earlier, later in pairwise(spans)):
            raise ValueError("hours of a sale do not overlap")
        return self

    @property
    def spans(self) -> tuple[ClockSpan, ...]:
        """Its hours in minutes of the day; none where it lasts all day."""
        return tuple(ClockSpan.model_validate(text) for text in self.hours or ())

    @property
    def stores(self) -> bool:
        """Whether anybody buys under it for later."""
        return self.buys_earlier > 0 or self.buys_ahead > 0

    def on(self, weekday: int) -> bool:
        """Whether it is held on this weekday, 0 for Monday."""
        return self.days is None or WEEKDAYS[weekday] in self.days
