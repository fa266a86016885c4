"""What a campaign returns under different circumstances: the same market with and without it, on the same luck.

In go a scenario and, for each context, the plan without and the plan with the campaign; out comes the return of every
replication, its paired interval, and the share of drawn worlds in which the return changes sign between two contexts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import stats
from scipy.stats import qmc

from experiments.comparing.intervals import LEVEL, Interval, mean_interval, paired_interval
from experiments.design import Experiment, Run
from experiments.engines.runner import Evaluator, Progress, ignore_progress
from sim.errors import RequestError
from sim.scenario.load import Scenario

CARRIED, WINDOW = "profit_with_carried_value", "profit"
RETURNS: Final = (CARRIED, WINDOW)
PERIOD: Final = "campaign"


@dataclass(frozen=True)
class Context:
    """The same circumstances without and with the campaign: two plans of the scenario."""

    without: str
    campaign: str


@dataclass(frozen=True)
class DrawnWorlds(Experiment):
    """Replication i is made in world i only: assumption ``path`` at quantile ``worlds_drawn[i][path]`` of its range."""

    worlds_drawn: tuple[Mapping[str, float], ...] = ()

    def runs(self, replication: int) -> tuple[Run, ...]:
        draws = self.worlds_drawn[replication]
        return tuple(Run(plan, "drawn", self.resolve(plan, draws), self.seed, replication) for plan in self.plans)


@dataclass(frozen=True)
class Share:
    """How many of so many, with the exact interval of the share (Clopper & Pearson 1934)."""

    count: int
    of: int
    low: float
    high: float

    @property
    def share(self) -> float:
        return self.count / self.of


def stated_world(
    scenario: Scenario, contexts: Mapping[str, Context], changes: Mapping[str, Any] | None = None
) -> Experiment:
    """The plans of all contexts at the values the scenario states, with ``changes`` by path in every plan.

    None leaves the key out.
    """
    plans = _plans(scenario, contexts)
    return Experiment(
        plans,
        plans[0],
        scenario.document(plans[0]).seed,
        lambda plan, draws: scenario.canonical(plan, draws, changes),
    )


def drawn_worlds(scenario: Scenario, contexts: Mapping[str, Context], draws: int) -> DrawnWorlds:
    """The plans of all contexts in ``draws`` worlds of a Latin hypercube over every assumed or masked range.

    McKay, Beckman & Conover (1979): each range is cut into as many strata as there are worlds, and each stratum is
    used once. Seeded by the scenario's own seed. Raises `RequestError` when the scenario has no range.
    """
    paths = tuple(scenario.assumptions())
    if not paths:
        raise RequestError("no number in this scenario is assumed or masked with a range: nothing to draw")
    plans = _plans(scenario, contexts)
    seed = scenario.document(plans[0]).seed
    points = qmc.LatinHypercube(d=len(paths), rng=seed).random(draws)
    worlds = tuple(dict(zip(paths, point, strict=True)) for point in points.tolist())
    return DrawnWorlds(plans, plans[0], seed, scenario.canonical, paths, worlds_drawn=worlds)


def campaign_returns(
    experiment: Experiment,
    contexts: Mapping[str, Context],
    engine: Evaluator,
    replications: Sequence[int],
    progress: Progress = ignore_progress,
) -> pd.DataFrame:
    """Return of the campaign: context, replication, measure, value (major units), one row each.

    The value is the measure with the campaign less the measure without it, on the same luck: ``profit`` between the
    campaign's first and last day, ``profit_with_carried_value`` from its first day to the horizon and beyond.
    """
    rows = []
    for replication in engine.evaluate(experiment.trials(replications), progress):
        table = replication.periods[replication.periods["period"] == PERIOD]
        values = table.set_index(["plan", "measure"])["value"]
        for name, context in contexts.items():
            for measure in RETURNS:
                gain = float(values[context.campaign, measure] - values[context.without, measure])
                rows.append((name, replication.number, measure, gain))
    return pd.DataFrame(rows, columns=["context", "replication", "measure", "value"])


def of_context(returns: pd.DataFrame, context: str, measure: str = CARRIED) -> np.ndarray[tuple[int], np.dtype[Any]]:
    """The return of each replication in one context, in their order."""
    chosen = returns[(returns["context"] == context) & (returns["measure"] == measure)]
    return chosen.sort_values("replication")["value"].to_numpy(dtype=np.float64)


def interval(returns: pd.DataFrame, context: str, measure: str = CARRIED) -> Interval:
    """Mean return of a context with its paired t interval."""
    return mean_interval(of_context(returns, context, measure))


def difference(returns: pd.DataFrame, context: str, other: str, measure: str = CARRIED) -> Interval:
    """How much more the campaign returns in ``context`` than in ``other``, replication by replication."""
    return paired_interval(of_context(returns, context, measure), of_context(returns, other, measure))


def flips(returns: pd.DataFrame, gains_in: str, loses_in: str, measure: str = CARRIED) -> Share:
    """Share of replications (of worlds, when each has its own) with a gain in one context and a loss in the other."""
    turned = (of_context(returns, gains_in, measure) > 0.0) & (of_context(returns, loses_in, measure) < 0.0)
    return share_of(int(turned.sum()), len(turned))


def share_of(count: int, of: int) -> Share:
    """A share with its exact 95 % interval."""
    limits = stats.binomtest(count, of).proportion_ci(confidence_level=LEVEL, method="exact")
    return Share(count, of, float(limits.low), float(limits.high))


def _plans(scenario: Scenario, contexts: Mapping[str, Context]) -> tuple[str, ...]:
    plans = tuple(dict.fromkeys(plan for each in contexts.values() for plan in (each.without, each.campaign)))
    for plan in plans:
        scenario.document(plan)  # an unknown plan is refused, with the nearest name
    return plans
