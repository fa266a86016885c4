"""Posteriors of both samplers against quadrature: the same ensemble, the same likelihood, no sampling at all.

A share and a count each depend on one parameter alone, so their posteriors are integrals over one number. That the
ensemble is small (two replications) moves them too, and in the same way: what is asked here is only whether the
samplers find the posterior that their candidates imply.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from calibration import calibrator
from calibration.calibrator import posterior_of, two_rounds
from calibration.candidates import Tried, log_likelihoods
from calibration.posterior import weighted_quantiles
from calibration.targets.reading import Fit
from tests.unit.test_fits import fit

pytestmark = pytest.mark.slow

ENDS = np.array([0.05, 0.5, 0.95])
SEEDS = range(1, 5)
PARAMETERS = (("right", "right"), ("rate", "complaints"))
"""Each with the target that tells of it."""
QUICK, LONG = 0.1, 0.15
"""The most that an end of the interval may be off on average, posterior standard deviations: 1 point of a 5 % tail."""


class DrawnBench:
    """A bench of `DrawnMarket`'s distributions, for all candidates at once."""

    def __init__(self, of: Fit, seed: int, replications: int) -> None:
        self.fit, self.replications = of, replications
        self._luck = [np.random.default_rng([seed, each]).random(3) for each in range(replications)]

    def run(self, z: np.ndarray) -> Tried:
        names = self.fit.space.names
        values = self.fit.space.values(z)
        right, rate = values[:, names.index("right")] / 100.0, values[:, names.index("rate")]
        runs = {}
        for each in self.fit.observations:
            seen = {
                "right_first_time": [right + 0.002 * stats.norm.ppf(luck[0]) for luck in self._luck],
                "complaints": [stats.poisson.ppf(luck[1], 10.0 * rate) for luck in self._luck],
                "wait_mean": [12 - 8 * right - 0.5 * rate + 0.05 * stats.norm.ppf(luck[2]) for luck in self._luck],
            }[each.measure.name]
            runs[each.name] = each.runs(np.stack(seen, axis=1)[..., np.newaxis])
        return Tried(z, runs)


def integrated(bench: DrawnBench, lucks, place: int, target: str) -> tuple[np.ndarray, float]:
    """Quantiles and standard deviation of p(z)·L(z) over a grid of one parameter, on the working scale."""
    grid = np.linspace(-5.0, 5.0, 4001)
    z = np.zeros((len(grid), len(bench.fit.space.names)))
    z[:, place] = grid
    observed = [each for each in bench.fit.fitted_to if each.name == target]
    log_density = log_likelihoods(observed, bench.run(z), lucks) - 0.5 * grid**2
    density = np.exp(log_density - log_density.max())
    density /= density.sum()
    mean = float((density * grid).sum())
    return np.interp(ENDS, np.cumsum(density), grid), float(np.sqrt((density * (grid - mean) ** 2).sum()))


def off(sampled, replications: int) -> dict[str, np.ndarray]:
    """By parameter, (seeds, 3): how far the ends and the median are off, posterior standard deviations."""
    found: dict[str, list[np.ndarray]] = {name: [] for name, _ in PARAMETERS}
    for seed in SEEDS:
        bench = DrawnBench(fit(), seed, replications)
        sample, lucks = sampled(bench, seed)
        for place, (name, target) in enumerate(PARAMETERS):
            exact, spread = integrated(bench, lucks, place, target)
            found[name].append((weighted_quantiles(sample.z[:, place], sample.weights, ENDS) - exact) / spread)
    return {name: np.array(rows) for name, rows in found.items()}


def quick(bench: DrawnBench, seed: int):
    _, sample, lucks = two_rounds(bench, 256, seed)
    return sample, lucks


def longer(bench: DrawnBench, seed: int):
    _, sample, lucks, _ = calibrator._by_smc(bench, 400, seed)
    return sample, lucks


def without_weights(bench: DrawnBench, seed: int):
    """The mutation: the second round's candidates lie near the posterior, and nothing corrects for it."""
    tried, _, lucks = two_rounds(bench, 256, seed)
    return posterior_of(bench.fit, tried, lucks, seed, np.ones(len(tried.z))), lucks


def within(found: dict[str, np.ndarray], allowed: float) -> bool:
    """Whether the mean over seeds is off by no more than allowed, and 3.5 of its own standard errors."""
    return all(
        bool((np.abs(rows.mean(axis=0)) <= allowed + 3.5 * rows.std(axis=0, ddof=1) / np.sqrt(len(rows))).all())
        for rows in found.values()
    )


@pytest.mark.parametrize("replications", [2, pytest.param(8, marks=pytest.mark.study)])
def test_the_quick_fit_finds_the_posterior_its_candidates_imply(replications: int) -> None:
    assert within(off(quick, replications), QUICK)


def test_abc_smc_finds_the_same_posterior() -> None:
    assert within(off(longer, 2), LONG)


def test_without_the_weights_of_the_second_round_intervals_would_be_too_narrow() -> None:
    found = off(without_weights, 2)
    assert found["right"][:, 0].mean() > QUICK
    assert found["rate"][:, 2].mean() < -QUICK
