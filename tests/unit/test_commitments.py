"""Money by month: what was spent, what was owed by then, and what stopping the plan that evening would have avoided."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.calendar import Calendar
from sim.levers.commitments import PLAN_ACCOUNTS, Commitments
from sim.market import Market
from sim.results import RunResult
from sim.scenario.document import Document
from tests.small_documents import small_document

RUN = "2009-09-07 to 2009-11-15"
SEPTEMBER = "2009-09-07 to 2009-09-30"
WHOLE = RUN
POSTERS = {"posters": {"cost_per_day": 10}}
HEARD = {
    "waves": {"only": {"during": "2009-09-07 to 2009-09-07", "channels": {"posters": {"reach": 1, "frequency": 9}}}}
}

GIFT = {"task_count": {"task": "errand", "needs": 1, "face": 30}, "gifts": "pens", "limit": 9}
PENS = {
    "pens": {"stock": 9999, "cost": 0.5, "pick_up": "desk", "takes": {"constant": "1 min"}, "comes_within": "6 days"}
}
FREE = {"audience": {"customers": "newcomers"}, "waiver": {"fee": "delivery", "lasts": "20 days"}}
FRIENDS = {"rate": "1 per week", "joins": 0.3, "reward": 50, "after": "25 days"}


def world(during: str, **sections: Any) -> Document:
    desk = {"staff": 9, "open": "00:00-24:00"}
    return small_document(
        calendar={"run": RUN},
        market={
            "customers": 120,
            "segments": {"all": {"share": 1}},
            "traits": {"existing": 0.5, "aware": 0.2},
            "needs": {
                "order": {"task": "errand", "rate": "0.5 per week", "contested": False, "price": 10,
                          "fees": {"delivery": {"amount": 2.5}}},
            },
        },
        service={
            "stations": {"counter": desk, "desk": desk},
            "tasks": {"errand": {"at": "counter", "takes": {"constant": "5 min"}}},
        },
        channels=POSTERS,
        behaviour={"leaving": {"form": "none"}, "word_of_mouth": "none"},
        **sections,
    )  # fmt: skip


def gifts(during: str) -> Document:
    told = {**HEARD, "announces": ["pen"]}
    return world(during, campaigns={"tell": told}, offers={"pen": {**GIFT, "during": during}}, gifts=PENS)


def waivers(during: str) -> Document:
    return world(during, offers={"free": {**FREE, "during": during}})


def friends(during: str) -> Document:
    return world(during, referrals={"friends": {**FRIENDS, "during": during}})


ITEMS = {"pen": gifts, "free": waivers, "friends": friends}


@cache
def run(item: str, during: str) -> RunResult:
    return Market(ITEMS[item](during)).run()


def rows(result: RunResult, item: str) -> pd.DataFrame:
    assert result.commitments is not None
    table = result.commitments[result.commitments["item"] == item]
    return table.set_index("month")


@pytest.mark.parametrize("item", ITEMS)
def test_what_was_committed_is_what_the_plan_still_pays_when_it_is_stopped_that_evening(item: str) -> None:
    """The same market with the same luck, the lever ended on 30 September: it pays what was spent and owed by then."""
    on, stopped = rows(run(item, WHOLE), item), rows(run(item, SEPTEMBER), item)
    september = on.loc["2009-09"]
    assert september["so_far"] == stopped.loc["2009-09", "so_far"]
    assert september["committed"] > 0
    assert september["avoidable"] > 0
    assert stopped.loc["2009-11", "so_far"] == september["so_far"] + september["committed"]
    assert stopped["avoidable"].tolist() == [0, 0, 0], "once it is stopped nothing is left to avoid"


def test_what_is_paid_as_it_is_promised_is_never_committed() -> None:
    """The mutation: who owes nothing later has only what is spent and what may still be left alone."""
    tell = rows(run("pen", WHOLE), "tell")
    assert tell["committed"].tolist() == [0, 0, 0]
    assert tell["spent"].tolist() == [1000, 0, 0]


def test_without_the_days_of_the_claims_gifts_owed_would_look_avoidable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutation of the mechanism."""
    monkeypatch.setattr(Commitments, "pay", lambda *_: None)
    blind = rows(Market(gifts(WHOLE)).run(), "pen")
    known = rows(run("pen", WHOLE), "pen")
    assert blind["committed"].tolist() == [0, 0, 0]
    assert blind["avoidable"].tolist() == (known["avoidable"] + known["committed"]).tolist()


def test_every_month_adds_up_to_the_ledger() -> None:
    for item in ITEMS:
        result = run(item, WHOLE)
        assert result.commitments is not None
        ledger = result.ledger[result.ledger["account"].isin(PLAN_ACCOUNTS)]
        table = result.commitments
        assert table["spent"].sum() == -ledger["amount"].sum() > 0
        whole = table[["so_far", "committed", "avoidable"]].sum(axis=1).groupby(table["item"]).nunique()
        assert set(whole) == {1}, "spent, owed and avoidable are the whole in every month"


def test_a_plan_that_costs_nothing_has_no_such_table() -> None:
    assert Market(world(WHOLE)).run().commitments is None


def test_a_line_paid_ahead_is_avoidable_until_its_day_and_sunk_after_it() -> None:
    line = {"price": 3, "quantity": 40, "paid": "2009-10-05"}
    ranks = {"task": "errand", "ranks": {"all": {"up_to": 40, "gifts": {"oil": 1.0}}}}
    document = world(
        WHOLE,
        budget={"amount": 120, "lines": {"oil": line}, "borne_by": "us"},
        gifts={"oil": {"stock": 40, "line": "oil"}},
        offers={"first": {"during": "2009-10-20 to 2009-11-15", "by_rank": ranks}},
    )
    paid = rows(Market(document).run(), "gifts paid ahead")
    assert paid["avoidable"].tolist() == [12000, 0, 0]
    assert paid["so_far"].tolist() == [0, 12000, 12000]


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 69), st.integers(0, 69), st.integers(1, 900)), max_size=30))
def test_committed_counts_what_was_bound_by_the_end_of_a_month_and_paid_after_it(
    paid: list[tuple[int, int, int]],
) -> None:
    calendar = Calendar(date(2009, 9, 7), 70, None)
    book = Commitments(calendar)
    paid = [(min(pair), max(pair), amount) for *pair, amount in paid]
    for since, day, amount in paid:
        book.pay("gift", day, np.array([since]), np.array([amount]))
    ledger = pd.DataFrame(
        {
            "day": [0, *(day for _, day, _ in paid)],
            "account": "gifts",
            "campaign": "gift",
            "amount": [-1, *(-amount for *_, amount in paid)],
        }
    )
    table = book.table(ledger)
    assert table is not None
    for month, last in enumerate((23, 54, 69)):
        owed = sum(amount for since, day, amount in paid if since <= last < day)
        assert table["committed"][month] == owed
