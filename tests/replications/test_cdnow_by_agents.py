"""CDNOW by agents: what the fit of the market finds, beside the exact posterior of the same tables by formula.

The likelihood of BG/NBD (Fader, Hardie & Lee 2005) for the two tables of the targets file is known: people by repeat
purchases, and how purchases fall on weeks 13 to 39. Metropolis' rule walks its posterior, with the priors of the file.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from calibration.calibrator import calibrate
from calibration.targets.reading import load_fit
from sim.behaviour.repeat_buying import expected_purchases
from sim.scenario.load import load_scenario
from tests.unit.drawn_customers import FIRST_PURCHASES, chances_of_purchases

pytestmark = pytest.mark.slow

PUBLISHED = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
PEOPLE = np.array([1411, 439, 214, 100, 62, 38, 29, 64])
PURCHASES = np.array([95, 531, 387, 323, 388])
WEEKS = (12, 13, 20, 26, 32, 39)
BEGINS = (np.arange(12)[:, np.newaxis] + np.array([1 / 6, 3 / 6, 5 / 6])).ravel()
FIRST = np.repeat(np.array(FIRST_PURCHASES) / 3, 3)
LOW, HIGH = np.log([0.002, 0.7, 0.1, 0.3]), np.log([0.03, 5.0, 8.0, 25.0])
"""Rate a day, spread, a, b: the ends of the file's priors, flat in the logarithm."""


def as_published(points: np.ndarray) -> dict[str, np.ndarray]:
    """From rate a day, spread of activity, a and b (columns) to r, alpha (weeks), a, b, and the chance of leaving."""
    rate, spread, a, b = points.T
    r = spread**-2
    return {"r": r, "alpha": r / (7 * rate), "a": a, "b": b, "leaving": a / (a + b)}


def log_likelihood(point: np.ndarray) -> float:
    r, alpha, a, b = (float(each[0]) for each in list(as_published(np.exp(point)[np.newaxis]).values())[:4])
    chances = (chances_of_purchases(39 - BEGINS, r, alpha, a, b, 7) * FIRST).sum(axis=1) / FIRST.sum()
    by = [float(expected_purchases(week - BEGINS, r=r, alpha=alpha, a=a, b=b) @ FIRST) for week in WEEKS]
    shares = np.diff(by) / (by[-1] - by[0])
    return float(PEOPLE @ np.log(chances) + PURCHASES @ np.log(shares))


@cache
def exact(steps: int) -> dict[str, np.ndarray]:
    """The posterior by Metropolis' rule; the step follows what has been walked, for the first tenth only."""
    luck = np.random.default_rng(2357)
    point = np.log([PUBLISHED["r"] / PUBLISHED["alpha"] / 7, PUBLISHED["r"] ** -0.5, PUBLISHED["a"], PUBLISHED["b"]])
    likelihood, walked = log_likelihood(point), []
    spread = np.diag([0.01, 0.003, 0.2, 0.2])
    for step in range(steps):
        if step in (steps // 40, steps // 20, steps // 10):
            spread = np.cov(np.array(walked[step // 3 :]).T) * 2.38**2 / 4 + 1e-6 * np.eye(4)
        proposed = luck.multivariate_normal(point, spread)
        if ((proposed > LOW) & (proposed < HIGH)).all():
            found = log_likelihood(proposed)
            if np.log(luck.random()) < found - likelihood:
                point, likelihood = proposed, found
        walked.append(point)
    return as_published(np.exp(np.array(walked[steps // 10 :])))


def test_the_priors_are_those_of_the_file() -> None:
    fit = load_fit(load_scenario("repeat-buyers"), "repeat-buyers")
    ends = [fit.space.values(np.full((1, 4), far))[0] for far in (-8.0, 8.0)]
    assert ends[0] == pytest.approx(np.exp(LOW), rel=1e-6)
    assert ends[1] == pytest.approx(np.exp(HIGH), rel=1e-6)


@pytest.mark.study
def test_agents_come_to_the_published_parameters_and_to_the_exact_posterior() -> None:
    """Published numbers inside the 90 % intervals; medians within half a standard deviation of the exact posterior."""
    found = calibrate(load_scenario("repeat-buyers"), "repeat-buyers", method="emulator", candidates=128)
    agents = as_published(found.fit.space.values(found.sample.z))
    by_formula = exact(30_000)
    for name, published in PUBLISHED.items():
        low, high = np.quantile(agents[name], [0.05, 0.95])
        assert low < published < high, (name, low, high)
    for name in ("r", "alpha", "leaving"):
        middle, spread = np.median(by_formula[name]), np.std(by_formula[name])
        assert np.median(agents[name]) == pytest.approx(middle, abs=spread / 2), name
        assert 0.7 < np.std(agents[name]) / spread < 1.5, name
    assert [each.verdict for each in found.predicted if not each.observation.hold_out].count("missed") == 0
