"""A scale-free network: people join one after another and tie to those who have many ties already.

A size, ties a newcomer and uniforms go in; a `Network` comes out. All newcomers are worked out at once: a tie to the
end of an earlier tie is followed back until it ends at somebody who is known.
"""

from __future__ import annotations

import numpy as np

from sim.behaviour.dimensions import Floats, Integers
from sim.network import Network, from_edges


def scale_free_uniforms(*, size: int, ties: int) -> int:
    """How many uniforms `scale_free` needs: one for each tie of a newcomer, and one for each person's turn to join."""
    return size + ties * max(size - ties - 1, 0)


def scale_free(*, size: int, ties: int, uniforms: Floats) -> Network:
    """Barabási & Albert (1999), grown as by Batagelj & Brandes (2005), whose algorithm is made parallel here.

    The first `ties` + 1 people all know each other. Each who joins then draws `ties` of the ends of all ties there are,
    each as likely, and ties to whoever holds that end: so in proportion to the ties they have. Who ties twice to one
    person has one tie less, which befalls few but the first. Who joins when is chance, so hubs are in any segment.

    The first `size` of the uniforms order the people, the others pick the ends. Raises ValueError unless 1 ≤ ties <
    size and the uniforms are as many as needed.
    """
    if not 1 <= ties < size:
        raise ValueError("a scale-free network needs at least one tie a newcomer, and fewer than there are people")
    if len(uniforms) != scale_free_uniforms(size=size, ties=ties):
        raise ValueError("a scale-free network needs a uniform for each person and each tie of a newcomer")
    core = np.arange(ties + 1, dtype=np.int64)
    first_of_core, second_of_core = (core[each] for each in np.triu_indices(ties + 1, 1))
    newcomers = np.repeat(np.arange(ties + 1, size, dtype=np.int64), ties)
    # Ends of ties in the order in which they come to be: two a tie, the newcomer's own first.
    ends = np.empty(2 * (len(first_of_core) + len(newcomers)), np.int64)
    start = 2 * len(first_of_core)
    ends[0:start:2], ends[1:start:2], ends[start::2] = first_of_core, second_of_core, newcomers
    # A newcomer draws among the ends of all who came before, so never an end of their own.
    before = start + 2 * ties * (newcomers - (ties + 1))
    drawn = np.minimum((uniforms[size:] * before).astype(np.int64), before - 1)
    ends[start + 1 :: 2] = ends[_known_end(drawn, start)]
    first, second = _once(ends[0::2], ends[1::2], size)
    turn = np.argsort(uniforms[:size], kind="stable")
    return from_edges(size=size, first=turn[first], second=turn[second])


def _known_end(drawn: Integers, start: int) -> Integers:
    """Where each drawn end is known from: an end of the core, or a newcomer's own.

    The other ends are themselves drawn: end `start` + 2i + 1 is that of draw i. They are followed until all are known.
    """
    known = drawn.copy()
    while len(unknown := np.flatnonzero((known >= start) & ((known - start) % 2 == 1))):
        known[unknown] = known[(known[unknown] - start) // 2]
    return known


def _once(first: Integers, second: Integers, size: int) -> tuple[Integers, Integers]:
    """Each tie once, whoever came first."""
    pair = np.sort(np.minimum(first, second) * size + np.maximum(first, second))
    keep = np.ones(len(pair), np.bool_)
    keep[1:] = pair[1:] != pair[:-1]
    lower, higher = np.divmod(pair[keep], size)
    return lower, higher
