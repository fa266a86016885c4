"""Exact results of queueing theory to test the service facility against: loss, delay, abandonment, priority, general
service, time-varying demand; and how far a finite simulation may stray from them. Rates and times in one unit of time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import atan2, exp, hypot, log, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array
from scipy.sparse.linalg import spsolve
from scipy.special import gammainc, gammaln

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def erlang_b(load: float, servers: int) -> float:
    """Share blocked in M/M/c/c (Erlang 1917): B(0) = 1, B(n) = aB(n-1) / (n + aB(n-1)), with load a = λ/μ."""
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


def erlang_c(load: float, servers: int) -> float:
    """Share who wait in M/M/c (Erlang 1917): C = B / (1 - ρ(1 - B)), for ρ = a/c < 1."""
    blocked = erlang_b(load, servers)
    return blocked / (1 - load / servers * (1 - blocked))


def erlang_c_mean_wait(arrival: float, service: float, servers: int) -> float:
    """Mean wait of everyone in M/M/c: Wq = C / (cμ - λ)."""
    return erlang_c(arrival / service, servers) / (servers * service - arrival)


def erlang_c_service_level(arrival: float, service: float, servers: int, within: float) -> float:
    """Share who wait at most T in M/M/c: 1 - C exp(-(cμ - λ)T)."""
    return 1 - erlang_c(arrival / service, servers) * exp(-(servers * service - arrival) * within)


@dataclass(frozen=True)
class ErlangA:
    """M/M/c with patience, exponential of rate θ (Palm 1946; Garnett, Mandelbaum & Reiman 2002)."""

    arrival: float
    service: float
    impatience: float
    servers: int

    @cached_property
    def _palm(self) -> float:
        """A(x, y) = x e^y y^-x γ(x, y), with x = cμ/θ and y = λ/θ."""
        x, y = self.servers * self.service / self.impatience, self.arrival / self.impatience
        return exp(log(x) + y - x * log(y) + gammaln(x) + log(gammainc(x, y)))

    @property
    def waiting(self) -> float:
        """P(wait) = AB / (1 + (A - 1)B)."""
        blocked = erlang_b(self.arrival / self.service, self.servers)
        return self._palm * blocked / (1 + (self._palm - 1) * blocked)

    @property
    def abandoning(self) -> float:
        """P(abandon) = P(wait) (1/(ρA) + 1 - 1/ρ)."""
        load = self.arrival / self.service / self.servers
        return self.waiting * (1 / (load * self._palm) + 1 - 1 / load)

    @property
    def mean_wait(self) -> float:
        """Of everyone, also those who abandon: P(abandon) = θ E[W]."""
        return self.abandoning / self.impatience

    @property
    def utilisation(self) -> float:
        """ρ (1 - P(abandon))."""
        return self.arrival / self.service / self.servers * (1 - self.abandoning)


def pollaczek_khinchine(arrival: float, mean: float, scv: float) -> float:
    """Mean wait in M/G/1: λE[S]²(1 + c²) / (2(1 - ρ)), scv = c² the squared coefficient of variation."""
    return arrival * mean**2 * (1 + scv) / (2 * (1 - arrival * mean))


def cobham(arrivals: Sequence[float], means: Sequence[float], second_moments: Sequence[float]) -> list[float]:
    """Mean waits by class in a non-preemptive M/G/1 (Cobham 1954): W0 / ((1 - σ_{k-1})(1 - σ_k))."""
    residual = sum(rate * second for rate, second in zip(arrivals, second_moments, strict=True)) / 2
    above = np.concatenate([[0.0], np.cumsum(np.multiply(arrivals, means))])
    return [float(residual / ((1 - before) * (1 - upto))) for before, upto in pairwise(above)]


def cobham_many_servers(arrivals: Sequence[float], service: float, servers: int) -> list[float]:
    """Mean waits by class in a non-preemptive M/M/c with one service rate: C/(cμ) / ((1 - σ_{k-1})(1 - σ_k))."""
    residual = erlang_c(sum(arrivals) / service, servers) / (servers * service)
    above = np.concatenate([[0.0], np.cumsum(arrivals) / (servers * service)])
    return [float(residual / ((1 - before) * (1 - upto))) for before, upto in pairwise(above)]


def allen_cunneen(arrival: float, service: float, servers: int, scv_arrival: float, scv_service: float) -> float:
    """Approximate mean wait in G/G/c: (c_a² + c_s²)/2 times that of M/M/c."""
    return (scv_arrival + scv_service) / 2 * erlang_c_mean_wait(arrival, service, servers)


@dataclass(frozen=True)
class SinusoidalDemand:
    """Number in M(t)/M/∞ with λ(t) = λ̄ + A sin γt, long after the start (Eick, Massey & Whitt 1993); it is Poisson."""

    mean: float
    swing: float
    frequency: float
    service: float

    def number(self, time: float) -> float:
        """m(t) = λ̄/μ + A (μ sin γt - γ cos γt) / (γ² + μ²)."""
        wave = self.service * np.sin(self.frequency * time) - self.frequency * np.cos(self.frequency * time)
        return float(self.mean / self.service + self.swing * wave / (self.frequency**2 + self.service**2))

    @property
    def amplitude(self) -> float:
        return self.swing / hypot(self.frequency, self.service)

    @property
    def lag(self) -> float:
        """How long the crowd lags behind demand."""
        return atan2(self.frequency, self.service) / self.frequency


# How far a simulation may stray.


@dataclass(frozen=True)
class Chain:
    """A Markov chain in continuous time: `rate` of each transition from `source` to `target`, states from 0."""

    states: int
    source: Integers
    target: Integers
    rate: Floats

    @cached_property
    def _generator(self) -> csc_array:
        out = np.bincount(self.source, weights=self.rate, minlength=self.states)
        diagonal = np.arange(self.states)
        rows, cols = np.concatenate([self.source, diagonal]), np.concatenate([self.target, diagonal])
        return csc_array((np.concatenate([self.rate, -out]), (rows, cols)), shape=(self.states, self.states))

    @cached_property
    def stationary(self) -> Floats:
        """Long-run share of time in each state."""
        balance = self._generator.T.tolil()
        balance[0, :] = 1.0
        right = np.zeros(self.states)
        right[0] = 1.0
        return np.asarray(spsolve(csc_array(balance), right))

    def mean_and_variance(self, per_time: Floats, per_transition: Floats) -> tuple[float, float]:
        """Rate at which rewards accrue and the variance they gather per unit of time, over a long time.

        With g solving Qg = -(r - r̄), the reward minus r̄t plus g is a martingale, so the variance is
        Σ π_i q_ij (h_ij + g_j - g_i)² (Whitt 1992, Oper. Res. 40:279, for birth and death processes).
        """
        reward = per_time + np.bincount(self.source, weights=self.rate * per_transition, minlength=self.states)
        mean = float(np.sum(self.stationary * reward))
        poisson = self._generator.tolil()
        poisson[0, :] = 0.0
        poisson[0, 0] = 1.0
        right = -(reward - mean)
        right[0] = 0.0
        g = np.asarray(spsolve(csc_array(poisson), right))
        jumps = per_transition + g[self.target] - g[self.source]
        return mean, float(np.sum(self.stationary[self.source] * self.rate * jumps**2))


@dataclass(frozen=True)
class BirthAndDeath:
    """M/M/c with impatience and room for `states - 1`, as a chain; room enough stands for infinite room."""

    arrival: float
    service: float
    servers: int
    impatience: float = 0.0
    states: int = 400

    @cached_property
    def number(self) -> Floats:
        return np.arange(self.states, dtype=np.float64)

    @cached_property
    def waiting(self) -> Floats:
        return np.maximum(self.number - self.servers, 0.0)

    @cached_property
    def chain(self) -> Chain:
        """Transitions: arrivals of each state (blocked in the last: it stays), then services, then impatience."""
        state = np.arange(self.states)
        up = np.minimum(state + 1, self.states - 1)
        rates = (
            np.full(self.states, self.arrival),
            np.minimum(self.number, self.servers) * self.service,
            self.waiting * self.impatience,
        )
        down = np.maximum(state - 1, 0)
        return Chain(self.states, np.tile(state, 3), np.concatenate([up, down, down]), np.concatenate(rates))

    def sd_per_arrival(
        self, truth: float, *, per_time: Floats | None = None, per_arrival: Floats | None = None, lost: bool = False
    ) -> float:
        """σ such that a ratio (reward / number of arrivals), truly `truth`, has standard error σ/√N.

        The reward: a rate `per_time` in each state, and / or an amount for an arrival that finds each state, and / or
        one for each who loses patience (`lost`).
        """
        nothing = np.zeros(self.states)
        on_arrival = (nothing if per_arrival is None else per_arrival) - truth
        on_impatience = np.full(self.states, float(lost))
        _, variance = self.chain.mean_and_variance(
            nothing if per_time is None else per_time, np.concatenate([on_arrival, nothing, on_impatience])
        )
        return sqrt(variance / self.arrival)


def heavy_traffic_sd_of_wait(arrival: float, mean: float, scv: float) -> float:
    """σ of the mean wait in M/G/1 over N customers, σ/√N, as the traffic grows heavy (Whitt 1989, Mgmt Sci. 35:1341).

    σ² ≈ E[S]² (1 + c²)³ / (2 (1 - ρ)⁴); it overstates light traffic: for M/M/1 at ρ = 0.8, 2500 instead of 1976.
    """
    return mean * sqrt((1 + scv) ** 3 / (2 * (1 - arrival * mean) ** 4))


def priority_chain(arrivals: tuple[float, float], service: float, servers: int, room: tuple[int, int]) -> PriorityChain:
    """Two classes at a non-preemptive M/M/c: either queue holds at most `room` (enough stands for infinite room)."""
    first, second = room[0] + 1, room[1] + 1
    # States 0..c-1: that many busy, nobody waits. Then c + i * second + j: all busy, i and j waiting.
    source, target, rate, klass = [], [], [], []

    def state(i: int, j: int) -> int:
        return servers + i * second + j

    def add(start: int, end: int, speed: float, arriving: int) -> None:
        source.append(start)
        target.append(end)
        rate.append(speed)
        klass.append(arriving)

    for busy in range(servers):
        for arriving in (0, 1):
            add(busy, busy + 1 if busy + 1 < servers else state(0, 0), arrivals[arriving], arriving)
        if busy:
            add(busy, busy - 1, busy * service, -1)
    for i in range(first):
        for j in range(second):
            add(state(i, j), state(min(i + 1, room[0]), j), arrivals[0], 0)
            add(state(i, j), state(i, min(j + 1, room[1])), arrivals[1], 1)
            after = state(i - 1, j) if i else state(0, j - 1) if j else servers - 1
            add(state(i, j), after, servers * service, -1)
    chain = Chain(servers + first * second, np.array(source), np.array(target), np.array(rate))
    waiting = np.zeros((2, chain.states))
    waiting[:, servers:] = np.indices((first, second)).reshape(2, -1)
    return PriorityChain(chain, np.array(klass), waiting, arrivals)


@dataclass(frozen=True)
class PriorityChain:
    """See `priority_chain`. arriving: class of each transition that is an arrival, else -1; waiting: (2, states)."""

    chain: Chain
    arriving: Integers
    waiting: Floats
    arrivals: tuple[float, float]

    def sd_of_wait(self, klass: int, truth: float) -> float:
        """σ such that the mean wait of a class over N of its own customers, truly `truth`, has standard error σ/√N."""
        impulse = np.where(self.arriving == klass, -truth, 0.0)
        _, variance = self.chain.mean_and_variance(self.waiting[klass], impulse)
        return sqrt(variance / self.arrivals[klass])
