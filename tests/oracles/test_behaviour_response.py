"""Carry-over, saturation, reach, fatigue and forgetting against published formulas and numbers."""

import numpy as np
import pytest
from scipy import stats

from sim.behaviour import response


def test_geometric_adstock_of_two_bursts() -> None:
    pressure, path = np.array(0.0), []
    for exposure in (100.0, 0.0, 0.0, 50.0, 0.0):
        pressure = response.adstock(previous=pressure, exposure=exposure, retention=0.5)
        path.append(float(pressure))
    assert path == [100.0, 50.0, 25.0, 62.5, 31.25]


def test_half_life_of_adstock_is_log_half_over_log_retention() -> None:
    lives = response.half_life(np.array([0.3, 0.5, 0.7, 0.8, 0.9]))
    assert lives == pytest.approx([0.575717, 1.0, 1.943358, 3.106284, 6.578813], abs=5e-7)


def test_delayed_adstock_weights_of_jin_2017() -> None:
    weights = response.delayed_adstock_weights(retention=0.6, peak=2.0, length=8)
    published = [0.052479, 0.242958, 0.404930, 0.242958, 0.052479, 0.004081, 0.000114, 0.000001]
    assert weights == pytest.approx(published, abs=5e-7)


def test_delayed_adstock_of_one_burst_traces_its_weights() -> None:
    weights = response.delayed_adstock_weights(retention=0.6, peak=2.0, length=8)
    burst = np.array([0.0, 10.0, 0.0, 0.0, 0.0, 0.0])
    assert response.delayed_adstock(exposures=burst, weights=weights) == pytest.approx(
        np.concatenate(([0.0], 10.0 * weights[:5])), abs=1e-12
    )


def test_hill_saturation_is_one_half_at_its_half_point() -> None:
    assert response.hill(np.array([0.25, 0.5, 1.0]), half=0.5, slope=2.0) == pytest.approx([0.2, 0.5, 0.8], abs=1e-12)


def test_hill_on_average_frequency_as_in_amss() -> None:
    shares = response.hill(np.array([1.0, 2.0, 3.0]), half=1.56, slope=1.0)
    assert shares == pytest.approx([0.390625, 0.561798, 0.657895], abs=5e-7)


def test_logistic_saturation() -> None:
    shares = response.logistic_saturation(np.array([1.0, 2.0, 4.0]), rate=0.5)
    assert shares == pytest.approx([0.244919, 0.462117, 0.761594], abs=5e-7)


def test_michaelis_menten_saturation() -> None:
    effects = response.michaelis_menten(np.array([25.0, 50.0, 200.0]), maximum=10.0, half=50.0)
    assert effects == pytest.approx([10.0 / 3.0, 5.0, 8.0], abs=1e-12)


def test_poisson_reach_of_mean_two_exposures() -> None:
    assert response.poisson_reach(2.0, at_least=1) == pytest.approx(0.864665, abs=5e-7)
    assert response.poisson_reach(2.0, at_least=3) == pytest.approx(0.323324, abs=5e-7)


def test_negative_binomial_reach_is_smaller_since_some_people_see_most() -> None:
    assert response.negative_binomial_reach(2.0, shape=0.8, at_least=1) == pytest.approx(0.632933, abs=5e-7)


@pytest.mark.parametrize("at_least", [1, 2, 5])
def test_negative_binomial_reach_agrees_with_the_distribution(at_least: int) -> None:
    tail = stats.nbinom.sf(at_least - 1, 0.8, 0.8 / (0.8 + 2.0))
    assert response.negative_binomial_reach(2.0, shape=0.8, at_least=at_least) == pytest.approx(tail, abs=1e-12)


def test_rating_points_are_reach_times_frequency() -> None:
    reach = response.poisson_reach(2.0, at_least=1)
    assert reach * response.frequency(mean=2.0, reach=reach) == pytest.approx(2.0, abs=1e-12)


def test_each_recent_contact_takes_the_same_share_of_the_next_ones_effect() -> None:
    kept = response.contact_effect(np.array([0.0, 1.0, 2.0]), fatigue=0.5)
    assert kept == pytest.approx([1.0, 0.606531, 0.367879], abs=5e-7)


def test_forgetting_without_delay_is_exponential() -> None:
    shares = response.remembered(np.array([3.0, 6.0, 12.0]), forgetting=0.1)
    assert shares == pytest.approx([0.740818, 0.548812, 0.301194], abs=5e-7)


def test_delayed_forgetting_of_aravindakshan_and_naik_2011() -> None:
    # By hand from dA/dt = -.1·A(t - 3): 1 - .3; 1 - .6 + .01·3²/2; 1 - 1.2 + .01·9²/2 - .001·6³/6 + .0001·3⁴/24.
    shares = response.delayed_forgetting(np.array([3.0, 6.0, 12.0]), forgetting=0.1, memorability=3.0)
    assert shares == pytest.approx([0.7, 0.445, 0.1693375], abs=1e-12)


def test_delayed_forgetting_solves_its_equation() -> None:
    step, delay = 0.001, 3000
    level = np.ones(12_001 + delay)
    for i in range(delay + 1, len(level)):
        # Trapezoidal in the delayed term, which is known: error of order step².
        level[i] = level[i - 1] - 0.1 * step * (level[i - 1 - delay] + level[i - delay]) / 2
    exact = response.delayed_forgetting(np.arange(12_001) * step, forgetting=0.1, memorability=3.0)
    assert exact == pytest.approx(level[delay:], abs=1e-6)


@pytest.mark.parametrize(("elasticity", "ratio"), [(-1.76, 1.203741), (-2.62, 1.317907)])
def test_a_tenth_off_the_price_at_constant_elasticity(elasticity: float, ratio: float) -> None:
    assert response.demand_ratio(0.9, elasticity=elasticity) == pytest.approx(ratio, abs=5e-7)
