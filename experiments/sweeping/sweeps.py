"""What happens when a number of the document is another: plans at many points, on the same luck.

In go a scenario, the paths to vary and a design; out comes a `Sweep`: at every point the mean of each measure under
each plan with its interval, the paired differences from the baseline and from the file as it stands, and which plan is
best where.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd

from experiments.assumptions.factors import Factor, assumptions_of, levers_of, requested
from experiments.comparing.breakdown import Text
from experiments.comparing.intervals import LEVEL, Interval, mean_interval, paired_interval, pairs, simultaneous
from experiments.engines.runner import Evaluator, Progress, engine, ignore_progress
from experiments.paired import made
from experiments.report.numbers import Style, style_of
from experiments.study import Numbers, Outcomes, Point, Study, outcomes, primary_measure
from experiments.sweeping.point_sets import PointSet, point_set
from sim.errors import RequestError, ScenarioError
from sim.scenario.document import Document
from sim.scenario.load import Scenario, load_scenario

REPLICATIONS = 10
MOST_RUNS = 10_000
"""Runs a sweep makes without being told that so many are meant."""


@dataclass(frozen=True)
class Best:
    """The best plan at a point, on one measure.

    ``lead``: how much better it is than the next plan, never negative in the mean; the limits allow for every pair of
    plans. ``sure``: better than each other plan, whatever the luck.
    """

    plan: str
    lead: Interval
    sure: bool


@dataclass(frozen=True)
class Sweep:
    """Plans at the points of a design.

    ``outcomes`` has the points of the design first; ``stated`` is the number of the point at which every path is as the
    file has it: one of the design's where they meet, else one more after them. ``written_in_file``: what the file has
    at each path, by plan. ``primary``: the measure that best points are judged by first.
    """

    scenario: str
    title: Text
    plans: Mapping[str, Text]
    baseline: str
    currency: str
    seed: int
    replications: int
    set: PointSet
    stated: int
    written_in_file: Mapping[str, Mapping[str, Any]]
    primary: str
    outcomes: Outcomes

    @property
    def measures(self) -> tuple[str, ...]:
        return tuple(self.outcomes.measures)

    def outcomes_point(self, point: int) -> Point:
        """What is set at a point: nothing where everything is as in the file."""
        return self.set.points[point] if point < len(self.set.points) else Point()

    @property
    def judged(self) -> tuple[str, ...]:
        """The measures of which more, or less, is better."""
        return tuple(name for name, measure in self.outcomes.measures.items() if measure.better != "neither")

    def mean(self, point: int, plan: str, measure: str) -> Interval:
        """Mean of a measure at a point, with its interval over replications."""
        return mean_interval(self.outcomes.of(measure, plan)[point])

    def difference(self, point: int, plan: str, measure: str) -> Interval:
        """Change from the baseline at the same point, on the same luck."""
        return paired_interval(self.outcomes.of(measure, plan)[point], self.outcomes.of(measure, self.baseline)[point])

    def change(self, point: int, plan: str, measure: str, level: float = LEVEL) -> Interval:
        """Change from the same plan with everything as the file has it, on the same luck."""
        values = self.outcomes.of(measure, plan)
        return paired_interval(values[point], values[self.stated], level)

    def best(self, point: int, measure: str) -> Best | None:
        """The plan that is best at a point; None where the measure is undefined, or has no better side."""
        if measure not in self.judged or len(self.plans) < 2:
            return None
        values = self.outcomes.values[measure][point]
        if not np.isfinite(values).all():
            return None
        score = values if self.outcomes.measures[measure].better == "higher" else -values
        order = np.argsort(-score.mean(axis=0), kind="stable").tolist()
        level = simultaneous(LEVEL, pairs(len(self.plans)))
        leads = [paired_interval(score[:, order[0]], score[:, other], level) for other in order[1:]]
        return Best(self.outcomes.plans[order[0]], leads[0], all(lead.low > 0.0 for lead in leads))

    def best_point(self, measure: str, plan: str | None = None) -> tuple[int, str] | None:
        """The point of the design and the plan with the best mean; of one plan where it is named."""
        if measure not in self.judged:
            return None
        means = self.outcomes.values[measure][: len(self.set.points)].mean(axis=1)
        score = means if self.outcomes.measures[measure].better == "higher" else -means
        if plan is not None:
            mine = np.arange(len(self.plans)) == self.outcomes.plans.index(plan)
            score = np.where(mine, score, np.nan)
        if not np.isfinite(score).any():
            return None
        place, at = np.unravel_index(int(np.nanargmax(score)), score.shape)
        return int(place), self.outcomes.plans[int(at)]

    def not_surely_worse(self, measure: str) -> int:
        """How many points of the design, each with its best plan, chance could still put before the best one."""
        found = self.best_point(measure)
        if found is None or self.replications < 2:
            return len(self.set.points) - 1
        sign = 1.0 if self.outcomes.measures[measure].better == "higher" else -1.0
        values = sign * self.outcomes.values[measure][: len(self.set.points)]
        top = values[found[0], :, self.outcomes.plans.index(found[1])]
        level = simultaneous(LEVEL, len(self.set.points) - 1)
        close = 0
        for point in range(len(self.set.points)):
            if point == found[0] or not np.isfinite(values[point]).all():
                continue
            other = values[point][:, int(values[point].mean(axis=0).argmax())]
            close += not paired_interval(top, other, level).low > 0.0
        return close

    def style(self, measure: str) -> Style:
        """How to write a measure."""
        sizes = np.abs(self.outcomes.values[measure].mean(axis=1))
        largest = float(np.nanmax(sizes)) if np.isfinite(sizes).any() else 0.0
        return style_of(self.outcomes.measures[measure], largest, self.currency)

    @cached_property
    def points(self) -> pd.DataFrame:
        """The points: point, stated, then a column a path with what is written there, as text."""
        rows = [list(map(str, each)) for each in self.set.written]
        if self.stated == len(rows):
            rows.append(["as in the file"] * len(self.set.factors))
        table = pd.DataFrame(rows, columns=[factor.path for factor in self.set.factors]).astype("str")
        table.insert(0, "stated", np.arange(len(rows)) == self.stated)
        table.insert(0, "point", np.arange(len(rows)))
        return table

    @cached_property
    def means(self) -> pd.DataFrame:
        """Point, plan, measure, mean, low, high; and the paired change from the baseline and from the file."""
        rows = []
        for measure in self.measures:
            for point in range(len(self.points)):
                for plan in self.plans:
                    found = (self.mean, self.difference, self.change)
                    intervals = [each(point, plan, measure) for each in found]
                    rows.append((point, plan, measure, *(x for each in intervals for x in _limits(each))))
        names = [f"{of}{end}" for of in ("", "from_baseline_", "from_file_") for end in ("mean", "low", "high")]
        return pd.DataFrame(rows, columns=["point", "plan", "measure", *names]).astype(
            {"plan": "str", "measure": "str"}
        )

    @cached_property
    def best_plans(self) -> pd.DataFrame:
        """Point, measure, best plan, its lead on the next (mean, low, high), and whether it is sure."""
        rows = []
        for measure in self.judged:
            for point in range(len(self.points)):
                best = self.best(point, measure)
                if best is not None:
                    rows.append((point, measure, best.plan, *_limits(best.lead), best.sure))
        columns = ["point", "measure", "plan", "lead_mean", "lead_low", "lead_high", "sure"]
        return pd.DataFrame(rows, columns=columns).astype({"measure": "str", "plan": "str"})

    def __str__(self) -> str:
        from experiments.report.sweep_text import sweep_text

        return sweep_text(self)


def sweep(
    scenario: Scenario | str | Path,
    vary: Sequence[str | Factor] | None = None,
    *,
    assumptions: bool = False,
    design: str | None = None,
    points: int | None = None,
    measures: Sequence[str] | None = None,
    plans: Sequence[str] | None = None,
    replications: int = REPLICATIONS,
    most: int = MOST_RUNS,
    seed: int | None = None,
    workers: int | None = 1,
    cluster: str | None = None,
    out: Path | str | None = None,
    period: str | None = None,
    progress: Progress = ignore_progress,
) -> Sweep:
    """Run plans at the points of a design.

    ``vary``: paths with their values, such as ``service.stations.counter.staff=2..8``; the levers of the file when left
    out. ``assumptions``: vary the assumed and masked ranges instead, all of them or the paths in ``vary``. ``design``,
    ``points``: see `experiments.sweeping.point_sets`. ``measures``: the primary one of the file when left out.
    ``plans``: all when left out. ``most``: runs beyond which the sweep is refused, with how long it would take.
    ``workers``, ``out``, ``period``: as for `compare`.

    Raises `ScenarioError` for a wrong file, `RequestError` for an impossible request, `RunFailedError` when a run
    fails.
    """
    if not isinstance(scenario, Scenario):
        scenario = load_scenario(scenario)
    factors = factors_of(scenario, vary, assumptions)
    study = Study.of(scenario, factors, plans, seed=seed)
    chosen = point_set(factors, design, points, study.seed)
    with engine(workers, out, cluster) as working:
        return swept(study, chosen, working, measures, replications, most, period, progress)


def factors_of(scenario: Scenario, vary: Sequence[str | Factor] | None, assumptions: bool) -> tuple[Factor, ...]:
    """What a request varies."""
    if assumptions:
        paths = [each.path if isinstance(each, Factor) else each for each in vary] if vary else None
        for path in paths or ():
            if "=" in path:
                raise RequestError(
                    f"'{path}': an assumption has the range the file gives it; write the path alone, or leave out "
                    "--assumptions"
                )
        return assumptions_of(scenario, paths)
    if vary:
        return tuple(each if isinstance(each, Factor) else requested(scenario, each) for each in vary)
    found = levers_of(scenario)
    if not found:
        raise RequestError(
            f"scenario {scenario.name} names no levers under experiment.levers: say what to vary, such as "
            "--vary service.stations.counter.staff=2..8, or --assumptions"
        )
    return found


def swept(
    study: Study,
    chosen: PointSet,
    working: Evaluator,
    measures: Sequence[str] | None = None,
    replications: int = REPLICATIONS,
    most: int = MOST_RUNS,
    period: str | None = None,
    progress: Progress = ignore_progress,
) -> Sweep:
    """The sweep of a study at chosen points, by the evaluator given."""
    scenario = study.scenario
    if replications < 1:
        raise RequestError(f"{replications} replications: ask for at least 1, and 2 or more for intervals")
    points, stated = (*chosen.points, Point()), len(chosen.points)
    _check_size(study, points, replications, most, working)
    as_in_file = _documents(study, Point())
    same = [number for number, point in enumerate(chosen.points) if _documents(study, point) == as_in_file]
    if same:
        stated, points = same[0], chosen.points
    wanted = tuple(dict.fromkeys(measures or (primary_measure(scenario),)))
    found = outcomes(study, points, range(replications), wanted, working, period, progress)
    document = scenario.document(scenario.baseline)
    return Sweep(
        scenario=scenario.name,
        title=scenario.title,
        plans={plan: scenario.plans[plan].title or plan for plan in study.plans},
        baseline=scenario.baseline if scenario.baseline in study.plans else study.plans[0],
        currency=document.currency,
        seed=study.seed,
        replications=replications,
        set=chosen,
        stated=stated,
        written_in_file={
            factor.path: {plan: scenario.written(plan, factor.path) for plan in study.plans if plan in factor.plans}
            for factor in chosen.factors
        },
        primary=wanted[0],
        outcomes=found,
    )


def _check_size(study: Study, points: Sequence[Point], replications: int, most: int, working: Evaluator) -> None:
    """Refuse more runs than are meant, and say how long they would take: one is made to know."""
    asked = len(points) * len(study.plans) * replications
    if asked <= most:
        return
    began = perf_counter()
    made(study.trials([Point()], [0])[0].runs[0], working.simulator, working.store)
    seconds = (perf_counter() - began) * asked
    raise RequestError(
        f"{len(points):,} points, {len(study.plans)} plans and {replications} replications are {asked:,} runs, about "
        f"{_duration(seconds)} in one process, and the most is {most:,}: take fewer, or allow them with --most {asked}"
    )


def _documents(study: Study, point: Point) -> list[Document]:
    """The plans' documents at a point; RequestError where values that may stand alone make no plan together."""
    try:
        return [study.scenario.document(plan, point.quantiles, _settings(study, plan, point)) for plan in study.plans]
    except ScenarioError as error:
        first = error.problems[0]
        at = ", ".join(f"{path} = {value}" for path, value in {**point.settings, **point.quantiles}.items())
        allowed = f"; {first.allowed}" if first.allowed else ""
        raise RequestError(f"no plan can have {at} together: {first.path}: {first.found}{allowed}") from None


def _settings(study: Study, plan: str, point: Point) -> dict[str, Any]:
    return {path: value for path, value in point.settings.items() if plan in study.levers[path]}


def _duration(seconds: float) -> str:
    for size, name in ((86_400.0, "days"), (3_600.0, "hours"), (60.0, "minutes")):
        if seconds >= 2.0 * size:
            return f"{seconds / size:,.0f} {name}"
    return f"{seconds:.0f} seconds"


def _limits(interval: Interval) -> tuple[float, float, float]:
    return interval.mean, interval.low, interval.high


def values_of(found: Sweep, measure: str, plan: str) -> Numbers:
    """One measure of one plan at the points of the design, shape (points, replications)."""
    return found.outcomes.of(measure, plan)[: len(found.set.points)]
