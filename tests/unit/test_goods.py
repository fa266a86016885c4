"""Goods and bundles in the market: who takes what, exact money, what is known draws, what lasts is not bought twice."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.customers import CUSTOMER, PROSPECT
from sim.levers.offers import qualified
from sim.levers.prices import price_expected
from sim.market import Market
from sim.scenario.bundle_checks import stated_sums
from sim.scenario.cautions import cautions
from sim.scenario.checks import check_stages
from sim.scenario.document import Document
from sim.scenario.stages import stages
from sim.stock.goods import expected_margin
from tests.small_documents import small_document

GOODS: dict[str, Any] = {
    "book": {"price": 100, "cost": 40, "worth": {"uniform": {"low": 0, "high": 200}}},
    "card": {"price": 20, "cost": 5, "worth": {"uniform": {"low": 0, "high": 40}}},
}
PACK: dict[str, Any] = {"goods": ["book", "card"], "price": 90}


def shop(bundle: dict[str, Any] | None = None, goods: dict[str, Any] | None = None, **sections: Any) -> Document:
    """A shop without queues to which everybody comes nearly every other day."""
    pack = {"during": "2009-09-09 to 2009-09-30", "audience": {"customers": "everyone"}, "bundle": bundle}
    return small_document(
        market={
            "customers": 400,
            "segments": {"all": {"share": 1}},
            "goods": GOODS if goods is None else goods,
            "needs": {"look": {"task": "errand", "rate": "0.5 per day", "goods": ["book", "card"], "contested": False}},
            "traits": {"existing": 0.2, "aware": 1.0},
            **sections.pop("market", {}),
        },
        service={
            "stations": {"counter": {"staff": "unlimited", "open": "09:00-17:00"}},
            "tasks": {"errand": {"at": "counter", "takes": {"constant": "1 min"}}},
        },
        behaviour={"leaving": {"form": "none"}},
        offers={} if bundle is None else {"pack": pack},
        **sections,
    )


def lived(document: Document, days: int = 5) -> Market:
    market = Market(document)
    for _ in range(days):
        market.step()
    return market


def total(market: Market, account: str) -> int:
    ledger = market.recorder.result().ledger
    return int(ledger[ledger["account"] == account]["amount"].sum())


def column(market: Market, name: str) -> int:
    return int(sum(row.get(name, 0) for row in market.recorder.rows))


def test_people_buy_what_is_worth_its_price_to_them() -> None:
    """Half of the people find the book worth 100, half the card worth 20."""
    market = lived(shop())
    assert market.assortment is not None
    visits = column(market, "served")
    worth = market.assortment.worth
    assert worth[:, 0].mean() == pytest.approx(100, abs=3.9 * 200 / np.sqrt(12 * 400))
    assert column(market, "sold_book") == pytest.approx(visits / 2, abs=0.1 * visits)
    assert total(market, "needs") == 10000 * column(market, "sold_book") + 2000 * column(market, "sold_card")
    assert total(market, "serving") == -(4000 * column(market, "sold_book") + 500 * column(market, "sold_card"))


def test_what_a_bundle_saves_is_given_back_to_the_last_fen() -> None:
    """100 + 20 - 90 = 30 for each, whoever knows of it or not."""
    market = lived(shop(PACK))
    sold = column(market, "bundles_sold")
    assert sold > 50
    assert total(market, "discounts") == -3000 * sold == -market.offers[0].paid == -market.budget_spent
    assert market.offers[0].handed.sum() == sold


def test_with_a_bundle_only_together_nothing_of_it_is_sold_apart() -> None:
    pure, mixed = (lived(shop({**PACK, "sold": sold})) for sold in ("only together", "also apart"))
    days = range(2, 5)
    for market, apart in ((pure, False), (mixed, True)):
        rows = [market.recorder.rows[day] for day in days]
        assert any(row["sold_card"] != row["bundles_sold"] for row in rows) == apart
    assert column(pure, "empty_handed") > column(mixed, "empty_handed")


def test_a_known_bundle_draws_by_what_it_leaves_over_the_dearest_good() -> None:
    """Worth (80, 30), (150, 30) and (10, 10): over what is left apart, 20 - 10, 90 - 60 and 0, each over 100."""
    market = Market(shop(PACK))
    assert market.assortment is not None
    market.day = 2
    market.assortment.worth[:4] = [[80, 30], [150, 30], [10, 10], [80, 30]]
    market.offers[0].knows[:3] = True
    price, _, known = price_expected(market, np.arange(4), np.zeros(4, np.int64))
    assert price == pytest.approx([0.9, 0.7, 1.0, 1.0])
    assert known.tolist() == [1.0, 1.0, 0.0, 0.0]


def test_who_takes_nothing_has_not_become_a_customer() -> None:
    market = Market(shop(goods={**GOODS, "card": {**GOODS["card"], "worth": {"constant": 1}}}))
    assert market.assortment is not None
    before = market.customers.status.copy()
    market.assortment.worth[:, 0] = np.where(np.arange(400) % 2, 150.0, 50.0)
    for _ in range(12):
        market.step()
    new = (before == PROSPECT) & (market.customers.status == CUSTOMER)
    assert new.any()
    assert (np.flatnonzero(new) % 2 == 1).all()


def test_what_lasts_is_not_bought_a_second_time() -> None:
    lasting = {**GOODS, "book": {**GOODS["book"], "lasts": "1 year"}}
    market = lived(shop(goods=lasting), 20)
    assert market.assortment is not None
    buyers = (market.assortment.worth[:, 0] >= 100).sum()
    assert 0.9 * buyers < column(market, "sold_book") <= buyers
    assert column(lived(shop(), 20), "sold_book") > 3 * buyers, "the mutation: without lasting they buy again and again"


def test_worths_are_correlated_as_the_file_says_and_differ_by_segment() -> None:
    goods = {**GOODS, "card": {**GOODS["card"], "correlated_with": {"book": -0.8}, "segments": {"rich": 3}}}
    segments = {"all": {"share": 0.5}, "rich": {"share": 0.5}}
    market = Market(shop(goods=goods, market={"goods": goods, "segments": segments, "customers": 2000}))
    assert market.assortment is not None
    plain, rich = market.assortment.worth[:1000], market.assortment.worth[1000:]
    assert np.corrcoef(plain.T)[0, 1] < -0.7
    assert rich[:, 1].mean() == pytest.approx(3 * plain[:, 1].mean(), rel=0.1)


def test_a_years_margin_holds_what_is_bought_apart_and_what_lasts_once_in_its_time() -> None:
    """60 for the book and 15 for the card; a book that lasts 20 days at 0.5 visits a day is bought one time in ten."""
    market = Market(shop())
    slow = Market(shop(goods={**GOODS, "book": {**GOODS["book"], "lasts": "20 days"}}))
    for each, margin in ((market, [75, 15, 0]), (slow, [21, 15, 0])):
        assert each.assortment is not None
        each.assortment.worth[:3] = [[100, 20], [99, 20], [0, 0]]
        assert expected_margin(each, np.arange(3), 0) == pytest.approx(margin)


def test_who_buys_the_dearest_good_in_the_baseline_is_deadweight() -> None:
    document = shop(PACK)
    activity = pd.DataFrame({"customer": [1, 2], "bought_book": [0, 2], "bought_card": [1, 0]})
    assert qualified(document.offers["pack"], document, activity).tolist() == [False, True]


def test_the_lines_of_a_bundle_add_up_and_are_stated() -> None:
    lines = {"book": 75.5, "card": 14.5}
    assert dict(stated_sums(shop({**PACK, "lines": lines}))) == {"offers.pack.bundle.lines": "75.5 + 14.5 = 90.0"}
    with pytest.raises(ValueError, match=r"75.5 \+ 15 = 90.5, and the price is 90"):
        shop({**PACK, "lines": {**lines, "card": 15}})


def found(document: Document) -> str:
    standing = stages(document)
    return "\n".join(f"{'.'.join(each.path)}: {each.found}" for each in (*check_stages(standing), *cautions(standing)))


@pytest.mark.parametrize(
    ("bundle", "goods", "said"),
    [
        ({**PACK, "price": 121}, GOODS, "offers.pack.bundle.price: a price of 121, and its goods cost 120 apart"),
        ({**PACK, "price": 44}, GOODS, "a bundle that costs 45 and sells at 44"),
        ({**PACK, "goods": ["book", "pen"]}, {**GOODS, "pen": GOODS["card"]}, "no need brings people to all"),
        (PACK, {**GOODS, "pen": GOODS["card"]}, "market.goods.pen: no need brings people to it"),
        (PACK, {**GOODS, "card": {**GOODS["card"], "cost": 21}}, "it costs 21 and sells at 20"),
        (PACK, {**GOODS, "card": {**GOODS["card"], "correlated_with": {"card": 0.5}}}, "card with itself"),
        (PACK, {**GOODS, "card": {**GOODS["card"], "correlated_with": {"book": 1}}}, "a correlation of 1"),
    ],
)
def test_goods_and_bundles_that_cannot_be_are_spoken_of(bundle: Any, goods: Any, said: str) -> None:
    assert said in found(shop(bundle, goods))
    assert said not in found(shop(PACK))


def test_a_need_with_goods_has_no_price_of_its_own() -> None:
    need = {"task": "errand", "rate": "1 per day", "goods": ["book"], "price": 5}
    assert "a price, fees or a cost of its own" in found(shop(market={"needs": {"look": need}}))


def test_correlations_that_contradict_each_other_are_refused() -> None:
    pen = {**GOODS["card"], "correlated_with": {"book": 0.9, "card": 0.9}}
    goods = {**GOODS, "card": {**GOODS["card"], "correlated_with": {"book": -0.9}}, "pen": pen}
    assert "correlations that contradict each other" in found(shop(goods=goods))
