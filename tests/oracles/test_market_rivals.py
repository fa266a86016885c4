"""Rivals through the whole market: McFadden's logit under a rival's price shock, awareness, dates, and what is learnt.

P_j = exp(V_j)/Σ exp(V_m); a price moves every other alternative in the same proportion (independence of irrelevant
alternatives); awareness grows as 1 - (1 - a)·exp(-r·t); what is expected closes a constant share of its way a visit.
"""

from __future__ import annotations

from functools import cache
from math import exp, log, sqrt

import numpy as np
import pytest

from sim.behaviour.choice import cross_elasticity, own_elasticity
from sim.market import Market
from tests.oracles.market_runs import STANDARD_ERRORS, scenario

FIRM, RIVAL, NOTHING = range(3)


@cache
def counts(plan: str) -> np.ndarray:
    """Needs taken to the firm, the rival and nowhere on each day, (days, 3)."""
    market = Market(scenario("competition").document(plan))
    found = []
    for _ in range(market.calendar.days):
        market.step()
        found.append(np.bincount(market.today.needs.alternative, minlength=3))
    return np.array(found)


def logit(*utilities: float) -> np.ndarray:
    weights = np.exp(utilities)
    return np.asarray(weights / weights.sum())


def near(found: np.ndarray, expected: np.ndarray) -> bool:
    """Whether counts are those of a multinomial with these shares."""
    n = found.sum()
    allowed = STANDARD_ERRORS * np.sqrt(expected * (1 - expected) / n)
    return bool((abs(found / n - expected) <= allowed).all())


def test_a_price_cut_by_a_rival_moves_shares_from_its_day_on_as_the_logit_says() -> None:
    before, after = counts("cut")[:10].sum(axis=0), counts("cut")[10:].sum(axis=0)
    assert near(before, logit(1, 0.5, 0))
    assert near(after, logit(1, 0.5 + 2 * 0.2, 0))
    assert not near(after, logit(1, 0.5, 0))


def test_the_days_before_the_cut_are_those_of_the_plan_without_it_to_the_last_need() -> None:
    assert (counts("cut")[:10] == counts("steady")[:10]).all()
    assert (counts("cut")[10:] != counts("steady")[10:]).any()


def test_the_cut_takes_from_the_firm_and_from_doing_nothing_in_the_same_proportion() -> None:
    """With common luck the ratio of ratios has less than the variance of independent multinomials, Σ 1/n."""
    before, after = counts("steady")[10:].sum(axis=0), counts("cut")[10:].sum(axis=0)
    change = np.log(after / before)
    spread = sqrt(sum(1 / before[[FIRM, NOTHING]]) + sum(1 / after[[FIRM, NOTHING]]))
    assert change[FIRM] < -0.05
    assert change[FIRM] == pytest.approx(change[NOTHING], abs=STANDARD_ERRORS * spread)


def test_elasticities_of_the_market_are_those_of_the_formulas() -> None:
    """Arc elasticities over the cut against the formulas at its middle, where they differ by terms of third order."""
    before, after = counts("steady")[10:].sum(axis=0), counts("cut")[10:].sum(axis=0)
    share = float((logit(1, 0.5, 0)[RIVAL] + logit(1, 0.9, 0)[RIVAL]) / 2)
    moved = log(0.8)
    middle = 0.2 / -moved  # the logarithmic mean of the two prices
    spread = np.sqrt(1 / before + 1 / after) / -moved
    own = float(own_elasticity(price_effect=-2, price=middle, probability=share))
    cross = float(cross_elasticity(price_effect=-2, price=middle, probability=share))
    found = np.log(after / before) / moved
    assert found[RIVAL] == pytest.approx(own, abs=STANDARD_ERRORS * spread[RIVAL] + 0.02)
    assert found[FIRM] == pytest.approx(cross, abs=STANDARD_ERRORS * spread[FIRM] + 0.02)


def test_a_rival_becomes_known_as_a_constant_hazard_says() -> None:
    """A share known(t) chooses by the logit of three, the others by that of two; t in days, known by the morning."""
    found = counts("unknown")
    for days in (range(5), range(15, 20)):
        expected = np.zeros(3)
        for day in days:
            known = 1 - 0.7 * exp(-0.1 * day)
            expected += known * logit(1, 0.5, 0) + (1 - known) * np.array([*logit(1, 0)[:1], 0, *logit(1, 0)[1:]])
        assert near(found[days.start : days.stop].sum(axis=0), expected / len(days))


def test_nobody_goes_to_a_rival_before_it_enters_or_after_it_has_gone() -> None:
    found = counts("newcomer")
    assert found[:5, RIVAL].sum() == found[15:, RIVAL].sum() == 0
    assert near(found[5:15].sum(axis=0), logit(1, 0.5, 0))
    assert near(found[:5].sum(axis=0)[[FIRM, NOTHING]], logit(1, 0))


def test_people_come_to_expect_of_a_rival_what_they_find_there() -> None:
    """e = g + (e₀ - g)·(1 - λ)^k after k visits, person by person."""
    market = Market(scenario("competition").document("learns"))
    visits = np.zeros(len(market.customers), np.int64)
    for _ in range(8):
        market.step()
        visits[market.today.needs.rows[market.today.needs.alternative == RIVAL]] += 1
    expected = market.rivals.expected[0]
    assert expected is not None
    assert visits.max() >= 4
    assert expected == pytest.approx(6 + (4 - 6) * 0.75**visits)
