"""The customers of CDNOW as agents: who buys again how often, against BG/NBD and against what was published of it.

Fader, Hardie & Lee (2005), Marketing Science 24:275-284: r = .243, alpha = 4.414 weeks, a = .793, b = 2.426.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from sim.behaviour.repeat_buying import expected_purchases
from tests.behaviour.casebook import case, run
from tests.unit.drawn_customers import FIRST_PURCHASES, chances_of_purchases

pytestmark = pytest.mark.slow

R, ALPHA, A, B = 0.243, 4.414, 0.793, 2.426
PEOPLE, ERRORS, DAYS_A_WEEK = 2357, 4.0, 7
PUBLISHED = (1407.68, 460.32, 192.46, 101.16, 59.85, 38.12, 25.55, 71.85)
BUYERS = case("repeat-buyers", run="1 Jan 1997 to 30 Sep 1997")
WHOLE = case("repeat-buyers")

# Once a day at most: a buyer of rate u a day makes 1 - exp(-u), short by u/2, and begins on the day after the first
# purchase, half a day late of some 33 weeks. Over all purchases (1 + 1/r)·(r/alpha/7)/2 and 1/(2·7·33).
STEP_BIAS = (1 + 1 / R) * (R / ALPHA / DAYS_A_WEEK) / 2 + 1 / (2 * DAYS_A_WEEK * 33)


def bought(plan: str) -> np.ndarray:
    """How many people bought never, once, ... and seven times or more in 39 weeks."""
    visits = run(BUYERS, plan).activity["visits_order"].to_numpy()
    counts = np.bincount(np.minimum(visits[visits > 0], 7), minlength=8).astype(float)
    counts[0] = PEOPLE - counts.sum()
    return counts


def purchases(plan: str, weeks: int) -> float:
    text = BUYERS if weeks <= 39 else WHOLE
    return float(run(text, plan).daily["served"].to_numpy()[: DAYS_A_WEEK * weeks].sum())


def time_observed(weeks: int) -> tuple[np.ndarray, np.ndarray]:
    """How long people are observed after their first purchase, at three places of each week, and how many."""
    begins = np.arange(12)[:, np.newaxis] + np.array([1 / 6, 3 / 6, 5 / 6])
    return (weeks - begins).ravel(), np.repeat(np.array(FIRST_PURCHASES) / 3, 3)


def test_first_purchases_come_in_the_weeks_they_came() -> None:
    """A binomial of those who have not bought yet, in each of the first eleven weeks."""
    won = run(BUYERS, "cdnow").daily["acquired"].to_numpy()
    assert won.sum() == PEOPLE
    for week, count in enumerate(FIRST_PURCHASES[:11]):
        found = won[DAYS_A_WEEK * week : DAYS_A_WEEK * (week + 1)].sum()
        assert found == pytest.approx(count, abs=ERRORS * sqrt(count))


@pytest.mark.parametrize("x", range(8))
def test_people_by_repeat_purchases_are_as_published_for_the_model(x: int) -> None:
    """1407.68, 460.32, ... (theory of the paper for these customers), within a binomial's chance and the day's step."""
    times, people = time_observed(39)
    expected = float((chances_of_purchases(times, R, ALPHA, A, B, 7)[x] * people).sum())
    assert expected == pytest.approx(PUBLISHED[x], rel=0.02), "the formula of this file, first purchases within weeks"
    noise = ERRORS * sqrt(expected * (1 - expected / PEOPLE))
    assert bought("cdnow")[x] == pytest.approx(expected, abs=noise + STEP_BIAS * expected)


@pytest.mark.parametrize("weeks", [39, pytest.param(78, marks=pytest.mark.study)])
def test_repeat_purchases_add_up_to_those_of_the_model(weeks: int) -> None:
    """Σ E[X(t)], equation (9); a person's variance from P(X = x)."""
    times, people = time_observed(weeks)
    expected = float((expected_purchases(times, r=R, alpha=ALPHA, a=A, b=B) * people).sum())
    chances = (chances_of_purchases(times, R, ALPHA, A, B, 150)[:-1] * people).sum(axis=1) / PEOPLE
    variance = float(chances @ np.arange(150) ** 2) - (expected / PEOPLE) ** 2
    noise = ERRORS * sqrt(PEOPLE * variance)
    assert purchases("cdnow", weeks) == pytest.approx(expected, abs=noise + STEP_BIAS * expected)


def test_if_nobody_left_they_would_buy_far_more() -> None:
    """The mutation: r/alpha a week for all the time."""
    times, people = time_observed(39)
    expected = R / ALPHA * float((times * people).sum())
    noise = ERRORS * sqrt(expected + float((R / ALPHA * times) @ (R / ALPHA * times * people)) / R)
    assert purchases("nobody_leaves", 39) == pytest.approx(expected, abs=noise + STEP_BIAS * expected)
    assert purchases("nobody_leaves", 39) > 1.5 * purchases("cdnow", 39)


def test_people_of_one_rate_would_nearly_all_buy_again() -> None:
    """The mutation: at one rate some 16 % buy nothing again, where 60 % of CDNOW's did not."""
    times, people = time_observed(39)
    expected = float((np.exp(-R / ALPHA * times) * people).sum())
    assert bought("one_rate")[0] == pytest.approx(expected, abs=ERRORS * sqrt(expected) + STEP_BIAS * PEOPLE)
    assert bought("one_rate")[0] < 0.4 * bought("cdnow")[0]
