"""Money beyond profit: cash by month, who pays later, approvals and contingencies that hold campaigns back, payback."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.comparing.marketing import payback, with_payback, with_returns
from experiments.report.books_text import books_blocks, books_object
from sim.calendar import Calendar
from sim.ledger import ACCOUNTS, PROFIT_ACCOUNTS
from sim.levers.budgets import CONTINGENCY
from sim.market import Market
from sim.measurement.books import GROUPS, books
from sim.results import RunResult
from sim.scenario.budget_checks import planned_cost
from sim.scenario.cautions import cautions
from sim.scenario.checks import check_stages
from sim.scenario.document import Document
from sim.scenario.stages import stages
from tests.small_documents import small_document

POSTERS = {"posters": {"cost_per_day": 10}}
CAMPAIGN = {
    "waves": {"only": {"during": "2009-09-09 to 2009-09-28", "channels": {"posters": {"reach": 1, "frequency": 20}}}},
    "fixed_cost": 300,
}
"""Days 2 to 21: 300 to prepare it and 20 days at 10, 500 in all."""


def firm(**sections: Any) -> Document:
    return small_document(
        market={
            "customers": 60,
            "segments": {"all": {"share": 1}},
            "traits": {"existing": 1},
            "needs": {"order": {"task": "errand", "rate": "3 per week", "contested": False, "price": 10, "cost": 4}},
        },
        behaviour={"leaving": {"form": "none"}},
        **sections,
    )


def advertised(**budget: Any) -> Document:
    return firm(
        channels=POSTERS,
        campaigns={"autumn": CAMPAIGN},
        budget={"amount": 1000, "borne_by": "us", **budget},
    )


def by_day(result: RunResult, *accounts: str) -> list[int]:
    rows = result.ledger[result.ledger["account"].isin(accounts)]
    return np.bincount(rows["day"], rows["amount"], minlength=len(result.daily)).astype(int).tolist()


def test_every_account_of_profit_is_in_one_group() -> None:
    grouped = [account for accounts in GROUPS.values() for account in accounts]
    assert sorted(grouped) == sorted(PROFIT_ACCOUNTS)
    assert {account.kind for account in ACCOUNTS} == {"revenue", "contra-revenue", "cost", "balance", "liability"}


def test_months_add_up_to_the_ledger_and_profit_to_the_measure() -> None:
    document = advertised()
    result = Market(document).run()
    rows = books(result.ledger, Calendar.of(document.calendar))
    assert rows["amount"].sum() == result.ledger["amount"].sum()
    assert sorted(set(rows["month"])) == ["2009-09", "2009-10"]
    profit = rows.loc[rows["kind"] != "balance", "amount"].sum()
    assert round(100 * result.value("profit")) == profit
    september = result.daily["day"] < 24
    assert rows.loc[rows["month"] == "2009-09", "amount"].sum() == round(
        100 * result.daily.loc[september, "profit"].sum()
    )


def test_customers_who_pay_later_move_cash_and_nothing_else() -> None:
    """Cash of a day = revenue of five days before less serving cost of three days before; profit is the same."""
    at_once = Market(firm()).run()
    later = Market(firm(money={"paid_after": {"customers": "5 days", "suppliers": "3 days"}})).run()
    assert later.daily["profit"].tolist() == at_once.daily["profit"].tolist()
    revenue, serving = by_day(at_once, "needs"), by_day(at_once, "serving")
    cash = by_day(later, *(account.name for account in ACCOUNTS))
    assert cash == [a + b for a, b in zip([0] * 5 + revenue[:-5], [0] * 3 + serving[:-3], strict=True)]
    assert sum(by_day(later, "receivables")) == -sum(revenue[-5:])
    assert sum(by_day(later, "payables")) == -sum(serving[-3:])


def test_who_pays_at_once_leaves_no_balance() -> None:
    """The mutation."""
    for terms in ({}, {"paid_after": {"customers": "0 days"}}):
        result = Market(firm(money=terms)).run()
        assert by_day(result, "receivables", "payables") == [0] * 28


@pytest.mark.parametrize(
    ("gained", "days", "paid"),
    [
        ([-10, 4, 4, 4, 1], 4.0, True),
        ([0, 0, -10, 11, 0], 2.0, True),
        ([0, 5, 1, 0, 0], 1.0, True),
        ([-10, 12, -5, 1, 9], 5.0, True),
        ([-10, 12, -5, 1, 2], np.nan, False),
        ([-10, 4, 6, 0, 0], np.nan, False),
        ([0, 0, 0], 0.0, False),
    ],
)
def test_payback_is_the_day_after_which_the_sum_stays_above_zero(gained: list[float], days: float, paid: bool) -> None:
    found = payback(np.array(gained, np.float64))
    assert found == (pytest.approx(days, nan_ok=True), paid)


@given(st.lists(st.integers(-20, 20), min_size=1, max_size=30))
def test_a_plan_has_paid_back_exactly_when_it_gains_in_the_end(gained: list[int]) -> None:
    days, paid = payback(np.array(gained, np.float64))
    assert paid == (sum(gained) > 0)
    assert not paid or 1 <= days <= len(gained)


def test_payback_counts_from_the_first_day_of_the_campaign_and_stands_beside_the_returns() -> None:
    daily = pd.DataFrame({"period": ["before", "campaign", "campaign", "aftermath"], "profit": [9.0, -4.0, 1.0, 9.0]})
    none = daily.assign(profit=0.0)
    periods = pd.DataFrame({"period": ["campaign", "whole"], "measure": "profit", "value": [-3.0, 15.0]})
    found = with_payback(with_returns(periods, periods), daily, none).set_index(["period", "measure"])["value"]
    assert found["campaign", "payback_days"] == 3
    assert found["whole", "payback_days"] == 1
    assert found["campaign", "paid_back"] == found["whole", "paid_back"] == 1


@given(st.tuples(*(st.integers(-1000, 1000),) * 2), st.tuples(*(st.integers(-5000, 5000),) * 2), st.integers(1, 500))
def test_the_return_with_carried_value_is_that_of_customer_equity(
    before_cost: tuple[int, int], carried: tuple[int, int], cost: int
) -> None:
    """Rust, Lemon & Zeithaml (2004): (ΔCE - cost)/cost, CE being profit before campaign cost and lifetime values."""

    def periods(plan: int, spent: int) -> pd.DataFrame:
        profit = before_cost[plan] - spent
        values = {"profit": profit, "campaign_cost": spent, "profit_with_carried_value": profit + carried[plan]}
        return pd.DataFrame(
            {"period": "whole", "measure": list(values), "value": [float(each) for each in values.values()]}
        )

    found = with_returns(periods(1, cost), periods(0, 0)).set_index("measure")["value"]
    gained = before_cost[1] + carried[1] - before_cost[0] - carried[0]
    assert found["return_with_carried_value"] == pytest.approx((gained - cost) / cost)


def test_what_a_campaign_is_planned_to_cost_is_preparation_days_and_contacts() -> None:
    """300 + 20 days at 10, and letters to a half of 60 people, twice, at 1.5."""
    letters = {**CAMPAIGN["waves"]["only"], "channels": {"letters": {"reach": 0.5, "frequency": 2}}}  # type: ignore[index]
    both = {**CAMPAIGN, "waves": {**CAMPAIGN["waves"], "mail": letters}}  # type: ignore[dict-item]
    channels = {**POSTERS, "letters": {"addressed": True, "cost_per_contact": 1.5}}
    assert planned_cost(advertised(), "autumn") == Decimal(500)
    assert planned_cost(firm(channels=channels, campaigns={"autumn": both}), "autumn") == Decimal(590)


LEVELS = {"foreman": {"up_to": 200, "takes": "0 days"}, "manager": {"up_to": 499, "takes": "3 days"}}


@pytest.mark.parametrize(("limit", "first"), [(500, 2), (499, 9)])
def test_a_campaign_above_a_limit_waits_for_the_next_level(limit: int, first: int) -> None:
    """500 is planned: up to 500 a day's approval is in time, above it the board takes nine days."""
    levels = {"manager": {"up_to": limit, "takes": "1 day"}, "board": {"takes": "9 days"}}
    result = Market(advertised(approvals=levels)).run()
    exposed = result.daily["exposures"]
    assert int(np.flatnonzero(exposed)[0]) == first
    assert by_day(result, "preparation")[first] == -30000
    assert sum(by_day(result, "media")) == -1000 * (22 - first)


