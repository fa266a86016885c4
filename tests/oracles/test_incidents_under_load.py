"""Incidents that follow the load of the staff: the law by hand, then in a market whose load is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.behaviour.incidents import chance_in_a_day, chance_under_load, load_factor
from sim.market import Market
from sim.scenario.cautions import cautions
from sim.scenario.document import Document
from sim.scenario.stages import stages
from tests.small_documents import COUNTER, ERRAND, small_document

RATE = 0.02
PEOPLE, DAYS = 3000, 28


def ward(elasticity: float | None = 1.0, servers: object = 40, comfortable: float = 0.25) -> Document:
    load = (
        {} if elasticity is None else {"load": {"at": "counter", "comfortable": comfortable, "elasticity": elasticity}}
    )
    return small_document(
        market={
            "customers": PEOPLE,
            "segments": {"everyone": {"share": 1}},
            "traits": {"existing": 1, "activity": {"constant": 1}},
            "needs": {"errand": {"task": "errand", "rate": "0.2 per day", "contested": False}},
        },
        service={
            "stations": {"counter": {**COUNTER, "staff": servers, "open": "00:00-24:00"}},
            "tasks": {"errand": {**ERRAND, "takes": {"exponential": {"mean": "24 min"}}}},
            "incidents": {"fall": {"per_customer": f"{RATE} per day", **load}},
        },
        behaviour={"leaving": {"form": "none"}, "complaining": "none"},
    )


def incidents(document: Document) -> float:
    return Market(document).run().value("incidents")


@pytest.mark.parametrize(("in_hand", "factor"), [(0.8, 1.0), (1.6, 2.0**1.5), (0.2, 0.25**1.5), (0.0, 0.0)])
def test_the_factor_is_a_power_of_the_load(in_hand: float, factor: float) -> None:
    assert load_factor(np.array([in_hand]), comfortable=0.8, elasticity=1.5) == pytest.approx(factor)


def test_twice_the_hazard_is_the_chance_of_twice_the_rate() -> None:
    rate = np.array([0.0, 0.01, 0.3])
    assert chance_under_load(chance_in_a_day(rate), np.full(3, 2.0)) == pytest.approx(chance_in_a_day(2 * rate))
    assert chance_under_load(np.array([1.0]), np.array([0.5])) == pytest.approx(1.0)


def test_as_many_are_struck_as_the_load_of_each_day_says() -> None:
    """In hand per server L = λ·24 min/40 (Little), some 0.23; p = 1 - exp(-rate·L/0.05), day by day."""
    market = Market(ward(1.0, comfortable=0.05))
    expected = variance = struck = 0.0
    for _ in range(DAYS):
        market.step()
        encounters = market.today.encounters
        assert encounters is not None
        monitors = encounters.monitors
        in_hand = float(monitors.in_system_time[0] / monitors.staffed_time[0])
        p = -math.expm1(-RATE * in_hand / 0.05)
        expected, variance = expected + PEOPLE * p, variance + PEOPLE * p * (1 - p)
        struck += market.recorder.rows[-1]["incidents"]
    assert abs(struck - expected) < 4 * math.sqrt(variance)
    little = -math.expm1(-0.2) * PEOPLE / 1440 * 24 / 40
    assert in_hand == pytest.approx(little, rel=0.15)


def test_half_the_staff_bears_more_incidents_and_nobody_is_spared_by_it() -> None:
    """The mutation is elasticity 0, under which staff makes no difference; luck is the same for both."""
    few, many = incidents(ward(1.0, 30)), incidents(ward(1.0, 60))
    assert few == pytest.approx(2 * many, rel=0.15)
    assert incidents(ward(0.0, 30)) == incidents(ward(0.0, 60)) == incidents(ward(None))


def test_unlimited_staff_have_no_load_and_the_file_is_asked_about_it() -> None:
    assert incidents(ward(1.0, "unlimited")) == incidents(ward(None, "unlimited"))
    said = [finding.found for finding in cautions(stages(ward(1.0, "unlimited")))]
    assert any("staff is unlimited" in words for words in said)
