"""The return on marketing: what a plan gains for each unit of money its campaigns cost, against the paired baseline.

In go the period measures of a run and of the baseline of the same replication; out come the same with two more
measures. They are known only here: one run cannot show what the same customers would have done without the campaign.
"""

from collections.abc import Mapping

import pandas as pd

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


def _by_place(periods: pd.DataFrame) -> dict[tuple[str, str], float]:
    """The values of a table of periods by period and measure."""
    places = zip(periods["period"].tolist(), periods["measure"].tolist(), strict=True)
    return dict(zip(places, periods["value"].tolist(), strict=True))


def _spent(periods: Mapping[tuple[str, str], float], period: str, measure: str) -> float:
    """Campaign cost the gain is set against: what carries to the horizon answers for gifts fetched after the window."""
    later = ("aftermath", COST)
    beyond = measure == "return_with_carried_value" and period == "campaign" and later in periods
    return periods[period, COST] + (periods[later] if beyond else 0.0)
