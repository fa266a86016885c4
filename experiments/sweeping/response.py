"""Response curves: how a measure answers to one factor of a sweep, on the average over all others.

In goes a `Sweep`; out come, for each factor, measure and plan, the values the factor takes, or the parts of its range,
with the mean there and its interval, and the places at which another plan becomes the best.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import hypot, isfinite, nan

import numpy as np
import pandas as pd

from experiments.comparing.intervals import Interval, mean_interval
from experiments.study import Numbers
from experiments.sweeping.point_sets import place_on, said
from experiments.sweeping.sweeps import Sweep, values_of

MOST_VALUES_APART = 8
"""So many different values of a sampled factor are shown one by one; more are put together in parts of the range."""
POINTS_A_PART = 6
"""A part of the range has at least about so many points, and there are two to eight parts."""


@dataclass(frozen=True)
class Part:
    """One value of a factor, or one part of its range: what to call it, where it lies, which points are in it."""

    name: str
    place: float
    points: tuple[int, ...]


@dataclass(frozen=True)
class Switch:
    """Between two neighbouring values of a factor another plan becomes the best.

    ``at``: where the straight lines between the two means cross, for a factor that can lie there; NaN otherwise.
    """

    path: str
    after: Part
    until: Part
    plan: str
    other: str
    at: float = nan


def parts(sweep: Sweep, factor: int) -> tuple[Part, ...]:
    """The values a factor takes, in the order of its axis, or equal parts of its range where they are many."""
    places, varied = sweep.set.places[:, factor], sweep.set.factors[factor]
    order = np.argsort(places, kind="stable")
    different = np.unique(places)
    if sweep.set.shape or len(different) <= MOST_VALUES_APART:
        return tuple(
            Part(said(sweep.set.written[members[0]][factor]), float(place), tuple(members.tolist()))
            for place in different
            for members in [order[places[order] == place]]
        )
    count = int(np.clip(len(places) // POINTS_A_PART, 2, MOST_VALUES_APART))
    low, high = (place_on(varied, end) for end in (varied.low, varied.high))
    edges = np.linspace(low, high, count + 1)
    inside = np.clip(np.searchsorted(edges, places[order], side="right") - 1, 0, count - 1)
    unit = sweep.set.axes[factor].unit
    found = []
    for part in range(count):
        members = order[inside == part]
        if not len(members):
            continue
        if varied.whole:
            least, most = (f"{places[member]:,.0f}" for member in (members[0], members[-1]))
        else:
            least, most = said(float(edges[part]), 3), said(float(edges[part + 1]), 3)
        name = f"{least} to {most} {unit}".rstrip()
        found.append(Part(name, float(places[members].mean()), tuple(members.tolist())))
    return tuple(found)


def at_part(sweep: Sweep, measure: str, plan: str, part: Part) -> Interval:
    """The mean over the points of a part, with what chance allows it.

    In a grid the points of a value are all combinations of the others', so only luck is left: the interval is that of
    the replications' own means. In a sample the other factors differ from part to part as well, so the spread of the
    points counts too: half-width √(luck² + points²).
    """
    return _over(sweep, values_of(sweep, measure, plan)[list(part.points)])


def _over(sweep: Sweep, values: Numbers) -> Interval:
    """Of an array (points, replications): mean and interval."""
    luck = mean_interval(values.mean(axis=0))
    if sweep.set.shape or not isfinite(luck.mean):
        return luck
    points = mean_interval(values.mean(axis=1))
    half = hypot(luck.half_width, points.half_width)
    return Interval(luck.mean, luck.mean - half, luck.mean + half)


def best_at_part(sweep: Sweep, measure: str, part: Part) -> str | None:
    """The plan with the best mean over a part; None where there is but one, or the measure has no better side."""
    if measure not in sweep.judged or len(sweep.plans) < 2:
        return None
    means = {plan: at_part(sweep, measure, plan, part).mean for plan in sweep.plans}
    if not all(map(isfinite, means.values())):
        return None
    pick = max if sweep.outcomes.measures[measure].better == "higher" else min
    return pick(means, key=means.__getitem__)


def switches(sweep: Sweep, measure: str, factor: int) -> tuple[Switch, ...]:
    """Where along a factor, on the average over the others, another plan becomes the best."""
    varied = sweep.set.factors[factor]
    along = [(part, best_at_part(sweep, measure, part)) for part in parts(sweep, factor)]
    found = []
    for (before, plan), (after, other) in pairwise(along):
        if plan is None or other is None or plan == other:
            continue
        at = nan
        if not (varied.whole or varied.among):
            lead, lag = (
                at_part(sweep, measure, plan, part).mean - at_part(sweep, measure, other, part).mean
                for part in (before, after)
            )
            if lead != lag:
                at = before.place + (after.place - before.place) * lead / (lead - lag)
        found.append(Switch(varied.path, before, after, plan, other, at))
    return tuple(found)


def curves(sweep: Sweep) -> pd.DataFrame:
    """All response curves: path, value, place, points, plan, measure, mean, low, high."""
    rows = []
    for number, factor in enumerate(sweep.set.factors):
        for part in parts(sweep, number):
            for measure in sweep.measures:
                for plan in sweep.plans:
                    found = at_part(sweep, measure, plan, part)
                    rows.append((factor.path, part.name, part.place, len(part.points), plan, measure,
                                 found.mean, found.low, found.high))  # fmt: skip
    columns = ["path", "value", "place", "points", "plan", "measure", "mean", "low", "high"]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(("path", "value", "plan", "measure"), "str"))
