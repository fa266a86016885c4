"""One thing moved at a time: what the lead of the best plan is when it stands at either end of its range.

In go factors and the stated values; out come the quantiles to run, and from the outcomes the swing of each factor, the
best plan at its ends, and where between the stated value and an end the best plan changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.assumptions.factors import Factor
from experiments.comparing.intervals import Interval, paired_interval
from experiments.comparing.verdict import Judgement, judge
from sim.scenario.load import Scenario
from sim.scenario.sourced import number_and_unit

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class End:
    """A factor at one value, everything else as stated: the outcome there, and who leads. ``judgement`` needs plans."""

    value: Any
    quantile: float
    outcome: Interval
    judgement: Judgement | None


@dataclass(frozen=True)
class Swing:
    """What one factor does to the outcome, alone.

    ``swing`` is the outcome at the highest end less that at the lowest, paired on the same luck. ``turns_at`` are the
    values at which, on a straight line from the stated value to an end, the best plan is overtaken; ``winners`` names
    who overtakes it there.
    """

    factor: Factor
    stated: Any
    ends: tuple[End, ...]
    lowest: End
    highest: End
    swing: Interval
    turns_at: tuple[Any, ...]
    turn_quantiles: tuple[float, ...]
    winners: tuple[str, ...]

    @property
    def turns(self) -> bool:
        """Whether another plan is best at one of the ends."""
        return bool(self.winners)

    @property
    def surely(self) -> bool:
        """Whether another plan is surely best at one of the ends where another is best."""
        ends = [end.judgement for end in self.ends if end.judgement is not None]
        return any(judgement.surely and judgement.best in self.winners for judgement in ends)


def end_quantiles(factor: Factor) -> tuple[float, ...]:
    """Both ends of a range, or the middle of each choice."""
    if factor.among:
        return tuple(factor.quantile_of(place, len(factor.among)) for place in range(len(factor.among)))
    return 0.0, 1.0


def stated_value(scenario: Scenario, factor: Factor) -> Any:
    """What the file says, as it writes it, in the first plan that has the path; None where the file is silent."""
    if factor.kind == "assumption":
        return scenario.assumptions()[factor.path].value
    found = (scenario.written(plan, factor.path) for plan in factor.plans)
    return next((value for value in found if value is not None), None)


def quantile_of(factor: Factor, value: Any) -> float | None:
    """Where in a factor's range a value stands; None where it is no number of the range, or no choice."""
    if factor.among:
        places = [place for place, each in enumerate(factor.among) if each == value]
        return factor.quantile_of(places[0], len(factor.among)) if places else None
    parts = [number_and_unit(each) for each in (value, factor.low, factor.high)]
    if any(part is None for part in parts):
        return None
    (at, unit), (low, low_unit), (high, _) = (part for part in parts if part is not None)
    if unit != low_unit or not low <= at <= high:
        return None
    if factor.whole:
        return (int(at) - int(low) + 0.5) / (int(high) - int(low) + 1)
    return float(at - low) / float(high - low)


def swing_of(
    scenario: Scenario,
    factor: Factor,
    plans: Sequence[str],
    stated: Numbers,
    at_ends: Numbers,
    contrast: tuple[int, int | None],
    *,
    higher_is_better: bool = True,
) -> Swing:
    """The swing of one factor.

    ``stated`` has shape (replications, plans), ``at_ends`` (ends, replications, plans), in the order of
    `end_quantiles`. The outcome is plan ``contrast[0]`` less plan ``contrast[1]``, or its level where that is None.
    """
    best, other = contrast
    outcomes = at_ends[:, :, best] if other is None else at_ends[:, :, best] - at_ends[:, :, other]
    ends = tuple(
        End(
            factor.at(quantile),
            quantile,
            paired_interval(outcomes[place], np.zeros(len(stated))),
            judge(plans, at_ends[place], higher_is_better=higher_is_better) if len(plans) > 1 else None,
        )
        for place, quantile in enumerate(end_quantiles(factor))
    )
    order = sorted(range(len(ends)), key=lambda place: ends[place].outcome.mean) if factor.among else [0, -1]
    least, most = order[0], order[-1]
    value = stated_value(scenario, factor)
    turns = _turns(plans, stated, at_ends, quantile_of(factor, value), end_quantiles(factor), best, higher_is_better)
    return Swing(
        factor=factor,
        stated=value,
        ends=ends,
        lowest=ends[least],
        highest=ends[most],
        swing=paired_interval(outcomes[most], outcomes[least]),
        turns_at=tuple(factor.at(quantile) for quantile, _ in turns),
        turn_quantiles=tuple(quantile for quantile, _ in turns),
        winners=tuple(dict.fromkeys(winner for _, winner in turns)),
    )


def _turns(
    plans: Sequence[str],
    stated: Numbers,
    at_ends: Numbers,
    from_quantile: float | None,
    quantiles: Sequence[float],
    best: int,
    higher_is_better: bool,
) -> list[tuple[float, str]]:
    """Quantile and winner for each end at which another plan than the stated best one has the better mean."""
    direction = 1.0 if higher_is_better else -1.0
    before = direction * stated.mean(axis=0)
    found = []
    for end, quantile in zip(at_ends, quantiles, strict=True):
        after = direction * end.mean(axis=0)
        winner = int(after.argmax())
        if after[winner] <= after[best] or before.argmax() != best:
            continue
        at = quantile
        if from_quantile is not None and len(quantiles) == 2:
            # Whoever overtakes first on the way: leads fall on a line from the stated value to the end.
            leads = [(before[best] - before[each], after[best] - after[each]) for each in range(len(plans))]
            shares = [lead / (lead - there) if there < 0.0 <= lead else np.inf for lead, there in leads]
            at = from_quantile + float(min(shares)) * (quantile - from_quantile)
        found.append((at, plans[winner]))
    return found
