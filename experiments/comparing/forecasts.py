"""A campaign's forecast beside what came of it: what it cost, from the ledger, and what revenue it brought.

In go the tables of a run and of the baseline's run with the same luck; out comes a row a campaign. Revenue bears
no campaign's name: what a plan's campaigns brought is the revenue of the plan less that of the baseline, from the
first day of the campaign on. Several campaigns that the baseline does not have share one such difference.
"""

from typing import Final

import numpy as np
import pandas as pd

from sim.ledger import ACCOUNTS
from sim.results import RunResult

TOGETHER: Final = "all together"
"""The row of several campaigns that the baseline does not have; no campaign can have a name with a space in it."""
REVENUE: Final = tuple(account.name for account in ACCOUNTS if account.kind in ("revenue", "contra-revenue"))


def forecast_rows(result: RunResult, baseline: RunResult | None) -> pd.DataFrame | None:
    """campaign, launched, cost_forecast, cost, revenue_forecast, revenue; NaN for what is not known.

    Minor units. None where no campaign of the plan has a forecast or estimated costs.
    """
    known = result.forecasts
    if known is None:
        return None
    there = [] if baseline is None or baseline.forecasts is None else baseline.forecasts["campaign"].tolist()
    own = known[~known["campaign"].isin(there) & known["launched"]]
    rows = known.drop(columns="first_day").assign(revenue=np.nan)
    rows.loc[~known["launched"], "revenue"] = 0.0
    if baseline is None or baseline is result or own.empty:
        return rows
    gained = revenue_since(result, int(own["first_day"].min())) - revenue_since(baseline, int(own["first_day"].min()))
    if len(own) == 1:
        rows.loc[own.index, "revenue"] = float(gained)
        return rows
    sums = {name: own[name].sum(min_count=len(own)) for name in ("cost_forecast", "cost", "revenue_forecast")}
    together = {"campaign": TOGETHER, "launched": True, **sums, "revenue": float(gained)}
    return pd.concat([rows, pd.DataFrame([together])], ignore_index=True)


def revenue_since(result: RunResult, day: int) -> int:
    """Revenue less contra-revenue of a run from a day on, minor units."""
    ledger = result.ledger
    return int(ledger.loc[ledger["account"].isin(REVENUE) & (ledger["day"] >= day), "amount"].sum())
