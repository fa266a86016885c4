"""The three forms of satisfaction and its memory against their formulas."""

import numpy as np
import pytest

from sim.behaviour import satisfaction
from sim.behaviour.dimensions import Floats

ALIKE = np.full(5, 0.2)


def everywhere(level: float) -> Floats:
    return np.full((5, 1), level)


@pytest.mark.parametrize(
    ("difference", "worth"), [(0.5, 0.543367), (-0.5, -1.222577), (2.0, 1.840375), (-2.0, -4.140844)]
)
def test_prospect_value_of_tversky_and_kahneman_1992(difference: float, worth: float) -> None:
    assert satisfaction.value(difference, curvature=0.88, loss_aversion=2.25) == pytest.approx(worth, abs=5e-7)


def test_prospect_satisfaction_is_neutral_plus_points_times_value() -> None:
    score = satisfaction.prospect(
        perceived=everywhere(4.5),
        expected=everywhere(5.0),
        importance=ALIKE,
        neutral=70.0,
        points=10.0,
        curvature=0.88,
        loss_aversion=2.25,
    )
    assert score[0] == pytest.approx(70.0 - 12.22577, abs=5e-6)


@pytest.mark.parametrize(("perceived", "score"), [(6.0, 10 + 60 + 0.5 * 4 * 1.0), (4.0, 10 + 40 - 0.5 * 12 * 1.0)])
def test_asymmetric_disconfirmation_of_anderson_and_sullivan_1993(perceived: float, score: float) -> None:
    # S = α0 + α1·Q + ε(α⁺·max(Q - E, 0) - α⁻·max(E - Q, 0)), α0 10, α1 10, α⁺ 4, α⁻ 12, ε .5, E 5
    felt = satisfaction.asymmetric_disconfirmation(
        perceived=everywhere(perceived),
        expected=everywhere(5.0),
        importance=ALIKE,
        intercept=10.0,
        quality=10.0,
        assimilation=0.0,
        gain=4.0,
        loss=12.0,
        ease=0.5,
    )
    assert felt[0] == pytest.approx(score, abs=1e-12)


def test_oliver_1980_is_the_case_of_equal_slopes_and_an_effect_of_expectation_alone() -> None:
    # S = β0 + βE·E + βD·(P - E) = 20 + 8·5 + 6·(4 - 5)
    felt = satisfaction.asymmetric_disconfirmation(
        perceived=everywhere(4.0),
        expected=everywhere(5.0),
        importance=ALIKE,
        intercept=20.0,
        quality=0.0,
        assimilation=8.0,
        gain=6.0,
        loss=6.0,
        ease=1.0,
    )
    assert felt[0] == pytest.approx(54.0, abs=1e-12)


@pytest.mark.parametrize(
    ("perceived", "score"),
    [
        (5.0, 70.0),  # the middle of the zone 4-6
        (6.0, 70.0 + 3.0),  # its upper edge: inside slope 3 for one point
        (6.5, 70.0 + 3.0 + 0.5 * 8.0),  # above: slope 8
        (4.0, 70.0 - 3.0),  # its lower edge
        (3.0, 70.0 - 3.0 - 20.0),  # below: slope 20
    ],
)
def test_zone_of_tolerance_of_zeithaml_berry_and_parasuraman_1993(perceived: float, score: float) -> None:
    felt = satisfaction.zone_of_tolerance(
        perceived=everywhere(perceived),
        adequate=everywhere(4.0),
        desired=everywhere(6.0),
        importance=ALIKE,
        neutral=70.0,
        inside=3.0,
        above=8.0,
        below=20.0,
    )
    assert felt[0] == pytest.approx(score, abs=1e-12)


def test_cumulative_satisfaction_moves_the_share_recency_towards_the_latest_visit() -> None:
    # CS' = CS + φ(TS - CS) = 70 + .3·(40 - 70)
    assert satisfaction.cumulative(previous=np.array([70.0]), transaction=np.array([40.0]), recency=0.3)[0] == 61.0


def test_peak_end_recall_of_kahneman_1993_is_the_mean_of_the_extreme_and_the_last_moment() -> None:
    moments = np.array([[40.0], [10.0], [30.0]])
    assert satisfaction.peak_end_recall(moments=moments, neutral=50.0)[0] == 20.0


def test_adding_a_milder_bad_moment_at_the_end_improves_what_is_remembered() -> None:
    painful = np.array([[20.0], [10.0]])
    longer = np.array([[20.0], [10.0], [35.0]])
    short_recall = satisfaction.peak_end_recall(moments=painful, neutral=50.0)[0]
    assert satisfaction.peak_end_recall(moments=longer, neutral=50.0)[0] > short_recall
