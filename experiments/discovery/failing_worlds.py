"""In which futures does a plan fail? Scenario discovery (Bryant & Lempert 2010).

In go a plan, what counts as failing, and how many worlds to draw from the assumed ranges; out come boxes of these
ranges in which the plan mostly fails, with how many of all failures they hold and how dense they are in them, and what
choosing each plan would be regretted by.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import qmc

from experiments.assumptions.factors import Factor, assumptions_of
from experiments.campaign_returns import Share, share_of
from experiments.discovery.prim import Box, as_good_by_chance, boxes, contained
from experiments.engines.runner import Progress, engine, ignore_progress
from experiments.search.constraints import Constraint, measure_named, requested_constraint
from experiments.study import Outcomes, Point, Study, outcomes_along, primary_measure
from sim.errors import RequestError
from sim.measures import Measure
from sim.scenario.load import Scenario, load_scenario
from sim.streams import Streams

Numbers = NDArray[np.float64]

WORLDS: Final = 200
FEWEST_WORLDS: Final = 50
SHUFFLES: Final = 99
CONVINCING: Final = 0.05
_GAIN: Final = "gain in "


@dataclass(frozen=True)
class Failing:
    """A plan fails where its measure, or its gain in it over the baseline, does not keep to a limit."""

    constraint: Constraint
    gain: bool

    def of(self, found: Outcomes, plan: str, baseline: str) -> NDArray[np.bool_]:
        """In which worlds the plan fails, shape (worlds,)."""
        name = self.constraint.measure.name
        value = found.of(name, plan)[:, 0]
        if self.gain:
            value = value - found.of(name, baseline)[:, 0]
        if not np.isfinite(value).all():
            raise RequestError(f"'{name}' is not known in every world, so it cannot say where a plan fails")
        return np.asarray(self.constraint.excess(value) > 0.0)


@dataclass(frozen=True)
class Limits:
    """What one assumption is inside a box, as the file writes it; None where the box is open to that side."""

    path: str
    low: Any
    high: Any
    lowest: Any
    highest: Any
    quasi_p: float


@dataclass(frozen=True)
class Region:
    """A box in the words of the file. ``held``: share of the box's worlds in which the plan fails (density)."""

    limits: tuple[Limits, ...]
    coverage: float
    held: Share
    box: Box


@dataclass(frozen=True)
class Discovery:
    """Where a plan fails.

    ``failed``: share of the worlds. ``chance``: how likely a box as good as the first is where luck scatters the
    failures (1 where there is no box); ``regions`` is empty when that is above `CONVINCING`. ``regrets``: plan, mean
    and greatest regret over the worlds, in the unit of the deciding measure. ``worlds``: a row a world: what each
    assumption was, whether the plan failed, each plan's value.
    """

    scenario: str
    title: str | Mapping[str, str]
    plan: str
    plans: Mapping[str, str | Mapping[str, str]]
    baseline: str
    currency: str
    seed: int
    failing: Failing
    measure: str
    measures: Mapping[str, Measure]
    failed: Share
    chance: float
    regions: tuple[Region, ...]
    regrets: pd.DataFrame
    worlds: pd.DataFrame
    factors: tuple[Factor, ...]

    def __str__(self) -> str:
        from experiments.report.discover_text import plain_text

        return plain_text(self)


