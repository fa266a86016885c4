"""ABC-SMC and regression-adjusted ABC find posteriors that are known; searches find a known best point."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special, stats

from calibration.losses.kinds import Binomial
from calibration.losses.luck import Luck
from calibration.posterior import share_below, weighted_quantiles
from calibration.samplers.regression import regression_abc
from calibration.samplers.searching import Search
from calibration.samplers.smc import AbcSmc
from calibration.samplers.sobol import keyed_uniforms, sobol_normal

ENDS = np.array([0.05, 0.5, 0.95])
PARTICLES = 400


def run(sampler: AbcSmc, log_likelihood) -> AbcSmc:
    while len(z := sampler.ask()):
        sampler.tell(z, log_likelihood(z))
    return sampler


def of_160(z: np.ndarray) -> np.ndarray:
    """146 of 160 where the share has a uniform prior: the posterior is Beta(147, 15)."""
    share = special.ndtr(z)
    return Binomial(146, 160).log_likelihood(np.array([146.0]), share, Luck(0.0, 10**9))


@pytest.fixture(scope="module")
def beta_posterior() -> AbcSmc:
    return run(AbcSmc(PARTICLES, 1, 11), of_160)


def test_abc_smc_finds_the_conjugate_beta_posterior(beta_posterior) -> None:
    """Kolmogorov-Smirnov against Beta(147, 15), 99.9 % of a sample of the effective size."""
    sample = beta_posterior.sample
    share = special.ndtr(sample.z[:, 0])
    order = np.argsort(share)
    steps = np.cumsum(sample.weights[order])
    gap = np.abs(steps - stats.beta(147, 15).cdf(share[order])).max()
    assert gap < 1.95 / np.sqrt(sample.effective)


def test_its_last_generation_is_at_temperature_one(beta_posterior) -> None:
    temperatures = [each.temperature for each in beta_posterior.generations]
    assert temperatures == sorted(temperatures, reverse=True)
    assert temperatures[-1] == 1.0
    assert not beta_posterior.stalled


def test_abc_smc_finds_two_parameters_known_together() -> None:
    """Normal prior N(0, I), one observation x + y = 2 ± 0.2: mean 2/2.04 each, variance 1 - 1/2.04."""
    found = run(AbcSmc(PARTICLES, 2, 5), lambda z: stats.norm.logpdf(2.0, z.sum(axis=1), 0.2)).sample
    error = 1.0 / np.sqrt(found.effective)
    sd = np.sqrt(1 - 1 / 2.04)
    assert found.mean() == pytest.approx(np.full(2, 2 / 2.04), abs=4.5 * sd * error)
    covariance = found.covariance()
    assert np.diag(covariance) == pytest.approx(np.full(2, 1 - 1 / 2.04), rel=4.5 * np.sqrt(2) * error)
    assert covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1]) == pytest.approx(-1 / 1.04, abs=0.03)


def test_candidates_are_the_same_however_their_likelihoods_are_worked_out() -> None:
    """One at a time, as many workers would, or all at once: equal to the last bit."""

    def one_by_one(z: np.ndarray) -> np.ndarray:
        return np.concatenate([of_160(each[np.newaxis]) for each in z])

    one, other = (run(AbcSmc(40, 1, 2), how).sample for how in (of_160, one_by_one))
    assert one.z.tobytes() == other.z.tobytes()
    assert one.weights.tobytes() == other.weights.tobytes()


def test_a_likelihood_nobody_meets_stalls_and_says_so() -> None:
    """The mutation: candidates next to each other are as likely as they are at random, so hardly any is taken."""

    def rough(z: np.ndarray) -> np.ndarray:
        return -1e6 * np.modf(np.abs(z[:, 0]) * 1e4)[0]

    assert run(AbcSmc(20, 1, 2), rough).stalled


def normal_data(count: int, error: float) -> tuple[np.ndarray, np.ndarray]:
    z = sobol_normal(count, 1, 3)
    return z, z + error * special.ndtri(keyed_uniforms((count, 1), 3, "errors"))


def test_regression_abc_finds_the_conjugate_normal_posterior() -> None:
    """Prior N(0, 1), datum 1.2 ± 0.5: N(0.96, 0.2), within 4.5 standard errors of the effective size."""
    z, data = normal_data(4096, 0.5)
    sample = regression_abc(z, data, np.array([1.2]))
    error = 4.5 / np.sqrt(sample.effective)
    assert sample.mean()[0] == pytest.approx(0.96, abs=error * np.sqrt(0.2))
    assert sample.covariance()[0, 0] == pytest.approx(0.2, rel=error * np.sqrt(2))


def test_the_line_is_what_makes_it_sharp() -> None:
    """The mutation: without moving them along the line, the nearest data sets say less than the datum does."""
    z, data = normal_data(512, 0.05)
    adjusted = regression_abc(z, data, np.array([0.3])).covariance()[0, 0]
    nearest = np.argsort(np.abs(data[:, 0] - 0.3))[:250]
    assert adjusted < 0.005 < z[nearest].var()


def test_data_without_a_word_about_a_parameter_leave_its_prior() -> None:
    z = sobol_normal(4096, 2, 3)
    data = z[:, :1] + special.ndtri(keyed_uniforms((4096, 1), 3, "errors"))
    sample = regression_abc(z, data, np.array([0.5]))
    low, _, high = weighted_quantiles(sample.z[:, 1], sample.weights, ENDS)
    assert high - low == pytest.approx(2 * 1.645, rel=0.15)


@pytest.mark.parametrize("way", ["tpe", "cma-es"])
def test_a_search_comes_near_a_known_best_point(way) -> None:
    """log prior + log L is highest at 0.8 of (1, -1)."""
    search, found = Search(way, 2, 96, 4), []
    while len(z := search.ask()):
        likelihood = -0.5 * ((z - np.array([1.0, -1.0])) ** 2).sum(axis=1) / 0.25
        found += list(zip(z, likelihood - 0.5 * (z**2).sum(axis=1), strict=True))
        search.tell(z, likelihood)
    best = max(found, key=lambda each: each[1])[0]
    assert len(found) == 96
    assert np.abs(best - np.array([0.8, -0.8])).max() < 0.4


def test_quantiles_and_shares_of_a_weighted_sample_are_those_of_its_copies() -> None:
    values, weights = np.array([3.0, 1.0, 2.0]), np.array([0.5, 0.25, 0.25])
    assert share_below(values, weights, 3.0) == 0.75
    assert share_below(values, weights, 1.5) == 0.25
    assert weighted_quantiles(values, weights, np.array([0.375])) == pytest.approx(2.0)
