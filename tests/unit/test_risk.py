"""Value at risk and the mean of the worst runs: against the closed form of the normal distribution, and by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from experiments.stressing.risk import (
    conditional_value_at_risk,
    conditional_value_at_risk_difference,
    conditional_value_at_risk_interval,
    runs_needed,
    value_at_risk,
    value_at_risk_interval,
)
from sim.errors import RequestError

MEAN, SD, TAIL = 100.0, 20.0, 0.05
NORMAL_VAR = MEAN + SD * stats.norm.ppf(TAIL)
NORMAL_CVAR = MEAN - SD * stats.norm.pdf(stats.norm.ppf(TAIL)) / TAIL


def test_the_worst_twentieth_of_a_normal_profit_is_the_closed_form():
    """Rockafellar & Uryasev 2000: N(100, 20), lower 5 %, on the 100,000 midpoints of the distribution."""
    assert pytest.approx(67.102927, abs=1e-6) == NORMAL_VAR
    assert pytest.approx(58.745744, abs=1e-6) == NORMAL_CVAR
    points = MEAN + SD * stats.norm.ppf((np.arange(100_000) + 0.5) / 100_000)
    assert value_at_risk(points, TAIL) == pytest.approx(NORMAL_VAR, abs=2e-3)  # one midpoint is 0.001 wide there
    assert conditional_value_at_risk(points, TAIL) == pytest.approx(NORMAL_CVAR, abs=2e-3)


def test_of_the_numbers_one_to_a_hundred_the_worst_five_have_the_mean_three():
    numbers = np.random.default_rng(1).permutation(np.arange(1.0, 101.0))
    assert value_at_risk(numbers, 0.05) == 5.0
    assert conditional_value_at_risk(numbers, 0.05) == pytest.approx(3.0)
    assert value_at_risk(numbers, 0.07) == 7.0, "0.07 x 100 is a little more than 7 in binary"
    assert conditional_value_at_risk(numbers, 0.05, higher_is_better=False) == pytest.approx(98.0)
    assert value_at_risk(numbers, 0.05, higher_is_better=False) == 96.0


def test_a_run_on_the_border_of_the_tail_counts_in_part():
    """A quarter of ten runs is the two worst and half of the third: (1 + 2 + 3 / 2) / 2.5."""
    assert conditional_value_at_risk(np.arange(1.0, 11.0), 0.25) == pytest.approx((1 + 2 + 1.5) / 2.5)


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60),
    st.floats(0.01, 0.99),
    st.booleans(),
)
def test_the_worst_runs_are_worse_than_the_border_and_that_is_no_better_than_the_best(values, tail, higher):
    sample = np.array(values)
    direction = 1.0 if higher else -1.0
    at_risk = value_at_risk(sample, tail, higher_is_better=higher)
    worst = conditional_value_at_risk(sample, tail, higher_is_better=higher)
    slack = 1e-6 * (1.0 + np.abs(sample).max())
    assert direction * worst <= direction * at_risk + slack
    assert direction * worst <= direction * sample.mean() + slack
    assert direction * worst >= (direction * sample).min() - slack
    assert at_risk in values
    mirrored = conditional_value_at_risk(-sample, tail, higher_is_better=not higher)
    assert mirrored == pytest.approx(-worst, abs=slack)


def test_the_interval_of_the_worst_runs_covers_their_true_mean_about_as_often_as_it_says():
    """300 samples of 1,000 normal runs: at 95 % the count is Binomial(300, 0.95), within 0.9 points of asymptotics."""
    samples = np.random.default_rng(20).normal(MEAN, SD, (300, 1000))
    covered = 0
    for sample in samples:
        interval = conditional_value_at_risk_interval(sample, TAIL)
        covered += interval.low <= NORMAL_CVAR <= interval.high
    assert stats.binomtest(covered, 300, 0.95).pvalue > 0.001


def test_the_interval_of_the_value_at_risk_holds_for_any_distribution():
    """The order statistics cover the quantile at least as often as stated, here of a skewed distribution."""
    samples = np.random.default_rng(21).exponential(1.0, (400, 200))
    truth = -np.log(1.0 - 0.1)
    intervals = [value_at_risk_interval(sample, 0.1) for sample in samples]
    covered = sum(each.low <= truth <= each.high for each in intervals)
    assert stats.binomtest(covered, 400, 0.95, alternative="less").pvalue > 0.001
    assert all(each.low <= each.mean <= each.high for each in intervals)


def test_common_luck_cancels_in_the_difference_between_the_worst_runs_of_two_plans():
    luck = np.random.default_rng(3).normal(0.0, 20.0, 400)
    better = conditional_value_at_risk_difference(luck + 5.0, luck, TAIL)
    assert better.mean == pytest.approx(5.0)
    assert better.half_width < 1e-9
    alone = conditional_value_at_risk_interval(luck, TAIL)
    assert alone.half_width > 1.0


def test_too_few_runs_give_the_mean_of_the_tail_without_an_interval():
    assert runs_needed(0.05) == 100
    few = conditional_value_at_risk_interval(np.arange(1.0, 100.0), 0.05)
    assert np.isfinite(few.mean)
    assert np.isnan(few.low)
    assert np.isfinite(conditional_value_at_risk_interval(np.arange(1.0, 101.0), 0.05).low)


def test_a_run_without_the_measure_leaves_the_tail_undefined():
    assert np.isnan(conditional_value_at_risk([1.0, np.nan, 3.0], 0.5))
    assert np.isnan(value_at_risk_interval([1.0, np.nan, 3.0], 0.5).mean)


@pytest.mark.parametrize("tail", [0.0, 1.0, -0.1, 5.0])
def test_a_tail_is_a_part_of_the_runs(tail):
    with pytest.raises(RequestError, match="a share between 0 and 1"):
        value_at_risk([1.0, 2.0], tail)


def test_without_runs_there_is_no_tail():
    with pytest.raises(RequestError, match="at least one"):
        conditional_value_at_risk([], 0.05)
