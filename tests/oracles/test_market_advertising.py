"""Geometric adstock out of a scenario file: a_t = x_t + α a_{t-1} (Broadbent 1979), seen as the measure `pressure`."""

from __future__ import annotations

from math import exp, log, sqrt

import numpy as np
import pytest

from tests.oracles.market_runs import STANDARD_ERRORS, run

BURSTS = {2: 2.0, 5: 1.0}
"""Day of each burst: mean exposures offered."""


@pytest.mark.parametrize(("plan", "memory"), [("half-life-of-a-day", 0.5), ("long-memory", 0.85), ("no-memory", 0.0)])
def test_pressure_after_two_bursts_is_a_geometric_carry_over(plan: str, memory: float) -> None:
    """To rounding, given who was exposed; and the share exposed is 1 - e^-f, a binomial share of everybody."""
    document, result = run("adstock", plan)
    people = document.market.customers
    exposed = result.daily["exposures"].to_numpy() / people
    assert np.flatnonzero(exposed).tolist() == list(BURSTS)
    expected = 0.0
    for day, pressure in enumerate(result.daily["pressure"]):
        expected = exposed[day] + memory * expected
        assert pressure == pytest.approx(expected, abs=1e-12)
    for day, frequency in BURSTS.items():
        share = 1 - exp(-frequency)
        assert exposed[day] == pytest.approx(share, abs=STANDARD_ERRORS * sqrt(share * (1 - share) / people))


def test_pressure_halves_after_the_half_life() -> None:
    """ln .5 / ln α days: one at α = .5, 4.265 at α = .85."""
    _, half = run("adstock", "half-life-of-a-day")
    pressure = half.daily["pressure"]
    assert pressure[7] / pressure[6] == pytest.approx(0.5)
    _, long = run("adstock", "long-memory")
    pressure = long.daily["pressure"]
    life = (10 - 6) * log(0.5) / log(pressure[10] / pressure[6])
    assert life == pytest.approx(log(0.5) / log(0.85))


def test_without_carry_over_nothing_is_left_a_day_later() -> None:
    """The mutation."""
    _, result = run("adstock", "no-memory")
    assert np.flatnonzero(result.daily["pressure"]).tolist() == list(BURSTS)