def test_without_limits_it_begins_as_planned() -> None:
    """The mutation."""
    assert by_day(Market(advertised()).run(), "preparation")[2] == -30000


def test_an_approval_after_the_last_day_is_warned_of() -> None:
    for takes, warned in (("22 days", True), ("21 days", False)):
        document = advertised(approvals={"board": {"takes": takes}})
        said = " ".join(each.found for each in cautions(stages(document)))
        assert ("after its last day" in said) == warned
    late = Market(advertised(approvals={"board": {"takes": "22 days"}})).run()
    assert late.value("exposures") == 0


def test_the_days_of_approval_count_from_when_it_is_asked_for() -> None:
    levels = {"board": {"takes": "9 days"}}
    result = Market(advertised(approvals=levels, submitted="2009-09-10")).run()
    assert by_day(result, "preparation")[12] == -30000


def test_a_campaign_nobody_may_approve_is_refused() -> None:
    found = [each.found for each in check_stages(stages(advertised(approvals=LEVELS)))]
    assert found == ["it is planned to cost 500.00, more than any of budget.approvals may approve"]
    with pytest.raises(ValueError, match="up_to rises"):
        advertised(approvals=dict(reversed(LEVELS.items())))


def kept_back(takes: str, **budget: Any) -> RunResult:
    """400 of 500 may be spent: 300 to prepare, ten days at 10; the rest is asked for on day 12."""
    terms = {"amount": 500, "contingency": {"share": "20%", "approval_takes": takes}, **budget}
    return Market(advertised(**terms)).run()


