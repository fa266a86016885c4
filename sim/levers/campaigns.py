"""Campaigns in motion: which waves are on the air today, through which channels, to whom, with which promise."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.flighting import Shape, day_shares
from sim.behaviour.quality import wait_to_scale
from sim.calendar import Calendar
from sim.customers import Customers
from sim.scenario.channels import Channel
from sim.scenario.document import Document
from sim.scenario.levers import Campaign
from sim.scenario.waves import Reach
from sim.streams import Streams

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def promised_levels(campaign: Campaign, document: Document) -> tuple[float | None, ...]:
    """What a campaign promises per dimension, 1-7; a promised wait becomes a level of responsiveness."""
    levels = list(campaign.promise.values())
    if campaign.promised_wait is not None:
        scale = document.service.wait_scale
        levels[1] = float(wait_to_scale(campaign.promised_wait, desired=scale.desired, adequate=scale.adequate))
    return tuple(levels)


@dataclass
class Airing:
    """One channel of one wave of one campaign.

    wave: its name, with its number from the second time on; number: of its campaign's waves by their first days, from 0
    waiting: rows of contacts that found the channel full, in the order in which they wait
    """

    campaign: str
    wave: str
    number: int
    first: int
    last: int
    channel_name: str
    channel: Channel
    reach: Reach
    shape: Shape = "even"
    reachable: NDArray[np.bool_] | None = None
    waiting: Integers = field(default_factory=lambda: np.zeros(0, np.int64))

    @cached_property
    def identity(self) -> str:
        """What its luck is keyed by: campaign.wave.channel."""
        return f"{self.campaign}.{self.wave}.{self.channel_name}"

    @cached_property
    def shares(self) -> Floats:
        """Share of its exposures on each of its days, (days,)."""
        return day_shares(self.last - self.first + 1, self.shape)

    def on(self, day: int) -> bool:
        """Whether it is scheduled today."""
        return self.first <= day <= self.last

    def daily_chance(self, day: int, factor: float = 1.0) -> float:
        """Chance that someone who can be reached is, on one day: exposures are Poisson over the wave.

        factor: share of the frequency that a rule or a revision has left of it.
        """
        return float(-np.expm1(-self.reach.frequency * factor * self.shares[day - self.first]))

    def intensity(self, day: int, factor: float = 1.0) -> float:
        """What runs on this day, as a multiple of an even day of the wave as it is written."""
        return float(self.shares[day - self.first]) * (self.last - self.first + 1) * factor

    def exposed(self, day: int, customers: Customers, streams: Streams, factor: float = 1.0) -> tuple[Integers, Floats]:
        """Rows of those whose turn it is today, whoever they are, and the luck of each. Who can be reached at all is
        settled once for the wave."""
        population = customers.population
        if self.reachable is None:
            luck = streams.everyone("reachable", self.first, population, self.identity)
            self.reachable = luck < self.reach.reach
        luck = streams.everyone("exposure", day, population, self.identity)
        rows = np.flatnonzero((luck < self.daily_chance(day, factor)) & self.reachable)
        return rows, luck[rows]


def airings(document: Document, calendar: Calendar) -> list[Airing]:
    """Every airing of the plan, in the document's order."""
    found = []
    for name, campaign in document.campaigns.items():
        numbers = {first: number for number, first in enumerate(sorted(set(_first_days(campaign, calendar))))}
        for wave_name, wave in campaign.waves.items():
            begins, ends = calendar.span(wave.during)
            for time, start in enumerate(wave.starts()):
                title = wave_name if time == 0 else f"{wave_name} {time + 1}"
                for channel_name, reach in wave.channels.items():
                    channel = document.channels[channel_name]
                    number, days = numbers[begins + start], (begins + start, ends + start)
                    found.append(Airing(name, title, number, *days, channel_name, channel, reach, wave.shape))
    return found


def _first_days(campaign: Campaign, calendar: Calendar) -> list[int]:
    return [calendar.span(wave.during)[0] + start for wave in campaign.waves.values() for start in wave.starts()]
