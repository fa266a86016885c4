"""Runs a comparison only as far as it takes to pick the best plan: at a stated probability, or with runs counted out.

In go an experiment and what is asked (`KimNelsonRace` or `BudgetOfRuns`); out comes a `Selection`. Replications are
always those from the first on, so plans with different numbers of them are still compared on the luck they share.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf

import numpy as np
from numpy.typing import NDArray

from experiments.comparing.ensemble import Ensemble
from experiments.comparing.intervals import (
    LEVEL,
    Interval,
    chance_best,
    expected_regret,
    mean_interval,
    pairs,
    simultaneous,
)
from experiments.comparing.replications import FIRST_BATCH, LATER_BATCH, more_to_settle
from experiments.comparing.selection import KimNelson, chance_of_best, next_runs, paired_ocba_shares
from experiments.comparing.verdict import Judgement
from experiments.design import Experiment
from experiments.engines.runner import Evaluator, Progress
from experiments.storage.register import registered
from sim.errors import RequestError

Numbers = NDArray[np.float64]

FEWEST_RUNS_A_PLAN = 10
RUNS_A_PLAN_AND_ROUND = 2


@dataclass(frozen=True)
class KimNelsonRace:
    """Replicate until the best plan is known with ``probability``; a difference of ``indifference`` does not matter.

    ``indifference`` is in the unit of the deciding measure (money in major units, shares from 0 to 1).
    """

    indifference: float
    probability: float = LEVEL

    def __post_init__(self) -> None:
        if not 0.0 < self.indifference < inf:
            raise RequestError(f"a difference that does not matter must be above 0, not {self.indifference:g}")
        if not 0.5 < self.probability < 1.0:
            raise RequestError(f"the best plan is known with a probability between 0.5 and 1, not {self.probability:g}")


@dataclass(frozen=True)
class BudgetOfRuns:
    """Spend ``runs`` runs where they help most to tell the best plan from the others."""

    runs: int


Wanted = KimNelsonRace | BudgetOfRuns


@dataclass(frozen=True)
class Selection:
    """Which plan was picked, how surely, and what each plan was run for.

    ``probability``: the one stated, or for a budget of runs the lower bound reached. ``replications``: of each plan.
    ``behind``: best minus each other plan on the replications both have, at 95 % for all pairs of plans together.
    ``left_after``: replications after which a plan was out of the race; ``still_in``: the plans it was not decided
    between, the leader first, empty when it was; ``most``: replications at which it ends for sure.
    """

    wanted: Wanted
    measure: str
    best: str
    probability: float
    replications: Mapping[str, int]
    behind: Mapping[str, Interval]
    left_after: Mapping[str, int]
    still_in: tuple[str, ...] = ()
    most: int = 0

    @property
    def runs(self) -> int:
        return sum(self.replications.values())


@dataclass(frozen=True)
class Work:
    """Where replications come from and what is looked at: the deciding measure, read so that higher is better."""

    scenario: str
    ensemble: Ensemble
    experiment: Experiment
    engine: Evaluator
    measure: str
    period: Callable[[], str]
    """Asked after the first replications, which show what periods there are."""
    higher_is_better: bool

    def evaluate(self, plans: Sequence[str], numbers: range, progress: Progress) -> None:
        part = replace(self.experiment, only=tuple(plans))
        with registered(part.trials(numbers), self.engine.store, self.scenario) as trials:
            for replication in self.engine.evaluate(trials, progress):
                self.ensemble.add(replication)

    def scores(self) -> Numbers:
        """Shape (replications, plans), NaN where a plan was not run."""
        values = self.ensemble.values(self.measure, self.period())
        if not np.isfinite(values[self.ensemble.ran]).all():
            raise RequestError(
                f"'{self.measure}' is not known for every run in period '{self.period()}', so it cannot decide"
            )
        return values if self.higher_is_better else -values


def select(work: Work, wanted: Wanted, cap: int, progress: Progress) -> Selection:
    """Make the runs that are asked for, and say which plan is best; ``cap`` is the most replications of a race."""
    if isinstance(wanted, KimNelsonRace):
        return _race(work, wanted, cap, progress)
    return _spend(work, wanted, progress)


def judgement_of(selection: Selection, ensemble: Ensemble, period: str, *, higher_is_better: bool) -> Judgement:
    """The selection as a judgement; chances and regret are those of the replications that all plans share."""
    direction = 1.0 if higher_is_better else -1.0
    runner_up = min(selection.behind, key=lambda plan: direction * selection.behind[plan].mean)
    values = ensemble.values(selection.measure, period)
    shared = values[ensemble.ran.all(axis=1)]
    pair = [ensemble.plans.index(plan) for plan in (selection.best, runner_up)]
    lead = values[ensemble.ran[:, pair].all(axis=1)][:, pair]
    return Judgement(
        best=selection.best,
        runner_up=runner_up,
        lead=selection.behind[runner_up],
        surely=all(each.excludes_zero and direction * each.mean > 0 for each in selection.behind.values()),
        more=more_to_settle(lead[:, 0] - lead[:, 1], simultaneous(LEVEL, pairs(len(ensemble.plans)))),
        chance_best=_by_plan(ensemble, chance_best(shared, higher_is_better=higher_is_better)),
        regret=_by_plan(ensemble, expected_regret(shared, higher_is_better=higher_is_better)),
    )


def _race(work: Work, wanted: KimNelsonRace, cap: int, progress: Progress) -> Selection:
    """Replications in fixed batches for the plans still in, each looked at in its turn."""
    plans = work.experiment.plans
    work.evaluate(plans, range(min(FIRST_BATCH, cap)), progress)
    race = KimNelson(work.scores(), wanted.indifference, wanted.probability)
    while not race.decided and race.replications < cap:
        done = race.replications
        numbers = range(done, min(done + LATER_BATCH, cap, int(race.most)))
        still_in = [plan for plan, alive in zip(plans, race.alive.tolist(), strict=True) if alive]
        work.evaluate(still_in, numbers, _counted(progress, numbers))
        for values in work.scores()[done:]:
            if not race.decided:
                race.add(values)
    best = int(race.best)
    open_still = () if race.decided else tuple(np.array(plans)[race.alive].tolist())
    return _selection(
        work,
        wanted,
        best,
        wanted.probability,
        left_after={plan: after for plan, after in zip(plans, race.left_after.tolist(), strict=True) if after},
        still_in=tuple(sorted(open_still, key=lambda plan: plan != plans[best])),
        most=int(race.most),
    )


def _spend(work: Work, wanted: BudgetOfRuns, progress: Progress) -> Selection:
    """A first stage for every plan, then round after round where the runs help most."""
    plans = work.experiment.plans
    first = FEWEST_RUNS_A_PLAN * len(plans)
    if wanted.runs < first:
        raise RequestError(
            f"a budget of {wanted.runs} runs is too small: the first {FEWEST_RUNS_A_PLAN} of each of "
            f"{len(plans)} plans already take {first}"
        )
    made = np.full(len(plans), FEWEST_RUNS_A_PLAN)
    work.evaluate(plans, range(FEWEST_RUNS_A_PLAN), progress)
    while (left := wanted.runs - int(made.sum())) > 0:
        means, sds, _, best = _seen(work.scores())
        more = min(left, max(LATER_BATCH, RUNS_A_PLAN_AND_ROUND * len(plans)))
        target = made + next_runs(made, paired_ocba_shares(means, sds, best), more)
        _run_up_to(work, made, target, progress)
        made = target
    means, sds, together, best = _seen(work.scores())
    probability = chance_of_best(means, sds / np.sqrt(together), together - 1, best)
    return _selection(work, wanted, best, probability, left_after={})


def _run_up_to(work: Work, made: NDArray[np.int64], target: NDArray[np.int64], progress: Progress) -> None:
    """Every plan up to its own number; a replication is made for all plans that lack it at once."""
    for low, high in pairwise(sorted({*made.tolist(), *target.tolist()})):
        lacking = (made <= low) & (target >= high)
        if lacking.any():
            numbers = range(low, high)
            work.evaluate(np.array(work.experiment.plans)[lacking].tolist(), numbers, _counted(progress, numbers))


def _seen(scores: Numbers) -> tuple[Numbers, Numbers, NDArray[np.int64], int]:
    """What is known of each plan: mean, spread of its difference from the best, replications of that, and the best.

    Means are adjusted to the luck of the plan with most replications: its own mean plus the mean difference on the
    replications both have. Bare means would credit a plan with the luck of the few replications it was given.
    """
    there = np.isfinite(scores)
    reference = int(np.argmax(there.sum(axis=0)))
    behind = np.nanmean(scores - scores[:, [reference]], axis=0)
    means = scores[there[:, reference], reference].mean() + behind
    best = int(np.argmax(means))
    differences = scores[:, [best]] - scores
    sds = np.nanstd(differences, axis=0, ddof=1)
    return means, sds, np.isfinite(differences).sum(axis=0), best


def _selection(
    work: Work,
    wanted: Wanted,
    best: int,
    probability: float,
    *,
    left_after: Mapping[str, int],
    still_in: tuple[str, ...] = (),
    most: int = 0,
) -> Selection:
    plans, ran = work.experiment.plans, work.ensemble.ran
    values = work.ensemble.values(work.measure, work.period())
    level = simultaneous(LEVEL, pairs(len(plans)))
    behind = {}
    for place, plan in enumerate(plans):
        if place != best:
            both = ran[:, best] & ran[:, place]
            behind[plan] = mean_interval(values[both, best] - values[both, place], level)
    return Selection(
        wanted=wanted,
        measure=work.measure,
        best=plans[best],
        probability=probability,
        replications=dict(zip(plans, ran.sum(axis=0).tolist(), strict=True)),
        behind=behind,
        left_after=left_after,
        still_in=still_in,
        most=most,
    )


def _by_plan(ensemble: Ensemble, numbers: Numbers) -> dict[str, float]:
    return dict(zip(ensemble.plans, numbers.tolist(), strict=True))


def _counted(progress: Progress, numbers: range) -> Progress:
    """Progress over all batches so far: the count goes on, it does not start again."""
    return lambda done, _, left: progress(numbers.start + done, numbers.stop, left)
