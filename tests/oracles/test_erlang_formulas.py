"""The oracle formulas themselves, against the published and recomputed tables: an oracle must first be right itself."""

from math import sqrt, tau

import numpy as np
import pytest

from tests.oracles.queueing_formulas import (
    BirthAndDeath,
    ErlangA,
    SinusoidalDemand,
    allen_cunneen,
    cobham,
    cobham_many_servers,
    erlang_b,
    erlang_c,
    erlang_c_mean_wait,
    erlang_c_service_level,
    pollaczek_khinchine,
    priority_chain,
)


@pytest.mark.parametrize(
    ("load", "servers", "blocked"),
    [(1, 1, 0.5), (5, 5, 0.284868), (10, 10, 0.214582), (10, 15, 0.036497), (100, 100, 0.075700), (100, 117, 0.009790)],
)
def test_erlang_b_table(load: float, servers: int, blocked: float) -> None:
    assert erlang_b(load, servers) == pytest.approx(blocked, abs=5e-7)


@pytest.mark.parametrize(
    ("arrival", "servers", "blocked", "waiting", "wait"),
    [
        (0.9, 1, 0.473684, 0.9, 9.0),
        (1.5, 2, 0.310345, 0.642857, 1.285714),
        (8, 10, 0.121661, 0.409180, 0.204590),
    ],
)
def test_erlang_c_table(arrival: float, servers: int, blocked: float, waiting: float, wait: float) -> None:
    assert erlang_b(arrival, servers) == pytest.approx(blocked, abs=5e-7)
    assert erlang_c(arrival, servers) == pytest.approx(waiting, abs=5e-7)
    assert erlang_c_mean_wait(arrival, 1, servers) == pytest.approx(wait, abs=5e-7)


@pytest.mark.parametrize(
    ("agents", "waiting", "seconds", "level"),
    [
        (11, 0.682118, 122.781277, 0.389614),
        (12, 0.449388, 40.444940, 0.640158),
        (13, 0.285270, 17.116227, 0.795595),
        (14, 0.174132, 7.835937, 0.888350),
        (15, 0.102042, 3.673525, 0.941453),
        (16, 0.057340, 1.720210, 0.970560),
    ],
)
def test_call_centre_card(agents: int, waiting: float, seconds: float, level: float) -> None:
    """100 calls in half an hour, 180 s each, answered within 20 s."""
    assert erlang_c(10, agents) == pytest.approx(waiting, abs=5e-7)
    assert erlang_c_mean_wait(100 / 1800, 1 / 180, agents) == pytest.approx(seconds, abs=5e-7)
    assert erlang_c_service_level(100 / 1800, 1 / 180, agents, 20) == pytest.approx(level, abs=5e-7)


def test_big_call_centres_need_fewer_agents_a_call() -> None:
    """The smallest staff that answers 80 % in 20 s; 13 agents show 80 % when rounded and still miss it."""

    def least(calls: int) -> int:
        rate, agents = calls / 1800, calls // 10 + 1
        while erlang_c_service_level(rate, 1 / 180, agents, 20) < 0.8:
            agents += 1
        return agents

    assert [least(calls) for calls in (25, 50, 100, 200, 400)] == [5, 8, 14, 24, 45]


@pytest.mark.parametrize(
    ("system", "waiting", "abandoning", "wait", "utilisation"),
    [
        (ErlangA(48, 1, 0.5, 50), 0.467774, 0.030912, 0.0618245, 0.930324),
        (ErlangA(8, 1, 0.5, 10), 0.317434, 0.038821, 0.0776428, 0.768943),
        (ErlangA(10, 1, 1, 10), 0.542070, 0.125110, 0.125110, 0.874890),
    ],
)
def test_erlang_a_table(system: ErlangA, waiting: float, abandoning: float, wait: float, utilisation: float) -> None:
    assert system.waiting == pytest.approx(waiting, abs=6e-7)
    assert system.abandoning == pytest.approx(abandoning, abs=6e-7)
    assert system.mean_wait == pytest.approx(wait, abs=6e-7)
    assert system.utilisation == pytest.approx(utilisation, abs=6e-7)


@pytest.mark.parametrize("system", [ErlangA(48, 1, 0.5, 50), ErlangA(8, 1, 0.5, 10), ErlangA(10, 1, 1, 10)])
def test_erlang_a_closed_form_agrees_with_its_chain(system: ErlangA) -> None:
    process = BirthAndDeath(system.arrival, system.service, system.servers, system.impatience)
    share = process.chain.stationary
    assert share[system.servers :].sum() == pytest.approx(system.waiting, abs=1e-12)
    assert (share * process.waiting).sum() / system.arrival == pytest.approx(system.mean_wait, abs=1e-12)


