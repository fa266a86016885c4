"""How plans stand up to what may befall them: shocks alone, in pairs and by their likelihood.

In go a scenario and its shocks; out come what each shock does to each plan and to the choice between them, how likely
a plan is to overspend, to miss a standard or to do worse than the baseline, what its worst runs look like, how big a
shock it survives, and what to drop first when the budget is cut.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.campaign_returns import Share, share_of
from experiments.comparing.intervals import LEVEL, Interval, mean_interval, paired_interval, simultaneous
from experiments.comparing.periods import WHOLE
from experiments.comparing.verdict import Judgement, judge
from experiments.engines.runner import Progress, engine, ignore_progress
from experiments.report.measures import CARRIED_PROFIT
from experiments.stressing.break_even import BreakEven, break_evens
from experiments.stressing.cuts import Cut, cuts
from experiments.stressing.risk import (
    check_tail,
    conditional_value_at_risk_interval,
    value_at_risk,
)
from experiments.stressing.shocks import Shock, combined, shocks_of
from experiments.study import Outcomes, Point, Study, Wanted, outcomes, outcomes_along, primary_measure
from sim.errors import RequestError
from sim.measures import Measure
from sim.scenario.load import Scenario, load_scenario
from sim.streams import Streams

Numbers = NDArray[np.float64]

REPLICATIONS, DRAWS, TAIL = 10, 100, 0.05
MOST_IN_PAIRS: Final = 8
SPENT: Final[Wanted] = ("campaign_cost", WHOLE)
SATISFACTION: Final = "satisfaction"
NO_SHOCK: Final[tuple[str, ...]] = ()


@dataclass(frozen=True)
class Risk:
    """What a plan's futures look like when every shock happens by its likelihood.

    ``loss``: chance to do worse than the baseline on the deciding measure, None for the baseline itself.
    ``overspent``: chance to spend more than the budget, None without one. ``missed``: chance to miss each standard.
    ``at_risk``: level that the worst ``tail`` of the runs does not exceed; ``worst``: their mean, both of the deciding
    measure (Rockafellar & Uryasev 2000).
    """

    plan: str
    mean: Interval
    loss: Share | None
    overspent: Share | None
    missed: Mapping[str, Share]
    at_risk: float
    worst: Interval


@dataclass(frozen=True)
class Stress:
    """Plans under stress.

    ``undisturbed``: the deciding measure of each plan when nothing happens. ``effects``: shocks, plan, measure, mean,
    low, high: the change a shock (or two) makes, on the same luck. ``gains``: the same of plan less baseline on the
    deciding measure. ``interactions``: what two shocks do beyond the sum of each alone, with intervals that hold
    together. ``judgements``: which plan is best under each. ``futures``: every run drawn by likelihood.
    """

    scenario: str
    title: str | Mapping[str, str]
    plans: Mapping[str, str | Mapping[str, str]]
    baseline: str
    currency: str
    seed: int
    replications: int
    draws: int
    tail: float
    uncertain: bool
    measure: str
    measures: Mapping[str, Measure]
    shocks: tuple[Shock, ...]
    undisturbed: Mapping[str, Interval]
    effects: pd.DataFrame
    gains: pd.DataFrame
    interactions: pd.DataFrame
    judgements: Mapping[tuple[str, ...], Judgement]
    risks: tuple[Risk, ...]
    break_evens: tuple[BreakEven, ...]
    cuts: tuple[Cut, ...]
    futures: pd.DataFrame

    def __str__(self) -> str:
        from experiments.report.stress_text import plain_text

        return plain_text(self)


def stress(
    scenario: Scenario | str | Path,
    plans: Sequence[str] | None = None,
    *,
    shocks: Sequence[str] | None = None,
    replications: int = REPLICATIONS,
    draws: int = DRAWS,
    tail: float = TAIL,
    uncertain: bool = False,
    seed: int | None = None,
    workers: int | None = 1,
    cluster: str | None = None,
    out: Path | str | None = None,
    progress: Progress = ignore_progress,
) -> Stress:
    """Rehearse the plans under the scenario's shocks.

    ``shocks``: those named; all of the file when left out, and where it names none, the usual kinds with assumed sizes.
    ``replications``: of each shock alone and in pairs. ``draws``: futures in which every shock happens by its
    likelihood, the same for all plans. ``tail``: share of the runs that counts as bad. ``uncertain``: assumed numbers
    are drawn too.

    Raises `RequestError` for an impossible request, `RunFailedError` when a run fails.
    """
    if not isinstance(scenario, Scenario):
        scenario = load_scenario(scenario)
    if replications < 2 or draws < 2:
        raise RequestError("stress needs at least 2 replications and 2 draws to tell a shock from luck")
    check_tail(tail)
    chosen = shocks_of(scenario, shocks)
    study = _study(scenario, plans, seed, uncertain)
    measure = primary_measure(scenario)
    standards = [f"standard_{name}" for name in scenario.document(scenario.baseline).service.standards]
    wanted: list[Wanted] = list(dict.fromkeys([measure, CARRIED_PROFIT, SATISFACTION, *standards, SPENT]))
    cases = [NO_SHOCK, *((each.name,) for each in chosen)]
    if len(chosen) <= MOST_IN_PAIRS:
        cases += [tuple(pair) for pair in combinations([each.name for each in chosen], 2)]
    happening = [_happening(chosen, study.seed, number) for number in range(draws)]
    with engine(workers, out, cluster) as working:
        numbers = range(replications)
        found = outcomes(study, [_point(scenario, chosen, c) for c in cases], numbers, wanted, working, None, progress)
        points = [_point(scenario, chosen, each) for each in happening]
        futures = outcomes_along(study, points, wanted, working, found.period, progress)
        evens = break_evens(study, chosen, _gain_of(found, study), numbers, measure, working, progress)
        dropped = cuts(study, numbers, measure, working, progress)
    return Stress(
        scenario=scenario.name,
        title=scenario.title,
        plans={plan: scenario.plans[plan].title or plan for plan in study.plans},
        baseline=scenario.baseline,
        currency=scenario.document(scenario.baseline).currency,
        seed=study.seed,
        replications=replications,
        draws=draws,
        tail=tail,
        uncertain=uncertain,
        measure=measure,
        measures=found.measures,
        shocks=chosen,
        undisturbed={plan: mean_interval(found.of(measure, plan)[0]) for plan in study.plans},
        effects=_effects(found, cases),
        gains=_gains(found, cases, measure, scenario.baseline),
        interactions=_interactions(found, cases, measure),
        judgements={case: _judged(found, place, measure) for place, case in enumerate(cases)},
        risks=tuple(
            _risk(scenario, futures, happening, chosen, plan, measure, standards, tail) for plan in study.plans
        ),
        break_evens=evens,
        cuts=dropped,
        futures=_futures(futures, happening),
    )


def _study(scenario: Scenario, plans: Sequence[str] | None, seed: int | None, uncertain: bool) -> Study:
    study = Study.of(scenario, [], plans, seed=seed, uncertain=uncertain)
    if uncertain and not scenario.assumptions():
        raise RequestError("no number in this scenario is assumed or masked with a range: nothing to draw")
    chosen = tuple(plan for plan in scenario.plans if plan in study.plans or plan == scenario.baseline)
    return Study(scenario, chosen, study.seed, uncertain=uncertain)


def _point(scenario: Scenario, shocks: Sequence[Shock], names: Sequence[str]) -> Point:
    """The world in which these shocks befall every plan."""
    hitting = [shock for shock in shocks if shock.name in names]

    def befalls(plan: str, quantiles: Mapping[str, float]) -> Mapping[str, object]:
        return combined([shock.settings(scenario, plan, quantiles) for shock in hitting])

    return Point(befalls=befalls if hitting else None)


def _happening(shocks: Sequence[Shock], seed: int, number: int) -> tuple[str, ...]:
    """Which shocks happen in a future: each by its own likelihood and its own luck."""
    streams = Streams(seed, number)
    return tuple(
        each.name for each in shocks if float(streams.numbers("shock", 1, identity=each.name)[0]) < each.likelihood
    )


def _effects(found: Outcomes, cases: Sequence[tuple[str, ...]]) -> pd.DataFrame:
    rows = []
    for key, values in found.values.items():
        for place, case in enumerate(cases[1:], start=1):
            for plan in range(values.shape[2]):
                change = paired_interval(values[place, :, plan], values[0, :, plan])
                name = key if isinstance(key, str) else key[0]
                rows.append((" + ".join(case), found.plans[plan], name, change.mean, change.low, change.high))
    return pd.DataFrame(rows, columns=["shocks", "plan", "measure", "mean", "low", "high"])


def _gains(found: Outcomes, cases: Sequence[tuple[str, ...]], measure: str, baseline: str) -> pd.DataFrame:
    rows = []
    for place, case in enumerate(cases):
        for plan in found.plans:
            if plan != baseline:
                gain = paired_interval(found.of(measure, plan)[place], found.of(measure, baseline)[place])
                rows.append((" + ".join(case), plan, gain.mean, gain.low, gain.high))
    return pd.DataFrame(rows, columns=["shocks", "plan", "mean", "low", "high"])


def _interactions(found: Outcomes, cases: Sequence[tuple[str, ...]], measure: str) -> pd.DataFrame:
    """Effect of both less the effects of each: zero where shocks do not meet. All intervals hold together."""
    level = simultaneous(LEVEL, len(found.plans) * sum(len(case) == 2 for case in cases))
    places = {case: place for place, case in enumerate(cases)}
    rows = []
    for case, place in places.items():
        if len(case) != 2:
            continue
        for plan in found.plans:
            value = found.of(measure, plan)
            both = value[place] + value[0]
            each = value[places[case[:1]]] + value[places[case[1:]]]
            beyond = paired_interval(both, each, level)
            rows.append((" + ".join(case), plan, beyond.mean, beyond.low, beyond.high))
    return pd.DataFrame(rows, columns=["shocks", "plan", "mean", "low", "high"])


def _judged(found: Outcomes, place: int, measure: str) -> Judgement:
    better = found.measures[measure].better != "lower"
    return judge(found.plans, found.values[measure][place], higher_is_better=better)


def _gain_of(found: Outcomes, study: Study) -> dict[str, Interval]:
    """Gain of each plan over the baseline when nothing befalls it."""
    measure = primary_measure(study.scenario)
    base = found.of(measure, study.scenario.baseline)[0]
    return {
        plan: paired_interval(found.of(measure, plan)[0], base)
        for plan in study.plans
        if plan != study.scenario.baseline
    }


def _risk(
    scenario: Scenario,
    futures: Outcomes,
    happening: Sequence[tuple[str, ...]],
    shocks: Sequence[Shock],
    plan: str,
    measure: str,
    standards: Sequence[str],
    tail: float,
) -> Risk:
    value, base = (futures.of(measure, name)[:, 0] for name in (plan, scenario.baseline))
    better = futures.measures[measure].better != "lower"
    worse = value < base if better else value > base
    missed = {}
    document = scenario.document(plan)
    for name in standards:
        kept = futures.of(name, plan)[:, 0]
        standard = document.service.standards.get(name.removeprefix("standard_"))
        if standard is not None and np.isfinite(kept).all():
            missed[name] = share_of(int((kept < standard.share).sum()), len(kept))
    return Risk(
        plan=plan,
        mean=mean_interval(value),
        loss=None if plan == scenario.baseline else share_of(int(worse.sum()), len(worse)),
        overspent=_overspent(scenario, futures, happening, shocks, plan),
        missed=missed,
        at_risk=value_at_risk(value, tail, higher_is_better=better),
        worst=conditional_value_at_risk_interval(value, tail, higher_is_better=better),
    )


def _overspent(
    scenario: Scenario, futures: Outcomes, happening: Sequence[tuple[str, ...]], shocks: Sequence[Shock], plan: str
) -> Share | None:
    """Against the budget of each future: one that is cut is overspent sooner."""
    if scenario.document(plan).budget is None:
        return None
    cut = {}
    for case in dict.fromkeys(happening):
        settings = combined([shock.settings(scenario, plan) for shock in shocks if shock.name in case])
        budget = scenario.document(plan, settings=settings).budget
        assert budget is not None  # a shock changes a budget, it does not take it away
        cut[case] = float(budget.amount)
    limits = np.array([cut[case] for case in happening])
    spent = futures.of(SPENT, plan)[:, 0]
    return share_of(int((spent > limits).sum()), len(spent))


def _futures(futures: Outcomes, happening: Sequence[tuple[str, ...]]) -> pd.DataFrame:
    table = futures.table().drop(columns="replication").rename(columns={"point": "future"})
    names = pd.Series([" + ".join(case) for case in happening], dtype="str")
    table.insert(1, "shocks", names.to_numpy()[table["future"].to_numpy()])
    return table
