"""Distributions mean what they say: uniforms in, values with the stated mean, spread and shape out.

Oracles: scipy.stats, parameterised from the textbook formulas (gamma shape (m/s)², lognormal σ² = ln(1 + (s/m)²), beta
a + b = m(1 - m)/s² - 1), never from the code under test.
"""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy import stats

from sim.distributions import NumberDistribution, TimeDistribution

INSIDE = np.concatenate([np.logspace(-6, -1, 20), np.linspace(0.11, 0.89, 40), 1 - np.logspace(-1, -6, 20)])
FEW_IN_A_MILLION = 4.9  # deviations of a normal number exceeded once in a million

means = st.floats(0.05, 500.0)
spreads = st.floats(0.05, 3.0)  # standard deviation over mean


def number(**family: Any) -> NumberDistribution:
    return NumberDistribution.model_validate(family)


def gamma(mean: float, sd: float) -> Any:
    return stats.gamma((mean / sd) ** 2, scale=sd**2 / mean)


def lognormal(mean: float, sd: float) -> Any:
    sigma = math.sqrt(math.log(1 + (sd / mean) ** 2))
    return stats.lognorm(sigma, scale=mean * math.exp(-(sigma**2) / 2))


def beta(mean: float, sd: float) -> Any:
    strength = mean * (1 - mean) / sd**2 - 1
    return stats.beta(mean * strength, (1 - mean) * strength)


def cut_normal(mean: float, sd: float, low: float, high: float) -> Any:
    return stats.truncnorm((low - mean) / sd, (high - mean) / sd, loc=mean, scale=sd)


PAIRS: dict[str, tuple[NumberDistribution, Any]] = {
    "exponential": (number(exponential={"mean": 5.0}), stats.expon(scale=5.0)),
    "gamma": (number(gamma={"mean": 5.0, "sd": 2.0}), gamma(5.0, 2.0)),
    "gamma, very uneven": (number(gamma={"mean": 1.0, "sd": 2.0}), gamma(1.0, 2.0)),
    "lognormal": (number(lognormal={"mean": 6.0, "sd": 3.0}), lognormal(6.0, 3.0)),
    "normal": (number(normal={"mean": -2.0, "sd": 3.0}), stats.norm(-2.0, 3.0)),
    "normal, cut": (number(normal={"mean": 77.0, "sd": 20.0, "low": 0.0, "high": 100.0}), cut_normal(77, 20, 0, 100)),
    "normal, cut below": (number(normal={"mean": 1.0, "sd": 2.0, "low": 0.0}), cut_normal(1, 2, 0, math.inf)),
    "normal, cut above": (number(normal={"mean": 1.0, "sd": 2.0, "high": 0.0}), cut_normal(1, 2, -math.inf, 0)),
    "normal, far tail": (number(normal={"mean": 0.0, "sd": 1.0, "low": 4.0}), cut_normal(0, 1, 4, math.inf)),
    "uniform": (number(uniform={"low": -1.0, "high": 3.0}), stats.uniform(-1.0, 4.0)),
    "triangular": (number(triangular={"low": 1.0, "mode": 2.0, "high": 6.0}), stats.triang(0.2, 1.0, 5.0)),
    "triangular, left": (number(triangular={"low": 1.0, "mode": 1.0, "high": 6.0}), stats.triang(0.0, 1.0, 5.0)),
    "triangular, right": (number(triangular={"low": 1.0, "mode": 6.0, "high": 6.0}), stats.triang(1.0, 1.0, 5.0)),
    "beta": (number(beta={"mean": 0.7, "sd": 0.1}), beta(0.7, 0.1)),
    "beta, two camps": (number(beta={"mean": 0.5, "sd": 0.35}), beta(0.5, 0.35)),
}
pairs = pytest.mark.parametrize(("ours", "textbook"), PAIRS.values(), ids=PAIRS.keys())


@pairs
def test_values_lie_where_the_textbook_cdf_says(ours: NumberDistribution, textbook: Any) -> None:
    assert textbook.cdf(ours.quantile(INSIDE)) == pytest.approx(INSIDE, rel=1e-8, abs=1e-10)


