"""A market of people drawn from known distributions, for tests of studies with a known answer.

Of the synthetic scenario, work that is not right first time is the share of people who complain, and the staff is the
mean of their waits; people are independent, unless the market has luck of its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.design import Run
from sim.measures import Measure
from sim.results import RunResult
from tests.unit.drawn_market import NOTHING, share


@dataclass(frozen=True)
class DrawnPeople:
    """A simulator. ``people`` of each market, of whom the first ``customers`` are the firm's.

    ``luck``: standard deviation of the market's own shift of all waits; ``spread``: that of people, minutes.
    """

    people: int = 150
    customers: int = 120
    luck: float = 0.0
    spread: float = 2.0

    def run(self, run: Run) -> RunResult:
        document = json.loads(run.document)
        luck = np.random.default_rng([run.seed, run.replication])
        wrong = 1.0 - share(document["service"]["quality"]["right_first_time"])
        staff = document["service"]["stations"]["counter"]["staff"]
        middle = float(staff["value"] if isinstance(staff, dict) else staff) + self.luck * luck.normal()
        everyone = np.arange(self.people)
        panel = pd.DataFrame(
            {
                "customer": everyone,
                "was_customer": (everyone < self.customers).astype(np.int8),
                "visits": np.ones(self.people, np.int32),
                "complaints": (luck.random(self.people) < wrong).astype(np.int32),
                "wait_sum": middle + self.spread * luck.normal(size=self.people),
                "joined": (everyone % 10 > 0).astype(np.int32),  # one in ten has no wait
            }
        )
        panel.loc[everyone >= self.customers, "complaints"] = 1  # who is no customer would be told at once
        periods = pd.DataFrame({"period": ["whole"], "measure": ["visits"], "value": [1.0]})
        manifest = {"seed": run.seed, "replication": run.replication}
        return RunResult(manifest, NOTHING, periods, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, panel=panel)

    def measures(self, document: str, reported: Sequence[str]) -> Sequence[Measure]:
        return []

    def rules(self, document: str) -> Mapping[str, Callable[[pd.DataFrame], np.ndarray]]:
        return {}
