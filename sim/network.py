"""Who talks to whom: an undirected network of customers as compressed sparse rows.

A size, a degree and uniforms go in; a `Network` comes out that gives neighbours of many customers at once, picks one of
them, and says which share of each customer's contacts is in some state. The complete network, in which everybody knows
everybody, stores no rows: it is the mean-field baseline.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from sim.behaviour.dimensions import Flags, Floats, Integers


@dataclass(frozen=True, slots=True)
class Network:
    """`size` customers; the neighbours of customer i are `indices[indptr[i]:indptr[i + 1]]`, in rising order.

    Symmetric, without loops or repeated edges. When `complete`, both arrays are empty and every other customer is a
    neighbour. `strong` says of each neighbour whether the tie is a strong one; None where all ties are alike.
    """

    size: int
    indptr: Integers
    indices: NDArray[np.int32]
    complete: bool
    strong: Flags | None = None

    def degrees(self) -> Integers:
        """Number of neighbours of each customer, (size,)."""
        if self.complete:
            return np.full(self.size, self.size - 1, dtype=np.int64)
        return np.diff(self.indptr)

    def mean_degree(self) -> float:
        """Mean number of neighbours."""
        return float(self.size - 1) if self.complete else len(self.indices) / self.size

    def neighbours_of(self, rows: Integers) -> tuple[Integers, NDArray[np.int32]]:
        """Every neighbour of the k customers in `rows`: positions in `rows` and, beside them, the neighbours' ids.

        Raises ValueError on a complete network, whose neighbours are everybody: use `pick` or `share_of_neighbours`.
        """
        if self.complete:
            raise ValueError("a complete network has no rows: everybody is a neighbour of everybody")
        starts = self.indptr[rows]
        counts = self.indptr[rows + 1] - starts
        positions = np.repeat(np.arange(len(rows), dtype=np.int64), counts)
        before = np.cumsum(counts) - counts
        within = np.arange(len(positions), dtype=np.int64) - np.repeat(before, counts)
        return positions, self.indices[np.repeat(starts, counts) + within]

    def pick(self, rows: Integers, uniforms: Floats) -> Integers:
        """One neighbour, each as likely, of each customer in `rows`, (k,), from one uniform in (0, 1) each.

        -1 for a customer without neighbours.
        """
        return self.pick_ties(rows, uniforms)[0]

    def pick_ties(self, rows: Integers, uniforms: Floats) -> tuple[Integers, Flags]:
        """The same, and beside each neighbour whether the tie to them is a strong one, (k,) each."""
        picked, strong = np.full(len(rows), -1, dtype=np.int64), np.ones(len(rows), np.bool_)
        if self.complete:
            return (picked if self.size < 2 else _another(rows, uniforms, self.size)), strong
        starts = self.indptr[rows]
        counts = self.indptr[rows + 1] - starts
        known = counts > 0
        step = np.minimum((uniforms * counts).astype(np.int64), counts - 1)
        places = (starts + step)[known]
        picked[known] = self.indices[places]
        if self.strong is not None:
            strong[known] = self.strong[places]
        return picked, strong

    def edges(self) -> tuple[Integers, Integers, Flags]:
        """Every edge once: its lower end, its higher end, and whether it is strong, (m,) each, in rising order."""
        rows = np.repeat(np.arange(self.size, dtype=np.int64), np.diff(self.indptr))
        once = rows < self.indices
        strong = np.ones(len(self.indices), np.bool_) if self.strong is None else self.strong
        return rows[once], self.indices[once].astype(np.int64), strong[once]

    def neighbours_in(self, state: Flags) -> tuple[Integers, Integers]:
        """How many of each customer's neighbours over weak ties, and over strong ties, are in `state`, (size,) each."""
        if self.complete:
            others = np.count_nonzero(state) - state.astype(np.int64)
            return np.zeros(self.size, np.int64), others
        there = state[self.indices]
        everyone = self._added_up(there)
        if self.strong is None:
            return np.zeros(self.size, np.int64), everyone
        close = self._added_up(there & self.strong)
        return everyone - close, close

    def _added_up(self, flags: Flags) -> Integers:
        running = np.concatenate(([0], np.cumsum(flags, dtype=np.int64)))
        return np.asarray(running[self.indptr[1:]] - running[self.indptr[:-1]])

    def share_of_neighbours(self, state: Flags) -> Floats:
        """Share (0-1) of each customer's neighbours that are in `state`, (size,); 0 without neighbours."""
        if self.complete:
            others = np.count_nonzero(state) - state.astype(np.float64)
            return np.asarray(others / max(self.size - 1, 1))
        return np.asarray(self._added_up(state[self.indices]) / np.maximum(self.degrees(), 1))

    def clustering(self, rows: Integers) -> float:
        """Mean share, over `rows`, of the pairs of neighbours that know each other. Watts & Strogatz (1998).

        A customer with fewer than two neighbours counts as 0.
        """
        if self.complete:
            return 1.0 if self.size > 2 else 0.0
        graph = self._matrix()
        some = graph[rows]
        ordered_pairs = np.asarray((some @ graph).multiply(some).sum(axis=1)).ravel()
        degrees = np.diff(some.indptr)
        possible = degrees * (degrees - 1)
        return float(np.mean(ordered_pairs / np.maximum(possible, 1)))

    def path_length(self, sources: Integers) -> float:
        """Mean number of steps from `sources` to every other customer they can reach; NaN if they reach nobody."""
        if self.complete:
            return 1.0 if self.size > 1 else float("nan")
        steps = csgraph.shortest_path(self._matrix(), unweighted=True, indices=sources)
        reached = steps[np.isfinite(steps) & (steps > 0)]
        return float(np.mean(reached)) if len(reached) else float("nan")

    def degree_exponent(self) -> float:
        """Exponent γ of P(k) ∝ k^-γ over the tenth of customers with most ties; NaN where all have the same.

        Clauset, Shalizi & Newman (2009), eq. 3.7: γ = 1 + n / Σ ln(k / (k_min - ½)). A scale-free network of Barabási &
        Albert has 3; it says little of a network whose degrees hardly differ.
        """
        degrees = self.degrees()
        degrees = degrees[degrees > 0]
        if not len(degrees) or degrees.min() == degrees.max():
            return float("nan")
        least = max(int(np.quantile(degrees, 0.9)), 2)
        tail = degrees[degrees >= least]
        return float(1.0 + len(tail) / np.sum(np.log(tail / (least - 0.5))))

    def _matrix(self) -> sparse.csr_array:
        ones = np.ones(len(self.indices), dtype=np.int64)
        return sparse.csr_array((ones, self.indices, self.indptr), shape=(self.size, self.size))


