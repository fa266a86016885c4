"""How big a shock may be before a plan's gain is gone, found on common luck.

In go a study, its shocks and the plans' gains without them; out comes for each plan that gains something the size of
each shock at which the mean gain is zero, or that it survives the largest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from experiments.comparing.intervals import Interval, paired_interval
from experiments.engines.runner import Evaluator, Progress
from experiments.stressing.shocks import Shock
from experiments.study import Point, Study, outcomes

STEPS: Final = 5


@dataclass(frozen=True)
class BreakEven:
    """``size`` at which the plan's mean gain over the baseline is zero; None when it survives the largest.

    ``gain``: the gain at that size, with the interval of luck: how exactly the size is known.
    """

    plan: str
    shock: str
    size: float | None
    gain: Interval


def break_evens(
    study: Study,
    shocks: Sequence[Shock],
    gains: Mapping[str, Interval],
    replications: Sequence[int],
    measure: str,
    engine: Evaluator,
    progress: Progress,
) -> tuple[BreakEven, ...]:
    """For each plan whose gain is surely positive and each shock that has a size."""
    found = []
    for plan, gain in gains.items():
        if not gain.low > 0.0:
            continue
        for shock in shocks:
            if shock.kind is not None:
                pair = replace(study, plans=(study.scenario.baseline, plan))
                found.append(_searched(pair, shock, plan, gain, replications, measure, engine, progress))
    return tuple(found)


def _searched(
    study: Study,
    shock: Shock,
    plan: str,
    unshocked: Interval,
    replications: Sequence[int],
    measure: str,
    engine: Evaluator,
    progress: Progress,
) -> BreakEven:
    """False position with halving (Dowell & Jarratt 1971) between no shock and the largest."""

    def gain_at(size: float) -> Interval:
        point = Point(befalls=lambda name, quantiles: shock.settings(study.scenario, name, quantiles, size))
        seen = outcomes(study, [point], replications, [measure], engine, None, progress)
        return paired_interval(seen.of(measure, plan)[0], seen.of(measure, study.scenario.baseline)[0])

    low, at_low, high = 0.0, unshocked.mean, shock.largest
    last = gain_at(high)
    if last.mean > 0.0:
        return BreakEven(plan, shock.name, None, last)
    at_high, size = last.mean, high
    for _ in range(STEPS):
        size = low + (high - low) * at_low / (at_low - at_high)
        last = gain_at(size)
        if last.low <= 0.0 <= last.high:
            break
        if last.mean > 0.0:
            low, at_low, at_high = size, last.mean, at_high / 2.0
        else:
            high, at_high, at_low = size, last.mean, at_low / 2.0
    return BreakEven(plan, shock.name, size, last)
