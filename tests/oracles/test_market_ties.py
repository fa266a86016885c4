"""Strong and weak ties out of a scenario file (Goldenberg, Libai & Muller 2001, Marketing Letters 12:211-223).

With m weak and j strong ties to people informed, P = 1 - (1 - α)(1 - β_w)^m (1 - β_s)^j; for α = .001, β_w = .01, β_s =
.04, m = 3 and j = 2 it is .10666667. Their finding: weak ties do at least as much as strong ones to spread news.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from tests.oracles.market_runs import STANDARD_ERRORS, run

ORACLE = 1 - (1 - 0.001) * (1 - 0.01) ** 3 * (1 - 0.04) ** 2


def test_three_weak_and_two_strong_ties_inform_as_the_formula_says() -> None:
    assert pytest.approx(0.10666667, abs=1e-8) == ORACLE
    document, result = run("ties", "three_and_two")
    others = document.market.segment_sizes()["others"]
    informed = float(result.daily["acquired"].iloc[0]) / others
    assert informed == pytest.approx(ORACLE, abs=STANDARD_ERRORS * sqrt(ORACLE * (1 - ORACLE) / others))


def days_until(plan: str, share: float) -> float:
    """Days until that share of the market is informed; infinite when it never is."""
    document, result = run("ties", plan)
    there = result.daily["customers"].to_numpy() >= share * document.market.customers
    return float(np.argmax(there)) if there.any() else float("inf")


@pytest.mark.parametrize("share", [0.5, 0.95])
def test_weak_ties_matter_at_least_as_much_as_strong_ones(share: float) -> None:
    """Though a strong tie informs four times as surely, doing without the weak ones delays the news more.

    Twelve ties of each kind; the delay is read to the day, and a market of 13,000 hardly varies by one.
    """
    both = days_until("both", share)
    assert days_until("without_weak", share) - both > days_until("without_strong", share) - both > 0


def test_without_either_kind_the_news_hardly_spreads() -> None:
    """The mutation: ties are what carries it, and through advertising alone 1 - (1 - α)^t are informed."""
    document, result = run("ties", "advertising_only")
    days = len(result.daily)
    share = 1 - (1 - 0.001) ** days
    band = STANDARD_ERRORS * sqrt(share * (1 - share) / document.market.customers)
    assert result.daily["customers"].iloc[-1] / document.market.customers == pytest.approx(share, abs=band)
