"""Two programs that share no code, on the same numbers: the market must agree with the plain model of one object a
customer and one process a visit.

Both run several replications of the yardstick's scenario with too few counters. For each measure the difference of the
means must lie within its own 99.9 % interval (Welch 1947), whose width comes from the spread between replications.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from math import sqrt

import numpy as np
import pytest
from scipy import stats

from benchmarks import yardstick
from benchmarks.plain_market import CUSTOMER, LEFT, PlainMarket, Setting
from sim.behaviour.dimensions import weighted
from sim.customers import CUSTOMER as OUR_CUSTOMER
from sim.customers import LEFT as OUR_LEFT
from sim.market import Market

pytestmark = pytest.mark.slow

CUSTOMERS = 3000
REPLICATIONS = 8
MUTANTS = 4
BUSY = yardstick.document(CUSTOMERS, yardstick.BUSY)
SETTING = yardstick.setting(BUSY, seed=0)
EDGE = 5  # days at each end between which the trend is measured

Measures = dict[str, float]


def measured_plain(setting: Setting) -> Measures:
    market = PlainMarket(setting)
    days = market.run()
    visits, satisfaction = sum(day.visits for day in days), [day.satisfaction for day in days]
    own = [customer for customer in market.customers if customer.status == CUSTOMER]
    expected = [
        sum(weight * level for weight, level in zip(setting.importance, customer.expectation, strict=True))
        for customer in market.customers
    ]
    return {
        "visits per customer-day": visits / len(market.customers) / len(days),
        "visits in the second wave": sum(day.visits for day in days[20:23]) / len(market.customers),
        "share lost": sum(day.lost for day in days) / visits,
        "mean wait": sum(day.waited for day in days) / visits,
        "satisfaction": float(np.mean(satisfaction)),
        "trend of satisfaction": float(np.mean(satisfaction[-EDGE:]) - np.mean(satisfaction[:EDGE])),
        "active share": len(own) / len(market.customers),
        "aware share": sum(customer.aware for customer in market.customers) / len(market.customers),
        "loyalty": sum(customer.loyalty for customer in own) / len(own),
        "trust": sum(customer.trust for customer in market.customers) / len(market.customers),
        "expectation": sum(expected) / len(expected),
        "share left": sum(customer.status == LEFT for customer in market.customers) / len(market.customers),
        # The plain model forgets at night, the product the next morning.
        "advertising pressure": float(np.mean([c.pressure for c in market.customers])) / setting.pressure_kept,
        "word of mouth": float(np.mean([abs(c.heard) for c in market.customers])) / setting.talk_kept,
    }


def measured_product(replication: int) -> Measures:
    market = Market(BUSY, replication=replication)
    result = market.run()
    daily, customers = result.daily, market.customers
    own = customers.status == OUR_CUSTOMER
    return {
        "visits per customer-day": result.value("visits") / len(customers) / len(daily),
        "visits in the second wave": float(daily["ended"][20:23].sum()) / len(customers),
        "share lost": result.value("lost_share"),
        "mean wait": result.value("wait_mean"),
        "satisfaction": result.value("satisfaction"),
        "trend of satisfaction": float(daily["satisfaction"][-EDGE:].mean() - daily["satisfaction"][:EDGE].mean()),
        "active share": float(np.mean(own)),
        "aware share": float(np.mean(customers.aware)),
        "loyalty": float(np.mean(customers.loyalty[own])),
        "trust": float(np.mean(customers.trust)),
        "expectation": float(np.mean(weighted(customers.will, customers.importance))),
        "share left": float(np.mean(customers.status == OUR_LEFT)),
        "advertising pressure": float(np.mean(customers.pressure)),
        "word of mouth": float(np.mean(np.abs(customers.heard))),
    }


@cache
def plain() -> list[Measures]:
    return [measured_plain(replace(SETTING, seed=seed)) for seed in range(1, REPLICATIONS + 1)]


@cache
def product() -> list[Measures]:
    return [measured_product(replication) for replication in range(REPLICATIONS)]


def distance(measure: str, ours: list[Measures], theirs: list[Measures]) -> tuple[float, float]:
    """The difference of two means and the half-width of its 99.9 % interval, for unequal variances (Welch 1947)."""
    one, two = (np.array([run[measure] for run in runs]) for runs in (ours, theirs))
    shares = [np.var(values, ddof=1) / len(values) for values in (one, two)]
    error = sqrt(sum(shares))
    freedom = error**4 / sum(s**2 / (len(v) - 1) for s, v in zip(shares, (one, two), strict=True))
    return float(np.mean(one) - np.mean(two)), float(stats.t.ppf(0.9995, freedom)) * error


@pytest.mark.parametrize(
    "measure",
    [
        "visits per customer-day",
        "visits in the second wave",
        "share lost",
        "mean wait",
        "satisfaction",
        "trend of satisfaction",
        "active share",
        "aware share",
        "loyalty",
        "trust",
        "expectation",
        "share left",
        "advertising pressure",
        "word of mouth",
    ],
)
def test_the_market_and_the_plain_model_agree(measure: str) -> None:
    difference, allowed = distance(measure, product(), plain())
    assert abs(difference) <= allowed


@pytest.mark.parametrize(
    ("mutant", "measure"),
    [
        ({"patience_mean": 4 * SETTING.patience_mean}, "mean wait"),
        ({"promise_weight": 0.5 * SETTING.promise_weight}, "expectation"),
        ({"talk_strength": 0.5 * SETTING.talk_strength}, "word of mouth"),
        ({"leaving_intercept": SETTING.leaving_intercept + 1}, "share left"),
        ({"loss": 0.0}, "satisfaction"),
        ({"pressure_kept": 0.7}, "advertising pressure"),
    ],
    ids=["patience", "promise", "talk", "leaving", "asymmetry", "carry-over"],
)
def test_the_comparison_notices_a_mechanism_that_differs(mutant: dict[str, float], measure: str) -> None:
    changed = [measured_plain(replace(SETTING, seed=seed, **mutant)) for seed in range(1, MUTANTS + 1)]
    difference, allowed = distance(measure, product(), changed)
    assert abs(difference) > allowed