def complete(size: int) -> Network:
    """Everybody knows everybody: perfect mixing, no rows stored. Raises ValueError for a negative size."""
    if size < 0:
        raise ValueError("a network cannot have a negative size")
    return Network(size, np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int32), complete=True)


def from_edges(*, size: int, first: Integers, second: Integers, strong: Flags | None = None) -> Network:
    """The network of these undirected edges, (m,) and (m,); each edge once, in either direction; `strong` of each.

    Raises ValueError for a loop, a repeated edge or an end outside 0..size-1.
    """
    if len(first) and (min(first.min(), second.min()) < 0 or max(first.max(), second.max()) >= size):
        raise ValueError("an edge must join two customers of the network")
    if np.any(first == second):
        raise ValueError("an edge must join two different customers")
    # One sorted number for each direction of an edge: the row in its high part, the neighbour in its low part.
    directed = np.concatenate((first * size + second, second * size + first))
    close = None
    if strong is None:
        directed.sort()
    else:
        order = np.argsort(directed, kind="stable")
        directed, close = directed[order], np.concatenate((strong, strong))[order]
    if np.any(directed[1:] == directed[:-1]):
        raise ValueError("an edge may be given only once")
    rows, neighbours = np.divmod(directed, max(size, 1))
    indptr = np.concatenate(([0], np.cumsum(np.bincount(rows, minlength=size), dtype=np.int64)))
    return Network(size, indptr, neighbours.astype(np.int32), complete=False, strong=close)


def small_world_uniforms(*, size: int, degree: int) -> int:
    """How many uniforms `small_world` needs: two for each edge, size × degree in all."""
    return size * degree


def small_world(*, size: int, degree: int, rewire: float, uniforms: Floats) -> Network:
    """A ring whose every customer knows the `degree` nearest, with edges rewired at random. Watts & Strogatz (1998).

    Each edge moves its far end, with chance `rewire`, to a customer chosen evenly from all others; where that edge
    exists already it stays in place. The first half of `uniforms` (size × degree of them, in (0, 1)) decides which
    edges move, the second half where to. The mean degree is exactly `degree`.

    Raises ValueError unless degree is even, 2 ≤ degree < size, 0 ≤ rewire ≤ 1 and the uniforms are as many as needed.
    """
    if degree < 2 or degree % 2 or degree >= size:
        raise ValueError("a small world needs an even degree of at least 2 and below its size")
    if not 0.0 <= rewire <= 1.0:
        raise ValueError("the share of rewired edges must lie within 0 and 1")
    if len(uniforms) != small_world_uniforms(size=size, degree=degree):
        raise ValueError("a small world needs size × degree uniforms")
    edges = size * degree // 2
    first = np.tile(np.arange(size, dtype=np.int64), degree // 2)
    ring = (first + np.repeat(np.arange(1, degree // 2 + 1, dtype=np.int64), size)) % size
    moved = uniforms[:edges] < rewire
    second = np.where(moved, _another(first, uniforms[edges:], size), ring)
    # An edge that moved onto another goes back to the ring. There it may meet one that moved into its old place, which
    # goes back in its turn: the edges still moved become fewer every time, so this ends.
    while len(clashes := _moved_onto_another(first, second, moved, size)):
        second[clashes] = ring[clashes]
        moved[clashes] = False
    return from_edges(size=size, first=first, second=second)


def _another(rows: Integers, uniforms: Floats, size: int) -> Integers:
    """A customer other than the row's own, each as likely."""
    step = np.minimum((uniforms * (size - 1)).astype(np.int64), size - 2)
    return (rows + 1 + step) % size


def _moved_onto_another(first: Integers, second: Integers, moved: Flags, size: int) -> Integers:
    """Positions of moved edges that repeat an unmoved edge, or a moved one that stands before them."""
    by_right = np.argsort(moved, kind="stable")
    pair = np.minimum(first, second) * size + np.maximum(first, second)
    order = by_right[np.argsort(pair[by_right], kind="stable")]
    repeats = pair[order[1:]] == pair[order[:-1]]
    clashes: Integers = order[1:][repeats]
    return clashes
