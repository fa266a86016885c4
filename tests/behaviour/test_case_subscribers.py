"""Twelve years of a cohort of subscribers, by agents: two accounts of rising retention, and where they part.

Berry & Linoff (2004), high-end customers, in Fader & Hardie (2007): the shares left are theirs, the market has 5,000
customers and is held against 1,000.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from scipy.special import betaln, xlogy

from tests.behaviour.casebook import case, run

pytestmark = pytest.mark.slow

OBSERVED = np.array([1000, 869, 743, 653, 593, 551, 517, 491, 468, 445, 427, 409, 394])
CUSTOMERS, ERRORS = 5000, 4.0
SUBSCRIBERS = case(
    "subscribers",
    """  alike:
    set: {behaviour.leaving.alpha: 668, behaviour.leaving.beta: 3806}
""",
)


def kept(plan: str) -> np.ndarray:
    """The share left at the end of each year, the opening first."""
    daily = run(SUBSCRIBERS, plan).daily
    return np.concatenate([[1.0], (daily["cohort_kept"] / daily["cohort"]).to_numpy()[9::10]])


def behind_the_best(plan: str, years: int) -> float:
    """How much less likely the observed years are than under the shares observed: half the deviance."""
    shares, left = kept(plan)[: years + 1], -np.diff(OBSERVED[: years + 1])
    counts = np.append(left, OBSERVED[years])
    model = np.append(-np.diff(shares), shares[years])
    return float(xlogy(counts, counts / 1000).sum() - xlogy(counts, model).sum())


@pytest.mark.parametrize("year", range(1, 13))
def test_people_who_differ_and_never_change_leave_as_fader_and_hardie_say(year: int) -> None:
    """S(t) = B(α, β+t)/B(α, β); in years 8 to 12 their published forecast: 46.0, 43.6, 41.4, 39.5, 37.8 %."""
    share = float(np.exp(betaln(0.668, 3.806 + year) - betaln(0.668, 3.806)))
    published = {8: 0.4604, 9: 0.4358, 10: 0.4142, 11: 0.3951, 12: 0.3780}
    assert share == pytest.approx(published.get(year, share), abs=1e-4), "the formula of this file"
    assert kept("own_chances")[year] == pytest.approx(share, abs=ERRORS * sqrt(share * (1 - share) / CUSTOMERS))


def test_seven_years_fit_either_account_and_not_people_who_are_alike() -> None:
    """Half the deviance of seven free shares and two parameters is a chi-square of 5 over two, a fifth of it again for
    the market's own luck: 99.9 % below 12.3. People with one constant chance of leaving are far off."""
    assert behind_the_best("own_chances", 7) < 12.3
    assert behind_the_best("growing_loyal", 7) < 12.3
    assert behind_the_best("alike", 7) > 40


def test_the_accounts_part_after_the_years_they_were_fitted_to() -> None:
    """Maximum likelihood of either on seven years: 37.8 and 41.5 % left after twelve; 39.4 % were."""
    difference = kept("growing_loyal")[12] - kept("own_chances")[12]
    assert difference == pytest.approx(0.4154 - 0.3780, abs=ERRORS * sqrt(2 * 0.24 / CUSTOMERS))
    assert abs(kept("growing_loyal")[7] - kept("own_chances")[7]) < ERRORS * sqrt(2 * 0.25 / CUSTOMERS)
