"""What it is worth to know more before deciding between two plans (Raiffa & Schlaifer 1961).

In go the gain of the second plan over the first in worlds drawn from what is believed, and what a trial would have
shown in each of them; out come the value of knowing the world exactly and that of knowing only the trial's result.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from experiments.comparing.intervals import Interval

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Information:
    """Values in the unit of the gain; never below zero but by chance.

    ``perfect``: expected value of perfect information. ``sample``: expected value of what the trial shows, with a 95 %
    interval of the worlds drawn. ``explained``: share of the variance of the gain that the trial's result predicts in
    worlds it was not fitted to, 0-1. ``chance_wrong``: share of worlds in which deciding without the trial errs;
    ``chance_wrong_after``: the same after it.
    """

    perfect: float
    sample: Interval
    explained: float
    chance_wrong: float
    chance_wrong_after: float


def value_of_information(gain: ArrayLike, shown: ArrayLike) -> Information:
    """What the trial is worth for the choice between the two plans.

    ``gain``: shape (worlds,); ``shown``: shape (worlds, measures), what the trial showed in each world. The expected
    gain given what was shown is a linear regression over worlds (Strong, Oakley & Brennan 2014); each world is
    predicted from the others, because a fit that has seen a world looks wiser than it is. Perfect information is worth
    E max(0, gain) - max(0, E gain); the trial E[gain | chosen after it] - max(0, E gain).
    """
    gains = np.asarray(gain, dtype=np.float64)
    predicted = _predicted(gains, np.asarray(shown, dtype=np.float64).reshape(len(gains), -1))
    before = gains.mean() > 0.0
    after = predicted > 0.0
    improvement = np.where(after, gains, 0.0) - np.where(before, gains, 0.0)
    spread = float(((gains - gains.mean()) ** 2).mean())
    left = float(((gains - predicted) ** 2).mean())
    mean, half = float(improvement.mean()), 1.96 * float(improvement.std(ddof=1)) / np.sqrt(len(gains))
    return Information(
        perfect=float(np.maximum(gains, 0.0).mean() - max(0.0, gains.mean())),
        sample=Interval(mean, mean - half, mean + half),
        explained=max(0.0, 1.0 - left / spread) if spread > 0.0 else 0.0,
        chance_wrong=float(((gains > 0.0) != before).mean()),
        chance_wrong_after=float(((gains > 0.0) != after).mean()),
    )


def _predicted(gains: Numbers, shown: Numbers) -> Numbers:
    """The gain of each world by the line fitted to the others: y - e / (1 - h), with h the leverage (Allen 1974).

    The few columns are made orthogonal one after the other, with plain sums: the same bytes on any number of threads.
    """
    basis = [np.full(len(gains), 1.0 / np.sqrt(len(gains)))]
    for column in shown.T:
        rest = column - column.mean()
        size = float(np.sqrt((rest * rest).sum()))
        for direction in basis:
            rest = rest - direction * (direction * rest).sum()
        length = float(np.sqrt((rest * rest).sum()))
        if length > 1e-9 * size:
            basis.append(rest / length)
    fitted = sum((direction * (direction * gains).sum() for direction in basis), start=np.zeros(len(gains)))
    leverage = sum((direction * direction for direction in basis), start=np.zeros(len(gains)))
    return np.asarray(gains - (gains - fitted) / (1.0 - np.minimum(leverage, 1.0 - 1e-9)))
