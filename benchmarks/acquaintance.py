"""Building the network of acquaintances: ours against networkx, and a million customers at once."""

import time

import networkx

from benchmarks.timing import Pairs, interleaved
from sim.network import Network, small_world, small_world_uniforms
from sim.streams import Streams

DEGREE = 8
REWIRE = 0.1


def build(customers: int) -> Network:
    """A small world of the product, its random numbers included."""
    uniforms = Streams(seed=1, replication=0).numbers("network", small_world_uniforms(size=customers, degree=DEGREE))
    return small_world(size=customers, degree=DEGREE, rewire=REWIRE, uniforms=uniforms)


def build_with_networkx(customers: int) -> list[list[int]]:
    """The same kind of network as lists of neighbours."""
    graph = networkx.watts_strogatz_graph(customers, DEGREE, REWIRE, seed=1)
    return [list(graph[customer]) for customer in range(customers)]


def compare(customers: int, pairs: int = 5) -> Pairs:
    """Times of both ways for one size."""
    return interleaved(lambda: build_with_networkx(customers), lambda: build(customers), pairs)


def seconds_for(customers: int) -> float:
    """Wall seconds to build one network of this size."""
    start = time.perf_counter()
    network = build(customers)
    seconds = time.perf_counter() - start
    if abs(network.mean_degree() - DEGREE) > 1e-12:
        raise AssertionError(f"mean degree {network.mean_degree()} instead of {DEGREE}")
    return seconds
