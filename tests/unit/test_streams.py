"""Luck belongs to the person and the decision: not to who else is there, the order of asking, or the plan."""

import subprocess
import sys

import numpy as np
import pytest

from sim.streams import Population, RepeatedDrawError, Streams, _uniform, identity_word

TOWN = Population({"young": 1001, "settled": 4002, "retired": 3})


def rows_of(*rows: int) -> np.ndarray:
    return np.array(rows, dtype=np.int64)


def streams() -> Streams:
    return Streams(2008, 3)


@pytest.mark.parametrize("young", [0, 1, 2, 5, 1001, 5000])
def test_a_segments_luck_does_not_depend_on_the_size_of_another(young: int) -> None:
    other = Population({"young": young, "settled": 4002})
    settled = streams().everyone("need", 7, TOWN)[1001:5003]
    assert np.array_equal(streams().everyone("need", 7, other)[young:], settled)
    whom = rows_of(0, 17, 4001)
    asked = streams().each("visit", 7, TOWN, whom + 1001, draws=5)
    assert np.array_equal(streams().each("visit", 7, other, whom + young, draws=5), asked)


def test_a_segment_that_grows_keeps_the_luck_of_those_already_there() -> None:
    small, large = Population({"young": 1001}), Population({"young": 1500})
    assert np.array_equal(streams().everyone("need", 0, large)[:1001], streams().everyone("need", 0, small))


def test_the_order_of_segments_does_not_matter() -> None:
    turned = Population({"retired": 3, "settled": 4002, "young": 1001})
    here, there = streams().everyone("need", 0, TOWN), streams().everyone("need", 0, turned)
    assert np.array_equal(here[:1001], there[4005:])
    assert np.array_equal(here[5003:], there[:3])


def test_customers_of_the_same_number_in_two_segments_have_different_luck() -> None:
    luck = streams().everyone("need", 0, Population({"young": 2000, "settled": 2000}))
    assert not (luck[:2000] == luck[2000:]).any()


def test_asking_for_few_gives_what_asking_for_many_gives() -> None:
    many = streams().each("visit", 4, TOWN, np.arange(TOWN.size), draws=3)
    few = rows_of(0, 999, 1000, 1001, 5005)
    assert np.array_equal(streams().each("visit", 4, TOWN, few, draws=3), many[few])


def test_asking_for_more_numbers_keeps_the_first_ones() -> None:
    rows = rows_of(3, 2000, 5004)
    long = streams().each("visit", 4, TOWN, rows, draws=11)
    for draws in (1, 4, 5, 8):
        assert np.array_equal(streams().each("visit", 4, TOWN, rows, draws=draws), long[:, :draws])
    assert len(np.unique(long)) == long.size
    assert np.array_equal(streams().numbers("ties", 3), streams().numbers("ties", 1000)[:3])


def test_what_was_asked_before_changes_nothing() -> None:
    one, other = streams(), streams()
    first = one.everyone("need", 0, TOWN), one.everyone("leaving", 0, TOWN), one.numbers("ties", 50)
    other.everyone("receipt", 3, TOWN)
    last = other.numbers("ties", 50), other.everyone("leaving", 0, TOWN), other.everyone("need", 0, TOWN)
    for here, there in zip(first, reversed(last), strict=True):
        assert np.array_equal(here, there)


@pytest.mark.parametrize(
    "other",
    [
        Streams(2009, 3).everyone("need", 7, TOWN, "errand"),
        Streams(2008, 4).everyone("need", 7, TOWN, "errand"),
        Streams(2008, 3).everyone("needs", 7, TOWN, "errand"),
        Streams(2008, 3).everyone("need", 8, TOWN, "errand"),
        Streams(2008, 3).everyone("need", 7, TOWN, "errands"),
        Streams(2008, 3).everyone("errand", 7, TOWN, "need"),
        Streams(3, 2008).everyone("need", 7, TOWN, "errand"),
        Streams(2008, 3).each("need", 7, TOWN, np.arange(TOWN.size), identity="errand")[:, 0],
        Streams(2008, 3).numbers("need", TOWN.size, "errand", 7),
    ],
    ids=[
        "seed",
        "replication",
        "purpose",
        "day",
        "identity",
        "swapped names",
        "swapped numbers",
        "some",
        "no customer",
    ],
)
def test_every_part_of_the_key_matters(other: np.ndarray) -> None:
    """Two of 5,006 numbers agree by chance in one of a million comparisons at most; two agreements are a defect."""
    assert np.count_nonzero(Streams(2008, 3).everyone("need", 7, TOWN, "errand") == other) < 2


def test_the_same_key_asked_for_twice_is_an_error() -> None:
    luck = streams()
    luck.everyone("need", 0, TOWN)
    luck.everyone("need", 1, TOWN)
    luck.everyone("need", 0, TOWN, "other")
    with pytest.raises(RepeatedDrawError, match="'need'"):
        luck.everyone("need", 0, TOWN)
    with pytest.raises(RepeatedDrawError):
        luck.each("need", 0, TOWN, rows_of(1))
    with pytest.raises(RepeatedDrawError):
        luck.numbers("need", 4)


@pytest.mark.parametrize("rows", [(4, 4), (2, 1), (0, 5, 5, 9)])
def test_nobody_is_asked_for_twice_in_one_draw(rows: tuple[int, ...]) -> None:
    with pytest.raises(RepeatedDrawError, match="each once"):
        streams().each("visit", 0, TOWN, rows_of(*rows))


def test_nobody_to_draw_for_is_no_error() -> None:
    assert streams().each("visit", 0, TOWN, rows_of(), draws=4).shape == (0, 4)
    assert streams().numbers("ties", 0).shape == (0,)
    assert streams().everyone("need", 0, Population({"nobody": 0})).shape == (0,)


def test_seeds_and_replications_are_not_negative() -> None:
    for seed, replication in ((-1, 0), (0, -1)):
        with pytest.raises(ValueError, match="from 0 up"):
            Streams(seed, replication)


def test_a_large_seed_is_not_its_remainder() -> None:
    lucks = [Streams(seed, 0).numbers("ties", 100) for seed in (1, 1 + 2**32, 1 + 2**64)]
    assert len(np.unique(np.concatenate(lucks))) == 300


def test_the_extreme_words_lie_strictly_inside_the_unit_interval() -> None:
    """A uniform is (word + 1/2) / 2**32: the least and the greatest are as far from 0 as from 1."""
    least, greatest = _uniform(np.array([0, 2**32 - 1], dtype=np.uint32)).tolist()
    assert 0.0 < least == 1.0 - greatest == 2.0**-33


def test_names_give_the_same_number_in_another_process() -> None:
    """Python's own hash differs from process to process; this one is that of BLAKE2b."""
    code = "from sim.streams import identity_word; print(identity_word('金秋营销'))"
    elsewhere = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(elsewhere.stdout) == identity_word("金秋营销") < 2**32


def test_one_persons_luck_can_be_written_down_for_ever() -> None:
    """Results are kept by key: these numbers may never change, on no machine and in no later version."""
    population = Population({"a": 3})
    everyone = [0.6936468394200153, 0.3559601432930818, 0.7739065755291842]
    assert Streams(1, 0).everyone("need", 0, population).tolist() == everyone
    third = [[0.23686660721432418, 0.6875574841396883]]
    assert Streams(1, 0).each("need", 0, population, rows_of(2), draws=2).tolist() == third
    assert Streams(1, 0).numbers("ties", 2).tolist() == [0.3014227706956739, 0.06475043243255674]
