"""Any network of contacts: mutual, without loops or repeats, of the degree asked for; and diffusion over it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim import network
from sim.behaviour import word_of_mouth
from sim.behaviour.dimensions import Flags
from sim.network import Network
from sim.scale_free import scale_free, scale_free_uniforms


@st.composite
def small_worlds(draw: st.DrawFn) -> Network:
    degree = 2 * draw(st.integers(1, 4))
    size = draw(st.integers(degree + 1, 60))
    seed = draw(st.integers(0, 2**32 - 1))
    uniforms = np.random.default_rng(seed).random(network.small_world_uniforms(size=size, degree=degree))
    return network.small_world(size=size, degree=degree, rewire=draw(st.floats(0.0, 1.0)), uniforms=uniforms)


@st.composite
def networks(draw: st.DrawFn) -> Network:
    if draw(st.booleans()):
        return draw(small_worlds())
    ties = draw(st.integers(1, 4))
    size = draw(st.integers(ties + 1, 60))
    luck = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return scale_free(size=size, ties=ties, uniforms=luck.random(scale_free_uniforms(size=size, ties=ties)))


@given(networks())
def test_acquaintance_is_mutual_and_never_with_oneself_and_never_twice(contacts: Network) -> None:
    rows, neighbours = contacts.neighbours_of(np.arange(contacts.size))
    known = set(zip(rows.tolist(), neighbours.tolist(), strict=True))
    assert len(known) == len(rows)
    assert all(one != other for one, other in known)
    assert all((other, one) in known for one, other in known)


@given(small_worlds())
def test_rewiring_keeps_the_number_of_acquaintances(contacts: Network) -> None:
    degree = contacts.mean_degree()
    assert degree == round(degree)
    assert degree % 2 == 0
    assert contacts.degrees().sum() == contacts.size * degree
    # Only the far end of an edge moves: everyone keeps the half of the edges that begin with them.
    assert contacts.degrees().min() >= degree / 2


@given(networks(), st.integers(0, 2**32 - 1))
def test_a_picked_contact_is_one_of_the_contacts(contacts: Network, seed: int) -> None:
    everyone = np.arange(contacts.size)
    picked = contacts.pick(everyone, np.random.default_rng(seed).random(contacts.size))
    rows, neighbours = contacts.neighbours_of(everyone)
    known = set(zip(rows.tolist(), neighbours.tolist(), strict=True))
    assert all(pair in known for pair in zip(everyone.tolist(), picked.tolist(), strict=True))


@given(networks(), st.integers(0, 2**32 - 1))
def test_the_share_of_neighbours_is_their_mean(contacts: Network, seed: int) -> None:
    informed = np.random.default_rng(seed).random(contacts.size) < 0.4
    shares = contacts.share_of_neighbours(informed)
    for row in range(contacts.size):
        _, neighbours = contacts.neighbours_of(np.array([row]))
        assert shares[row] == np.mean(informed[neighbours])


def adopters(contacts: Network, innovation: float, imitation: float, seed: int) -> Flags:
    generator = np.random.default_rng(seed)
    have = np.zeros(contacts.size, dtype=np.bool_)
    for _ in range(30):
        rate = word_of_mouth.bass_hazard(contacts.share_of_neighbours(have), innovation=innovation, imitation=imitation)
        have |= generator.random(contacts.size) < word_of_mouth.chance_within(rate, elapsed=0.2)
    return have


@given(small_worlds(), st.floats(0.01, 0.2), st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.integers(0, 2**32 - 1))
def test_with_the_same_luck_more_imitation_loses_no_adopter(
    contacts: Network, innovation: float, imitation: float, more: float, seed: int
) -> None:
    fewer = adopters(contacts, innovation, imitation, seed)
    assert np.all(adopters(contacts, innovation, imitation + more, seed)[fewer])
