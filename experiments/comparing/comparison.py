"""A finished comparison of plans, as tidy tables: what `compare` gives back and every report is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import isnan, nan

import pandas as pd

from experiments.comparing.best_plan import Selection
from experiments.comparing.breakdown import Breakdown
from experiments.comparing.heading import Heading
from experiments.comparing.intervals import LEVEL, Interval
from experiments.comparing.objectives import Objectives
from experiments.comparing.verdict import Judgement, Undecided
from experiments.comparing.warm_up import WarmUp
from experiments.report.numbers import Style, style_of
from sim.measures import Measure
from sim.money import digits
from sim.scenario.targets import Target


@dataclass(frozen=True)
class Support:
    """An assumed number the verdict rests on.

    ``flips_at``: the value at which best plan and runner-up change places; ``share``: how much of the spread of their
    difference between worlds it explains (0-1). Both are None unless the ranges were drawn.
    """

    path: str
    value: str
    low: str
    high: str
    source: str
    note: str = ""
    flips_at: str | None = None
    share: float | None = None


@dataclass(frozen=True)
class Comparison(Heading):
    """Plans compared in pairs on the same luck.

    ``means``: plan, period, measure, mean, low, high. ``differences`` (from the baseline, in ``period``): plan,
    measure, mean, low, high, and with ``uncertain`` also assumptions_mean, assumptions_low, assumptions_high.
    ``values``: every replication's value of every measure. ``daily``: mean course with band. ``offers``: what each
    offer caused; ``campaigns``: what each was measured to do and did, see `experiments.comparing.lift`;
    ``cost_lines``: their estimates and what was paid. ``shown``: the measures a report shows, in order.
    ``provenance``: how many numbers of the scenario have which source. ``carried`` is the judgement on profit with
    carried value, ``window`` that on profit inside the window. ``level`` is that of each interval of ``differences``;
    ``simultaneous`` says that it makes all shown ones true together. ``selection``, ``objectives``, ``warm_up`` and
    ``breakdown`` (every change by segment, tier or site) are there where they were asked for; with a selection
    ``replications`` are those that all plans share.
    ``tables``: means of the plans' books, commitments, targets and forecasts, see `experiments.comparing.plan_tables`;
    ``budgeted``: the plans with a budget; ``targets``: what the targets of the plans are for.
    Money is in major units, but for ``offers``, ``campaigns`` and ``cost_lines``, which have minor units.
    """

    uncertain: bool
    period: str
    primary: str
    measures: Mapping[str, Measure]
    shown: tuple[str, ...]
    means: pd.DataFrame
    differences: pd.DataFrame
    values: pd.DataFrame
    daily: pd.DataFrame
    offers: pd.DataFrame
    campaigns: pd.DataFrame
    cost_lines: pd.DataFrame
    flips: pd.DataFrame
    provenance: Mapping[str, int]
    judgement: Judgement
    window: Judgement | None
    carried: Judgement | None
    undecided: tuple[Undecided, ...]
    rests_on: tuple[Support, ...]
    breakdown: Breakdown | None = None
    level: float = LEVEL
    simultaneous: bool = False
    selection: Selection | None = None
    objectives: Objectives | None = None
    warm_up: WarmUp | None = None
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    budgeted: tuple[str, ...] = ()
    targets: Mapping[str, Target] = field(default_factory=dict)

    def mean(self, plan: str, measure: str) -> Interval:
        """Mean of a measure in the compared period, with its interval."""
        return self._means[plan, measure]

    def difference(self, plan: str, measure: str) -> Interval:
        """Change from the baseline, with the interval of luck."""
        return self._differences[plan, measure]

    def difference_with_assumptions(self, plan: str, measure: str) -> Interval:
        """Change from the baseline when the assumed numbers may lie anywhere in their ranges."""
        return self._wide_differences[plan, measure]

    @cached_property
    def _means(self) -> dict[tuple[str, str], Interval]:
        return _intervals(self.means[self.means["period"] == self.period])

    @cached_property
    def _differences(self) -> dict[tuple[str, str], Interval]:
        return _intervals(self.differences)

    @cached_property
    def _wide_differences(self) -> dict[tuple[str, str], Interval]:
        return _intervals(self.differences, "assumptions_")

    def paired(self, plan: str, measure: str) -> tuple[pd.Series[float], pd.Series[float]]:
        """The measure in ``plan`` and in the baseline, by replication, where both have it (empty where they never do).

        As the scenario states its numbers, in the compared period.
        """
        nothing: pd.Series[float] = pd.Series(dtype="float64")
        chosen, other = (self._stated.get((name, measure), nothing) for name in (plan, self.baseline))
        both = chosen.index.intersection(other.index)
        return chosen[both], other[both]

    @cached_property
    def _stated(self) -> dict[tuple[str, str], pd.Series[float]]:
        rows = self.values[(self.values["period"] == self.period) & (self.values["world"] == "stated")]
        groups = rows.set_index("replication").groupby(["plan", "measure"], sort=False)["value"]
        return {(str(plan), str(measure)): values for (plan, measure), values in groups}

    @property
    def minor_digits(self) -> int:
        """Decimals of the currency: amounts of ``offers`` are in minor units."""
        return digits(self.currency)

    def style(self, measure: str, largest: float = nan) -> Style:
        """How to write a measure; ``largest`` in size decides the scale of money, the plans' means when left out."""
        if isnan(largest):
            sizes = [abs(self.mean(plan, measure).mean) for plan in self.plans]
            largest = max((size for size in sizes if not isnan(size)), default=0.0)
        return style_of(self.measures[measure], largest, self.currency)

    def __str__(self) -> str:
        from experiments.report.tables import plain_text

        return plain_text(self)


def _intervals(table: pd.DataFrame, prefix: str = "") -> dict[tuple[str, str], Interval]:
    """The intervals of a table by plan and measure: reading one row at a time costs more than the whole."""
    plans, measures = table["plan"].tolist(), table["measure"].tolist()
    values = (table[f"{prefix}{name}"].astype("float64").tolist() for name in ("mean", "low", "high"))
    return dict(zip(zip(plans, measures, strict=True), map(Interval, *values), strict=True))
