"""Morris screening: every factor moved many times, each time from another place in the space of all factors.

In go the paths of the factors and how many trajectories to walk; out come the rows of quantiles to run, and from the
outcomes at these rows μ (mean effect), μ* (mean size of the effect) and σ (how much it depends on where the others
stand), each with its interval. Sampling and indices are SALib's (Morris 1991; Campolongo, Cariboni & Saltelli 2007).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.assumptions.luck_floor import dummy_effects, floor_of
from sim.streams import Streams

Numbers = NDArray[np.float64]

LEVELS = 4
RESAMPLES = 400
WIDTH = 1.959963984540054  # half-width of a normal interval of 95 %, in standard errors
COLUMNS = ["path", "index", "value", "low", "high", "luck"]


@dataclass(frozen=True)
class Screening:
    """A Morris design: ``rows`` has a quantile in [0, 1] of each factor.

    Its shape is (trajectories x (factors + 1), factors). Rows keep their order from sample to index: row i belongs to
    outcome i.
    """

    paths: tuple[str, ...]
    rows: Numbers
    seed: int

    @classmethod
    def of(cls, paths: Sequence[str], trajectories: int, seed: int) -> "Screening":
        """Trajectories on a grid of four levels, seeded by the scenario's seed."""
        from SALib.sample import morris

        rows = morris.sample(problem(paths), trajectories, num_levels=LEVELS, seed=design_seed(seed, "morris"))
        return cls(tuple(paths), np.clip(rows, 0.0, 1.0), seed)

    def effects(self, values: Numbers) -> Numbers:
        """Elementary effects, the change of the outcome over a factor's whole range at the pace of one step.

        ``values`` has shape (rows, replications); the result has shape (trajectories, factors, replications) and the
        unit of the outcome.
        """
        factors, replications = len(self.paths), values.shape[1]
        steps = np.diff(self.rows.reshape(-1, factors + 1, factors), axis=1)
        changes = np.diff(values.reshape(-1, factors + 1, replications), axis=1)
        moved = np.abs(steps).argmax(axis=2)
        lengths = np.take_along_axis(steps, moved[:, :, None], axis=2)
        effects = np.empty_like(changes)
        np.put_along_axis(effects, np.broadcast_to(moved[:, :, None], changes.shape), changes / lengths, axis=1)
        return effects

    def indices(self, values: Numbers) -> pd.DataFrame:
        """mu, mu_star and sigma of each factor: path, index, value, low, high, luck.

        ``values`` has shape (rows, replications): the outcome is the mean over replications. Intervals are of the
        bootstrap over trajectories; ``luck`` is what mu_star of a factor without any effect stays below in 95 % of
        cases, NaN for the others.
        """
        from SALib.analyze import morris

        outcome = values.mean(axis=1)
        found = morris.analyze(
            problem(self.paths), self.rows, outcome,
            num_levels=LEVELS, num_resamples=RESAMPLES, seed=design_seed(self.seed, "morris intervals"),
        )  # fmt: skip
        effects = self.effects(values)
        means = effects.mean(axis=2)
        widths = _bootstrap_widths(means, self.seed)
        dummies = np.abs(dummy_effects(effects, self.seed)).mean(axis=1)  # (dummies, factors)
        rows: list[tuple[str, str, float, float, float, float]] = []
        for place, path in enumerate(self.paths):
            luck = floor_of(dummies[:, place])
            for index in ("mu_star", "sigma", "mu"):
                value = float(found[index][place])
                half = float(found["mu_star_conf"][place]) if index == "mu_star" else widths[index][place]
                low = value - half if index == "mu" else max(0.0, value - half)
                rows.append((path, index, value, low, value + half, luck if index == "mu_star" else np.nan))
        return pd.DataFrame(rows, columns=COLUMNS)


def problem(paths: Sequence[str]) -> dict[str, Any]:
    """The factors as SALib wants them: their names, and quantiles from 0 to 1."""
    return {"num_vars": len(paths), "names": list(paths), "bounds": [[0.0, 1.0]] * len(paths)}


def design_seed(seed: int, identity: str) -> int:
    """A seed for a library's own generator, by the scenario's seed and what it is for."""
    return 1 + int(Streams(seed, 0).numbers("sensitivity", 1, identity=identity)[0] * (2**31 - 2))


def _bootstrap_widths(effects: Numbers, seed: int) -> dict[str, Numbers]:
    """Half-widths of mu and sigma by resampling trajectories; ``effects`` has shape (trajectories, factors)."""
    count = len(effects)
    uniforms = Streams(seed, 0).numbers("sensitivity", RESAMPLES * count, identity="morris bootstrap")
    drawn = effects[np.minimum((uniforms * count).astype(np.int64), count - 1).reshape(RESAMPLES, count)]
    return {
        "mu": WIDTH * drawn.mean(axis=1).std(axis=0, ddof=1),
        "sigma": WIDTH * drawn.std(axis=1, ddof=1).std(axis=0, ddof=1),
    }
