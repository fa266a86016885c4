"""What promises do: they bring people in, and disappoint them when they are not kept."""

from __future__ import annotations

import numpy as np
import pytest

from sim.customers import LEFT
from sim.day.stay_or_leave import period_hazard
from sim.scenario.behaviour import HazardOfLeaving
from tests.behaviour.rehearsals import REPLICATIONS, differences, identical, rehearsed, run, small_branch

pytestmark = pytest.mark.slow

EVERYTHING = ("acquired", "churned", "satisfaction", "trust", "visits", "profit")

CAMPAIGN = small_branch("""
channels:
  radio: {cost_per_day: 100}
campaigns:
  spring:
    waves:
      only: {during: campaign, channels: {radio: {reach: 90%, frequency: 12}}}
plans:
  plain:
    title: the same campaign without a promise; enough staff for everyone
    set:
      calendar: {run: 2 Mar 2026 to 30 Jun 2026, campaign: 16 Mar to 26 Apr}
      market.needs.visit.rate: 3 per month
      service.stations.counter.staff: 8
  kept:
    title: promises what a quiet day gives
    extends: plain
    set:
      campaigns.spring.promise: {reliability: 5.8, responsiveness: 6.6, assurance: 5.6, empathy: 5.4, tangibles: 5.5}
  grand:
    title: promises the best on every count
    extends: plain
    set:
      campaigns.spring.promise: {reliability: 7, responsiveness: 7, assurance: 7, empathy: 7, tangibles: 7}
  plain_unheard: {extends: plain, set: {behaviour.promises: none, calendar.run: 2 Mar 2026 to 26 Apr 2026}}
  grand_unheard: {extends: grand, set: {behaviour.promises: none, calendar.run: 2 Mar 2026 to 26 Apr 2026}}
""")


def test_overpromising_raises_trial() -> None:
    """More of those who were not customers come while the campaign runs."""
    assert min(differences(CAMPAIGN, "grand", "plain", "acquired", "campaign")) > 0


def test_overpromising_then_lowers_satisfaction_trust_and_recommendation() -> None:
    for measure in ("satisfaction", "visit_satisfaction", "trust", "nps", "gap_5", "talk_ratio"):
        assert max(differences(CAMPAIGN, "grand", "plain", measure, "aftermath")) < 0, measure
    assert min(differences(CAMPAIGN, "grand", "plain", "gap_4", "aftermath")) > 0


def test_overpromising_then_raises_churn() -> None:
    """Among those who were customers at opening, the same people in both plans: their chance of leaving, in every
    replication, and how many have left, over all of them (few leave, and most for other reasons)."""
    lost = {"plain": 0, "grand": 0}
    for replication in range(REPLICATIONS):
        chance = {}
        for plan in lost:
            market = rehearsed(CAMPAIGN, plan, replication)[0]
            leaving = market.document.behaviour.leaving
            assert isinstance(leaving, HazardOfLeaving)
            opening = np.flatnonzero(market.customers.joined < 0)
            chance[plan] = float(np.mean(period_hazard(market, opening, leaving)))
            lost[plan] += int(np.count_nonzero(market.customers.status[opening] == LEFT))
        assert chance["grand"] > chance["plain"]
    assert lost["grand"] > lost["plain"]


def test_a_promise_that_is_kept_disappoints_nobody() -> None:
    """The mutation of overpromising: promising what is given moves satisfaction by less than a tenth of the harm."""
    plain, kept, grand = (run(CAMPAIGN, plan).value("satisfaction", "aftermath") for plan in ("plain", "kept", "grand"))
    assert abs(kept - plain) < 0.1 * (plain - grand)


def test_promises_nobody_listens_to_change_nothing() -> None:
    """The mutation: with the mechanism off, the grandest promise gives the same run to the last digit."""
    assert identical(CAMPAIGN, "grand_unheard", "plain_unheard", EVERYTHING)
    heard, unheard = (run(CAMPAIGN, plan).value("satisfaction", "campaign") for plan in ("grand", "grand_unheard"))
    assert heard != unheard


STANDARD = small_branch("""
  standards:
    prompt: {station: counter, at_most: 4 min, share: 90%}
plans:
  silent:
    title: one person at the counter; visitors have learnt not to expect to be served at once
    set:
      calendar.run: 2 Mar 2026 to 12 Apr 2026
      service.stations.counter.staff: 1
      market.traits.expectations:
        will: {reliability: 5.8, responsiveness: 4.5, assurance: 5.4, empathy: 5.2, tangibles: 5.4}
        desired: {reliability: 6.5, responsiveness: 6.2, assurance: 6.2, empathy: 6, tangibles: 6}
        adequate: {reliability: 4.8, responsiveness: 4.2, assurance: 4.4, empathy: 4, tangibles: 3.8}
  told: {extends: silent, set: {service.standards.prompt.published: true}}
  told_and_able: {title: published and kept, extends: told, set: {service.stations.counter.staff: 4}}
  silent_unheard: {extends: silent, set: {behaviour.promises: none}}
  told_unheard: {extends: told, set: {behaviour.promises: none}}
""")


def two(plan: str, measure: str) -> list[float]:
    """A measure of a plan in two replications: what a standard does is nine standard errors of one of them and more."""
    return [run(STANDARD, plan, replication).value(measure) for replication in range(2)]


def more(plan: str, against: str, measure: str) -> list[float]:
    """A measure of one plan less that of another, in each of the two."""
    return [mine - other for mine, other in zip(two(plan, measure), two(against, measure), strict=True)]


def test_a_published_standard_without_capacity_widens_gap_4_and_lowers_satisfaction() -> None:
    assert max(two("told", "standard_prompt")) < 0.5  # it is not kept
    assert min(more("told", "silent", "gap_4")) > 0.1
    assert min(two("told", "gap_4_minutes")) > 1
    for measure in ("satisfaction", "visit_satisfaction", "trust", "gap_5"):
        assert max(more("told", "silent", measure)) < 0, measure


def test_a_published_standard_with_capacity_is_kept_closes_gap_4_and_raises_satisfaction() -> None:
    assert min(two("told_and_able", "standard_prompt")) > 0.9
    assert max(two("told_and_able", "gap_4")) < 0
    assert min(more("told_and_able", "silent", "satisfaction")) > 0
    assert max(more("told_and_able", "told", "gap_4")) < 0


def test_a_standard_on_the_wall_that_nobody_believes_changes_nothing() -> None:
    """The mutation: with promises off, publishing gives the same run to the last digit."""
    assert identical(STANDARD, "told_unheard", "silent_unheard", EVERYTHING)
    assert run(STANDARD, "told_unheard").value("satisfaction") != run(STANDARD, "told").value("satisfaction")
