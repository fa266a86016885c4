"""How likely what was observed is at a candidate: one likelihood for each kind of observation.

Counts, shares, values, mean and spread of people, categories: each says how likely its data are around the mean of an
ensemble, draws data as another study would have found them, and knows what luck adds. What they share is in
`likelihood.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from calibration.losses.likelihood import Loss, likeness
from calibration.losses.luck import HALF, Luck

Floats = NDArray[np.float64]

JUST_ABOVE = 1e-12


@dataclass(frozen=True)
class Binomial(Loss):
    """``part`` of ``of``, each for itself: the luck of the market is left out. Components: the share."""

    part: float
    of: float

    @property
    def observed(self) -> Floats:
        return np.array([self.part])

    def _share(self, centre: Floats, luck: Luck) -> Floats:
        """The simulated share, kept off 0 and 1 by half a case of all that the ensemble stands for."""
        cases = self.of * luck.runs / luck.stands_for
        return np.clip((centre[:, 0] * cases + HALF) / (cases + 1.0), JUST_ABOVE, 1.0 - JUST_ABOVE)

    def log_likelihood(self, observed: Floats, centre: Floats, luck: Luck) -> Floats:
        share, part = self._share(centre, luck), observed[..., 0]
        return np.asarray(
            _log_choose(self.of, part) + special.xlogy(part, share) + special.xlog1py(self.of - part, -share)
        )

    def drawn(self, uniforms: Floats, centre: Floats, luck: Luck) -> Floats:
        return np.asarray(stats.binom.ppf(uniforms[:, 0], self.of, self._share(centre, luck)))[:, np.newaxis]

    def scaled(self, data: Floats) -> Floats:
        """2√n·arcsin√((k + 3/8)/(n + 3/4)) (Anscombe 1948)."""
        share = np.clip((data + 0.375) / (self.of + 0.75), 0.0, 1.0)
        return np.asarray(2.0 * np.sqrt(self.of) * np.arcsin(np.sqrt(share)))

    def with_data(self, data: Floats) -> Loss:
        return replace(self, part=float(data[0]))

    def expected(self, centre: Floats) -> Floats:
        return self.of * centre

    def luck_unit(self, centre: Floats) -> Floats:
        return np.asarray(centre[:, 0] * (1.0 - centre[:, 0]))

    def link(self, centre: Floats) -> Floats:
        return np.asarray(special.logit((centre * self.of + HALF) / (self.of + 1.0)))

    def unlink(self, linked: Floats) -> Floats:
        return np.clip((special.expit(linked) * (self.of + 1.0) - HALF) / self.of, 0.0, 1.0)


@dataclass(frozen=True)
class BetaBinomial(Binomial):
    """``part`` of ``of``, whose chance is itself a matter of the market's luck: a beta of the simulated mean and luck.

    Skellam (1948). The intraclass correlation is luck's share of p(1 - p); without luck this is the binomial.
    ``everyone``: the ``of`` are all there are, not a sample.
    """

    everyone: bool = False
    uniforms = 2

    def _likeness(self, luck: Luck) -> float:
        return likeness(luck, self.of, everyone=self.everyone)

    def _shapes(self, centre: Floats, luck: Luck) -> tuple[Floats, Floats]:
        share = self._share(centre, luck)
        strength = 1.0 / self._likeness(luck) - 1.0
        return share * strength, (1.0 - share) * strength

    def log_likelihood(self, observed: Floats, centre: Floats, luck: Luck) -> Floats:
        if self._likeness(luck) <= JUST_ABOVE:
            return super().log_likelihood(observed, centre, luck)
        a, b = self._shapes(centre, luck)
        part = observed[..., 0]
        return np.asarray(
            _log_choose(self.of, part) + special.betaln(part + a, self.of - part + b) - special.betaln(a, b)
        )

    def drawn(self, uniforms: Floats, centre: Floats, luck: Luck) -> Floats:
        share = self._share(centre, luck)
        if self._likeness(luck) > JUST_ABOVE:
            share = np.clip(special.betaincinv(*self._shapes(centre, luck), uniforms[:, 1]), JUST_ABOVE, 1 - JUST_ABOVE)
        return np.asarray(stats.binom.ppf(uniforms[:, 0], self.of, share))[:, np.newaxis]

    def sampled(self, uniforms: Floats, run: Floats) -> Floats:
        return np.round(self.of * run) if self.everyone else super().sampled(uniforms, run)


@dataclass(frozen=True)
class GammaPoisson(Loss):
    """A count of ``count``: Poisson with a rate that is a gamma of the simulated mean and luck (Greenwood & Yule 1920).

    Never less spread than a Poisson: a count that seems steadier than that in a few runs is not believed to be.
    """

    count: float

    @property
    def observed(self) -> Floats:
        return np.array([self.count])

    def _mean_and_variance(self, centre: Floats, luck: Luck) -> tuple[Floats, Floats]:
        mean = centre[:, 0] + luck.half_a_case
        return mean, mean * (max(luck.of_observed, 1.0) + luck.of_mean)

    def log_likelihood(self, observed: Floats, centre: Floats, luck: Luck) -> Floats:
        mean, variance = self._mean_and_variance(centre, luck)
        count, more = observed[..., 0], variance - mean
        if np.all(more <= JUST_ABOVE * mean):
            return np.asarray(special.xlogy(count, mean) - mean - special.gammaln(count + 1.0))
        size = mean**2 / more
        return np.asarray(
            special.gammaln(count + size) - special.gammaln(size) - special.gammaln(count + 1.0)
            + size * np.log(mean / variance) + special.xlogy(count, more / variance)
        )  # fmt: skip

    def drawn(self, uniforms: Floats, centre: Floats, luck: Luck) -> Floats:
        mean, variance = self._mean_and_variance(centre, luck)
        more = variance - mean
        if np.all(more <= JUST_ABOVE * mean):
            return np.asarray(stats.poisson.ppf(uniforms[:, 0], mean))[:, np.newaxis]
        return np.asarray(stats.nbinom.ppf(uniforms[:, 0], mean**2 / more, mean / variance))[:, np.newaxis]

    def sampled(self, uniforms: Floats, run: Floats) -> Floats:
        """A firm counts all there are."""
        return np.round(run)

    def with_data(self, data: Floats) -> Loss:
        return replace(self, count=float(data[0]))

    def scaled(self, data: Floats) -> Floats:
        """2√(k + 3/8) (Anscombe 1948)."""
        return np.asarray(2.0 * np.sqrt(np.maximum(data, 0.0) + 0.375))

    def expected(self, centre: Floats) -> Floats:
        return centre

    def luck_unit(self, centre: Floats) -> Floats:
        return np.asarray(centre[:, 0])

    def link(self, centre: Floats) -> Floats:
        return np.asarray(np.log(centre + HALF))

    def unlink(self, linked: Floats) -> Floats:
        return np.maximum(np.exp(np.clip(linked, -50.0, 50.0)) - HALF, 0.0)


@dataclass(frozen=True)
class Normal(Loss):
    """A number ``value`` with a standard error, that holds luck if ``averaged``: N(simulated mean, luck + error²)."""

    value: float
    error: float
    averaged: bool = False

    @property
    def observed(self) -> Floats:
        return np.array([self.value])

    def variance(self, luck: Luck) -> float:
        """Of luck, in the unit of `luck_unit`: of one market and the ensemble's mean, or of the ensemble's alone."""
        return luck.of_mean if self.averaged else luck.with_error

    def _sd(self, luck: Luck) -> float:
        return float(np.sqrt(self.variance(luck) + self.error**2))

    def log_likelihood(self, observed: Floats, centre: Floats, luck: Luck) -> Floats:
        return log_normal(observed[..., 0], centre[:, 0], np.maximum(self._sd(luck), JUST_ABOVE))

    def drawn(self, uniforms: Floats, centre: Floats, luck: Luck) -> Floats:
        return np.asarray(centre[:, 0] + self._sd(luck) * special.ndtri(uniforms[:, 0]))[:, np.newaxis]

    def with_data(self, data: Floats) -> Loss:
        return replace(self, value=float(data[0]))

    def scaled(self, data: Floats) -> Floats:
        return np.asarray(data / (self.error or 1.0))

    def expected(self, centre: Floats) -> Floats:
        return centre


@dataclass(frozen=True)
class Moments(Loss):
    """Mean ± standard deviation of ``n`` people. Components: simulated mean and, where it is known, spread of one.

    The mean of a sample is N(μ, σ²/n + luck); n - 1 times its variance over σ² is chi-square with n - 1 degrees of
    freedom (normal theory). Without a simulated spread σ is the observed one and only the mean counts.
    """

    mean: float
    sd: float
    n: float
    spread: bool = False

    @property
    def uniforms(self) -> int:
        return 2

    @property
    def components(self) -> int:
        return 2 if self.spread else 1

    @property
    def observed(self) -> Floats:
        return np.array([self.mean, self.sd] if self.spread else [self.mean])

    def _sds(self, centre: Floats, luck: Luck) -> tuple[Floats, Floats]:
        """Standard deviation of one person, and of the mean of the sample."""
        sd = np.maximum(centre[:, 1], JUST_ABOVE) if self.spread else np.full(len(centre), self.sd)
        return sd, np.sqrt(sd**2 / self.n + luck.with_error)

    def log_likelihood(self, observed: Floats, centre: Floats, luck: Luck) -> Floats:
        sd, of_mean = self._sds(centre, luck)
        found = log_normal(observed[..., 0], centre[:, 0], of_mean)
        if self.spread:
            free, seen = self.n - 1.0, np.maximum(observed[..., 1], JUST_ABOVE)
            ratio = free * seen**2 / sd**2
            # The density of the standard deviation itself: that of the chi-square times d(ratio)/d(seen).
            found = (
                found + (free / 2 - 1) * np.log(ratio) - ratio / 2 - free / 2 * np.log(2) - special.gammaln(free / 2)
            )
            found = found + np.log(2.0 * free * seen / sd**2)
        return np.asarray(found)

    def drawn(self, uniforms: Floats, centre: Floats, luck: Luck) -> Floats:
        sd, of_mean = self._sds(centre, luck)
        mean = centre[:, 0] + of_mean * special.ndtri(uniforms[:, 0])
        if not self.spread:
            return np.asarray(mean)[:, np.newaxis]
        free = self.n - 1.0
        spread = sd * np.sqrt(2.0 * special.gammaincinv(free / 2.0, uniforms[:, 1]) / free)
        return np.stack([mean, spread], axis=1)

    def with_data(self, data: Floats) -> Loss:
        return replace(self, mean=float(data[0]), sd=float(data[1]) if self.spread else self.sd)

    def scaled(self, data: Floats) -> Floats:
        """Mean in standard errors; √(2(n - 1))·log of the standard deviation."""
        mean = data[..., :1] * np.sqrt(self.n) / (self.sd or 1.0)
        if not self.spread:
            return np.asarray(mean)
        spread = np.sqrt(2.0 * (self.n - 1.0)) * np.log(np.maximum(data[..., 1:], JUST_ABOVE))
        return np.concatenate([mean, spread], axis=-1)

    def expected(self, centre: Floats) -> Floats:
        return centre

    def link(self, centre: Floats) -> Floats:
        return np.concatenate([centre[:, :1], np.log(np.maximum(centre[:, 1:], JUST_ABOVE))], axis=1)

    def unlink(self, linked: Floats) -> Floats:
        return np.concatenate([linked[:, :1], np.exp(np.clip(linked[:, 1:], -50.0, 50.0))], axis=1)


def _log_choose(of: float, part: Floats) -> Floats:
    return np.asarray(special.gammaln(of + 1.0) - special.gammaln(part + 1.0) - special.gammaln(of - part + 1.0))


def log_normal(value: Floats, mean: Floats, sd: Floats | float) -> Floats:
    return np.asarray(-0.5 * ((value - mean) / sd) ** 2 - np.log(sd) - 0.5 * np.log(2.0 * np.pi))
