"""The measures of each segment, tier or site, replication by replication: what a breakdown is made from.

In goes one `Replication` at a time; out come arrays (replications × plans × parts) of a measure in the compared period.
Nothing else of a run's table by parts is kept.
"""

from collections.abc import Mapping, Sequence
from typing import Final, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.comparing.periods import chosen_period
from experiments.design import Experiment, World
from experiments.paired import Replication
from sim.errors import RequestError
from sim.measurement.breakdown import NO_PART
from sim.measures import OF_PARTS, Measure
from sim.scenario.document import Document
from sim.scenario.load import Scenario
from sim.scenario.refusal import nearest

Numbers = NDArray[np.float64]

BY: Final[Mapping[str, str]] = {"segment": "segments", "tier": "tiers", "site": "sites"}
"""What a comparison can be broken down by, and the word for several."""


class Parts:
    """The values of each part of the market; ``names`` are the parts of any plan, `NO_PART` the last."""

    def __init__(self, by: str, plans: Sequence[str], worlds: Sequence[World], period: str | None = None) -> None:
        self.by = by
        self.plans = tuple(plans)
        self.names: tuple[str, ...] = ()
        self._period = period
        self._of_plan: dict[str, list[str]] = {}
        self._values: dict[World, list[Numbers]] = {world: [] for world in worlds}

    @classmethod
    def of(cls, scenario: Scenario, experiment: Experiment, by: str, period: str | None) -> Self:
        """The parts of an experiment. Raises `RequestError` when there is nothing to break it down by."""
        if by not in BY:
            better = nearest(by, BY)
            hint = f"did you mean '{better}'?" if better else f"it can be by {', '.join(BY)}"
            raise RequestError(f"a comparison cannot be broken down by '{by}'; {hint}")
        if all(len(parts_of(scenario.document(plan), by)) < 2 for plan in experiment.plans):
            few = "tiers" if by == "tier" else f"more than one {by}"
            raise RequestError(f"no plan has {few}, so there is nothing to break down by {by}")
        return cls(by, experiment.plans, experiment.worlds, period)

    def add(self, replication: Replication) -> None:
        """Take in one replication; every one must have the same parts in every plan."""
        tables = {run: table[table["by"] == self.by] for run, table in replication.breakdowns.items()}
        if not self.names:
            every = [tables["stated", plan]["part"] for plan in self.plans]
            found = dict.fromkeys(name for parts in every for name in parts.tolist() if name != NO_PART)
            self.names = (*found, NO_PART)
        for world, rows in self._values.items():
            rows.append(np.array([self._of_run(plan, tables[world, plan]) for plan in self.plans]))

    def values(self, measure: str, world: World = "stated") -> Numbers:
        """One measure, shape (replications, plans, parts); NaN for a part the plan does not have, or nobody was in."""
        return np.array(self._values[world])[..., list(OF_PARTS).index(measure)]

    @property
    def uncertain(self) -> bool:
        return "drawn" in self._values

    def _of_run(self, plan: str, table: pd.DataFrame) -> Numbers:
        """(parts, measures) of one run."""
        period = chosen_period(list(dict.fromkeys(table["period"])), self._period)
        table = table[table["period"] == period]
        parts = table["part"].tolist()
        if self._of_plan.setdefault(plan, parts) != parts:
            raise RequestError(
                f"the {BY[self.by]} are not the same in every world drawn, so no change can be given by {self.by}"
            )
        found = np.full((len(self.names), len(OF_PARTS)), np.nan)
        places = [self.names.index(part) for part in parts]
        for column, measure in enumerate(OF_PARTS.values()):
            found[places, column] = _of_parts(table, measure)
        of_money = [measure.unit == "money" for measure in OF_PARTS.values()]
        found[-1, np.logical_not(of_money)] = np.nan  # nobody is in no part
        return found


def parts_of(document: Document, by: str) -> tuple[str, ...]:
    """The parts a document declares."""
    market = document.market
    if by == "site":
        return market.site_names
    return tuple(market.segments) if by == "segment" else (*market.tiers, NO_PART) if market.tiers else ()


def _of_parts(table: pd.DataFrame, measure: Measure) -> Numbers:
    """The measure of each row: its column, or a sum over a sum; NaN where there was no case."""
    above = table[measure.column or measure.name].to_numpy(dtype=np.float64)
    if not measure.denominator:
        return above
    below = table[measure.denominator].to_numpy(dtype=np.float64)
    return np.asarray(np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0))
