"""The network of contacts on small cases that can be drawn by hand, its errors, and its speed at full size."""

import time

import networkx
import numpy as np
import pytest

from sim import network
from sim.network import Network
from sim.scale_free import scale_free, scale_free_uniforms


def drawn(size: int, degree: int, rewire: float, seed: int = 4) -> Network:
    uniforms = np.random.default_rng(seed).random(network.small_world_uniforms(size=size, degree=degree))
    return network.small_world(size=size, degree=degree, rewire=rewire, uniforms=uniforms)


@pytest.fixture
def square_with_a_tail() -> Network:
    """0-1-2-3-0 is a square, 4 hangs on 0, 5 knows nobody."""
    return network.from_edges(size=6, first=np.array([0, 2, 2, 3, 4]), second=np.array([1, 1, 3, 0, 0]))


def test_neighbours_come_in_rising_order_beside_whose_they_are(square_with_a_tail: Network) -> None:
    positions, neighbours = square_with_a_tail.neighbours_of(np.array([0, 5, 2, 0]))
    assert positions.tolist() == [0, 0, 0, 2, 2, 3, 3, 3]
    assert neighbours.tolist() == [1, 3, 4, 1, 3, 1, 3, 4]


def test_degrees_count_the_neighbours(square_with_a_tail: Network) -> None:
    assert square_with_a_tail.degrees().tolist() == [3, 2, 2, 2, 1, 0]
    assert square_with_a_tail.mean_degree() == pytest.approx(10 / 6)


def test_share_of_neighbours_in_a_state(square_with_a_tail: Network) -> None:
    informed = np.array([False, True, False, False, True, True])
    assert square_with_a_tail.share_of_neighbours(informed) == pytest.approx([2 / 3, 0.0, 0.5, 0.0, 0.0, 0.0])


def test_each_neighbour_is_picked_as_often_as_the_others(square_with_a_tail: Network) -> None:
    uniforms = (np.arange(300) + 0.5) / 300
    picked = square_with_a_tail.pick(np.zeros(300, dtype=np.int64), uniforms)
    assert np.bincount(picked).tolist() == [0, 100, 0, 100, 100]


def test_who_knows_nobody_picks_nobody(square_with_a_tail: Network) -> None:
    assert square_with_a_tail.pick(np.array([5, 4]), np.array([0.5, 0.5])).tolist() == [-1, 0]


def test_on_the_complete_network_everybody_but_oneself_is_picked_alike() -> None:
    everyone = network.complete(5)
    picked = everyone.pick(np.full(400, 2), (np.arange(400) + 0.5) / 400)
    assert np.bincount(picked, minlength=5).tolist() == [100, 100, 0, 100, 100]


def test_on_the_complete_network_a_share_leaves_oneself_out() -> None:
    everyone = network.complete(5)
    assert everyone.share_of_neighbours(np.array([True, True, False, False, False])) == pytest.approx(
        [0.25, 0.25, 0.5, 0.5, 0.5]
    )
    assert everyone.degrees().tolist() == [4] * 5
    assert everyone.mean_degree() == 4.0
    assert everyone.clustering(np.array([0])) == 1.0
    assert everyone.path_length(np.array([0])) == 1.0


def test_the_complete_network_has_no_rows_to_list() -> None:
    with pytest.raises(ValueError, match="everybody is a neighbour of everybody"):
        network.complete(5).neighbours_of(np.array([0]))


def test_a_lone_customer_and_an_empty_market_know_nobody() -> None:
    assert network.complete(1).pick(np.array([0]), np.array([0.5])).tolist() == [-1]
    assert network.complete(1).share_of_neighbours(np.array([True])).tolist() == [0.0]
    nobody = network.from_edges(size=0, first=np.zeros(0, dtype=np.int64), second=np.zeros(0, dtype=np.int64))
    assert nobody.share_of_neighbours(np.zeros(0, dtype=np.bool_)).tolist() == []


