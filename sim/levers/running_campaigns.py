"""A campaign over the run, as the firm knows it: launched or not, what it cost, who responded, what was revised.

In goes the document; the day's steps tell it of contacts, costs and visits, and ask what is left of each channel.
"""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.levers.campaigns import Airing
from sim.levers.response_log import ResponseLog
from sim.levers.revising import Decision, decide, observed
from sim.money import digits, to_minor
from sim.scenario.document import Document
from sim.scenario.levers import Campaign

Integers = NDArray[np.int64]


def forecast_gain(campaign: Campaign) -> Decimal | None:
    """Revenue expected less the costs estimated before the launch; None where no revenue is forecast."""
    if campaign.forecast is None:
        return None
    return campaign.forecast.revenue - sum((line.estimate for line in campaign.costs.values()), Decimal())


def launches(campaign: Campaign) -> bool:
    """Whether it is launched: a forecast loss stops it where only a gain may go."""
    forecast, gain = campaign.forecast, forecast_gain(campaign)
    return forecast is None or gain is None or forecast.go == "in any case" or gain >= 0


class RunningCampaign:
    """One campaign in one run.

    launched, stopped: whether it was begun, and ended before its time; spent: minor units by account
    lines: minor units paid so far for each cost line that the run does not pay elsewhere
    factors: share of the frequency that revisions left each channel; segments: those not dropped, (segments,)
    """

    def __init__(self, name: str, document: Document, airings: list[Airing], segment: NDArray[np.int16]) -> None:
        campaign = document.campaigns[name]
        self.name = name
        self.launched = launches(campaign)
        self.stopped = False
        self.spent: dict[str, int] = {}
        self.lines = {line: 0 for line, each in campaign.costs.items() if each.of is None}
        self.channels = list(document.channels)
        self.factors = dict.fromkeys(self.channels, 1.0)
        self.segments = np.ones(len(document.market.segments), np.bool_)
        self._segment_names = list(document.market.segments)
        self.first = min((airing.first for airing in airings), default=-1)
        self.waves = {airing.number: airing.wave for airing in airings}
        self.begins = {airing.first: airing.number for airing in airings}
        self.uses = [name for name in self.channels if any(airing.channel_name == name for airing in airings)]
        addressed = any(airing.channel.addressed for airing in airings)
        self.log = ResponseLog(len(segment), campaign.response_within) if addressed else None
        self.revisions: list[tuple[int, str, str]] = []
        self._segment = segment
        counted = campaign.response_needs or document.market.needs
        self._counts = np.array([need in counted for need in document.market.needs], np.bool_)
        self._unit = float(10 ** digits(document.currency))

    @property
    def cost(self) -> int:
        """What it has cost so far without its offers, minor units."""
        return sum(self.spent.values())

    def spend(self, account: str, cost: int) -> None:
        """Add to what it has cost."""
        self.spent[account] = self.spent.get(account, 0) + cost

    def open_day(self, campaign: Campaign, day: int) -> None:
        """Revise the wave that begins today by the response to the one before."""
        wave = self.begins.get(day, 0)
        if campaign.revise is None or self.log is None or not wave or self.stopped:
            return
        by_channel = campaign.revise.compares == "channels"
        alive = np.array([name in self.uses and self.factors[name] > 0.0 for name in self.channels])
        decision = decide(
            campaign.revise,
            observed(
                self.log,
                wave - 1,
                day,
                len(self.channels) if by_channel else len(self.segments),
                None if by_channel else self._segment,
                self._unit,
                len(self.channels),
            ),
            alive if by_channel else self.segments,
        )
        self._apply(campaign, decision, day, by_channel)

    def _apply(self, campaign: Campaign, decision: Decision, day: int, by_channel: bool) -> None:
        for place in decision.dropped:
            if by_channel:
                self.factors[self.channels[place]] = 0.0
                self.revisions.append((day, "dropped", self.channels[place]))
            else:
                self.segments[place] = False
                self.revisions.append((day, "dropped", self._segment_names[place]))
        if decision.moved is not None:
            assert campaign.revise is not None  # who decides
            assert campaign.revise.share is not None  # the document says so
            worst, best = (self.channels[place] for place in decision.moved)
            moved = campaign.revise.share * self.factors[worst]
            self.factors[worst] -= moved
            self.factors[best] += moved
            self.revisions.append((day, "moved", f"{worst} > {best}"))
        if not self.segments.any() or not any(self.factors[name] for name in self.uses):
            self.stopped = True

    def observe(self, day: int, rows: Integers, needs: Integers, paid: Integers) -> int:
        """`rows` were served for these needs today, at these prices: how many of the contacted thereby respond."""
        if self.log is None:
            return 0
        counts = self._counts[needs]
        return self.log.observe(day, rows[counts], paid[counts])

    def response(self, day: int) -> tuple[int, int]:
        """Contacted people whose window is over by the opening of this day, and how many of them came."""
        if self.log is None:
            return 0, 0
        read = self.log.over(day) & ~self.log.held
        return int(np.count_nonzero(read)), int(np.count_nonzero(read & self.log.came))

    def cost_lines(self, document: Document, ledger: pd.DataFrame) -> pd.DataFrame:
        """Estimate and actual of every cost line, minor units: campaign, launched, group, kind, line, estimate, actual.

        ledger: that of the run, for what the offers the campaign announces cost.
        """
        campaign = document.campaigns[self.name]
        rows = []
        for line, each in campaign.costs.items():
            if each.of is None:
                actual = self.lines[line]
            elif each.of in ("media", "preparation"):
                actual = self.spent.get(each.of, 0)
            else:
                given = (ledger["account"] == each.of) & ledger["campaign"].isin(campaign.announces)
                actual = -int(ledger.loc[given, "amount"].sum())
            rows.append((each.group, each.kind, line, to_minor(each.estimate, document.currency), actual))
        table = pd.DataFrame(rows, columns=["group", "kind", "line", "estimate", "actual"])
        table.insert(0, "launched", np.full(len(rows), self.launched))
        table.insert(0, "campaign", pd.Series([self.name] * len(rows), dtype="str"))
        return table.astype({"group": "str", "kind": "str", "line": "str", "estimate": "int64", "actual": "int64"})
