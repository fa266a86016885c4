"""The interval of a lift against published examples, and visits in a window against counting them one by one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.comparing.lift import came_in_window, two_proportions

NEWCOMBE_1998 = (  # Statistics in Medicine 17: 873-890, table II, method 10
    (56, 70, 48, 80, 0.0524, 0.3339),
    (9, 10, 3, 10, 0.1705, 0.8090),
    (6, 7, 2, 7, 0.0582, 0.8062),
    (5, 56, 0, 29, -0.0381, 0.1926),
    (0, 10, 0, 20, -0.1611, 0.2775),
    (10, 10, 0, 10, 0.6075, 1.0000),
)


@pytest.mark.parametrize(("first", "of_first", "second", "of_second", "low", "high"), NEWCOMBE_1998)
def test_the_interval_is_that_of_newcombe(
    first: int, of_first: int, second: int, of_second: int, low: float, high: float
) -> None:
    found = two_proportions(first, of_first, second, of_second)
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-5)


def test_without_a_control_group_nothing_is_measured() -> None:
    assert np.isnan(two_proportions(3, 9, 0, 0).mean)


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    """Exactly, by summing both binomials: between 93 and 98 % of 95 %, at 5 % against 3 %, 400 against 80 people."""
    from scipy import stats

    sizes, shares = (400, 80), (0.05, 0.03)
    covered = 0.0
    ours, theirs = (stats.binom(size, share) for size, share in zip(sizes, shares, strict=True))
    for first in range(60):
        for second in range(20):
            found = two_proportions(first, sizes[0], second, sizes[1])
            if found.low <= shares[0] - shares[1] <= found.high:
                covered += ours.pmf(first) * theirs.pmf(second)
    assert 0.93 < covered < 0.985


events = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 12)), max_size=20)


@given(visits=events, contacts=events, within=st.sampled_from([1.0, 2.0, 5.0, 2.5]))
def test_visits_in_a_window_are_those_a_clerk_would_count(
    visits: list[tuple[int, int]], contacts: list[tuple[int, int]], within: float
) -> None:
    table = pd.DataFrame(np.array(visits, np.int32).reshape(-1, 2), columns=["customer", "day"])
    who, when = np.array(contacts, np.int64).reshape(-1, 2).T
    found = came_in_window(table, who, when, np.full(len(who), within))
    by_hand = [any(c == w and 0 <= d - t < within for c, d in visits) for w, t in contacts]
    assert found.tolist() == [int(each) for each in by_hand]
