"""The whole market: against the plain model, against its cost budget, at a million customers, and in memory.

Numbers of customers and plans of the yardstick's scenario go in; processor times and megabytes come out. What is
measured in memory is measured in a process of its own, which starts with nothing and ends with its peak."""

import gc
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import yardstick
from benchmarks.plain_market import PlainMarket, forget_models
from benchmarks.timing import Pairs, alternating, children_seconds, peak_memory_megabytes, processor_seconds
from sim.market import DayStep, Market, run_once
from sim.scenario.document import Document
from sim.scenario.gallery import gallery
from sim.scenario.load import load_scenario

SECONDS_A_DAY = 0.6e-3
SECONDS_A_CUSTOMER_DAY = 0.3e-6
SECONDS_A_STEP = 5e-6


def _plain(customers: int) -> Callable[[], Callable[[], object]]:
    setting = yardstick.setting(yardstick.document(customers), seed=1)

    def prepare() -> Callable[[], object]:
        forget_models()
        return PlainMarket(setting).run

    return prepare


def _ours(document: Document) -> Callable[[], Callable[[], object]]:
    def prepare() -> Callable[[], object]:
        forget_models()
        return Market(document).run

    return prepare


def compare(customers: int, plans: tuple[str, ...], rounds: int) -> list[Pairs]:
    """The plain model against the market with each of the plans: all days and, on our side, the tables of the run.

    Building the market is left out on both sides; the plain model would lose most of its time there.
    """
    ways = [_plain(customers), *(_ours(yardstick.document(customers, plan)) for plan in plans)]
    plain, *ours = alternating(ways, rounds)
    return [Pairs(plain, seconds) for seconds in ours]


def visits_per_customer_day(customers: int) -> dict[str, float]:
    """Visits of the plain model and of each plan, so that everyone can see that the work is the same."""
    counted: dict[str, float] = {}
    setting = yardstick.setting(yardstick.document(customers), seed=1)
    days = PlainMarket(setting).run()
    counted["plain model"] = sum(day.visits for day in days)
    for plan in (yardstick.PLAIN, yardstick.EVERYTHING):
        counted[plan] = Market(yardstick.document(customers, plan)).run().value("visits")
    forget_models()
    return {name: visits / customers / len(days) for name, visits in counted.items()}


@dataclass(frozen=True)
class Cost:
    """Processor seconds of one run and what the run may cost, by days, customer-days and steps served."""

    seconds: float
    days: int
    customers: int
    steps: int

    @property
    def allowed(self) -> float:
        return (
            SECONDS_A_DAY * self.days
            + SECONDS_A_CUSTOMER_DAY * self.days * self.customers
            + SECONDS_A_STEP * self.steps
        )


def cost(document: Document, rounds: int) -> Cost:
    """The median run of several. Steps are services ended at stations, of visits, cases and contacts alike."""
    seconds = []
    steps = days = 0
    for _ in range(rounds):
        market = Market(document)
        served: list[int] = []
        market.order = tuple(_counting(step, served) if step.name == "serve" else step for step in market.order)
        seconds.append(processor_seconds(market.run))
        days, steps = market.day, sum(served)
    return Cost(statistics.median(seconds), days, document.market.customers, steps)


def _counting(serve: DayStep, served: list[int]) -> DayStep:
    """The same step, after which the services ended that day are noted."""

    def act(market: Market) -> None:
        serve.act(market)
        assert market.today.encounters is not None  # the step leaves its encounters
        served.append(int(market.today.encounters.monitors.served.sum()))

    return DayStep(serve.name, serve.does, act)


def gallery_costs() -> Iterator[tuple[str, str, Cost]]:
    """Each case of the gallery with the last of its plans, and one run's cost."""
    for name in gallery():
        scenario = load_scenario(name)
        plan = list(scenario.plans)[-1]
        yield name, plan, cost(scenario.document(plan), rounds=1)


def gallery_document(name: str, plan: str) -> Document:
    return load_scenario(name).document(plan)


def ratio_of_a_customer_day(large: int, small: int, blocks: int) -> float:
    """What a customer-day costs at `large` customers, relative to `small`: the median of interleaved blocks of days.

    Each block is one day of the large market and as many days of the small one as make the same work.
    """
    markets = [Market(yardstick.document(customers)) for customers in (large, small)]
    share = large // small

    def days(market: Market, count: int) -> Callable[[], object]:
        def run() -> None:
            for _ in range(count):
                if market.day == market.calendar.days:
                    raise AssertionError("more days than the scenario has")
                market.step()

        return run

    ratios = []
    for _ in range(blocks):
        seconds = [processor_seconds(days(market, count)) for market, count in zip(markets, (1, share), strict=True)]
        ratios.append(seconds[0] / seconds[1])
    return statistics.median(ratios)


def million_by_30_days() -> None:
    """Run a million customers for 30 days and print the peak of this process in MB and its processor seconds."""
    market = Market(yardstick.document(1_000_000))
    market.run()
    print(peak_memory_megabytes(), time.process_time())


def twenty_runs() -> None:
    """Print the peak of this process in MB after five and after twenty runs, no collection asked for."""
    document = yardstick.document(20_000)
    peaks = []
    for number in range(1, 21):
        run_once(document, replication=number)
        if number in (5, 20):
            peaks.append(peak_memory_megabytes())
    print(*peaks)


def in_its_own_process(function: Callable[[], None]) -> list[float]:
    """The numbers a function of this module prints when a fresh process runs it."""
    code = f"from benchmarks.market import {function.__name__}; {function.__name__}()"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=600)
    return [float(number) for number in found.stdout.split()]


def seconds_of_help(rounds: int) -> float:
    """Processor seconds of `rehearse --help`, the median of several; the first, which warms the files, left out."""
    command = [str(Path(sys.executable).with_name("rehearse")), "--help"]
    gc.collect()
    return statistics.median([children_seconds(command) for _ in range(rounds + 1)][1:])
