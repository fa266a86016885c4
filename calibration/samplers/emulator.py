"""A posterior through an emulator: the runs of a hundred candidates stand in for those of all others.

In go candidates with what their runs came to; a Gaussian process is laid through the mean of each target, on the scale
of its link (Sacks, Welch, Mitchell & Wynn 1989; Kennedy & O'Hagan 2001, JRSS B 63:425-464): with the same luck for all
candidates that mean is a smooth function of the parameters. Out comes a sample of the posterior: points weighted by
prior times likelihood at the emulated means, the emulator's own error counted as luck is. Where data say much of
several parameters at once, this needs far fewer runs than a sampler that must hit what is likely.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, optimize

from calibration.candidates import Tried
from calibration.losses.luck import Luck
from calibration.parameters import Space
from calibration.posterior import resampled
from calibration.samplers.regression import Sample
from calibration.samplers.searching import log_prior
from calibration.samplers.sobol import keyed_uniforms, sobol_normal
from calibration.targets.observations import Observation

Floats = NDArray[np.float64]

POINTS: Final = 2**14
"""Of the posterior's density, in each of the `ROUNDS` that look for where it is."""
ROUNDS: Final = 3
KEPT: Final = 2048
WIDER: Final = 1.5
"""Points are looked at over so many standard deviations of the round before."""
LENGTHS: Final = (-1.0, 3.0)
NUGGETS: Final = (-16.0, 0.0)
"""Bounds of the logarithms of lengths, in prior standard deviations, and of the nugget's share of the variance."""
STARTS: Final = (0.3, 1.0)
JITTER: Final = 1e-8


@dataclass(frozen=True)
class Emulator:
    """Gaussian processes with a common kernel, one a component: y(z) = h(z)β + noise of variance σ²·(k + nugget).

    k(z, z') = exp(-½ Σ ((z - z')/length)²); h has powers of z up to the ``degree``. It was made of the points ``z``
    (candidates, parameters); ``left`` (candidates, components) is what the trend leaves times the inverse kernel,
    ``root`` its Cholesky factor, ``variance`` σ² by component.
    """

    z: Floats
    lengths: Floats
    nugget: float
    degree: int
    trend: Floats
    left: Floats
    root: Floats
    variance: Floats

    def mean(self, z: Floats) -> Floats:
        """(points, components) at z (points, parameters)."""
        return np.asarray(_powers(z, self.degree) @ self.trend + _kernel(z, self.z, self.lengths) @ self.left)

    def error(self, z: Floats) -> Floats:
        """The standard deviation of what it does not know there, (points, components); that of the trend left out."""
        inside = linalg.solve_triangular(self.root, _kernel(z, self.z, self.lengths).T, lower=True)
        unknown = np.maximum(1.0 + self.nugget - (inside**2).sum(axis=0), 0.0)
        return np.asarray(np.sqrt(unknown[:, np.newaxis] * self.variance))


