"""What is done for those who wait: the same minutes feel shorter, and who is told how long does not wait in vain.

One busy counter, paired runs on the same luck. Each claim has its mutation: without the mechanism nothing changes.
"""

from __future__ import annotations

import numpy as np
import pytest

from sim.service.outcome import Outcome
from tests.behaviour.rehearsals import REPLICATIONS, days, differences, identical, run

pytestmark = pytest.mark.slow

HALL = """\
scenario: waiting-room
currency: EUR
seed: 5
calendar: {run: 1 Jun 2026 to 21 Jun 2026}
market:
  customers: 1500
  tiers: [gold]
  segments:
    mass: {share: 80%}
    gold: {share: 20%, tier: gold}
  traits: {existing: 100%, aware: 100%}
  needs:
    errand: {task: errand, rate: 1 per week, price: 10, contested: false}
service:
  tasks:
    errand: {at: counter, takes: {exponential: {mean: 6 min}}}
  stations:
    counter: {staff: 3, open: 09:00-17:00}
  patience: {exponential: {mean: 15 min}}
behaviour:
  felt_waits: {}
plans:
  bare: {title: nothing done}
  comfort: {set: {service.stations.counter.waiting: {occupied: 100%, explained: 100%}}}
  paid_comfort: {extends: comfort, set: {service.stations.counter.waiting.cost: 100}}
  told: {set: {service.stations.counter.waiting.announced: true}}
  told_at_home: {set: {service.stations.counter.waiting: {where: at home, announced: true}}}
  gold_first: {set: {service.stations.counter.first: [gold]}}
  as_it_is: {set: {behaviour.felt_waits: none}}
  comfort_unfelt: {extends: comfort, set: {behaviour.felt_waits: none}}
  gold_first_unfelt: {extends: gold_first, set: {behaviour.felt_waits: none}}
"""


def test_the_same_minutes_feel_shorter_with_something_to_do_and_a_reason() -> None:
    first = [run(HALL, plan).daily["wait_sum"].iloc[0] for plan in ("bare", "comfort")]
    assert first[0] == first[1] > 0, "on the first day nobody has judged anything yet: the waits are the same"
    assert max(differences(HALL, "comfort", "bare", "wait_felt")) < -0.2
    assert min(differences(HALL, "comfort", "bare", "visit_satisfaction")) > 0


def test_where_waits_feel_as_long_as_they_are_comfort_changes_nothing() -> None:
    """The mutation."""
    assert identical(HALL, "comfort_unfelt", "as_it_is", ("visit_satisfaction",))


def test_waits_feel_longer_than_they_are_and_satisfaction_is_lower_for_it() -> None:
    assert max(differences(HALL, "bare", "as_it_is", "visit_satisfaction")) < 0
    for market in days(HALL, "bare"):
        judged = market.today.judgement
        assert judged is not None
        assert judged.felt_wait == pytest.approx(1.15 * 1.10 * 1.075 * judged.wait)


def test_delivered_quality_is_by_the_clock_and_only_perception_by_the_feeling() -> None:
    """Gap 3 compares the standard with what was delivered: on the first day the feeling cannot touch it."""
    bare, as_it_is = (run(HALL, plan).daily.iloc[0] for plan in ("bare", "as_it_is"))
    assert bare["gap_3_sum"] == as_it_is["gap_3_sum"]
    assert bare["gap_5_sum"] < as_it_is["gap_5_sum"]


def test_who_is_told_how_long_it_takes_turns_round_instead_of_waiting_in_vain() -> None:
    for replication in range(REPLICATIONS):
        bare, told = (run(HALL, plan, replication).daily for plan in ("bare", "told"))
        assert bare["balked"].sum() == 0 < told["balked"].sum()
        assert told["reneged"].sum() < 0.5 * bare["reneged"].sum()


def test_at_home_nobody_turns_round_for_being_told_how_long_it_takes() -> None:
    assert run(HALL, "told_at_home").daily[["balked", "reneged"]].to_numpy().sum() == 0


def test_only_those_turn_round_whose_patience_the_announced_wait_exceeds() -> None:
    """Three counters of six minutes: with n ahead, 2(n + 1) minutes are announced."""
    seen = 0
    for market in days(HALL, "told"):
        visits, encounters = market.today.visits, market.today.encounters
        assert visits is not None
        assert encounters is not None
        patience = dict(zip(visits.numbers.tolist(), visits.patience.tolist(), strict=True))
        for visit, outcome, ahead in zip(encounters.visit, encounters.outcome, encounters.ahead, strict=True):
            if outcome == Outcome.BALKED:
                assert 2.0 * (ahead + 1) >= patience[int(visit)] - 1e-9
                seen += 1
            elif ahead:
                assert 2.0 * (ahead + 1) < patience[int(visit)] + 2.0
    assert seen > 20


def test_a_lane_for_gold_makes_the_others_waits_feel_unfair() -> None:
    """They are overtaken: beyond the minutes themselves, each minute feels longer. Nobody is overtaken without it."""

    def felt_per_minute(plan: str, gold: bool) -> float:
        felt = real = 0.0
        for market in days(HALL, plan):
            judged = market.today.judgement
            assert judged is not None
            own = (market.customers.tier[judged.rows] >= 0) == gold
            felt += float(judged.felt_wait[own].sum())
            real += float(judged.wait[own].sum())
        return felt / real

    everyone_alike = 1.15 * 1.10 * 1.075
    assert felt_per_minute("bare", gold=False) == pytest.approx(everyone_alike)
    assert felt_per_minute("gold_first", gold=False) > 1.05 * everyone_alike
    assert felt_per_minute("gold_first_unfelt", gold=False) == pytest.approx(1.0)
    assert np.isclose(felt_per_minute("gold_first", gold=True), everyone_alike)


def test_what_is_done_for_those_who_wait_has_its_price() -> None:
    """100 euros on each of 21 days, and nothing else differs."""
    profits = [run(HALL, plan).value("profit") for plan in ("paid_comfort", "comfort")]
    assert profits[0] - profits[1] == pytest.approx(-2100.0)
    ledger = run(HALL, "paid_comfort").ledger
    assert int(ledger.loc[ledger["account"] == "waiting", "amount"].sum()) == -210_000
