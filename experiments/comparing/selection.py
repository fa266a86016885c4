"""Ranking and selection: which of several plans is best, at a probability stated beforehand or with runs counted out.

In go values of one measure, one a plan and replication, higher being better; out comes who is still in the race (Kim &
Nelson 2001) or how many runs each plan deserves (Chen, Lin, Yücesan & Chick 2000). Nothing here runs a plan.
"""

from math import inf

import numpy as np
from numpy.typing import NDArray
from scipy import special

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

CLOSE = 1e-6
"""Gap below which two means count as tied, as a share of the spread: an exact tie would ask for all runs there are."""


def kn_eta(plans: int, first: int, probability: float) -> float:
    """Constant of KN after ``first`` replications: ``((2 alpha / (k - 1))^(-2 / (n0 - 1)) - 1) / 2``.

    Five plans, twenty replications and 95 %: 0.237238.
    """
    return float(0.5 * ((2.0 * (1.0 - probability) / (plans - 1)) ** (-2.0 / (first - 1)) - 1.0))


class KimNelson:
    """The race of Kim & Nelson (2001, ACM TOMACS 11:251-273), fully sequential, on paired replications.

    After a first stage of n0 replications each further one is looked at, and plan i is out once another plan l still in
    has ``mean_i < mean_l - W`` with ``W = max(0, delta / 2r (h2 S2_il / delta^2 - r))`` after r replications, S2_il the
    variance of the paired differences of the first stage and ``h2 = 2 eta (n0 - 1)``. The plan left is the best with at
    least ``probability`` whenever it is better than every other by the ``indifference`` (delta); if not, it is within
    delta of the best with at least that probability. Normal values are assumed, equal spreads or independence are not.

    Many races may be run at once: values have shape (..., plans), and so have ``alive`` and ``means``. What is given
    for a plan that is out is not looked at and may be NaN. Two plans that can not be told apart when the race is at its
    end are a tie, which goes to the one named first.
    """

    def __init__(self, first: Numbers, indifference: float, probability: float) -> None:
        """``first`` holds the first stage, shape (n0, ..., plans)."""
        self.replications, self.plans = first.shape[0], first.shape[-1]
        self.indifference = indifference
        self.h2 = 2.0 * kn_eta(self.plans, self.replications, probability) * (self.replications - 1)
        differences = first[..., :, None] - first[..., None, :]
        self._needed = self.h2 * differences.var(axis=0, ddof=1) / indifference**2
        self.sums: Numbers = first.sum(axis=0)
        self.alive: Flags = np.ones(first.shape[1:], np.bool_)
        self.left_after: NDArray[np.int64] = np.zeros(first.shape[1:], np.int64)
        """Replications after which each plan was out; 0 while it is in."""
        self._screen()

    @property
    def decided(self) -> Flags:
        """Whether one plan is left, shape (...)."""
        return np.asarray(self.alive.sum(axis=-1) == 1)

    @property
    def most(self) -> NDArray[np.int64]:
        """Replications after which each race ends at the latest, shape (...)."""
        both = self.alive[..., :, None] & self.alive[..., None, :]
        needed = np.where(both, self._needed, 0.0).max(axis=(-2, -1))
        return np.asarray(np.floor(needed) + 1.0, dtype=np.int64)

    @property
    def best(self) -> NDArray[np.int64]:
        """Place of the plan that is left, or that leads among those still in, shape (...)."""
        return np.asarray(np.argmax(np.where(self.alive, self.sums, -inf), axis=-1), dtype=np.int64)

    def add(self, values: Numbers) -> None:
        """One more replication, shape (..., plans)."""
        self.replications += 1
        self.sums = self.sums + np.where(self.alive, values, 0.0)
        self._screen()

    def _screen(self) -> None:
        r = self.replications
        means = np.where(self.alive, self.sums / r, -inf)
        slack = np.maximum(0.0, self.indifference / (2.0 * r) * (self._needed - r))
        # Nobody is beaten by a plan that is out: its mean is minus infinity.
        beaten = (means[..., :, None] < means[..., None, :] - slack).any(axis=-1)
        at_the_end = np.asarray(self.most <= r)[..., None]
        leads = np.arange(self.plans) == np.asarray(np.argmax(means, axis=-1))[..., None]
        stays = self.alive & np.where(at_the_end, leads, ~beaten)
        self.left_after = np.where(self.alive & ~stays, r, self.left_after)
        self.alive = stays


