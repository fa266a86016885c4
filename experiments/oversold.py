"""The headline study: a campaign that sells more than the branch can serve, and what its queues do to its return.

`python -m experiments.oversold` rehearses the gallery's `oversold-branch` and prints the campaign's return with the
usual staff, with more, and without queues; which mechanism carries the difference; and in how many of the worlds that
the assumed ranges allow the return changes sign. Tables go to stdout, progress to stderr.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import pandas as pd

from experiments.campaign_returns import (
    CARRIED,
    WINDOW,
    Context,
    Share,
    campaign_returns,
    difference,
    drawn_worlds,
    flips,
    interval,
    of_context,
    stated_world,
)
from experiments.comparing.intervals import Interval
from experiments.engines.runner import Evaluator, Progress, evaluator, ignore_progress
from experiments.paired import MarketSimulator
from sim.scenario.load import Scenario, load_scenario

SCENARIO: Final = "oversold-branch"
USUAL, FREE = "three at the counter, as usual", "no queues"
STAFFING: Final[Mapping[str, Context]] = {
    USUAL: Context("quiet", "campaign"),
    "four at the counter": Context("quiet_one_more", "campaign_one_more"),
    "five at the counter": Context("quiet_two_more", "campaign_two_more"),
    "seven at the counter": Context("quiet_ample", "campaign_ample"),
}
CONTEXTS: Final[Mapping[str, Context]] = {**STAFFING, FREE: Context("quiet_unlimited", "campaign_unlimited")}
"""From the fewest at the counter to nobody ever waiting."""
POLES: Final = {name: CONTEXTS[name] for name in (FREE, USUAL)}

MECHANISMS: Final[Mapping[str, Mapping[str, Any]]] = {
    "nothing": {},
    "word of mouth": {"behaviour.word_of_mouth": "none"},
    "what promises do": {"behaviour.promises": "none"},
    "leaving over service": {
        "behaviour.leaving": {"form": "hazard", "satisfaction": 0, "failures": 0},
        "behaviour.complaining": "none",
    },
    "choosing by experience": {
        "behaviour.choice.satisfaction": 0,
        "behaviour.choice.loyalty": 0,
        "behaviour.choice.quality": 0,
    },
    "minding a wait": {
        "service.wait_scale": {"desired": "1000 min", "adequate": "2000 min"},
        "service.quality.hurry": 0,
        "service.quality.crowding": 0,
    },
    "giving up": {"service.patience": None},
}
"""What is switched off, and how: the paths of the scenario that become something else."""
MOST_FOR_MECHANISMS: Final = 10
"""Replications of the table of mechanisms, which takes more runs than the rest."""


@dataclass(frozen=True)
class Study:
    """What the study found: returns at the stated values, with each mechanism off, and in the drawn worlds."""

    stated: pd.DataFrame
    without: Mapping[str, pd.DataFrame]
    drawn: pd.DataFrame
    currency: str

    @property
    def flips(self) -> Share:
        """In how many drawn worlds the campaign pays without queues and loses with the usual staff."""
        return flips(self.drawn, FREE, USUAL)


def study(
    scenario: Scenario,
    engine: Evaluator,
    replications: int,
    draws: int,
    progress_of: Callable[[str], Progress] = lambda part: ignore_progress,
) -> Study:
    """All three parts; ``progress_of`` a part, named in words, is told of each of its replications."""
    stated_progress = progress_of("returns by staffing")
    stated = campaign_returns(stated_world(scenario, CONTEXTS), CONTEXTS, engine, range(replications), stated_progress)
    fewer = range(min(replications, MOST_FOR_MECHANISMS))
    without = {}
    for name, changes in MECHANISMS.items():
        world, progress = stated_world(scenario, POLES, changes), progress_of(f"{name} switched off")
        without[name] = campaign_returns(world, POLES, engine, fewer, progress)
    worlds, progress = drawn_worlds(scenario, POLES, draws), progress_of("worlds drawn")
    drawn = campaign_returns(worlds, POLES, engine, range(draws), progress)
    return Study(stated, without, drawn, scenario.document(scenario.baseline).currency)


def report(found: Study) -> str:
    """The study in tables and plain sentences."""
    return "\n".join([*_by_context(found), "", *_by_mechanism(found), "", *_by_world(found)])


def _by_context(found: Study) -> list[str]:
    count = len(of_context(found.stated, USUAL))
    lines = [
        f"Return of the campaign, thousand {found.currency}: mean of {count} paired replications (95 % interval)",
        f"  {'':32}{'with carried value':>28}{'in the window':>28}",
    ]
    for name in CONTEXTS:
        carried, window = (_thousand(interval(found.stated, name, measure)) for measure in (CARRIED, WINDOW))
        lines.append(f"  {name:32}{carried:>28}{window:>28}")
    steps = [difference(found.stated, more, fewer) for fewer, more in pairwise(STAFFING)]
    grows = all(step.mean > 0.0 for step in steps)
    surely = all(step.low > 0.0 for step in steps)
    lines.append(
        f"  The return {'grows' if grows else 'does not grow'} with every step of staffing"
        f"{', surely at each' if surely else ''}: " + ", then ".join(_thousand(step) for step in steps) + "."
    )
    return lines


def _by_mechanism(found: Study) -> list[str]:
    whole = _cost_of_queues(found.without["nothing"]).mean
    lines = [
        "What carries it: the same with one mechanism switched off",
        f"  {'switched off':26}{'no queues':>24}{'usual staff':>24}{'queues cost':>24}{'carries':>10}",
    ]
    for name, returns in found.without.items():
        cost = _cost_of_queues(returns)
        cells = (interval(returns, FREE), interval(returns, USUAL), cost)
        carried = "" if name == "nothing" else f"{1.0 - cost.mean / whole:.0%}"
        lines.append(f"  {name:26}" + "".join(f"{_thousand(cell):>24}" for cell in cells) + f"{carried:>10}")
    lines.append("  The shares need not add up to one: mechanisms work on each other.")
    return lines


def _by_world(found: Study) -> list[str]:
    turned = found.flips
    gains, loses = of_context(found.drawn, FREE), of_context(found.drawn, USUAL)
    return [
        f"Over {turned.of} worlds of a Latin hypercube of the assumed ranges, one replication each, the campaign pays "
        f"without queues in {int((gains > 0.0).sum())} and loses with the usual staff in {int((loses < 0.0).sum())};",
        f"its return changes sign in {turned.count}: {turned.share:.0%} "
        f"(95 % interval {turned.low:.0%} to {turned.high:.0%}).",
    ]


def _cost_of_queues(returns: pd.DataFrame) -> Interval:
    """What the campaign returns less because there are queues."""
    return difference(returns, FREE, USUAL)


def _thousand(found: Interval) -> str:
    mean, low, high = (f"{value / 1000.0:+.0f}" for value in (found.mean, found.low, found.high))
    return f"{mean} ({low} to {high})"


def _shown(part: str) -> Progress:
    """Progress of a part as one line on stderr that is written over."""

    def show(done: int, asked: int, seconds_left: float) -> None:
        end = "\n" if done == asked else ""
        said = f"\r{part}: {done} of {asked} replications, {seconds_left:.0f} s left    "
        print(said, end=end, file=sys.stderr, flush=True)

    return show


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m experiments.oversold", description=__doc__)
    parser.add_argument("--replications", type=int, default=20, help="paired replications at the stated values")
    parser.add_argument("--draws", type=int, default=100, help="worlds drawn from the assumed ranges")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    chosen = parser.parse_args(arguments)
    with evaluator(chosen.workers, MarketSimulator()) as engine:
        found = study(load_scenario(SCENARIO), engine, chosen.replications, chosen.draws, _shown)
    print(report(found))


if __name__ == "__main__":
    main()
