"""A posterior by ABC-SMC (Toni, Welch, Strelkowa, Ipsen & Stumpf 2009, J. R. Soc. Interface 6:187-202).

Generations of candidates come ever nearer to the posterior. A candidate is taken with probability (L/c)^(1/T), L its
likelihood, c the largest known and T a temperature that falls to 1: with the sampling of the data as the kernel the
last generation is a sample of the posterior itself, not of one widened by a tolerance (Wilkinson 2013, SAGMB
12:129-141; Schälte & Hasenauer 2020, Bioinformatics 36:i551-i559, also for weights where L exceeds c). Moves are
normal with twice the covariance of the generation before (Beaumont, Cornuet, Marin & Robert 2009, Biometrika
96:983-990).

Every candidate has its own key of chance and is judged in the order of candidates, in batches of a fixed size, so what
is found does not depend on who runs them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from calibration.samplers.regression import Sample
from calibration.samplers.sobol import keyed_uniforms, sobol_normal

Floats = NDArray[np.float64]

START_A_PARTICLE: Final = 2
"""Candidates of the first generation, all taken, for each particle of the later ones."""
EFFECTIVE: Final = 0.5
"""The next temperature leaves this share of the particles effective."""
MOST_A_PARTICLE: Final = 12
"""A generation ends when so many candidates a particle have been tried, also with fewer taken."""
MOST_GENERATIONS: Final = 30


@dataclass(frozen=True)
class Generation:
    """What one generation took: ``tried`` candidates at a temperature, ``taken`` of them."""

    temperature: float
    tried: int
    taken: int


@dataclass
class AbcSmc:
    """Ask for candidates, tell how likely they made the data, until nothing more is asked for."""

    particles: int
    dimensions: int
    seed: int
    generations: list[Generation] = field(default_factory=list)
    stalled: bool = False
    """Whether it stopped at a temperature above 1 because next to nothing was taken any more."""
    _population: Sample | None = None
    _likelihoods: Floats = field(default_factory=lambda: np.zeros(0))
    _temperature: float = np.inf
    _largest: float = -np.inf
    _tried: int = 0
    _taken: list[tuple[Floats, float, float]] = field(default_factory=list)
    _proposal: tuple[Sample, Floats] | None = None

    @property
    def batch(self) -> int:
        return max(4, self.particles // 2)

    @property
    def done(self) -> bool:
        return self._population is not None and self._proposal is None

    def ask(self) -> Floats:
        """The next batch, (candidates, parameters) on the working scale; none when the last generation is whole."""
        if self._population is None:
            return sobol_normal(START_A_PARTICLE * self.particles, self.dimensions, self.seed)
        if self.done:
            return np.zeros((0, self.dimensions))
        assert self._proposal is not None
        parents, root = self._proposal
        luck = self._luck("move", (self.batch, 1 + self.dimensions))
        chosen = np.searchsorted(np.cumsum(parents.weights), luck[:, 0] * parents.weights.sum())
        step: Floats = special.ndtri(luck[:, 1:])
        moved = (step[:, np.newaxis, :] * root[np.newaxis]).sum(axis=-1)
        return np.asarray(parents.z[np.minimum(chosen, len(parents.z) - 1)] + moved)

    def tell(self, z: Floats, log_likelihood: Floats) -> None:
        """How likely the data are at each of the candidates asked for, in their order."""
        if self._population is None:
            there = np.isfinite(log_likelihood)
            self._population = Sample(z[there], np.full(int(there.sum()), 1.0 / there.sum()))
            self._likelihoods = log_likelihood[there]
            self.generations.append(Generation(np.inf, len(z), int(there.sum())))
            self._cool()
            return
        assert self._proposal is not None
        luck = self._luck("taken", (len(z),))
        weights = self._weights(z)
        for place in range(len(z)):
            if len(self._taken) == self.particles:
                break
            self._tried += 1
            over = (log_likelihood[place] - self._largest) / self._temperature
            if np.isfinite(over) and np.log(luck[place]) < over:
                weight = weights[place] * float(np.exp(max(0.0, over)))
                self._taken.append((z[place], weight, float(log_likelihood[place])))
        if len(self._taken) == self.particles or self._tried >= MOST_A_PARTICLE * self.particles:
            self._close()

    @property
    def sample(self) -> Sample:
        """The latest whole generation."""
        assert self._population is not None
        return self._population

    def _close(self) -> None:
        """The generation becomes the population, if it took anybody."""
        self.generations.append(Generation(self._temperature, self._tried, len(self._taken)))
        taken, self._taken, self._tried, self._proposal = self._taken, [], 0, None
        self.stalled = len(taken) <= 2 * self.dimensions
        if self.stalled:
            return
        z, weights, likelihoods = zip(*taken, strict=True)
        total = np.array(weights)
        self._population = Sample(np.array(z), total / total.sum())
        self._likelihoods = np.array(likelihoods)
        self.stalled = self._temperature > 1.0 and len(self.generations) >= MOST_GENERATIONS
        if self._temperature > 1.0 and not self.stalled:
            self._cool()

    def _cool(self) -> None:
        """The next temperature, and from whom the next candidates are moved."""
        assert self._population is not None
        before = 0.0 if np.isinf(self._temperature) else 1.0 / self._temperature
        self._largest = max(self._largest, float(self._likelihoods.max()))
        low, high = before, 1.0
        if self._effective(1.0 - before) < EFFECTIVE * len(self._likelihoods):
            for _ in range(60):
                middle = (low + high) / 2.0
                if self._effective(middle - before) < EFFECTIVE * len(self._likelihoods):
                    high = middle
                else:
                    low = middle
        inverse = min(1.0, max(high, before + 1e-6))
        # The last step is not worth a generation of its own.
        self._temperature = 1.0 if inverse > 0.9 else 1.0 / inverse
        parents = Sample(self._population.z, self._reweighted(1.0 / self._temperature - before))
        spread = 2.0 * parents.covariance() + 1e-8 * np.eye(self.dimensions)
        self._proposal = parents, np.asarray(np.linalg.cholesky(spread), np.float64)

    def _reweighted(self, change: float) -> Floats:
        assert self._population is not None
        weights = self._population.weights * np.exp(change * (self._likelihoods - self._likelihoods.max()))
        return np.asarray(weights / weights.sum())

    def _effective(self, change: float) -> float:
        return float(1.0 / (self._reweighted(change) ** 2).sum())

    def _weights(self, z: Floats) -> Floats:
        """Prior over the density of the moves, by candidate (Toni et al. 2009, step S2.2)."""
        assert self._proposal is not None
        parents, root = self._proposal
        inverse = np.linalg.inv(root)
        gaps = z[:, np.newaxis, :] - parents.z[np.newaxis]
        size = ((gaps[..., np.newaxis, :] * inverse).sum(axis=-1) ** 2).sum(axis=-1)
        density = (parents.weights * np.exp(-0.5 * size)).sum(axis=1)
        return np.asarray(np.exp(-0.5 * (z**2).sum(axis=1)) / np.maximum(density, 1e-300))

    def _luck(self, what: str, shape: tuple[int, ...]) -> Floats:
        """Uniforms of a batch, told apart by generation and by the candidates tried before it."""
        return keyed_uniforms(shape, self.seed, f"{what} {len(self.generations)}", self._tried)
