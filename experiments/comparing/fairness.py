"""Whether a higher tier was served worse than a lower one, plan by plan.

In go the waits and the satisfaction by tier, replication by replication; out come the pairs of tiers the wrong way
round, where chance alone would hardly do it. Tiers are compared in pairs within a replication, so all of them met the
same days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal

import pandas as pd

from experiments.comparing.intervals import LEVEL, Interval, paired_interval, simultaneous
from sim.measurement.by_tier import SATISFACTION_OF, WAIT_OF

What = Literal["wait", "satisfaction"]

_LEAST: Final[dict[str, tuple[What, float, float]]] = {
    WAIT_OF: ("wait", 1.0, 0.05),
    SATISFACTION_OF: ("satisfaction", -1.0, 0.1),
}
"""By prefix: what it is, which way is worse, and the difference (minutes, points) that is nobody's grievance."""


@dataclass(frozen=True)
class Unfair:
    """In `plan` the `higher` tier was served worse than the `lower` one: waited longer, or was less satisfied.

    worse_by: minutes, or points of 0-100, above 0, with its interval
    """

    plan: str
    what: What
    higher: str
    lower: str
    worse_by: Interval


def unfair(values: pd.DataFrame, plans: Sequence[str], period: str) -> list[Unfair]:
    """Every pair of tiers the wrong way round, by waits and by satisfaction with visits.

    values: columns world, plan, period, replication, measure, value. Tiers rank as their measures are listed, the
    highest first. A pair counts when its interval, wide enough for all pairs together, lies above zero; of a single
    replication, which has no interval, its difference.
    """
    here = (values["world"] == "stated") & (values["period"] == period)
    return [
        each
        for prefix in _LEAST
        for each in _unfair(values[here & values["measure"].str.startswith(prefix)], plans, prefix)
    ]


def _unfair(chosen: pd.DataFrame, plans: Sequence[str], prefix: str) -> list[Unfair]:
    what, worse_way, least = _LEAST[prefix]
    tiers = list(dict.fromkeys(chosen["measure"]))
    found = []
    for plan in plans:
        table = chosen[chosen["plan"] == plan].pivot_table(index="replication", columns="measure", values="value")
        ranked = [(higher, lower) for higher, lower in combinations(tiers, 2) if {higher, lower} <= set(table.columns)]
        for higher, lower in ranked:
            both = worse_way * table[[higher, lower]].dropna()
            if not len(both):
                continue
            level = simultaneous(LEVEL, len(_LEAST) * len(ranked) * len(plans))
            worse = paired_interval(both[higher].to_numpy(), both[lower].to_numpy(), level)
            certain = worse.low > 0.0 or len(both) == 1
            if certain and worse.mean > least:
                found.append(Unfair(plan, what, higher.removeprefix(prefix), lower.removeprefix(prefix), worse))
    return found
