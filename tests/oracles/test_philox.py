"""Philox-4x32-10 and NumPy's Philox-4x64-10 against the known answers their authors publish.

Source: Salmon, Moraes, Dror & Shaw 2011 (SC11); the file kat_vectors of Random123, lines `philox4x32 10` and
`philox4x64 10`.
"""

import numpy as np
import pytest

from sim.streams import philox

ONES = 0xFFFFFFFF
KNOWN_ANSWERS = {
    "zeros": ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    "all bits set": ((ONES,) * 4, (ONES,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    "digits of pi": (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
}


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN_ANSWERS.values(), ids=KNOWN_ANSWERS.keys())
def test_published_known_answers(
    counter: tuple[int, int, int, int], key: tuple[int, int], answer: tuple[int, ...]
) -> None:
    assert philox(counter, key).tolist() == [list(answer)]


def test_many_blocks_give_what_each_gives_alone() -> None:
    """Whether words are arrays or single numbers, and however the work is cut into chunks."""
    words = np.random.default_rng(1).integers(0, 2**32, (6, 10_001), dtype=np.uint64)
    together = philox((words[0], words[1], words[2], words[3]), (words[4], words[5]))
    for block in (0, 1, 4095, 4096, 8191, 8192, 10_000):
        one = [int(word) for word in words[:, block]]
        assert np.array_equal(philox((one[0], one[1], one[2], one[3]), (one[4], one[5]))[0], together[block])


def test_the_known_answers_hold_inside_a_large_array() -> None:
    counter, key, answer = KNOWN_ANSWERS["digits of pi"]
    counters = [np.full(5000, word, dtype=np.uint64) for word in counter]
    words = philox((counters[0], counters[1], counters[2], counters[3]), key)
    assert words.dtype == np.uint32
    assert (words == np.array(answer, dtype=np.uint32)).all()


def test_numpys_generator_is_the_published_one_and_begins_after_its_counter() -> None:
    """The first block belongs to the counter plus one: all bits set is one before zero."""
    first = np.random.Philox(key=0, counter=2**256 - 1).random_raw(4).tolist()
    assert first == [0x16554D9ECA36314C, 0xDB20FE9D672D0FDC, 0xD7E772CEE186176B, 0x7E68B68AEC7BA23B]
