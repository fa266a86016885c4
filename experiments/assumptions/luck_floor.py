"""What an index would come to by luck alone: the index of a dummy factor that does nothing.

Every point of a study is run with the same replications, so what a factor does is seen once in each of them. What
these differ in is luck. Resampled with random weights, it gives effects of a dummy whose true effect is zero, as often
as wanted and without another run (a wild bootstrap over replications, Wu 1986; dummy factors: Khorashadi Zadeh et al.
2017).
"""

from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy import special

from experiments.comparing.intervals import LEVEL, t_quantile
from sim.streams import Streams

Numbers = NDArray[np.float64]

DUMMIES = 400


def dummy_effects(effects: Numbers, seed: int) -> Numbers:
    """Effects of dummies, shape (dummies, ...), from those of a factor in each replication, shape (..., replications).

    A dummy's effect is the weighted sum of what each replication adds to the mean of all, with the standard error of
    that mean. One weight a replication, the same everywhere, because luck is the same at all points; few replications
    know their own spread badly, so weights are as much wider as Student's t is than the normal. Zero where the
    replications agree to the last digit.
    """
    count = effects.shape[-1]
    deviations = (effects - effects.mean(axis=-1, keepdims=True)) / sqrt(count * (count - 1))
    uniforms = Streams(seed, 0).numbers("dummy factor", DUMMIES * count)
    wider = t_quantile(count) / float(special.ndtri(0.5 + LEVEL / 2.0))
    weights = wider * special.ndtri(uniforms).reshape(DUMMIES, count)
    dummies = np.zeros((DUMMIES, *effects.shape[:-1]))
    for replication in range(count):
        dummies += weights[:, replication].reshape(-1, *([1] * (effects.ndim - 1))) * deviations[..., replication]
    return dummies


def floor_of(indices: Numbers) -> float:
    """The index of a dummy that luck alone exceeds in one case of twenty; ``indices`` has one a dummy."""
    return float(np.quantile(indices, LEVEL))
