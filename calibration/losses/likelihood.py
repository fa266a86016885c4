"""What a likelihood of a fit is, and the luck it reckons with.

In go what was observed and what an ensemble of runs came to at many candidates; out come log-likelihoods, data drawn as
another study would have found them, and a scale on which all kinds of targets have about unit spread. Logarithms of
likelihoods add up, so targets of any kinds make one likelihood. The kinds stand in `kinds.py`.

A real market is one run of luck. So what may be observed at a candidate spreads around the mean of its ensemble by
three things: the sampling of whoever was asked, the luck of one market, and the error of a mean of R runs. The luck of
a market is estimated over all candidates together (`luck_of`), because two or three runs of one say little of it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

from calibration.losses.luck import Luck

Floats = NDArray[np.float64]

MANY = 10**9
MOST_ALIKE = 0.99
"""Largest share of the variance of a share that luck may be said to make."""


def likeness(luck: Luck, of: float, *, everyone: bool) -> float:
    """The intraclass correlation ρ of a share of ``of`` people, 0 to `MOST_ALIKE`.

    Of a sample, luck and the mean's error alone: people differ by sampling besides, variance p(1-p)/n·(1 + (n-1)ρ). Of
    everyone that variance is luck and error in all, luck never less than that of n people each for themselves.
    """
    if not everyone:
        return min(luck.with_error, MOST_ALIKE)
    variance = max(luck.of_observed, 1.0 / of) + luck.of_mean
    return min(max((of * variance - 1.0) / max(of - 1.0, 1.0), 0.0), MOST_ALIKE)


class Loss(ABC):
    """What was observed of one target, and its distribution at a candidate.

    ``centre`` is always the mean of the ensemble by candidate, shape (candidates, components); observed and drawn data
    have shape (..., components). A loss has one component but where it says otherwise.
    """

    @property
    def components(self) -> int:
        """How many numbers are observed at once."""
        return 1

    @property
    def compared(self) -> range:
        """The components that are compared with predictions: all, but for what a loss takes as known."""
        return range(self.components)

    @property
    def uniforms(self) -> int:
        """How many uniforms a drawn observation takes."""
        return 1

    @property
    @abstractmethod
    def observed(self) -> Floats:
        """What was observed, shape (components,)."""

    @abstractmethod
    def log_likelihood(self, observed: Floats, centre: Floats, luck: Luck) -> Floats:
        """Logarithm of the probability or density of each row of ``observed`` at its row of ``centre``."""

    @abstractmethod
    def drawn(self, uniforms: Floats, centre: Floats, luck: Luck) -> Floats:
        """Data another study might find: uniforms of shape (n, uniforms) and centre (n, components)."""

    def sampled(self, uniforms: Floats, run: Floats) -> Floats:
        """What a study of the market of one run would have found: sampling alone, because its luck has happened."""
        return self.drawn(uniforms, run, Luck(0.0, MANY))

    @abstractmethod
    def with_data(self, data: Floats) -> Loss:
        """The same target with other data observed, shape (components,)."""

    @abstractmethod
    def scaled(self, data: Floats) -> Floats:
        """The data on a scale on which sampling spreads them by about one, whatever the candidate."""

    @abstractmethod
    def expected(self, centre: Floats) -> Floats:
        """What the data would be without any chance."""

    def luck_unit(self, centre: Floats) -> Floats:
        """The size of luck's variance at a centre, up to a factor that is the same at all of them."""
        return np.ones(len(centre))

    def pooled(self, variances: Floats, units: Floats) -> float:
        """One size of luck from the variances at many centres and `luck_unit` there."""
        return float(variances.sum() / units.sum()) if units.sum() > 0.0 else 0.0

    def lucky(self, runs: Floats) -> Floats:
        """The components of runs (..., components) from which luck is learned: the first, if nothing else is said."""
        return runs[..., :1]

    def prepared(self, runs: Floats) -> Floats:
        """What runs came to, shape (..., components), as the loss wants it."""
        return runs

    def link(self, centre: Floats) -> Floats:
        """The centre on a scale without edges, for a surface through many candidates; `unlink` goes back."""
        return centre

    def unlink(self, linked: Floats) -> Floats:
        return linked


def luck_of(loss: Loss, runs: Floats, larger: float = 1.0, stands_for: float = 1.0) -> Luck:
    """The luck of a market from runs of shape (candidates, replications, components), pooled over the candidates.

    By `Loss.pooled`, mostly the sum of the variances within candidates over the sum of `Loss.luck_unit`. One run
    says nothing of luck, and it is taken as none. ``larger`` and ``stands_for`` as in `Luck`.
    """
    count = runs.shape[1]
    if count < 2:
        return Luck(0.0, 1, larger, stands_for)
    seen = loss.lucky(runs)
    there = np.isfinite(seen).all(axis=(1, 2))
    size = loss.pooled(seen[there].var(axis=1, ddof=1).sum(axis=-1), loss.luck_unit(runs[there].mean(axis=1)))
    return Luck(size, count, larger, stands_for)
