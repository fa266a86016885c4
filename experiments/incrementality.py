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
    has no row here), and so does redeeming the offer there, where the baseline has it too. Columns: offer, redeemed,
    incremental, deadweight (customers), paid and paid_deadweight (int64 minor units; the deadweight share of what was
    paid is that of the redemptions of the customers concerned, rounded half to even).
    """
    rows = []
    for offer, paid in zip(result.offers["offer"].tolist(), result.offers["paid"].tolist(), strict=True):
        if offer not in rules:
            continue
        given = result.activity[f"redeemed_{offer}"].to_numpy(dtype=np.int64)
        customers = result.activity["customer"].to_numpy()[given > 0]
        counts = given[given > 0]
        anyway = baseline.activity["customer"].to_numpy()[_anyway(baseline.activity, offer, rules[offer])]
        deadweight = np.isin(customers, anyway)
        share = counts[deadweight].sum() / counts.sum() if counts.size else 0.0
        rows.append((len(counts), int((~deadweight).sum()), int(deadweight.sum()), paid, round(paid * float(share))))
    numbers = np.array(rows, dtype=np.int64).reshape(len(rows), len(COLUMNS) - 1)
    table = pd.DataFrame(numbers, columns=list(COLUMNS[1:]))
    table.insert(
        0, "offer", pd.Series([offer for offer in result.offers["offer"].tolist() if offer in rules], dtype="str")
    )
    return table


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
