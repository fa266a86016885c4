"""The service facility against Cobham (priority), Pollaczek and Khinchine (general service), and against two engines so
simple that they cannot be wrong: a recursion over servers, and SimPy's own process for every visit, to the last digit.
"""

from collections.abc import Generator
from heapq import heapify, heapreplace
from math import sqrt

import numpy as np
import pytest
import simpy
from scipy.special import gammaincinv

from sim.service.clock import ARRIVAL, Appointment, Clock
from sim.service.facility import advance
from sim.service.outcome import Outcome
from sim.service.records import FacilityState, Roster
from sim.service.stations import Facility, Process, Station, Step
from tests.facility_cases import AS_GIVEN, Inverse, by_visit, exponential, one_station, serve, visits
from tests.oracles.long_runs import Floats, measure, tolerance
from tests.oracles.queueing_formulas import (
    BirthAndDeath,
    cobham,
    cobham_many_servers,
    heavy_traffic_sd_of_wait,
    pollaczek_khinchine,
    priority_chain,
)

pytestmark = pytest.mark.slow

CUSTOMERS = 30_000


@pytest.mark.parametrize(
    ("arrivals", "servers", "room"),
    [((0.3, 0.5), 1, (25, 120)), ((0.2, 0.3), 1, (20, 60)), ((3.0, 5.0), 10, (20, 120))],
)
def test_cobham_waits_by_class(arrivals: tuple[float, float], servers: int, room: tuple[int, int]) -> None:
    """W_k = W0 / ((1 - σ_{k-1})(1 - σ_k)); with c servers W0 = C/(cμ). Spread: exact, of the same Markov chain."""
    counter = one_station(exponential(1.0), discipline="priority")
    run = measure(counter, servers, arrivals, count=CUSTOMERS, seed=servers)
    system = priority_chain(arrivals, 1.0, servers, room)
    truth = cobham_many_servers(arrivals, 1.0, servers)
    if servers == 1:
        assert truth == pytest.approx(cobham(arrivals, [1, 1], [2, 2]))
    for klass in (0, 1):
        mean, count = run.mean_wait_of(klass)
        allowed = tolerance(system.sd_of_wait(klass, truth[klass]), count)
        assert mean == pytest.approx(truth[klass], abs=allowed)


def test_priorities_only_redistribute_waiting() -> None:
    """Kleinrock's conservation law: with the same customers, the mean wait of everyone is that of first come, first
    served, up to what classes with the same service distribution differ by through luck."""
    first_come, by_tier = (
        measure(one_station(exponential(1.0), discipline=discipline), 1, (0.3, 0.5), count=CUSTOMERS, seed=30)
        for discipline in ("fifo", "priority")
    )
    process = BirthAndDeath(0.8, 1, 1, states=600)
    spread = process.sd_per_arrival(4.0, per_time=process.waiting)
    for run in (first_come, by_tier):
        assert run.mean_wait == pytest.approx(4.0, abs=tolerance(spread, run.joined))


def erlang_two(mean: float) -> Inverse:
    return Inverse(lambda u: mean / 2 * gammaincinv(2, u))


def hyperexponential(scv: float) -> Inverse:
    """Mean 1, two exponential branches with balanced means."""
    share = (1 + sqrt((scv - 1) / (scv + 1))) / 2

    def quantile(u: Floats) -> Floats:
        slow = u >= share
        again = np.where(slow, (u - share) / (1 - share), u / share)
        return -np.log1p(-again) / np.where(slow, 2 * (1 - share), 2 * share)

    return Inverse(quantile)


