"""An air caterer's purchases and supplies: limits decide how long, gates and marks decide how good."""

from __future__ import annotations

from math import sqrt

import pytest

from tests.behaviour.casebook import case, lowers, raises, run, value

pytestmark = pytest.mark.slow

CYCLE, USED_BAD, MEALS = "cycle_mean_purchase", "lots_used_bad", "visit_satisfaction_by_walk_in"
UNTIL_MAY = "calendar: {run: 1 Apr 2026 to 31 May 2026, campaign: 1 May to 31 May}"
# The failure comes two months earlier than in the file, and so does the end.
PROCUREMENT = case(
    "procurement-limits",
    f"""
  until_may: {{set: {{{UNTIL_MAY}}}}}
  until_may_one_gate: {{extends: one_gate, set: {{{UNTIL_MAY}}}}}
  until_may_three_gates: {{extends: three_gates, set: {{{UNTIL_MAY}}}}}
  gate_finds_nothing: {{extends: until_may_three_gates, set: {{service.supply.gates.loading.finds: 0%}}}}
  bad_lots_spoil_nothing: {{extends: until_may_one_gate, set: {{service.supply.spoils: 0%}}}}
  bad_lots_spoil_nothing_through_three_gates:
    extends: until_may_three_gates
    set: {{service.supply.spoils: 0%}}
  nobody_fails_and_nobody_is_marked: {{extends: no_marks, remove: [changes.failure]}}
""",
    run="1 Apr 2026 to 31 Jul 2026",
    campaign="1 May to 31 Jul",
).replace("from: 1 Jul", "from: 1 May")
SINCE_FAILURE = slice(61, None)  # from June on: the failure begins on 1 May and is marked at the end of May


def of(plan: str, measure: str, replication: int = 0) -> float:
    return value(PROCUREMENT, plan, measure, "campaign", replication)


def share_bad_late(plan: str) -> float:
    daily = run(PROCUREMENT, plan, 0).daily.iloc[SINCE_FAILURE]
    return float(daily["lots_bad"].sum() / daily["lots"].sum())


def test_higher_limits_shorten_purchases_and_touch_no_meal() -> None:
    assert lowers(PROCUREMENT, "higher_limits", "today", CYCLE)
    assert raises(PROCUREMENT, "higher_limits", "today", "visit_satisfaction_by_online")
    assert of("higher_limits", USED_BAD) == of("today", USED_BAD)


def test_how_far_up_a_purchase_goes_is_its_amount() -> None:
    """The mutation of the limits: under higher ones fewer requests reach the general manager and wait for him."""
    seen = {plan: run(PROCUREMENT, plan, 0).daily["counted_in_time_purchase.general_manager"].sum() for plan in
            ("today", "higher_limits")}  # fmt: skip
    assert 0 < seen["higher_limits"] < 0.75 * seen["today"]


def test_each_gate_lets_through_fewer_bad_lots_and_better_meals() -> None:
    one, two, three = (of(plan, USED_BAD) for plan in ("until_may_one_gate", "until_may", "until_may_three_gates"))
    assert three < two < one
    assert of("until_may_one_gate", MEALS) < of("until_may_three_gates", MEALS)


def test_a_gate_that_finds_nothing_changes_nothing_but_the_cost() -> None:
    """The mutation of the gate."""
    assert of("gate_finds_nothing", USED_BAD) == of("until_may", USED_BAD)
    assert of("gate_finds_nothing", MEALS) == of("until_may", MEALS)
    assert of("gate_finds_nothing", "profit") < of("until_may", "profit")


def test_where_bad_lots_spoil_nothing_gates_improve_no_meal() -> None:
    """The mutation of what quality upstream does downstream."""
    plans = "bad_lots_spoil_nothing", "bad_lots_spoil_nothing_through_three_gates"
    assert of(plans[0], MEALS) == of(plans[1], MEALS)
    assert of(plans[0], USED_BAD) > of(plans[1], USED_BAD)


def test_marks_put_the_supplier_that_fails_out() -> None:
    """Of north, east and south 5 : 3 : 2 with 45, 10 and 23 % bad 30.1 % are bad, without north 15.2 % or, once south
    has improved or is out, fewer; binomial, four standard errors.
    """
    lots = 20 * 61
    assert share_bad_late("no_marks") == pytest.approx(0.301, abs=4 * sqrt(0.301 * 0.699 / lots))
    assert share_bad_late("today") < 0.152 + 4 * sqrt(0.152 * 0.848 / lots)
    assert run(PROCUREMENT, "today", 0).daily["suppliers_out"].sum() >= 1


def test_without_the_failure_there_is_less_for_marks_to_find() -> None:
    """The mutation of the shock: 5 : 3 : 2 with 6, 10 and 23 % bad are 10.6 %."""
    usual = share_bad_late("nobody_fails_and_nobody_is_marked")
    assert usual == pytest.approx(0.106, abs=4 * sqrt(0.106 * 0.894 / (20 * 61)))
    assert usual < share_bad_late("no_marks") / 2
