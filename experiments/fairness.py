"""Whether a higher tier was served worse than a lower one, plan by plan.

In go the mean waits by tier, replication by replication; out come the pairs of tiers the wrong way round, where chance
alone would hardly do it. Tiers are compared in pairs within a replication, so all of them met the same days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import pandas as pd

from experiments.intervals import LEVEL, Interval, paired_interval, simultaneous
from sim.measures_by_tier import WAIT_OF

LEAST_MINUTES = 0.05
"""A difference that would print as 0.0 minutes is nobody's grievance."""


@dataclass(frozen=True)
class Unfair:
    """In `plan` the `higher` tier waited longer than the `lower` one, by `minutes` (minutes, with its interval)."""

    plan: str
    higher: str
    lower: str
    minutes: Interval


def unfair(values: pd.DataFrame, plans: Sequence[str], period: str) -> list[Unfair]:
    """Every pair of tiers the wrong way round.

    values: columns world, plan, period, replication, measure, value. Tiers rank as their measures are listed, the
    highest first. A pair counts when its interval, wide enough for all pairs together, lies above zero; of a single
    replication, which has no interval, its difference.
    """
    here = (values["world"] == "stated") & (values["period"] == period)
    chosen = values[here & values["measure"].str.startswith(WAIT_OF)]
    tiers = list(dict.fromkeys(chosen["measure"]))
    found = []
    for plan in plans:
        table = chosen[chosen["plan"] == plan].pivot_table(index="replication", columns="measure", values="value")
        ranked = [(higher, lower) for higher, lower in combinations(tiers, 2) if {higher, lower} <= set(table.columns)]
        for higher, lower in ranked:
            both = table[[higher, lower]].dropna()
            if not len(both):
                continue
            level = simultaneous(LEVEL, len(ranked) * len(plans))
            worse = paired_interval(both[higher].to_numpy(), both[lower].to_numpy(), level)
            certain = worse.low > 0.0 or len(both) == 1
            if certain and worse.mean > LEAST_MINUTES:
                found.append(Unfair(plan, higher.removeprefix(WAIT_OF), lower.removeprefix(WAIT_OF), worse))
    return found
