"""A market whose measures are drawn from known distributions, for tests of fits with a known answer.

Three numbers of the synthetic scenario make three measures: what is done right is a share, the rate of errands makes a
Poisson count, and the staff nothing at all; luck is common to all candidates of a replication.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from experiments.design import Run
from sim.measures import CATALOGUE, Measure
from sim.results import RunResult

NOTHING = pd.DataFrame({"nothing": np.zeros(0)})
RIGHT, RATE, STAFF = (
    "service.quality.right_first_time", "market.needs.errand.rate", "service.stations.counter.staff",
)  # fmt: skip


def share(written: Any) -> float:
    return float(written[:-1]) / 100.0 if isinstance(written, str) else float(written)


@dataclass(frozen=True)
class DrawnMarket:
    """A simulator: right_first_time as stated plus luck, complaints Poisson with 10 times the rate of errands."""

    luck: float = 0.002

    def run(self, run: Run) -> RunResult:
        document = json.loads(run.document)
        uniforms = np.random.default_rng([run.seed, run.replication]).random(3)
        right = share(document["service"]["quality"]["right_first_time"])
        rate = float(str(document["market"]["needs"]["errand"]["rate"]).split()[0])
        wait = 12.0 - 8.0 * right - 0.5 * rate
        measured = {
            "right_first_time": right + self.luck * stats.norm.ppf(uniforms[0]),
            "complaints": float(stats.poisson.ppf(uniforms[1], 10.0 * rate)),
            "wait_mean": wait + 0.05 * stats.norm.ppf(uniforms[2]),
            "satisfaction": 40.0 + 40.0 * right,
            "lost_visits": 7.0,
        }
        rows = [("whole", name, value) for name, value in measured.items()]
        periods = pd.DataFrame(rows, columns=["period", "measure", "value"])
        days = pd.DataFrame(
            {"day": np.arange(30), "date": "", "period": "whole", "complaints": measured["complaints"] / 30}
        )
        causes = pd.DataFrame({"cause": ["price", "rival"], "left": [round(20 * right), round(20 * (1 - right))]})
        return RunResult(
            {"synthetic": True}, days, periods, NOTHING, NOTHING, NOTHING, causes, NOTHING,
            pd.DataFrame({"by": np.zeros(0, str)}),
        )  # fmt: skip

    def measures(self, document: str, reported: Sequence[str]) -> Sequence[Measure]:
        return [CATALOGUE[name] for name in reported if name in CATALOGUE]

    def rules(self, document: str) -> Mapping[str, Callable[[pd.DataFrame], np.ndarray]]:
        return {}
