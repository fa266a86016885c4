"""From the replications of an experiment to a `Comparison`: means, differences, the judgement and what it rests on."""

import json
import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.assumptions.flips import drawn_uniforms, flips
from experiments.comparing.best_plan import Selection, judgement_of
from experiments.comparing.breakdown import break_down
from experiments.comparing.comparison import Comparison, Support
from experiments.comparing.ensemble import Ensemble
from experiments.comparing.heading import heading
from experiments.comparing.incrementality import offer_summary
from experiments.comparing.intervals import (
    LEVEL,
    interval_with_assumptions,
    mean_interval,
    paired_interval,
    simultaneous,
)
from experiments.comparing.lift import campaign_summary, cost_summary
from experiments.comparing.objectives import Objectives, weigh
from experiments.comparing.plan_tables import MONEY, NAMED_BY
from experiments.comparing.verdict import Judgement, judge, undecided
from experiments.comparing.warm_up import WarmUp
from experiments.design import Experiment
from experiments.report.measures import CARRIED_PROFIT, WINDOW_PROFIT, known_measures, shown_measures
from sim.errors import RequestError
from sim.measures import Measure
from sim.money import digits
from sim.scenario.load import Assumption, Scenario

NUMBER = re.compile(r"\d+(\.\d+)?")


def summarise(
    scenario: Scenario,
    experiment: Experiment,
    ensemble: Ensemble,
    primary: str,
    period: str,
    *,
    objectives: Sequence[str] = (),
    simultaneously: bool = False,
    selection: Selection | None = None,
    warm_up: WarmUp | None = None,
) -> Comparison:
    """Everything a report needs, from the values of every replication.

    ``primary`` is the measure that decides, ``objectives`` those judged beside it; ``simultaneously`` asks for
    intervals of differences that are wide enough for all that are shown together.
    """
    measures = known_measures([scenario.document(plan) for plan in experiment.plans], ensemble.measures)
    there = ensemble.reported_in(period)
    of_period = {name: measure for name, measure in measures.items() if name in there}
    shown = shown_measures(of_period, lambda name: bool(np.nan_to_num(ensemble.values(name, period)).any()), primary)
    judgement = _judgement(ensemble, measures[primary], period)
    if judgement is not None and selection is not None:
        higher = measures[primary].better != "lower"
        judgement = judgement_of(selection, ensemble, period, higher_is_better=higher)
    if judgement is None:
        raise RequestError(f"'{primary}' is not known for every run in period '{period}', so it cannot decide")
    level = simultaneous(LEVEL, (len(experiment.plans) - 1) * len(shown)) if simultaneously else LEVEL
    found = _flips(experiment, ensemble, judgement, primary, period)
    return Comparison(
        **heading(scenario, experiment.plans, experiment.seed, ensemble.shared, experiment.baseline),
        uncertain=experiment.uncertain,
        period=period,
        primary=primary,
        measures=measures,
        shown=shown,
        means=_means(ensemble),
        differences=_differences(ensemble, period, level),
        values=ensemble.all_values(),
        daily=ensemble.daily(),
        offers=offer_summary(ensemble.offers()),
        campaigns=campaign_summary(ensemble.campaigns()),
        cost_lines=cost_summary(ensemble.cost_lines()),
        flips=found,
        provenance=scenario.sources,
        judgement=judgement,
        window=_judgement(ensemble, measures[WINDOW_PROFIT], period),
        carried=_judgement(ensemble, measures[CARRIED_PROFIT], period),
        undecided=tuple(
            question
            for measure in shown
            for plan in experiment.plans
            if (question := undecided(plan, measure, *_pair(ensemble, measure, period, plan))) is not None
        ),
        rests_on=_rests_on(scenario, experiment, found),
        level=level,
        simultaneous=simultaneously,
        selection=selection,
        objectives=_objectives(ensemble, measures, objectives, period),
        warm_up=warm_up,
        tables={
            name: _major(ensemble.tables.means(name), scenario.document(experiment.baseline).currency)
            for name in NAMED_BY
        },
        budgeted=tuple(plan for plan in experiment.plans if scenario.document(plan).budget is not None),
        targets={name: each for plan in experiment.plans for name, each in scenario.document(plan).targets.items()},
        breakdown=None
        if ensemble.parts is None
        else break_down(scenario, ensemble.parts, experiment.baseline, primary),
    )


def _major(table: pd.DataFrame, currency: str) -> pd.DataFrame:
    """Money of a table in major units; what a target is for is in its own unit already."""
    if "target" in table.columns:
        return table
    return table.assign(**{name: table[name] / 10 ** digits(currency) for name in table.columns if name in MONEY})


def _judgement(ensemble: Ensemble, measure: Measure, period: str) -> Judgement | None:
    """On the replications that all plans share."""
    stated = ensemble.values(measure.name, period)[ensemble.ran.all(axis=1)]
    drawn = ensemble.values(measure.name, period, "drawn") if ensemble.uncertain else None
    if not np.isfinite(stated).all() or (drawn is not None and not np.isfinite(drawn).all()):
        return None
    return judge(ensemble.plans, stated, drawn, higher_is_better=measure.better != "lower")


