"""Talk, listening and recommendation against published numbers."""

import numpy as np
import pytest

from sim.behaviour import word_of_mouth


def test_strong_and_weak_ties_of_goldenberg_libai_and_muller_2001() -> None:
    informed = word_of_mouth.strong_and_weak_ties(
        advertising=0.001, weak=0.01, strong=0.04, weak_informed=3, strong_informed=2
    )
    # 1 - (1-α)(1-β_w)³(1-β_s)² = .1066666...; the published oracle is rounded to eight places.
    assert informed == pytest.approx(0.10666667, abs=5e-9)


def test_net_promoter_score_and_its_standard_error() -> None:
    answers = np.repeat([10, 8, 3], [200, 120, 80])
    score, error = word_of_mouth.net_promoter_score(answers)
    assert score == pytest.approx(30.0, abs=1e-12)
    assert error == pytest.approx(3.905125, abs=5e-7)


def test_promoters_begin_at_85_and_detractors_end_below_65() -> None:
    answers = word_of_mouth.recommendation(np.array([0.0, 64.9, 65.0, 84.9, 85.0, 94.9, 95.0, 100.0]))
    assert answers.tolist() == [0, 6, 7, 8, 9, 9, 10, 10]


def test_nobody_asked_gives_no_score() -> None:
    score, error = word_of_mouth.net_promoter_score(np.zeros(0, dtype=np.int64))
    assert np.isnan(score)
    assert np.isnan(error)


def test_talk_is_an_asymmetric_u_in_satisfaction() -> None:
    rates = word_of_mouth.talk_rate(
        np.array([0.0, 35.0, 70.0, 85.0, 100.0]), neutral=70.0, base=0.1, delight=0.4, anger=0.6
    )
    assert rates == pytest.approx([0.7, 0.1 + 0.6 / 4, 0.1, 0.1 + 0.4 / 4, 0.5], abs=1e-12)


def test_a_message_moves_an_open_mind_most_by_east_2008() -> None:
    belief = np.linspace(0.0, 1.0, 101)
    moved = np.abs(word_of_mouth.hear(belief, tone=1.0, tie=1.0, strength=0.2) - belief)
    backward = np.abs(word_of_mouth.hear(belief, tone=-1.0, tie=1.0, strength=0.2) - belief)
    assert moved[0] == moved[-1] == 0.0
    # For a shift s the greatest move is at logit(P) = -s/2, which tends to P = 1/2.
    assert abs(belief[np.argmax(moved)] - 0.5) <= 0.2 / 8 + 0.01
    assert moved == pytest.approx(backward[::-1], abs=1e-12)


def test_a_log_odds_message_of_one_takes_half_to_73_per_cent() -> None:
    assert word_of_mouth.hear(0.5, tone=1.0, tie=1.0, strength=1.0) == pytest.approx(0.731059, abs=5e-7)
