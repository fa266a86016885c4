"""Multinomial logit and the reference price against their formulas."""

import numpy as np
import pytest

from sim.behaviour import choice
from sim.behaviour.dimensions import Floats

UTILITIES = np.array([[1.0, 0.5, 0.0]])


def test_logit_probabilities_of_utilities_one_half_and_zero() -> None:
    assert choice.probabilities(UTILITIES)[0] == pytest.approx([0.506480, 0.307196, 0.186324], abs=5e-7)


def test_logsum_is_the_log_of_the_summed_exponentials() -> None:
    assert choice.logsum(UTILITIES)[0] == pytest.approx(1.680270, abs=5e-7)


def test_own_and_cross_price_elasticities_of_logit() -> None:
    share = choice.probabilities(UTILITIES)[0, 0]
    own = choice.own_elasticity(price_effect=-0.02, price=100.0, probability=share)
    cross = choice.cross_elasticity(price_effect=-0.02, price=100.0, probability=share)
    assert own == pytest.approx(-0.987039, abs=1.5e-6)
    assert cross == pytest.approx(1.012961, abs=1.5e-6)


def test_elasticities_are_the_slope_of_the_probabilities() -> None:
    def shares(price: float) -> Floats:
        return choice.probabilities(np.array([[3.0 - 0.02 * price, 0.5, 0.0]]))[0]

    here, step = shares(100.0), 1e-4
    slope = (np.log(shares(100.0 + step)) - np.log(shares(100.0 - step))) / (2 * step) * 100.0
    own = choice.own_elasticity(price_effect=-0.02, price=100.0, probability=here[0])
    cross = choice.cross_elasticity(price_effect=-0.02, price=100.0, probability=here[0])
    assert slope == pytest.approx(np.array([own, cross, cross]), abs=1e-6)


def test_sampled_choices_have_the_logit_frequencies() -> None:
    n = 40_000
    uniforms = (np.arange(n) + 0.5) / n  # evenly spread, so the only error is that of the grid
    chosen = choice.choose(np.repeat(UTILITIES, n, axis=0), uniforms)
    frequency = np.bincount(chosen, minlength=3) / n
    assert frequency == pytest.approx(choice.probabilities(UTILITIES)[0], abs=1.0 / n)


def test_reference_price_follows_past_prices_by_winer_1986() -> None:
    reference, path = np.array([100.0]), []
    for price in (90.0, 90.0, 100.0):
        reference = choice.update_reference_price(reference=reference, price=price, memory=0.7)
        path.append(reference[0])
    assert path == pytest.approx([97.0, 94.9, 96.43], abs=1e-12)


def test_a_price_above_the_reference_hurts_more_than_one_below_it_pleases() -> None:
    below, above = choice.reference_price_utility(
        reference=np.array([100.0, 100.0]), price=np.array([90.0, 110.0]), gain=0.01, loss=0.02
    )
    assert below == pytest.approx(0.1, abs=1e-12)
    assert above == pytest.approx(-0.2, abs=1e-12)
