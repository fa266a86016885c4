"""Bass (1969): closed forms, the discrete recursion, the bias of a coarse step, and the fits to observed durables."""

import numpy as np
import pytest

from sim.behaviour import word_of_mouth
from sim.behaviour.dimensions import Floats
from tests.oracles.bass_curves import COLOUR_TELEVISIONS, ROOM_AIR_CONDITIONERS, least_squares

P, Q = 0.03, 0.38


def test_cumulative_adoption_of_the_average_product() -> None:
    shares = word_of_mouth.bass_share(np.array([1, 2, 3, 4, 5, 10, 20.0]), innovation=P, imitation=Q)
    assert shares == pytest.approx([0.035758, 0.085056, 0.150500, 0.233150, 0.331199, 0.812803, 0.996259], abs=5e-7)


def test_adoption_peaks_after_six_years_at_111_a_year_of_1000() -> None:
    peak = word_of_mouth.bass_peak_time(innovation=P, imitation=Q)
    at_peak = word_of_mouth.bass_share(peak, innovation=P, imitation=Q)
    rate = word_of_mouth.bass_hazard(at_peak, innovation=P, imitation=Q) * (1.0 - at_peak)
    assert peak == pytest.approx(6.192619, abs=5e-7)
    assert 1000.0 * rate == pytest.approx(110.592105, abs=5e-7)
    assert 1000.0 * at_peak == pytest.approx(460.526316, abs=5e-7)


def test_discrete_bass_recursion() -> None:
    adopted, path = 0.0, []
    for _ in range(5):
        adopted += float(word_of_mouth.bass_hazard(adopted / 1000.0, innovation=P, imitation=Q)) * (1000.0 - adopted)
        path.append(adopted)
    assert path == pytest.approx([30.0, 70.158, 122.842885, 190.103552, 272.906839], abs=5e-7)


def stepped(step: float, until: float) -> float:
    """Mean-field share adopted when nobody imitates within a step."""
    share = 0.0
    for _ in range(round(until / step)):
        rate = word_of_mouth.bass_hazard(share, innovation=P, imitation=Q)
        share += (1.0 - share) * float(word_of_mouth.chance_within(rate, elapsed=step))
    return share


@pytest.mark.parametrize(
    ("step", "at_five", "at_ten"), [(1.0, 0.2612, 0.7296), (0.1, 0.3227, 0.8047), (0.001, 0.3312, 0.8128)]
)
def test_a_coarse_step_understates_diffusion(step: float, at_five: float, at_ten: float) -> None:
    # The figures are simulated means of 10,000 agents. One run has a standard deviation near .94/√10000 at t = 5; the
    # tolerance is three standard deviations of the mean of a hundred runs, 3·.94/√(10000·100) = .0028.
    assert stepped(step, 5.0) == pytest.approx(at_five, abs=0.0028)
    assert stepped(step, 10.0) == pytest.approx(at_ten, abs=0.0028)


def test_the_bias_of_a_step_vanishes_in_proportion_to_it() -> None:
    exact = float(word_of_mouth.bass_share(5.0, innovation=P, imitation=Q))
    errors = [exact - stepped(step, 5.0) for step in (0.02, 0.01)]
    assert errors[0] / errors[1] == pytest.approx(2.0, abs=0.05)


@pytest.mark.parametrize(
    ("sales", "fitted", "squares", "explained"),
    [
        (ROOM_AIR_CONDITIONERS, (0.009442, 0.374763, 18712.74), 341468.0, 0.93318),
        (COLOUR_TELEVISIONS, (0.018466, 0.615863, 39658.63), 955792.0, 0.96950),
    ],
    ids=["room air conditioners 1949-61", "colour television 1963-70"],
)
def test_least_squares_fits_of_srinivasan_and_mason_1986(
    sales: Floats, fitted: tuple[float, float, float], squares: float, explained: float
) -> None:
    found = least_squares(sales)
    assert found.estimates == pytest.approx(fitted, rel=2e-4)
    assert found.squares == pytest.approx(squares, rel=1e-5)
    assert 1.0 - found.squares / np.sum((sales - sales.mean()) ** 2) == pytest.approx(explained, abs=5e-6)