def test_without_rewiring_a_small_world_is_a_ring_of_the_nearest() -> None:
    ring = drawn(10, 4, 0.0)
    positions, neighbours = ring.neighbours_of(np.array([0]))
    assert neighbours.tolist() == [1, 2, 8, 9]
    assert positions.tolist() == [0, 0, 0, 0]
    assert ring.degrees().tolist() == [4] * 10


def test_clustering_of_the_ring_is_that_of_watts_and_strogatz_1998() -> None:
    # C(0) = 3(k - 2) / 4(k - 1) for degree k.
    for degree in (4, 8):
        expected = 3 * (degree - 2) / (4 * (degree - 1))
        assert drawn(200, degree, 0.0).clustering(np.arange(200)) == pytest.approx(expected, abs=1e-12)


def test_path_length_of_the_ring_is_its_size_over_twice_its_degree() -> None:
    # From any customer, steps of degree/2 places: distances 1..n/k, each k times, with n - 1 divisible by k.
    ring = drawn(401, 4, 0.0)
    assert ring.path_length(np.array([0, 7])) == pytest.approx(np.mean(np.arange(1, 101)), abs=1e-12)


def test_few_shortcuts_shorten_paths_much_and_hardly_touch_clustering() -> None:
    everyone = np.arange(1000)
    ring, small = drawn(1000, 10, 0.0), drawn(1000, 10, 0.01)
    assert small.path_length(everyone) < 0.5 * ring.path_length(everyone)
    assert small.clustering(everyone) > 0.9 * ring.clustering(everyone)


def test_measures_agree_with_networkx(square_with_a_tail: Network) -> None:
    for contacts in (drawn(300, 6, 0.2), square_with_a_tail):
        positions, neighbours = contacts.neighbours_of(np.arange(contacts.size))
        twin = networkx.Graph()
        twin.add_nodes_from(range(contacts.size))
        twin.add_edges_from(zip(positions.tolist(), neighbours.tolist(), strict=True))
        assert contacts.clustering(np.arange(contacts.size)) == pytest.approx(networkx.average_clustering(twin))
        steps = [
            length
            for _, reached in networkx.all_pairs_shortest_path_length(twin)
            for length in reached.values()
            if length > 0
        ]
        assert contacts.path_length(np.arange(contacts.size)) == pytest.approx(np.mean(steps))


def test_nobody_reached_has_no_path_length(square_with_a_tail: Network) -> None:
    assert np.isnan(square_with_a_tail.path_length(np.array([5])))


