"""What an offer caused, against what would have happened anyway.

In go a run with offers and the baseline run of the same replication - the same customers with the same luck; out comes
one row an offer: redeemed, deadweight, incremental, and the cost of each customer really won. Only simulation can show
this: the same person is seen with and without the offer.
"""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.results import RunResult

COLUMNS = ("offer", "redeemed", "incremental", "deadweight", "paid", "paid_deadweight")


def offer_effects(
    result: RunResult, baseline: RunResult, rules: Mapping[str, Callable[[pd.DataFrame], NDArray[np.bool_]]]
) -> pd.DataFrame:
    """Redemptions of each offer, split into incremental and deadweight.

    A redemption is *deadweight* when the same customer, in the paired baseline run, does what the offer asks for all
    the same: ``rules[offer]`` marks those rows of the baseline's activity table (an offer without a rule, a discount,
    has no row here), and so does redeeming the offer there, where the baseline has it too. Where the run itself knows
    what would have been earned without the pull of rewards (``anyway_<offer>``), it says so. An offer whose rule is
    `stays` is made to keep customers: incremental are those who left in the baseline and stayed here, deadweight
    those who stayed there too; who left in both is neither. Columns: offer, redeemed, incremental, deadweight
    (customers), paid and paid_deadweight (int64 minor units; the deadweight share of what was paid is that of the
    redemptions of the customers concerned, rounded half to even, or exact where the run itself knows it).
    """
    rows = []
    table, activity = result.offers, result.activity
    for place, (offer, paid) in enumerate(zip(table["offer"].tolist(), table["paid"].tolist(), strict=True)):
        if offer not in rules:
            continue
        given = activity[f"redeemed_{offer}"].to_numpy(dtype=np.int64)
        customers, counts = activity["customer"].to_numpy()[given > 0], given[given > 0]
        known = activity[f"anyway_{offer}"].to_numpy()[given > 0] if f"anyway_{offer}" in activity else None
        if rules[offer] is stays:
            gone = np.isin(customers, _leavers(baseline.activity))
            deadweight, incremental = ~gone, gone & ~np.isin(customers, _leavers(activity))
        elif known is not None:
            deadweight = known >= counts
            incremental = ~deadweight
        else:
            there = baseline.activity
            deadweight = np.isin(customers, there["customer"].to_numpy()[_anyway(there, offer, rules[offer])])
            incremental = ~deadweight
        share = counts[deadweight].sum() / counts.sum() if counts.size else 0.0
        wasted = round(paid * float(share)) if known is None else int(table["paid_anyway"].iloc[place])
        rows.append((len(counts), int(incremental.sum()), int(deadweight.sum()), paid, wasted))
    numbers = np.array(rows, dtype=np.int64).reshape(len(rows), len(COLUMNS) - 1)
    effects = pd.DataFrame(numbers, columns=list(COLUMNS[1:]))
    effects.insert(0, "offer", pd.Series([offer for offer in table["offer"].tolist() if offer in rules], dtype="str"))
    return effects


def stays(activity: pd.DataFrame) -> NDArray[np.bool_]:
    """The rule of an offer that is to keep customers: rows of the activity table of those who do not leave."""
    return np.asarray(activity["left"].to_numpy() == 0) if "left" in activity else np.ones(len(activity), np.bool_)


def _leavers(activity: pd.DataFrame) -> NDArray[np.int64]:
    return np.asarray(activity["customer"].to_numpy()[~stays(activity)], np.int64)


def _anyway(activity: pd.DataFrame, offer: str, rule: Callable[[pd.DataFrame], NDArray[np.bool_]]) -> NDArray[np.bool_]:
    """Which rows of the baseline's activity do what the offer asks for; where it has the offer too, redeem it there."""
    same = f"redeemed_{offer}"
    redeems = activity[same].to_numpy() > 0 if same in activity else np.zeros(len(activity), np.bool_)
    return np.asarray(rule(activity) | redeems)


def offer_summary(effects: pd.DataFrame) -> pd.DataFrame:
    """Means over replications of `offer_effects` tables stacked with a plan column, and cost per incremental customer.

    The cost is total paid over total incremental customers, in minor units; NaN when the offer won nobody.
    """
    numbers = [name for name in COLUMNS if name != "offer"]
    means = effects.groupby(["plan", "offer"], sort=False, as_index=False)[numbers].mean()
    won = means["incremental"].to_numpy(dtype=np.float64)
    cost = np.divide(means["paid"].to_numpy(dtype=np.float64), won, out=np.full(won.size, np.nan), where=won > 0)
    return means.assign(cost_per_incremental=cost)