@pytest.mark.parametrize(
    ("arrival", "mean", "scv", "service"),
    [
        (0.8, 1.0, 0.0, Inverse(np.ones_like)),
        (0.8, 1.0, 1.0, exponential(1.0)),
        (0.8, 1.0, 2.25, hyperexponential(2.25)),
        (0.5, 1.5, 0.5, erlang_two(1.5)),
    ],
)
def test_pollaczek_khinchine_mean_wait(arrival: float, mean: float, scv: float, service: Inverse) -> None:
    """Wq = λE[S]²(1 + c²) / (2(1 - ρ)); the spread is Whitt's for heavy traffic, which errs on the wide side."""
    run = measure(one_station(service), 1, (arrival,), count=2 * CUSTOMERS, seed=int(100 * scv))
    allowed = tolerance(heavy_traffic_sd_of_wait(arrival, mean, scv), run.joined)
    assert run.mean_wait == pytest.approx(pollaczek_khinchine(arrival, mean, scv), abs=allowed)


def recursion(at: Floats, service: Floats, servers: int) -> Floats:
    """Start of service of each customer, first come, first served: with the server who is free first."""
    free = [0.0] * servers
    heapify(free)
    start = np.empty(len(at))
    for row, (moment, need) in enumerate(zip(at.tolist(), service.tolist(), strict=True)):
        start[row] = max(moment, free[0])
        heapreplace(free, start[row] + need)
    return start


@pytest.mark.parametrize("servers", [1, 3, 10])
def test_waits_agree_with_the_recursion_over_servers_to_the_last_digit(servers: int) -> None:
    """Kiefer & Wolfowitz 1955."""
    luck = np.random.default_rng(servers)
    at = np.cumsum(luck.exponential(1 / servers, 5000))
    needs = luck.gamma(2, 0.5, 5000)
    _, met = serve(one_station(), visits(at, needs), servers=servers)
    assert by_visit(met, "wait") == (recursion(at, needs, servers) - at).tolist()


def test_waits_agree_with_a_simpy_process_for_every_visit_to_the_last_digit() -> None:
    luck = np.random.default_rng(7)
    at = np.cumsum(luck.exponential(1.0, 4000)).tolist()
    needs, patience = luck.exponential(3.2, 4000).tolist(), luck.exponential(4.0, 4000).tolist()
    environment = Clock(0.0, 0)
    desk = simpy.Resource(environment, 3)
    waits, served = [0.0] * 4000, [False] * 4000

    def visit(row: int) -> Generator[simpy.Event, simpy.events.ConditionValue, None]:
        with desk.request() as turn:
            gives_up = environment.timeout(patience[row])
            ended = yield turn | gives_up
            waits[row], served[row] = environment.now - at[row], turn in ended
            if turn in ended:
                yield environment.timeout(needs[row])

    def source() -> Generator[simpy.Event, None, None]:
        for row in range(4000):
            arrival = Appointment(environment)
            environment.schedule_at(arrival, ARRIVAL, at[row])  # a delay would be rounded
            yield arrival
            environment.process(visit(row))

    environment.process(source())
    environment.run()
    _, met = serve(one_station(), visits(at, needs, patience=patience), servers=3)
    assert (met.outcome[np.argsort(met.visit)] == Outcome.SERVED).tolist() == served
    assert by_visit(met, "wait") == waits


def test_pooled_queues_beat_split_ones() -> None:
    """Two counters with one queue against a queue each, the same customers: M/M/2 waits 1.78, 2 × M/M/1 waits 4."""
    luck = np.random.default_rng(2)
    count = 40_000
    arrivals = visits(
        np.cumsum(luck.exponential(1 / 1.6, count)), luck.exponential(1.0, count), site=luck.integers(0, 2, count)
    )
    means = []
    for pools, servers in (([[0, 0]], [2]), ([[0, 1]], [1, 1])):
        facility = Facility((Station("counter"),), (Process("errand", (Step(0, AS_GIVEN),)),), np.array(pools))
        state = FacilityState.empty(facility, servers=servers, is_open=True)
        _, met = advance(facility, state, arrivals, Roster.unchanged(), 1e6)
        means.append(float(met.wait.mean()))
    assert means[0] < means[1]
