"""Intervals say how far luck may move a number, and are right about it as often as they claim."""

from math import inf, isnan, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from experiments.comparing.intervals import (
    Interval,
    chance_best,
    expected_regret,
    interval_with_assumptions,
    mean_interval,
    paired_interval,
    pairs,
    simultaneous,
)


def test_a_mean_has_students_t_interval():
    """Values 1..5: mean 3, s = sqrt(2.5), t(4, .975) = 2.776445."""
    interval = mean_interval([1.0, 2.0, 3.0, 4.0, 5.0])
    half = 2.776445105 * sqrt(2.5) / sqrt(5)
    assert interval.mean == 3.0
    assert interval.high == pytest.approx(3.0 + half, rel=1e-9)
    assert interval.low == pytest.approx(3.0 - half, rel=1e-9)
    assert interval.half_width == pytest.approx(half, rel=1e-9)


def test_intervals_hold_the_truth_as_often_as_they_claim():
    """Coverage of 4,000 paired 95 % intervals lies in the 99.9 % binomial band around 95 %."""
    experiments, replications = 4000, 12
    luck = np.random.default_rng(20081).normal(size=(experiments, replications)) * 10.0
    own = np.random.default_rng(20082).normal(size=(2, experiments, replications))
    covered = 0
    for row in range(experiments):
        interval = paired_interval(3.0 + luck[row] + own[0, row], luck[row] + own[1, row])
        covered += interval.low <= 3.0 <= interval.high
    low, high = stats.binom.interval(0.999, experiments, 0.95)
    assert low <= covered <= high


def test_pairing_removes_the_luck_the_plans_share():
    """Var(difference) = var1 + var2 - 2 rho sd1 sd2: sd 10 and rho .8 leave 40 of 200 (common random numbers)."""
    generator = np.random.default_rng(7)
    shared = generator.normal(size=40_000) * sqrt(80.0)
    first, second = (shared + generator.normal(size=40_000) * sqrt(20.0) for _ in range(2))
    variance = (first - second).var(ddof=1)
    # sd of a sample variance of n normals is sigma^2 sqrt(2 / n); four of them
    assert abs(variance - 40.0) < 4.0 * 40.0 * sqrt(2.0 / 40_000)


def test_one_replication_has_a_mean_and_no_interval():
    interval = mean_interval([4.0])
    assert interval.mean == 4.0
    assert isnan(interval.low)
    assert isnan(interval.high)
    assert not interval.excludes_zero


def test_a_measure_undefined_once_is_undefined_altogether():
    assert isnan(mean_interval([1.0, float("nan"), 2.0]).mean)
    assert isnan(mean_interval([1.0, inf]).mean)


def test_three_plans_are_three_comparisons_and_each_interval_is_wider():
    assert pairs(2) == 1
    assert pairs(4) == 6
    assert simultaneous(0.95, 1) == pytest.approx(0.95)
    assert simultaneous(0.95, 6) == pytest.approx(1 - 0.05 / 6)


def test_simultaneous_intervals_are_all_true_together():
    """Three comparisons of equal plans: the family fails at most 5 % of the time (upper 99.9 % binomial limit)."""
    generator = np.random.default_rng(11)
    failures = 0
    for _ in range(1500):
        values = generator.normal(size=(10, 3))
        level = simultaneous(0.95, 3)
        intervals = [paired_interval(values[:, a], values[:, b], level) for a, b in ((0, 1), (0, 2), (1, 2))]
        failures += any(interval.excludes_zero for interval in intervals)
    assert failures <= stats.binom.ppf(0.9995, 1500, 0.05)


def test_the_chance_of_being_best_splits_ties():
    values = np.array([[1.0, 2.0, 2.0], [3.0, 1.0, 1.0], [0.0, 5.0, 1.0], [1.0, 1.0, 1.0]])
    assert chance_best(values) == pytest.approx([(0 + 1 + 0 + 1 / 3) / 4, (0.5 + 0 + 1 + 1 / 3) / 4, (0.5 + 1 / 3) / 4])
    assert chance_best(values, higher_is_better=False)[0] == pytest.approx((1 + 0 + 1 + 1 / 3) / 4)


def test_regret_is_what_a_choice_loses_against_the_best_of_each_replication():
    values = np.array([[10.0, 12.0], [10.0, 6.0]])
    assert expected_regret(values) == pytest.approx([1.0, 2.0])
    assert expected_regret(values, higher_is_better=False) == pytest.approx([2.0, 1.0])


@given(st.lists(st.lists(st.integers(-5, 5), min_size=3, max_size=3), min_size=1, max_size=20))
def test_chances_sum_to_one_and_regret_is_never_negative(rows):
    values = np.array(rows, dtype=float)
    assert chance_best(values).sum() == pytest.approx(1.0)
    assert (expected_regret(values) >= 0.0).all()


def test_assumptions_without_influence_leave_the_interval_of_luck():
    stated = np.random.default_rng(3).normal(size=30)
    luck = mean_interval(stated)
    both = interval_with_assumptions(stated, stated)
    assert (both.mean, both.low, both.high) == pytest.approx((luck.mean, luck.low, luck.high), rel=1e-12)


def test_what_is_not_known_does_not_go_away_with_more_replications():
    """With luck sd 1 and worlds spread uniformly with sd 2, the half-width tends to 1.96 * 2, that of luck to zero."""
    generator = np.random.default_rng(4)
    for replications, tolerance in ((200, 0.6), (5000, 0.15)):
        luck = generator.normal(size=replications)
        worlds = generator.uniform(-2.0 * sqrt(3.0), 2.0 * sqrt(3.0), size=replications)
        both = interval_with_assumptions(luck, luck + worlds)
        assert abs(both.half_width - 1.96 * 2.0) < tolerance
    assert mean_interval(luck).half_width < 0.03


def test_the_interval_with_assumptions_covers_the_world_drawn_next():
    """A new world's expected difference lies inside at least 95 % of the time (lower 99.9 % binomial limit)."""
    generator = np.random.default_rng(5)
    inside = 0
    for _ in range(2000):
        luck, worlds = generator.normal(size=20), generator.normal(size=21)
        interval = interval_with_assumptions(luck, luck + 1.5 * worlds[:20])
        inside += interval.low <= 1.5 * worlds[20] <= interval.high
    assert inside >= stats.binom.ppf(0.0005, 2000, 0.95)


def test_zero_inside_or_on_the_edge_is_no_difference():
    assert Interval(1.0, 0.5, 1.5).excludes_zero
    assert Interval(-1.0, -1.5, -0.5).excludes_zero
    assert not Interval(0.0, 0.0, 0.0).excludes_zero
