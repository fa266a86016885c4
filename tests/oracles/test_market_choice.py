"""The multinomial logit out of a scenario file: P_j = exp(V_j)/Σ exp(V_m) (McFadden 1974) as shares of contested needs.

Utilities (1, .5, 0) give .506480, .307196, .186324; a second rival takes from both in proportion, as logit implies.
"""

from __future__ import annotations

from functools import cache
from math import exp, sqrt

import numpy as np
import pytest

from sim.market import Market
from tests.oracles.market_runs import STANDARD_ERRORS, scenario


@cache
def shares(plan: str) -> tuple[int, tuple[float, ...], float]:
    """Contested needs, the share of each alternative (firm, rivals, nothing), and visits a need."""
    market = Market(scenario("logit").document(plan))
    counts = np.zeros(2 + len(market.document.market.rivals))
    visits = 0
    for _ in range(market.calendar.days):
        market.step()
        counts += np.bincount(market.today.needs.alternative, minlength=len(counts))
        visits += int(market.today.numbers["visits"])
    needs = int(counts.sum())
    return needs, tuple((counts / needs).tolist()), visits / needs


def logit(*utilities: float) -> list[float]:
    weights = [exp(utility) for utility in utilities]
    return [weight / sum(weights) for weight in weights]


@pytest.mark.parametrize(
    ("plan", "expected"),
    [("one-rival", logit(1, 0.5, 0)), ("two-rivals", logit(1, 0.5, 1.5, 0))],
)
def test_contested_needs_go_where_the_logit_says(plan: str, expected: list[float]) -> None:
    needs, found, visits = shares(plan)
    for share, probability in zip(found, expected, strict=True):
        allowed = STANDARD_ERRORS * sqrt(probability * (1 - probability) / needs)
        assert share == pytest.approx(probability, abs=allowed)
    # What chooses the firm comes to the firm, all of it.
    assert visits == found[0]


def test_the_published_shares_of_utilities_one_half_and_nothing() -> None:
    assert logit(1, 0.5, 0) == pytest.approx([0.506480, 0.307196, 0.186324], abs=5e-7)


def test_a_newcomer_takes_from_firm_and_neighbour_in_proportion() -> None:
    """Independence of irrelevant alternatives: firm to neighbour stays e^.5, with a third as many needs to share."""
    for plan in ("one-rival", "two-rivals"):
        needs, found, _ = shares(plan)
        # Variance of the log of a ratio of two multinomial shares: (1/p + 1/q)/n.
        allowed = STANDARD_ERRORS * sqrt((1 / found[0] + 1 / found[1]) / needs)
        assert np.log(found[0] / found[1]) == pytest.approx(0.5, abs=allowed)


def test_the_firm_gets_nothing_from_people_who_do_not_know_it() -> None:
    """The mutation: without awareness the firm is not among the alternatives, and the rest share by the same logit."""
    needs, found, visits = shares("unknown")
    assert found[0] == visits == 0
    for share, probability in zip(found[1:], logit(0.5, 0), strict=True):
        assert share == pytest.approx(probability, abs=STANDARD_ERRORS * sqrt(probability * (1 - probability) / needs))
