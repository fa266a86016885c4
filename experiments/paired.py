"""One replication: the same luck under every plan, made or read back, and reduced to small tables.

In go the runs of one replication; out come their period measures, daily measures and what the offers caused. The plans
of a replication are made together because they are compared in pairs, so the large tables of a run never leave the
process that made them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from time import perf_counter
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.comparing.courses import courses
from experiments.comparing.incrementality import offer_effects, stays
from experiments.comparing.lift import campaign_effects
from experiments.comparing.marketing import with_payback, with_returns
from experiments.comparing.plan_tables import plan_tables
from experiments.comparing.warm_up import with_steady_period
from experiments.design import Run, Trial, World
from experiments.storage.store import Store, StoreError
from sim.errors import RehearsalError
from sim.measures import Measure
from sim.results import RunResult

if TYPE_CHECKING:
    from sim.scenario.document import Document

Rule = Callable[[pd.DataFrame], NDArray[np.bool_]]
"""Which rows of an activity table meet an offer's condition."""


class RunFailedError(RehearsalError):
    """A run stopped with an error; says which one, and why."""


class Simulator(Protocol):
    """What turns a run into results; `MarketSimulator` is the one the program uses."""

    def run(self, run: Run) -> RunResult:
        """The results of one run."""

    def rules(self, document: str) -> Mapping[str, Rule]:
        """Conditions of the offers of a document; discounts, points and tariffs, which nobody redeems, have none."""

    def measures(self, document: str, reported: Sequence[str]) -> Sequence[Measure]:
        """What is known of the measures a run of a resolved document reports."""


class MarketSimulator:
    """Runs the market the document describes."""

    def run(self, run: Run) -> RunResult:
        return _simulated(run.document, run.seed, run.replication)

    def rules(self, document: str) -> Mapping[str, Rule]:
        from sim.levers.offers import qualified
        from sim.levers.referrals import came_anyway

        resolved = _document(document)
        return {
            name: partial(qualified, offer, resolved) if offer.prepay is None else stays
            for name, offer in resolved.offers.items()
            if offer.discount is None and offer.points is None and offer.step_up is None
        } | dict.fromkeys(resolved.referrals, came_anyway)

    def measures(self, document: str, reported: Sequence[str]) -> Sequence[Measure]:
        from experiments.report.measures import known_measures

        return tuple(known_measures([_document(document)], dict.fromkeys(reported)).values())


@dataclass(frozen=True)
class Replication:
    """What is kept in memory of one replication; every table has the columns world and plan first.

    ``periods``: period, measure, value. ``daily``: see `comparing.courses`, at the stated values only, empty without
    them. ``offers``: one row an offer, see `comparing.incrementality`. ``breakdowns``: by world and plan, the table
    each run left of its segments, sites and tiers. ``campaigns``: one row a campaign that names its receivers, see
    `comparing.lift`; ``cost_lines``: those of `RunResult`. All but ``periods`` are empty where the trial asked only for
    these, and ``tables``: those of `comparing.plan_tables` by plan and name, at the stated values. ``seconds``: wall
    time, for the progress bar only. ``point``: the setting of a study it belongs to.
    """

    number: int
    periods: pd.DataFrame
    daily: pd.DataFrame
    offers: pd.DataFrame
    breakdowns: Mapping[tuple[World, str], pd.DataFrame]
    seconds: float
    point: int = 0
    campaigns: pd.DataFrame = field(default_factory=pd.DataFrame)
    cost_lines: pd.DataFrame = field(default_factory=pd.DataFrame)
    tables: Mapping[str, Mapping[str, pd.DataFrame]] = field(default_factory=dict)


def replicate(trial: Trial, simulator: Simulator, store: Store | None = None) -> Replication:
    """Make the runs of one trial, or read back those the store already has.

    The baseline comes first in each world; without it nothing is known of returns and of what offers caused.
    """
    began = perf_counter()
    periods, daily, offers, campaigns, cost_lines = [], [], [], [], []
    breakdowns: dict[tuple[World, str], pd.DataFrame] = {}
    tables: dict[str, dict[str, pd.DataFrame]] = {}
    baseline: RunResult | None = None
    world = ""
    for run in trial.runs:
        result = _measured(run, made(run, simulator, store), simulator)
        if run.world != world:
            world, baseline = run.world, result if run.is_baseline else None
        known = result.periods
        if baseline is not None:
            known = with_payback(with_returns(known, baseline.periods), result.daily, baseline.daily)
        if trial.observer is not None:
            known = pd.concat([known, trial.observer.seen(result)], ignore_index=True)
        periods.append(_labelled(known, run))
        if trial.only_periods:
            continue
        if run.world == "stated":
            daily.append(_labelled(courses(result.daily), run))
            tables[run.plan] = plan_tables(result, baseline)
        breakdowns[run.world, run.plan] = result.breakdown
        if result.cost_lines is not None:
            cost_lines.append(_labelled(result.cost_lines, run))
        if baseline is not None:
            campaigns.append(_labelled(campaign_effects(result, baseline), run))
            offers.append(_labelled(offer_effects(result, baseline, simulator.rules(run.document)), run))
    return Replication(
        number=trial.runs[0].replication,
        periods=pd.concat(periods, ignore_index=True),
        daily=pd.concat(daily, ignore_index=True) if daily else pd.DataFrame(),
        offers=pd.concat(offers, ignore_index=True) if offers else pd.DataFrame(),
        breakdowns=breakdowns,
        seconds=perf_counter() - began,
        point=trial.point,
        campaigns=pd.concat(campaigns, ignore_index=True) if campaigns else pd.DataFrame(),
        cost_lines=pd.concat(cost_lines, ignore_index=True) if cost_lines else pd.DataFrame(),
        tables=tables,
    )


def made(run: Run, simulator: Simulator, store: Store | None) -> RunResult:
    """The results of one run, simulated or read back; `RunFailedError` says which run failed, and why."""
    try:
        if store is not None and store.has(run.key):
            return store.read(run.key)
        began = perf_counter()
        result = simulator.run(run)
        if store is not None:
            store.write(run, result, perf_counter() - began)
    except StoreError:
        raise
    except Exception as error:
        cause = str(error) if isinstance(error, RehearsalError) else f"{type(error).__name__}: {error}"
        raise RunFailedError(f"plan '{run.plan}', replication {run.replication}, failed: {cause}") from error
    return result


def _measured(run: Run, result: RunResult, simulator: Simulator) -> RunResult:
    """The results, with the days after the warm-up as a period of its own where one is left out."""
    if not run.warm_up:
        return result
    measures = simulator.measures(run.document, result.periods["measure"].tolist())
    return replace(result, periods=with_steady_period(result, measures, run.warm_up))


def _labelled(table: pd.DataFrame, run: Run) -> pd.DataFrame:
    labelled = table.copy(deep=False)
    labelled.insert(0, "plan", run.plan)
    labelled.insert(0, "world", str(run.world))
    return labelled


@lru_cache(maxsize=2)
def _simulated(document: str, seed: int, replication: int) -> RunResult:
    """One run. The last ones are remembered: a plan that a study's settings do not touch is the same run again."""
    from sim.market import run_once  # the market takes a second to import: only who runs one pays for it

    return run_once(_document(document), seed=seed, replication=replication)


@lru_cache(maxsize=64)
def _document(text: str) -> "Document":
    """A resolved document, validated once in a process however many replications run it."""
    from sim.scenario.load import document_from_canonical

    return document_from_canonical(text)
