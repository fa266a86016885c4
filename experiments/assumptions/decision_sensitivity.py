"""Which assumption or lever the decision rests on: factors ranked by what they do to the lead of the best plan.

In go a scenario, what to vary and how much work to spend; out comes a `Sensitivity`: the swing of each factor alone,
and its index over the whole space by Morris screening or Sobol's shares of variance. Every row of the sample is a point
of the study and keeps its number from sample to index.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.assumptions.factors import Factor, assumptions_of, levers_of, requested
from experiments.assumptions.swings import Swing, end_quantiles, swing_of
from experiments.comparing.heading import Heading, heading
from experiments.comparing.intervals import Interval, mean_interval
from experiments.comparing.verdict import Judgement, judge
from experiments.engines.runner import Evaluator, Progress, engine, ignore_progress
from experiments.study import Outcomes, Point, Study, outcomes, point_at, primary_measure
from sim.errors import RequestError
from sim.measures import Measure
from sim.scenario.load import Scenario, load_scenario
from sim.scenario.refusal import did_you_mean, shown

Numbers = NDArray[np.float64]
Method = Literal["morris", "sobol", "one-at-a-time"]
Of = Literal["difference", "level"]

REPLICATIONS = 4
FEWEST = 2
SIZES: Mapping[str, int] = {"morris": 10, "sobol": 128, "one-at-a-time": 1}
MOST_POINTS = 1_000_000
MAIN_INDEX: Mapping[str, str] = {"morris": "mu_star", "sobol": "total"}


@dataclass(frozen=True)
class Sensitivity(Heading):
    """What a sensitivity analysis found.

    ``swings`` are in the order of what the factors do to the decision. ``indices``: outcome, path, index, value, low,
    high, luck. ``sample``: point, part (stated, end or design), path, quantile. ``values``: point, replication, plan,
    value of the measure. ``judgement`` is on the plans at the stated values, None where there is one plan only.
    ``outcome`` names what the swings and the first indices are of. ``elsewhere``: the share of design points at which
    another plan than the stated best one is best (NaN without a design or with one plan).
    """

    points: int
    period: str
    measure: Measure
    method: Method
    of: Of
    outcome: str
    contrast: tuple[str, str | None]
    level: float
    stated: Interval
    judgement: Judgement | None
    swings: tuple[Swing, ...]
    indices: pd.DataFrame
    sample: pd.DataFrame
    values: pd.DataFrame
    elsewhere: float

    def __str__(self) -> str:
        from experiments.report.sensitivity_text import sensitivity_text

        return sensitivity_text(self)


def sensitivity(
    scenario: Scenario | str | Path,
    vary: Sequence[str] = (),
    *,
    levers: bool = False,
    method: Method = "morris",
    size: int | None = None,
    of: Of = "difference",
    measure: str | None = None,
    plans: Sequence[str] | None = None,
    replications: int = REPLICATIONS,
    period: str | None = None,
    seed: int | None = None,
    workers: int | None = 1,
    cluster: str | None = None,
    out: Path | str | None = None,
    progress: Progress = ignore_progress,
) -> Sensitivity:
    """Rank factors by what they do to the decision.

    ``vary``: `PATH=2..8` for a lever, a bare path for an assumed number; ``levers`` adds those of the file; with
    neither, all assumed and masked numbers with a range. ``method`` and its ``size``: Morris and the number of
    trajectories, Sobol and the size of its base sample, or one at a time only. ``of``: the difference between best plan
    and runner-up, and of every plan from the baseline; or each plan's own level. ``measure``: the scenario's primary
    one when left out. Every point is run with the same ``replications``, whose mean is the outcome.

    Raises `RequestError` for an impossible request and for a measure that is undefined somewhere, `RunFailedError` for
    a run that fails.
    """
    if not isinstance(scenario, Scenario):
        scenario = load_scenario(scenario)
    factors = chosen_factors(scenario, vary, levers=levers)
    with engine(workers, out, cluster) as working:
        return analysed(
            scenario, factors, working, method=method, size=size, of=of, measure=measure, plans=plans,
            replications=replications, period=period, seed=seed, progress=progress,
        )  # fmt: skip


def chosen_factors(scenario: Scenario, vary: Sequence[str], *, levers: bool = False) -> tuple[Factor, ...]:
    """What is asked for; every assumed and masked number with a range when nothing is."""
    found: list[Factor] = []
    for text in vary:
        found += [requested(scenario, text)] if "=" in text else assumptions_of(scenario, [text.strip()])
    if levers:
        named = levers_of(scenario)
        if not named:
            raise RequestError("the file names no levers; add experiment.levers, or ask for PATH=2..8")
        found += named
    return tuple(found) if found else assumptions_of(scenario)


def analysed(
    scenario: Scenario,
    factors: Sequence[Factor],
    working: Evaluator,
    *,
    method: Method = "morris",
    size: int | None = None,
    of: Of = "difference",
    measure: str | None = None,
    plans: Sequence[str] | None = None,
    replications: int = REPLICATIONS,
    period: str | None = None,
    seed: int | None = None,
    progress: Progress = ignore_progress,
) -> Sensitivity:
    """The analysis of given factors, on an engine that is there; see `sensitivity`."""
    _check(method, of, size, replications, len(factors))
    study = Study.of(scenario, factors, plans, seed=seed)
    if of == "difference" and len(study.plans) < 2:
        raise RequestError("a difference needs two plans; with one, ask for its level (--of level)")
    wanted = measure or primary_measure(scenario)
    design = _design(method, [factor.path for factor in factors], size or SIZES[method], study.seed)
    rows = np.empty((0, len(factors))) if design is None else design.rows
    ends = [(place, quantile) for place, factor in enumerate(factors) for quantile in end_quantiles(factor)]
    points = [
        Point(),
        *(point_at([factors[place]], [quantile]) for place, quantile in ends),
        *(point_at(factors, row) for row in rows.tolist()),
    ]
    found = outcomes(study, points, range(replications), [wanted], working, period, progress)
    values = found.values[wanted]
    _check_defined(found, wanted, points)
    chosen = found.measures[wanted]
    better = chosen.better != "lower"
    judgement = judge(study.plans, values[0], higher_is_better=better) if len(study.plans) > 1 else None
    best = study.plans[0] if judgement is None else judgement.best
    contrast = (best, judgement.runner_up if judgement is not None and of == "difference" else None)
    at = (study.plans.index(best), None if contrast[1] is None else study.plans.index(contrast[1]))
    swings, place = [], 1
    for factor in factors:
        count = len(end_quantiles(factor))
        at_ends = values[place : place + count]
        swings.append(swing_of(scenario, factor, study.plans, values[0], at_ends, at, higher_is_better=better))
        place += count
    contrasts = _contrasts(scenario, study.plans, contrast, of)
    stated = values[0][:, at[0]] if at[1] is None else values[0][:, at[0]] - values[0][:, at[1]]
    return Sensitivity(
        **heading(scenario, study.plans, study.seed, replications),
        points=len(points),
        period=found.period,
        measure=chosen,
        method=method,
        of=of,
        outcome=_named(contrast),
        contrast=contrast,
        level=float(np.abs(values[0].mean(axis=0)).max()),
        stated=mean_interval(stated),
        judgement=judgement,
        swings=tuple(sorted(swings, key=_by_decision)),
        indices=_indices(design, study.plans, contrasts, values[place:]),
        sample=_sample(factors, ends, rows),
        values=found.table().drop(columns="measure"),
        elsewhere=_elsewhere(values[place:], at[0], better),
    )


def _check(method: str, of: str, size: int | None, replications: int, factors: int) -> None:
    for word, known, what in ((method, get_args(Method), "method"), (of, get_args(Of), "outcome")):
        if word not in known:
            hint = did_you_mean(word, known)
            raise RequestError(f"there is no {what} '{word}'; one of {', '.join(known)}{hint}")
    if replications < FEWEST:
        raise RequestError(f"{replications} replication cannot tell an effect from luck: ask for at least {FEWEST}")
    size = SIZES[method] if size is None else size
    if method == "sobol" and (size < 2 or size & (size - 1)):
        raise RequestError(f"a Sobol sample of {size}: ask for a power of two, such as 128")
    if method == "morris" and size < 2:
        raise RequestError(f"{size} trajectory shows no spread: ask for at least 2")
    if size * (factors + 2) > MOST_POINTS:
        raise RequestError(f"{size * (factors + 2):,} points are too many; ask for a smaller --size")


def _design(method: str, paths: Sequence[str], size: int, seed: int) -> Any:
    """The design of the method asked for; None for one at a time, which has nothing but its ends."""
    if method == "one-at-a-time":
        return None
    if find_spec("SALib") is None:
        raise RequestError(
            "Morris and Sobol need SALib: pip install 'rehearsal[sensitivity]', or ask for --method one-at-a-time"
        )
    from experiments.assumptions.screening import Screening
    from experiments.assumptions.variance_shares import VarianceShares

    return (Screening if method == "morris" else VarianceShares).of(paths, size, seed)


def _check_defined(found: Outcomes, wanted: str, points: Sequence[Point]) -> None:
    """An index over rows of which some are missing belongs to other factors than its name says: refused."""
    missing = np.argwhere(~np.isfinite(found.values[wanted]))
    if len(missing):
        place, turn, plan = (int(each) for each in missing[0])
        settings = {
            **points[place].settings,
            **{path: f"quantile {q:.3g}" for path, q in points[place].quantiles.items()},
        }
        where = ", ".join(f"{path} = {shown(value)}" for path, value in settings.items()) or "the stated values"
        raise RequestError(
            f"'{wanted}' is not defined in plan '{found.plans[plan]}' at point {place}, replication {turn} ({where}), "
            f"nor at {len(missing) - 1} other runs: no index can be made of it"
        )


def _contrasts(
    scenario: Scenario, plans: Sequence[str], contrast: tuple[str, str | None], of: Of
) -> list[tuple[str, str | None]]:
    """What indices are made of, the main outcome first."""
    if of == "level":
        others: list[tuple[str, str | None]] = [(plan, None) for plan in plans]
    elif scenario.baseline in plans:
        others = [(plan, scenario.baseline) for plan in plans if plan != scenario.baseline]
    else:
        others = []
    return list(dict.fromkeys([contrast, *others]))


def _named(contrast: tuple[str, str | None]) -> str:
    return contrast[0] if contrast[1] is None else f"{contrast[0]} - {contrast[1]}"


def _indices(
    design: Any, plans: Sequence[str], contrasts: Sequence[tuple[str, str | None]], values: Numbers
) -> pd.DataFrame:
    tables = []
    for contrast in contrasts if design is not None else ():
        plan, other = contrast
        outcome = values[:, :, plans.index(plan)]
        if other is not None:
            outcome = outcome - values[:, :, plans.index(other)]
        table: pd.DataFrame = design.indices(outcome)
        table.insert(0, "outcome", _named(contrast))
        tables.append(table)
    if not tables:
        return pd.DataFrame(columns=["outcome", "path", "index", "value", "low", "high", "luck"])
    return pd.concat(tables, ignore_index=True)


def _sample(factors: Sequence[Factor], ends: Sequence[tuple[int, float]], rows: Numbers) -> pd.DataFrame:
    """Which factor stands at which quantile and value at each point; a factor that is left as stated has no row."""
    table = [
        (1 + number, "end", factors[place].path, quantile, factors[place].at(quantile))
        for number, (place, quantile) in enumerate(ends)
    ]
    for number, row in enumerate(rows):
        table += [
            (1 + len(ends) + number, "design", factor.path, float(quantile), factor.at(float(quantile)))
            for factor, quantile in zip(factors, row, strict=True)
        ]
    columns = ["point", "part", "path", "quantile", "value"]
    return pd.DataFrame(table, columns=columns).astype({"value": "str", "part": "str", "path": "str"})


def _elsewhere(values: Numbers, best: int, higher_is_better: bool) -> float:
    if not len(values) or values.shape[2] < 2:
        return float("nan")
    means = values.mean(axis=1) * (1.0 if higher_is_better else -1.0)
    return float((means.argmax(axis=1) != best).mean())


def _by_decision(swing: Swing) -> tuple[bool, bool, float]:
    """First what changes the best plan, surely before perhaps, then by the size of the swing."""
    return not swing.turns, not swing.surely, -abs(swing.swing.mean)
