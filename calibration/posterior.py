"""What a fit says of each parameter: its interval, how much narrower than before, and whether it was identified at all.

In goes a weighted sample of the working scale; out come quantiles in the parameter's own unit, shrinkage, correlations.
A parameter about which the data say next to nothing is called unidentified, and never calibrated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calibration.parameters import Fitted
from calibration.samplers.regression import Sample
from calibration.surface import OF_PRIOR, Profile

Floats = NDArray[np.float64]

LEVEL: Final = 0.90
LEAST_SHRINKAGE: Final = 0.2
"""Below it a parameter is unidentified: the data carry less than about half of what the prior does."""
TOGETHER: Final = 0.7
"""From this correlation on two parameters are said to be known together only."""


@dataclass(frozen=True)
class Estimate:
    """One parameter after the fit, in its own unit; ``low`` and ``high`` bound its 90 % interval.

    ``shrinkage`` is 1 less the width of that interval over the prior's, on the working scale: 0 when nothing was
    learned, 1 when all is known. ``profile`` is None where no surface could be laid.
    """

    parameter: Fitted
    low: float
    median: float
    high: float
    prior_low: float
    prior_median: float
    prior_high: float
    shrinkage: float
    profile: Profile | None

    @property
    def identified(self) -> bool:
        """Whether the data say something of it: something was learned, and some value that the prior allows is ruled
        out at the best of all others. Where none is, what was learned is the priors' of the others.
        """
        return self.shrinkage >= LEAST_SHRINKAGE and not (self.profile is not None and self.profile.flat)

    @property
    def at_edge(self) -> bool:
        """Whether the data push it to an end of its prior: more than half of it lies in the prior's outer twentieth."""
        return self.identified and not self.prior_low <= self.median <= self.prior_high


@dataclass(frozen=True)
class Together:
    """Two parameters, by their places, that move together along a ridge of equally good values.

    ``ends``: at the 5 % and the 95 % quantile of the first, the first and what the second then is, in their units.
    """

    first: int
    second: int
    correlation: float
    ends: tuple[tuple[float, float], tuple[float, float]]


def known_together(parameters: tuple[Fitted, ...], sample: Sample) -> tuple[Together, ...]:
    """Pairs whose correlation is `TOGETHER` or more; the second follows the first by a straight line of the scale."""
    mean, covariance, related = sample.mean(), sample.covariance(), correlations(sample)
    found = []
    for first, second in combinations(range(len(parameters)), 2):
        if abs(related[first, second]) < TOGETHER:
            continue
        at = weighted_quantiles(sample.z[:, first], sample.weights, np.array([(1 - LEVEL) / 2, (1 + LEVEL) / 2]))
        follows = mean[second] + covariance[first, second] / covariance[first, first] * (at - mean[first])
        low, high = zip(parameters[first].values(at).tolist(), parameters[second].values(follows).tolist(), strict=True)
        found.append(Together(first, second, float(related[first, second]), (low, high)))
    return tuple(found)


def rests_on(estimates: Sequence[Estimate], together: Sequence[Together]) -> dict[int, int]:
    """By place of an identified parameter, the unidentified one it is known together with: what is said of the first
    holds as far as the prior of the second does, of which the data say nothing."""
    found: dict[int, int] = {}
    for each in sorted(together, key=lambda pair: -abs(pair.correlation)):
        for place, other in ((each.first, each.second), (each.second, each.first)):
            if estimates[place].identified and not estimates[other].identified:
                found.setdefault(place, other)
    return found


def weighted_quantiles(values: Floats, weights: Floats, at: Floats) -> Floats:
    """Quantiles of a weighted sample: the distribution function goes through the middle of each point's weight."""
    order = np.argsort(values, kind="stable")
    heights = np.cumsum(weights[order]) - weights[order] / 2.0
    return np.asarray(np.interp(at, heights / weights.sum(), values[order]))


def share_below(values: Floats, weights: Floats, at: float) -> float:
    """The weight of what lies below a value, of all; what is equal counts half."""
    below = float(weights[values < at].sum()) + float(weights[values == at].sum()) / 2.0
    return below / float(weights.sum())


def estimates(
    parameters: tuple[Fitted, ...], sample: Sample, profiles: tuple[Profile, ...] | None = None
) -> tuple[Estimate, ...]:
    """One estimate a parameter; of a single best point the interval is that of its profile."""
    ends = np.array([(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2])
    prior = np.array([-OF_PRIOR, 0.0, OF_PRIOR])
    found = []
    for place, parameter in enumerate(parameters):
        z = weighted_quantiles(sample.z[:, place], sample.weights, ends)
        profile = None if profiles is None else profiles[place]
        if len(sample.z) == 1 and profile is not None:
            z = np.array([min(profile.low, z[1]), z[1], max(profile.high, z[1])])
        low, median, high = parameter.values(z).tolist()
        prior_low, prior_median, prior_high = parameter.values(prior).tolist()
        shrinkage = 1.0 - float(z[2] - z[0]) / (2.0 * OF_PRIOR)
        found.append(Estimate(parameter, low, median, high, prior_low, prior_median, prior_high, shrinkage, profile))
    return tuple(found)


def correlations(sample: Sample) -> Floats:
    """(parameters, parameters), on the working scale; 1 on the diagonal."""
    covariance = sample.covariance()
    sd = np.sqrt(np.maximum(np.diag(covariance), 1e-300))
    found = np.asarray(np.clip(covariance / np.outer(sd, sd), -1.0, 1.0))
    np.fill_diagonal(found, 1.0)
    return found


def resampled(sample: Sample, count: int, start: float) -> Floats:
    """``count`` points of equal weight by systematic resampling (Kitagawa 1996); ``start`` is one uniform."""
    places = (np.arange(count) + start) / count
    chosen = np.searchsorted(np.cumsum(sample.weights) / sample.weights.sum(), places)
    return np.asarray(sample.z[np.minimum(chosen, len(sample.z) - 1)])
