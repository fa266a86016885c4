"""Events with seats: whom the firm invites, who comes, who finds no seat, and whose time it takes."""

from __future__ import annotations

from typing import Final, Literal, Self

from pydantic import Field, model_validator

from sim.scenario.audience import Audience
from sim.scenario.quantities import (
    Amount,
    ClockSpan,
    Count,
    Date,
    Days,
    Identifier,
    NonNegative,
    PositiveCount,
    Share,
    SignedAmount,
    Text,
)
from sim.scenario.section import Section

END_OF_DAY: Final = 24 * 60  # minutes; `sim.calendar` reads the document and cannot be read by it


class Event(Section):
    """One event on one day. Invitations go out, some accept, of these some come; a seat is for who is there first."""

    title: Text | None = Field(default=None, description="name to print, by language")
    on: Date = Field(description="the day it is held")
    hours: ClockSpan = Field(description="when, within one day; staff who help are away from their station so long")
    seats: PositiveCount = Field(description="guests who can be seated")
    audience: Audience = Field(
        default_factory=lambda: Audience(customers="customers"), description="who may be invited; by default customers"
    )
    site: Identifier | None = Field(
        default=None, description="the site that holds it and invites its own people; everybody's where left out"
    )
    invitations: PositiveCount = Field(description="how many are invited, at most")
    invites_first: Literal["who spends most", "at random"] = Field(
        default="who spends most", description="in which order the audience is invited"
    )
    invited_before: Days = Field(
        default=7.0, validate_default=False, ge=1, description="time from the invitation to the event"
    )
    accepts: Share = Field(description="share of those invited who accept")
    shows_up: Share = Field(default=1.0, description="share of those who accepted who can come on the day")
    confirmed: Count | None = Field(
        default=None,
        description="acceptances that are confirmed, in their order; as many as seats if left out",
    )
    waiting_list: Count = Field(
        default=0, description="places on a list of those not confirmed, who are called when a seat stays free"
    )
    by: Identifier | None = Field(default=None, description="the station whose staff help at the event")
    staff: Count = Field(default=0, description="how many of them; they are away from their station during the event")
    came: NonNegative = Field(default=88.0, le=100, description="satisfaction with having been there, 0-100")
    no_seat: NonNegative = Field(
        default=40.0, le=100, description="satisfaction with having accepted and got no seat, 0-100"
    )
    weight: Share = Field(default=0.1, description="share of the way to it that the event moves a guest's satisfaction")
    buys: Share = Field(default=0.0, description="share of the seated who sign or buy there")
    price: SignedAmount = Field(default=0, validate_default=True, description="what each of them pays")
    cost: Amount = Field(default=0, validate_default=True, description="cost of holding it")
    cost_per_invitation: Amount = Field(default=0, validate_default=True, description="cost of one invitation")
    cost_per_guest: Amount = Field(default=0, validate_default=True, description="cost of one guest seated")

    @model_validator(mode="after")
    def _within_a_day(self) -> Self:
        if self.hours.end > END_OF_DAY:
            raise ValueError("hours must not run over midnight: an event is held on one day")
        if bool(self.staff) != (self.by is not None):
            raise ValueError("staff who help and the station they come from, by, go together")
        return self

    @property
    def confirms(self) -> int:
        """Acceptances confirmed at most."""
        return self.seats if self.confirmed is None else self.confirmed
