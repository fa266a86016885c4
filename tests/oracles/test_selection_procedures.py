"""Ranking and selection against what its authors promise: constants, allocations, and the rate of right choices."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from experiments.comparing.selection import (
    KimNelson,
    chance_of_best,
    kn_eta,
    next_runs,
    ocba_shares,
    paired_ocba_shares,
)

DELTA = 1.0
SURELY = 0.95
BEST = 1

Draw = Callable[[int], NDArray[np.float64]]


def paired_normal(plans: int, races: int, sd: float, correlation: float, gap: float, seed: int) -> Draw:
    """Replications of many races at once: plan 1 is better by ``gap``, all others are equal (slippage)."""
    luck = np.random.default_rng(seed)
    means = np.zeros(plans)
    means[BEST] = gap
    shared, own = np.sqrt(correlation) * sd, np.sqrt(1.0 - correlation) * sd

    def draw(replications: int) -> NDArray[np.float64]:
        common = luck.normal(size=(replications, races, 1))
        return means + shared * common + own * luck.normal(size=(replications, races, plans))

    return draw


def run(draw: Draw, first: int, cap: int = 100_000) -> KimNelson:
    race = KimNelson(draw(first), DELTA, SURELY)
    while not race.decided.all() and race.replications < cap:
        race.add(draw(1)[0])
    return race


def right_choices(race: KimNelson) -> int:
    return int((race.best == BEST).sum())


@pytest.mark.parametrize(
    ("plans", "first", "eta", "h2"),
    [(5, 20, 0.237238, 9.015056), (10, 20, 0.302934, 11.511485), (2, 10, 0.334050, 6.012905)],
)
def test_the_constants_are_those_of_the_paper(plans, first, eta, h2):
    """eta = ((2 alpha / (k - 1))^(-2 / (n0 - 1)) - 1) / 2 and h2 = 2 eta (n0 - 1)."""
    assert kn_eta(plans, first, SURELY) == pytest.approx(eta, abs=5e-7)
    values = np.random.default_rng(1).normal(size=(first, plans))
    assert KimNelson(values, DELTA, SURELY).h2 == pytest.approx(h2, abs=5e-6)


@pytest.mark.parametrize(
    ("plans", "first", "correlation"), [(5, 20, 0.0), (5, 20, 0.8), (2, 10, 0.0)], ids=["5", "5 on common luck", "2"]
)
def test_the_best_plan_is_found_at_least_as_often_as_promised(plans, first, correlation):
    """Slippage: all others worse by exactly the indifference. Not significantly below 95 % (one-sided 0.1 %)."""
    races = 600
    found = right_choices(run(paired_normal(plans, races, 3.0, correlation, DELTA, seed=7), first))
    assert stats.binomtest(found, races, SURELY, alternative="less").pvalue > 0.001


@pytest.mark.study
@pytest.mark.parametrize("plans", [2, 5, 10])
@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("sd", [2.0, 5.0])
def test_the_promise_holds_over_many_races(plans, correlation, sd):
    races = 5000
    found = right_choices(run(paired_normal(plans, races, sd, correlation, DELTA, seed=70), 20))
    assert stats.binomtest(found, races, SURELY, alternative="less").pvalue > 0.001


def test_a_rate_below_the_promise_would_be_noticed():
    """Mutation: a race that allows for a difference of 3 where the plans differ by 1 is over too soon."""
    races = 600
    draw = paired_normal(5, races, 3.0, 0.0, DELTA, seed=7)
    race = KimNelson(draw(20), 3.0 * DELTA, SURELY)
    while not race.decided.all():
        race.add(draw(1)[0])
    assert stats.binomtest(right_choices(race), races, SURELY, alternative="less").pvalue < 0.001


def test_common_luck_ends_the_race_sooner():
    """The variance of a difference is 2 sd^2 (1 - correlation), and so is the length of the race."""
    alone, together = (run(paired_normal(5, 200, 5.0, rho, DELTA, seed=3), 20).replications for rho in (0.0, 0.8))
    assert together < 0.5 * alone


def test_a_plan_that_is_far_behind_is_out_after_the_first_stage():
    draw = paired_normal(3, 1, 1.0, 0.5, 50.0, seed=4)
    race = KimNelson(draw(20), DELTA, SURELY)
    assert race.decided.all()
    assert race.left_after.tolist() == [[20, 0, 20]]


def test_plans_that_are_the_same_tie_and_the_race_ends():
    """Equal plans differ by nothing on common luck: no spread, no race; the one named first stays."""
    luck = np.random.default_rng(5).normal(size=(20, 1))
    race = KimNelson(np.repeat(luck, 3, axis=1), DELTA, SURELY)
    assert race.decided
    assert race.best == 0


def test_a_tie_between_noisy_plans_ends_when_it_must():
    draw = paired_normal(2, 300, 3.0, 0.0, 0.0, seed=6)
    first = draw(20)
    race = KimNelson(first, DELTA, SURELY)
    ends = race.most.copy()
    while not race.decided.all():
        race.add(draw(1)[0])
    assert race.replications <= int(ends.max())
    assert 0.35 < right_choices(race) / 300 < 0.65  # either may be picked: 0.5 +- 5 sd


def test_what_a_plan_that_is_out_would_have_done_is_not_looked_at():
    draw = paired_normal(3, 1, 4.0, 0.0, 0.0, seed=8)
    first = draw(20) - np.array([0.0, 0.0, 100.0])
    race, other = KimNelson(first, DELTA, SURELY), KimNelson(first, DELTA, SURELY)
    for _ in range(30):
        values = draw(1)[0]
        race.add(values)
        other.add(np.where(other.alive, values, np.nan))
    assert race.best == other.best
    assert race.sums.tolist() == other.sums.tolist()


def test_a_budget_is_spent_as_chen_and_others_say():
    """N_i ~ (s_i / d_i)^2, N_b = s_b sqrt(sum N_i^2 / s_i^2): 121.80, 114.05 and 64.15 of 300."""
    shares = ocba_shares(np.array([-1.0, -2.0, -3.0]), np.array([2.0, 2.0, 3.0]))
    assert 300.0 * shares == pytest.approx([121.80, 114.05, 64.15], abs=0.005)


def test_in_pairs_the_best_plan_is_run_as_often_as_its_closest_rival():
    """(s / d)^2 is 4 and 2.25; the best, of which every pair needs a run, has the larger."""
    shares = paired_ocba_shares(np.array([3.0, 2.0, 1.0]), np.array([0.0, 2.0, 3.0]), 0)
    assert shares == pytest.approx(np.array([4.0, 4.0, 2.25]) / 10.25)


def test_runs_are_never_lost_to_rounding_and_never_taken_back():
    made = np.array([10, 40, 10])
    more = next_runs(made, np.array([0.5, 0.2, 0.3]), 17)
    assert more.sum() == 17
    assert more.tolist() == [12, 0, 5]


def test_plans_that_are_the_same_share_the_budget():
    assert ocba_shares(np.zeros(3), np.zeros(3)) == pytest.approx([1 / 3] * 3)


def test_the_chance_of_the_best_is_that_of_students_t():
    """One rival 2 standard errors behind with 9 degrees of freedom: 1 - T_9(-2); two of them: Bonferroni."""
    wrong = float(stats.t.sf(2.0, 9))
    freedom = np.array([9, 9, 9])
    one = chance_of_best(np.array([2.0, 0.0]), np.array([0.0, 1.0]), freedom, 0)
    two = chance_of_best(np.array([2.0, 0.0, 0.0]), np.array([0.0, 1.0, 1.0]), freedom, 0)
    assert one == pytest.approx(1.0 - wrong)
    assert two == pytest.approx(1.0 - 2.0 * wrong)
    assert chance_of_best(np.zeros(2), np.zeros(2), freedom, 0) == 0.5
