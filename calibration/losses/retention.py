"""The likelihood of a retention curve: of so many customers, how many left in each stretch of days and how many stayed.

Everyone leaves once or stays, so the curve is a multinomial over times of leaving; its shares are a Dirichlet of the
simulated ones and luck. A later part of a curve may be compared alone, given how many were left when it begins.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from calibration.losses.luck import Luck
from calibration.losses.shares import DirichletMultinomial

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class TimesOfLeaving(DirichletMultinomial):
    """``counts``: who left in each stretch of days, those who stayed last.

    ``later``: the first stretch is known, and only the rest is compared, each as a share of those it left: dividing a
    Dirichlet-multinomial by its first category leaves one of the others.
    """

    later: bool = False

    @property
    def compared(self) -> range:
        return range(1 if self.later else 0, len(self.counts))

    def prepared(self, runs: Floats) -> Floats:
        """From the share kept at the end of each stretch to the share that left in it, and those who stayed."""
        before = np.concatenate([np.ones_like(runs[..., :1]), runs[..., :-1]], axis=-1)
        return np.concatenate([before - runs, runs[..., -1:]], axis=-1)

    @property
    def _rest(self) -> DirichletMultinomial:
        return DirichletMultinomial(self.counts[1:], self.everyone)

    def _luck_of_rest(self, luck: Luck) -> Luck:
        """Fewer people have more luck: by as many times as all are more than the rest."""
        larger = sum(self.counts) / max(sum(self.counts[1:]), 1.0)
        return replace(luck, size=luck.size * larger, emulated=luck.emulated * larger)

    def log_likelihood(self, observed: Floats, centre: Floats, luck: Luck) -> Floats:
        if not self.later:
            return super().log_likelihood(observed, centre, luck)
        return self._rest.log_likelihood(observed[..., 1:], _shares(centre), self._luck_of_rest(luck))

    def drawn(self, uniforms: Floats, centre: Floats, luck: Luck) -> Floats:
        if not self.later:
            return super().drawn(uniforms, centre, luck)
        rest = self._rest.drawn(uniforms[:, : self._rest.uniforms], _shares(centre), self._luck_of_rest(luck))
        return np.column_stack([np.full(len(rest), self.counts[0]), rest])


def _shares(centre: Floats) -> Floats:
    """Of those left after the first stretch; even where nobody is."""
    rest = centre[:, 1:]
    total = rest.sum(axis=1, keepdims=True)
    return np.where(total > 0.0, rest / np.where(total > 0.0, total, 1.0), 1.0 / rest.shape[1])
