"""Runs at many points: the same plans, with the same luck, under other values of what is varied.

In go points (what stands at which path, which quantile of its range each assumption takes); out come arrays of the
measures wanted, points x replications x plans. Sweeps, sensitivity, optimisation, stress tests and discovery differ
only in the points they ask for and in what they make of the arrays.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.assumptions.factors import Factor
from experiments.comparing.observers import Observer
from experiments.comparing.periods import chosen_period
from experiments.design import Run, Trial, Trials, drawn_quantiles
from experiments.engines.runner import Evaluator, Progress, ignore_progress
from experiments.paired import Replication
from experiments.report.measures import known_measures
from experiments.storage.register import registered
from sim.errors import RequestError
from sim.measures import Measure
from sim.scenario.load import Scenario
from sim.scenario.refusal import did_you_mean

Numbers = NDArray[np.float64]


Befalling = Callable[[str, Mapping[str, float]], Mapping[str, Any]]
"""From a plan and the quantiles of its world to what is set in its document."""


@dataclass(frozen=True)
class Point:
    """One setting of what a study varies: values by path for levers, quantiles in (0, 1) by path for assumptions.

    ``befalls`` sets what depends on the plan's own numbers, such as a shock that makes a rate a third higher.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    quantiles: Mapping[str, float] = field(default_factory=dict)
    befalls: Befalling | None = None


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
    points and for all plans. ``observer`` looks at more of each run than its period measures.
    """

    scenario: Scenario
    plans: tuple[str, ...]
    seed: int
    levers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    uncertain: bool = False
    observer: Observer | None = None

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
            if self.uncertain:
                documents.clear()  # every replication has its own world
            return self._trial(documents, points[number], number, replications[turn], first)

        return Trials(len(points) * len(replications), make)

    def trials_along(self, points: Sequence[Point], replications: Sequence[int]) -> Trials:
        """Each point in a replication of its own: worlds, each with its luck."""
        return Trials(len(points), lambda place: self._trial({}, points[place], place, replications[place], 0))

    def _trial(
        self, known: dict[tuple[int, str], str], point: Point, number: int, replication: int, first: int
    ) -> Trial:
        baseline = self.scenario.baseline
        runs = tuple(
            Run(plan, "stated", self._document(known, plan, point, number, replication), self.seed, replication,
                is_baseline=plan == baseline)
            for plan in sorted(self.plans, key=lambda plan: plan != baseline)
        )  # fmt: skip
        return Trial(runs, first + number, only_periods=True, observer=self.observer)

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
            if point.befalls is not None:
                settings |= point.befalls(plan, quantiles)
            known[number, plan] = self.scenario.canonical(plan, quantiles, settings)
        return known[number, plan]


Wanted = str | tuple[str, str]
"""A measure, in the period the study looks at or in the one named with it."""


@dataclass(frozen=True)
class Outcomes:
    """What the runs of a study came to: for each measure an array (points, replications, plans), NaN where undefined.

    ``period`` is the part of the run measured where a measure names none; ``measures`` has title, unit and direction.
    """

    plans: tuple[str, ...]
    period: str
    measures: Mapping[str, Measure]
    values: Mapping[Wanted, Numbers]

    def of(self, measure: Wanted, plan: str) -> Numbers:
        """One measure of one plan, shape (points, replications)."""
        return self.values[measure][:, :, self.plans.index(plan)]

    def table(self) -> pd.DataFrame:
        """Everything tidy: point, replication, plan, measure, value, period."""
        tables = []
        for measure, values in self.values.items():
            places = np.indices(values.shape).reshape(3, -1)
            table = pd.DataFrame({"point": places[0], "replication": places[1]})
            table["plan"] = np.array(self.plans, dtype=object)[places[2]]
            table["measure"], table["value"] = measure if isinstance(measure, str) else measure[0], values.ravel()
            table["period"] = self.period if isinstance(measure, str) else measure[1]
            tables.append(table.astype({"plan": "str", "measure": "str", "period": "str"}))
        return pd.concat(tables, ignore_index=True)


def outcomes(
    study: Study,
    points: Sequence[Point],
    replications: Sequence[int],
    wanted: Sequence[Wanted],
    engine: Evaluator,
    period: str | None = None,
    progress: Progress = ignore_progress,
) -> Outcomes:
    """Run every point in every replication and keep the measures ``wanted``.

    Raises `RequestError` for a measure or a period the runs do not report, `RunFailedError` for a run that fails.
    """
    if not points or not replications:
        raise RequestError("a study needs at least one point and one replication")
    turns = {number: turn for turn, number in enumerate(replications)}
    trials = study.trials(points, replications)
    return _gathered(study, trials, points, turns, wanted, engine, period, progress)


def outcomes_along(
    study: Study,
    points: Sequence[Point],
    wanted: Sequence[Wanted],
    engine: Evaluator,
    period: str | None = None,
    progress: Progress = ignore_progress,
) -> Outcomes:
    """Run point i in replication i, so that each world has its own luck; arrays are (points, 1, plans)."""
    if not points:
        raise RequestError("a study needs at least one point")
    trials = study.trials_along(points, range(len(points)))
    return _gathered(study, trials, points, None, wanted, engine, period, progress)


def _gathered(
    study: Study,
    trials: Trials,
    points: Sequence[Point],
    turns: Mapping[int, int] | None,
    wanted: Sequence[Wanted],
    engine: Evaluator,
    period: str | None,
    progress: Progress,
) -> Outcomes:
    """The values of the trials in their places: by point, and by replication where ``turns`` numbers these."""
    wanted = tuple(dict.fromkeys(wanted))
    values = np.full((len(wanted), len(points), 1 if turns is None else len(turns), len(study.plans)), np.nan)
    measures: dict[str, Measure] = {}
    settings = [{**point.settings, **point.quantiles} for point in points]
    with registered(trials, engine.store, study.scenario.name, settings) as noted:
        for replication in engine.evaluate(noted, progress):
            if not measures:
                reported = list(dict.fromkeys(replication.periods["period"]))
                period = chosen_period(reported, period)
                for _, named in (each for each in wanted if not isinstance(each, str)):
                    chosen_period(reported, named)
                measures = _measures(study, replication, wanted)
            turn = 0 if turns is None else turns[replication.number]
            values[:, replication.point, turn] = _values(study, replication, wanted, str(period))
    return Outcomes(study.plans, str(period), measures, dict(zip(wanted, values, strict=True)))


def primary_measure(scenario: Scenario) -> str:
    """The measure the scenario's verdict is about."""
    return scenario.document(scenario.baseline).experiment.primary_measure


def _measures(study: Study, replication: Replication, wanted: Sequence[Wanted]) -> dict[str, Measure]:
    reported = list(dict.fromkeys(replication.periods["measure"]))
    known = known_measures([study.scenario.document(plan) for plan in study.plans], reported)
    if study.observer is not None:
        known |= study.observer.measures
    names = [each if isinstance(each, str) else each[0] for each in wanted]
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known, otherwise=f"it has {', '.join(known)}")
            raise RequestError(f"scenario {study.scenario.name} reports no measure '{name}'{hint}")
    return {name: known[name] for name in names}


def _values(study: Study, replication: Replication, wanted: Sequence[Wanted], period: str) -> Numbers:
    """Shape (measures, plans)."""
    found = replication.periods.set_index(["period", "measure", "plan"])["value"]
    keys = [(period, each) if isinstance(each, str) else (each[1], each[0]) for each in wanted]
    places = found.index.get_indexer(pd.MultiIndex.from_tuples([(*key, plan) for key in keys for plan in study.plans]))
    picked = np.where(places >= 0, found.to_numpy(np.float64)[places], np.nan)
    return np.asarray(picked.reshape(len(wanted), len(study.plans)))
