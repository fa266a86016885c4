"""A comparison by segment, tier or site: every change for every part of the market, and which plan is best where.

In go the values of each part, replication by replication; out come means, changes from the baseline with two kinds of
interval - each alone, and all of them together - and the best plan of each part.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import nan
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.comparing.intervals import (
    LEVEL,
    UNDEFINED,
    Interval,
    interval_with_assumptions,
    mean_interval,
    paired_interval,
    pairs,
    simultaneous,
)
from experiments.comparing.parts import Parts
from sim.customers import WITHOUT_TIER
from sim.measurement.breakdown import NO_PART
from sim.measures import CARRIED_CONTRIBUTION, CONTRIBUTION, OF_PARTS
from sim.scenario.load import Scenario

Numbers = NDArray[np.float64]
Text = str | Mapping[str, str]
"""Words of the scenario's author: one text, or one a language code."""

CONTRIBUTIONS: Final = {CONTRIBUTION.name: "profit", CARRIED_CONTRIBUTION.name: "profit_with_carried_value"}
"""What each contribution of a part is called of the whole market: that of everybody and nobody is the profit."""


@dataclass(frozen=True)
class BestPlan:
    """Which plan is best for one part. ``surely``: against every other plan, all parts and changes looked at."""

    plan: str
    surely: bool


@dataclass(frozen=True)
class Breakdown:
    """Plans compared for each part of the market.

    ``parts``: titles of the parts anybody was in. ``measures``: those that are not zero everywhere. ``table``: plan,
    part, measure, mean, low, high, and but for the baseline change, change_low, change_high (95 % each), sure_low,
    sure_high (95 % for all of the table together) and with drawn worlds assumptions_mean, assumptions_low,
    assumptions_high; the part `NO_PART` holds money that belongs to no one part. ``together``: intervals of which
    "surely" holds at once. ``deciding``: the measure by which ``best`` plans are best; a part where all are equal is
    not in it. Money is in major units.
    """

    by: str
    parts: Mapping[str, Text]
    measures: tuple[str, ...]
    table: pd.DataFrame
    together: int
    deciding: str
    best: Mapping[str, BestPlan]

    def mean(self, plan: str, part: str, measure: str) -> Interval:
        """Mean in the compared period."""
        return self._intervals("")[plan, part, measure]

    def change(self, plan: str, part: str, measure: str) -> Interval:
        """Change from the baseline, with the interval of luck; undefined where either plan does not have the part."""
        return self._intervals("change")[plan, part, measure]

    def sure(self, plan: str, part: str, measure: str) -> Interval:
        """The same change with an interval wide enough for the whole table; of luck and assumptions in drawn worlds."""
        return self._intervals("sure")[plan, part, measure]

    def with_assumptions(self, plan: str, part: str, measure: str) -> Interval:
        """Change from the baseline when the assumed numbers may lie anywhere in their ranges."""
        return self._intervals("assumptions")[plan, part, measure]

    def _intervals(self, kind: str) -> dict[tuple[str, str, str], Interval]:
        return self._by_kind[kind]

    @cached_property
    def _by_kind(self) -> dict[str, dict[tuple[str, str, str], Interval]]:
        columns = {
            "": ("mean", "low", "high"),
            "change": ("change", "change_low", "change_high"),
            "sure": ("change", "sure_low", "sure_high"),
            "assumptions": ("assumptions_mean", "assumptions_low", "assumptions_high"),
        }
        if "assumptions_mean" in self.table:
            columns["sure"] = ("assumptions_mean", "sure_low", "sure_high")
        keys = list(zip(*(self.table[name].tolist() for name in ("plan", "part", "measure")), strict=True))
        return {
            kind: dict(zip(keys, map(Interval, *(self.table[name].tolist() for name in names)), strict=True))
            for kind, names in columns.items()
            if names[0] in self.table
        }


def break_down(scenario: Scenario, parts: Parts, baseline: str, primary: str) -> Breakdown:
    """The breakdown of a finished comparison; ``primary`` is the measure that decides on the whole."""
    stated = {measure: parts.values(measure) for measure in OF_PARTS}
    drawn = {measure: parts.values(measure, "drawn") for measure in OF_PARTS} if parts.uncertain else None
    shown = tuple(measure for measure, values in stated.items() if np.nan_to_num(values).any())
    names = [
        name
        for place, name in enumerate(parts.names[:-1])
        if any(np.nan_to_num(values[..., place]).any() for values in stated.values())
    ]
    deciding = _deciding(primary, shown)
    others = len(parts.plans) - 1
    # Every change shown and every other pair of plans by the deciding measure, in each part; and what belongs to none.
    together = len(names) * (len(shown) * others + pairs(others)) + others
    level = simultaneous(LEVEL, together)
    rows = [
        _row(parts, stated[measure], None if drawn is None else drawn[measure], plan, baseline, part, level)
        | {"plan": plan, "part": part, "measure": measure}
        for plan in parts.plans
        for part in (*names, NO_PART)
        for measure in shown
        if part != NO_PART or OF_PARTS[measure].unit == "money"
    ]
    table = pd.DataFrame(rows)
    first = ["plan", "part", "measure"]
    best = {
        part: found
        for part in names
        if (found := _best(parts, stated[deciding], None if drawn is None else drawn[deciding], part, deciding, level))
    }
    return Breakdown(
        by=parts.by,
        parts={part: _title(scenario, parts.by, part) for part in names},
        measures=shown,
        table=table[[*first, *(name for name in table.columns if name not in first)]],
        together=together,
        deciding=deciding,
        best=best,
    )


