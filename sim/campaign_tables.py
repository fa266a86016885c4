"""What a run leaves of its campaigns: response by wave and channel, every contact, cost lines, revisions, visit days.

In goes a market after its days; out come tables. Visit days are kept wherever a channel names its receivers, in the
baseline too: there they tell who would have come without the campaign.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.visits import NEED

if TYPE_CHECKING:
    from sim.market import Market


class VisitDays:
    """On which days whom was served for a need."""

    def __init__(self, market: Market) -> None:
        self.kept = any(channel.addressed for channel in market.document.channels.values())
        self._days: list[tuple[int, NDArray[np.int64]]] = []

    def add(self, market: Market) -> None:
        """Keep today."""
        judged = market.today.judgement
        if self.kept and judged is not None:
            self._days.append((market.day, np.unique(judged.rows[(judged.kind == NEED) & ~judged.lost])))

    def table(self) -> pd.DataFrame:
        """customer, day: int32, in the order of days and then of customers."""
        rows = np.concatenate([np.zeros(0, np.int64), *(rows for _, rows in self._days)])
        days = np.repeat(np.array([day for day, _ in self._days], np.int64), [len(rows) for _, rows in self._days])
        return pd.DataFrame({"customer": rows.astype(np.int32), "day": days.astype(np.int32)})


def campaign_tables(market: Market, visits: VisitDays, ledger: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The tables by name; see `RunResult`. None for what the document does not have."""
    running = market.campaigns.values()
    document, channels = market.document, list(market.document.channels)
    found: dict[str, pd.DataFrame] = {}
    if visits.kept:
        found["visit_days"] = visits.table()
    logs = [(each.name, each.waves, each.log) for each in running if each.log is not None]
    if logs:
        found["responses"] = pd.concat([log.table(name, waves, channels) for name, waves, log in logs])
        found["contacts"] = pd.concat([log.entries(name) for name, _, log in logs])
    lines = [each.cost_lines(document, ledger) for each in running if document.campaigns[each.name].costs]
    if lines:
        found["cost_lines"] = pd.concat(lines)
    revised = [(each.name, *revision) for each in running for revision in each.revisions]
    if any(document.campaigns[each.name].revise is not None for each in running):
        table = pd.DataFrame(revised, columns=["campaign", "day", "what", "which"])
        found["revisions"] = table.astype({"campaign": "str", "day": "int64", "what": "str", "which": "str"})
    return {name: table.reset_index(drop=True) for name, table in found.items()}