def _objectives(
    ensemble: Ensemble, measures: Mapping[str, Measure], names: Sequence[str], period: str
) -> Objectives | None:
    """Judged each by itself; with drawn worlds on those."""
    if not names:
        return None
    judged, values = {}, {}
    for name in names:
        judgement = _judgement(ensemble, measures[name], period) if name in measures else None
        if judgement is None:
            raise RequestError(
                f"'{name}' is not known for every run in period '{period}', so it can be no objective here"
            )
        judged[name] = judgement
        rows = ensemble.values(name, period, "drawn" if ensemble.uncertain else "stated")
        values[name] = rows[ensemble.ran.all(axis=1)]
    higher = {name: measures[name].better != "lower" for name in judged}
    return weigh(ensemble.plans, values, judged, higher)


def _means(ensemble: Ensemble) -> pd.DataFrame:
    """Of each plan over the replications it has; a return is known where the baseline was run too."""
    rows = []
    for period in ensemble.periods:
        for measure in ensemble.measures:
            values, there = ensemble.values(measure, period), ensemble.reported(measure, period)
            for place, plan in enumerate(ensemble.plans):
                interval = mean_interval(values[there[:, place], place])
                rows.append((plan, period, measure, interval.mean, interval.low, interval.high))
    return pd.DataFrame(rows, columns=["plan", "period", "measure", "mean", "low", "high"])


def _differences(ensemble: Ensemble, period: str, level: float) -> pd.DataFrame:
    rows = []
    for measure in ensemble.measures:
        for plan in ensemble.plans:
            if plan == ensemble.baseline:
                continue
            values, baseline = _pair(ensemble, measure, period, plan)
            luck = paired_interval(values, baseline, level)
            row = [plan, measure, luck.mean, luck.low, luck.high]
            if ensemble.uncertain:
                drawn_values, drawn_baseline = _pair(ensemble, measure, period, plan, drawn=True)
                both = interval_with_assumptions(values - baseline, drawn_values - drawn_baseline, level)
                row += [both.mean, both.low, both.high]
            rows.append(row)
    names = ["plan", "measure", "mean", "low", "high"]
    wide = ["assumptions_mean", "assumptions_low", "assumptions_high"] if ensemble.uncertain else []
    return pd.DataFrame(rows, columns=names + wide)


def _pair(
    ensemble: Ensemble, measure: str, period: str, plan: str, *, drawn: bool = False
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    values = ensemble.values(measure, period, "drawn" if drawn else "stated")
    places = [ensemble.plans.index(name) for name in (plan, ensemble.baseline)]
    both = ensemble.reported(measure, period)[:, places].all(axis=1)
    return values[both, places[0]], values[both, places[1]]


def _flips(experiment: Experiment, ensemble: Ensemble, judgement: Judgement, primary: str, period: str) -> pd.DataFrame:
    if not experiment.uncertain:
        return flips({}, [])
    values = ensemble.values(primary, period, "drawn")
    places = [ensemble.plans.index(plan) for plan in (judgement.best, judgement.runner_up)]
    uniforms = drawn_uniforms([experiment.draws(number) for number in range(ensemble.replications)])
    return flips(uniforms, values[:, places[0]] - values[:, places[1]])


def _rests_on(scenario: Scenario, experiment: Experiment, found: pd.DataFrame) -> tuple[Support, ...]:
    """With drawn worlds the assumptions that turn the verdict over; without, those of the sections the plans touch."""
    assumptions = scenario.assumptions()
    if experiment.uncertain:
        clear = found[found["clear"]]
        return tuple(
            _support(scenario, assumptions[path], quantile, share)
            for path, quantile, share in zip(clear["path"], clear["quantile"], clear["share"], strict=True)
        )
    touched = {path.split(".")[0] for plan in experiment.plans for path, _, _ in scenario.plans[plan].differences}
    return tuple(
        _support(scenario, assumption) for path, assumption in assumptions.items() if path.split(".")[0] in touched
    )


def _support(
    scenario: Scenario, assumption: Assumption, quantile: float | None = None, share: float | None = None
) -> Support:
    return Support(
        path=assumption.path,
        value=str(assumption.value),
        low=str(assumption.low),
        high=str(assumption.high),
        source=assumption.source,
        note=assumption.note,
        flips_at=None if quantile is None else _value_at(scenario, assumption.path, quantile),
        share=share,
    )


def _value_at(scenario: Scenario, path: str, quantile: float) -> str:
    """The value an assumption takes at a quantile of its range, in its own unit and to three digits."""
    for plan in scenario.plans:
        value = json.loads(scenario.canonical(plan, {path: quantile}))
        try:
            for key in path.split("."):
                value = value[int(key) if isinstance(value, list) else key]
        except KeyError:  # this plan does not have the number
            continue
        return (
            str(value) if isinstance(value, int) else NUMBER.sub(lambda found: f"{float(found[0]):.3g}", str(value), 1)
        )
    raise KeyError(path)
