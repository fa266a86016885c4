"""Campaigns in motion: which waves are on the air today, through which channels, to whom, with which promise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.quality import wait_to_scale
from sim.calendar import Calendar
from sim.levers.audience import Audiences
from sim.scenario.document import Document
from sim.scenario.levers import Campaign, Channel, Reach
from sim.streams import Population, Streams


def promised_levels(campaign: Campaign, document: Document) -> tuple[float | None, ...]:
    """What a campaign promises per dimension, 1-7; a promised wait becomes a level of responsiveness."""
    levels = list(campaign.promise.values())
    if campaign.promised_wait is not None:
        scale = document.service.wait_scale
        levels[1] = float(wait_to_scale(campaign.promised_wait, desired=scale.desired, adequate=scale.adequate))
    return tuple(levels)


@dataclass
class Airing:
    """One channel of one wave of one campaign."""

    campaign: str
    identity: str
    first: int
    last: int
    channel_name: str
    channel: Channel
    reach: Reach
    reachable: NDArray[np.bool_] | None = None

    def on(self, day: int) -> bool:
        """Whether it is scheduled today."""
        return self.first <= day <= self.last

    @property
    def daily_chance(self) -> float:
        """Chance that someone who can be reached is, on one day: exposures are Poisson over the wave."""
        return float(-np.expm1(-self.reach.frequency / (self.last - self.first + 1)))

    def exposed(
        self, day: int, document: Document, audiences: Audiences, population: Population, streams: Streams
    ) -> NDArray[np.int64]:
        """Rows of those exposed today. Who can be reached at all is settled once for the wave."""
        if self.reachable is None:
            luck = streams.everyone("reachable", self.first, population, self.identity)
            self.reachable = luck < self.reach.reach
        luck = streams.everyone("exposure", day, population, self.identity)
        rows = np.flatnonzero((luck < self.daily_chance) & self.reachable)
        audience = document.campaigns[self.campaign].audience
        return rows[audiences.members(f"campaigns.{self.campaign}", audience, rows)]


def airings(document: Document, calendar: Calendar) -> list[Airing]:
    """Every airing of the plan, in the document's order."""
    return [
        Airing(
            name,
            f"{name}.{wave_name}.{channel_name}",
            *calendar.span(wave.during),
            channel_name,
            document.channels[channel_name],
            reach,
        )
        for name, campaign in document.campaigns.items()
        for wave_name, wave in campaign.waves.items()
        for channel_name, reach in wave.channels.items()
    ]
