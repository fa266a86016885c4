"""Rework against queueing networks: work that is sent back joins the queue again, and the waits are still known exactly
(Jackson 1957, Oper. Res. 5:518: every station is as an M/M/c of its own, with the visits that come back counted in).
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.service.facility import advance
from sim.service.records import Arrivals, Encounters, FacilityState, Roster
from sim.service.routes import lay_out
from sim.service.stations import Again, Facility, Process, Station, Step
from tests.facility_cases import exponential
from tests.oracles.long_runs import STANDARD_ERRORS, WARM_UP, tolerance
from tests.oracles.queueing_formulas import BirthAndDeath, Chain, Integers, erlang_c_mean_wait

CUSTOMERS = 60_000


@dataclass(frozen=True)
class Run:
    """The measured window and the number who came in it."""

    met: Encounters
    came: int


def run(process: Process, servers: list[int], rate: float, seed: int) -> Run:
    """Poisson arrivals at one process whose steps are the stations 0, 1, ...; a warm-up is thrown away."""
    luck = np.random.default_rng(seed)
    total = int(CUSTOMERS * (1 + WARM_UP))
    width = len(process.steps)
    facility = Facility(
        tuple(Station(f"station {index}") for index in range(len(servers))),
        (process,),
        np.arange(len(servers))[:, np.newaxis],
    )
    number, zeros, forever = np.arange(total), np.zeros(total, np.int64), np.full(total, np.inf)
    at = np.cumsum(luck.exponential(1 / rate, total))
    routes = lay_out(facility.processes, zeros, lambda time, visits: luck.random((len(visits), 2 * width)))
    arrivals = Arrivals(number, number, at, zeros, zeros, zeros, forever, forever, routes)
    start, end = float(at[total - CUSTOMERS]), float(at[-1]) + 1e-6
    state = FacilityState.empty(facility, servers=servers, is_open=True)
    state, _ = advance(facility, state, arrivals.take(at < start), Roster.unchanged(), start)
    _, met = advance(facility, state, arrivals.take(at >= start), Roster.unchanged(), end)
    return Run(met, CUSTOMERS)


@pytest.mark.parametrize(("servers", "chance"), [(1, 0.2), (1, 0.5), (3, 0.4)])
def test_one_station_with_rework_waits_as_if_those_sent_back_were_new(servers: int, chance: float) -> None:
    """M/M/c with Bernoulli feedback at load 0.8: passes 1/(1 - p), the wait of a pass that of M/M/c at λ/(1 - p).

    The number present only rises with arrivals and falls with those who pass: a birth and death process with deaths at
    rate μ(1 - p), whose variance is known.
    """
    rate = 0.8 * servers * (1 - chance)
    found = run(Process("errand", (Step(0, exponential(1.0), Again(chance, 0)),)), [servers], rate, seed=1)
    number = BirthAndDeath(rate, 1 - chance, servers, states=400)
    for measured, reward in (
        (found.met.monitors.queue_time[0], number.waiting),
        (found.met.monitors.in_system_time[0], number.number),
    ):
        per_arrival = float(np.sum(number.chain.stationary * reward)) / rate
        allowed = tolerance(number.sd_per_arrival(per_arrival, per_time=reward), found.came)
        assert measured / found.came == pytest.approx(per_arrival, abs=allowed)
    wait = erlang_c_mean_wait(rate / (1 - chance), 1.0, servers)
    assert float(np.sum(number.chain.stationary * number.waiting)) / rate == pytest.approx(
        wait / (1 - chance), rel=1e-6
    )


@pytest.mark.parametrize(("chance", "cap"), [(0.3, None), (0.8, None), (0.5, 3), (1.0, 2)])
def test_the_number_of_times_work_is_done_is_geometric_up_to_its_cap(chance: float, cap: int | None) -> None:
    """Passes: 1 + a geometric number of failures, cut at the cap. E = (1 - p^(k+1))/(1 - p), variance from P(N > n)."""
    found = run(Process("errand", (Step(0, exponential(0.01), Again(chance, 0, cap)),)), [1000], 1.0, seed=2)
    tail = chance ** np.arange(1 if cap is None else cap + 1) if chance < 1 else np.ones((cap or 0) + 1)
    if cap is None:
        tail = chance ** np.arange(2000)
    mean = float(tail.sum())
    second = float(np.sum((2 * np.arange(len(tail)) + 1) * tail))
    passes = found.met.steps_done
    allowed = STANDARD_ERRORS * sqrt(max(second - mean**2, 0.0) / len(passes)) + 1e-12
    assert passes.mean() == pytest.approx(mean, abs=allowed)
    assert passes.min() >= 1
    if cap is not None:
        assert passes.max() == cap + 1


def network_chain(
    rate: float, services: tuple[float, float], servers: tuple[int, int], chance: float, room: tuple[int, int]
) -> tuple[Chain, Integers, NDArray[np.float64]]:
    """Two stations in a row, the second sends back to the first: chain, 1 for each arrival, waiting."""
    first, second = room[0] + 1, room[1] + 1
    n1, n2 = (side.ravel() for side in np.indices((first, second)))
    here = n1 * second + n2
    up = np.where(n1 < room[0], here + second, here)
    through = np.where((n1 > 0) & (n2 < room[1]), here - second + 1, here)
    out, back = np.where(n2 > 0, here - 1, here), np.where((n2 > 0) & (n1 < room[0]), here - 1 + second, here)
    busy1, busy2 = np.minimum(n1, servers[0]) * services[0], np.minimum(n2, servers[1]) * services[1]
    rates = np.concatenate([np.full(len(here), rate), busy1, busy2 * (1 - chance), busy2 * chance])
    chain = Chain(len(here), np.tile(here, 4), np.concatenate([up, through, out, back]), rates)
    waiting = np.stack([np.maximum(n1 - servers[0], 0.0), np.maximum(n2 - servers[1], 0.0)])
    return chain, np.repeat([1, 0, 0, 0], len(here)), waiting


def test_a_check_that_sends_back_to_an_earlier_station_has_the_product_form() -> None:
    """Drawing (2 people), then checking (1), 30 % sent back to drawing: each as M/M/c at λ/(1 - p), loads 0.75 and 0.7.

    The spread of the mean waits is that of the same Markov chain in two dimensions.
    """
    chance, rate, services, servers = 0.3, 0.7, (2 / 3, 1 / 0.7), (2, 1)
    process = Process(
        "plan", (Step(0, exponential(1 / services[0])), Step(1, exponential(1 / services[1]), Again(chance, 0)))
    )
    found = run(process, list(servers), rate, seed=3)
    chain, arrives, waiting = network_chain(rate, services, servers, chance, (70, 60))
    for pool in (0, 1):
        truth = erlang_c_mean_wait(rate / (1 - chance), services[pool], servers[pool]) / (1 - chance)
        mean, variance = chain.mean_and_variance(waiting[pool], -truth * arrives)
        assert mean == pytest.approx(0.0, abs=1e-4)
        allowed = tolerance(sqrt(variance / rate), found.came)
        assert found.met.monitors.queue_time[pool] / found.came == pytest.approx(truth, abs=allowed)
