"""Runs at many points: the same plans, with the same luck, under other values of what is varied.

In go points (what stands at which path, which quantile of its range each assumption takes); out come arrays of the
measures wanted, points x replications x plans. Sweeps, sensitivity, optimisation, stress tests and discovery differ
only in the points they ask for and in what they make of the arrays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.design import Run, Trial, Trials, drawn_quantiles
from experiments.factors import Factor
from experiments.paired import Replication
from experiments.periods import chosen_period
from experiments.register import registered
from experiments.report.measures import known_measures
from experiments.runner import Evaluator, Progress, ignore_progress
from sim.errors import RequestError
from sim.measures import Measure
from sim.scenario.load import Scenario
from sim.scenario.refusal import nearest

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Point:
    """One setting of what a study varies: values by path for levers, quantiles in (0, 1) by path for assumptions."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    quantiles: Mapping[str, float] = field(default_factory=dict)


def point_at(factors: Sequence[Factor], quantiles: Sequence[float]) -> Point:
    """The point at which every factor stands at its quantile."""
    at = list(zip(factors, (float(each) for each in quantiles), strict=True))
    return Point(
        settings={factor.path: factor.at(each) for factor, each in at if factor.kind == "lever"},
        quantiles={factor.path: each for factor, each in at if factor.kind == "assumption"},
    )


@dataclass(frozen=True)
class Study:
    """Plans at points.

    ``levers`` says in which plans a path of the points' settings is set; a path that is not named is set wherever it
    can be. ``uncertain``: every assumption that a point leaves alone is drawn anew in each replication, the same at all
    points and for all plans.
    """

    scenario: Scenario
    plans: tuple[str, ...]
    seed: int
    levers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    uncertain: bool = False

    @classmethod
    def of(
        cls,
        scenario: Scenario,
        factors: Sequence[Factor],
        plans: Sequence[str] | None = None,
        *,
        seed: int | None = None,
        uncertain: bool = False,
    ) -> Self:
        """The study of some factors; all plans of the scenario when none are named. Raises for unknown plans."""
        for plan in plans or ():
            scenario.document(plan)
        used = scenario.document(scenario.baseline).seed if seed is None else seed
        chosen = tuple(plan for plan in scenario.plans if plans is None or plan in plans)
        paths = [factor.path for factor in factors]
        for path in paths:
            if paths.count(path) > 1:
                raise RequestError(f"{path} is varied twice")
        levers = {factor.path: factor.plans for factor in factors if factor.kind == "lever"}
        for path, where in levers.items():
            if not set(where) & set(chosen):
                raise RequestError(f"{path} is set in none of the plans studied; {', '.join(where)} have it")
        return cls(scenario, chosen, used, levers, uncertain)

    def trials(self, points: Sequence[Point], replications: Sequence[int], first: int = 0) -> Trials:
        """Every point in the first replication, then every point in the next, so that what is the same is near.

        Trials are numbered by their point, from ``first`` on.
        """
        documents: dict[tuple[int, str], str] = {}

        def make(place: int) -> Trial:
            turn, number = divmod(place, len(points))
            replication = replications[turn]
            if self.uncertain:
                documents.clear()  # every replication has its own world
            runs = tuple(
                Run(plan, "stated", self._document(documents, plan, points[number], number, replication), self.seed,
                    replication)
                for plan in self.plans
            )  # fmt: skip
            return Trial(runs, first + number, only_periods=True)

        return Trials(len(points) * len(replications), make)

    def _document(
        self, known: dict[tuple[int, str], str], plan: str, point: Point, number: int, replication: int
    ) -> str:
        if (number, plan) not in known:
            quantiles = dict(point.quantiles)
            if self.uncertain:
                quantiles = drawn_quantiles(self.seed, replication, list(self.scenario.assumptions())) | quantiles
            settings = {
                path: value
                for path, value in point.settings.items()
                if plan in (self.levers[path] if path in self.levers else self.scenario.plans_with(path))
            }
            known[number, plan] = self.scenario.canonical(plan, quantiles, settings)
        return known[number, plan]


@dataclass(frozen=True)
class Outcomes:
    """What the runs of a study came to: for each measure an array (points, replications, plans), NaN where undefined.

    ``period`` is the part of the run measured; ``measures`` has title, unit and direction of each.
    """

    plans: tuple[str, ...]
    period: str
    measures: Mapping[str, Measure]
    values: Mapping[str, Numbers]

    def of(self, measure: str, plan: str) -> Numbers:
        """One measure of one plan, shape (points, replications)."""
        return self.values[measure][:, :, self.plans.index(plan)]

    def table(self) -> pd.DataFrame:
        """Everything tidy: point, replication, plan, measure, value."""
        tables = []
        for measure, values in self.values.items():
            places = np.indices(values.shape).reshape(3, -1)
            table = pd.DataFrame({"point": places[0], "replication": places[1]})
            table["plan"] = np.array(self.plans, dtype=object)[places[2]]
            table["measure"], table["value"] = measure, values.ravel()
            tables.append(table.astype({"plan": "str", "measure": "str"}))
        return pd.concat(tables, ignore_index=True)


def outcomes(
    study: Study,
    points: Sequence[Point],
    replications: Sequence[int],
    wanted: Sequence[str],
    engine: Evaluator,
    period: str | None = None,
    progress: Progress = ignore_progress,
) -> Outcomes:
    """Run every point in every replication and keep the measures ``wanted``.

    Raises `RequestError` for a measure or a period the runs do not report, `RunFailedError` for a run that fails.
    """
    if not points or not replications:
        raise RequestError("a study needs at least one point and one replication")
    wanted = tuple(dict.fromkeys(wanted))
    values = np.full((len(wanted), len(points), len(replications), len(study.plans)), np.nan)
    turns = {number: turn for turn, number in enumerate(replications)}
    measures: dict[str, Measure] = {}
    settings = [{**point.settings, **point.quantiles} for point in points]
    with registered(study.trials(points, replications), engine.store, study.scenario.name, settings) as trials:
        for replication in engine.evaluate(trials, progress):
            if not measures:
                period = chosen_period(list(dict.fromkeys(replication.periods["period"])), period)
                measures = _measures(study, replication, wanted)
            values[:, replication.point, turns[replication.number]] = _values(study, replication, wanted, str(period))
    return Outcomes(study.plans, str(period), measures, dict(zip(wanted, values, strict=True)))


def primary_measure(scenario: Scenario) -> str:
    """The measure the scenario's verdict is about."""
    return scenario.document(scenario.baseline).experiment.primary_measure


def _measures(study: Study, replication: Replication, wanted: Sequence[str]) -> dict[str, Measure]:
    reported = list(dict.fromkeys(replication.periods["measure"]))
    known = known_measures([study.scenario.document(plan) for plan in study.plans], reported)
    for name in wanted:
        if name not in known:
            better = nearest(name, known)
            hint = f"; did you mean '{better}'?" if better else f"; it has {', '.join(known)}"
            raise RequestError(f"scenario {study.scenario.name} reports no measure '{name}'{hint}")
    return {name: known[name] for name in wanted}


def _values(study: Study, replication: Replication, wanted: Sequence[str], period: str) -> Numbers:
    """Shape (measures, plans)."""
    table = replication.periods[replication.periods["period"] == period]
    found = table.set_index(["measure", "plan"])["value"]
    places = found.index.get_indexer(pd.MultiIndex.from_product([wanted, study.plans]))
    picked = np.where(places >= 0, found.to_numpy(np.float64)[places], np.nan)
    return np.asarray(picked.reshape(len(wanted), len(study.plans)))
