"""Answers, response and Kano's classes against formulas worked out by hand."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.behaviour import kano
from sim.behaviour.answering import AnswerScale, answers, mean_and_error, response_chance, share_and_error
from sim.behaviour.dimensions import weighted
from sim.behaviour.loyalty_cells import CELLS, loyalty_cell

SEVEN = AnswerScale(1, 7, 1.0, 7.0)
FIVE = AnswerScale(1, 5, 0.0, 100.0)
LIKE, NEITHER, DISLIKE = 0, 1, 2


def test_servqual_of_the_textbook_is_minus_0_768_weighted_and_minus_0_580_unweighted() -> None:
    """SQ = Σ w_d (P_d - E_d), Parasuraman, Zeithaml & Berry 1988; weights of Zeithaml et al. 1990."""
    perceived, expected = np.array([5.2, 5.0, 5.8, 5.5, 6.1]), np.array([6.4, 6.2, 6.3, 6.0, 5.6])
    gap = (perceived - expected)[:, np.newaxis]
    assert weighted(gap, np.array([0.32, 0.22, 0.19, 0.16, 0.11])) == pytest.approx([-0.768], abs=1e-12)
    assert weighted(gap, np.full(5, 0.2)) == pytest.approx([-0.580], abs=1e-12)


def test_who_is_sure_marks_the_nearest_point() -> None:
    """Halves go up; a scale of five points lies evenly over 0-100."""
    assert answers(np.array([1.0, 4.49, 4.5, 7.0]), SEVEN, noise=np.zeros(4)).tolist() == [1, 4, 5, 7]
    assert answers(np.array([0.0, 50.0, 62.6, 100.0]), FIVE, noise=np.zeros(4)).tolist() == [1, 3, 4, 5]
    assert FIVE.meaning(np.array([1.0, 3.0, 4.0, 5.0])).tolist() == [0, 50, 75, 100]


def test_nobody_marks_a_point_beyond_the_scale() -> None:
    wild = np.array([-50.0, 50.0])
    assert answers(np.array([4.0, 4.0]), SEVEN, noise=wild).tolist() == [1, 7]


def test_style_moves_and_stretches_answers_about_the_middle_of_the_scale() -> None:
    """x = m + e^stretch·(point - m) + shift: Rossi, Gilula & Allenby 2001."""
    stretched = answers(np.array([5.0]), SEVEN, noise=np.zeros(1), stretch=math.log(2.0))
    shifted = answers(np.array([5.0]), SEVEN, noise=np.zeros(1), shift=1.0)
    assert (stretched.tolist(), shifted.tolist()) == ([6.0], [6.0])
    assert answers(np.array([4.0]), SEVEN, noise=np.zeros(1), stretch=9.0).tolist() == [4.0]


def test_noise_rounded_to_points_leaves_the_mean_where_it_was() -> None:
    """E[round(μ + σZ)] is within e^(-2π²σ²)/π of μ far from the ends: 0.0023 at σ = 0.5."""
    quantiles = stats.norm.ppf((np.arange(200_000) + 0.5) / 200_000)
    for truth in (3.7, 4.0, 4.25):
        mean = answers(np.full(len(quantiles), truth), AnswerScale(0, 10, 0.0, 10.0), noise=0.5 * quantiles).mean()
        assert abs(mean - truth) < 0.0024


@pytest.mark.parametrize(("satisfaction", "chance"), [(70.0, 0.3), (90.0, 0.390003), (50.0, 0.223168)])
def test_the_satisfied_answer_more_readily(satisfaction: float, chance: float) -> None:
    """logit p = logit(0.3) + 0.02·(S - 70): 0.3/(0.3 + 0.7·e^(-0.4)) = 0.390003."""
    found = response_chance(satisfaction, rate=0.3, satisfaction_effect=0.02, feeling_effect=0.0)
    assert float(found) == pytest.approx(chance, abs=5e-7)


def test_strong_feelings_of_both_kinds_make_people_answer() -> None:
    low, middle, high = response_chance(np.array([50.0, 70.0, 90.0]), rate=0.3, satisfaction_effect=0.0,
                                        feeling_effect=0.05)  # fmt: skip
    assert low == high == pytest.approx(1 / (1 + 7 / 3 * math.exp(-1.0)))
    assert middle == pytest.approx(0.3)


def test_everyone_or_nobody_answers_whatever_they_feel() -> None:
    feelings = np.array([0.0, 70.0, 100.0])
    for rate in (0.0, 1.0):
        found = response_chance(feelings, rate=rate, satisfaction_effect=0.5, feeling_effect=0.1)
        assert found.tolist() == [rate] * 3


def test_standard_errors_are_those_of_the_textbook() -> None:
    """s/√n with s² = Σ(x - x̄)²/(n - 1), and √(p(1 - p)/n)."""
    assert mean_and_error(np.array([4.0, 5.0, 6.0, 7.0])) == pytest.approx((5.5, math.sqrt(5 / 3) / 2))
    assert share_and_error(30, 100) == pytest.approx((0.3, math.sqrt(0.3 * 0.7 / 100)))
    assert all(math.isnan(each) for each in (*mean_and_error(np.zeros(0)), *share_and_error(0, 0)))
    assert math.isnan(mean_and_error(np.ones(1))[1])


@pytest.mark.parametrize(
    ("functional", "dysfunctional", "kind"),
    [
        (LIKE, LIKE, "questionable"), (LIKE, NEITHER, "attractive"), (LIKE, DISLIKE, "one-dimensional"),
        (NEITHER, LIKE, "reverse"), (NEITHER, NEITHER, "indifferent"), (NEITHER, DISLIKE, "must-be"),
        (DISLIKE, LIKE, "reverse"), (DISLIKE, NEITHER, "reverse"), (DISLIKE, DISLIKE, "questionable"),
    ],
)  # fmt: skip
def test_each_pair_of_answers_has_the_class_of_kanos_table(functional: int, dysfunctional: int, kind: str) -> None:
    found = kano.classify(np.array([functional]), np.array([dysfunctional]))
    assert kano.CLASSES[int(found[0])] == kind


def test_a_change_of_satisfaction_is_liked_or_disliked_from_the_noticeable_on() -> None:
    feelings = np.array([5.0, 4.9, 0.0, -4.9, -5.0])
    assert kano.answer(feelings, noticeable=5.0).tolist() == [LIKE, NEITHER, NEITHER, NEITHER, DISLIKE]


def test_better_and_worse_are_bergers_coefficients() -> None:
    """10 A, 20 O, 40 M, 30 I and 7 others: Better = 30/100, Worse = -60/100."""
    counts = {"attractive": 10, "one-dimensional": 20, "must-be": 40, "indifferent": 30, "reverse": 4,
              "questionable": 3}  # fmt: skip
    classes = np.concatenate([np.full(count, kano.CLASSES.index(kind)) for kind, count in counts.items()])
    assert kano.better_and_worse(classes) == (0.3, -0.6, 100)
    assert math.isnan(kano.better_and_worse(np.full(3, kano.CLASSES.index("reverse")))[0])


def test_attitude_and_patronage_make_dick_and_basus_four_cells() -> None:
    attitude, patronage = np.array([1.0, 1.0, -1.0, -1.0, 0.0]), np.array([0.9, 0.1, 0.9, 0.1, 0.5])
    cells = loyalty_cell(attitude, patronage, attitude_above=0.0, patronage_from=0.5)
    assert [CELLS[cell] for cell in cells] == ["loyal", "latent", "spurious", "none", "spurious"]
