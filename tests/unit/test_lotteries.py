"""Lotteries at the till: fair chances, exact stock and money, thresholds that count, first come first served."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.levers.lotteries import draws_for
from sim.levers.offers import qualified
from sim.levers.prices import price_expected
from sim.market import Market
from sim.scenario.cautions import cautions
from sim.scenario.checks import check_stages
from sim.scenario.document import Document
from sim.scenario.lotteries import Lottery
from sim.scenario.stages import stages
from tests.small_documents import small_document

DIE = {
    "draws_at": {28: 1, 58: 2},
    "chances": 6,
    "prizes": {"seeds": {"wins": 5, "face": 1, "cost": 0.35}, "sweets": {"wins": 1, "face": 2, "cost": 1.5}},
}


def shop(lottery: dict[str, Any], size: int = 400, **offer: Any) -> Document:
    """Three sizes of tickets: 27.99, 28 and 60; nobody waits."""
    prices = {"small": 27.99, "middle": 28, "large": 60}
    terms = {"during": "2009-09-08 to 2009-09-30", "audience": {"customers": "everyone"}, "limit": 100, **offer}
    return small_document(
        market={
            "customers": size,
            "segments": {"all": {"share": 1}},
            "needs": {
                name: {"task": "errand", "rate": "0.3 per day", "price": price, "contested": False}
                for name, price in prices.items()
            },
            "traits": {"existing": 0.5, "aware": 1.0},
        },
        service={
            "stations": {"counter": {"staff": "unlimited", "open": "09:00-17:00"}},
            "tasks": {"errand": {"at": "counter", "takes": {"constant": "1 min"}}},
        },
        behaviour={"leaving": {"form": "none"}},
        offers={"die": {**terms, "lottery": lottery}},
    )


def lived(document: Document, days: int = 10) -> Market:
    market = Market(document)
    for _ in range(days):
        market.step()
    return market


def daily(market: Market, name: str) -> int:
    return int(sum(row.get(name, 0.0) for row in market.recorder.rows))


def test_a_threshold_counts_and_the_highest_reached_decides() -> None:
    document = shop(DIE)
    lottery = Lottery.model_validate(DIE)
    paid = np.array([0, 2799, 2800, 5799, 5800, 99999])
    assert draws_for(lottery, document, np.zeros(6, np.int64), paid).tolist() == [0, 0, 1, 1, 2, 2]


def test_the_die_is_fair() -> None:
    """Sweets are binomial(draws, 1/6); the exact test at one in a thousand."""
    market = lived(shop(DIE))
    draws = daily(market, "draws")
    seeds, sweets = market.offers[0].prizes_given.tolist()
    assert seeds + sweets == draws > 1000
    assert stats.binomtest(sweets, draws, 1 / 6).pvalue > 0.001


def test_every_purchase_draws_as_often_as_it_is_good_for() -> None:
    """27.99 never, 28 once, 60 twice: counted from the money paid by need."""
    market = lived(shop(DIE))
    needs = market.recorder.result().ledger
    paid = int(needs[(needs["account"] == "needs") & (needs["day"] >= 1)]["amount"].sum())
    served = int(sum(row["served"] for row in market.recorder.rows[1:]))
    draws = daily(market, "draws")
    # served = s + m + l, paid = 2799 s + 2800 m + 6000 l, draws = m + 2 l: three equations for three counts.
    large = (paid - 2799 * served - draws) / (6000 - 2799 - 2)
    middle = draws - 2 * large
    assert large == int(large) > 0
    assert 0 < middle < served


def test_prizes_cost_what_they_cost_to_the_last_fen() -> None:
    market = lived(shop(DIE))
    seeds, sweets = market.offers[0].prizes_given.tolist()
    ledger = market.recorder.result().ledger
    assert (
        ledger[ledger["account"] == "gifts"]["amount"].sum() == -(35 * seeds + 150 * sweets) == -market.offers[0].paid
    )
    assert market.budget_spent == market.offers[0].paid


def test_no_more_prizes_go_out_than_there_are_and_the_rest_are_counted_as_short() -> None:
    few = {**DIE, "prizes": {**DIE["prizes"], "seeds": {"wins": 5, "face": 1, "cost": 0.35, "stock": 70}}}  # type: ignore[dict-item]
    limited, free = lived(shop(few)), lived(shop(DIE))
    assert limited.offers[0].prizes_given.tolist() == [70, free.offers[0].prizes_given[1]]
    assert limited.offers[0].prizes_left[0] == 0
    assert daily(limited, "prizes_short") == free.offers[0].prizes_given[0] - 70
    assert daily(limited, "prizes_won") + daily(limited, "prizes_short") == daily(limited, "draws")


def test_prizes_go_to_those_who_come_first() -> None:
    """On the day on which the last goes, no winner who left empty-handed was served before one who got a prize."""
    one = {"draws_at": {1: 1}, "chances": 1, "prizes": {"lantern": {"wins": 1, "face": 1, "cost": 1, "stock": 60}}}
    market = Market(shop(one), keep_encounters=True)
    while market.offers[0].prizes_left[0]:
        market.step()
    encounters = market.recorder.result().encounters
    assert encounters is not None  # asked for above
    today = encounters[(encounters["day"] == market.day - 1) & (encounters["outcome"] == "served")]
    got = market.offers[0].handed[today["customer"]] == market.offers[0].earned[today["customer"]]
    assert not got.all()
    assert today["ended"][got].max() <= today["ended"][~got].min()


def test_a_customer_draws_at_most_as_often_as_the_limit_says() -> None:
    market = lived(shop(DIE, limit=3))
    assert market.offers[0].earned.max() == 3


def test_who_knows_of_it_counts_on_it_only_with_a_ticket_that_is_large_enough() -> None:
    market = Market(shop(DIE))
    market.day = 2
    market.offers[0].knows[:3] = True
    _, _, known = price_expected(market, np.array([0, 1, 2, 3]), np.array([0, 1, 2, 2]))
    assert known.tolist() == [0.0, 1.0, 1.0, 0.0]


def test_who_buys_a_large_ticket_in_the_baseline_is_deadweight() -> None:
    document = shop({**DIE, "needs": ["small"]}), shop(DIE)
    activity = pd.DataFrame({"customer": [1, 2], "visits_errand": [0, 2]})
    marked = [qualified(each.offers["die"], each, activity).tolist() for each in document]
    assert marked == [[False, False], [False, True]]


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"chances": 5}, "6 of 5 chances win"),
        ({"draws_at": {28: 2, 58: 1}}, "fewer draws"),
        ({"draws_at": {28: 2000}}, "2000 draws for one purchase"),
        ({"prizes": {}}, "at least 1 item"),
    ],
)
def test_a_lottery_that_does_not_add_up_is_refused(terms: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        shop({**DIE, **terms})


def found(document: Document) -> str:
    standing = stages(document)
    return "\n".join(f"{'.'.join(each.path)}: {each.found}" for each in (*check_stages(standing), *cautions(standing)))


def test_a_lottery_nobody_can_win_is_spoken_of() -> None:
    none_left = {**DIE, "prizes": {"seeds": {"wins": 1, "face": 1, "cost": 2, "stock": 0}}}
    assert "offers.die.lottery.prizes.seeds.stock: none of this prize" in found(shop(none_left))
    assert "a prize that costs 2 and is worth 1" in found(shop(none_left))
    assert "no need that counts has such a price" in found(shop({**DIE, "draws_at": {61: 1}}))
    assert "without 'limit'" not in found(shop(DIE))
