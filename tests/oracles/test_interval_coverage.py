"""How often a 95 % interval holds the truth, with the number of replications found by the program itself.

Synthetic differences with a known mean go through the rule that `compare` uses; the share of intervals that hold it
must lie inside the 99.9 % binomial band of 95 %.
"""

import numpy as np
import pytest
from scipy import stats

from experiments.comparing.intervals import mean_interval
from experiments.comparing.replications import Precision, first_batch, next_batch

TRUTH = 3.0
BASELINE = 100.0
CAP = 60


def coverage(share: float, experiments: int, seed: int) -> tuple[int, float]:
    """Intervals that hold the truth, and the mean number of replications; ``share`` is the precision asked for."""
    luck = np.random.default_rng(seed)
    precision = Precision(share, CAP)
    hits = replications = 0
    for _ in range(experiments):
        baseline = BASELINE + luck.normal(size=CAP)
        difference = TRUTH + luck.normal(size=CAP)
        made = first_batch(None, precision)
        while batch := next_batch({"gifts": difference[:made]}, baseline[:made], precision):
            made += batch
        interval = mean_interval(difference[:made])
        hits += interval.low <= TRUTH <= interval.high
        replications += made
    return hits, replications / experiments


@pytest.mark.parametrize(
    "share", [0.005, 0.0035, 0.003], ids=["stops at 20-30", "stops at 30-50", "stops near the cap"]
)
def test_adaptive_intervals_cover_inside_the_binomial_band(share):
    """500 experiments: 91.6 to 97.8 %."""
    experiments = 500
    hits, _ = coverage(share, experiments, seed=20)
    low, high = stats.binom.interval(0.999, experiments, 0.95)
    assert low <= hits <= high


def test_the_rule_does_adapt():
    """Half-widths of 0.5 and 0.3 at sd 1 take 18 and 45 replications, if s were known."""
    (_, few), (_, many) = (coverage(share, 100, seed=21) for share in (0.005, 0.003))
    assert 20 <= few < 30 < many <= CAP


@pytest.mark.study
@pytest.mark.parametrize("share", [0.006, 0.005, 0.004, 0.0035, 0.003, 0.0025, 0.002])
def test_stopping_when_precise_enough_costs_less_than_one_point_of_coverage(share):
    """20,000 experiments: a stop favours samples whose spread came out small; 94 % is the least it may leave."""
    experiments = 20_000
    hits, _ = coverage(share, experiments, seed=22)
    assert stats.binomtest(hits, experiments, 0.94, alternative="less").pvalue > 0.001
