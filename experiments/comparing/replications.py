"""How many replications: exactly as many as asked, or as many as the stated precision needs.

In go the paired differences seen so far and the precision wanted; out comes the next batch, or how many more
replications would settle a question. The rule adds replications in fixed batches, so that the number never depends on
how many workers share the work.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, sqrt

import numpy as np
from numpy.typing import ArrayLike

from experiments.comparing.intervals import LEVEL, mean_interval, t_quantile
from sim.errors import RequestError

FIRST_BATCH = 20
LATER_BATCH = 10
FEWEST = 2
MOST_WORTH_ASKING = 100_000


@dataclass(frozen=True, slots=True)
class Precision:
    """Half-width wanted for the paired difference of the primary measure, and the most replications to spend on it.

    ``share``: the half-width as a share of the baseline's mean, taken without its sign.
    """

    share: float
    cap: int


def first_batch(exactly: int | None, precision: Precision) -> int:
    """Replications to run before looking at any result."""
    if exactly is None:
        return min(FIRST_BATCH, precision.cap)
    if exactly < FEWEST:
        raise RequestError(
            f"{exactly} replication cannot show how much is luck: ask for at least {FEWEST}, or leave the number out"
        )
    return exactly


def next_batch(differences: Mapping[str, ArrayLike], baseline: ArrayLike, precision: Precision) -> int:
    """How many replications to add: 0 when every difference is known to the precision, or the cap is reached.

    ``differences`` holds, for each plan, the paired differences from the baseline of the measure the scenario names as
    primary; ``baseline`` the baseline's own values.
    """
    done = int(np.size(np.asarray(baseline)))
    target = precision.share * abs(float(np.mean(np.asarray(baseline, dtype=np.float64))))
    half_widths = [mean_interval(values).half_width for values in differences.values()]
    if all(half_width <= target for half_width in half_widths):
        return 0
    return min(LATER_BATCH, max(0, precision.cap - done))


def replications_needed(sd: float, half_width: float, level: float = LEVEL) -> float:
    """Smallest n with ``t(n-1) sd / sqrt(n) <= half_width``; infinite beyond 100,000.

    Known spread sd = 10 and half-width 2 need 99; sd = 5 needs 27; sd = 20 needs 387.
    """
    if sd == 0.0:
        return float(FEWEST)
    if half_width <= 0.0 or not _reaches(MOST_WORTH_ASKING, sd, half_width, level):
        return inf
    too_few, enough = FEWEST - 1, MOST_WORTH_ASKING
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        if _reaches(middle, sd, half_width, level):
            enough = middle
        else:
            too_few = middle
    return float(enough)


def more_to_settle(differences: ArrayLike, level: float = LEVEL) -> float:
    """About how many more replications would move zero out of the interval, if mean and spread stay as they are."""
    sample = np.asarray(differences, dtype=np.float64)
    needed = replications_needed(float(sample.std(ddof=1)), abs(float(sample.mean())), level)
    return max(0.0, needed - sample.size)


def _reaches(replications: int, sd: float, half_width: float, level: float) -> bool:
    return t_quantile(replications, level) * sd / sqrt(replications) <= half_width