def discover(
    scenario: Scenario | str | Path,
    plan: str,
    *,
    keeps: str | None = None,
    plans: Sequence[str] | None = None,
    worlds: int = WORLDS,
    seed: int | None = None,
    workers: int | None = 1,
    cluster: str | None = None,
    out: Path | str | None = None,
    progress: Progress = ignore_progress,
) -> Discovery:
    """In which worlds ``plan`` fails, of a Latin hypercube over every assumed or masked range, each with its own luck.

    ``keeps``: what it should keep to, such as `wait_p90 <= 15 min` or `gain in profit >= 0` (over the baseline); a gain
    in the deciding measure when left out. ``plans``: those whose regret is compared; this one and the baseline when
    left out.

    Raises `RequestError` for an impossible request, `RunFailedError` when a run fails.
    """
    if not isinstance(scenario, Scenario):
        scenario = load_scenario(scenario)
    if worlds < FEWEST_WORLDS:
        raise RequestError(f"{worlds} worlds are too few to tell where a plan fails: ask for at least {FEWEST_WORLDS}")
    factors = assumptions_of(scenario)
    names = [plan, *(plans or ())]
    for name in names:
        scenario.document(name)
    chosen = tuple(name for name in scenario.plans if name in names or name == scenario.baseline)
    used = scenario.document(scenario.baseline).seed if seed is None else seed
    study = Study(scenario, chosen, used)
    measure = primary_measure(scenario)
    quantiles = qmc.LatinHypercube(d=len(factors), rng=used).random(worlds)
    points = [Point(quantiles=dict(zip((f.path for f in factors), row, strict=True))) for row in quantiles.tolist()]
    failing = _failing(scenario, keeps, measure, plan)
    with engine(workers, out, cluster) as working:
        wanted = [measure, failing.constraint.measure.name]
        found = outcomes_along(study, points, wanted, working, None, progress)
    flags = failing.of(found, plan, scenario.baseline)
    space = np.column_stack([_coordinates(factor, quantiles[:, place]) for place, factor in enumerate(factors)])
    found_boxes = boxes(space, flags)
    chance = as_good_by_chance(space, flags, _shuffles(used, worlds)) if found_boxes else 1.0
    return Discovery(
        scenario=scenario.name,
        title=scenario.title,
        plan=plan,
        plans={name: scenario.plans[name].title or name for name in chosen},
        baseline=scenario.baseline,
        currency=scenario.document(plan).currency,
        seed=used,
        failing=failing,
        measure=measure,
        measures=found.measures,
        failed=share_of(int(flags.sum()), worlds),
        chance=chance,
        regions=tuple(_region(box, factors, flags, space) for box in found_boxes if chance <= CONVINCING),
        regrets=_regrets(found, measure),
        worlds=_worlds(factors, quantiles, flags, found, measure),
        factors=factors,
    )


def _failing(scenario: Scenario, keeps: str | None, measure: str, plan: str) -> Failing:
    if keeps is None:
        judged = measure_named(scenario, measure, [plan])
        return Failing(Constraint(judged, "at most" if judged.better == "lower" else "at least", 0.0), gain=True)
    words = keeps.strip()
    gain = words.startswith(_GAIN)
    if gain and plan == scenario.baseline:
        raise RequestError(f"'{plan}' is the baseline: it has no gain over itself")
    return Failing(requested_constraint(scenario, words.removeprefix(_GAIN), [plan]), gain)


def _shuffles(seed: int, worlds: int) -> Numbers:
    streams = Streams(seed, 0)
    return np.array([streams.numbers("shuffle", worlds, identity=str(number)) for number in range(SHUFFLES)])


def _coordinates(factor: Factor, quantiles: Numbers) -> Numbers:
    """Where the worlds lie along an assumption: whole numbers as they are, all else by the quantile of its range."""
    if not factor.whole:
        return quantiles
    return np.array([float(factor.at(each)) for each in quantiles.tolist()])


def _region(box: Box, factors: Sequence[Factor], flags: NDArray[np.bool_], space: Numbers) -> Region:
    inside = contained(space, box.limits)
    limits = tuple(_limits(factors[place], *box.limits[place], box.quasi_p[place]) for place in sorted(box.limits))
    return Region(limits, box.coverage, share_of(int(flags[inside].sum()), int(inside.sum())), box)


def _limits(factor: Factor, low: float, high: float, quasi_p: float) -> Limits:
    """The limits as the file writes the assumption."""

    def written(coordinate: float) -> Any:
        if not np.isfinite(coordinate):
            return None
        return int(coordinate) if factor.whole else factor.at(coordinate)

    return Limits(factor.path, written(low), written(high), factor.low, factor.high, quasi_p)


def _regrets(found: Outcomes, measure: str) -> pd.DataFrame:
    """What choosing each plan loses against the best of each world (Savage 1951): mean and greatest."""
    values = found.values[measure][:, 0]
    score = values if found.measures[measure].better != "lower" else -values
    lost = score.max(axis=1, keepdims=True) - score
    return pd.DataFrame({"plan": found.plans, "mean": lost.mean(axis=0), "greatest": lost.max(axis=0)})


def _worlds(
    factors: Sequence[Factor], quantiles: Numbers, flags: NDArray[np.bool_], found: Outcomes, measure: str
) -> pd.DataFrame:
    table = pd.DataFrame({"world": np.arange(len(flags)), "fails": flags})
    for plan in found.plans:
        table[f"{measure}, {plan}"] = found.of(measure, plan)[:, 0]
    for place, factor in enumerate(factors):
        table[factor.path] = [str(factor.at(each)) for each in quantiles[:, place].tolist()]
    return table
