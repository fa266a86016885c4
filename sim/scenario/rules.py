"""Rules: what the firm watches from day to day, and which campaigns slow down, pause or stop when it comes to pass."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from sim.scenario.quantities import Amount, Count, Identifier, Minutes, PositiveCount, Share
from sim.scenario.section import Section

_KINDS = {
    "station": ("measure", "above"),
    "stock": ("fewer_than",),
    "spent_on": ("more_than",),
    "response_to": ("below",),
}


class Watch(Section):
    """What a rule looks at: yesterday's waits, gifts left, money spent so far, or the response to a campaign."""

    station: Identifier | None = Field(default=None, description="the station whose waits are watched")
    measure: Literal["mean wait", "90th percentile wait"] | None = Field(
        default=None, description="with station: of yesterday's visits"
    )
    above: Minutes | None = Field(default=None, description="with station: acts when the measure is above this")
    stock: Identifier | None = Field(default=None, description="the stock of gifts that is watched")
    fewer_than: PositiveCount | None = Field(
        default=None, description="with stock: acts when fewer gifts are left, at all sites together"
    )
    spent_on: list[Identifier] | None = Field(
        default=None, min_length=1, description="the campaigns whose cost so far is watched, offers apart"
    )
    more_than: Amount | None = Field(default=None, description="with spent_on: acts when more has been spent")
    response_to: Identifier | None = Field(
        default=None,
        description="the campaign whose response is watched: share of its contacted who came, their window being over",
    )
    below: Share | None = Field(default=None, description="with response_to: acts when the share is below this")
    at_least: Count = Field(default=100, description="with response_to: contacts read before it may act")

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        said = self.model_fields_set - {"at_least"}
        for thing, others in _KINDS.items():
            if said == {thing, *others} and ("at_least" not in self.model_fields_set or thing == "response_to"):
                return self
        allowed = "; ".join(f"{thing} with {' and '.join(others)}" for thing, others in _KINDS.items())
        raise ValueError(f"exactly one thing to watch: {allowed}")


class Rule(Section):
    """When what is watched comes to pass, campaigns slow down or pause today, or stop for good."""

    when: Watch = Field(description="the condition, on what the firm can observe")
    pause: list[Identifier] = Field(default_factory=list, description="campaigns that pause today")
    slow: dict[Identifier, Share] = Field(
        default_factory=dict, description="campaigns that go on with this share of their frequency today"
    )
    stop: list[Identifier] = Field(default_factory=list, description="campaigns that end for good")

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if not self.pause and not self.slow and not self.stop:
            raise ValueError("a rule does something: pause, slow or stop names campaigns")
        return self
