"""BG/NBD against Fader, Hardie & Lee (2005) on the CDNOW customers, and against direct integration of its model."""

import numpy as np
import pytest
from scipy import stats

from sim.behaviour import repeat_buying

# CDNOW, published and rounded; weeks.
CDNOW = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}


def test_expected_repeat_purchases_of_a_new_cdnow_customer() -> None:
    expected = repeat_buying.expected_purchases(np.array([39.0, 78.0]), **CDNOW)
    assert expected == pytest.approx([1.196723, 1.860519], abs=5e-7)


def test_share_without_a_repeat_purchase_in_39_weeks() -> None:
    assert repeat_buying.chance_of_no_purchase(39.0, r=0.243, alpha=4.414) == pytest.approx(0.573786, abs=5e-7)


def test_chance_that_a_customer_of_two_repeat_purchases_is_still_active() -> None:
    alive = repeat_buying.chance_active(purchases=2, last=30.43, observed=38.86, **CDNOW)
    assert alive == pytest.approx(0.726579, abs=5e-7)


def test_purchases_expected_of_that_customer_in_the_next_39_weeks() -> None:
    further = repeat_buying.expected_further_purchases(39.0, purchases=2, last=30.43, observed=38.86, **CDNOW)
    assert further == pytest.approx(1.226028, abs=5e-7)


def test_a_customer_without_repeat_purchases_cannot_have_left() -> None:
    assert repeat_buying.chance_active(purchases=0, last=0.0, observed=30.0, **CDNOW) == 1.0


@pytest.mark.parametrize(("purchases", "last", "observed"), [(0, 0.0, 20.0), (1, 5.0, 20.0), (4, 18.0, 20.0)])
def test_likelihood_is_the_mean_over_rates_and_leaving_chances(purchases: int, last: float, observed: float) -> None:
    # Given λ and p: λ^x·e^{-λT}·(1-p)^x, and for x > 0 also p(1-p)^{x-1}·λ^x·e^{-λ·t_x}. Whole shapes make the
    # integrand smooth, so Gauss-Legendre nodes give it to rounding; beyond a rate of 8 the gamma holds below 1e-19.
    r, alpha, a, b = 2.0, 6.0, 2.0, 3.0
    nodes, weights = np.polynomial.legendre.leggauss(200)
    rate, rate_weight = 4.0 * (nodes + 1.0), 4.0 * weights
    chance, chance_weight = (nodes[:, np.newaxis] + 1.0) / 2.0, weights[:, np.newaxis] / 2.0
    given = (1.0 - chance) ** purchases * rate**purchases * np.exp(-rate * observed)
    if purchases > 0:
        given += chance * (1.0 - chance) ** (purchases - 1) * rate**purchases * np.exp(-rate * last)
    density = stats.gamma.pdf(rate, r, scale=1.0 / alpha) * stats.beta.pdf(chance, a, b)
    whole = np.sum(given * density * rate_weight * chance_weight)
    log_likelihood = repeat_buying.log_likelihood(
        purchases=purchases, last=last, observed=observed, r=r, alpha=alpha, a=a, b=b
    )
    assert log_likelihood == pytest.approx(np.log(whole), abs=1e-10)


def test_no_history_has_more_weight_than_the_chance_of_no_purchase() -> None:
    silent = repeat_buying.log_likelihood(purchases=0, last=0.0, observed=39.0, **CDNOW)
    assert np.exp(silent) == pytest.approx(
        float(repeat_buying.chance_of_no_purchase(39.0, r=0.243, alpha=4.414)), rel=1e-12
    )