def ocba_shares(means: Numbers, sds: Numbers) -> Numbers:
    """Shares of a budget of independent runs, shape (plans,), summing to one; the highest mean is the best.

    ``N_i / N_j = ((s_i / d_i) / (s_j / d_j))^2`` for the others, d their distance from the best, and
    ``N_b = s_b sqrt(sum N_i^2 / s_i^2)`` (Chen, Lin, Yücesan & Chick 2000, Discrete Event Dynamic Systems 10:251-270).
    Means -1, -2, -3 with spreads 2, 2, 3 take 121.80, 114.05 and 64.15 of 300 runs.
    """
    best = int(np.argmax(means))
    gaps = _gaps(means, sds, best)
    weights = (sds / gaps) ** 2
    weights[best] = 0.0
    per_spread = np.delete(sds / gaps**2, best)  # N_i / s_i
    weights[best] = sds[best] * np.sqrt((per_spread**2).sum())
    return _shares(weights)


def paired_ocba_shares(means: Numbers, sds: Numbers, best: int) -> Numbers:
    """The same for plans that meet the same luck; ``sds`` are those of the difference of each plan from the best.

    What must be told apart is each difference from the best, and its variance is ``s_ib^2 / N_i`` as long as the best
    plan was run in the same replications. So ``N_i`` is proportional to ``(s_ib / d_i)^2``, which makes all wrong
    choices equally unlikely, and ``N_b`` is the largest of them: a pair needs both. This is the rule of Chen et al.
    with the spread of the best counted in the differences; on correlated runs see Fu, Hu, Chen & Xiong (2007, INFORMS
    Journal on Computing 19:101-111).
    """
    weights = (sds / _gaps(means, sds, best)) ** 2
    weights[best] = 0.0
    weights[best] = weights.max()
    return _shares(weights)


def next_runs(made: NDArray[np.int64], shares: Numbers, more: int) -> NDArray[np.int64]:
    """How many of ``more`` runs each plan gets, so that what was made comes closest to the shares of the whole."""
    lacking = np.maximum(0.0, shares * (made.sum() + more) - made)
    wanted = more * lacking / lacking.sum()
    runs: NDArray[np.int64] = np.floor(wanted).astype(np.int64)
    rest = np.argsort(runs - wanted, kind="stable")[: more - int(runs.sum())]
    runs[rest] += 1
    return runs


def chance_of_best(means: Numbers, errors: Numbers, freedom: NDArray[np.int64], best: int) -> float:
    """A lower bound of the chance that the plan with the highest mean is the best (Chen et al. 2000, Bonferroni).

    ``errors`` are the standard errors of each difference from the best, ``freedom`` their degrees of freedom: what is
    known of a difference after the runs is Student's t around what was seen.
    """
    wrong = 0.0
    for place in range(len(means)):
        if place != best:
            gap, error = means[best] - means[place], errors[place]
            if error > 0.0:
                wrong += float(special.stdtr(freedom[place], -gap / error))
            elif gap == 0.0:
                wrong += 0.5
    return max(0.0, 1.0 - wrong)


def _gaps(means: Numbers, sds: Numbers, best: int) -> Numbers:
    """Distance of each plan from the best; a tie is a very small one."""
    scale = max(float(sds.max()), float(np.abs(means).max()))
    return np.asarray(np.maximum(means[best] - means, CLOSE * scale if scale > 0.0 else CLOSE), dtype=np.float64)


def _shares(weights: Numbers) -> Numbers:
    total = float(weights.sum())
    if total == 0.0:
        weights, total = np.ones(len(weights)), float(len(weights))
    return weights / total
