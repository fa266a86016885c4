"""The service facility against Erlang's formulas: delay (C), loss (B), abandonment (A). How far a run of N customers
may stray is the exact asymptotic variance of the same birth-and-death process, which gives Daley's 1976 for M/M/1.
"""

from math import sqrt

import numpy as np
import pytest
from scipy.stats import t as student

from sim.service.facility import advance
from sim.service.monitors import service_level
from sim.service.outcome import Outcome
from sim.service.records import FacilityState, Roster
from sim.service.stations import UNLIMITED
from tests.facility_cases import exponential, one_station, visits
from tests.oracles.long_runs import measure, tolerance
from tests.oracles.queueing_formulas import (
    BirthAndDeath,
    ErlangA,
    SinusoidalDemand,
    erlang_b,
    erlang_c,
    erlang_c_mean_wait,
    erlang_c_service_level,
)

CUSTOMERS = 60_000


@pytest.mark.parametrize(("arrival", "servers"), [(0.8, 1), (1.5, 2), (8.0, 10)])
def test_erlang_c_delay(arrival: float, servers: int) -> None:
    """P(wait) = C and Wq = C / (cμ - λ)."""
    run = measure(one_station(exponential(1.0)), servers, (arrival,), count=CUSTOMERS, seed=servers)
    process = BirthAndDeath(arrival, 1, servers, states=600)

    wait = erlang_c_mean_wait(arrival, 1, servers)
    spread = process.sd_per_arrival(wait, per_time=process.waiting)
    assert run.mean_wait == pytest.approx(wait, abs=tolerance(spread, run.joined))

    share = erlang_c(arrival, servers)
    busy = (process.number >= servers).astype(np.float64)
    spread = process.sd_per_arrival(share, per_arrival=busy)
    assert run.share_waiting == pytest.approx(share, abs=tolerance(spread, run.joined))

    load = arrival / servers
    spread = process.sd_per_arrival(load / arrival, per_time=np.minimum(process.number, servers) / servers)
    allowed = tolerance(spread, run.joined) * arrival
    assert run.encounters.monitors.utilisation[0] == pytest.approx(load, abs=allowed)


def test_erlang_c_service_level_of_a_call_centre() -> None:
    """SL(20 s) = 1 - C exp(-(cμ - λ)T) = 0.888350: 14 agents, 100 calls in half an hour, 180 s each.

    A hundred batches of 600 calls (three hours, over fifty relaxation times) are near enough independent.
    """
    run = measure(one_station(exponential(180.0)), 14, (100 / 1800,), count=CUSTOMERS, seed=14)
    joins = run.encounters.joins
    batches = np.array_split(np.arange(len(joins)), 100)
    levels = [service_level(joins.wait[rows], joins.outcome[rows], 20, "of_arrivals").share for rows in batches]
    allowed = float(student.ppf(1 - 3e-5, 99) * np.std(levels, ddof=1) / 10)
    assert np.mean(levels) == pytest.approx(erlang_c_service_level(100 / 1800, 1 / 180, 14, 20), abs=allowed)


@pytest.mark.parametrize(("arrival", "servers", "room"), [(10.0, 10, 0), (5.0, 5, 0), (0.8, 1, 4)])
def test_erlang_b_loss(arrival: float, servers: int, room: int) -> None:
    """Share blocked = B(a, c) without room to wait; M/M/1/5 at ρ = 0.8 blocks 8.88 %."""
    run = measure(one_station(exponential(1.0), queue_limit=room), servers, (arrival,), count=CUSTOMERS, seed=5)
    process = BirthAndDeath(arrival, 1, servers, states=servers + room + 1)
    truth = float(process.chain.stationary[-1])
    if not room:
        assert truth == pytest.approx(erlang_b(arrival, servers))
    spread = process.sd_per_arrival(truth, per_arrival=(process.number == servers + room).astype(np.float64))
    assert run.share(Outcome.BLOCKED) == pytest.approx(truth, abs=tolerance(spread, len(run.encounters)))


