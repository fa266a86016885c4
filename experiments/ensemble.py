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
from pandas.api.types import union_categoricals

from experiments.courses import CALENDAR
from experiments.design import Experiment, World
from experiments.intervals import t_quantile
from experiments.paired import Replication
from sim.errors import RehearsalError

Numbers = NDArray[np.float64]
PLACE = ("plan", "period", "measure")
TABLES_HELD = 100


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
        self._places: dict[str, list[list[str]]] = {}
        self._values: dict[str, list[Numbers]] = {world: [] for world in experiment.worlds}
        """Blocks of rows, one row a replication; put together when they are asked for."""
        self._courses: dict[str, _Course] = {}
        self._offers: list[pd.DataFrame] = []

    @property
    def replications(self) -> int:
        return sum(len(rows) for rows in self._values["stated"])

    def add(self, replication: Replication) -> None:
        """Take in one replication; every one must report the same measures for every plan."""
        for world, table in replication.periods.groupby("world", sort=False):
            places = [table[name].tolist() for name in PLACE]
            if self._places.setdefault(str(world), places) != places:
                raise RehearsalError(f"replication {replication.number} reports other measures than the first one")
            if str(world) not in self._index:
                self._index[str(world)] = pd.MultiIndex.from_arrays(places)
            self._values[str(world)].append(table["value"].to_numpy(dtype=np.float64)[np.newaxis])
        for plan, table in replication.daily.groupby("plan", sort=False):
            self._add_course(str(plan), table)
        self._offers.append(replication.offers.assign(replication=replication.number))
        if len(self._offers) == TABLES_HELD:  # a table of a few rows takes as much memory as one of a hundred
            self._offers = [pd.concat(self._offers, ignore_index=True)]

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
        wanted = pd.MultiIndex.from_tuples([(plan, period, measure) for plan in self.plans])
        places = self._index[world].get_indexer(wanted)
        return np.where(places >= 0, self._rows(world)[:, places], np.nan)

    def all_values(self) -> pd.DataFrame:
        """Everything tidy: world, replication, plan, period, measure, value; the words are categories.

        Ten thousand runs have millions of rows, and a category takes a byte or two where a word takes eight.
        """
        tables = []
        for world in self._values:
            rows = self._rows(world)
            words = self._index[world].to_frame(index=False, name=list(PLACE)).astype(pd.CategoricalDtype())
            table = pd.DataFrame(
                {name: words[name].array.take(np.tile(np.arange(len(words)), len(rows))) for name in PLACE}
            )
            table["world"] = pd.Categorical([world]).take(np.zeros(len(table), dtype=np.intp))
            table["replication"] = np.repeat(np.arange(len(rows), dtype=np.int32), len(words))
            table["value"] = rows.ravel()
            tables.append(table)
        stacked = tables[0] if len(tables) == 1 else _stacked(tables)
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

    def _rows(self, world: str) -> Numbers:
        """All values of a world, shape (replications, plans x periods x measures)."""
        if len(self._values[world]) > 1:
            self._values[world] = [np.concatenate(self._values[world])]
        return self._values[world][0]

    def _add_course(self, plan: str, table: pd.DataFrame) -> None:
        measures = [name for name in table.columns if name not in ("world", "plan", *CALENDAR)]
        values = table[measures].to_numpy(dtype=np.float64)
        if plan in self._courses and self._courses[plan].measures != measures:
            raise RehearsalError(f"plan '{plan}' reports other daily measures than in the first replication")
        if plan not in self._courses:
            calendar = table[list(CALENDAR)].reset_index(drop=True)
            self._courses[plan] = _Course(calendar, measures, np.zeros_like(values), np.zeros_like(values))
        self._courses[plan].add(values)


def _stacked(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Tables one below the other, with words that only some of them have as categories of all."""
    words = ("world", *PLACE)
    shared = {name: union_categoricals([table[name] for table in tables]).categories for name in words}
    return pd.concat(
        [table.assign(**{name: table[name].cat.set_categories(shared[name]) for name in words}) for table in tables],
        ignore_index=True,
    )
