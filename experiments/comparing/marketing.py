"""The return on marketing: what a plan gains for each unit of money its campaigns cost, against the paired baseline.

In go the period measures of a run and of the baseline of the same replication; out come the same with two more
measures. They are known only here: one run cannot show what the same customers would have done without the campaign.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

GAINS = {"return_on_marketing": "profit", "return_with_carried_value": "profit_with_carried_value"}
COST = "campaign_cost"


def with_returns(periods: pd.DataFrame, baseline: pd.DataFrame) -> pd.DataFrame:
    """``periods`` and, for each period, gain in profit divided by extra campaign cost.

    Minus one is money lost entirely, zero breaks even after the cost. The baseline against itself gains nothing for
    nothing: zero. Undefined (NaN) for another plan that spends no more on campaigns than the baseline.
    """
    same = periods is baseline
    here, there = _by_place(periods), _by_place(baseline)
    rows = []
    for period in dict.fromkeys(periods["period"]):
        for name, gained in GAINS.items():
            if (period, COST) not in here or (period, gained) not in here:
                continue
            cost = _spent(here, period, name) - _spent(there, period, name)
            gain = here[period, gained] - there[period, gained]
            rows.append((period, name, 0.0 if same else gain / cost if cost > 0.0 else float("nan")))
    extra = pd.DataFrame(rows, columns=["period", "measure", "value"])
    return pd.concat([periods, extra], ignore_index=True) if rows else periods


def with_payback(periods: pd.DataFrame, daily: pd.DataFrame, baseline: pd.DataFrame) -> pd.DataFrame:
    """``periods`` and, for the campaign and the whole, whether and when what the plan gains has paid for what it costs.

    From the daily profit of the run and of its baseline, added up from the first day of the period to the horizon: the
    day after which the sum stays above zero, counted from the first day on which the two differ; 1 is that day itself.
    Undefined (NaN) where it is not above zero in the end; 0 where nothing ever differs. Nothing is added for runs that
    keep no daily profit.
    """
    if "profit" not in daily or "profit" not in baseline:
        return periods
    gained = daily["profit"].to_numpy() - baseline["profit"].to_numpy()
    rows = []
    for period in (each for each in dict.fromkeys(periods["period"]) if each in ("campaign", "whole")):
        first = 0 if period == "whole" else int(np.argmax(daily["period"].to_numpy() == "campaign"))
        days, paid = payback(gained[first:])
        rows += [(period, "paid_back", float(paid)), (period, "payback_days", days)]
    return pd.concat([periods, pd.DataFrame(rows, columns=["period", "measure", "value"])], ignore_index=True)


def payback(gained: NDArray[np.float64]) -> tuple[float, bool]:
    """Days until the sum of daily gains (days,) stays above zero, and whether it does; see `with_payback`."""
    differs = np.flatnonzero(gained)
    if not len(differs):
        return 0.0, False
    below = np.flatnonzero(np.cumsum(gained) <= 0.0)
    below = below[below >= differs[0]]
    if len(below) and below[-1] == len(gained) - 1:
        return float("nan"), False
    back = int(below[-1]) + 1 if len(below) else int(differs[0])
    return float(back - differs[0] + 1), True


def _by_place(periods: pd.DataFrame) -> dict[tuple[str, str], float]:
    """The values of a table of periods by period and measure."""
    places = zip(periods["period"].tolist(), periods["measure"].tolist(), strict=True)
    return dict(zip(places, periods["value"].tolist(), strict=True))


def _spent(periods: Mapping[tuple[str, str], float], period: str, measure: str) -> float:
    """Campaign cost the gain is set against: what carries to the horizon answers for gifts fetched after the window."""
    later = ("aftermath", COST)
    beyond = measure == "return_with_carried_value" and period == "campaign" and later in periods
    return periods[period, COST] + (periods[later] if beyond else 0.0)
