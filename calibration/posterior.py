"""What a fit says of each parameter: its interval, how much narrower than before, and whether it was identified at all.

In goes a weighted sample of the working scale; out come quantiles in the parameter's own unit, shrinkage, correlations.
A parameter about which the data say next to nothing is called unidentified, and never calibrated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calibration.parameters import Fitted
from calibration.regression import Sample
from calibration.surface import OF_PRIOR, Profile

Floats = NDArray[np.float64]

LEVEL: Final = 0.90
LEAST_SHRINKAGE: Final = 0.2
"""Below it a parameter is unidentified: the data carry less than about half of what the prior does."""


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
        return self.shrinkage >= LEAST_SHRINKAGE

    @property
    def at_edge(self) -> bool:
        """Whether the data push it to an end of its prior: more than half of it lies in the prior's outer twentieth."""
        return self.identified and not self.prior_low <= self.median <= self.prior_high


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