@pytest.mark.parametrize(
    ("first", "second", "complaint"),
    [([0], [0], "two different"), ([0, 1], [1, 0], "only once"), ([0], [3], "of the network"), ([-1], [1], "of the")],
)
def test_an_impossible_edge_is_refused(first: list[int], second: list[int], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        network.from_edges(size=3, first=np.array(first), second=np.array(second))


@pytest.mark.parametrize(
    ("size", "degree", "rewire", "complaint"),
    [(10, 3, 0.1, "even degree"), (10, 0, 0.1, "even degree"), (4, 4, 0.1, "even degree"), (10, 4, 1.5, "rewired")],
)
def test_an_impossible_small_world_is_refused(size: int, degree: int, rewire: float, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        network.small_world(size=size, degree=degree, rewire=rewire, uniforms=np.full(size * degree, 0.5))


def test_a_small_world_asks_for_exactly_its_uniforms() -> None:
    with pytest.raises(ValueError, match="uniforms"):
        network.small_world(size=10, degree=4, rewire=0.1, uniforms=np.full(39, 0.5))


def test_a_complete_network_of_negative_size_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        network.complete(-1)


@pytest.mark.slow
def test_a_million_customers_of_degree_eight_are_joined_in_ten_seconds() -> None:
    uniforms = np.random.default_rng(8).random(network.small_world_uniforms(size=1_000_000, degree=8))
    start = time.process_time()
    contacts = network.small_world(size=1_000_000, degree=8, rewire=0.1, uniforms=uniforms)
    assert time.process_time() - start < 10.0
    assert contacts.mean_degree() == 8.0


def hubs(size: int, ties: int, seed: int = 3) -> Network:
    uniforms = np.random.default_rng(seed).random(scale_free_uniforms(size=size, ties=ties))
    return scale_free(size=size, ties=ties, uniforms=uniforms)


def test_degrees_of_a_scale_free_network_follow_barabasi_and_albert() -> None:
    """P(k) = 2m(m + 1) / (k(k + 1)(k + 2)) for k ≥ m (Dorogovtsev, Mendes & Samukhin 2000), each share binomial."""
    size, ties = 40_000, 3
    degrees = hubs(size, ties).degrees()
    for degree in range(ties, 12):
        expected = 2 * ties * (ties + 1) / (degree * (degree + 1) * (degree + 2))
        band = 4.0 * np.sqrt(expected * (1.0 - expected) / size)
        assert np.mean(degrees == degree) == pytest.approx(expected, abs=band), degree


def test_few_know_very_many_as_in_networkx() -> None:
    """The exponent of the tail is near 3 for both, and the largest hub grows with the root of the size."""
    ours = hubs(20_000, 4)
    theirs = networkx.barabasi_albert_graph(20_000, 4, seed=9)
    first, second = (np.array(ends, dtype=np.int64) for ends in zip(*theirs.edges(), strict=True))
    twin = network.from_edges(size=20_000, first=first, second=second)
    assert ours.degree_exponent() == pytest.approx(twin.degree_exponent(), abs=0.2)
    assert ours.degree_exponent() == pytest.approx(3.0, abs=0.3)
    assert ours.degrees().max() > 10 * ours.mean_degree()
    assert drawn(20_000, 8, 1.0).degrees().max() < 4 * ours.mean_degree()


def test_hubs_stand_anywhere_in_the_market() -> None:
    """Who joins first is chance: the hubs are not the first rows, which are the first segment."""
    degrees = hubs(20_000, 4).degrees()
    assert np.mean(np.argsort(degrees)[-200:]) == pytest.approx(10_000, abs=4 * 20_000 / np.sqrt(12 * 200))


def test_alike_degrees_have_no_exponent() -> None:
    assert np.isnan(drawn(100, 4, 0.0).degree_exponent())
    assert np.isnan(network.complete(5).degree_exponent())


@pytest.mark.parametrize(("size", "ties"), [(4, 4), (4, 0)])
def test_an_impossible_scale_free_network_is_refused(size: int, ties: int) -> None:
    with pytest.raises(ValueError, match="fewer than there are people"):
        scale_free(size=size, ties=ties, uniforms=np.zeros(0))


def test_a_strong_tie_is_strong_from_both_ends() -> None:
    contacts = network.from_edges(
        size=4, first=np.array([0, 1, 2]), second=np.array([1, 2, 3]), strong=np.array([True, False, True])
    )
    picked, strong = contacts.pick_ties(np.array([0, 1, 1, 2, 2, 3]), np.array([0.5, 0.1, 0.9, 0.1, 0.9, 0.5]))
    assert picked.tolist() == [1, 0, 2, 1, 3, 2]
    assert strong.tolist() == [True, True, False, False, True, True]
    weak, close = contacts.neighbours_in(np.array([True, True, True, False]))
    assert weak.tolist() == [0, 1, 1, 0]
    assert close.tolist() == [1, 1, 0, 1]
    assert [column.tolist() for column in contacts.edges()] == [[0, 1, 2], [1, 2, 3], [True, False, True]]


@pytest.mark.slow
def test_a_million_customers_of_a_scale_free_network_are_joined_in_ten_seconds() -> None:
    start = time.process_time()
    contacts = hubs(1_000_000, 4)
    assert time.process_time() - start < 10.0
    assert contacts.mean_degree() == pytest.approx(8.0, abs=0.01)
