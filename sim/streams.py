"""All randomness of the program, as a pure function of a key.

A number is found, not drawn: the key says which decision it is for (seed, replication, purpose, identity), the
counter says whose and when (entity, day, group, ordinal), and Philox turns both into a uniform strictly between
0 and 1. So the same customer meets the same luck in every plan, whoever else is simulated and in whatever order.

Both generators are those of Salmon, Moraes, Dror & Shaw 2011 ("Parallel random numbers: as easy as 1, 2, 3", SC11).
Everyone at once draws from NumPy's Philox-4x64-10, which runs through its counters in order; some customers, whose
counters lie apart, draw from Philox-4x32-10, written here over arrays.
"""

from __future__ import annotations

import hashlib
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.errors import RehearsalError

_WORDS: Final = np.dtype(np.uint32)
_PRODUCTS: Final = np.dtype(np.uint64)
_ROUNDS: Final = 10
# Constants as arrays without a dimension: NumPy takes them into a short operation in half the time of its scalars.
_MULTIPLIERS: Final = (np.array(0xD2511F53, _PRODUCTS), np.array(0xCD9E8D57, _PRODUCTS))
# What the key has grown by in each round: the Weyl sequence, shape (rounds, 1), modulo 2**32.
_WEYL: Final = tuple(
    (np.arange(_ROUNDS, dtype=_PRODUCTS) * np.uint64(step)).astype(_WORDS)[:, np.newaxis]
    for step in (0x9E3779B9, 0xBB67AE85)
)
_CHUNK: Final = 4096  # blocks worked on at once, so that the work arrays stay in the processor's cache
_SCALE: Final = 2.0**-32
_LEAST: Final = 2.0**-54  # stands for zero, which NumPy may draw and an inverse distribution may not be given


class RepeatedDrawError(RehearsalError):
    """The same key was asked for twice: two decisions would share their luck. A defect of the program."""


Word = NDArray[np.uint64] | int


def philox(counter: tuple[Word, Word, Word, Word], key: tuple[Word, Word]) -> NDArray[np.uint32]:
    """Philox-4x32-10 over arrays of counters.

    Parameters: four counter words and two key words, each below 2**32 and each an array of shape (n,) or one number.
    Returns the four output words, shape (n, 4), uint32. Source: Salmon et al. 2011, §3.3.
    """
    size = max((len(word) for word in (*counter, *key) if isinstance(word, np.ndarray)), default=1)
    output = np.empty((size, 4), dtype=_WORDS)
    # Two words to be multiplied and two pairs of products, the second pair for every other round. A 64-bit number is
    # read by halves where it lies, the low word first on every machine NumPy runs on today; so no pass is needed to
    # cut it. The upper halves of the first two stay zero.
    work = np.zeros((6, min(size, _CHUNK)), dtype=_PRODUCTS)
    for start in range(0, size, _CHUNK):
        part = slice(start, min(start + _CHUNK, size))
        halves = work.view(_WORDS)[:, : 2 * (part.stop - start)]
        wide0, wide2, *wide = work[:, : part.stop - start]
        (word0, word2, *low), (_, _, *high) = halves[:, 0::2], halves[:, 1::2]
        word1, word3 = low[3], low[2]
        for target, word in zip((word0, word1, word2, word3), counter, strict=True):
            target[:] = word[part] if isinstance(word, np.ndarray) else word
        keys0, keys1 = (_round_keys(word, part, growth) for word, growth in zip(key, _WEYL, strict=True))
        for turn in range(_ROUNDS):
            first, second = (0, 1) if turn % 2 == 0 else (2, 3)
            np.multiply(wide0, _MULTIPLIERS[0], wide[first])
            np.multiply(wide2, _MULTIPLIERS[1], wide[second])
            np.bitwise_xor(word1, keys0[turn, ...], word1)
            np.bitwise_xor(word3, keys1[turn, ...], word3)
            np.bitwise_xor(high[second], word1, word0)
            np.bitwise_xor(high[first], word3, word2)
            word1, word3 = low[second], low[first]
        for column, result in enumerate((word0, word1, word2, word3)):
            output[part, column] = result
    return output


