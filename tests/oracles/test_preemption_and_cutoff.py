"""Interrupting priorities and servers kept free against exact Markov chains.

Under preemptive resume the first k classes are a system of their own: with exponential service of one rate, their
number is that of an M/M/c with their arrivals alone (for one server White & Christie 1958). Servers kept free are the
cut-off discipline (Benn 1966; Taylor & Templeton 1980), solved here as a chain in three dimensions.
"""

from itertools import product
from math import sqrt

import numpy as np
import pytest

from sim.service.stations import Facility, Process, Station, Step
from tests.facility_cases import exponential
from tests.oracles.long_runs import measure, tolerance
from tests.oracles.queueing_formulas import BirthAndDeath, Chain

CUSTOMERS = 100_000


def counter(station: Station) -> Facility:
    return Facility((station,), (Process("errand", (Step(0, exponential(1.0)),)),), np.zeros((1, 1), np.int64))


@pytest.mark.parametrize(("arrivals", "servers"), [((0.3, 0.5), 1), ((3.0, 5.0), 10)])
def test_preemptive_resume_by_class(arrivals: tuple[float, float], servers: int) -> None:
    """Time in the system; with one server 1/(1 - σ1) = 1.428571 and 1/((1 - σ1)(1 - σ2)) = 7.142857."""
    by_interrupting = counter(Station("counter", "priority", interrupts=True))
    run = measure(by_interrupting, servers, arrivals, count=CUSTOMERS, seed=41)
    met = run.encounters
    spent = met.ended - met.arrived
    first, everyone = (BirthAndDeath(rate, 1.0, servers, states=500) for rate in (arrivals[0], sum(arrivals)))
    inside = [float(np.sum(each.chain.stationary * each.number)) for each in (first, everyone)]
    truth = [inside[0] / arrivals[0], (inside[1] - inside[0]) / arrivals[1]]
    if servers == 1:
        assert truth == pytest.approx([1.428571, 7.142857], abs=1e-5)
    vip = met.priority == 0
    allowed = tolerance(first.sd_per_arrival(truth[0], per_time=first.number), int(vip.sum()))
    assert spent[vip].mean() == pytest.approx(truth[0], abs=allowed)
    together = inside[1] / everyone.arrival
    allowed = tolerance(everyone.sd_per_arrival(together, per_time=everyone.number), len(spent))
    assert spent.mean() == pytest.approx(together, abs=allowed)
    # The second class is the difference of the two, so its tolerance follows from theirs.
    share = arrivals[1] / everyone.arrival
    assert spent[~vip].mean() == pytest.approx(truth[1], abs=2 * allowed / share)


def cutoff_chain(
    arrivals: tuple[float, float], servers: int, held: int, room: tuple[int, int]
) -> tuple[Chain, np.ndarray, np.ndarray]:
    """By busy servers and the two queues: chain, class of each arriving transition (else -1), waiting (2, n)."""
    usual = servers - held
    states = [
        (busy, i, j)
        for busy, i, j in product(range(servers + 1), range(room[0] + 1), range(room[1] + 1))
        if (i == 0 or busy == servers) and (j == 0 or busy >= usual)
    ]
    number = {state: position for position, state in enumerate(states)}
    source, target, rate, klass = [], [], [], []

    def add(start: tuple[int, int, int], end: tuple[int, int, int], speed: float, arriving: int) -> None:
        source.append(number[start])
        target.append(number[end])
        rate.append(speed)
        klass.append(arriving)

    for busy, i, j in states:
        vip = (busy + 1, i, j) if busy < servers else (busy, min(i + 1, room[0]), j)
        plain = (busy + 1, i, j) if busy < usual else (busy, i, min(j + 1, room[1]))
        add((busy, i, j), vip, arrivals[0], 0)
        add((busy, i, j), plain, arrivals[1], 1)
        if busy:
            left = (busy, i - 1, j) if i else (busy - 1, 0, j)
            if not i and j and busy - 1 < usual:
                left = (busy, 0, j - 1)
            add((busy, i, j), left, float(busy), -1)
    chain = Chain(len(states), np.array(source), np.array(target), np.array(rate))
    return chain, np.array(klass), np.array([(i, j) for _, i, j in states], np.float64).T


def test_waits_with_a_server_kept_free() -> None:
    """Five servers, one kept free for the first class (1.2 and 2 an hour, service 1 hour): waits of both classes."""
    arrivals, servers, held = (1.2, 2.0), 5, 1
    run = measure(
        counter(Station("counter", "priority", held=held, held_for=0)), servers, arrivals, count=CUSTOMERS, seed=42
    )
    chain, klass, waiting = cutoff_chain(arrivals, servers, held, (25, 150))
    for each in (0, 1):
        truth = float(np.sum(chain.stationary * waiting[each])) / arrivals[each]
        _, variance = chain.mean_and_variance(waiting[each], np.where(klass == each, -truth, 0.0))
        mean, count = run.mean_wait_of(each)
        assert mean == pytest.approx(truth, abs=tolerance(sqrt(variance / arrivals[each]), count))
