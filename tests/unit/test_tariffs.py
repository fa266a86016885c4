"""Tariffs by the hour and price lists: who pays what to the cent, who moves and how many, who comes to know."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from sim.behaviour.shifting import moves
from sim.errors import ScenarioError
from sim.market import Market
from sim.results import RunResult
from sim.scenario.document import Document
from sim.scenario.load import read_scenario
from tests.small_documents import small_document

DAYS = 28
SAVING = 1.2 - 0.5
PEAK = 14 / 24
"""Share of visits from 08:00 to 22:00 when they come evenly over the day and night."""


def laundry(known: float, **sections: Any) -> Document:
    """Everybody washes 0.4 times a day at any hour, and finds another hour an inconvenience of 0 to 1 of the price."""
    tariff = {
        "needs": ["wash"],
        "hours": {"08:00-22:00": 1.2, "22:00-08:00": 0.5},
        "costs": {"08:00-22:00": 1.5},
        "known": known,
        "inconvenience": {"uniform": {"low": 0, "high": 1}},
        **sections.pop("tariff", {}),
    }
    need = {"task": "errand", "rate": "0.4 per day", "price": 10.01, "cost": 2, "contested": False}
    market = {
        "customers": 1200,
        "tiers": ["member"],
        "segments": {
            "many": {"share": 0.7},
            "few": {"share": 0.3, "tier": "member"},
        },
        "traits": {"existing": 1, "price_sensitivity": {"constant": 1}},
        "needs": {"wash": need | sections.pop("need", {})},
    }
    service = {
        "capacity": "unlimited",
        "stations": {"counter": {"staff": 1, "open": "00:00-24:00"}},
        "tasks": {"errand": {"at": "counter", "takes": {"constant": "5 min"}}},
    }
    return small_document(market=market, service=service, tariffs={"hours": tariff}, **sections)


@cache
def lived(known: float) -> RunResult:
    return Market(laundry(known), keep_encounters=True).run()


def test_who_does_not_know_of_the_tariff_comes_at_the_usual_hours() -> None:
    flat = Market(laundry(0.0, tariff={"hours": {"00:00-24:00": 1}}), keep_encounters=True).run()
    told_nobody = lived(0.0)
    assert told_nobody.encounters is not None
    assert flat.encounters is not None
    assert told_nobody.encounters["arrived"].tolist() == flat.encounters["arrived"].tolist()
    assert told_nobody.value("visits_moved_hours") == 0


@pytest.mark.parametrize("known", [0.5, 1.0])
def test_the_peak_falls_by_the_share_who_know_times_the_share_who_move(known: float) -> None:
    """Oracle: peak share p = p0·(1 - a·F(saving)), F uniform; within four standard errors of a binomial share."""
    result = lived(known)
    aware = result.value("tariff_known_hours")
    expected = PEAK * (1.0 - aware * SAVING)
    visits = result.daily["tariff_visits_hours"].sum()
    error = np.sqrt(expected * (1 - expected) / visits)
    # Aware and unaware are people, not visits: their shares of the visits differ by luck of their own.
    people = PEAK * SAVING * np.sqrt(aware * (1 - aware) / 1200) * np.sqrt(1.25)
    assert result.value("peak_share_hours") == pytest.approx(expected, abs=4 * np.hypot(error, people))


def test_everybody_pays_the_price_of_the_hour_known_or_not_to_the_cent() -> None:
    """12.012 rounds to 12.01 by day, 5.005 to 5.00 by night, half to even; serving costs half as much again by day."""
    result = lived(0.5)
    assert result.encounters is not None
    hour = result.encounters["arrived"].to_numpy() % 1440 / 60
    by_day = (hour >= 8) & (hour < 22)
    ended = result.encounters["outcome"].to_numpy() == "served"
    posted = result.ledger.groupby("account")["amount"].sum()
    assert posted["needs"] == 1201 * np.sum(by_day & ended) + 500 * np.sum(~by_day & ended)
    assert posted["serving"] == -300 * np.sum(by_day & ended) - 200 * np.sum(~by_day & ended)


def test_talk_of_those_who_know_makes_the_tariff_known_and_only_theirs() -> None:
    spoken: dict[str, Any] = {"behaviour": {"word_of_mouth": {"base": 0.5}, "leaving": {"form": "none"}}}
    told, mute, nobody = (
        Market(laundry(known, tariff={"passed_on": passed}, **spoken)).run()
        for known, passed in ((0.1, 0.5), (0.1, 0.0), (0.0, 0.5))
    )
    assert told.daily["tariff_known_hours"].iloc[-1] > 2 * mute.daily["tariff_known_hours"].iloc[-1]
    assert mute.daily["tariff_known_hours"].nunique() == 1
    assert nobody.daily["tariff_known_hours"].max() == 0


def test_a_campaign_makes_it_known_to_those_it_reaches() -> None:
    mail = {"reach": 0.5, "frequency": 4}
    document = laundry(
        0.0,
        channels={"mail": {"addressed": True, "cost_per_contact": 0.1}},
        campaigns={
            "news": {
                "waves": {"only": {"during": "2009-09-07 to 2009-09-20", "channels": {"mail": mail}}},
                "announces": ["hours"],
            }
        },
    )  # fmt: skip
    result = Market(document).run()
    share = 0.5 * -np.expm1(-4.0)
    known = result.daily["tariff_known_hours"].iloc[-1] / 1200
    assert known == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / 1200))


def test_those_who_save_nothing_never_move() -> None:
    inconvenience = np.array([0.0, 1e-9, 0.3])
    assert not moves(saving=0.0, inconvenience=inconvenience, price_sensitivity=1.0).any()
    assert moves(saving=0.2, inconvenience=inconvenience, price_sensitivity=1.0).tolist() == [True, True, False]
    assert moves(saving=0.2, inconvenience=inconvenience, price_sensitivity=2.0).all()


def test_a_price_list_charges_segments_and_tiers_their_own_price() -> None:
    """The first written counts: few are members too, and pay the price of members, which stands first."""
    document = laundry(
        0.0, need={"prices": {"member": 7.5, "few": 8}}, tariff={"hours": {"00:00-24:00": 1}, "costs": {}}
    )
    result = Market(document).run()
    paid = result.ledger[result.ledger["account"] == "needs"].groupby("segment")["amount"].sum()
    served = result.ledger[result.ledger["account"] == "serving"].groupby("segment")["amount"].sum() // -200
    assert paid["few"] == 750 * served["few"]
    assert paid["many"] == 1001 * served["many"]


def test_a_lower_own_price_brings_more_of_those_who_pay_it_and_is_no_rise_when_it_stays() -> None:
    """Against doing nothing: more come at half the price, and nobody leaves for a price always paid."""
    need = {"contested": True, "price": 10}
    plain, listed = (
        Market(laundry(0.0, need=need | own, tariff={"hours": {"00:00-24:00": 1}, "costs": {}})).run()
        for own in ({}, {"prices": {"few": 5}})
    )
    visits = [
        result.ledger[result.ledger["account"] == "serving"].groupby("segment")["amount"].sum()
        for result in (plain, listed)
    ]
    assert visits[1]["few"] < visits[0]["few"]  # costs are negative: more visits
    assert visits[1]["many"] == visits[0]["many"]
    price = listed.causes.set_index("cause")["left"]["price"]
    assert price == plain.causes.set_index("cause")["left"]["price"] == 0


SCENARIO = """
scenario: bad-tariff
currency: CNY
calendar: {run: 1 Sep 2009 to 14 Sep 2009}
market:
  customers: 10
  segments: {all: {share: 100%}}
  needs:
    errand: {task: errand, rate: 1 per week, price: 5, prices: {nobody: 3}}
service:
  tasks: {errand: {at: counter, takes: {constant: 5 min}}}
  stations: {counter: {staff: 1, open: "09:00-17:00"}}
tariffs:
  night: {needs: [errand], hours: {"09:00-12:00": 0.5, "11:00-13:00": 2}, inconvenience: {constant: 0.1}}
  again: {needs: [errand, erand], hours: {"09:00-12:00": 0.5}, inconvenience: {constant: 0.1}, known: 10%}
plans: {only: {}}
"""


def problems(text: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        read_scenario(text.encode(), "bad.yaml")
    return str(caught.value)


def test_names_that_are_not_declared_are_refused_with_their_line() -> None:
    found = problems(SCENARIO)
    assert "bad.yaml:9: market.needs.errand.prices.nobody" in found
    assert "there is no 'erand' in market.needs" in found


def test_overlapping_hours_and_a_need_in_two_tariffs_are_refused() -> None:
    found = problems(SCENARIO.replace("nobody: 3", "all: 3").replace(", erand", ""))
    assert "overlaps" in found
    assert "which night prices by the hour already" in found
