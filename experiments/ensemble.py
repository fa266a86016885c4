"""The replications of an experiment, reduced as they come in to what the comparison needs.

In goes one `Replication` at a time, in order; out come arrays (replications x plans) of any measure, and the mean
course of each daily measure with its band. Memory does not grow with the days of a run times the number of
replications.
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
from sim.errors import RehearsalError

Numbers = NDArray[np.float64]


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

    def __init__(self, experiment: Experiment) -> None:
        self.plans = experiment.plans
        self.baseline = experiment.baseline
        self.uncertain = experiment.uncertain
        self._index: dict[str, pd.MultiIndex] = {}
        self._places: dict[str, dict[tuple[str, str, str], int]] = {}
        self._values: dict[str, list[Numbers]] = {world: [] for world in experiment.worlds}
        self._courses: dict[str, _Course] = {}
        self._offers: list[pd.DataFrame] = []

    @property
    def replications(self) -> int:
        return len(self._values["stated"])

    def add(self, replication: Replication) -> None:
        """Take in one replication; every one must report the same measures for every plan."""
        for world, table in replication.periods.groupby("world", sort=False):
            values = table.set_index(["plan", "period", "measure"])["value"]
            if str(world) not in self._index:
                self._index[str(world)] = pd.MultiIndex.from_tuples(values.index.tolist())
                self._places[str(world)] = {key: place for place, key in enumerate(values.index.tolist())}
            if values.index.tolist() != list(self._places[str(world)]):
                raise RehearsalError(f"replication {replication.number} reports other measures than the first one")
            self._values[str(world)].append(values.to_numpy(dtype=np.float64))
        for plan, table in replication.daily.groupby("plan", sort=False):
            self._add_course(str(plan), table)
        self._offers.append(replication.offers.assign(replication=replication.number))

    @property
    def periods(self) -> list[str]:
        """Periods every plan reports, in their order."""
        return list(dict.fromkeys(self._index["stated"].get_level_values(1)))

    @property
    def measures(self) -> list[str]:
        """Measures reported, in their order."""
        return list(dict.fromkeys(self._index["stated"].get_level_values(2)))

    def values(self, measure: str, period: str, world: World = "stated") -> Numbers:
        """One measure of one period, shape (replications, plans), plans in the experiment's order.

        NaN for a plan that does not have the measure, such as a standard that only another plan sets.
        """
        found, rows = self._places[world], self._values[world]
        places = [found.get((plan, period, measure)) for plan in self.plans]
        return np.array([[np.nan if place is None else row[place] for place in places] for row in rows], np.float64)

    def all_values(self) -> pd.DataFrame:
        """Everything tidy: world, replication, plan, period, measure, value."""
        tables = []
        for world, rows in self._values.items():
            for number, row in enumerate(rows):
                table = self._index[world].to_frame(index=False, name=["plan", "period", "measure"])
                tables.append(table.assign(world=world, replication=number, value=row))
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
        measures = [name for name in table.columns if name not in ("world", "plan", *CALENDAR)]
        values = table[measures].to_numpy(dtype=np.float64)
        if plan in self._courses and self._courses[plan].measures != measures:
            raise RehearsalError(f"plan '{plan}' reports other daily measures than in the first replication")
        if plan not in self._courses:
            calendar = table[list(CALENDAR)].reset_index(drop=True)
            self._courses[plan] = _Course(calendar, measures, np.zeros_like(values), np.zeros_like(values))
        self._courses[plan].add(values)
