"""Several objectives side by side: who wins each, and which plans no other plan beats on all of them.

In go the paired values of a few measures; out come a judgement for each and the plans worth choosing between (the
Pareto set; Pareto 1906). No weights: how much of one objective is worth how much of another is the reader's to say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.comparing.intervals import LEVEL, Interval, paired_interval, pairs, simultaneous
from experiments.comparing.verdict import Judgement
from sim.errors import RequestError
from sim.measures import Measure
from sim.scenario.refusal import did_you_mean

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Beaten:
    """A plan that another one is as good as on every objective, and better on at least one; ``surely``: on each."""

    plan: str
    by: str
    surely: bool


@dataclass(frozen=True)
class TradeOff:
    """What the winner of ``gains`` gives up of ``costs``, each against the winner of ``costs``, with its interval."""

    plan: str
    rather_than: str
    gains: str
    gain: Interval
    costs: str
    cost: Interval


@dataclass(frozen=True)
class Objectives:
    """The judgement on each objective, in their order, and the plans that none beats on all."""

    judged: Mapping[str, Judgement]
    unbeaten: tuple[str, ...]
    beaten: tuple[Beaten, ...]
    trade_offs: tuple[TradeOff, ...]


def checked_objectives(names: Sequence[str], known: Mapping[str, Measure]) -> tuple[str, ...]:
    """The names, each once; raises `RequestError` for one that is unknown or of which neither way is better."""
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known)
            raise RequestError(f"there is no measure '{name}' in this scenario{hint}")
        if known[name].better == "neither":
            raise RequestError(f"more of '{name}' is neither better nor worse, so it can be no objective")
    return tuple(dict.fromkeys(names))


def weigh(
    plans: Sequence[str],
    values: Mapping[str, Numbers],
    judged: Mapping[str, Judgement],
    higher_is_better: Mapping[str, bool],
) -> Objectives:
    """Who wins what, who is beaten, and what the winner of each further objective costs in the first.

    ``values[measure]`` has shape (replications, plans). Intervals are simultaneous over all pairs of plans and all
    objectives.
    """
    scores = {name: rows if higher_is_better[name] else -rows for name, rows in values.items()}
    level = simultaneous(LEVEL, pairs(len(plans)) * len(values))
    means = np.array([rows.mean(axis=0) for rows in scores.values()])
    beaten = []
    for place, plan in enumerate(plans):
        by = _beater(means, place)
        if by is not None:
            surely = all(paired_interval(rows[:, by], rows[:, place], level).low > 0.0 for rows in scores.values())
            beaten.append(Beaten(plan, plans[by], surely))
    out = [each.plan for each in beaten]
    return Objectives(
        judged=judged,
        unbeaten=tuple(plan for plan in plans if plan not in out),
        beaten=tuple(beaten),
        trade_offs=tuple(_trade_offs(plans, values, judged, level)),
    )


def _beater(means: Numbers, place: int) -> int | None:
    """A plan as good on all objectives and better on one, itself beaten by none; means are (objectives, plans)."""
    own = means[:, [place]]
    beats = (means >= own).all(axis=0) & (means > own).any(axis=0)
    if not beats.any():
        return None
    candidates = np.flatnonzero(beats).tolist()
    unbeaten = [each for each in candidates if _beater(means, each) is None]
    return int(unbeaten[0])


def _trade_offs(
    plans: Sequence[str], values: Mapping[str, Numbers], judged: Mapping[str, Judgement], level: float
) -> list[TradeOff]:
    """The winner of each further objective against that of the first."""
    first, *others = judged
    found: list[TradeOff] = []
    for other in others:
        plan, rather_than = judged[other].best, judged[first].best
        if plan == rather_than:
            continue
        chosen, left = plans.index(plan), plans.index(rather_than)
        gain, cost = (paired_interval(values[name][:, chosen], values[name][:, left], level) for name in (other, first))
        found.append(TradeOff(plan, rather_than, other, gain, first, cost))
    return found
