"""The shifted-beta-geometric model out of a scenario file: S(t) = B(α, β+t)/B(α, β), and retention that rises with age
though no customer ever changes. Fader & Hardie (2007), high-end segment: α = .6681, β = 3.8061."""

from __future__ import annotations

from itertools import pairwise
from math import exp, sqrt

import pytest
from scipy.special import betaln

from tests.oracles.market_runs import STANDARD_ERRORS, run

pytestmark = pytest.mark.slow

ALPHA, BETA, DAYS_A_PERIOD = 0.6681, 3.8061, 10


def survival(t: int) -> float:
    return exp(float(betaln(ALPHA, BETA + t) - betaln(ALPHA, BETA)))


def left_after(plan: str) -> tuple[int, list[int]]:
    """Customers at opening, and those left at the end of each period, the opening first."""
    document, result = run("cohort", plan)
    people = document.market.customers
    ends = result.daily["customers"][DAYS_A_PERIOD - 1 :: DAYS_A_PERIOD]
    return people, [people, *(int(number) for number in ends)]


@pytest.mark.parametrize("t", range(1, 13))
def test_survival_follows_the_beta_function(t: int) -> None:
    people, left = left_after("mixed")
    share = survival(t)
    assert left[t] / people == pytest.approx(share, abs=STANDARD_ERRORS * sqrt(share * (1 - share) / people))


def test_forecast_of_years_eight_to_twelve_is_the_published_one() -> None:
    """46.04, 43.58, 41.42, 39.51, 37.80 % (from the maximum-likelihood fit to years one to seven)."""
    people, left = left_after("mixed")
    published = (0.4604, 0.4358, 0.4142, 0.3951, 0.3780)
    allowed = STANDARD_ERRORS * sqrt(0.25 / people) + 5e-5
    assert [number / people for number in left[8:13]] == pytest.approx(list(published), abs=allowed)


def test_retention_rises_by_sorting_alone() -> None:
    """r_t = (β + t - 1)/(α + β + t - 1): .850693, .877969, .896818 ... and rising, though nobody grows more loyal."""
    _, left = left_after("mixed")
    for t, (before, after) in enumerate(pairwise(left), start=1):
        retention = (BETA + t - 1) / (ALPHA + BETA + t - 1)
        assert after / before == pytest.approx(
            retention, abs=STANDARD_ERRORS * sqrt(retention * (1 - retention) / before)
        )
    assert left[12] / left[11] > left[1] / left[0] + 0.05


def test_customers_who_are_all_alike_keep_one_retention() -> None:
    """The mutation: the same mean chance of leaving without differences between customers; nothing rises."""
    _, left = left_after("alike")
    constant = BETA / (ALPHA + BETA)
    for before, after in pairwise(left):
        assert after / before == pytest.approx(constant, abs=STANDARD_ERRORS * sqrt(constant * (1 - constant) / before))