def emulate(z: Floats, values: Floats) -> Emulator:
    """The emulator through ``values`` (candidates, components) at ``z`` (candidates, parameters).

    Lengths and nugget are those of the greatest likelihood over all components, trend and variance at their best.
    """
    count, dimensions = z.shape
    degree = next((each for each in (2, 1) if count >= 3 * (1 + each * dimensions)), 0)
    powers = _powers(z, degree)

    def parts(logs: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        kernel = _kernel(z, z, np.exp(logs[:-1])) + (float(np.exp(logs[-1])) + JITTER) * np.eye(count)
        root = np.linalg.cholesky(kernel).astype(np.float64, copy=False)
        within = linalg.solve_triangular(root, np.column_stack([powers, values]), lower=True)
        columns, wanted = within[:, : powers.shape[1]], within[:, powers.shape[1] :]
        trend = np.linalg.lstsq(columns, wanted, rcond=None)[0].astype(np.float64, copy=False)
        rest = wanted - columns @ trend
        return root, trend, rest, np.maximum((rest**2).sum(axis=0) / count, 1e-300)

    def unlikely(logs: Floats) -> float:
        root, _, _, variance = parts(logs)
        return float(0.5 * count * np.log(variance).sum() + values.shape[1] * np.log(np.diag(root)).sum())

    bounds = [LENGTHS] * dimensions + [NUGGETS]
    found = [
        optimize.minimize(unlikely, np.append(np.full(dimensions, start), -8.0), method="L-BFGS-B", bounds=bounds)
        for start in STARTS
    ]
    best = np.asarray(min(found, key=lambda each: float(each.fun)).x)
    root, trend, rest, variance = parts(best)
    left = linalg.solve_triangular(root, rest, lower=True, trans=1)
    return Emulator(z, np.exp(best[:-1]), float(np.exp(best[-1])), degree, trend, left, root, variance)


def emulated_posterior(
    space: Space, observed: Sequence[Observation], tried: Tried, lucks: Mapping[str, Luck], seed: int
) -> Sample:
    """Points of equal weight from the posterior on the working scale.

    Importance sampling in rounds: points of the prior, then of a normal around what the last round found, weighted by
    the posterior over the density of both (Veach & Guibas 1995). In the last round the error of the emulator, as it is
    where the posterior lies, widens every target.
    """
    there = tried.of(tried.possible)
    linked = [each.loss.link(there.centre(each)) for each in observed]
    ends = np.cumsum([0, *(each.shape[1] for each in linked)])
    values = np.column_stack(linked)
    spread = np.where(values.std(axis=0) > 0.0, values.std(axis=0), 1.0)
    emulator = emulate(there.z, values / spread)
    places = [slice(int(first), int(last)) for first, last in itertools.pairwise(ends)]
    sample = _weighted(
        sobol_normal(POINTS, there.z.shape[1], seed, "emulated"), np.zeros(POINTS), emulator, spread, places, space,
        observed, lucks,
    )  # fmt: skip
    for number in range(ROUNDS):
        middle, around = sample.mean(), WIDER**2 * sample.covariance() + 1e-6 * np.eye(there.z.shape[1])
        root = np.linalg.cholesky(around)
        near = middle + sobol_normal(POINTS, there.z.shape[1], seed, f"emulated {number}") @ root.T
        far = sobol_normal(POINTS // 8, there.z.shape[1], seed, f"emulated {number} far")
        z = np.concatenate([near, far])
        off = linalg.solve_triangular(root, (z - middle).T, lower=True)
        normal = -0.5 * (off**2).sum(axis=0) - np.log(np.diag(root)).sum()
        proposal = np.logaddexp(normal + np.log(8.0 / 9.0), log_prior(z) - np.log(9.0))
        if number == ROUNDS - 1:
            lucks = _with_error(emulator, sample, spread, places, observed, lucks)
        sample = _weighted(z, log_prior(z) - proposal, emulator, spread, places, space, observed, lucks)
    points = resampled(sample, KEPT, float(keyed_uniforms((1,), seed, "emulated")[0]))
    return Sample(points, np.full(KEPT, 1.0 / KEPT))


def _weighted(
    z: Floats, log_weights: Floats, emulator: Emulator, spread: Floats, places: Sequence[slice], space: Space,
    observed: Sequence[Observation], lucks: Mapping[str, Luck],
) -> Sample:  # fmt: skip
    """The points with weights times the likelihood; those that break a constraint have none."""
    values = emulator.mean(z) * spread
    total = np.where(space.allowed(z), log_weights, -np.inf)
    for each, place in zip(observed, places, strict=True):
        centre = each.loss.unlink(values[:, place])
        total = total + each.weight * each.loss.log_likelihood(each.loss.observed, centre, lucks[each.name])
    weights = np.exp(total - total.max())
    return Sample(z, weights / weights.sum())


def _with_error(
    emulator: Emulator, sample: Sample, spread: Floats, places: Sequence[slice],
    observed: Sequence[Observation], lucks: Mapping[str, Luck],
) -> dict[str, Luck]:  # fmt: skip
    """Each luck with the emulator's error beside it: its mean square over the posterior, in the unit of luck."""
    at = resampled(sample, KEPT, 0.5)
    values, errors = emulator.mean(at) * spread, emulator.error(at) * spread
    found = {}
    for each, place in zip(observed, places, strict=True):
        ends, first = [], each.loss.compared.start
        for sign in (-1.0, 1.0):
            moved = values[:, place].copy()
            moved[:, first] += sign * errors[:, place.start + first]
            ends.append(each.loss.unlink(moved)[:, first])
        square = (0.5 * (ends[1] - ends[0])) ** 2
        unit = float(each.loss.luck_unit(each.loss.unlink(values[:, place])).mean())
        found[each.name] = replace(lucks[each.name], emulated=float(square.mean()) / unit if unit > 0.0 else 0.0)
    return found


def _kernel(z: Floats, other: Floats, lengths: Floats) -> Floats:
    """Squared exponential, (rows of z, rows of other)."""
    square = np.zeros((len(z), len(other)))
    for place, length in enumerate(lengths):
        square += ((z[:, place, np.newaxis] - other[np.newaxis, :, place]) / length) ** 2
    return np.asarray(np.exp(-0.5 * square))


def _powers(z: Floats, degree: int) -> Floats:
    """A constant, and z to each power up to the degree."""
    return np.column_stack([np.ones(len(z)), *(z**power for power in range(1, degree + 1))])