def test_what_is_kept_back_is_asked_for_when_the_rest_is_spent_and_campaigns_pause_until_then() -> None:
    result = kept_back("4 days")
    media = by_day(result, "media")
    assert [day for day, amount in enumerate(media) if amount] == [*range(2, 12), *range(16, 22)]
    assert result.value("contingency_drawn") == 60
    assert result.budget is not None
    row = result.budget.set_index("line").loc[CONTINGENCY]
    assert (row["planned"], row["spent"], row["since"]) == (10000, 6000, "2009-09-19")


def test_what_is_drawn_at_once_holds_nothing_back() -> None:
    """The mutation."""
    result = kept_back("0 days")
    assert [day for day, amount in enumerate(by_day(result, "media")) if amount] == list(range(2, 22))
    assert result.value("contingency_drawn") == 100
    assert kept_back("0 days", amount=600).value("contingency_drawn") == 20


def test_a_planner_reads_profit_cash_and_the_lines() -> None:
    line = {"price": 250, "quantity": 4, "paid": "2009-09-09"}
    document = firm(
        budget={"amount": 1000, "borne_by": "us", "lines": {"stand": line, "screen": {"price": 70, "in_kind": True}}},
        money={"paid_after": {"customers": "10 days"}},
    )
    result = Market(document).run()
    text = "\n".join(books_blocks(document, result, "en"))
    for words in (
        "2009-09",
        "revenue",
        "received or paid on another day",
        "cash so far",
        "screen (in kind)",
        "1,000.00",
    ):
        assert words in text, words
    found = books_object(document, result)
    assert sum(row["amount"] for row in found["books"]) == pytest.approx(result.ledger["amount"].sum() / 100)
    assert [row["spent"] for row in found["budget"]] == [1000.0, 70.0]
