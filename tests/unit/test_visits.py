"""The number of a visit says what it is, and numbers rise in the order in which visits of one instant act."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.operations.visits import CASE, MOST_CUSTOMERS, MOST_PURPOSES, NEED, PICK_UP, number, parts

days = st.integers(0, 100_000)
kinds = st.sampled_from([NEED, PICK_UP, CASE])
purposes = st.integers(0, MOST_PURPOSES - 1)
rows = st.integers(0, MOST_CUSTOMERS - 1)
visits = st.tuples(days, kinds, purposes, rows)


def numbered(visit: tuple[int, int, int, int]) -> int:
    day, kind, which, row = visit
    return int(number(day, kind, which, np.array([row]))[0])


@given(days, kinds, st.lists(st.tuples(purposes, rows), min_size=1, max_size=10))
def test_a_number_gives_back_its_parts(day: int, kind: int, whose: list[tuple[int, int]]) -> None:
    which, row = (np.array(column) for column in zip(*whose, strict=True))
    read = parts(number(day, kind, which, row))
    assert (read.day == day).all()
    assert (read.kind == kind).all()
    assert np.array_equal(read.which, which)
    assert np.array_equal(read.row, row)


@given(visits, visits)
def test_numbers_order_visits_by_day_kind_purpose_and_customer(
    one: tuple[int, int, int, int], other: tuple[int, int, int, int]
) -> None:
    first, second = numbered(one), numbered(other)
    assert (first < second) == (one < other)
    assert (first == second) == (one == other)


def test_numbers_stay_positive_for_centuries() -> None:
    last = number(300 * 365, CASE, MOST_PURPOSES - 1, np.array([MOST_CUSTOMERS - 1]))
    assert last.dtype == np.int64
    assert last[0] > 0


def test_the_largest_market_of_a_document_fits() -> None:
    assert MOST_CUSTOMERS > 20_000_000


def test_one_purpose_may_stand_for_all() -> None:
    whose = np.array([5, 6])
    assert np.array_equal(number(3, PICK_UP, 2, whose), number(3, PICK_UP, np.array([2, 2]), whose))


def test_nobody_comes() -> None:
    assert len(number(0, NEED, 0, np.zeros(0, np.int64))) == 0
