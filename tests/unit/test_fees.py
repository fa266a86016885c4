"""Fees beside a price and offers that waive them: exact money, each customer's own term, one price as it is felt."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.carried_value import yearly_margin
from sim.customers import CUSTOMER, LEFT, PROSPECT
from sim.day.stay_or_leave import hazard_terms
from sim.errors import ScenarioError
from sim.levers.fees import waivers
from sim.levers.offers import qualified
from sim.levers.prices import price_expected
from sim.market import Market
from sim.scenario.cautions import cautions
from sim.scenario.checks import check_stages
from sim.scenario.document import Document
from sim.scenario.stages import stages
from tests.scenario_texts import SMALL_BANK, load_text
from tests.small_documents import small_document

ORDER: dict[str, Any] = {
    "task": "errand",
    "rate": "20 per day",
    "price": 10,
    "contested": False,
    "fees": {"delivery": {"amount": 2.5}},
}
WEEK = "2009-09-09 to 2009-09-15"
"""Days 2 to 8."""
NEVER = "2009-09-07 to 2009-10-04"


def shop(
    offers: dict[str, Any] | None = None,
    needs: dict[str, Any] | None = None,
    size: int = 30,
    market: dict[str, Any] | None = None,
    **sections: Any,
) -> Document:
    """A counter that is never full; everybody aware needs something nearly every day, and nobody leaves."""
    return small_document(
        market={
            "customers": size,
            "segments": {"all": {"share": 1}},
            "needs": {"order": ORDER} if needs is None else needs,
            "traits": {"existing": 0.5, "aware": 1.0, "activity": {"constant": 1}},
            **(market or {}),
        },
        service={
            "stations": {"counter": {"staff": "unlimited", "open": "09:00-17:00"}},
            "tasks": {"errand": {"at": "counter", "takes": {"constant": "1 min"}}},
        },
        behaviour={"leaving": {"form": "none"}, **sections.pop("behaviour", {})},
        offers={} if offers is None else offers,
        **sections,
    )


def offer(audience: str = "everyone", during: str = WEEK, **waiver: Any) -> dict[str, Any]:
    return {"during": during, "audience": {"customers": audience}, "waiver": {"fee": "delivery", **waiver}}


def lived(document: Document, days: int) -> Market:
    market = Market(document, keep_encounters=True)
    for _ in range(days):
        market.step()
    return market


def sums(market: Market, account: str) -> dict[int, int]:
    """Amounts of an account by day, minor units."""
    ledger = market.recorder.result().ledger
    return ledger[ledger["account"] == account].groupby("day")["amount"].sum().to_dict()


def served(market: Market) -> pd.Series:
    encounters = market.recorder.result().encounters
    assert encounters is not None  # asked for above
    return encounters[encounters["outcome"] == "served"].groupby("day").size()


def test_a_fee_is_charged_with_every_order_beside_the_price() -> None:
    market = lived(shop(), 5)
    orders = served(market)
    assert sums(market, "needs") == (1000 * orders).to_dict()
    assert sums(market, "fees") == (250 * orders).to_dict()
    assert sums(market, "waivers") == {}


def test_fees_are_revenue_and_waivers_take_from_it() -> None:
    market = lived(shop({"cheap": offer(off=0.5)}), 5)
    daily = market.recorder.result().daily
    books = {name: sum(sums(market, name).values()) for name in ("needs", "fees", "waivers")}
    assert books["waivers"] == -125 * sum(served(market).loc[2:])
    assert round(100 * daily["revenue"].sum()) == sum(books.values())
    assert round(100 * daily["fees_waived"].sum()) == -books["waivers"] == round(100 * daily["campaign_cost"].sum())


def test_what_is_waived_is_rounded_once_for_each_order() -> None:
    """Half of 0.05 is 2.5 fen, half to even 2."""
    needs = {"order": {**ORDER, "fees": {"delivery": {"amount": 0.05}}}}
    market = lived(shop({"half": offer(off=0.5)}, needs), 4)
    assert sums(market, "waivers") == (-2 * served(market).loc[2:]).to_dict()


def test_a_term_begins_with_each_ones_first_order_and_runs_on_after_the_offer() -> None:
    """Newcomers of the week have three days each, even where they become customers with the first."""
    needs = {"order": {**ORDER, "rate": "0.5 per day"}}
    market = lived(shop({"first": offer("newcomers", lasts="3 days")}, needs, size=400), 20)
    encounters = market.recorder.result().encounters
    assert encounters is not None
    orders = encounters[encounters["outcome"] == "served"]
    opening = Market(shop(size=400)).customers.status
    first = orders.groupby("customer")["day"].transform("min")
    free = (opening[orders["customer"]] == PROSPECT) & first.between(2, 8) & (orders["day"] < first + 3)
    assert free[orders["day"] > 8].any(), "some terms run on after the last day of the offer"
    assert sums(market, "waivers") == (-250 * orders[free].groupby("day").size()).to_dict()
    assert market.recorder.rows[3]["waivers_begun"] > 0


def test_without_a_term_newcomers_are_so_for_one_order() -> None:
    """The mutation of the term: the second order is that of a customer."""
    market = lived(shop({"first": offer("newcomers", during=NEVER)}), 6)
    assert market.offers[0].handed.max() == 1


def test_who_has_left_is_a_prospect_and_no_newcomer() -> None:
    market = Market(shop({"first": offer("newcomers", lasts="3 days"), "back": offer("prospects", lasts="3 days")}))
    market.day = 2
    market.customers.status[:3] = (PROSPECT, CUSTOMER, LEFT)
    found = [each.entitled.tolist() for each in waivers(market, np.arange(3))]
    assert found == [[True, False, False], [True, False, True]]


def test_of_two_waivers_of_one_fee_the_better_counts() -> None:
    market = lived(shop({"half": offer(off=0.5), "all": offer(off=1.0), "all_too": offer(off=1.0)}), 4)
    assert sums(market, "waivers") == (-250 * served(market).loc[2:]).to_dict()
    assert [running.paid > 0 for running in market.offers] == [False, True, False]


def test_price_and_fees_are_felt_as_one_and_a_discount_takes_from_the_price_alone() -> None:
    """(10·(1 - 20 %) + 2.50·(1 - 40 %)) / 12.50, for those who know of both."""
    cheap = {"during": WEEK, "audience": {"customers": "everyone"}, "discount": {"needs": ["order"], "off": 0.2}}
    market = Market(shop({"cheap": cheap, "waived": offer(off=0.4)}))
    market.day = 2
    market.offers[0].knows[:2] = True
    market.offers[1].knows[1:3] = True
    price, _, known = price_expected(market, np.arange(4), np.zeros(4, np.int64))
    assert price == pytest.approx([10.5 / 12.5, 9.5 / 12.5, 11.5 / 12.5, 1.0])
    assert known.tolist() == [1.0, 1.0, 1.0, 0.0]


def test_the_price_remembered_falls_while_the_fee_is_waived_and_its_return_is_a_gap() -> None:
    """r' = 0.7·r + 0.3·(10/12.50) after each order; no gap while it is waived, 1 - r when it is back."""
    behaviour = {"leaving": {"form": "hazard"}, "reference_price": {"memory": 0.7}}
    market = Market(shop({"free": offer()}, behaviour=behaviour))
    form: Any = market.document.behaviour.leaving
    while market.day < 8:
        market.step()
    customers, often = market.customers, market.offers[0].handed
    assert often.min() >= 1
    assert customers.reference_price == pytest.approx(0.8 + 0.2 * 0.7**often)
    everyone = np.arange(len(customers))
    assert (hazard_terms(market, everyone, form)["price_gap"] == 0.0).all()  # day 8 is the last of the offer
    market.day = 9
    assert hazard_terms(market, everyone, form)["price_gap"] == pytest.approx(1.0 - customers.reference_price)
    assert hazard_terms(market, slice(None), form)["price_gap"] == pytest.approx(1.0 - customers.reference_price)


