"""What wears out: renewals of a cycle that is a fixed life and an exponential wait, in a market that is stationary.

Smith's renewal theorem: from a stationary start each person has t/(d + 1/r) needs in t days, whatever t.
"""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
import pytest

from sim.market import Market
from tests.oracles.market_runs import STANDARD_ERRORS
from tests.small_documents import small_document

LIFE, RATE, PEOPLE, DAYS = 20.0, 0.1, 4000, 28


def needs(**need: Any) -> np.ndarray:
    """Needs of all people by day; everybody takes them to the firm and is served on the day."""
    market = Market(
        small_document(
            market={
                "customers": PEOPLE,
                "segments": {"everyone": {"share": 1}},
                "traits": {"existing": 1, "aware": 1, "activity": {"constant": 1}},
                "needs": {"filter": {"task": "errand", "rate": f"{RATE} per day", "contested": False, **need}},
            },
            service={
                "capacity": "unlimited",
                "tasks": {"errand": {"at": "counter", "takes": {"constant": "5 min"}}},
                "stations": {"counter": {"staff": "unlimited", "open": "09:00-17:00"}},
            },
            behaviour={"leaving": {"form": "none"}, "complaining": "none"},
        )
    )
    found = []
    for _ in range(DAYS):
        market.step()
        found.append(len(market.today.needs.rows))
    return np.array(found)


def test_renewals_are_those_of_the_cycle_from_the_first_day_on() -> None:
    """By whole days a wait is geometric with mean 1/(1 - exp(-r)), and a life counts from the day it begins."""
    found = needs(due_after="20 days")
    cycle = LIFE - 1 + 1 / (1 - np.exp(-RATE))
    expected = PEOPLE / cycle
    for days in (found[:9], found[9:18], found[18:27]):
        n = len(days) * expected
        assert days.sum() == pytest.approx(n, rel=0.04, abs=STANDARD_ERRORS * sqrt(n))


def test_what_does_not_wear_out_comes_at_its_rate() -> None:
    """The mutation: without a life the same need comes three times as often."""
    n = PEOPLE * DAYS * (1 - np.exp(-RATE))
    assert needs().sum() == pytest.approx(n, abs=STANDARD_ERRORS * sqrt(n))
