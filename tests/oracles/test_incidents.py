"""Incidents strike as often, at the hours and whom the file says; prevention stops what its share and hours say."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.behaviour.incidents import chance_in_a_day, day_profile, found_in_time, minute_struck, prevented_share
from sim.market import Market
from tests.small_documents import COUNTER, ERRAND, small_document

DAYS = 28
PEOPLE = 4000


def rehearsed(incident: dict[str, Any], **sections: Any) -> Market:
    """Four weeks of people who are all customers and come once a week, with one incident."""
    market = Market(
        small_document(
            market={
                "customers": PEOPLE,
                "segments": {"old": {"share": 0.5}, "young": {"share": 0.5}},
                "traits": {"existing": 1},
                "needs": {"errand": {"task": "errand", "rate": "1 per week", "contested": False}},
            },
            service={
                "stations": {"counter": {**COUNTER, "staff": "unlimited", "open": "00:00-24:00"}},
                "tasks": {"errand": {**ERRAND, "takes": {"constant": "5 min"}}},
                "incidents": {"fall": incident},
            },
            behaviour={"leaving": {"form": "none"}, "word_of_mouth": "none", **sections},
        )
    )
    market.run()
    return market


def total(market: Market, name: str) -> float:
    return sum(row.get(name, 0.0) for row in market.recorder.rows)


def test_as_many_fall_as_the_rate_says() -> None:
    """Binomial: n = people · days, p = 1 - exp(-rate/day); within four standard deviations."""
    rate = 0.1 / 7
    fallen, n, p = total(rehearsed({"per_customer": "0.1 per week"}), "incidents"), PEOPLE * DAYS, -math.expm1(-rate)
    assert abs(fallen - n * p) < 4.0 * math.sqrt(n * p * (1.0 - p))


def test_a_segment_is_struck_as_much_more_often_as_the_file_says() -> None:
    market = rehearsed({"per_customer": "0.1 per week", "segments": {"old": 3, "young": 0}, "cost": 1})
    lines = market.recorder.result().ledger
    assert set(lines[lines["account"] == "incidents"]["segment"]) == {"old"}
    n, p = PEOPLE / 2 * DAYS, -math.expm1(-0.3 / 7)
    assert abs(total(market, "incidents") - n * p) < 4.0 * math.sqrt(n * p * (1.0 - p))


def test_at_a_visit_the_chance_is_that_of_the_hour() -> None:
    """Visits spread evenly over the day: mean chance = chance · (share of hours named · weight + the rest)."""
    market = rehearsed({"per_visit": "5%", "hours": {"22:00-04:00": 3}})
    visits = total(market, "served")
    p = 0.05 * (0.25 * 3 + 0.75)
    assert abs(total(market, "incidents") - visits * p) < 4.0 * math.sqrt(visits * p)


def test_prevention_stops_its_share_in_its_hours() -> None:
    """A third of the hazard lies in the hours named (6 h at weight 1.5 against 18 h at 1), of which 80 % is stopped."""
    risky = {"per_customer": "0.2 per week", "hours": {"22:00-04:00": 1.5}}
    rounds = {"rounds": {"prevents": "80%", "hours": ["22:00-04:00"]}}
    before, after = rehearsed(risky), rehearsed({**risky, "prevention": rounds})
    due, stopped = total(before, "incidents"), total(after, "incidents_prevented")
    assert total(after, "incidents") == due - stopped
    p = 0.8 * 9 / 27
    assert abs(stopped - due * p) < 4.0 * math.sqrt(due * p * (1.0 - p))


def test_an_incident_takes_satisfaction_trust_and_money_in_proportion_to_its_severity() -> None:
    """Nobody comes, so nothing else moves what people think."""
    grave = {"per_customer": "0.5 per week", "satisfaction": 10, "trust": "10%", "cost": 100, "complains": 0}
    quiet, mild, severe = (
        rehearsed({**grave, "per_customer": rate, "severity": {"constant": severity}}, expecting={})
        for rate, severity in (("0 per week", 1), ("0.5 per week", 1), ("0.5 per week", 2))
    )
    assert total(mild, "incidents") == total(severe, "incidents") > 0
    ledgers = [market.recorder.result().ledger for market in (mild, severe)]
    paid = [-int(ledger[ledger["account"] == "incidents"]["amount"].sum()) for ledger in ledgers]
    assert paid == [10_000 * total(mild, "incidents"), 20_000 * total(mild, "incidents")]
    means = [float(market.customers.satisfaction.mean()) for market in (quiet, mild, severe)]
    assert means[0] > means[1] > means[2]
    trust = [float(market.customers.trust.mean()) for market in (quiet, mild, severe)]
    assert trust[0] > trust[1] > trust[2]


def test_those_struck_complain_as_often_as_stated() -> None:
    market = rehearsed({"per_customer": "0.2 per week", "complains": "40%"}, complaining="none")
    struck = total(market, "incidents")
    assert abs(total(market, "complaints") - 0.4 * struck) < 4.0 * math.sqrt(0.24 * struck)


def test_minutes_follow_the_hazard() -> None:
    """Hazard 2 in the first quarter of the day, 1 after: 2/5 of the incidents come in the first quarter."""
    hazard = np.ones(1440)
    hazard[:360] = 2.0
    luck = (np.arange(10_000) + 0.5) / 10_000
    minute = minute_struck(day_profile(hazard), luck)
    assert np.mean(minute < 360) == pytest.approx(0.4, abs=1e-4)
    assert minute.min() == 0
    assert minute.max() == 1439


def test_no_hazard_at_a_minute_means_no_incident_there() -> None:
    hazard = np.zeros(1440)
    hazard[100:200] = 1.0
    minute = minute_struck(day_profile(hazard), np.array([1e-12, 0.5, 1 - 1e-12]))
    assert ((minute >= 100) & (minute < 200)).all()


def test_measures_against_an_incident_multiply() -> None:
    assert prevented_share(np.array([[0.5, 0.0], [0.2, 0.2]])) == pytest.approx([0.6, 0.2])
    assert prevented_share(np.zeros((0, 2))) == pytest.approx([0.0, 0.0])


def test_a_rate_of_two_a_day_strikes_86_percent() -> None:
    assert chance_in_a_day(2.0) == pytest.approx(0.864664717)


@given(
    every=st.floats(0.5, 60), develops_over=st.floats(1, 60), finds=st.floats(0.05, 1)
)  # fmt: skip
def test_inspection_finds_in_time_what_the_delay_time_model_says(
    every: float, develops_over: float, finds: float
) -> None:
    """The sum over inspections of the integral over the phase: Σ_k ∫ finds (1 - finds)^k e^(-(u + kT)/L) du/T."""
    phase = (np.arange(4000) + 0.5) / 4000 * every
    expected, missed = 0.0, 1.0
    for turn in range(2000):
        reached = np.exp(-(phase + turn * every) / develops_over).mean()
        expected += finds * missed * float(reached)
        missed *= 1.0 - finds
        if missed * float(reached) < 1e-9:
            break
    assert found_in_time(every=every, develops_over=develops_over, finds=finds) == pytest.approx(expected, abs=1e-4)


def test_more_frequent_inspection_prevents_more() -> None:
    shares = [found_in_time(every=every, develops_over=10.0, finds=0.8) for every in (1.0, 7.0, 30.0)]
    assert shares == sorted(shares, reverse=True)
    assert found_in_time(every=1e-6, develops_over=10.0, finds=0.8) == pytest.approx(1.0, abs=1e-5)
