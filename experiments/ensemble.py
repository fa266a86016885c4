"""The replications of an experiment, reduced as they come in to what the comparison needs.

In goes one `Replication` at a time, in order; out come arrays (replications x plans) of any measure, and the mean
course of each daily measure with its band; where asked for, also the values by segment, tier or site. Memory does not
grow with the days of a run times the number of replications.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.courses import CALENDAR
from experiments.design import Experiment, World
from experiments.intervals import t_quantile
from experiments.paired import Replication
from experiments.parts import Parts
from sim.errors import RehearsalError
from sim.measures_of_document import RETURNS

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass
class _Course:
    """Running mean and sum of squared deviations of a table of daily measures (Welford 1962)."""

    calendar: pd.DataFrame
    measures: list[str]
    mean: Numbers
    squares: Numbers
    count: int = 0

    def add(self, values: Numbers) -> None:
        self.count += 1
        away = values - self.mean
        self.mean = self.mean + away / self.count
        self.squares = self.squares + away * (values - self.mean)


class Ensemble:
    """What is known after some replications; `values` and `daily` may be asked at any moment."""

    def __init__(self, experiment: Experiment, parts: Parts | None = None) -> None:
        self.parts = parts
        self.plans = experiment.plans
        self.baseline = experiment.baseline
        self.uncertain = experiment.uncertain
        self._index: dict[str, pd.MultiIndex] = {}
        self._values: dict[str, dict[int, Numbers]] = {world: {} for world in experiment.worlds}
        self._reported: dict[str, dict[int, Flags]] = {world: {} for world in experiment.worlds}
        self._ran: dict[int, Flags] = {}
        self._courses: dict[str, _Course] = {}
        self._offers: list[pd.DataFrame] = []

    @property
    def replications(self) -> int:
        return len(self._values["stated"])

    def add(self, replication: Replication) -> None:
        """Take in one replication, or those plans of it that were left out before (`experiments.best_plan`).

        The first one has every plan; each later one must report the same measures for the plans it has. Returns are
        known only where the baseline was run too.
        """
        number = replication.number
        made = set(replication.periods["plan"])
        self._ran[number] = self._ran.get(number, False) | np.array([plan in made for plan in self.plans])
        for world, table in replication.periods.groupby("world", sort=False):
            values = table.set_index(["plan", "period", "measure"])["value"]
            reported = pd.MultiIndex.from_tuples(values.index.tolist())
            index = self._index.setdefault(str(world), reported)
            row = self._values[str(world)].setdefault(number, np.full(len(index), np.nan))
            there = self._reported[str(world)].setdefault(number, np.zeros(len(index), np.bool_))
            places = index.get_indexer(reported) if index is not reported else np.arange(len(index))
            if (places < 0).any() or self._missing(index, reported, places):
                raise RehearsalError(f"replication {number} reports other measures than the first one")
            row[places] = values.to_numpy(dtype=np.float64)
            there[places] = True
        for plan, table in replication.daily.groupby("plan", sort=False):
            self._add_course(str(plan), table)
        if self.parts is not None:
            self.parts.add(replication)
        if len(replication.offers.columns):  # none where the baseline was left out
            self._offers.append(replication.offers.assign(replication=number))

    @staticmethod
    def _missing(index: pd.MultiIndex, reported: pd.MultiIndex, places: NDArray[np.intp]) -> bool:
        """Whether a plan that was run lacks something it reported the first time."""
        if len(places) == len(index):
            return False
        expected = index.delete(places)
        lacking = expected.get_level_values(0).isin(reported.get_level_values(0).unique())
        return not set(expected[lacking].get_level_values(2)) <= set(RETURNS)

    @property
    def ran(self) -> Flags:
        """Which plans each replication has, shape (replications, plans)."""
        return np.array(list(self._ran.values()))

    @property
    def shared(self) -> int:
        """Replications that have every plan."""
        return int(self.ran.all(axis=1).sum())

    @property
    def periods(self) -> list[str]:
        """Periods every plan reports, in their order."""
        return list(dict.fromkeys(self._index["stated"].get_level_values(1)))

    @property
    def measures(self) -> list[str]:
        """Measures reported, in their order."""
        return list(dict.fromkeys(self._index["stated"].get_level_values(2)))

    def reported_in(self, period: str) -> set[str]:
        """The measures that some plan reports in a period."""
        index = self._index["stated"]
        return set(index.get_level_values(2)[index.get_level_values(1) == period])

    def reported(self, measure: str, period: str) -> Flags:
        """Which replications report a measure of which plan at the stated values, shape (replications, plans)."""
        if measure not in RETURNS:
            return self.ran
        wanted = pd.MultiIndex.from_tuples([(plan, period, measure) for plan in self.plans])
        places = self._index["stated"].get_indexer(wanted)
        return np.asarray((places >= 0) & np.array(list(self._reported["stated"].values()))[:, places])

    def values(self, measure: str, period: str, world: World = "stated") -> Numbers:
        """One measure of one period, shape (replications, plans), plans in the experiment's order.

        NaN for a plan that does not have the measure, such as a standard that only another plan sets, and where a plan
        was not run (see `ran`).
        """
        wanted = pd.MultiIndex.from_tuples([(plan, period, measure) for plan in self.plans])
        places = self._index[world].get_indexer(wanted)
        rows = np.array(list(self._values[world].values()))
        return np.where(places >= 0, rows[:, places], np.nan)

    def all_values(self) -> pd.DataFrame:
        """Everything tidy: world, replication, plan, period, measure, value."""
        tables = []
        for world, rows in self._values.items():
            index = self._index[world].to_frame(index=False, name=["plan", "period", "measure"])
            for number, row in rows.items():
                table = index.assign(world=world, replication=number, value=row)
                tables.append(table[self._reported[world][number]])
        stacked = pd.concat(tables, ignore_index=True)
        return stacked[["world", "replication", "plan", "period", "measure", "value"]]

    def daily(self) -> pd.DataFrame:
        """Mean course of daily measures, 95 % interval: plan, day, date, period, measure, mean, low, high."""
        tables = []
        for plan, course in self._courses.items():
            half = np.full_like(course.mean, np.nan)
            if course.count > 1:
                scale = t_quantile(course.count) / sqrt(course.count * (course.count - 1))
                half = scale * np.sqrt(course.squares)
            for column, measure in enumerate(course.measures):
                mean, width = course.mean[:, column], half[:, column]
                band = pd.DataFrame({"mean": mean, "low": mean - width, "high": mean + width})
                tables.append(pd.concat([course.calendar.assign(plan=plan, measure=measure), band], axis=1))
        return pd.concat(tables, ignore_index=True)[["plan", *CALENDAR, "measure", "mean", "low", "high"]]

    def offers(self) -> pd.DataFrame:
        """What the offers did in each replication, at the stated values."""
        table = pd.concat(self._offers, ignore_index=True)
        return table[table["world"] == "stated"].drop(columns="world")

    def _add_course(self, plan: str, table: pd.DataFrame) -> None:
        """One more course of a plan; a measure that only plans left out of this replication have is undefined."""
        measures = [name for name in table.columns if name not in ("world", "plan", *CALENDAR)]
        if plan not in self._courses:
            calendar = table[list(CALENDAR)].reset_index(drop=True)
            nothing = np.zeros((len(table), len(measures)))
            self._courses[plan] = _Course(calendar, measures, nothing, nothing)
        course = self._courses[plan]
        lost = [place for place, name in enumerate(course.measures) if name not in table.columns]
        if not set(measures) <= set(course.measures) or not np.isnan(course.mean[:, lost]).all():
            raise RehearsalError(f"plan '{plan}' reports other daily measures than in the first replication")
        course.add(table.reindex(columns=course.measures).to_numpy(dtype=np.float64))
