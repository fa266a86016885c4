"""Sobol indices: how much of the spread of an outcome each factor brings about, alone and together with others.

In go the paths of the factors and the size of the base sample; out come the rows of quantiles to run, and from the
outcomes at these rows the first-order and the total index of each factor with its interval. Sampling and indices are
SALib's (Saltelli et al. 2010, *Computer Physics Communications* 181).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.assumptions.luck_floor import dummy_effects, floor_of
from experiments.assumptions.screening import COLUMNS, RESAMPLES, design_seed, problem

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class VarianceShares:
    """A design of Saltelli: ``rows`` holds a quantile of each factor, shape (base x (factors + 2), factors).

    Rows keep their order from sample to index: row i belongs to outcome i.
    """

    paths: tuple[str, ...]
    rows: Numbers
    seed: int

    @classmethod
    def of(cls, paths: Sequence[str], base: int, seed: int) -> "VarianceShares":
        """A scrambled Sobol sequence of ``base`` points (a power of two), seeded by the scenario's seed."""
        from SALib.sample import sobol

        rows = sobol.sample(problem(paths), base, calc_second_order=False, seed=design_seed(seed, "sobol"))
        return cls(tuple(paths), rows, seed)

    def indices(self, values: Numbers) -> pd.DataFrame:
        """first and total of each factor, shares of the outcome's variance: path, index, value, low, high, luck.

        ``values`` has shape (rows, replications): the outcome is the mean over replications. Intervals are of the
        bootstrap over base points; ``luck`` is what the index of a factor without any effect stays below in 95 % of
        cases. All are zero where the outcome is the same at every row.
        """
        from SALib.analyze import sobol

        outcome = values.mean(axis=1)
        if np.ptp(outcome) == 0.0:
            still = [(path, index, 0.0, 0.0, 0.0, 0.0) for path in self.paths for index in ("total", "first")]
            return pd.DataFrame(still, columns=COLUMNS)
        found = sobol.analyze(
            problem(self.paths), outcome,
            calc_second_order=False, num_resamples=RESAMPLES, seed=design_seed(self.seed, "sobol intervals"),
        )  # fmt: skip
        luck = self._luck(values)
        rows = []
        for place, path in enumerate(self.paths):
            for index, name in (("total", "ST"), ("first", "S1")):
                value, half = float(found[name][place]), float(found[f"{name}_conf"][place])
                rows.append((path, index, value, value - half, value + half, luck[index][place]))
        return pd.DataFrame(rows, columns=COLUMNS)

    def _luck(self, values: Numbers) -> dict[str, list[float]]:
        """The floor of both indices for each factor, by the same estimators."""
        blocks = values.reshape(-1, len(self.paths) + 2, values.shape[1])
        first_rows, last_rows = blocks[:, 0].mean(axis=1), blocks[:, -1].mean(axis=1)
        centred = last_rows - values.mean()
        variance = float(np.concatenate([first_rows, last_rows]).var())
        floors: dict[str, list[float]] = {"total": [], "first": []}
        for place in range(len(self.paths)):
            dummies = dummy_effects(blocks[:, place + 1] - blocks[:, 0], self.seed)  # (dummies, base)
            if variance == 0.0:
                floors["total"].append(0.0)
                floors["first"].append(0.0)
                continue
            floors["total"].append(floor_of((dummies**2).mean(axis=1) / (2.0 * variance)))
            floors["first"].append(floor_of(np.abs((dummies * centred).mean(axis=1)) / variance))
        return floors
