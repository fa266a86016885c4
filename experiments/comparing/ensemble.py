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

from experiments.comparing.courses import CALENDAR
from experiments.comparing.intervals import t_quantile
from experiments.comparing.parts import Parts
from experiments.comparing.plan_tables import MeanTables
from experiments.design import Experiment, World
from experiments.paired import Replication
from sim.errors import RehearsalError
from sim.measurement.of_document import RETURNS

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
Key = tuple[str, str, str]
"""Plan, period, measure."""
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

    def __init__(self, experiment: Experiment, parts: Parts | None = None) -> None:
        self.parts = parts
        self.plans = experiment.plans
        self.baseline = experiment.baseline
        self.uncertain = experiment.uncertain
        self._keys: dict[str, list[Key]] = {}
        self._places: dict[str, dict[Key, int]] = {}
        self._values: dict[str, dict[int, Numbers]] = {world: {} for world in experiment.worlds}
        self._reported: dict[str, dict[int, Flags]] = {world: {} for world in experiment.worlds}
        """Which values a replication has, where it was made for some of the plans only."""
        self._ran: dict[int, Flags] = {}
        self._courses: dict[str, _Course] = {}
        self._offers: list[pd.DataFrame] = []
        self._campaigns: list[pd.DataFrame] = []
        self._cost_lines: list[pd.DataFrame] = []
        self.tables = MeanTables()

    @property
    def replications(self) -> int:
        return len(self._values["stated"])

    def add(self, replication: Replication) -> None:
        """Take in one replication, or those plans of it that were left out before (`experiments.comparing.best_plan`).

        The first one has every plan; each later one must report the same measures for the plans it has. Returns are
        known only where the baseline was run too.
        """
        number = replication.number
        made = set(replication.periods["plan"])
        self._ran[number] = self._ran.get(number, False) | np.array([plan in made for plan in self.plans])
        for world, table in replication.periods.groupby("world", sort=False):
            self._add_values(str(world), number, table)
        for plan, table in replication.daily.groupby("plan", sort=False):
            self._add_course(str(plan), table)
        self.tables.add(replication.tables)
        if self.parts is not None:
            self.parts.add(replication)
        if len(replication.offers.columns):  # none where the baseline was left out
            self._offers.append(replication.offers.assign(replication=number))
        for tables, table in ((self._campaigns, replication.campaigns), (self._cost_lines, replication.cost_lines)):
            if len(table):
                tables.append(table.assign(replication=number))
        if len(self._offers) == TABLES_HELD:  # a table of a few rows takes as much memory as one of a hundred
            self._offers = [pd.concat(self._offers, ignore_index=True)]

    def _add_values(self, world: str, number: int, table: pd.DataFrame) -> None:
        keys: list[Key] = list(zip(*(table[name].tolist() for name in PLACE), strict=True))
        values = table["value"].to_numpy(dtype=np.float64)
        if world not in self._keys:
            self._keys[world], self._places[world] = keys, {key: place for place, key in enumerate(keys)}
        if keys == self._keys[world]:
            self._values[world][number] = values
            self._reported[world].pop(number, None)
            return
        places = [self._places[world].get(key, -1) for key in keys]
        missing = set(self._keys[world]) - set(keys)
        made = {plan for plan, _, _ in keys}
        if min(places) < 0 or any(plan in made and measure not in RETURNS for plan, _, measure in missing):
            raise RehearsalError(f"replication {number} reports other measures than the first one")
        row = self._values[world].setdefault(number, np.full(len(self._keys[world]), np.nan))
        there = self._reported[world].setdefault(number, np.zeros(len(row), np.bool_))
        row[places] = values
        there[places] = True

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
        return list(dict.fromkeys(period for _, period, _ in self._keys["stated"]))

    @property
    def measures(self) -> list[str]:
        """Measures reported, in their order."""
        return list(dict.fromkeys(measure for _, _, measure in self._keys["stated"]))

    def reported_in(self, period: str) -> set[str]:
        """The measures that some plan reports in a period."""
        return {measure for _, each, measure in self._keys["stated"] if each == period}

    def reported(self, measure: str, period: str) -> Flags:
        """Which replications report a measure of which plan at the stated values, shape (replications, plans)."""
        if measure not in RETURNS:
            return self.ran
        places = [self._places["stated"].get((plan, period, measure)) for plan in self.plans]
        flags = self._reported["stated"]
        rows = [flags.get(number) for number in self._values["stated"]]
        return np.array([[place is not None and (row is None or row[place]) for place in places] for row in rows])

    def values(self, measure: str, period: str, world: World = "stated") -> Numbers:
        """One measure of one period, shape (replications, plans), plans in the experiment's order.

        NaN for a plan that does not have the measure, such as a standard that only another plan sets, and for one that
        a replication was not made for.
        """
        places = [self._places[world].get((plan, period, measure)) for plan in self.plans]
        rows = self._values[world].values()
        return np.array([[np.nan if place is None else row[place] for place in places] for row in rows], np.float64)

    def all_values(self) -> pd.DataFrame:
        """Everything tidy: world, replication, plan, period, measure, value; the words are categories.

        Ten thousand runs have millions of rows, and a category takes a byte or two where a word takes eight.
        """
        words = {
            name: pd.CategoricalDtype(list(dict.fromkeys(key[place] for keys in self._keys.values() for key in keys)))
            for place, name in enumerate(PLACE)
        }
        worlds = pd.CategoricalDtype(list(self._keys))
        tables = []
        for world, rows in self._values.items():
            keys = pd.DataFrame(self._keys[world], columns=list(PLACE)).astype(words)
            there = [self._reported[world].get(number, np.ones(len(keys), np.bool_)) for number in rows]
            places = np.concatenate([np.flatnonzero(flags) for flags in there])
            table = pd.DataFrame({name: keys[name].array.take(places) for name in PLACE})
            table["world"] = pd.Categorical.from_codes(np.full(len(table), list(self._keys).index(world)), dtype=worlds)
            table["replication"] = np.repeat(np.array(list(rows), np.int32), [int(flags.sum()) for flags in there])
            table["value"] = np.concatenate([row[flags] for row, flags in zip(rows.values(), there, strict=True)])
            tables.append(table)
        stacked = pd.concat(tables, ignore_index=True)
        return stacked[["world", "replication", *PLACE, "value"]]

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

    def campaigns(self) -> pd.DataFrame:
        """What each campaign was measured to do in each replication, at the stated values (`comparing.lift`)."""
        return _stated(self._campaigns)

    def cost_lines(self) -> pd.DataFrame:
        """Estimate and actual of every cost line in each replication, at the stated values."""
        return _stated(self._cost_lines)

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


def _stated(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """The rows of the tables at the stated values; nothing where there are none."""
    if not tables:
        return pd.DataFrame()
    table = pd.concat(tables, ignore_index=True)
    return table[table["world"] == "stated"].drop(columns="world")
