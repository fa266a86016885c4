"""Customer lifetime value against the tables of Gupta & Lehmann, and the claim of Reichheld & Sasser put right."""

import numpy as np
import pytest

from sim.behaviour import value

RETENTIONS = np.array([[0.60], [0.70], [0.80], [0.90]])
INTERESTS = np.array([[0.10, 0.12, 0.14, 0.16]])
MULTIPLES = np.array(
    [
        [1.200000, 1.153846, 1.111111, 1.071429],
        [1.750000, 1.666667, 1.590909, 1.521739],
        [2.666667, 2.500000, 2.352941, 2.222222],
        [4.500000, 4.090909, 3.750000, 3.461538],
    ]
)


def test_margin_multiples_of_gupta_and_lehmann() -> None:
    multiples = value.lifetime_value(margin=1.0, retention=RETENTIONS, interest=INTERESTS, growth=0.0)
    assert multiples == pytest.approx(MULTIPLES, abs=5e-7)


def test_a_first_margin_at_once_is_worth_one_more_margin() -> None:
    at_once = value.lifetime_value_from_now(margin=100.0, retention=0.8, interest=0.12)
    later = value.lifetime_value(margin=100.0, retention=0.8, interest=0.12, growth=0.0)
    assert at_once == pytest.approx(later + 100.0, abs=1e-9)


def test_growing_margins_are_the_sum_of_their_series() -> None:
    t = np.arange(1, 2000)
    series = np.sum(100.0 * 1.03 ** (t - 1) * (0.8 / 1.12) ** t)
    # m·r/(1+i-r(1+g)): the first margin m arrives after one period and grows from there.
    assert value.lifetime_value(margin=100.0, retention=0.8, interest=0.12, growth=0.03) == pytest.approx(series)


def test_five_periods_at_80_per_cent_retention_and_12_per_cent_interest() -> None:
    worth = value.lifetime_value_within(margin=100.0, retention=0.8, interest=0.12, periods=5)
    assert worth == pytest.approx(203.516392, abs=5e-7)


def test_one_per_cent_of_retention_is_worth_three_and_a_half_per_cent_of_value() -> None:
    assert value.retention_elasticity(retention=0.8, interest=0.12) == pytest.approx(3.5, abs=1e-12)


def test_retention_elasticity_is_the_slope_of_lifetime_value() -> None:
    def log_value(retention: float) -> float:
        return float(np.log(value.lifetime_value(margin=1.0, retention=retention, interest=0.12, growth=0.0)))

    slope = (log_value(0.8001) - log_value(0.7999)) / 0.0002 * 0.8
    assert slope == pytest.approx(float(value.retention_elasticity(retention=0.8, interest=0.12)), abs=1e-6)


def test_five_points_of_retention_double_the_lifetime_but_add_only_37_per_cent_of_value() -> None:
    lifetimes = value.expected_lifetime(np.array([0.90, 0.95]))
    worth = value.lifetime_value(margin=1.0, retention=np.array([0.90, 0.95]), interest=0.12, growth=0.0)
    assert lifetimes == pytest.approx([10.0, 20.0], abs=1e-9)
    assert worth[1] / worth[0] == pytest.approx(1.366013, abs=5e-7)


def test_a_customer_worth_more_every_year_for_ever_is_refused() -> None:
    with pytest.raises(ValueError, match="below 1 \\+ interest"):
        value.lifetime_value(margin=1.0, retention=1.0, interest=0.05, growth=0.06)
