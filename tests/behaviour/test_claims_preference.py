"""Meeting expectations raises preference (Rust, Inman, Jia & Zahorik 1999), seen in whom people choose.

Visits turn out exactly as announced: no noise, no waits, no failures. Customers know no more of quality after a visit
than they expected, only that they are surer of it: belief N(5 + surprise, 1), transactions of variance 2, risk aversion
0.4, so the certainty equivalent goes from 4.4 to 4.4667. Everything else that could move a choice is switched off.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from sim.day.choose import standing_utility
from sim.market import Market
from tests.behaviour.rehearsals import document, run, small_branch

PLANS = """
behaviour:
  perception: {form: unbiased}
  learning: {form: bayesian, prior_variance: 1, noise_variance: 2, risk_aversion: 0.4}
  promises: none
  word_of_mouth: none
  complaining: none
  leaving: {form: none}
  choice: {constant: 1.8, relationship: 0, lapsed: 0, satisfaction: 0, loyalty: 0, quality: 3}
plans:
  as_expected:
    set:
      calendar: {run: 2 Mar 2026 to 31 Mar 2026}
      market.needs.visit.rate: 0.4 per day
      market.rivals.others.attractiveness: -0.5
      market.traits: {existing: 100%, importance: {responsiveness: 0}, importance_spread: 0}
      market.traits.expectations:
        will: {reliability: 5, responsiveness: 7, assurance: 5, empathy: 5, tangibles: 5}
        desired: {reliability: 7, responsiveness: 7, assurance: 7, empathy: 7, tangibles: 7}
        adequate: {reliability: 3, responsiveness: 3, assurance: 3, empathy: 3, tangibles: 3}
        spread: 0
      service.capacity: unlimited
      service.quality.levels: {reliability: 5, assurance: 5, empathy: 5, tangibles: 5}
      service.quality.right_first_time: 100%
      service.quality.noise: 0
  indifferent_to_risk: {extends: as_expected, set: {behaviour.learning.risk_aversion: 0}}
  unsure_of_nothing: {extends: as_expected, set: {behaviour.learning: {form: exponential}}}
"""
QUALITY_EFFECT = 3.0


def worse_than_expected(points: float) -> str:
    """The text with a plan in which every visit falls short of expectation by these scale points."""
    levels = ", ".join(f"{name}: {5 - points}" for name in ("reliability", "assurance", "empathy", "tangibles"))
    plan = f"  worse: {{extends: as_expected, set: {{service.quality.levels: {{{levels}}}}}}}\n"
    return small_branch(PLANS + plan)


def change_of_utility(text: str, plan: str) -> float:
    """What the first day's visit changes in the standing utility of the firm, the same for everyone who came."""
    market = Market(document(text, plan))
    before = standing_utility(market, np.arange(len(market.customers)))
    market.step()
    judged = market.today.judgement
    assert judged is not None  # every day leaves its judgement
    assert len(judged.rows) > 100
    changes = standing_utility(market, judged.rows) - before[judged.rows]
    assert np.ptp(changes) == pytest.approx(0.0, abs=1e-9)
    stayed_away = np.setdiff1d(np.arange(len(before)), judged.rows)
    assert standing_utility(market, stayed_away) == pytest.approx(before[stayed_away], abs=1e-12)
    return float(np.mean(changes))


def share_of_needs(text: str, plan: str, first: int, last: int) -> tuple[float, float]:
    """Share of the needs of these days that came to the firm, and its standard error (binomial)."""
    days = run(text, plan).daily.iloc[first : last + 1]
    needs = days["needs"].sum()
    share = days["visits"].sum() / needs
    return float(share), sqrt(share * (1 - share) / needs)


def test_a_visit_as_expected_raises_preference() -> None:
    """Certainty equivalent 4.4 → 4.466667, times the effect of quality on choice."""
    assert change_of_utility(worse_than_expected(0), "as_expected") == pytest.approx(QUALITY_EFFECT * 0.2 / 3)


@pytest.mark.parametrize(("short", "verdict"), [(0.1, 1), (0.2, 0), (0.5, -1)])
def test_a_visit_slightly_worse_than_expected_still_raises_preference(short: float, verdict: int) -> None:
    """Rust's second proposition: indifference lies at x = 4.8, below the 5 expected; μ' = 5 - short/3."""
    change = change_of_utility(worse_than_expected(short), "worse")
    assert change == pytest.approx(QUALITY_EFFECT * (0.2 - short) / 3, abs=1e-12)
    assert np.sign(round(change, 9)) == verdict


def test_customers_who_get_what_they_expect_come_more_often_with_time() -> None:
    text = worse_than_expected(0)
    (early, error), (late, later_error) = (
        share_of_needs(text, "as_expected", 0, 3),
        share_of_needs(text, "as_expected", 22, 29),
    )
    assert late - early > 4 * sqrt(error**2 + later_error**2)


@pytest.mark.parametrize("plan", ["indifferent_to_risk", "unsure_of_nothing"])
def test_without_dislike_of_uncertainty_meeting_expectations_changes_nothing(plan: str) -> None:
    """The mutation: neither the utility nor the share of needs moves when risk aversion, or the variance, is gone."""
    text = worse_than_expected(0)
    assert change_of_utility(text, plan) == pytest.approx(0.0, abs=1e-12)
    (early, error), (late, later_error) = share_of_needs(text, plan, 0, 3), share_of_needs(text, plan, 22, 29)
    assert abs(late - early) < 4 * sqrt(error**2 + later_error**2)
