"""Gifts by rank: who is served first gets the first ranks' gifts, each customer once, another where one is gone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.market import Market
from sim.scenario.cautions import cautions
from sim.scenario.document import Document
from sim.scenario.stages import stages
from tests.small_documents import small_document

LINES = {name: {"price": 1, "quantity": 100} for name in ("fan", "cooker", "oil")}
RANKS = {"first": {"up_to": 12, "gifts": {"fan": 0.5, "cooker": 0.5}}, "then": {"up_to": 30, "gifts": {"oil": 1}}}


def shop(ranks: dict[str, Any] = RANKS, stock: dict[str, int] | None = None, **offer: Any) -> Document:
    stocks = {"fan": 6, "cooker": 6, "oil": 18} | (stock or {})
    return small_document(
        market={
            "customers": 80,
            "segments": {"all": {"share": 0.5}, "staff": {"share": 0.5}},
            "needs": {"order": {"task": "errand", "rate": "3 per week", "contested": False}},
            "traits": {"existing": 1},
        },
        behaviour={"leaving": {"form": "none"}},
        offers={"gift": {"during": "2009-09-08 to 2009-10-04", "by_rank": {"task": "errand", "ranks": ranks}, **offer}},
        gifts={name: {"stock": number, "line": name} for name, number in stocks.items()},
        budget={"amount": 300, "borne_by": "us", "lines": LINES},
    )


def given(document: Document) -> list[tuple[int, str]]:
    """Row and gift in the order of service."""
    market, found = Market(document), []
    for _ in range(market.calendar.days):
        market.step()
        encounters = market.today.encounters
        assert encounters is not None
        ended = dict(zip(encounters.customer.tolist(), encounters.ended.tolist(), strict=True))
        today = [(row, market.stocks[stock].name) for _, stock, rows, _ in market.today.handed for row in rows.tolist()]
        found += sorted(today, key=lambda each: ended[each[0]])
    return found


def test_the_first_twelve_visitors_get_the_first_gifts_and_the_next_eighteen_the_others() -> None:
    found = given(shop())
    assert [gift == "oil" for _, gift in found] == [False] * 12 + [True] * 18
    assert len({row for row, _ in found}) == 30
    assert {gift for _, gift in found[:12]} == {"fan", "cooker"}


def test_who_finds_the_gift_they_like_gone_takes_the_other() -> None:
    """Everybody likes the fan: six get it, and the next six a cooker; the mutation has fans enough."""
    likes = {**RANKS, "first": {"up_to": 12, "gifts": {"fan": 1.0, "cooker": 0.0}}}
    assert [gift for _, gift in given(shop(likes))[:12]] == ["fan"] * 6 + ["cooker"] * 6
    assert [gift for _, gift in given(shop(likes, {"fan": 20}))[:12]] == ["fan"] * 12


def test_choices_follow_their_shares_while_stocks_last() -> None:
    ranks = {"first": {"up_to": 80, "gifts": {"fan": 0.3, "cooker": 0.7}}}
    fans = sum(gift == "fan" for _, gift in given(shop(ranks, {"fan": 100, "cooker": 100})))
    assert fans == pytest.approx(0.3 * 80, abs=4 * np.sqrt(80 * 0.3 * 0.7))


def test_a_rank_without_gifts_enough_leaves_its_last_visitors_with_none() -> None:
    document = shop(stock={"oil": 5})
    market = Market(document)
    result = market.run()
    assert result.value("gifts_handed") == 17
    assert result.value("gifts_refused") == 13
    found = [each.found for each in cautions(stages(document))]
    assert "visitors 13 to 30, and 5 gifts for them" in found


def test_nobody_outside_the_audience_is_counted() -> None:
    market = Market(shop(audience={"customers": "customers", "segments": ["all"]}))
    market.run()
    handed = np.flatnonzero(market.offers[0].handed)
    assert len(handed) == 30
    assert (market.customers.segment[handed] == 0).all()


@pytest.mark.parametrize(
    ("ranks", "said"),
    [
        ({"a": {"up_to": 9, "gifts": {"oil": 1}}, "b": {"up_to": 9, "gifts": {"fan": 1}}}, "rises from one rank"),
        ({"a": {"up_to": 9, "gifts": {"oil": 0.5, "fan": 0.4}}}, "add up to 0.9"),
    ],
)
def test_ranks_rise_and_choices_add_up(ranks: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        shop(ranks)
