"""Waves of a campaign, what is read of one before the next, and the costs estimated before the first.

A wave may repeat and lays its exposures over its days in a shape; a revision reads what the firm could observe.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from sim.scenario.quantities import Amount, Days, Identifier, NonNegative, PositiveCount, Share, Span, Text
from sim.scenario.section import Section

Shape = Literal["even", "burst", "high-low-high"]


class Reach(Section):
    """What one channel does in a wave."""

    reach: Share = Field(description="share of the audience this channel can reach at all")
    frequency: NonNegative = Field(
        description="rate of exposures of a person who can be reached, over the wave; several on one day count as one"
    )


class Wave(Section):
    """One dated burst of a campaign, or several alike at a pace."""

    during: Span = Field(description="first and last day; of the first one where it repeats")
    every: Days | None = Field(default=None, ge=1, description="time from the first day of one to that of the next")
    times: PositiveCount = Field(default=1, le=1000, description="how many there are, the first included")
    shape: Shape = Field(
        default="even",
        description="how exposures and the cost of days on air lie over its days: even; burst, half as "
        "many in each quarter of its time as in the one before; high-low-high, three times as many at both ends as in "
        "the middle",
    )
    channels: dict[Identifier, Reach] = Field(description="what each channel does")

    @model_validator(mode="after")
    def _one_after_the_other(self) -> Self:
        if (self.every is None) != (self.times == 1):
            raise ValueError("'every' and 'times' go together: every: 2 weeks, times: 5")
        if self.every is not None and self.every < self.during.days:
            raise ValueError(f"one lasts {self.during.days} days and the next begins after {self.every:g}")
        return self

    def starts(self) -> list[int]:
        """Days from the first day of the first wave to that of each."""
        return [round(number * (self.every or 0.0)) for number in range(self.times)]


class Follows(Section):
    """What follows from comparing what was read of several things, each with its share."""

    then: Literal["drop the worst", "drop those beyond the limit", "move to the best"] = Field(
        description="what follows from then on; a campaign ends when nothing is left"
    )
    limit: NonNegative | None = Field(
        default=None,
        description="with a limit: the least response, lift or liking, the most cost or opt-outs, in their unit",
    )
    share: Share | None = Field(
        default=None,
        description="with 'move to the best': part of its frequency, or of its share of contacts, that the worst "
        "loses; the best gains as large a part of its own frequency, or just those contacts",
    )
    at_least: PositiveCount = Field(default=30, description="contacts read below which a channel or segment is spared")

    @model_validator(mode="after")
    def _what_it_needs(self) -> Self:
        if (self.limit is not None) != (self.then == "drop those beyond the limit"):
            raise ValueError("'limit' goes with then: drop those beyond the limit, and with nothing else")
        if (self.share is not None) != (self.then == "move to the best"):
            raise ValueError("'share' goes with then: move to the best, and with nothing else")
        return self


class Revision(Follows):
    """Before each wave but the first: what is compared, on what the firm could observe, and what follows.

    Read are contacts whose response window is over. Nothing follows while fewer than two have enough of them, but for
    a limit, which each must keep by itself.
    """

    compares: Literal["channels", "segments"] = Field(description="what is compared with what")
    reads: Literal["response", "lift", "cost per response", "opt-outs"] = Field(
        description="share of the contacted who came in the window; that less the share of the held out; what media "
        "cost a contact that brought someone, in the currency; share who opted out"
    )

    @model_validator(mode="after")
    def _between_channels(self) -> Self:
        if self.then == "move to the best" and self.compares == "segments":
            raise ValueError("frequency moves between channels; segments can be dropped")
        return self


KINDS: Final = {
    "market": ("promotion", "advertising", "cards", "channel", "direct", "special service", "other", "marginal"),
    "finance": ("network direct", "customer marginal", "management", "operating", "network share", "other"),
}


class CostLine(Section):
    """One line of what a campaign is estimated to cost before its launch, and how it comes to be paid."""

    title: Text | None = Field(default=None, description="name to print, by language")
    group: Literal["market", "finance"] = Field(description="whose estimate it is")
    kind: Literal[
        "promotion", "advertising", "cards", "channel", "direct", "special service", "marginal", "network direct",
        "customer marginal", "management", "operating", "network share", "other",
    ] = Field(description="what it is for; each group has its own kinds")  # fmt: skip
    estimate: Amount = Field(description="what it is estimated to cost, before the launch")
    of: Literal["media", "preparation", "gifts", "discounts", "waivers"] | None = Field(
        default=None, description="what the run itself spends on this campaign and the offers it announces"
    )
    paid: Amount | None = Field(default=None, description="paid on the first day; the estimate where nothing is said")
    each_contact: Amount | None = Field(default=None, description="paid for each addressed contact made")
    each_response: Amount | None = Field(
        default=None, description="paid for each contacted person who comes within the response window"
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.kind not in KINDS[self.group]:
            raise ValueError(f"'{self.kind}' is no kind of the group {self.group}: {', '.join(KINDS[self.group])}")
        ways = (self.of, self.paid, self.each_contact, self.each_response)
        if sum(way is not None for way in ways) > 1:
            raise ValueError("at most one of of, paid, each_contact, each_response")
        return self

    @property
    def at_launch(self) -> Decimal | None:
        """What is paid on the first day; None where it comes about later."""
        if self.of is not None or self.each_contact is not None or self.each_response is not None:
            return None
        return self.estimate if self.paid is None else self.paid


class Forecast(Section):
    """What a campaign is expected to bring, and whether it is launched all the same."""

    revenue: Amount = Field(description="revenue expected of it, before any cost")
    go: Literal["in any case", "only if the forecast is a gain"] = Field(
        default="in any case", description="whether it is launched when revenue is less than the estimated costs"
    )