def _deciding(primary: str, shown: Sequence[str]) -> str:
    """The primary measure, where parts have it; else what is nearest."""
    wanted = next((part for part, whole in CONTRIBUTIONS.items() if whole == primary), primary)
    return next(name for name in (wanted, CONTRIBUTION.name, "satisfaction", *shown) if name in shown)


def _row(
    parts: Parts, stated: Numbers, drawn: Numbers | None, plan: str, baseline: str, part: str, level: float
) -> dict[str, float | str]:
    """Mean and changes of one part in one plan; values (replications, plans, parts)."""
    here, place, base = parts.names.index(part), parts.plans.index(plan), parts.plans.index(baseline)
    mean = mean_interval(stated[:, place, here])
    row: dict[str, float | str] = {"mean": mean.mean, "low": mean.low, "high": mean.high}
    pair = stated[:, place, here], stated[:, base, here]
    drawn_pair = None if drawn is None else (drawn[:, place, here], drawn[:, base, here])
    alone, sure, wide = UNDEFINED, UNDEFINED, UNDEFINED
    if plan != baseline:
        alone, sure = paired_interval(*pair), _sure(pair, drawn_pair, level)
        wide = alone if drawn is None else _difference(pair, drawn_pair, LEVEL)
    row |= {"change": alone.mean, "change_low": alone.low, "change_high": alone.high}
    row |= {"sure_low": sure.low, "sure_high": sure.high}
    if drawn is not None:
        row |= {"assumptions_mean": wide.mean, "assumptions_low": wide.low, "assumptions_high": wide.high}
    return row


def _best(
    parts: Parts, stated: Numbers, drawn: Numbers | None, part: str, measure: str, level: float
) -> BestPlan | None:
    """The best plan of those in which the part has the measure; None for fewer than two, or where all are equal."""
    here = parts.names.index(part)
    at_stated = stated[:, :, here]
    in_worlds = at_stated if drawn is None else drawn[:, :, here]
    known = np.flatnonzero(np.isfinite(at_stated).all(axis=0) & np.isfinite(in_worlds).all(axis=0)).tolist()
    if len(known) < 2 or not np.ptp(in_worlds[:, known], axis=1).any():
        return None
    direction = -1.0 if OF_PARTS[measure].better == "lower" else 1.0
    best = max(known, key=lambda plan: direction * float(in_worlds[:, plan].mean()))
    leads = [
        _sure(
            (at_stated[:, best], at_stated[:, other]),
            None if drawn is None else (in_worlds[:, best], in_worlds[:, other]),
            level,
        )
        for other in known
        if other != best
    ]
    surely = all(lead.excludes_zero and direction * lead.mean > 0.0 for lead in leads)
    return BestPlan(parts.plans[best], surely)


def _difference(stated: tuple[Numbers, Numbers], drawn: tuple[Numbers, Numbers] | None, level: float) -> Interval:
    """One plan less another, with an interval of luck, or of luck and assumptions where worlds were drawn."""
    if drawn is None:
        return paired_interval(*stated, level)
    return interval_with_assumptions(stated[0] - stated[1], drawn[0] - drawn[1], level)


def _sure(stated: tuple[Numbers, Numbers], drawn: tuple[Numbers, Numbers] | None, level: float) -> Interval:
    """The same at the level of the whole table; without limits where equal counts in few replications would look sure.

    Two replications with four complaints more each have no spread, and many small parts make such a chance common. All
    n differences have one sign by chance with 2^(1 - n) (sign test): that has to be rare enough at this level.
    """
    found = _difference(stated, drawn, level)
    replications = len(stated[0])
    coincidence = found.half_width == 0.0 and found.mean != 0.0 and 2.0 ** (1 - replications) > 1.0 - level
    return Interval(found.mean, nan, nan) if coincidence else found


def _title(scenario: Scenario, by: str, part: str) -> Text:
    """What the author calls a part."""
    if by == "tier" and part == WITHOUT_TIER:
        return "without a tier"
    if by == "segment":
        for plan in scenario.plans:
            segment = scenario.document(plan).market.segments.get(part)
            if segment is not None and segment.title is not None:
                return segment.title
    return part.replace("_", " ")
