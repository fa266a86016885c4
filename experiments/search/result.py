"""A finished optimisation: every setting tried, the best few on runs the search did not use, and what is best.

What `optimise` gives back and its report is made from.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from experiments.comparing.intervals import Interval
from experiments.report.numbers import Style, style_of
from experiments.search.aims import Aim
from experiments.search.constraints import Constraint, Kept
from experiments.search.levers import LeverValues, Places
from sim.measures import Measure

OPTIMISED = "optimised"
"""Name of the plan that is searched for."""
Text = str | Mapping[str, str]


@dataclass(frozen=True)
class Tried:
    """One setting in the search.

    ``number`` 0 is the plan as it stands, whose ``places`` are None where the levers may not take today's values.
    ``changes``: from the baseline in each objective. ``carried``: the mean change of profit with carried value, where
    profit in the window is an objective. ``problem``: why the setting has no result, empty when it has one.
    """

    number: int
    stage: str
    places: Places | None
    settings: Mapping[str, Any]
    changes: tuple[Interval, ...] = ()
    kept: tuple[Kept, ...] = ()
    carried: float | None = None
    problem: str = ""

    @property
    def feasible(self) -> bool:
        """Whether it has a result and keeps every constraint on the average run."""
        return not self.problem and all(each.on_average for each in self.kept)


@dataclass(frozen=True)
class Finalist:
    """A setting on fresh replications.

    For each objective its level, the change from the baseline and that from the plan as it stands (intervals that hold
    for all finalists together), and for each constraint how it was kept.
    """

    tried: Tried
    levels: tuple[Interval, ...]
    changes: tuple[Interval, ...]
    from_today: tuple[Interval, ...]
    kept: tuple[Kept, ...]

    @property
    def feasible(self) -> bool:
        return all(each.on_average for each in self.kept)


@dataclass(frozen=True)
class Optimisation:
    """Settings of a plan's levers, searched for the best of one objective or the best trade-offs between several.

    ``chosen``: the best setting, or the settings of the Pareto front, judged on fresh replications; the plan as it
    stands when nothing is better. ``today``: the plan as it stands; ``baseline_levels``: the baseline's level of each
    objective, on the fresh replications. ``balanced``: the chosen setting that is worst in nothing, the best itself
    when there is one. ``responses``: path, value, objective, mean, low, high, kept, chosen, problem: the change in each
    objective when one lever moves and the others stay at the balanced setting, on fresh replications. ``everything``:
    whether all settings were tried. ``window_only``: the tried setting that is best with the carried value, where the
    search looked at profit in the window and that is another one.
    """

    scenario: str
    title: Text
    currency: str
    plan: str
    baseline: str
    seed: int
    period: str
    uncertain: bool
    aims: tuple[Aim, ...]
    constraints: tuple[Constraint, ...]
    levers: tuple[LeverValues, ...]
    settings: int
    everything: bool
    tried: tuple[Tried, ...]
    replications: int
    fresh: int
    baseline_levels: tuple[Interval, ...]
    today: Finalist
    finalists: tuple[Finalist, ...]
    chosen: tuple[Finalist, ...]
    balanced: Finalist
    responses: pd.DataFrame
    window_only: Tried | None

    @property
    def improves(self) -> bool:
        """Whether something tried is better than the plan as it stands (or the plan breaks a constraint)."""
        return not (len(self.chosen) == 1 and self.chosen[0] is self.today)

    @property
    def measures(self) -> dict[str, Measure]:
        """The measures of objectives and constraints."""
        used = [aim.measure for aim in self.aims] + [each.measure for each in self.constraints]
        return {measure.name: measure for measure in used}

    def style(self, aim: Aim) -> Style:
        """How to write an objective: money in one scale for all settings."""
        place = self.aims.index(aim)
        sizes = [self.baseline_levels[place].mean, *(each.levels[place].mean for each in self.finalists)]
        return style_of(aim.measure, max(abs(size) for size in sizes), self.currency)

    @property
    def history(self) -> pd.DataFrame:
        """One row a setting in the order tried: number, stage, levers, change, low, high by objective, constraints."""
        return pd.DataFrame([self._row(each) for each in self.tried])

    @property
    def finalists_table(self) -> pd.DataFrame:
        """The best few on fresh replications, one row each; the plan as it stands first."""
        rows = []
        for each in (self.today, *(each for each in self.finalists if each is not self.today)):
            row: dict[str, Any] = {"number": each.tried.number, "chosen": each in self.chosen, **each.tried.settings}
            for aim, level, change, searched in zip(
                self.aims, each.levels, each.changes, each.tried.changes, strict=True
            ):
                name = aim.measure.name
                row |= {name: level.mean, f"{name} change": change.mean, f"{name} low": change.low}
                row |= {f"{name} high": change.high, f"{name} change in the search": searched.mean}
            rows.append(row | self._constraint_columns(each.kept))
        return pd.DataFrame(rows)

    @property
    def levers_table(self) -> pd.DataFrame:
        """Each lever: path, today's value, the chosen value (of the first chosen setting), how many it may take."""
        chosen = self.chosen[0].tried.settings
        rows = [
            (each.path, str(each.today), str(chosen.get(each.path, each.today)), str(each.values[0]),
             str(each.values[-1]), len(each.values))
            for each in self.levers
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=["path", "today", "chosen", "first", "last", "values"])

    def _row(self, tried: Tried) -> dict[str, Any]:
        row: dict[str, Any] = {"number": tried.number, "stage": tried.stage}
        row |= {lever.path: tried.settings.get(lever.path, lever.today) for lever in self.levers}
        changes = tried.changes or (Interval(np.nan, np.nan, np.nan),) * len(self.aims)
        for aim, change in zip(self.aims, changes, strict=True):
            name = aim.measure.name
            row |= {f"{name} change": change.mean, f"{name} low": change.low, f"{name} high": change.high}
        row |= self._constraint_columns(tried.kept)
        return row | {"feasible": tried.feasible, "problem": tried.problem}

    def _constraint_columns(self, kept: tuple[Kept, ...]) -> dict[str, Any]:
        columns: dict[str, Any] = {}
        for place, constraint in enumerate(self.constraints):
            found = kept[place] if kept else None
            columns[constraint.name] = np.nan if found is None else found.level.mean
            columns[f"{constraint.name}, runs kept"] = 0 if found is None else found.runs
        return columns

    def __str__(self) -> str:
        from experiments.report.optimisation_text import optimisation_text

        return optimisation_text(self)
