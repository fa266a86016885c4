"""Visits, losses, waits and satisfaction by channel: at the counter, at a machine, by phone, in writing, at home.

A visit belongs to the channel of the station at which it begins. In go a document, its plant and a day's visits; out
come the measures and the day's columns behind them; none where all visits come by one channel.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.measures import Measure
from sim.scenario.document import Document
from sim.service.outcome import Outcome
from sim.service.plant import Plant
from sim.service.records import Encounters
from sim.today import Judgement

Flags = NDArray[np.bool_]

BY_CHANNEL: Final = ("visits_by_", "wait_mean_by_", "lost_share_by_", "visit_satisfaction_by_")


def channels_of(document: Document) -> list[str]:
    """The channels by which visits come, in the order of the stations; empty where there is only one."""
    service = document.service
    first = [gifts.pick_up for gifts in document.gifts.values() if gifts.pick_up is not None]
    for need in document.market.needs.values():
        route = service.route(need.task)
        first += route[:1] if service.tasks[need.task].steps else route
    used = [station.channel for name, station in service.stations.items() if name in first]
    found: list[str] = list(dict.fromkeys(used))
    return found if len(found) > 1 else []


def channel_measures(document: Document) -> list[Measure]:
    """Four measures for each channel."""
    found = []
    for channel in channels_of(document):
        key = _key(channel)
        by = f"by {channel}" if channel in ("phone", "e-mail", "home visit") else f"{channel}"
        found += [
            Measure(f"visits_by_{key}", f"visits, {by}", "count", "flow", "neither", 0, f"ended_by_{key}"),
            Measure(f"wait_mean_by_{key}", f"wait, {by}, mean of those who joined", "minutes", "ratio", "lower", 1,
                    f"wait_sum_by_{key}", f"joined_by_{key}"),
            Measure(f"lost_share_by_{key}", f"visits lost, {by}", "share", "ratio", "lower", 3,
                    f"lost_by_{key}", f"ended_by_{key}"),
            Measure(f"visit_satisfaction_by_{key}", f"satisfaction with visits, {by}, 0-100", "points", "ratio",
                    "higher", 1, f"score_by_{key}", f"ended_by_{key}"),
        ]  # fmt: skip
    return found


class ByChannel:
    """Which channel each process belongs to, to count a day's visits with."""

    def __init__(self, document: Document, plant: Plant) -> None:
        self.names = channels_of(document)
        of_station = [station.channel for station in document.service.stations.values()]
        # Work that nobody comes for (cases, contacts) may belong to a channel by which no visit comes.
        self._of_process = np.array(
            [
                self.names.index(of_station[first]) if of_station[first] in self.names else len(self.names)
                for first in plant.first_station
            ],
            np.int64,
        )

    def columns(self, encounters: Encounters, counted: Flags, judged: Judgement) -> dict[str, float]:
        """Of the visits `counted` (a mask) that ended today: by channel their number, losses, waits and scores."""
        width = len(self.names)
        channel = self._of_process[encounters.process[counted]]
        outcome = encounters.outcome[counted]
        joined = (outcome != int(Outcome.BALKED)) & (outcome != int(Outcome.BLOCKED))
        # One visit ends a customer and day, and all that end are judged.
        score = judged.satisfaction[np.searchsorted(judged.rows, encounters.customer[counted])]
        found: dict[str, float] = {}
        for name, values in (
            ("ended", None),
            ("lost", (outcome != int(Outcome.SERVED)).astype(np.float64)),
            ("joined", joined.astype(np.float64)),
            ("wait_sum", encounters.wait[counted] * joined),
            ("score", score),
        ):
            totals = np.bincount(channel, values, minlength=width).tolist()
            found |= {f"{name}_by_{_key(each)}": totals[place] for place, each in enumerate(self.names)}
        return found

    def table(self, daily: pd.DataFrame) -> pd.DataFrame | None:
        """The whole run by channel: channel, visits, served, lost, wait_sum, joined, satisfaction; None for one."""
        if not self.names:
            return None
        totals = {
            name: np.array([float(daily[f"{name}_by_{_key(each)}"].sum()) for each in self.names])
            for name in ("ended", "lost", "joined", "wait_sum", "score")
        }
        return pd.DataFrame(
            {
                "channel": pd.Series(self.names, dtype="str"),
                "visits": totals["ended"],
                "served": totals["ended"] - totals["lost"],
                "lost": totals["lost"],
                "wait_sum": totals["wait_sum"],
                "joined": totals["joined"],
                "satisfaction": totals["score"] / np.maximum(totals["ended"], 1.0),
            }
        )


def _key(channel: str) -> str:
    return channel.replace("-", "_").replace(" ", "_")
