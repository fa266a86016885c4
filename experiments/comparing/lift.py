"""What a campaign with a hold-out group is measured to have done, as the firm would measure it, beside what it did.

In go the contacts of a run and the visits of the baseline run of the same replication; out comes one row a campaign.
The measured lift compares two groups of one run; the true one compares the same people with and without the campaign.
"""

from __future__ import annotations

from math import nan, sqrt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.comparing.intervals import Interval
from sim.results import RunResult

NORMAL_95 = 1.959963984540054
COLUMNS = (
    "campaign", "contacted", "came", "held_out", "held_out_came", "opted_out", "cost", "paid", "held_out_paid",
    "lift", "lift_low", "lift_high", "true_lift", "holds",
)  # fmt: skip
Integers = NDArray[np.int64]


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """95 % score interval of a proportion, 0-1. Wilson (1927). (nan, nan) without trials."""
    if not trials:
        return nan, nan
    z, share = NORMAL_95, successes / trials
    middle, wide = share + z * z / (2 * trials), z * sqrt(share * (1 - share) / trials + z * z / (4 * trials**2))
    return (middle - wide) / (1 + z * z / trials), (middle + wide) / (1 + z * z / trials)


def two_proportions(first: int, of_first: int, second: int, of_second: int) -> Interval:
    """First less second proportion with its 95 % interval from the two score intervals. Newcombe (1998), method 10."""
    if not of_first or not of_second:
        return Interval(nan, nan, nan)
    one, other = first / of_first, second / of_second
    (low, high), (other_low, other_high) = wilson(first, of_first), wilson(second, of_second)
    difference = one - other
    return Interval(
        difference,
        difference - sqrt((one - low) ** 2 + (other_high - other) ** 2),
        difference + sqrt((high - one) ** 2 + (other - other_low) ** 2),
    )


def came_in_window(visits: pd.DataFrame, customer: Integers, day: Integers, within: NDArray[np.float64]) -> Integers:
    """Which contacts are followed by a visit of the same customer within their window, 0 or 1, (k,).

    visits: customer, day; a window holds the days d with 0 ≤ d - day < within.
    """
    if visits.empty:
        return np.zeros(len(customer), np.int64)
    span = np.int64(max(int(visits["day"].max()), int(day.max(initial=0))) + 2)
    keys = np.sort(visits["customer"].to_numpy(np.int64) * span + visits["day"].to_numpy(np.int64))
    place = np.searchsorted(keys, customer * span + day)
    following = keys[np.minimum(place, len(keys) - 1)]
    found = (place < len(keys)) & (following // span == customer) & (following % span - day < within)
    return np.asarray(found, dtype=np.int64)


def campaign_effects(result: RunResult, baseline: RunResult) -> pd.DataFrame:
    """One row a campaign that names its receivers; the columns are `COLUMNS`.

    lift, lift_low, lift_high: response of the contacted less that of the held out, with its interval; NaN without
    hold-out. true_lift: share of the contacted who came less the share who come in the same days of the baseline, NaN
    where that keeps no visits. holds: 1 where the interval holds the true lift, 0 where not. Money is in minor units.
    """
    rows = []
    responses, contacts = result.responses, result.contacts
    if responses is None or contacts is None:
        return pd.DataFrame(columns=list(COLUMNS))
    counts = list(COLUMNS[1:9])
    totals = responses.groupby("campaign", sort=False)[counts].sum()
    for campaign, total in zip(totals.index, totals.to_dict("records"), strict=True):
        lift = two_proportions(total["came"], total["contacted"], total["held_out_came"], total["held_out"])
        made = contacts[(contacts["campaign"] == campaign) & ~contacts["held_out"]]
        true_lift = nan
        if baseline.visit_days is not None and len(made):
            anyway = came_in_window(
                _counted(baseline.visit_days, responses.loc[responses["campaign"] == campaign, "counts"].iloc[0]),
                made["customer"].to_numpy(np.int64),
                made["day"].to_numpy(np.int64),
                made["within"].to_numpy(np.float64),
            )
            true_lift = float(made["came"].to_numpy(np.int64).sum() - anyway.sum()) / len(made)
        holds = float(lift.low <= true_lift <= lift.high) if total["held_out"] and not np.isnan(true_lift) else nan
        rows.append((campaign, *(total[name] for name in counts), lift.mean, lift.low, lift.high, true_lift, holds))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _counted(visits: pd.DataFrame, needs: str) -> pd.DataFrame:
    """The visits for the needs that count, named with commas between them; all where none is named."""
    return visits[visits["need"].isin(needs.split(","))] if needs else visits


def campaign_summary(effects: pd.DataFrame) -> pd.DataFrame:
    """Means over replications of `campaign_effects` tables stacked with a plan column; a NaN where any one has it."""
    if effects.empty:
        return pd.DataFrame(columns=["plan", *COLUMNS])
    numbers = list(COLUMNS[1:])
    together = effects.groupby(["plan", "campaign"], sort=False)[numbers]
    means = together.mean().where(together.count().eq(together.size(), axis=0))
    return means.reset_index()


def cost_summary(lines: pd.DataFrame) -> pd.DataFrame:
    """Means over replications of cost lines stacked with a plan column: estimate and actual, in minor units."""
    names = ["plan", "campaign", "launched", "group", "kind", "line"]
    if lines.empty:
        return pd.DataFrame(columns=[*names, "estimate", "actual"])
    return lines.groupby(names, sort=False)[["estimate", "actual"]].mean().reset_index()
