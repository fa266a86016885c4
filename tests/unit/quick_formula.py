"""A market of a formula with nothing but its measures, for studies of hundreds of points.

Like `FormulaMarket`, without the daily tables a study never looks at.
"""

import json
from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.design import Run
from sim.results import RunResult
from tests.unit.synthetic_market import FormulaMarket

NOTHING = pd.DataFrame({"nothing": np.zeros(0)})


@dataclass(frozen=True)
class QuickFormula(FormulaMarket):
    """`FormulaMarket` whose runs have one period, the campaign."""

    def run(self, run: Run) -> RunResult:
        document = json.loads(run.document)
        if self.fails_when is not None and self.fails_when(document):
            raise ValueError("the till is empty")
        common = np.random.default_rng([run.seed, run.replication])
        rows = [
            ("campaign", name, value + self.luck * common.normal()) for name, value in self.formula(document).items()
        ]
        periods = pd.DataFrame(rows, columns=["period", "measure", "value"])
        return RunResult({"synthetic": True}, NOTHING, periods, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING)