def test_a_years_margin_holds_the_fee_less_what_is_waived_for_good() -> None:
    """20 a day for 365.25 days of price and fee; half the fee where the waiver lasts as long as the run."""
    rows = np.arange(30)
    margins = [
        yearly_margin(Market(shop(offers)), rows)
        for offers in ({}, {"week": offer(off=0.5)}, {"good": offer(off=0.5, during=NEVER)})
    ]
    assert [margin[0] for margin in margins] == pytest.approx([20 * 365.25 * each for each in (12.5, 12.5, 11.25)])


def test_a_fee_may_change_on_a_date() -> None:
    change = {"from": "2009-09-09", "set": {"market.needs.order.fees.delivery.amount": 1}}
    market = lived(shop(changes={"lower": change}), 4)
    fee = np.array([250, 250, 100, 100])
    assert list(sums(market, "fees").values()) == (fee * served(market).to_numpy()).tolist()


def test_a_fee_may_not_come_or_go_on_a_date() -> None:
    change = {"from": "2009-09-09", "set": {"market.needs.order.fees": {}}}
    with pytest.raises(Exception, match="cannot change like this"):
        stages(shop(changes={"gone": change}))


def test_without_fees_nothing_is_looked_up() -> None:
    market = lived(shop(needs={"order": {**ORDER, "fees": {}}}), 3)
    assert market.demand.fees is None
    assert "fees_charged" not in market.recorder.rows[0]


