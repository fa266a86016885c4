"""One replication: the same luck under every plan, made or read back, and reduced to small tables.

In go the runs of one replication; out come their period measures, daily measures and what the offers caused. The plans
of a replication are made together because they are compared in pairs, so the large tables of a run never leave the
process that made them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.courses import courses
from experiments.design import Run
from experiments.incrementality import offer_effects
from experiments.marketing import with_returns
from experiments.store import Store
from sim.errors import RehearsalError
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
        """The conditions of the offers of a resolved document; a discount, which nobody redeems, has none."""


class MarketSimulator:
    """Runs the market the document describes."""

    def run(self, run: Run) -> RunResult:
        from sim.market import run_once  # the market takes a second to import: only who runs one pays for it

        return run_once(_document(run.document), seed=run.seed, replication=run.replication)

    def rules(self, document: str) -> Mapping[str, Rule]:
        from sim.levers.offers import qualified

        resolved = _document(document)
        return {
            name: partial(qualified, offer, resolved)
            for name, offer in resolved.offers.items()
            if offer.discount is None
        }


@dataclass(frozen=True)
class Replication:
    """What is kept in memory of one replication; every table has the columns world and plan first.

    ``periods``: period, measure, value. ``daily``: see `experiments.courses`, at the stated values only,
    empty without them. ``offers``: one row an offer, see `experiments.incrementality`. ``seconds``: wall time, for the
    progress bar only.
    """

    number: int
    periods: pd.DataFrame
    daily: pd.DataFrame
    offers: pd.DataFrame
    seconds: float


def replicate(runs: Sequence[Run], simulator: Simulator, store: Store | None = None) -> Replication:
    """Make the runs of one replication (baseline first in each world), or read back those the store already has."""
    began = perf_counter()
    periods, daily, offers = [], [], []
    baseline: RunResult | None = None
    world = ""
    for run in runs:
        result = _result(run, simulator, store)
        if run.world != world or baseline is None:
            world, baseline = run.world, result
        periods.append(_labelled(with_returns(result.periods, baseline.periods), run))
        if run.world == "stated":
            daily.append(_labelled(courses(result.daily), run))
        offers.append(_labelled(offer_effects(result, baseline, simulator.rules(run.document)), run))
    return Replication(
        number=runs[0].replication,
        periods=pd.concat(periods, ignore_index=True),
        daily=pd.concat(daily, ignore_index=True) if daily else pd.DataFrame(),
        offers=pd.concat(offers, ignore_index=True),
        seconds=perf_counter() - began,
    )


def replicate_several(
    several: Sequence[Sequence[Run]],
    documents: Mapping[str, str],
    simulator: Simulator,
    folder: Path | None,
    token: str | None,
) -> list[Replication]:
    """The work of one task of a worker process: a few replications, so that a task is worth sending.

    The runs carry the hash of their document; ``documents`` has the text.
    """
    store = None if folder is None else Store(folder, token)
    complete = [[replace(run, document=documents[run.document]) for run in runs] for runs in several]
    return [replicate(runs, simulator, store) for runs in complete]


def _result(run: Run, simulator: Simulator, store: Store | None) -> RunResult:
    try:
        if store is not None and store.has(run.key):
            return store.read(run.key)
        began = perf_counter()
        result = simulator.run(run)
        if store is not None:
            store.write(run, result, perf_counter() - began)
    except Exception as error:
        cause = str(error) if isinstance(error, RehearsalError) else f"{type(error).__name__}: {error}"
        raise RunFailedError(f"plan '{run.plan}', replication {run.replication}, failed: {cause}") from error
    return result


def _labelled(table: pd.DataFrame, run: Run) -> pd.DataFrame:
    labelled = table.copy(deep=False)
    labelled.insert(0, "plan", run.plan)
    labelled.insert(0, "world", str(run.world))
    return labelled


@lru_cache(maxsize=16)
def _document(text: str) -> "Document":
    """A resolved document, validated once in a process however many replications run it."""
    from sim.scenario.load import document_from_canonical

    return document_from_canonical(text)
