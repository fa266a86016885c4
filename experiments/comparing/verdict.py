"""Which plan is best on one measure, how surely, and what would settle the rest.

In go the values of a measure, replication by replication and plan by plan; out comes a judgement that claims no more
than the simultaneous intervals allow. The words for it are made elsewhere (`experiments.report.sentences`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.comparing.intervals import (
    LEVEL,
    Interval,
    chance_best,
    expected_regret,
    interval_with_assumptions,
    paired_interval,
    pairs,
    simultaneous,
)
from experiments.comparing.replications import more_to_settle

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Judgement:
    """Who leads on one measure.

    ``lead`` is the best plan minus the runner-up in the measure's own direction (positive when higher is better).
    ``surely``: the intervals of best minus each other plan, wide enough for all pairs of plans together, exclude zero.
    ``chance_best`` and ``regret``: over the replications given last (drawn worlds when there are any).
    """

    best: str
    runner_up: str
    lead: Interval
    surely: bool
    more: float
    chance_best: Mapping[str, float]
    regret: Mapping[str, float]


@dataclass(frozen=True)
class Undecided:
    """A difference from the baseline within chance, and about how many more replications would settle it."""

    plan: str
    measure: str
    more: float


def judge(
    plans: Sequence[str], stated: Numbers, drawn: Numbers | None = None, *, higher_is_better: bool = True
) -> Judgement:
    """The best plan by its mean, and how sure that is.

    ``stated`` has shape (replications, plans). With ``drawn``, the same replications with the assumptions drawn, the
    plan is chosen by its mean over those worlds and "surely" has to hold for luck and assumptions together. Any pair of
    plans could have turned out best, so each interval is at the level Bonferroni asks for all pairs.
    """
    seen = stated if drawn is None else drawn
    direction = 1.0 if higher_is_better else -1.0
    means = direction * seen.mean(axis=0)
    order = np.argsort(-means, kind="stable")
    best, runner_up = int(order[0]), int(order[1])
    level = simultaneous(LEVEL, pairs(len(plans)))
    against = {
        int(other): _difference(stated, drawn, best, int(other), level) for other in range(len(plans)) if other != best
    }
    lead = seen[:, best] - seen[:, runner_up]
    return Judgement(
        best=plans[best],
        runner_up=plans[runner_up],
        lead=against[runner_up],
        surely=all(interval.excludes_zero and direction * interval.mean > 0 for interval in against.values()),
        more=more_to_settle(lead, level),
        chance_best=dict(zip(plans, chance_best(seen, higher_is_better=higher_is_better).tolist(), strict=True)),
        regret=dict(zip(plans, expected_regret(seen, higher_is_better=higher_is_better).tolist(), strict=True)),
    )


def undecided(plan: str, measure: str, values: Numbers, baseline: Numbers) -> Undecided | None:
    """The question left open, or nothing: the interval excludes zero, or the plan changes nothing at all."""
    difference = values - baseline
    if not np.isfinite(difference).all() or not difference.any():
        return None
    if paired_interval(values, baseline).excludes_zero:
        return None
    return Undecided(plan, measure, more_to_settle(difference))


def _difference(stated: Numbers, drawn: Numbers | None, plan: int, other: int, level: float) -> Interval:
    at_stated = stated[:, plan] - stated[:, other]
    if drawn is None:
        return paired_interval(stated[:, plan], stated[:, other], level)
    return interval_with_assumptions(at_stated, drawn[:, plan] - drawn[:, other], level)
