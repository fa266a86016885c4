"""The timing of two ways side by side, and the yardstick it times."""

import dataclasses
from collections.abc import Callable

import pytest

from benchmarks import yardstick
from benchmarks.plain_market import PlainMarket, Setting
from benchmarks.timing import Pairs, alternating, interleaved
from sim.market import Market


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
    return dataclasses.replace(yardstick.setting(yardstick.document(300), seed=1), days=12, waves=((6, 6),))


def test_the_plain_market_repeats_itself_for_one_seed_and_differs_for_another(setting: Setting) -> None:
    assert PlainMarket(setting).run() == PlainMarket(setting).run()
    assert PlainMarket(setting).run() != PlainMarket(dataclasses.replace(setting, seed=2)).run()


def test_every_visit_of_the_plain_market_ends_once(setting: Setting) -> None:
    market = PlainMarket(setting)
    days = market.run()
    assert sum(day.visits for day in days) == market.visits > 0
    assert sum(day.lost for day in days) == market.lost
    assert market.hall.count == 0
    assert not market.hall.queue


def test_a_wave_of_the_campaign_brings_more_visits_than_no_wave(setting: Setting) -> None:
    """A tenth knows the firm, and the wave reaches everybody: far beyond four standard errors of the difference of two
    Poisson counts."""
    crowd = dataclasses.replace(
        setting, customers=3000, counters=50, days=9, existing=0.1, aware=0.0, reach=1.0, frequency=3.0
    )
    with_wave = PlainMarket(crowd).run()[6:]
    without = PlainMarket(dataclasses.replace(crowd, waves=())).run()[6:]
    gain = sum(day.visits for day in with_wave) - sum(day.visits for day in without)
    noise = (sum(day.visits for day in with_wave) + sum(day.visits for day in without)) ** 0.5
    assert gain > 4 * noise


def test_ways_take_turns_and_what_prepares_them_is_not_timed() -> None:
    calls: list[str] = []

    def way(name: str) -> Callable[[], Callable[[], object]]:
        def prepare() -> Callable[[], object]:
            calls.append(f"make {name}")
            return lambda: calls.append(name)

        return prepare

    times = alternating([way("a"), way("b"), way("c")], rounds=2)
    assert [len(seconds) for seconds in times] == [2, 2, 2]
    assert [call for call in calls if not call.startswith("make")] == list("abcabccba")
    assert all(after == before.removeprefix("make ") for before, after in zip(calls[::2], calls[1::2], strict=True))


def test_the_two_plans_of_the_yardstick_bring_about_as_many_visits() -> None:
    """The full scenario is timed against the plain model of the other plan: a tenth more or fewer visits at most."""
    visits = [
        Market(yardstick.document(5000, plan)).run().value("visits") for plan in (yardstick.PLAIN, yardstick.EVERYTHING)
    ]
    assert visits[1] == pytest.approx(visits[0], rel=0.1)