@pairs
def test_stated_mean_and_variance_are_those_of_the_textbook(ours: NumberDistribution, textbook: Any) -> None:
    assert ours.expected() == pytest.approx(textbook.mean(), rel=1e-8)
    assert ours.variance() == pytest.approx(textbook.var(), rel=1e-6)


@pairs
def test_many_values_have_the_stated_mean_and_variance(ours: NumberDistribution, textbook: Any) -> None:
    """Sample mean: deviation σ/√n. Sample variance: (μ₄ - σ⁴)/n, with μ₄ the textbook's (kurtosis + 3)σ⁴."""
    n = 400_000
    values = ours.quantile(np.random.default_rng(7).random(n))
    variance = ours.variance()
    assert abs(values.mean() - ours.expected()) < FEW_IN_A_MILLION * math.sqrt(variance / n)
    excess = float(textbook.stats(moments="k"))
    assert abs(values.var() - variance) < FEW_IN_A_MILLION * variance * math.sqrt((excess + 2) / n)


@given(means, spreads, st.sampled_from(["gamma", "lognormal"]))
def test_positive_families_for_any_parameters(mean: float, spread: float, family: str) -> None:
    sd = mean * spread
    ours = number(**{family: {"mean": mean, "sd": sd}})
    textbook = gamma(mean, sd) if family == "gamma" else lognormal(mean, sd)
    values = ours.quantile(INSIDE)
    assert (values >= 0).all()
    assert (np.diff(values) >= 0).all()
    assert textbook.cdf(values) == pytest.approx(INSIDE, rel=1e-6, abs=1e-9)
    assert (ours.expected(), ours.variance()) == (pytest.approx(mean), pytest.approx(sd**2))


@given(st.floats(0.05, 0.95), st.floats(0.02, 0.8))
def test_shares_for_any_parameters(mean: float, spread: float) -> None:
    sd = spread * math.sqrt(mean * (1 - mean))
    values = number(beta={"mean": mean, "sd": sd}).quantile(INSIDE)
    assert ((values >= 0) & (values <= 1)).all()
    assert (np.diff(values) >= 0).all()
    settled = (values > 1e-12) & (values < 1 - 1e-12)  # nearer to an end, the next number is another quantile
    assert beta(mean, sd).cdf(values[settled]) == pytest.approx(INSIDE[settled], rel=1e-4, abs=1e-6)


@given(st.floats(-50, 50), st.floats(0.1, 20), st.floats(-60, 60), st.floats(0.5, 60))
def test_a_cut_normal_stays_inside_and_keeps_its_shape(mean: float, sd: float, low: float, width: float) -> None:
    high = low + width
    assume(stats.norm(mean, sd).cdf(high) - stats.norm(mean, sd).cdf(low) > 1e-3)
    ours, textbook = (
        number(normal={"mean": mean, "sd": sd, "low": low, "high": high}),
        cut_normal(mean, sd, low, high),
    )
    values = ours.quantile(INSIDE)
    assert ((values >= low) & (values <= high)).all()
    assert (np.diff(values) >= 0).all()
    assert textbook.cdf(values) == pytest.approx(INSIDE, abs=1e-9)
    assert low <= ours.expected() <= high
    assert ours.expected() == pytest.approx(textbook.mean(), abs=1e-7 * (abs(mean) + sd))


@given(st.floats(-100, 100), st.floats(0, 50), st.floats(0, 50))
def test_an_experts_guess_stays_inside_and_is_likeliest_at_its_mode(low: float, left: float, right: float) -> None:
    assume(low + left + right > low)
    ours = number(triangular={"low": low, "mode": low + left, "high": low + left + right})
    values = ours.quantile(INSIDE)
    assert (values >= low - 1e-12 * 100).all()
    assert (values <= low + left + right + 1e-12 * 100).all()
    assert (np.diff(values) >= -1e-9).all()
    share_below_mode = left / (left + right)
    if 0.01 < share_below_mode < 0.99:
        assert ours.quantile(np.array([share_below_mode]))[0] == pytest.approx(low + left, abs=1e-5)


