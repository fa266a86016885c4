"""In which futures does a plan fail? Scenario discovery (Bryant & Lempert 2010).

In go a plan, what counts as failing, and how many worlds to draw from the assumed ranges; out come boxes of these
ranges in which the plan mostly fails, with how many of all failures they hold and how dense they are in them, and what
choosing each plan would be regretted by.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import qmc

from experiments.campaign_returns import Share, share_of
from experiments.factors import Factor, assumptions_of
from experiments.intervals import expected_regret
from experiments.prim import Box, boxes
from experiments.runner import Progress, engine, ignore_progress
from experiments.study import Outcomes, Point, Study, outcomes_along, primary_measure
from sim.errors import RequestError
from sim.measures import Measure
from sim.scenario.load import Scenario, load_scenario
from sim.scenario.sourced import number_and_unit

Numbers = NDArray[np.float64]

WORLDS: Final = 200
FEWEST_WORLDS: Final = 50
_CONDITION = re.compile(r"\s*(?P<gain>gain\s+in\s+)?(?P<measure>[\w-]+)\s*(?P<sign><=|>=|<|>)\s*(?P<limit>.+?)\s*")


@dataclass(frozen=True)
class Failing:
    """When a plan fails: its measure, or its gain in it over the baseline, lies on the wrong side of a limit."""

    measure: str
    gain: bool
    below: bool
    limit: float

    def of(self, found: Outcomes, plan: str, baseline: str) -> NDArray[np.bool_]:
        """In which worlds the plan fails, shape (worlds,)."""
        value = found.of(self.measure, plan)[:, 0]
        if self.gain:
            value = value - found.of(self.measure, baseline)[:, 0]
        if not np.isfinite(value).all():
            raise RequestError(f"'{self.measure}' is not known in every world, so it cannot say where a plan fails")
        return np.asarray(value < self.limit if self.below else value > self.limit)


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

    ``failed``: share of the worlds. ``regrets``: plan, mean and greatest regret over the worlds, in the unit of the
    deciding measure. ``worlds``: a row a world: what each assumption was, whether the plan failed, each plan's value.
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
    fails: str | None = None,
    plans: Sequence[str] | None = None,
    worlds: int = WORLDS,
    seed: int | None = None,
    workers: int | None = 1,
    out: Path | str | None = None,
    progress: Progress = ignore_progress,
) -> Discovery:
    """In which worlds ``plan`` fails, of a Latin hypercube over every assumed or masked range, each with its own luck.

    ``fails``: `wait_p90 > 15 min` or `gain in profit < 0`; worse than the baseline in the deciding measure when left
    out. ``plans``: those whose regret is compared; this one and the baseline when left out.

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
    wanted = _condition(fails).measure if fails else measure
    with engine(workers, out) as working:
        found = outcomes_along(study, points, [measure, wanted], working, None, progress)
    failing = _failing(fails, found, scenario, plan, measure)
    flags = failing.of(found, plan, scenario.baseline)
    space = np.column_stack([_coordinates(factor, quantiles[:, place]) for place, factor in enumerate(factors)])
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
        regions=tuple(_region(box, factors, space, flags) for box in boxes(space, flags)),
        regrets=_regrets(found, measure),
        worlds=_worlds(factors, quantiles, flags, found, measure),
        factors=factors,
    )


def _condition(text: str) -> re.Match[str] | Any:
    raise NotImplementedError
