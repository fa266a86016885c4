"""Lines of a budget: they add up or the file is refused, gifts cost their line to the cent, and what is left over."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.ledger import PROFIT_ACCOUNTS
from sim.levers.offers import Stock
from sim.market import Market
from sim.results import RunResult
from sim.scenario.cautions import cautions
from sim.scenario.checks import check_stages
from sim.scenario.document import Document
from sim.scenario.stages import stages
from tests.small_documents import FIRST_DAY, small_document

OIL: dict[str, Any] = {"price": 107.98, "quantity": 100, "total": 10798.63}
FIRST_FORTY = {"task": "errand", "ranks": {"all": {"up_to": 40, "gifts": {"oil": 1}}}}


def shop(
    lines: dict[str, Any], amount: float, gifts: dict[str, Any] | None = None, offers: Any = None, **budget: Any
) -> Document:
    return small_document(
        market={
            "customers": 100,
            "segments": {"all": {"share": 1}},
            "needs": {"order": {"task": "errand", "rate": "2 per week", "contested": False}},
            "traits": {"existing": 1},
        },
        behaviour={"leaving": {"form": "none"}},
        budget={"amount": amount, "borne_by": "us", "lines": lines, **budget},
        gifts=gifts or {},
        offers=offers or {},
    )


def refused(document: Document) -> str:
    return "\n".join(f"{'.'.join(each.path)}: {each.found}" for each in check_stages(stages(document)))


def warned(document: Document) -> str:
    return "\n".join(f"{'.'.join(each.path)}: {each.found}" for each in cautions(stages(document)))


def test_a_line_that_does_not_add_up_is_refused_with_the_difference() -> None:
    found = refused(shop({"oil": OIL}, 10798.63))
    assert found == "budget.lines.oil.total: 107.98 × 100 is 10,798.00, 0.63 less than the 10,798.63 stated"


def test_within_the_tolerance_the_total_stated_counts_and_is_said() -> None:
    """The mutation of the refusal: the same line with a tolerance of 1 yuan, and with one a cent too small."""
    line = {"oil": {**OIL, "paid": FIRST_DAY}}
    assert refused(shop(line, 10798.63, tolerance=1)) == ""
    assert "0.63 less than the 10,798.63 stated" in warned(shop(line, 10798.63, tolerance=1))
    assert "0.63 less" in refused(shop(line, 10798.63, tolerance=0.62))
    assert refused(shop(line, 10798.63, tolerance=0.63)) == ""


def test_lines_add_up_to_the_amount_less_what_is_kept_back_and_what_is_in_kind() -> None:
    lines = {
        "screen": {"price": 3000, "in_kind": True},
        "console": {"price": 3000},
        "gifts": {"price": 5, "quantity": 80},
    }
    assert refused(shop(lines, 3400)) == ""
    assert refused(shop(lines, 6400)) == "budget.amount: 6,400.00 and the lines paid in cash add up to 3,400.00"
    assert refused(shop(lines, 4250, contingency={"share": "20%"})) == ""
    assert "less the contingency 2,720.00" in refused(shop(lines, 3400, contingency={"share": "20%"}))


@pytest.mark.parametrize(
    ("gifts", "line", "said"),
    [
        ({"stock": 101}, {}, "101 gifts, and the line oil buys 100"),
        ({"stock": 9}, {"in_kind": True}, "the line oil is in kind"),
    ],
)
def test_gifts_that_their_line_cannot_buy_are_refused(gifts: dict[str, Any], line: dict[str, Any], said: str) -> None:
    document = shop({"oil": {**OIL, "total": 10798, **line}}, 0 if line else 10798, {"oil": {"line": "oil", **gifts}})
    assert said in refused(document)


def test_a_line_buys_one_stock_and_gifts_without_a_pick_up_are_given_by_rank_only() -> None:
    both = {name: {"stock": 9, "line": "oil"} for name in ("oil", "more")}
    assert "the line oil buys oil already" in refused(shop({"oil": {**OIL, "total": 10798}}, 10798, both))
    earned = {"o": {"during": "2009-09-07 to 2009-09-10", "gifts": "oil", "task_count": {"task": "errand", "face": 5}}}
    gifts = {"oil": {"stock": 9, "line": "oil"}}
    assert "oil has no pick-up" in refused(shop({"oil": {**OIL, "total": 10798}}, 10798, gifts, earned))


@pytest.mark.parametrize(
    ("gifts", "said"),
    [
        ({"stock": 5}, "either 'cost', a share of the face value, or 'line'"),
        ({"stock": 5, "cost": 1, "line": "oil"}, "either 'cost', a share of the face value, or 'line'"),
        ({"stock": 5, "cost": 1, "pick_up": "counter"}, "pick_up, takes and comes_within go together"),
        ({"stock": 5, "cost": 1, "per_day": {"limit": 2}}, "no daily pacing"),
    ],
)
def test_gifts_are_paid_and_handed_out_one_way(gifts: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        shop({"oil": OIL}, 10798.63, {"oil": gifts})


@given(
    total=st.integers(0, 10**9),
    quantity=st.integers(1, 500),
    cuts=st.lists(st.integers(0, 500), max_size=12),
)
def test_gifts_of_a_line_cost_its_total_to_the_cent_however_they_are_handed_out(
    total: int, quantity: int, cuts: list[int]
) -> None:
    """Σ cost = total, and each gift costs total / quantity to within a minor unit."""
    line = {"price": total / 100 / quantity, "quantity": quantity, "total": total / 100}
    document = shop({"oil": line}, total / 100, {"oil": {"stock": quantity, "line": "oil"}}, tolerance=10**7)
    stock = Stock("oil", document)
    ends = sorted({0, quantity, *(cut for cut in cuts if cut < quantity)})
    costs = np.concatenate([stock.costs(np.zeros(last - first, np.int64)) for first, last in pairwise(ends)])
    assert costs.sum() == total
    assert np.abs(costs - total / quantity).max() <= 1.0
    assert stock.unused == stock.unused_cost == 0


def rehearsed(**line: Any) -> RunResult:
    offers = {"gift": {"during": "2009-09-07 to 2009-10-04", "by_rank": FIRST_FORTY}}
    gifts = {"oil": {"stock": 100, "line": "oil"}}
    return Market(shop({"oil": {**OIL, **line}}, 10798.63, gifts, offers, tolerance=1)).run()


def posted(result: RunResult, *accounts: str) -> int:
    return int(result.ledger.loc[result.ledger["account"].isin(accounts), "amount"].sum())


def test_gifts_paid_ahead_take_the_cash_at_once_and_what_is_left_over_is_lost_but_for_its_salvage() -> None:
    """40 of 100 are handed out: 60 are left, worth 6,479.18 of the line's 10,798.63, half of which they fetch."""
    result = rehearsed(paid=FIRST_DAY, salvage="50%")
    assert result.value("gifts_handed") == 40
    assert result.value("gifts_left_over") == 60
    assert posted(result, "gifts") == -431945
    assert posted(result, "leftovers") == -323959
    first = result.ledger[result.ledger["day"] == 0]
    given_on_it = first.loc[first["account"] == "gifts", "amount"].sum()
    assert first["amount"].sum() == -1079863  # cash: whatever of it is handed out on the day
    assert first.loc[first["account"].isin(PROFIT_ACCOUNTS), "amount"].sum() == given_on_it
    assert result.ledger["amount"].sum() == -1079863 + 323959
    assert posted(result, "stocks") == 0
    assert round(100 * result.value("profit")) == posted(result, *PROFIT_ACCOUNTS)


def test_gifts_paid_as_they_are_handed_out_leave_nothing_over() -> None:
    """The mutation."""
    result = rehearsed()
    assert result.value("gifts_left_over") == 0
    assert posted(result, "leftovers", "stocks") == 0
    assert result.ledger["amount"].sum() == posted(result, "gifts") == -431945


def test_a_line_with_a_day_of_its_own_is_spent_on_it_and_one_without_is_only_added_up() -> None:
    lines = {
        "screen": {"price": 300, "paid": "2009-09-09"},
        "talk": {"price": 50},
        "own": {"price": 9, "in_kind": True},
    }
    document = shop(lines, 350)
    ledger = Market(document).run().ledger
    assert ledger[["day", "account", "amount"]].to_numpy().tolist() == [[2, "preparation", -30000]]
    assert "budget.lines.talk: neither gifts nor a day" in warned(document)
    assert "budget.lines.own" not in warned(document)