def _round_keys(word: Word, part: slice, growth: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """One key word in each round, shape (rounds,), or (rounds, length of the part) where every block has its own."""
    if isinstance(word, np.ndarray):
        return growth + word[part].astype(_WORDS)
    return growth[:, 0] + np.uint32(word)


def identity_word(text: str) -> int:
    """A 32-bit number for a name: the first four bytes of its BLAKE2b digest, the same on every machine."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=4).digest(), "little")


def _uniform(words: NDArray[np.uint32]) -> NDArray[np.float64]:
    uniforms = words.astype(np.float64)
    uniforms += 0.5
    uniforms *= _SCALE
    return uniforms


class Population:
    """Who the entities are: rows in blocks by segment, each numbered within its own segment.

    Resizing one segment moves no customer of another: the number and the segment's name make the counter,
    the row does not.
    """

    def __init__(self, sizes: dict[str, int]) -> None:
        self.sizes = dict(sizes)
        self.size = sum(sizes.values())
        counts = list(sizes.values())
        self.number = np.concatenate([np.arange(count, dtype=np.uint64) for count in counts])
        groups = [identity_word(name) for name in sizes]
        self.group = np.repeat(np.array(groups, dtype=np.uint64), counts)
        edges = np.cumsum([0, *counts]).tolist()
        self.blocks = [(group, slice(*edge)) for group, edge in zip(groups, pairwise(edges), strict=True)]


class Streams:
    """The luck of one replication. Every method is a pure function of its key; a key asked for twice is an error."""

    def __init__(self, seed: int, replication: int) -> None:
        if seed < 0 or replication < 0:
            raise ValueError("seed and replication are whole numbers from 0 up")
        self.seed = seed
        self.replication = replication
        self._keys: dict[tuple[str, str], tuple[int, int]] = {}
        self._used: set[tuple[str, str, int]] = set()
        self._sequence = np.random.Philox(key=0)
        # A copy; asking for it each time would cost as much as setting it.
        self._state: Any = self._sequence.state
        self._generator = np.random.Generator(self._sequence)

    def _key(self, purpose: str, identity: str) -> tuple[int, int]:
        known = self._keys.get((purpose, identity))
        if known is None:
            # spawn_key keeps its own place after the entropy; list entropy would alias trailing zeros.
            sequence = np.random.SeedSequence(
                self.seed, spawn_key=(self.replication, identity_word(purpose), identity_word(identity))
            )
            first, second = sequence.generate_state(2, np.uint32)
            known = self._keys[purpose, identity] = (int(first), int(second))
        return known

    def _once(self, purpose: str, identity: str, day: int) -> tuple[int, int]:
        place = (purpose, identity, day)
        if place in self._used:
            raise RepeatedDrawError(f"the draw '{purpose}' ('{identity}', day {day}) was made twice")
        self._used.add(place)
        return self._key(purpose, identity)

    def everyone(self, purpose: str, day: int, population: Population, identity: str = "") -> NDArray[np.float64]:
        """One uniform for every customer, shape (customers,). About 7 ns a value."""
        key = self._once(purpose, identity, day)
        uniforms = np.empty(population.size)
        for group, rows in population.blocks:
            self._fill(uniforms[rows], key, day, group)
        return uniforms

    def each(
        self,
        purpose: str,
        day: int,
        population: Population,
        rows: NDArray[np.int64],
        draws: int = 1,
        identity: str = "",
    ) -> NDArray[np.float64]:
        """Uniforms for some customers, shape (len(rows), draws). `rows` must be strictly increasing."""
        if len(rows) > 1 and not bool((rows[1:] > rows[:-1]).all()):
            raise RepeatedDrawError(f"the draw '{purpose}' (day {day}) needs its rows in rising order, each once")
        key = self._once(purpose, identity, day)
        if not len(rows):
            return np.zeros((0, draws))
        blocks = -(-draws // 4)
        number, group = population.number[rows], population.group[rows]
        ordinal: Word = 0
        if blocks > 1:
            number, group = np.repeat(number, blocks), np.repeat(group, blocks)
            ordinal = np.tile(np.arange(blocks, dtype=np.uint64), len(rows))
        table: NDArray[np.float64] = _uniform(philox((number, day, group, ordinal), key)).reshape(len(rows), 4 * blocks)
        return table[:, :draws]

    def numbers(self, purpose: str, count: int, identity: str = "", day: int = 0) -> NDArray[np.float64]:
        """Uniforms for what is not a customer (sites, ties of the network, assumed numbers), shape (count,)."""
        key = self._once(purpose, identity, day)
        uniforms = np.empty(count)
        self._fill(uniforms, key, day, 0)
        return uniforms

    def _fill(self, uniforms: NDArray[np.float64], key: tuple[int, int], day: int, group: int) -> None:
        """The first uniforms of a key, a day and a group, in the order of entities, into the array given."""
        # Setting the state of the one generator there is costs a third of making another.
        words = self._state["state"]
        words["key"][:] = key
        words["counter"][:] = (0, day, group, 0)
        self._sequence.state = self._state
        self._generator.random(out=uniforms)
        np.maximum(uniforms, _LEAST, out=uniforms)