@pytest.mark.parametrize("system", [ErlangA(48, 1, 0.5, 50), ErlangA(8, 1, 0.5, 10), ErlangA(10, 1, 1, 10)])
def test_erlang_a_abandonment(system: ErlangA) -> None:
    """P(wait), P(abandon), E[W] of everyone, and P(abandon) = θ E[W], as in Garnett, Mandelbaum & Reiman 2002."""
    run = measure(
        one_station(exponential(1 / system.service)),
        system.servers,
        (system.arrival,),
        count=CUSTOMERS,
        seed=system.servers,
        mean_patience=1 / system.impatience,
    )
    process = BirthAndDeath(system.arrival, system.service, system.servers, system.impatience)

    spread = process.sd_per_arrival(system.mean_wait, per_time=process.waiting)
    assert run.mean_wait == pytest.approx(system.mean_wait, abs=tolerance(spread, run.joined))

    spread = process.sd_per_arrival(system.abandoning, lost=True)
    assert run.share(Outcome.RENEGED) == pytest.approx(system.abandoning, abs=tolerance(spread, run.joined))

    busy = (process.number >= system.servers).astype(np.float64)
    spread = process.sd_per_arrival(system.waiting, per_arrival=busy)
    assert run.share_waiting == pytest.approx(system.waiting, abs=tolerance(spread, run.joined))

    # θ̂ = P(ab) / E[W]: the difference of the two, per arrival, has a variance of its own.
    spread = process.sd_per_arrival(0.0, per_time=-system.impatience * process.waiting, lost=True)
    difference = run.share(Outcome.RENEGED) - system.impatience * run.mean_wait
    assert difference == pytest.approx(0, abs=tolerance(spread, run.joined))

    worked = np.minimum(process.number, system.servers) / system.servers
    spread = process.sd_per_arrival(system.utilisation / system.arrival, per_time=worked)
    allowed = tolerance(spread, run.joined) * system.arrival
    assert run.encounters.monitors.utilisation[0] == pytest.approx(system.utilisation, abs=allowed)


def test_abandonment_shortens_waits_as_garnett_mandelbaum_and_reiman_found() -> None:
    """50 agents, 48 calls a minute, patience 2 minutes: 3.1 % abandon, waits fall from 20.8 s to 3.7 s."""
    patient = BirthAndDeath(48, 1, 50, states=2000)
    assert 60 * (patient.chain.stationary * patient.waiting).sum() / 48 == pytest.approx(20.83, abs=0.01)
    assert 60 * ErlangA(48, 1, 0.5, 50).mean_wait == pytest.approx(3.709, abs=0.001)


def test_a_crowd_with_unlimited_servers_follows_its_demand_with_a_lag() -> None:
    """M(t)/M/∞ with λ(t) = 20 + 8 sin(2πt/24): m(6) = 27.486859, and the peak comes 0.978 h after that of demand.

    The number is Poisson, and on different days independent but for e^-24: standard error √(m/days).
    """
    day = SinusoidalDemand(20, 8, 2 * np.pi / 24, 1)
    days, warm_up = 250, 2
    luck = np.random.default_rng(6)
    offered = np.cumsum(luck.exponential(1 / 28, int(28 * 24 * (days + warm_up) * 1.02)))
    horizon = 24.0 * (days + warm_up)
    offered = offered[offered < horizon]
    at = offered[luck.random(len(offered)) * 28 < 20 + 8 * np.sin(day.frequency * offered)]  # Lewis & Shedler thinning
    facility = one_station(exponential(1.0))
    state = FacilityState.empty(facility, servers=UNLIMITED, is_open=True)
    _, met = advance(
        facility, state, visits(at, luck.random((len(at), 1)), facility=facility), Roster.unchanged(), horizon + 100
    )

    assert met.wait.max() == 0
    for hour in (6.0, 6.0 + day.lag, 12.0, 18.0 + day.lag):
        moments = 24.0 * np.arange(warm_up, warm_up + days) + hour
        inside = np.searchsorted(np.sort(met.arrived), moments) - np.searchsorted(np.sort(met.ended), moments)
        allowed = 4 * sqrt(day.number(hour) / days)
        assert inside.mean() == pytest.approx(day.number(hour), abs=allowed)
    assert day.number(6.0) == pytest.approx(27.486859, abs=5e-7)
