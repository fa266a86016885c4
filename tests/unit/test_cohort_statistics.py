"""Statistics of two cohorts against the reported ward study, textbook cases and what intervals must hold."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from calibration.cohorts.statistics import Mean, Proportion, compare_means, compare_proportions, power
from sim.errors import RequestError

WARD = {
    "satisfied": (Proportion(146, 160), Proportion(176, 180), 7.20, "chi-square"),
    "events": (Proportion(12, 160), Proportion(3, 180), 6.83, "chi-square"),
    "complaints": (Proportion(9, 160), Proportion(1, 180), 7.63, "Fisher"),
}
"""Expected counts of complaints are 4.7 and 5.3: below five, so Fisher's test decides."""


@pytest.mark.parametrize("name", WARD)
def test_the_ward_study_is_found_again(name: str) -> None:
    before, after, chi_square, decides = WARD[name]
    found = compare_proportions(before, after)
    assert found.chi_square == pytest.approx(chi_square, abs=0.005)
    assert found.decides == decides
    assert found.p_value < 0.05
    assert (found.low > 0) if found.difference > 0 else (found.high < 0)


def test_the_wards_quality_score_differs_with_its_spread_taken_into_account() -> None:
    """87.16 ± 4.94 of 160 and 95.78 ± 2.89 of 180: t = 8.62 / sqrt(4.94²/160 + 2.89²/180)."""
    found = compare_means(Mean(87.16, 4.94, 160), Mean(95.78, 2.89, 180))
    assert found.t == pytest.approx(8.62 / sqrt(4.94**2 / 160 + 2.89**2 / 180))
    assert found.p_value < 1e-9
    assert found.low < 8.62 < found.high


def test_newcombes_published_example() -> None:
    """56 of 70 against 48 of 80 (Newcombe 1998, table II, method 10): difference .2, interval .0524 to .3339."""
    found = compare_proportions(Proportion(48, 80), Proportion(56, 70))
    assert (found.difference, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


@given(
    st.lists(st.floats(-50, 50), min_size=2, max_size=30),
    st.lists(st.floats(-50, 50), min_size=2, max_size=30),
)
def test_means_compare_as_their_values_do(first: list[float], second: list[float]) -> None:
    if np.std(first) + np.std(second) < 1e-6:
        return
    one, other = Mean.of_values(first), Mean.of_values(second)
    found = compare_means(one, other)
    welch = stats.ttest_ind_from_stats(other.mean, other.sd, other.of, one.mean, one.sd, one.of, equal_var=False)
    assert found.t == pytest.approx(float(welch.statistic), rel=1e-6, abs=1e-9)
    assert found.p_value == pytest.approx(float(welch.pvalue), rel=1e-6, abs=1e-9)


@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_exchanging_the_cohorts_turns_the_sign_and_nothing_else(one: int, other: int, data: st.DataObject) -> None:
    first = Proportion(data.draw(st.integers(0, one)), one)
    second = Proportion(data.draw(st.integers(0, other)), other)
    there, back = compare_proportions(first, second), compare_proportions(second, first)
    assert (there.difference, there.low, there.high) == pytest.approx((-back.difference, -back.high, -back.low))
    assert there.p_value == pytest.approx(back.p_value)
    assert there.low - 1e-12 <= there.difference <= there.high + 1e-12


def test_equal_cohorts_without_any_spread_do_not_differ_and_others_do() -> None:
    assert compare_means(Mean(5, 0, 10), Mean(5, 0, 10)).p_value == 1.0
    assert compare_means(Mean(5, 0, 10), Mean(6, 0, 10)).p_value == 0.0
    assert compare_proportions(Proportion(0, 9), Proportion(0, 9)).p_value == 1.0


def test_power_is_a_share_with_its_exact_interval() -> None:
    found, low, high = power([0.01, 0.04, 0.2, 0.9])
    assert (found.hits, found.of) == (2, 4)
    assert (low, high) == pytest.approx((0.0676, 0.9324), abs=5e-5)


@pytest.mark.parametrize(("hits", "of"), [(-1, 5), (6, 5), (0, 0)])
def test_counts_that_cannot_be_are_refused(hits: int, of: int) -> None:
    with pytest.raises(RequestError, match="no proportion"):
        Proportion(hits, of)


@pytest.mark.parametrize(("sd", "of"), [(-1.0, 5), (1.0, 1), (float("nan"), 5)])
def test_means_that_cannot_be_are_refused(sd: float, of: int) -> None:
    with pytest.raises(RequestError, match="no mean"):
        Mean(1.0, sd, of)
