"""The channels of a plan: what a contact costs, whose addresses there are, who opts out, how many a day go out.

Lists of addresses are owned (they grow by visits and sign-ups) or bought (a share of the prospects at one price).
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from sim.scenario.quantities import Amount, NonNegative, PositiveCount, Rate, Share, Text
from sim.scenario.section import Section


class Addresses(Section):
    """The list of a channel: whose address it holds at opening, and how it grows. Nobody else can be addressed."""

    customers: Share = Field(default=0.0, description="share of the firm's customers on the list at opening")
    prospects: Share = Field(
        default=0.0, description="share of those who are no customers on the list at opening, as on a bought one"
    )
    joins_at_visit: Share = Field(
        default=0.0, description="chance that someone served, who is not on it yet, leaves the address"
    )
    joins: Rate | None = Field(
        default=None, description="how often someone who knows of the firm, and is not on it yet, signs up unasked"
    )
    price: Amount = Field(
        default=0, validate_default=True, description="price of the list, paid once, when a campaign first uses it"
    )


class OptOut(Section):
    """People who want no more of it. Who has opted out never comes back to the list."""

    chance: Share = Field(description="chance that a contact makes its receiver opt out, where none is still felt")
    grows: NonNegative = Field(
        default=0.0,
        description="how much of that hazard each recent contact still felt adds: at 1, one makes it twice the hazard",
    )
    of: Literal["this channel", "every addressed channel"] = Field(
        default="this channel", description="what they want no more of"
    )


class Capacity(Section):
    """How many contacts of a channel go out a day, over all campaigns."""

    a_day: PositiveCount = Field(description="contacts a day at most; campaigns written first come first")
    beyond: Literal["waits", "is dropped"] = Field(
        default="waits", description="what becomes of the rest: it waits while its wave lasts, first in line, or not"
    )


class Channel(Section):
    """A way to reach people."""

    title: Text | None = Field(default=None, description="name to print, by language")
    addressed: bool = Field(
        default=False, description="whether each contact goes to a named person (mail, message, call) and counts as one"
    )
    cost_per_contact: Amount = Field(
        default=0, validate_default=True, description="cost of one exposure, message or click"
    )
    cost_per_day: Amount = Field(
        default=0,
        validate_default=True,
        description="cost of a day on air, however many hear; the shape of a wave moves it between its days",
    )
    read: Share = Field(
        default=1.0, description="share of the contacts that are taken in; the others cost and tire, and do no more"
    )
    addresses: Addresses | None = Field(
        default=None, description="the list of those who can be addressed; everyone can where left out"
    )
    opt_out: OptOut | None = Field(default=None, description="who wants no more of it; nobody where left out")
    capacity: Capacity | None = Field(default=None, description="contacts a day at most; no limit where left out")

    @model_validator(mode="after")
    def _by_name(self) -> Self:
        if not self.addressed:
            for key, used in (("addresses", self.addresses), ("opt_out", self.opt_out)):
                if used is not None:
                    raise ValueError(f"{key} belongs to a channel that names its receivers: addressed: true")
        return self
