"""Busy and quiet days: visits vary between days as the factor says, alike for everybody and in every plan."""

from __future__ import annotations

import numpy as np
import pytest

from sim.market import Market
from sim.needs.busyness import busyness_of
from sim.scenario.document import Document
from tests.small_documents import small_document

CUSTOMERS, RATE, DAYS, SD = 4000, 0.05, 80, 0.3


def world(**market: object) -> Document:
    return small_document(
        calendar={"run": {"from": "2009-09-07", "for": f"{DAYS} days"}},
        market={
            "customers": CUSTOMERS,
            "segments": {"everyone": {"share": 1}},
            "traits": {"existing": 1, "activity": {"constant": 1}},
            "needs": {"errand": {"task": "errand", "rate": f"{RATE} per day", "contested": False}},
            **market,
        },
        service={
            "stations": {"counter": {"staff": "unlimited", "open": "09:00-17:00"}},
            "tasks": {"errand": {"at": "counter", "takes": {"constant": "1 min"}}},
        },
        behaviour={"word_of_mouth": "none", "complaining": "none", "leaving": {"form": "none"}},
    )


@pytest.fixture(scope="module")
def alike():
    return Market(world()).run()


@pytest.fixture(scope="module")
def uneven():
    return Market(world(busyness={"gamma": {"mean": 1, "sd": SD}})).run()


def test_days_differ_by_chance_alone_where_nothing_is_said(alike) -> None:
    """A binomial day: variance m(1 - p). A standard deviation of n days has a relative error of 1/√(2n)."""
    chance = -np.expm1(-RATE)
    expected = np.sqrt(CUSTOMERS * chance * (1 - chance))
    assert alike.value("visits_sd", "whole") == pytest.approx(expected, rel=4 / np.sqrt(2 * DAYS))


def test_busy_days_spread_visits_by_their_mean_squared_times_the_variance_of_the_factor(uneven) -> None:
    """Var V = m + m²·Var B but for the thinning of one need a day; a gamma's kurtosis widens the error of its sd."""
    m = CUSTOMERS * RATE
    error = np.sqrt((2 + 6 * SD**2) / DAYS) / 2
    assert uneven.value("visits_sd", "whole") == pytest.approx(np.sqrt(m + (m * SD) ** 2), rel=4 * error + 0.03)
    assert uneven.value("visits_sd", "whole") > 3 * np.sqrt(m)


def test_busyness_changes_how_evenly_people_come_and_not_how_often(alike, uneven) -> None:
    once = alike.value("visits", "whole")
    assert uneven.value("visits", "whole") == pytest.approx(once, rel=4 * SD / np.sqrt(DAYS))


def test_the_measure_is_the_sample_standard_deviation_of_the_days(uneven) -> None:
    days = uneven.daily["visits"].to_numpy()
    assert uneven.value("visits_sd", "whole") == pytest.approx(float(np.std(days, ddof=1)), rel=1e-9)


def test_a_day_is_as_busy_in_every_plan() -> None:
    terms = {"gamma": {"mean": 1, "sd": SD}}
    found = []
    for rate in ("0.01 per day", "0.02 per day"):
        needs = {"errand": {"task": "errand", "rate": rate, "contested": False}}
        found.append(busyness_of(Market(world(busyness=terms, needs=needs))))
    assert found[0] == found[1] != 1.0
    assert busyness_of(Market(world())) == 1.0


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"gamma": {"mean": 1.2, "sd": 0.1}}, "it must be 1"),
        ({"normal": {"mean": 1, "sd": 0.5}}, "below 0 on some days"),
    ],
)
def test_a_factor_that_would_change_the_rates_or_fall_below_nothing_is_refused(terms, said) -> None:
    with pytest.raises(ValueError, match=said):
        world(busyness=terms)
