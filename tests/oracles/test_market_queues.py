"""Erlang C, Erlang A and Cobham out of a scenario file: Poisson arrivals because many people each come rarely.

Tolerances are four standard errors from the variance of the Markov chain itself (Whitt 1992), plus what a finite
population takes away from the variability of arrivals.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from tests.oracles.market_runs import STANDARD_ERRORS, arrival_rate, regularity, run, visits_to
from tests.oracles.queueing_formulas import (
    BirthAndDeath,
    ErlangA,
    cobham_many_servers,
    erlang_c,
    erlang_c_mean_wait,
    erlang_c_service_level,
    priority_chain,
)

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("station", "servers", "mean"), [("hall", 10, 6.0), ("kiosk", 2, 1.2)])
def test_erlang_c_delay_of_a_station_in_a_scenario_file(station: str, servers: int, mean: float) -> None:
    """P(wait) = C, Wq = C/(cμ - λ), and the standard kept by 1 - C exp(-(cμ - λ)T)."""
    document, result = run("erlang-c", "open")
    arrival = arrival_rate(document, station)
    visits = visits_to(result, f"{station} at {station}")
    chain = BirthAndDeath(arrival, 1 / mean, servers)
    errors = STANDARD_ERRORS / sqrt(len(visits))

    waiting = erlang_c(arrival * mean, servers)
    spread = chain.sd_per_arrival(waiting, per_arrival=(chain.number >= servers).astype(np.float64))
    allowed = errors * spread + regularity(document) * waiting
    assert np.mean(visits["wait"] > 0) == pytest.approx(waiting, abs=allowed)

    wait = erlang_c_mean_wait(arrival, 1 / mean, servers)
    spread = chain.sd_per_arrival(wait, per_time=chain.waiting)
    assert visits["wait"].mean() == pytest.approx(wait, abs=errors * spread + regularity(document) * wait)

    # Whoever finds k ≥ c ahead waits k - c + 1 service completions: the chance that these take at most T is known.
    kept = erlang_c_service_level(arrival, 1 / mean, servers, 2.0)
    ahead = np.maximum(chain.number - servers + 1, 0)
    late = _poisson_below(ahead, 2.0 * servers / mean)
    spread = chain.sd_per_arrival(1 - kept, per_arrival=late) + sqrt(kept * (1 - kept))
    measured = result.value(f"standard_{station}")
    assert measured == pytest.approx(kept, abs=errors * spread + regularity(document) * (1 - kept))


def _poisson_below(counts: np.ndarray, mean: float) -> np.ndarray:
    """P(N < count) for N Poisson of this mean, one a count."""
    terms = np.exp(-mean) * np.cumprod(np.concatenate([[1.0], mean / np.arange(1, int(counts.max()) + 1)]))
    return np.concatenate([[0.0], np.cumsum(terms)])[counts.astype(np.int64)]


@pytest.mark.parametrize(
    ("need", "station", "servers", "mean"), [("call", "agents", 10, 4.8), ("claim", "experts", 2, 3.0)]
)
def test_erlang_a_abandonment_of_a_station_in_a_scenario_file(
    need: str, station: str, servers: int, mean: float
) -> None:
    """P(wait), P(abandon) and E[W] of everyone, served or not; P(abandon) = θ E[W]."""
    document, result = run("erlang-a", "impatient")
    system = ErlangA(arrival_rate(document, need), 1 / mean, 1 / 9.6, servers)
    visits = visits_to(result, f"{need} at {station}")
    chain = BirthAndDeath(system.arrival, system.service, servers, system.impatience)
    errors = STANDARD_ERRORS / sqrt(len(visits))
    loss = regularity(document)

    spread = chain.sd_per_arrival(system.waiting, per_arrival=(chain.number >= servers).astype(np.float64))
    assert np.mean(visits["wait"] > 0) == pytest.approx(system.waiting, abs=errors * spread + loss * system.waiting)

    spread = chain.sd_per_arrival(system.abandoning, lost=True)
    lost = np.mean(visits["outcome"] == "reneged")
    assert lost == pytest.approx(system.abandoning, abs=errors * spread + loss * system.abandoning)

    spread = chain.sd_per_arrival(system.mean_wait, per_time=chain.waiting)
    wait = visits["wait"].mean()
    assert wait == pytest.approx(system.mean_wait, abs=errors * spread + loss * system.mean_wait)

    spread = chain.sd_per_arrival(0.0, per_time=-system.impatience * chain.waiting, lost=True)
    assert lost - system.impatience * wait == pytest.approx(0.0, abs=errors * spread)


def test_without_patience_nobody_abandons_and_waits_are_those_of_erlang_c() -> None:
    """The mutation: it is losing patience that keeps the line short."""
    document, result = run("erlang-a", "patient")
    arrival = arrival_rate(document, "call")
    visits = visits_to(result, "call at agents")
    assert not np.any(visits["outcome"] == "reneged")
    wait = erlang_c_mean_wait(arrival, 1 / 4.8, 10)
    chain = BirthAndDeath(arrival, 1 / 4.8, 10)
    spread = chain.sd_per_arrival(wait, per_time=chain.waiting)
    allowed = STANDARD_ERRORS * spread / sqrt(len(visits)) + regularity(document) * wait
    assert visits["wait"].mean() == pytest.approx(wait, abs=allowed)
    assert wait - allowed > ErlangA(arrival, 1 / 4.8, 1 / 9.6, 10).mean_wait


def test_cobham_waits_of_two_tiers_at_one_counter_in_a_scenario_file() -> None:
    """W_k = C/(cμ) / ((1 - σ_{k-1})(1 - σ_k)), non-preemptive, two servers."""
    document, result = run("cobham", "gold-first")
    shares = [segment.share for segment in document.market.segments.values()]
    arrivals = [arrival_rate(document, "errand", share) for share in shares]
    expected = cobham_many_servers(arrivals, 1 / 0.72, 2)
    chain = priority_chain((arrivals[0], arrivals[1]), 1 / 0.72, 2, (40, 80))
    visits = visits_to(result, "errand at counter")
    golden = visits["customer"] < document.market.segment_sizes()["gold"]
    for klass, mine in enumerate((visits[golden], visits[~golden])):
        allowed = STANDARD_ERRORS * chain.sd_of_wait(klass, expected[klass]) / sqrt(len(mine))
        allowed += regularity(document) * expected[klass]
        assert mine["wait"].mean() == pytest.approx(expected[klass], abs=allowed)


def test_without_priority_both_tiers_wait_alike_and_the_mean_is_conserved() -> None:
    """Kleinrock's conservation law: who goes first changes whose wait it is, not how much waiting there is."""
    document, one_line = run("cobham", "one-line")
    _, gold_first = run("cobham", "gold-first")
    arrival = arrival_rate(document, "errand")
    wait = erlang_c_mean_wait(arrival, 1 / 0.72, 2)
    chain = BirthAndDeath(arrival, 1 / 0.72, 2)
    visits = visits_to(one_line, "errand at counter")
    golden = visits["customer"] < document.market.segment_sizes()["gold"]
    for mine in (visits[golden], visits[~golden]):
        # The share of a class sees the same crowd, with its own sampling on top.
        spread = chain.sd_per_arrival(wait, per_time=chain.waiting)
        allowed = STANDARD_ERRORS * spread / sqrt(len(mine)) + regularity(document) * wait
        assert mine["wait"].mean() == pytest.approx(wait, abs=allowed)
    # Service times belong to visits, so serving others first moves the total a little, by the chance of two runs.
    spread = chain.sd_per_arrival(wait, per_time=chain.waiting)
    allowed = STANDARD_ERRORS * spread * sqrt(2 / len(visits))
    assert visits_to(gold_first, "errand at counter")["wait"].mean() == pytest.approx(
        visits["wait"].mean(), abs=allowed
    )
