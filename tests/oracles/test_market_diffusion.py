"""Bass diffusion out of a scenario file: agents who adopt by themselves and by imitation, on two networks.

Everybody knowing everybody must follow Bass (1969), F(t) = (1 - e^{-(p+q)t}) / (1 + (q/p) e^{-(p+q)t}); isolated pairs
must follow Fibich & Levin, F = 1 - [e^{-2pt} + p(e^{-2pt} - e^{-(p+q)t})/(q - p)]. Without imitation, F = 1 - e^{-pt}.
A market goes day by day, and nobody imitates those of the same day: agents are compared with both curves in such steps,
without any allowance, and the steps with the curves themselves.
"""

from __future__ import annotations

from math import exp, sqrt

import numpy as np
import pytest

from tests.oracles.bass_curves import yearly
from tests.oracles.market_runs import STANDARD_ERRORS, run

pytestmark = pytest.mark.slow

P, Q, DAYS_A_PERIOD = 0.03, 0.38, 20
PERIODS = (1, 2, 3, 4, 5, 10)

# Bias of a step of .1 of a period, share of the market (10,000 agents against the differential equation): F(5) = .3227
# for .3312, F(10) = .8047 for .8128. It falls in proportion to the step; no other period of this curve has more.
STEP_BIAS = 0.0085 / 0.1 / DAYS_A_PERIOD


def bass(t: float) -> float:
    decay = exp(-(P + Q) * t)
    return (1 - decay) / (1 + Q / P * decay)


def isolated_pairs(t: float) -> float:
    return 1 - (exp(-2 * P * t) + P * (exp(-2 * P * t) - exp(-(P + Q) * t)) / (Q - P))


def bass_by_days(t: int) -> float:
    return float(yearly(t, P, Q, 1.0, DAYS_A_PERIOD).sum())


def pairs_by_days(t: int) -> float:
    """Those who have adopted, from the chances that neither and that one of a pair has."""
    alone, reminded = exp(-P / DAYS_A_PERIOD), exp(-(P + Q) / DAYS_A_PERIOD)
    neither, one = 1.0, 0.0
    for _ in range(t * DAYS_A_PERIOD):
        neither, one = neither * alone**2, one * reminded + neither * 2 * alone * (1 - alone)
    return 1 - neither - one / 2


def adopted(plan: str) -> tuple[int, dict[int, float]]:
    """Number of people, and the share who have adopted after each of `PERIODS`."""
    document, result = run("bass", plan)
    people = document.market.customers
    customers = result.daily["customers"]
    return people, {t: float(customers[t * DAYS_A_PERIOD - 1]) / people for t in PERIODS}


@pytest.mark.parametrize("t", PERIODS)
def test_a_fully_mixed_market_adopts_as_bass_says(t: int) -> None:
    """Tolerance: three standard deviations, .94/√m at the most (that of F(5))."""
    people, shares = adopted("complete")
    assert shares[t] == pytest.approx(bass_by_days(t), abs=3 * 0.94 / sqrt(people))
    assert bass_by_days(t) == pytest.approx(bass(t), abs=STEP_BIAS)


@pytest.mark.parametrize("t", PERIODS)
def test_pairs_adopt_as_fibich_and_levin_say(t: int) -> None:
    """Pairs are independent, so the share varies by at most twice the binomial variance."""
    people, shares = adopted("pairs")
    share = pairs_by_days(t)
    assert shares[t] == pytest.approx(share, abs=STANDARD_ERRORS * sqrt(2 * share * (1 - share) / people))
    assert share == pytest.approx(isolated_pairs(t), abs=STEP_BIAS)


@pytest.mark.parametrize("t", PERIODS)
def test_without_imitation_nobody_follows_anybody(t: int) -> None:
    """The mutation: with q = 0 adoption is exponential, exact for any step, and the S-shaped curve is gone."""
    people, shares = adopted("innovation-only")
    share = 1 - exp(-P * t)
    assert shares[t] == pytest.approx(share, abs=STANDARD_ERRORS * sqrt(share * (1 - share) / people))


def test_adoption_is_fastest_near_the_peak_of_bass() -> None:
    """t* = ln(q/p)/(p + q) = 6.19 periods: most adopt in the sixth and seventh, half of that at the start."""
    _, result = run("bass", "complete")
    won = result.daily["acquired"].to_numpy().reshape(-1, DAYS_A_PERIOD).sum(axis=1)
    assert np.argmax(won) in (5, 6)
    assert won[0] < 0.5 * won.max()
