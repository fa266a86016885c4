"""Goods sold from stock: first come, first served; what is delivered; what people do who find none; who comes back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.market import Market
from sim.results import RunResult
from sim.scenario.cautions import cautions
from sim.scenario.checks import check_stages
from sim.scenario.document import Document
from sim.scenario.stages import stages
from tests.small_documents import small_document

RATE = 0.4
"""Orders a retailer and day."""
SIZE = 100


def depot(
    out: dict[str, Any] | None = None,
    size: int = SIZE,
    stock: int = 30,
    delivery: dict[str, Any] | None = None,
    needs: dict[str, Any] | None = None,
    goods: dict[str, Any] | None = None,
    **sections: Any,
) -> Document:
    """A depot that is never full, whose retailers order a carton nearly every other day and never leave."""
    carton = {"task": "order", "rate": f"{RATE} per day", "contested": False, "price": 10}
    good: dict[str, Any] = {"needs": ["carton"], "stock": stock, "out_of_stock": out or {}}
    return small_document(
        market={
            "customers": size,
            "segments": {"all": {"share": 1}},
            "traits": {"existing": 1, "activity": {"constant": 1}},
            "needs": {"carton": carton, **(needs or {})},
        },
        behaviour={"leaving": {"form": "none"}, "complaining": "none"},
        service={
            "stations": {"depot": {"staff": "unlimited", "open": "08:00-18:00"}},
            "tasks": {"order": {"at": "depot", "takes": {"constant": "5 min"}}},
            "shelves": {"carton": good if delivery is None else {**good, "delivery": delivery}, **(goods or {})},
        },
        **sections,
    )


def run(document: Document) -> RunResult:
    return Market(document).run()


def test_no_more_is_sold_than_there_is_and_the_rest_go_without() -> None:
    result = run(depot(stock=300))
    assert result.value("goods_sold") == result.value("served") == result.value("sold_carton") == 300
    assert result.value("goods_gone_without") == result.value("goods_wanted") - 300 > 0
    assert result.value("revenue") == 3000
    assert result.value("goods_price") == 10


def test_a_stock_that_never_runs_out_sells_what_is_wanted_like_no_stock_at_all() -> None:
    """The mutation: goods in plenty, or none named, give the same run."""
    plenty = run(depot(stock=10**6))
    document = depot()
    none = run(document.model_copy(update={"service": document.service.model_copy(update={"shelves": {}})}))
    assert plenty.value("fill_rate") == 1.0
    assert none.daily["served"].tolist() == plenty.daily["served"].tolist()


def test_with_daily_deliveries_the_share_found_in_stock_is_that_of_the_binomial() -> None:
    """Every morning S = 30 are there and D ~ Binomial(100, 1 - exp(-0.4)) are wanted: E[min(D, S)] / E[D] are found.

    Tolerance: four standard errors of the ratio over 28 days, var of min(D, S) - ratio · D.
    """
    days, chance = 28, 1.0 - np.exp(-RATE)
    result = run(depot(delivery={"up_to": 30}))
    wanted = np.arange(SIZE + 1)
    weight = stats.binom.pmf(wanted, SIZE, chance)
    found = np.minimum(wanted, 30)
    share = float((weight * found).sum() / (weight * wanted).sum())
    spread = float((weight * (found - share * wanted) ** 2).sum()) ** 0.5
    assert result.value("fill_rate") == pytest.approx(share, abs=4 * spread / np.sqrt(days) / (SIZE * chance))
    assert result.value("fill_rate") < 0.95


def test_first_come_first_served_within_a_day() -> None:
    """Who sets out on the first day came before anybody who found nothing would have."""
    market, plenty = Market(depot(stock=15)), Market(depot(stock=1000))
    market.step()
    plenty.step()
    assert market.today.visits is not None
    assert plenty.today.visits is not None
    order = plenty.today.visits.rows[np.argsort(plenty.today.visits.at)]
    assert market.today.visits.rows.tolist() == sorted(order[:15].tolist())


def test_orders_come_in_whole_lots_on_their_days_after_their_lead_time_within_what_the_supplier_gives() -> None:
    """Up to 95 in lots of 20: 80 on Monday, of which 60 are given in a week; they come on Wednesday."""
    terms = {"days": ["monday"], "up_to": 95, "lot": 20, "lead_time": "2 days"}
    for at_most, weekly in ((None, 80), (60, 60)):
        market = Market(depot(stock=0, delivery=terms if at_most is None else {**terms, "at_most": at_most}))
        delivered = []
        for _ in range(14):
            market.step()
            assert market.shelves is not None
            delivered.append(int(market.shelves.delivered[0]))
        assert delivered[:7] == [0, 0] + [weekly] * 5
        assert delivered[9] == 2 * weekly


@settings(max_examples=15, deadline=None)
@given(
    stock=st.integers(0, 60),
    up_to=st.integers(0, 60),
    lot=st.integers(1, 30),
    lead=st.integers(0, 5),
    at_most=st.none() | st.integers(0, 90),
    patience=st.booleans(),
)
def test_whatever_the_terms_units_are_neither_made_nor_lost(
    stock: int, up_to: int, lot: int, lead: int, at_most: int | None, patience: bool
) -> None:
    """Opening stock + delivered = sold + left, when nobody is inside at night; some leave without their unit."""
    delivery: dict[str, Any] = {"up_to": up_to, "lot": lot, "lead_time": f"{lead} days"}
    delivery |= {} if at_most is None else {"at_most": at_most}
    out = {"postpones": {"share": 0.5, "wait": "2 days"}, "illicit": {"share": 0.3, "comes_back": 0.1}}
    document = depot(out, 40, stock, delivery)
    if patience:
        station = document.service.stations["depot"].model_copy(update={"staff": 1, "queue_limit": 0})
        service = document.service.model_copy(update={"stations": {"depot": station}})
        document = document.model_copy(update={"service": service})
    market = Market(document)
    result = market.run()
    assert market.shelves is not None
    assert stock + market.shelves.delivered[0] == result.value("goods_sold") + market.shelves.left[0]
    assert (result.daily["stock_carton"] >= 0).all()
    met = sum(result.value(f"goods_{name}") for name in ("substituted", "gone_without", "postponed"))
    first_buys = result.value("goods_wanted") - result.daily["goods_found"].sum() - met
    assert 0 <= first_buys <= result.value("goods_illicit")


def test_units_of_those_who_give_up_in_the_queue_are_there_for_others() -> None:
    document = depot(stock=10**4)
    station = document.service.stations["depot"].model_copy(update={"staff": 1, "queue_limit": 0})
    hasty = document.service.model_copy(update={"stations": {"depot": station}})
    market = Market(document.model_copy(update={"service": hasty}))
    result = market.run()
    assert market.shelves is not None
    assert result.value("lost_visits") > 100
    assert market.shelves.left[0] == 10**4 - result.value("served")


OTHER = {"loose": {"task": "order", "rate": "0 per day", "contested": False, "price": 4}}


def test_the_stated_share_takes_something_else_and_pays_its_price() -> None:
    """Binomial: 60 % of those who find none take the other one."""
    result = run(depot({"substitutes": {"loose": 0.6}}, stock=0, needs=OTHER))
    wanted = result.value("goods_wanted")
    assert result.value("goods_substituted") == pytest.approx(0.6 * wanted, abs=4 * np.sqrt(wanted * 0.24))
    assert result.value("revenue") == 4 * result.value("goods_substituted") == 4 * result.value("served")
    assert result.value("goods_gone_without") == wanted - result.value("goods_substituted")


def test_a_substitute_that_is_sold_out_too_leaves_them_with_nothing() -> None:
    goods = {"loose": {"needs": ["loose"], "stock": 25}}
    result = run(depot({"substitutes": {"loose": 1.0}}, stock=0, needs=OTHER, goods=goods))
    assert result.value("goods_substituted") == result.value("sold_loose") == result.value("served") == 25
    assert result.value("goods_gone_without") == result.value("goods_wanted") - 25


def test_who_puts_it_off_tries_again_on_the_day_and_finds_the_delivery() -> None:
    """Nothing until Thursday: who wanted one from Monday to Wednesday and waits three days gets it from then on."""
    out = {"postpones": {"share": 1.0, "wait": "3 days"}}
    delivery = {"days": ["thursday"], "up_to": 1000}
    put_off, without = (run(depot(each, stock=0, delivery=delivery)) for each in (out, {}))
    assert put_off.daily["served"][:3].sum() == without.daily["served"][:3].sum() == 0
    waited = put_off.value("goods_postponed")
    assert waited > 50
    gained = put_off.value("goods_sold") - without.value("goods_sold")
    assert 0.6 * waited < gained <= waited  # who has another need of it on the day buys once


ILLICIT = {"share": 1.0, "comes_back": 0.0}


def test_who_has_bought_illicitly_goes_on_doing_so_until_they_come_back() -> None:
    """Out of stock on the first three days only. Nobody comes back, or each day a third do: (1 - c)^days are left."""
    delivery = {"days": ["thursday"], "up_to": 10**4}
    gone, back = (
        run(depot({"illicit": {**ILLICIT, "comes_back": chance}}, 400, 0, delivery)).daily["illicit_customers"]
        for chance in (0.0, 0.3)
    )
    assert gone[3:].nunique() == 1
    assert gone.iloc[-1] > 200
    expected = back[2] * 0.7 ** np.arange(1, 6)
    assert back[3:8].to_numpy() == pytest.approx(expected, abs=4 * np.sqrt(back[2] * 0.25))


def test_enforcement_brings_them_back_from_its_day_on() -> None:
    """A dated change: the mutation is the same run without it, which has the same days before."""
    out, delivery = {"illicit": ILLICIT}, {"days": ["thursday"], "up_to": 10**4}
    enforced = {
        "raid": {"from": "2009-09-16", "set": {"service.shelves.carton.out_of_stock.illicit.comes_back": "50%"}}
    }
    with_it, without = (run(depot(out, 200, 0, delivery, changes=each)).daily for each in (enforced, {}))
    assert with_it["illicit_customers"][:9].tolist() == without["illicit_customers"][:9].tolist()
    assert with_it["illicit_customers"].iloc[-1] < 10 < without["illicit_customers"].iloc[-1]
    assert with_it["goods_sold"][9:].sum() > without["goods_sold"][9:].sum()


def test_who_finds_none_and_takes_nothing_is_less_satisfied() -> None:
    market, content = Market(depot({"weight": 0.5}, stock=0)), Market(depot({"weight": 0.0}, stock=0))
    for each in (market, content):
        each.step()
    felt = market.customers.satisfaction != content.customers.satisfaction
    assert felt.sum() == market.today.numbers["goods_gone_without"]
    before = content.customers.satisfaction[felt]
    assert market.customers.satisfaction[felt] == pytest.approx((before + 40) / 2)


def said(document: Document, doubtful: bool = False) -> str:
    findings = cautions(stages(document)) if doubtful else check_stages(stages(document))
    return "\n".join(f"{'.'.join(each.path)}: {each.found}" for each in findings)


def test_goods_that_cannot_be_sold_are_refused() -> None:
    twice = depot(needs=OTHER, goods={"more": {"needs": ["carton"], "stock": 5}})
    assert "carton is met from carton already" in said(twice)
    same = depot({"substitutes": {"carton": 0.5}})
    assert "carton is met from the same stock" in said(same)
    with pytest.raises(ValueError, match=r"add up to 1\.2"):
        depot({"illicit": ILLICIT, "postpones": {"share": 0.2, "wait": "1 day"}})


def test_deliveries_that_never_come_and_sellers_nobody_leaves_are_warned_of() -> None:
    assert "lots of 50, and at most 30" in said(depot(delivery={"up_to": 30, "lot": 50}), doubtful=True)
    assert "a chance of 0" in said(depot({"illicit": ILLICIT}), doubtful=True)
    assert "service.shelves" not in said(depot(delivery={"up_to": 30}), doubtful=True)