def test_who_orders_with_the_fee_in_the_baseline_is_deadweight() -> None:
    document = shop({"free": offer()})
    activity = pd.DataFrame({"customer": [1, 2, 3], "visits_errand": [0, 1, 4]})
    assert qualified(document.offers["free"], document, activity).tolist() == [False, True, True]


def found(document: Document) -> str:
    standing = stages(document)
    return "\n".join(f"{'.'.join(each.path)}: {each.found}" for each in (*check_stages(standing), *cautions(standing)))


def test_newcomers_who_adopt_before_they_buy_are_refused() -> None:
    bass = {"acquisition": {"form": "bass", "innovation": 0.03, "imitation": 0.4}}
    assert "by adoption before they buy" in found(shop({"free": offer("newcomers")}, behaviour=bass))
    assert "by adoption" not in found(shop({"free": offer("customers")}, behaviour=bass))


@pytest.mark.parametrize(
    ("waiver", "fee", "said"),
    [
        ({"off": 0}, 2, "offers.free.waiver.off: no share of the fee is waived"),
        ({"lasts": "30 days"}, 2, "offers.free.waiver.lasts: 30 days for each customer"),
        ({}, 0, "market.needs.order.fees.delivery.amount: a fee of 0"),
    ],
)
def test_what_is_hardly_meant_is_warned_of(waiver: dict[str, Any], fee: float, said: str) -> None:
    needs = {"order": {**ORDER, "fees": {"delivery": {"amount": fee}}}}
    assert said in found(shop({"free": offer(**waiver)}, needs))
    assert said not in found(shop({"free": offer()}))


@pytest.mark.parametrize(("audience", "empty"), [("customers", False), ("newcomers", True)])
def test_a_tier_that_only_a_review_gives_is_open_to_customers_and_to_no_newcomer(audience: str, empty: bool) -> None:
    gold = offer(audience)
    gold["audience"]["tiers"] = ["gold"]
    review = {"every": "week", "spend": {"over": "7 days", "at_least": {"gold": 10}}}
    document = shop({"gold": gold}, market={"tiers": ["gold"], "tier_review": review})
    assert ("nobody belongs to it" in found(document)) == empty


def bank_with_a_fee(plan: str) -> str:
    """The small bank, its errand with a fee, and another plan beside the baseline."""
    text = SMALL_BANK.replace("      price: 3\n", "      price: 3\n      fees: {delivery: {amount: 2}}\n")
    assert text != SMALL_BANK
    return f"{text}plans:\n  none: {{}}\n  other: {plan}\n"


def test_a_fee_nobody_charges_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ScenarioError, match=r"there is no 'delivry' in market.needs.*did you mean 'delivery'"):
        load_text(bank_with_a_fee("{add: {offers: {free: {during: campaign, waiver: {fee: delivry}}}}}"))


def test_another_fee_than_the_baselines_needs_a_usual_price() -> None:
    with pytest.raises(ScenarioError, match=r"fees: 4 in plan other, 5 in the baseline, and no usual_price"):
        load_text(bank_with_a_fee("{set: {market.needs.errand.fees.delivery.amount: 1}}"))


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"waiver": {"fee": "delivery"}, "gifts": "pens"}, "offers of other kinds have none"),
        ({"waiver": {"fee": "delivery"}, "discount": {"needs": ["order"], "off": 0.1}}, "exactly one of"),
        ({"waiver": {"fee": "delivery", "lasts": "2 h"}}, "greater than or equal to 1"),
        ({"waiver": {"fee": "delivery", "off": 1.2}}, "share"),
    ],
)
def test_an_offer_is_one_thing(terms: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        shop({"free": {"during": WEEK, **terms}})