def test_room_for_five_blocks_nine_percent() -> None:
    """M/M/1/5 at ρ = 0.8."""
    assert BirthAndDeath(0.8, 1, 1, states=6).chain.stationary[-1] == pytest.approx(0.0888195, abs=5e-8)


def test_pollaczek_khinchine_table() -> None:
    assert [pollaczek_khinchine(0.8, 1, scv) for scv in (0, 1, 2.25)] == pytest.approx([2, 4, 6.5])
    assert pollaczek_khinchine(0.5, 1.5, 0.5) == pytest.approx(3.375)


def test_cobham_table() -> None:
    assert cobham([0.3, 0.5], [1, 1], [2, 2]) == pytest.approx([1.142857, 5.714286], abs=5e-7)
    assert cobham([0.2, 0.3, 0.3], [1, 1, 1], [2, 2, 2]) == pytest.approx([1, 2, 8])
    assert cobham([0.4, 0.2], [0.5, 2], [0.5, 8]) == pytest.approx([1.125, 2.8125])
    assert cobham_many_servers([0.3, 0.5], 1, 1) == pytest.approx(cobham([0.3, 0.5], [1, 1], [2, 2]))


def test_priorities_only_redistribute_waiting() -> None:
    """Kleinrock's conservation law: the rate-weighted mean is that of first come, first served."""
    waits = cobham([0.3, 0.5], [1, 1], [2, 2])
    assert (0.3 * waits[0] + 0.5 * waits[1]) / 0.8 == pytest.approx(pollaczek_khinchine(0.8, 1, 1))


@pytest.mark.parametrize(
    ("case", "wait"),
    [
        ((8, 1, 10, 1, 0.5), 0.153443),
        ((8, 1, 10, 1, 2), 0.306885),
        ((1.5, 1, 2, 1, 0), 0.642857),
        ((1.5, 1, 2, 1, 2.25), 2.089286),
        ((4, 1, 5, 0.5, 1.5), 0.554113),
    ],
)
def test_allen_cunneen_table(case: tuple[float, float, int, float, float], wait: float) -> None:
    assert allen_cunneen(*case) == pytest.approx(wait, abs=6e-7)


def test_the_crowd_lags_behind_demand() -> None:
    day = SinusoidalDemand(20, 8, tau / 24, 1)
    assert day.amplitude == pytest.approx(7.739178, abs=5e-7)
    assert day.lag == pytest.approx(0.978050, abs=5e-7)
    assert day.number(6) == pytest.approx(27.486859, abs=5e-7)


def test_variance_of_the_mean_wait_is_daleys() -> None:
    """σ² = ρ(2 + 5ρ - 4ρ² + ρ³) / (1 - ρ)⁴ = 1976 at ρ = 0.8 (Daley; Whitt 1989)."""
    process = BirthAndDeath(0.8, 1, 1, states=600)
    assert process.sd_per_arrival(4.0, per_time=process.waiting) ** 2 == pytest.approx(1976, rel=1e-6)


def test_variance_of_the_number_in_system_is_whitts() -> None:
    """2ρ(1 + ρ) / (1 - ρ)⁴ = 1800 at ρ = 0.8."""
    process = BirthAndDeath(0.8, 1, 1, states=600)
    mean, variance = process.chain.mean_and_variance(process.number, np.zeros(3 * process.states))
    assert mean == pytest.approx(4, rel=1e-9)
    assert variance == pytest.approx(1800, rel=1e-6)


def test_priority_chain_agrees_with_cobham() -> None:
    for arrivals, servers in (((0.3, 0.5), 1), ((3.0, 5.0), 10)):
        system = priority_chain(arrivals, 1.0, servers, (25, 120))
        lengths = (system.chain.stationary * system.waiting).sum(axis=1)
        truth = cobham_many_servers(arrivals, 1.0, servers)
        assert lengths / np.array(arrivals) == pytest.approx(truth, rel=1e-6)


def test_a_class_alone_has_the_variance_of_a_queue_alone() -> None:
    alone = priority_chain((1e-9, 0.8), 1.0, 1, (2, 300))
    assert alone.sd_of_wait(1, 4.0) == pytest.approx(sqrt(1976), rel=1e-4)
