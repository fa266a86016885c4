"""What a run leaves of its campaigns: response by wave and channel, every contact, cost lines, revisions, visit days.

In goes a market after its days; out come tables. Visit days are kept wherever a channel names its receivers, in the
baseline too: there they tell who would have come without the campaign.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.ledger import CAMPAIGN_ACCOUNTS
from sim.money import to_minor
from sim.operations.visits import NEED

if TYPE_CHECKING:
    from sim.market import Market


OWN_ACCOUNTS: Final = ("media", "preparation", "campaigns")
"""What is posted under the name of a campaign; all other costs of campaigns bear that of an offer."""


class VisitDays:
    """On which days whom was served for a need."""

    def __init__(self, market: Market) -> None:
        self.kept = any(channel.addressed for channel in market.document.channels.values())
        self._needs = np.array(list(market.document.market.needs), dtype=object)
        self._days: list[tuple[int, NDArray[np.int64], NDArray[np.int64]]] = []

    def add(self, market: Market) -> None:
        """Keep today."""
        judged = market.today.judgement
        if self.kept and judged is not None:
            served = (judged.kind == NEED) & ~judged.lost
            self._days.append((market.day, judged.rows[served], judged.which[served]))

    def table(self) -> pd.DataFrame:
        """customer, day (int32), need; in the order of days."""
        nothing = np.zeros(0, np.int64)
        rows = np.concatenate([nothing, *(rows for _, rows, _ in self._days)])
        needs = np.concatenate([nothing, *(needs for _, _, needs in self._days)])
        days = np.repeat([day for day, _, _ in self._days], [len(rows) for _, rows, _ in self._days])
        return pd.DataFrame(
            {
                "customer": rows.astype(np.int32),
                "day": days.astype(np.int32),
                "need": pd.Series(self._needs[needs], dtype="str"),
            }
        )


def campaign_tables(market: Market, visits: VisitDays, ledger: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The tables by name; see `RunResult`. None for what the document does not have."""
    running = market.campaigns.values()
    document, channels = market.document, list(market.document.channels)
    found: dict[str, pd.DataFrame] = {}
    if visits.kept:
        found["visit_days"] = visits.table()
    logs = {each.name: (each.waves, each.log) for each in running if each.log is not None}
    if logs:
        needs = {name: ",".join(document.campaigns[name].response_needs) for name in logs}
        found["responses"] = pd.concat(
            [log.table(name, needs[name], waves, channels) for name, (waves, log) in logs.items()]
        )
        found["contacts"] = pd.concat([log.entries(name) for name, (_, log) in logs.items()])
    lines = [each.cost_lines(document, ledger) for each in running if document.campaigns[each.name].costs]
    if lines:
        found["cost_lines"] = pd.concat(lines)
    if any(document.campaigns[each.name].costs or document.campaigns[each.name].forecast for each in running):
        found["forecasts"] = _forecasts(market, ledger)
    revised = [(each.name, *revision) for each in running for revision in each.revisions]
    if any(document.campaigns[each.name].revise is not None for each in running):
        table = pd.DataFrame(revised, columns=["campaign", "day", "what", "which"])
        found["revisions"] = table.astype({"campaign": "str", "day": "int64", "what": "str", "which": "str"})
    return {name: table.reset_index(drop=True) for name, table in found.items()}


def _forecasts(market: Market, ledger: pd.DataFrame) -> pd.DataFrame:
    """Each campaign's forecast beside what the ledger says it cost; see `RunResult`.

    What an offer costs is counted with the first campaign that announces it.
    """
    document, spent = market.stages[0], ledger[ledger["account"].isin(CAMPAIGN_ACCOUNTS)]
    taken: set[str] = set()
    rows = []
    for name, campaign in document.campaigns.items():
        own = (spent["campaign"] == name) & spent["account"].isin(OWN_ACCOUNTS)
        announced = [offer for offer in campaign.announces if offer not in taken]
        taken.update(announced)
        given = spent["campaign"].isin(announced) & ~spent["account"].isin(OWN_ACCOUNTS)
        forecast = campaign.forecast
        rows.append(
            (
                name,
                market.campaigns[name].launched,
                market.purse.begins(name, market.campaigns[name].first),
                sum(to_minor(line.estimate, document.currency) for line in campaign.costs.values())
                if campaign.costs
                else np.nan,
                -int(spent.loc[own | given, "amount"].sum()),
                np.nan if forecast is None else to_minor(forecast.revenue, document.currency),
            )
        )
    names = ("campaign", "launched", "first_day", "cost_forecast", "cost", "revenue_forecast")
    types = {"campaign": "str", "launched": "bool", "first_day": "int64"}
    return pd.DataFrame(rows, columns=pd.Index(names)).astype(types | dict.fromkeys(names[3:], "float64"))
