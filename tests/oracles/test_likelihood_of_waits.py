"""Values whose luck grows with them, and values averaged over many markets: their likelihoods against scipy.stats."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from calibration.losses.kinds import Normal
from calibration.losses.likelihood import luck_of
from calibration.losses.luck import Luck
from calibration.losses.waits import LogNormal
from calibration.samplers.sobol import keyed_uniforms


def at(*centres: float) -> np.ndarray:
    return np.array(centres)[:, np.newaxis]


def test_a_wait_is_lognormal_about_the_simulated_mean() -> None:
    """cv² = luck·(1 + 1/R) + (error/value)²; a lognormal of mean μ has log-mean log μ - s²/2, s² = log(1 + cv²)."""
    loss, luck = LogNormal(4.7, 0.2), Luck(0.03, 2)
    s = np.sqrt(np.log1p(0.03 * 1.5 + (0.2 / 4.7) ** 2))
    expected = stats.lognorm.logpdf(4.7, s, scale=5.0 * np.exp(-(s**2) / 2))
    assert loss.log_likelihood(loss.observed, at(5.0), luck)[0] == pytest.approx(expected, rel=1e-12)


def test_drawn_waits_have_the_simulated_mean_and_the_stated_variation() -> None:
    """Tolerances: four standard errors of a mean, and of a coefficient of variation, of n draws."""
    n, cv = 40_000, np.sqrt(0.03 * 1.5 + (0.2 / 4.7) ** 2)
    drawn = LogNormal(4.7, 0.2).drawn(keyed_uniforms((n, 1), 3, "waits"), np.full((n, 1), 12.0), Luck(0.03, 2))
    assert drawn.mean() == pytest.approx(12.0, rel=4 * cv / np.sqrt(n))
    assert drawn.std() / drawn.mean() == pytest.approx(cv, rel=4 * np.sqrt(0.5 + 3 * cv**2) / np.sqrt(n))


def test_the_luck_of_waits_is_that_of_a_typical_candidate_not_of_the_longest_waits() -> None:
    """Runs of three candidates with coefficients of variation 0.1, 0.1 and, where waits are long, 0.01."""
    spread = np.array([-1.0, 0.0, 1.0])
    runs = np.stack([1 + 0.1 * spread, 2 + 0.2 * spread, 500 + 5 * spread])[..., np.newaxis]
    assert luck_of(LogNormal(4.7, 0.2), runs).size == pytest.approx((0.01 + 0.01 + 0.0001) / 3, rel=1e-12)


@pytest.mark.parametrize("kind", [Normal, LogNormal])
def test_the_luck_of_many_markets_is_in_the_error_and_only_that_of_the_ensemble_is_added(kind) -> None:
    """The mutation: of one market the same value is less sure, by the luck of one more run."""
    luck = Luck(0.3, 2)
    many, one = kind(4.7, 0.2, averaged=True), kind(4.7, 0.2)
    as_many = one.log_likelihood(one.observed, at(4.5), Luck(0.1, 2))  # 0.1·(1 + 1/2) = 0.3/2
    assert many.log_likelihood(many.observed, at(4.5), luck)[0] == pytest.approx(as_many[0], rel=1e-12)
    assert one.log_likelihood(one.observed, at(4.5), luck)[0] < many.log_likelihood(many.observed, at(4.5), luck)[0]
