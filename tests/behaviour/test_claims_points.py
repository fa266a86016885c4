"""Points: what is paid earns them, the oldest lapse, gifts take them, and the books owe exactly what they are worth."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from sim.customers import LEFT
from sim.market import Market
from sim.results import RunResult
from sim.scenario.document import Document
from tests.small_documents import small_document

pytestmark = pytest.mark.slow

RUN = "2009-01-01 to 2009-07-31"
ENDS = 180
"""The last day of the club, 30 June."""
NEEDS, FACE, COST, BREAKAGE = 100, 30, 0.8, 0.25
CLUB: dict[str, Any] = {
    "per_money": 0.5,
    "per_visit": 7,
    "needs": NEEDS,
    "face": FACE,
    "asks_within": "20 days",
    "expire": "2 months",
    "breakage": BREAKAGE,
}


def club(points: dict[str, Any] | None = None, **sections: Any) -> Document:
    """Customers who run errands and buy elsewhere; the club's gifts are handed out at the counter."""
    behaviour = {"leaving": {"form": "none"}, **sections.pop("behaviour", {})}
    return small_document(
        calendar={"run": RUN, "campaign": RUN},
        market={
            "customers": 300,
            "segments": {"all": {"share": 1}},
            "needs": {
                "errand": {"task": "errand", "rate": "1 per month", "price": 9, "contested": False},
            },
            "spending": {"rate": "1 per week", "amount": {"gamma": {"mean": 25, "sd": 15}}, "margin": 0.2},
            "traits": {"existing": 1},
        },
        channels={"card": {"cost_per_contact": 0.1, "addressed": True}},
        campaigns={
            "welcome": {
                "waves": {"day": {"during": "2009-01-01", "channels": {"card": {"reach": 0.8, "frequency": 30}}}},
                "announces": ["club"],
            }
        },
        offers={"club": {"during": "2009-01-01 to 2009-06-30", "gifts": "cups", "points": {**CLUB, **(points or {})}}},
        gifts={
            "cups": {
                "stock": 100_000,
                "cost": COST,
                "pick_up": "counter",
                "takes": {"constant": "1 min"},
                "comes_within": "3 days",
            }
        },
        behaviour=behaviour,
        **sections,
    )


@cache
def lived(name: str) -> tuple[Market, RunResult]:
    """A market of one of the variants after its year."""
    variants: dict[str, Document] = {
        "club": club(),
        "lasting": club({"expire": None}),
        "without_pull": club(behaviour={"goal_gradient": "none"}),
        "pulled": club({"per_visit": 0, "expire": None}, behaviour={"goal_gradient": {"effort": 1.0, "top_up": 0.5}}),
    }
    market = Market(variants[name])
    return market, market.run()


def sums(result: RunResult, account: str) -> int:
    rows = result.ledger[result.ledger["account"] == account]
    return int(rows["amount"].sum())


def test_points_earned_are_used_lapse_or_are_left_and_nothing_else() -> None:
    """At the end of the offer all that is left lapses."""
    _, result = lived("club")
    earned, used, lapsed = (result.daily[f"points_{what}"].sum() for what in ("earned", "used", "lapsed"))
    assert earned == used + lapsed
    assert min(used, lapsed) > 0
    assert used == NEEDS * result.offers.loc[0, "earned"]


def test_only_members_of_the_club_have_points_for_what_they_pay_and_for_visits() -> None:
    market = Market(club({"asks_within": "100 years"}))
    paid, visits = np.zeros(300, np.int64), np.zeros(300, np.int64)
    whole = np.zeros(300, np.int64)
    for _ in range(30):
        market.step()
        today = np.zeros(300, np.int64)
        assert market.today.receipts is not None
        rows, amounts = market.today.receipts
        today[rows] += np.rint(100 * amounts).astype(np.int64)
        judged = market.today.judgement
        assert judged is not None
        served = judged.rows[(judged.kind == 0) & ~judged.lost]
        today[served] += 900
        visits[served] += 1
        whole += today // 200  # half a point for each yuan, and no parts of one
        paid += today
    knows = market.offers[0].knows
    assert 0 < knows.sum() < 300
    assert market.points[0].balance[knows].tolist() == (whole + 7 * visits)[knows].tolist()
    assert not market.points[0].balance[~knows].any()


def test_points_lapse_after_the_months_they_are_good_for() -> None:
    """The mutation: where they last as long as the offer, none lapse before its last day."""
    lapsed = lived("club")[1].daily["points_lapsed"]
    before_its_end = lapsed[:ENDS].to_numpy()
    assert before_its_end.sum() > 0
    assert not before_its_end[:90].any()
    assert lived("lasting")[1].daily["points_lapsed"][:ENDS].sum() == 0
    assert lived("lasting")[1].daily["points_used"].sum() > lived("club")[1].daily["points_used"].sum()


def test_the_oldest_points_pay_first() -> None:
    market = Market(club())
    points = market.points[0]
    row = np.array([0])
    points.add(row, np.array([60]))
    points.begin_month()
    points.add(row, np.array([70]))
    points.use(row)
    assert points.balance[0] == 30
    assert points.begin_month() == 0
    assert points.begin_month() == 0  # the first month's are all used
    assert points.begin_month() == 30


def test_what_is_owed_is_what_the_points_are_worth_less_breakage() -> None:
    """Cost of a gift times balance over points needed, less a quarter; each customer's worth rounded once."""
    market = Market(club())
    for _ in range(150):
        market.step()
    balance = market.points[0].balance
    worth = 100 * FACE * COST * (1 - BREAKAGE) / NEEDS
    assert balance.sum() > 0
    assert market.points[0].owed.tolist() == [round(each * worth) for each in balance.tolist()]
    ledger = market.recorder.result().ledger
    for account, sign in (("points", -1), ("points_owed", 1)):  # counted as a cost, and not paid yet
        assert ledger.loc[ledger["account"] == account, "amount"].sum() == sign * market.points[0].owed.sum()


def test_in_the_end_points_have_cost_the_gifts_they_bought() -> None:
    """Nothing is owed any more: what was set aside has been taken back, and the gifts are the cost."""
    _, result = lived("club")
    assert sums(result, "points") == sums(result, "points_owed") == 0
    assert sums(result, "gifts") == -round(100 * FACE * COST) * result.offers.loc[0, "handed"]


def test_who_is_near_a_gift_buys_sooner() -> None:
    """The goal gradient: more is bought while the club runs, by its members; without the pull exactly the same."""
    (market, pulled), (_, plain) = lived("pulled"), lived("without_pull")
    assert market.pursuit is not None
    assert pulled.daily["revenue"][: ENDS + 1].sum() > plain.daily["revenue"][: ENDS + 1].sum()
    assert market.pursuit.ahead.sum() > 0
    assert not market.pursuit.ahead[~market.offers[0].knows].any()


def test_after_the_club_ends_they_buy_less() -> None:
    """What was bought ahead is used up first: the dip after a promotion."""
    pulled, plain = lived("pulled")[1], lived("without_pull")[1]
    assert pulled.daily["revenue"][ENDS + 1 :].sum() < plain.daily["revenue"][ENDS + 1 :].sum()


def test_a_customer_who_leaves_asks_for_nothing() -> None:
    market = Market(club())
    for _ in range(60):
        market.step()
    market.customers.status[:], market.customers.aware[:] = LEFT, False  # for good: nobody remembers the firm
    earned = market.offers[0].earned.sum()
    for _ in range(10):
        market.step()
    assert market.offers[0].earned.sum() == earned
