"""Sales: who pays less and when, visits that move, purchases brought forward, and a pantry that adds up."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.market import Market
from sim.scenario.cautions import cautions
from sim.scenario.checks import check_stages
from sim.scenario.document import Document
from sim.scenario.stages import stages
from tests.small_documents import small_document

SALE = "2009-09-09 to 2009-09-11"
"""Days 2 to 4, Wednesday to Friday."""
FLASH = ["15:00-16:00"]
HEARD: dict[str, Any] = {
    "channels": {"radio": {"cost_per_day": 1}},
    "campaigns": {
        "news": {
            "waves": {
                "first": {"during": "2009-09-07 to 2009-09-08", "channels": {"radio": {"reach": 1, "frequency": 40}}}
            },
            "announces": ["sale"],
        }
    },
}


def shop(terms: dict[str, Any] | None, heard: bool = True, size: int = 300, **sections: Any) -> Document:
    """A counter that is never full, where everybody buys about every other day; people come from nine to five."""
    offers = (
        {} if terms is None else {"sale": {"during": SALE, "audience": {"customers": "everyone"}, "discount": terms}}
    )
    return small_document(
        market={
            "customers": size,
            "segments": {"all": {"share": 1}},
            "needs": {"food": {"task": "errand", "rate": "0.5 per day", "price": 10, "cost": 6, "contested": False}},
            "traits": {
                "existing": 0.5,
                "aware": 1.0,
                "activity": {"constant": 1},
                "price_sensitivity": {"constant": 1},
            },
        },
        service=sections.pop("service", None)
        or {
            "stations": {"counter": {"staff": "unlimited", "open": "09:00-17:00"}},
            "tasks": {"errand": {"at": "counter", "takes": {"constant": "1 min"}}},
        },
        behaviour={"leaving": {"form": "none"}},
        offers=offers,
        **(HEARD if heard and terms is not None else {}),
        **sections,
    )


def lived(document: Document, days: int = 28) -> Market:
    market = Market(document, keep_encounters=True)
    for _ in range(days):
        market.step()
    return market


def purchases(market: Market) -> pd.DataFrame:
    """Visits served, with the minute of the day on which they came."""
    encounters = market.recorder.result().encounters
    assert encounters is not None  # asked for above
    served = encounters[encounters["outcome"] == "served"].copy()
    served["minute"] = served["arrived"] - 1440 * served["day"]
    return served


def sums(market: Market, account: str) -> dict[int, int]:
    """Amounts of an account by day, minor units."""
    ledger = market.recorder.result().ledger
    return ledger[ledger["account"] == account].groupby("day")["amount"].sum().to_dict()


def test_only_who_comes_in_its_hours_pays_less_known_or_not() -> None:
    market = lived(shop({"needs": ["food"], "off": 0.2, "hours": FLASH}, heard=False), 6)
    visits = purchases(market)
    inside = visits[visits["day"].between(2, 4) & visits["minute"].between(900, 960, inclusive="left")]
    assert 0 < len(inside) < len(visits)
    assert sums(market, "discounts") == (-200 * inside.groupby("day").size()).to_dict()


def test_who_does_not_know_of_it_does_not_move() -> None:
    """The mutation of what is heard: the same people at the same minutes as without a sale."""
    unheard = lived(shop({"needs": ["food"], "off": 0.2, "hours": FLASH, "buys_earlier": 1}, heard=False), 6)
    assert purchases(unheard).equals(purchases(lived(shop(None), 6)))


def test_those_who_know_of_it_move_into_its_hours_by_the_formula() -> None:
    """Each of n visits at a distance h moves with chance 1 - exp(-2.6·20 %/h): mean and variance of the sum."""
    market = lived(shop({"needs": ["food"], "off": 0.2, "hours": FLASH, "moving": 1}, size=3000), 5)
    usual = purchases(lived(shop(None, size=3000), 5))
    usual = usual[usual["day"].between(2, 4)]
    away = np.maximum(np.maximum(900 - usual["minute"], usual["minute"] - 960), 0) / 60
    chance = -np.expm1(-0.52 / away[away > 0])
    moved = sum(row["visits_moved"] for row in market.recorder.rows[2:5])
    assert abs(moved - chance.sum()) < 3.9 * np.sqrt((chance * (1 - chance)).sum())
    assert len(purchases(market)) == len(purchases(lived(shop(None, size=3000), 5))), "nobody comes who would not"


def test_on_other_weekdays_there_is_no_sale() -> None:
    market = lived(shop({"needs": ["food"], "off": 0.2, "days": ["thursday"]}), 6)
    assert list(sums(market, "discounts")) == [3]


def test_what_is_brought_forward_or_bought_ahead_is_not_bought_again() -> None:
    """Without a choice to win, purchases are only moved in time: those of the sale less those that do not follow."""
    terms = {"needs": ["food"], "off": 0.2, "buys_earlier": 0.6, "buys_ahead": 0.5}
    market, usual = lived(shop(terms)), lived(shop(None))
    rows = pd.DataFrame(market.recorder.rows).fillna(0)
    at_home = int(market.pantry.at_home.sum()) if market.pantry is not None else -1
    assert rows["bought_for_later"].sum() > rows["brought_forward"].sum() > 0
    assert rows["bought_for_later"].sum() == rows["met_at_home"].sum() + at_home
    units = sum(sums(market, "needs").values()) // 1000
    assert units == len(purchases(market)) + rows["bought_for_later"].sum() - rows["brought_forward"].sum()
    assert units - at_home == len(purchases(usual)), "every need of its own is met once"


def test_after_the_sale_fewer_come_and_without_stores_as_many() -> None:
    """The post-promotion dip, and its mutation."""
    usual = purchases(lived(shop(None))).groupby("day").size()
    stored = purchases(lived(shop({"needs": ["food"], "off": 0.2, "buys_ahead": 0.8}))).groupby("day").size()
    plain = purchases(lived(shop({"needs": ["food"], "off": 0.2}))).groupby("day").size()
    assert stored.loc[5:9].sum() < 0.9 * usual.loc[5:9].sum()
    assert plain.equals(usual)


def test_two_bought_at_once_are_paid_discounted_and_costed_twice() -> None:
    market = lived(shop({"needs": ["food"], "off": 0.25, "buys_ahead": 1.0}), 3)
    served = int((purchases(market)["day"] == 2).sum())
    assert [sums(market, name)[2] for name in ("needs", "discounts", "serving")] == [
        2000 * served,
        -500 * served,
        -1200 * served,
    ]


def test_what_is_at_home_at_the_end_is_taken_off_the_value_carried_on() -> None:
    from sim.carried_value import already_bought

    market = lived(shop({"needs": ["food"], "off": 0.25, "buys_ahead": 1.0}), 4)
    assert market.pantry is not None
    rows = np.arange(len(market.customers))
    assert already_bought(market, rows) == pytest.approx(4.0 * market.pantry.at_home[0])


def found(document: Document) -> str:
    standing = stages(document)
    return "\n".join(
        f"{'.'.join(each.path)}: {each.found}; {each.allowed}"
        for each in (*check_stages(standing), *cautions(standing))
    )


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"hours": ["16:00-18:00"]}, "offers.sale.discount.hours.0: '16:00-18:00' is not inside the opening hours"),
        ({"days": ["sunday"]}, "offers.sale.discount.days: weekdays on which the offer never runs"),
        ({"moving": 2}, "offers.sale.discount.moving: a cost of moving a visit, and no hours"),
    ],
)
def test_a_sale_that_cannot_be_or_is_hardly_meant_is_spoken_of(terms: dict[str, Any], said: str) -> None:
    assert said in found(shop({"needs": ["food"], "off": 0.2, **terms}))
    assert said not in found(shop({"needs": ["food"], "off": 0.2, "hours": FLASH, "days": ["friday"]}))


@pytest.mark.parametrize(
    ("hours", "said"),
    [(["22:00-02:00"], "within one day"), (["10:00-12:00", "11:00-13:00"], "do not overlap"), ([], "at least 1 item")],
)
def test_hours_of_a_sale_are_hours_of_one_day(hours: list[str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        shop({"needs": ["food"], "off": 0.2, "hours": hours})


def test_what_is_done_by_appointment_has_no_hours_of_sale() -> None:
    service = {
        "stations": {"counter": {"staff": 3, "open": "09:00-17:00"}},
        "tasks": {
            "errand": {
                "at": "counter",
                "takes": {"constant": "1 min"},
                "appointment": {"windows": {"nine": {"hours": "09:00-10:00", "places": 9}}},
            }
        },
    }
    assert "food, which is done by appointment" in found(
        shop({"needs": ["food"], "off": 0.2, "hours": FLASH}, service=service)
    )
