"""Regression-adjusted ABC (Beaumont, Zhang & Balding 2002, Genetics 162:2025-2035): the quick posterior.

In go candidates with what their runs came to; from each several data sets are drawn as another study would have found
them. Their summaries are the regression's own guess of the parameters (Fearnhead & Prangle 2012, JRSS B 74:419-474), so
many targets become one number a parameter. The data sets nearest to the observed one are kept, weighted by the
Epanechnikov kernel, and their parameters are moved along a local line to where they would be had they given the
observed data. Everything on the working scale, on which the priors are standard normal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.candidates import Tried
from calibration.losses.luck import Luck
from calibration.samplers.sobol import keyed_uniforms
from calibration.targets.observations import Observation

Floats = NDArray[np.float64]

DATA_SETS = 64
"""Drawn from each candidate."""
KEPT = 0.15
FEWEST = 250
RIDGE = 1e-6


@dataclass(frozen=True)
class Sample:
    """A posterior as weighted points of the working scale: ``z`` (points, parameters), ``weights`` that sum to 1."""

    z: Floats
    weights: Floats

    @property
    def effective(self) -> float:
        """Kish's effective number of points."""
        return float(1.0 / (self.weights**2).sum())

    def mean(self) -> Floats:
        return np.asarray((self.weights[:, np.newaxis] * self.z).sum(axis=0))

    def covariance(self) -> Floats:
        """(parameters, parameters)."""
        off = self.z - self.mean()
        return np.asarray((off * self.weights[:, np.newaxis]).T @ off)


def pseudo_data(
    observed: Sequence[Observation], tried: Tried, lucks: Mapping[str, Luck], seed: int, sets: int = DATA_SETS
) -> Floats:
    """Scaled data sets, shape (candidates × sets, components of all targets); the sets of a candidate lie together."""
    columns = []
    for each in observed:
        centre = np.repeat(tried.centre(each), sets, axis=0)
        luck = keyed_uniforms((len(centre), each.loss.uniforms), seed, f"data of {each.name}")
        drawn = each.loss.drawn(luck, centre, lucks[each.name])
        columns.append(np.sqrt(each.weight) * each.loss.scaled(drawn))
    return np.concatenate(columns, axis=1)


def observed_data(observed: Sequence[Observation], found: Sequence[Observation] | None = None) -> Floats:
    """What was observed on the same scale, shape (components,); ``found`` are the same targets with other data."""
    return np.concatenate(
        [
            np.sqrt(each.weight) * each.loss.scaled(other.loss.observed)
            for each, other in zip(observed, found or observed, strict=True)
        ]
    )


def regression_abc(z: Floats, data: Floats, target: Floats, weights: Floats | None = None) -> Sample:
    """The adjusted sample.

    ``z`` (n, parameters) with ``data`` (n, components) drawn from it; ``target`` (components,) was observed;
    ``weights`` of the rows, where they are not drawn from the prior.
    """
    prior = np.full(len(z), 1.0 / len(z)) if weights is None else weights / weights.sum()
    centre, scale = _location(data, prior)
    rows, at = (data - centre) / scale, (target - centre) / scale
    slopes = _least_squares(_with_squares(rows), z, prior)
    summaries, wanted = _with_squares(rows) @ slopes, (_with_squares(at[np.newaxis]) @ slopes)[0]
    _middle, spread = _location(summaries, prior)
    gaps = (summaries - wanted) / spread
    distance = np.sqrt((gaps**2).sum(axis=1))
    kept = min(len(z), max(FEWEST, int(KEPT * len(z))))
    width = max(float(np.partition(distance, kept - 1)[kept - 1]), 1e-12)
    kernel = prior * np.maximum(1.0 - (distance / width) ** 2, 0.0)
    near = kernel > 0.0
    if near.sum() < 2 * (z.shape[1] + 1):  # nothing near enough for a line
        near = distance <= width
        kernel = prior * near
    kernel = kernel[near] / kernel[near].sum()
    design = np.column_stack([np.ones(int(near.sum())), gaps[near]])
    line = _least_squares(design, z[near], kernel)
    return Sample(z[near] - gaps[near] @ line[1:], kernel)


def _with_squares(rows: Floats) -> Floats:
    """Constant, data and their squares."""
    return np.column_stack([np.ones(len(rows)), rows, rows**2])


def _least_squares(design: Floats, values: Floats, weights: Floats) -> Floats:
    """Weighted least squares with a trace of ridge, so that equal columns do no harm: (columns, parameters)."""
    weighted = design * weights[:, np.newaxis]
    gram = weighted.T @ design
    penalty = RIDGE * np.maximum(np.diag(gram), 1e-12)
    penalty[0] = 0.0
    return np.asarray(np.linalg.solve(gram + np.diag(penalty), weighted.T @ values))


def _location(data: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Weighted mean and standard deviation by column; 1 where nothing varies."""
    centre = (weights[:, np.newaxis] * data).sum(axis=0)
    spread = np.sqrt((weights[:, np.newaxis] * (data - centre) ** 2).sum(axis=0))
    return np.asarray(centre), np.where(spread > 0.0, spread, 1.0)