@given(st.floats(0.0, 0.99), means)
def test_a_share_who_wait_not_at_all_sits_at_zero(at_zero: float, mean: float) -> None:
    ours = number(exponential={"mean": mean, "at_zero": at_zero})
    uniforms = (np.arange(10_000) + 0.5) / 10_000
    values = ours.quantile(uniforms)
    assert (values[uniforms <= at_zero] == 0).all()
    assert (values[uniforms > at_zero] > 0).all()
    above = uniforms > at_zero
    rest = stats.expon(scale=mean).cdf(values[above])
    np.testing.assert_allclose(rest, (uniforms[above] - at_zero) / (1 - at_zero), atol=1e-9)
    # A mixture: mean (1 - p)m, second moment (1 - p)·2m².
    assert ours.expected() == pytest.approx((1 - at_zero) * mean)
    assert ours.variance() == pytest.approx((1 - at_zero) * 2 * mean**2 - ((1 - at_zero) * mean) ** 2)


@pairs
def test_the_utmost_luck_gives_finite_values(ours: NumberDistribution, textbook: Any) -> None:
    """The least and the greatest uniform of the streams."""
    del textbook
    assert np.isfinite(ours.quantile(np.array([2.0**-33, 1 - 2.0**-33]))).all()


def test_a_constant_has_no_luck() -> None:
    assert number(constant=3.5).quantile(INSIDE.reshape(4, -1)).tolist() == np.full((4, 20), 3.5).tolist()
    assert (number(constant=3.5).expected(), number(constant=3.5).variance()) == (3.5, 0.0)
    assert number(constant=0.0).quantile(np.array([0.5])).tolist() == [0.0]


def test_values_keep_the_shape_of_the_luck() -> None:
    for ours, _ in PAIRS.values():
        assert ours.quantile(np.full((3, 2), 0.3)).shape == (3, 2)


def test_times_are_read_in_their_units() -> None:
    times = TimeDistribution.model_validate({"lognormal": {"mean": "1.5 h", "sd": "90 s"}})
    assert (times.expected(), times.variance()) == (90.0, 2.25)


@given(st.floats(0.0, 100.0), st.floats(0.1, 100.0))
def test_no_normal_time_is_negative(mean: float, sd: float) -> None:
    times = TimeDistribution.model_validate({"normal": {"mean": f"{mean:.3f} min", "sd": f"{sd:.3f} min"}})
    assert (times.quantile(np.array([2.0**-33, 1e-6, 0.01, 0.5])) >= 0).all()


REFUSED = {
    "nothing": {},
    "two families": {"gamma": {"mean": 1.0, "sd": 1.0}, "exponential": {"mean": 1.0}},
    "a family left empty": {"exponential": None},
    "a constant left empty": {"constant": None},
    "an unknown family": {"weibull": {"mean": 1.0}},
    "an unknown parameter": {"gamma": {"mean": 1.0, "sd": 1.0, "shape": 2.0}},
    "no spread": {"gamma": {"mean": 1.0}},
    "zero mean": {"exponential": {"mean": 0.0}},
    "negative mean": {"gamma": {"mean": -1.0, "sd": 1.0}},
    "zero spread": {"lognormal": {"mean": 1.0, "sd": 0.0}},
    "negative spread": {"normal": {"mean": 1.0, "sd": -1.0}},
    "not a number": {"normal": {"mean": math.nan, "sd": 1.0}},
    "endless": {"uniform": {"low": 0.0, "high": math.inf}},
    "everyone at zero": {"exponential": {"mean": 1.0, "at_zero": 1.0}},
    "bounds turned round": {"normal": {"mean": 0.0, "sd": 1.0, "low": 1.0, "high": -1.0}},
    "nothing between the bounds": {"normal": {"mean": 0.0, "sd": 1.0, "low": 50.0}},
    "uniform turned round": {"uniform": {"low": 2.0, "high": 1.0}},
    "mode outside": {"triangular": {"low": 0.0, "mode": 3.0, "high": 2.0}},
    "no width": {"triangular": {"low": 2.0, "mode": 2.0, "high": 2.0}},
    "a share above one": {"beta": {"mean": 1.2, "sd": 0.1}},
    "a share spread too wide": {"beta": {"mean": 0.1, "sd": 0.31}},
    "a truth value": {"constant": True},
}


@pytest.mark.parametrize("given", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_distribution_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        NumberDistribution.model_validate(given)
