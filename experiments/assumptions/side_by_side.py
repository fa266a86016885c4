"""Contested beliefs run side by side: which plan is best if this is true, and if that is.

In go a scenario and beliefs; out comes a `Flip`: the plans compared in pairs in every world, on the same luck in all of
them, and where the best plan changes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.assumptions.beliefs import Belief, World, asked_beliefs, declared_beliefs, mechanism_beliefs, worlds
from experiments.comparing.heading import Heading, heading
from experiments.comparing.intervals import mean_interval, paired_interval
from experiments.comparing.verdict import Judgement, judge
from experiments.engines.runner import Evaluator, Progress, engine, ignore_progress
from experiments.study import Point, Study, outcomes, primary_measure
from sim.errors import RequestError, ScenarioError
from sim.measures import Measure
from sim.scenario.load import Scenario, load_scenario

Numbers = NDArray[np.float64]

REPLICATIONS = 10
FEWEST = 2


@dataclass(frozen=True)
class Flip(Heading):
    """Plans compared in every world of the beliefs.

    ``values`` has shape (worlds, replications, plans); ``judgements`` has one a world. The first world is the stated
    one. ``matters`` names the beliefs that, changed alone from some world, change the best plan, with the share of such
    changes that do. ``left_out``: forms of behaviour that could not be run, and why.
    """

    period: str
    measure: Measure
    beliefs: tuple[Belief, ...]
    worlds: tuple[World, ...]
    judgements: tuple[Judgement, ...]
    values: Numbers
    matters: Mapping[str, float]
    left_out: tuple[str, ...]

    @property
    def changed(self) -> tuple[int, ...]:
        """The worlds in which another plan is best than in the stated one."""
        return tuple(
            place for place, judgement in enumerate(self.judgements) if judgement.best != self.judgements[0].best
        )

    def means(self) -> pd.DataFrame:
        """world, plan, mean, low, high of the measure, and the change from the baseline with its paired interval."""
        rows = []
        base = list(self.plans).index(self.baseline) if self.baseline in self.plans else None
        for world in range(len(self.worlds)):
            for place, plan in enumerate(self.plans):
                level = mean_interval(self.values[world, :, place])
                row = [world, plan, level.mean, level.low, level.high]
                if base is not None:
                    change = paired_interval(self.values[world, :, place], self.values[world, :, base])
                    row += [change.mean, change.low, change.high]
                rows.append(row)
        names = ["world", "plan", "mean", "low", "high"]
        return pd.DataFrame(rows, columns=names + (["change", "change_low", "change_high"] if base is not None else []))

    def verdicts(self) -> pd.DataFrame:
        """world, one column a belief, best, runner_up, lead, low, high, surely."""
        rows = [
            {"world": place, **world.answers, "best": judgement.best, "runner_up": judgement.runner_up,
             "lead": judgement.lead.mean, "low": judgement.lead.low, "high": judgement.lead.high,
             "surely": judgement.surely}
            for place, (world, judgement) in enumerate(zip(self.worlds, self.judgements, strict=True))
        ]  # fmt: skip
        return pd.DataFrame(rows)

    def __str__(self) -> str:
        from experiments.report.flip_text import flip_text

        return flip_text(self)


def flip(
    scenario: Scenario | str | Path,
    beliefs: Sequence[str] = (),
    *,
    one_at_a_time: bool | None = None,
    mechanisms: bool = False,
    measure: str | None = None,
    plans: Sequence[str] | None = None,
    replications: int = REPLICATIONS,
    period: str | None = None,
    seed: int | None = None,
    workers: int | None = 1,
    cluster: str | None = None,
    out: Path | str | None = None,
    progress: Progress = ignore_progress,
) -> Flip:
    """Compare the plans in every world of contested beliefs.

    ``beliefs``: `NAME: PATH=value` each; left out, those the file declares; where it declares none, or with
    ``mechanisms``, the mechanisms of behaviour that have several cited forms. ``one_at_a_time``: one belief changed at
    a time rather than every combination; left out, where there are more than 16 combinations.

    Raises `ScenarioError` for a wrong file, `RequestError` for an impossible request, `RunFailedError` when a run
    fails.
    """
    if not isinstance(scenario, Scenario):
        scenario = load_scenario(scenario)
    if replications < FEWEST:
        raise RequestError(f"{replications} replication cannot show how much is luck: ask for at least {FEWEST}")
    study = Study.of(scenario, (), plans, seed=seed)
    if len(study.plans) < 2:
        raise RequestError("a best plan changes only where there are two or more: ask for more plans")
    left_out: tuple[str, ...] = ()
    chosen = asked_beliefs(scenario, beliefs)
    if not chosen and not mechanisms:
        chosen = declared_beliefs(scenario)
    if not chosen:
        chosen, left_out = mechanism_beliefs(scenario, study.plans)
    every = worlds(chosen, one_at_a_time=one_at_a_time)
    _check_together(study, every)
    with engine(workers, out, cluster) as working:
        return flipped(
            study, chosen, every, working, measure=measure,
            replications=replications, period=period, left_out=left_out, progress=progress,
        )  # fmt: skip


def flipped(
    study: Study,
    beliefs: Sequence[Belief],
    every: Sequence[World],
    working: Evaluator,
    *,
    measure: str | None = None,
    replications: int = REPLICATIONS,
    period: str | None = None,
    left_out: tuple[str, ...] = (),
    progress: Progress = ignore_progress,
) -> Flip:
    """The plans of a study in given worlds, on an engine that is there; see `flip`."""
    scenario = study.scenario
    wanted = measure or primary_measure(scenario)
    points = [Point(settings=world.settings) for world in every]
    found = outcomes(study, points, range(replications), [wanted], working, period, progress)
    values = found.values[wanted]
    missing = np.argwhere(~np.isfinite(values))
    if len(missing):
        world, turn, plan = (int(each) for each in missing[0])
        answers = ", ".join(f"{name}: {answer}" for name, answer in every[world].answers.items())
        raise RequestError(
            f"'{wanted}' is not defined in plan '{study.plans[plan]}', replication {turn}, with {answers}: it cannot "
            "decide"
        )
    higher = found.measures[wanted].better != "lower"
    judgements = tuple(judge(study.plans, each, higher_is_better=higher) for each in values)
    return Flip(
        **heading(scenario, study.plans, study.seed, replications),
        period=found.period,
        measure=found.measures[wanted],
        beliefs=tuple(beliefs),
        worlds=tuple(every),
        judgements=judgements,
        values=values,
        matters=_matters(beliefs, every, [judgement.best for judgement in judgements]),
        left_out=left_out,
    )


def _check_together(study: Study, every: Sequence[World]) -> None:
    """Answers that are allowed one by one may contradict each other; said before anything is run."""
    scenario = study.scenario
    for world in every:
        if sum(bool(settings) for settings in world.by_belief.values()) < 2:
            continue  # one answer by itself has been checked
        for plan in study.plans:
            here = {path: value for path, value in world.settings.items() if plan in scenario.plans_with(path)}
            try:
                scenario.document(plan, settings=here)
            except ScenarioError as error:
                answers = ", ".join(f"{name}: {answer}" for name, answer in world.answers.items())
                first = error.problems[0]
                raise RequestError(
                    f"with {answers}, plan '{plan}' cannot be: {first.path}: {first.found}; ask for --one-at-a-time"
                ) from None


def _matters(beliefs: Sequence[Belief], every: Sequence[World], best: Sequence[str]) -> dict[str, float]:
    """For each belief, the share of the pairs of worlds that differ in it alone whose best plans differ; none if 0."""
    shares = {}
    for belief in beliefs:
        alike: dict[tuple[str, ...], list[str]] = {}
        for world, plan in zip(every, best, strict=True):
            others = tuple(answer for name, answer in world.answers.items() if name != belief.name)
            alike.setdefault(others, []).append(plan)
        pairs = [(a, b) for plans in alike.values() for i, a in enumerate(plans) for b in plans[i + 1 :]]
        differ = sum(a != b for a, b in pairs)
        if differ:
            shares[belief.name] = differ / len(pairs)
    return shares
