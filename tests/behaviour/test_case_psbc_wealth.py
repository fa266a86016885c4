"""The 500 with the highest assets called to the branch: by when, at whose cost, who gets which gift for how much."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from sim.customers import CUSTOMER
from sim.errors import ScenarioError
from sim.market import Market
from sim.results import RunResult
from sim.scenario.load import read_scenario
from tests.behaviour.casebook import case, document, effect
from tests.once import once

pytestmark = pytest.mark.slow

PLANS = """
  all_come: {extends: called, set: {outreach.first_500.invites.comes: 60%, outreach.next_300.invites.comes: 60%}}
  half_come: {extends: called, set: {outreach.first_500.invites.comes: 50%}}
  few_tellers: {extends: called, set: {service.stations.counter.staff: 1}}
  no_work:
    extends: called
    set: {outreach.first_500.takes: {constant: 0 min}, outreach.next_300.takes: {constant: 0 min},
          service.tasks.review.takes: {constant: 0 min}}
  by_anybody:
    extends: called
    set:
      offers.visit_gift.by_rank.ranks: {all: {up_to: 160, gifts: {fan: 20%, cooker: 20%, oil: 60%}}}
"""
WEALTH = case("psbc-wealth", PLANS, run="1 Aug 2020 to 31 Aug 2020")
"""Of August only."""
CALLS = case("psbc-wealth", PLANS, run="1 Aug 2020 to 22 Aug 2020", campaign="1 Aug to 22 Aug")
"""Until the last day of calls."""
DAYS = 31
SIXTH, LAST_VISIT_COUNTED, SEVENTEENTH = 5, 15, 16
"""6, 16 and 17 August, counted from the first."""
BUDGET = 3_030_401


@once
def lived(plan: str, days: int = DAYS) -> tuple[Market, RunResult, list[int], list[str]]:
    """A market after so many days, its tables, the number called by day, and the gifts in the order of service."""
    market, called, gifts = Market(document(WEALTH, plan)), [], []
    for _ in range(days):
        market.step()
        made = {of: len(rows) for what, of, rows in market.today.befell if what == "contact made"}
        called.append(made.get("first_500", 0))
        encounters = market.today.encounters
        assert encounters is not None
        ended = dict(zip(encounters.customer.tolist(), encounters.ended.tolist(), strict=True))
        handed = [(ended[row], market.stocks[place].name) for _, place, rows, _ in market.today.handed for row in rows]
        gifts += [gift for _, gift in sorted(handed)]
    return market, market.recorder.result(), called, gifts


def test_the_500_with_the_highest_assets_and_nobody_else_are_called_by_6_august() -> None:
    market, _, called, _ = lived("called")
    reached = market.programmes["first_500"].reached
    assets, customers = market.customers.attributes["assets"], market.customers.status == CUSTOMER
    assert sum(called[: SIXTH + 1]) == reached.sum() == 500
    assert assets[reached].min() >= np.sort(assets[customers])[-500]


def test_with_one_teller_the_calls_are_not_made_in_time() -> None:
    """The mutation: those who call also serve, so a branch with one teller does not get to it."""
    _, _, called, _ = lived("few_tellers", SIXTH + 1)
    assert sum(called[: SIXTH + 1]) < 500


def test_calls_and_the_visits_they_bring_take_the_time_of_the_branch() -> None:
    """Waits rise in all replications together; the mutation: calls and reviews that take no time."""
    assert effect(CALLS, "called", "none", "wait_mean").low > 0
    assert effect(CALLS, "no_work", "none", "wait_mean").low <= 0
    assert effect(CALLS, "own_callers", "called", "utilisation").high < 0


def test_when_160_have_not_come_by_the_16th_the_next_300_are_called() -> None:
    market, _, _, _ = lived("called")
    first, more = market.programmes["first_500"], market.programmes["next_300"]
    assert first.visits_by(LAST_VISIT_COUNTED) < 160
    assert more.reached.sum() == 300
    assert not (first.reached & more.reached).any()
    assets = market.customers.attributes["assets"]
    assert assets[more.reached].max() <= assets[first.reached].min()


def test_when_160_have_come_nobody_else_is_called() -> None:
    """The mutation: half of those called come."""
    market, _, _, _ = lived("half_come")
    assert market.programmes["first_500"].visits_by(LAST_VISIT_COUNTED) >= 160
    assert market.programmes["next_300"].reached.sum() == 0


def test_the_first_60_get_a_fan_or_a_cooker_and_the_next_100_oil() -> None:
    _, result, _, gifts = lived("all_come")
    assert [gift == "oil" for gift in gifts] == [False] * 60 + [True] * 100
    assert sorted(gifts[:60]) == ["cooker"] * 30 + ["fan"] * 30
    assert result.value("gifts_handed") == 160
    assert result.value("visits_invited") > 160


def test_without_ranks_oil_goes_to_the_first_too() -> None:
    """The mutation."""
    _, _, _, gifts = lived("by_anybody")
    assert "oil" in gifts[:60]


def test_160_gifts_cost_what_the_plan_says_to_the_cent() -> None:
    _, full, _, _ = lived("all_come")
    assert full.ledger.loc[full.ledger["account"] == "gifts", "amount"].sum() == -BUDGET
    assert full.value("gifts_left_over") == 0


def test_gifts_left_over_were_paid_for_all_the_same() -> None:
    """The mutation: fewer come. Cash is the budget less 60 % of what is left; what is handed out and left is all."""
    _, short, _, _ = lived("first_500_only")
    by_account = short.ledger.groupby("account")["amount"].sum()
    left = -by_account["leftovers"]
    assert short.value("gifts_left_over") > 0
    salvage = BUDGET + by_account["gifts"] - left
    assert salvage == pytest.approx(0.6 * (BUDGET + by_account["gifts"]), abs=2)
    assert by_account["stocks"] == 0


def test_the_lines_of_the_plan_add_up_within_a_yuan_each() -> None:
    budget = document(WEALTH, "called").budget
    assert budget is not None
    apart = {name: line.value - line.product for name, line in budget.lines.items()}
    assert apart == {"oil": Decimal("0.63"), "fan": Decimal("0.08"), "cooker": Decimal("-0.10")}
    assert sum(line.value for line in budget.lines.values()) == budget.amount == Decimal("30304.01")
    assert round(budget.amount / 160, 2) == Decimal("189.40")
    assert 160 / 500 == 0.32
    assert 160 / 800 == 0.20


def test_to_the_fen_one_line_would_be_refused() -> None:
    """The mutation: half a yuan of tolerance is too little for the oil."""
    text = WEALTH.replace("tolerance: {value: 1,", "tolerance: {value: 0.5,")
    with pytest.raises(ScenarioError, match=r"budget\.lines\.oil\.total.*0\.63 less") as refusal:
        read_scenario(text.encode(), "case.yaml")
    assert "fan" not in str(refusal.value)
