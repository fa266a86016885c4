"""The timing of two ways side by side, and the yardstick it times."""

import dataclasses

import pytest

from benchmarks.plain_market import PlainMarket, Setting
from benchmarks.timing import Pairs, interleaved


def test_the_ratio_is_the_median_of_the_pairs_own_ratios() -> None:
    pairs = Pairs(slower=(10.0, 4.0, 90.0), faster=(1.0, 2.0, 10.0))
    assert pairs.ratio == 9.0
    assert pairs.spread == (2.0, 10.0)
    assert pairs.slower_seconds == 10.0


def test_each_second_pair_runs_in_the_other_order_after_a_warm_up() -> None:
    calls: list[str] = []
    interleaved(lambda: calls.append("plain"), lambda: calls.append("ours"), pairs=3)
    assert calls == ["plain", "ours", "plain", "ours", "ours", "plain", "plain", "ours"]


@pytest.fixture
def setting() -> Setting:
    return Setting(customers=300, days=12, counters=1, waves=(6,))


def test_the_plain_market_repeats_itself_for_one_seed_and_differs_for_another(setting: Setting) -> None:
    assert PlainMarket(setting).run() == PlainMarket(setting).run()
    assert PlainMarket(setting).run() != PlainMarket(dataclasses.replace(setting, seed=2)).run()


def test_every_visit_of_the_plain_market_ends_once(setting: Setting) -> None:
    market = PlainMarket(setting)
    days = market.run()
    assert sum(day.visits for day in days) == market.visits > 0
    assert sum(day.lost for day in days) == market.lost
    assert market.hall.count == 0
    assert not any(customer.visiting for customer in market.customers)


def test_a_wave_of_the_campaign_brings_more_visits_than_no_wave(setting: Setting) -> None:
    """Everybody becomes aware, half were not: visits double at least, far beyond four standard errors of the difference
    of two Poisson counts."""
    crowd = dataclasses.replace(setting, customers=5000, counters=50, days=9, wave_share=1.0)
    with_wave = PlainMarket(crowd).run()[6:]
    without = PlainMarket(dataclasses.replace(crowd, waves=())).run()[6:]
    gain = sum(day.visits for day in with_wave) - sum(day.visits for day in without)
    noise = (sum(day.visits for day in with_wave) + sum(day.visits for day in without)) ** 0.5
    assert gain > 4 * noise
