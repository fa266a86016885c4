"""Bass diffusion of agents on networks against exact results: pairs, the ring, perfect mixing, and what lies between.

Agents adopt with hazard p + q·share of their contacts. Fibich & Gibori (2010): ring F = 1 - exp(-(p+q)t + (q/p)(1 -
e^{-pt})). Fibich & Levin: every network lies between isolated pairs and the complete graph.
"""

import numpy as np
import pytest

from sim import network
from sim.behaviour import word_of_mouth
from sim.behaviour.dimensions import Floats, Integers
from sim.network import Network
from sim.scale_free import scale_free, scale_free_uniforms

P, Q, STEP = 0.03, 0.38, 0.02
PAIRS = {5: 0.206717, 10: 0.405568}
RING = {5: 0.248463, 10: 0.558259}
COMPLETE = {5: 0.331199, 10: 0.812803}


def tolerance(customers: int) -> float:
    """Three standard deviations of the share adopted, .94/√m at the most, and the bias of the step: at .1 of a year it
    is 2.6 % of a third at t = 5 and falls in proportion to the step."""
    return 3.0 * 0.94 / np.sqrt(customers) + 0.0084 * STEP / 0.1


def adopted(contacts: Network, seed: int) -> dict[int, float]:
    """Share adopted after 5 and 10 years."""
    generator = np.random.default_rng(seed)
    have = np.zeros(contacts.size, dtype=np.bool_)
    shares = {}
    for i in range(1, round(10 / STEP) + 1):
        rate = word_of_mouth.bass_hazard(contacts.share_of_neighbours(have), innovation=P, imitation=Q)
        have |= generator.random(contacts.size) < word_of_mouth.chance_within(rate, elapsed=STEP)
        if i in (round(5 / STEP), round(10 / STEP)):
            shares[round(i * STEP)] = float(np.mean(have))
    return shares


def pairs(size: int) -> Network:
    left: Integers = np.arange(0, size, 2)
    return network.from_edges(size=size, first=left, second=left + 1)


def small_world(size: int, degree: int, rewire: float) -> Network:
    uniforms: Floats = np.random.default_rng(1998).random(network.small_world_uniforms(size=size, degree=degree))
    return network.small_world(size=size, degree=degree, rewire=rewire, uniforms=uniforms)


@pytest.mark.parametrize(
    ("contacts", "exact"),
    [(pairs(20_000), PAIRS), (small_world(20_000, 2, 0.0), RING), (network.complete(20_000), COMPLETE)],
    ids=["pairs", "ring", "complete"],
)
def test_agents_adopt_as_the_closed_form_says(contacts: Network, exact: dict[int, float]) -> None:
    assert adopted(contacts, seed=1969) == pytest.approx(exact, abs=tolerance(contacts.size))


@pytest.mark.parametrize("rewire", [0.0, 0.1, 1.0])
def test_a_small_world_adopts_faster_than_pairs_and_slower_than_perfect_mixing(rewire: float) -> None:
    shares = adopted(small_world(20_000, 4, rewire), seed=2010)
    for year, share in shares.items():
        assert PAIRS[year] - tolerance(20_000) < share < COMPLETE[year] + tolerance(20_000)


def test_shortcuts_speed_diffusion_up() -> None:
    # The ring of four neighbours and its random counterpart differ at t = 10 by far more than the tolerance of both.
    ring = adopted(small_world(20_000, 4, 0.0), seed=2010)[10]
    rewired = adopted(small_world(20_000, 4, 1.0), seed=2010)[10]
    assert rewired - ring > 2.0 * tolerance(20_000)


@pytest.mark.parametrize("ties", [1, 2, 4])
def test_a_scale_free_network_adopts_faster_than_pairs_and_slower_than_perfect_mixing(ties: int) -> None:
    luck = np.random.default_rng(1999).random(scale_free_uniforms(size=20_000, ties=ties))
    shares = adopted(scale_free(size=20_000, ties=ties, uniforms=luck), seed=2010)
    for year, share in shares.items():
        assert PAIRS[year] - tolerance(20_000) < share < COMPLETE[year] + tolerance(20_000)
