"""How likely the parts of a whole are: counts of people by category, or shares of which nothing was sampled.

In go what was observed and the shares an ensemble of runs came to at many candidates; out come log-likelihoods and data
as another study would have them. Counts spread by sampling and luck. Shares of money, or of all the cases there were,
spread by the luck of one market alone: var = p(1 - p)·luck for each, as luck is counted in `loss.luck_of`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from calibration.losses.kinds import JUST_ABOVE
from calibration.losses.likelihood import MOST_ALIKE, Loss, likeness
from calibration.losses.luck import HALF, Luck

Floats = NDArray[np.float64]

LEAST_LUCK = 1e-6
LEAST_SHARE = 1e-6
USUAL_STRENGTH = 50.0
"""Of the scale data are put on; a fit takes each component relative to its own spread afterwards."""


def shares_of(amounts: Floats) -> Floats:
    """Amounts of the parts, shape (..., parts), as shares of their sum; NaN where there is nothing."""
    total = amounts.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(amounts, total, out=np.full(amounts.shape, np.nan), where=total > 0.0))


@dataclass(frozen=True)
class Dirichlet(Loss):
    """Shares of a whole. Components: the simulated share of each part; `prepared` makes them from amounts."""

    shares: tuple[float, ...]

    @property
    def components(self) -> int:
        return len(self.shares)

    @property
    def uniforms(self) -> int:
        return len(self.shares)

    @property
    def observed(self) -> Floats:
        return np.array(self.shares)

    def prepared(self, runs: Floats) -> Floats:
        return shares_of(runs)

    def _shapes(self, centre: Floats, luck: Luck) -> Floats:
        """The shapes a of the Dirichlet; no share is nearer to 0 than half of what the ensemble could tell apart."""
        strength = 1.0 / min(max(luck.with_error, LEAST_LUCK), MOST_ALIKE) - 1.0
        amounts = centre * strength + HALF / luck.runs
        return np.asarray(strength * amounts / amounts.sum(axis=1, keepdims=True))

    def log_likelihood(self, observed: Floats, centre: Floats, luck: Luck) -> Floats:
        a = self._shapes(centre, luck)
        seen = np.log(np.maximum(observed, LEAST_SHARE))
        return np.asarray(special.gammaln(a.sum(axis=1)) + ((a - 1.0) * seen - special.gammaln(a)).sum(axis=-1))

    def drawn(self, uniforms: Floats, centre: Floats, luck: Luck) -> Floats:
        return shares_of(np.maximum(special.gammaincinv(self._shapes(centre, luck), uniforms), JUST_ABOVE))

    def sampled(self, uniforms: Floats, run: Floats) -> Floats:
        """A firm knows all there were."""
        return run

    def with_data(self, data: Floats) -> Loss:
        return replace(self, shares=tuple(data.tolist()))

    def scaled(self, data: Floats) -> Floats:
        """2√n·arcsin√x: the spread of a share is then much the same wherever it lies."""
        return np.asarray(2.0 * np.sqrt(USUAL_STRENGTH) * np.arcsin(np.sqrt(np.clip(data, 0.0, 1.0))))

    def expected(self, centre: Floats) -> Floats:
        return centre

    def lucky(self, runs: Floats) -> Floats:
        return runs

    def luck_unit(self, centre: Floats) -> Floats:
        return np.asarray((centre * (1.0 - centre)).sum(axis=1))

    def link(self, centre: Floats) -> Floats:
        return np.asarray(np.log(np.maximum(centre, 0.0) + HALF / USUAL_STRENGTH))

    def unlink(self, linked: Floats) -> Floats:
        return shares_of(np.maximum(np.exp(np.clip(linked, -50.0, 50.0)) - HALF / USUAL_STRENGTH, LEAST_SHARE))


@dataclass(frozen=True)
class DirichletMultinomial(Loss):
    """``counts`` of people by category; the shares are a Dirichlet of the simulated ones and luck (Mosimann 1962).

    Components: the simulated share of each category; `prepared` makes them from amounts in any unit. ``everyone``: the
    counts are of all there are, not of a sample.
    """

    counts: tuple[float, ...]
    everyone: bool = False

    @property
    def components(self) -> int:
        return len(self.counts)

    @property
    def uniforms(self) -> int:
        return 2 * len(self.counts)

    @property
    def observed(self) -> Floats:
        return np.array(self.counts)

    def prepared(self, runs: Floats) -> Floats:
        return shares_of(runs)

    def _shares(self, centre: Floats, luck: Luck) -> Floats:
        """The simulated shares, kept off 0 by half a case of all that the ensemble stands for."""
        amounts = centre * sum(self.counts) + luck.half_a_case
        return np.asarray(amounts / amounts.sum(axis=1, keepdims=True))

    def _likeness(self, luck: Luck) -> float:
        return likeness(luck, sum(self.counts), everyone=self.everyone)

    def _strength(self, luck: Luck) -> float:
        return 1.0 / self._likeness(luck) - 1.0

    def log_likelihood(self, observed: Floats, centre: Floats, luck: Luck) -> Floats:
        shares, total = self._shares(centre, luck), observed.sum(axis=-1)
        ways = special.gammaln(total + 1.0) - special.gammaln(observed + 1.0).sum(axis=-1)
        if self._likeness(luck) <= JUST_ABOVE:
            return np.asarray(ways + special.xlogy(observed, shares).sum(axis=-1))
        strength = self._strength(luck)
        a = shares * strength
        return np.asarray(
            ways + special.gammaln(strength) - special.gammaln(total + strength)
            + (special.gammaln(observed + a) - special.gammaln(a)).sum(axis=-1)
        )  # fmt: skip

    def drawn(self, uniforms: Floats, centre: Floats, luck: Luck) -> Floats:
        kinds = len(self.counts)
        shares = self._shares(centre, luck)
        if self._likeness(luck) > JUST_ABOVE:
            shares = np.maximum(special.gammaincinv(shares * self._strength(luck), uniforms[:, kinds:]), JUST_ABOVE)
            shares = shares / shares.sum(axis=1, keepdims=True)
        left, found = np.full(len(centre), float(sum(self.counts))), []
        rest = np.ones(len(centre))
        for kind in range(kinds - 1):
            chance = np.clip(shares[:, kind] / np.maximum(rest, JUST_ABOVE), 0.0, 1.0)
            found.append(np.asarray(stats.binom.ppf(uniforms[:, kind], left, chance)))
            left, rest = left - found[-1], rest - shares[:, kind]
        return np.stack([*found, left], axis=1)

    def with_data(self, data: Floats) -> Loss:
        return replace(self, counts=tuple(data.tolist()))

    def scaled(self, data: Floats) -> Floats:
        return np.asarray(2.0 * np.sqrt(np.maximum(data, 0.0) + 0.375))

    def expected(self, centre: Floats) -> Floats:
        return sum(self.counts) * centre

    def luck_unit(self, centre: Floats) -> Floats:
        """Of all categories together: each spreads in proportion to p(1 - p)."""
        return np.asarray((centre * (1.0 - centre)).sum(axis=1))

    def lucky(self, runs: Floats) -> Floats:
        return runs

    def sampled(self, uniforms: Floats, run: Floats) -> Floats:
        return np.round(sum(self.counts) * run) if self.everyone else super().sampled(uniforms, run)

    def link(self, centre: Floats) -> Floats:
        return np.asarray(np.log(centre + HALF / sum(self.counts)))

    def unlink(self, linked: Floats) -> Floats:
        shares = np.exp(linked - linked.max(axis=1, keepdims=True))
        return np.asarray(shares / shares.sum(axis=1, keepdims=True))
