"""The likelihoods of fits against scipy.stats, and against what their formulas say of draws and luck."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from calibration.losses.kinds import (
    BetaBinomial,
    Binomial,
    GammaPoisson,
    Moments,
    Normal,
)
from calibration.losses.likelihood import luck_of
from calibration.losses.luck import Luck
from calibration.losses.shares import Dirichlet, DirichletMultinomial
from calibration.samplers.sobol import keyed_uniforms

NONE = Luck(0.0, 10**9)


def at(*centre: float) -> np.ndarray:
    return np.array([centre])


def likelihood(loss, centre, luck):
    return float(loss.log_likelihood(loss.observed, centre, luck)[0])


def test_the_binomial_is_scipys() -> None:
    assert likelihood(Binomial(146, 160), at(0.9), NONE) == pytest.approx(stats.binom.logpmf(146, 160, 0.9), rel=1e-7)


def test_the_beta_binomial_is_scipys_with_lucks_share_of_the_variance() -> None:
    """Intraclass correlation ρ gives a + b = 1/ρ - 1; its variance is p(1-p)n(1 + (n-1)ρ)."""
    luck = Luck(0.02, 4)
    strength = 1 / (0.02 * 1.25) - 1
    share = (0.9 * 640 + 0.5) / 641
    expected = stats.betabinom.logpmf(146, 160, share * strength, (1 - share) * strength)
    assert likelihood(BetaBinomial(146, 160), at(0.9), luck) == pytest.approx(expected, rel=1e-9)


def test_without_luck_the_beta_binomial_is_the_binomial() -> None:
    assert likelihood(BetaBinomial(146, 160), at(0.9), NONE) == likelihood(Binomial(146, 160), at(0.9), NONE)


def test_the_gamma_poisson_is_scipys_negative_binomial_of_that_mean_and_variance() -> None:
    luck, mean = Luck(3.0, 5), 20.1
    variance = mean * (3.0 + 3.0 / 5)
    expected = stats.nbinom.logpmf(12, mean**2 / (variance - mean), mean / variance)
    assert likelihood(GammaPoisson(12), at(20.0), luck) == pytest.approx(expected, rel=1e-9)


def test_a_count_is_never_thought_steadier_than_a_poisson() -> None:
    assert likelihood(GammaPoisson(12), at(20.0), NONE) == pytest.approx(stats.poisson.logpmf(12, 20.0), rel=1e-6)


def test_a_count_of_runs_that_had_none_is_not_impossible() -> None:
    assert np.isfinite(likelihood(GammaPoisson(2), at(0.0), Luck(1.0, 4)))


def test_the_normal_has_the_error_of_the_value_and_the_luck_of_market_and_ensemble() -> None:
    expected = stats.norm.logpdf(4.7, 5.0, np.sqrt(0.2**2 + 0.3 * 1.5))
    assert likelihood(Normal(4.7, 0.2), at(5.0), Luck(0.3, 2)) == pytest.approx(expected, rel=1e-12)


def test_mean_and_spread_are_a_normal_and_a_chi_square() -> None:
    """The density of s is that of (n-1)s²/σ² under chi-square, times 2(n-1)s/σ²."""
    loss = Moments(87.16, 4.94, 160, spread=True)
    expected = stats.norm.logpdf(87.16, 88.0, 5.5 / np.sqrt(160))
    expected += stats.chi2.logpdf(159 * 4.94**2 / 5.5**2, 159) + np.log(2 * 159 * 4.94 / 5.5**2)
    assert likelihood(loss, at(88.0, 5.5), NONE) == pytest.approx(expected, rel=1e-9)


def test_categories_are_scipys_dirichlet_multinomial() -> None:
    loss, luck = DirichletMultinomial((12, 5, 3)), Luck(0.05, 4)
    amounts = np.array([0.5, 0.3, 0.2]) * 20 + 0.125
    alpha = amounts / amounts.sum() * (1 / (0.05 * 1.25) - 1)
    expected = stats.dirichlet_multinomial.logpmf([12, 5, 3], alpha, 20)
    assert likelihood(loss, at(0.5, 0.3, 0.2), luck) == pytest.approx(expected, rel=1e-9)


def test_without_luck_categories_are_scipys_multinomial() -> None:
    expected = stats.multinomial.logpmf([12, 5, 3], 20, [0.5, 0.3, 0.2])
    assert likelihood(DirichletMultinomial((12, 5, 3)), at(0.5, 0.3, 0.2), NONE) == pytest.approx(expected, rel=1e-6)


def test_shares_of_a_whole_are_scipys_dirichlet() -> None:
    luck = Luck(0.02, 4)
    strength = 1 / (0.02 * 1.25) - 1
    amounts = np.array([0.5, 0.3, 0.2]) * strength + 0.125
    expected = stats.dirichlet.logpdf([0.4, 0.35, 0.25], strength * amounts / amounts.sum())
    assert likelihood(Dirichlet((0.4, 0.35, 0.25)), at(0.5, 0.3, 0.2), luck) == pytest.approx(expected, rel=1e-9)


def test_drawn_shares_of_a_whole_spread_by_luck_alone() -> None:
    """Var x = p(1 - p)·luck, within 5 standard errors of a variance of 4,000 draws; and a firm knows what it lost."""
    loss, luck = Dirichlet((0.4, 0.35, 0.25)), Luck(0.02, 10**9)
    drawn = loss.drawn(keyed_uniforms((4000, 3), 11, "shares"), np.tile((0.5, 0.3, 0.2), (4000, 1)), luck)
    assert drawn.sum(axis=1) == pytest.approx(1.0)
    for place, p in enumerate((0.5, 0.3, 0.2)):
        assert drawn[:, place].var() == pytest.approx(0.02 * p * (1 - p), rel=5 * np.sqrt(2 / 4000))
    run = np.array([[0.6, 0.3, 0.1]])
    assert (loss.sampled(np.full((1, 3), 0.5), run) == run).all()


@pytest.mark.parametrize(
    ("loss", "centre", "luck"),
    [
        (Binomial(146, 160), (0.9,), Luck(0.0, 4)),
        (BetaBinomial(146, 160), (0.9,), Luck(0.02, 4)),
        (GammaPoisson(12), (20.0,), Luck(3.0, 4)),
        (Normal(4.7, 0.2), (5.0,), Luck(0.3, 4)),
        (Moments(87.16, 4.94, 160, spread=True), (88.0, 5.5), Luck(0.1, 4)),
        (DirichletMultinomial((12, 5, 3)), (0.5, 0.3, 0.2), Luck(0.05, 4)),
        (Dirichlet((0.4, 0.35, 0.25)), (0.5, 0.3, 0.2), Luck(0.02, 4)),
    ],
)
def test_drawn_data_have_the_likelihood_that_is_claimed_for_them(loss, centre, luck) -> None:
    """Gibbs: the mean log-likelihood of draws is highest where they were drawn, beside centres 3 % of the way off.

    And the mean of what is drawn is what is expected, within 4.5 standard errors of 4,000 draws.
    """
    count = 4000
    uniforms = keyed_uniforms((count, loss.uniforms), 7, "oracle")
    data = loss.drawn(uniforms, np.tile(centre, (count, 1)), luck)
    own = loss.log_likelihood(data, np.tile(centre, (count, 1)), luck).mean()
    for factor in (0.9, 1.1):
        other = np.array(centre)
        other[0] = min(other[0] * factor, 0.99) if other[0] < 1 else other[0] * factor
        assert own > loss.log_likelihood(data, np.tile(other, (count, 1)), luck).mean()
    spread = data[:, 0].std() / np.sqrt(count)
    half_a_case = 0.5 if not isinstance(loss, Normal | Moments | Dirichlet) else 0.0
    assert abs(data[:, 0].mean() - loss.expected(np.array([centre]))[0, 0]) < 4.5 * spread + half_a_case


def test_luck_is_the_variance_within_candidates_in_the_unit_of_the_loss() -> None:
    """Poisson runs at many rates: variance is one time the mean, within 4.5 standard errors."""
    rates = np.linspace(5, 50, 200)
    uniforms = keyed_uniforms((200, 4), 3, "runs")
    runs = stats.poisson.ppf(uniforms, rates[:, np.newaxis])[..., np.newaxis]
    assert luck_of(GammaPoisson(1), runs).size == pytest.approx(1.0, abs=4.5 * np.sqrt(2 / 600))


@pytest.mark.parametrize("loss", [Dirichlet((0.4, 0.35, 0.25)), DirichletMultinomial((12, 5, 3))])
def test_the_luck_of_shares_is_learned_from_all_of_them(loss) -> None:
    """Dirichlet shares of var p(1 - p)·0.02, two runs of each of 400 markets; 4.5 standard errors of a variance."""
    truth = Dirichlet((0.5, 0.3, 0.2))
    centre = np.tile((0.5, 0.3, 0.2), (800, 1))
    runs = truth.drawn(keyed_uniforms((800, 3), 5, "markets"), centre, Luck(0.02, 10**9)).reshape(400, 2, 3)
    assert luck_of(loss, runs).size == pytest.approx(0.02, rel=4.5 * np.sqrt(2 / 400))


def test_one_market_is_counted_as_it_was_and_asked_as_it_would_be() -> None:
    """A study of one market: its luck has happened, so a count is that of the run, and a share is sampled."""
    uniforms = keyed_uniforms((2000, 2), 5, "study")
    assert (GammaPoisson(3).sampled(uniforms, np.full((2000, 1), 12.0)) == 12.0).all()
    asked = BetaBinomial(1, 160).sampled(uniforms, np.full((2000, 1), 0.9))
    assert asked.var() == pytest.approx(160 * 0.09, rel=4.5 * np.sqrt(2 / 2000))
