"""Appointments: a task that is done in promised windows of the day, with so many places each.

A task holds one `Appointment`. The promise is the window: service begun in it keeps the promise, after it is late, and
not on that day at all is missed.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from sim.scenario.quantities import ClockSpan, Count, Days, Identifier, Minutes, Share, Text
from sim.scenario.section import Section, Weekday

NEXT_DAY = 1.0
TWO_WEEKS = 14.0


class Window(Section):
    """Hours of the day that are promised, and how many appointments they hold."""

    title: Text | None = Field(default=None, description="name to print, by language")
    hours: ClockSpan = Field(description="the window: when the customer comes, or the firm is promised to come")
    places: Count = Field(description="appointments in the window, for each site (for the market where the station is)")
    days: list[Weekday] | None = Field(
        default=None, description="days on which it is held; where left out, those whose opening hours hold it"
    )


class Appointment(Section):
    """How a task is booked, kept, missed and booked again. It concerns the task's first step."""

    windows: dict[Identifier, Window] = Field(min_length=1, description="windows of the day, which must not overlap")
    where: Literal["at the firm", "at home"] = Field(
        default="at the firm",
        description="whether the customer comes, at about the start of the window, or the firm comes to the customer, "
        "who is there from its start and begins to wait at its end",
    )
    earliest: Days = Field(
        default=NEXT_DAY, validate_default=False, description="time from the need to the first day that can be had"
    )
    ahead: Days = Field(
        default=TWO_WEEKS,
        validate_default=False,
        le=366,
        description="time from the need to the last day that can be had",
    )
    accepts: Share = Field(
        default=1.0, gt=0, description="share of free windows that suit a customer, who takes the earliest of these"
    )
    no_window: Literal["turned away", "comes anyway"] = Field(
        default="turned away",
        description="who finds no window that suits: goes without, and remembers a lost visit; or comes at once, and "
        "waits as others do",
    )
    overbooking: Share = Field(default=0.0, description="booked beyond the places of a window, as a share of them")
    no_show: Share = Field(default=0.0, description="share of appointments at the firm to which nobody comes")
    spread: Minutes = Field(
        default=0.0,
        validate_default=False,
        description="standard deviation of arrivals at the firm around the start of the window",
    )
    travel: Minutes = Field(
        default=0.0,
        validate_default=False,
        description="part of the service time at home that is the way there; who is served when it is over",
    )
    rebooked: Count = Field(
        default=2, description="times a missed appointment is promised anew; after that the customer goes without"
    )

    @model_validator(mode="after")
    def _goes_together(self) -> Self:
        if self.ahead < self.earliest:
            raise ValueError("ahead must not be shorter than earliest: no day could be had")
        if self.where == "at home":
            idle = [name for name in ("no_show", "spread") if getattr(self, name)]
            if idle:
                raise ValueError(f"{' and '.join(idle)} at home: the customer is there; they belong to 'at the firm'")
            if self.no_window == "comes anyway":
                raise ValueError("no_window: comes anyway, and the firm comes to the customer; 'turned away'")
        elif self.travel:
            raise ValueError("travel at the firm: the customer comes; it belongs to 'at home'")
        return self

    @property
    def days_ahead(self) -> range:
        """The days that can be had, counted from that of the need."""
        return range(int(self.earliest), int(self.ahead) + 1)

    def bookable(self, window: Window) -> int:
        """Appointments that the firm gives for a window, overbooking included."""
        return int(window.places * (1.0 + self.overbooking) + 1e-9)
