"""Luck is uniform and independent along every part of its key, above all between neighbours.

Each test looks at a table of numbers whose rows are neighbouring values of one part of the key (seed, replication, day,
purpose, ...). A perfect source fails one test in 10,000: the thresholds are quantiles of the statistic's own
distribution, and the keys are the first that come to mind.
"""

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from sim.streams import Population, Streams

ROWS, COLUMNS = 64, 1024
ONE_IN_TEN_THOUSAND = 1e-4
CROWD = Population({"all": COLUMNS})
PLACES = np.arange(COLUMNS)


def _by_segment() -> np.ndarray:
    sizes = {f"segment {number}": COLUMNS for number in range(ROWS)}
    return Streams(1, 0).everyone("need", 0, Population(sizes)).reshape(ROWS, COLUMNS)


def _by_customer() -> np.ndarray:
    population = Population({"all": ROWS * COLUMNS})
    return Streams(1, 0).everyone("need", 0, population).reshape(COLUMNS, ROWS).T


def _by_customer_asked() -> np.ndarray:
    population = Population({"all": ROWS * COLUMNS})
    luck = Streams(1, 0).each("visit", 0, population, np.arange(ROWS * COLUMNS))
    return luck.reshape(COLUMNS, ROWS).T


def _identities() -> np.ndarray:
    luck = Streams(1, 0)
    return np.array([luck.each("service", 0, CROWD, PLACES, identity=f"task {number}")[:, 0] for number in range(ROWS)])


def _rows(row: Callable[[int], np.ndarray]) -> Callable[[], np.ndarray]:
    return lambda: np.array([row(number) for number in range(ROWS)])


TABLES: dict[str, Callable[[], np.ndarray]] = {
    "seeds": _rows(lambda k: Streams(k, 0).everyone("need", 0, CROWD)),
    "replications": _rows(lambda k: Streams(1, k).everyone("need", 0, CROWD)),
    "days": _rows(lambda k: Streams(1, 0).everyone("need", k, CROWD)),
    "purposes": _rows(lambda k: Streams(1, 0).everyone(f"purpose {k}", 0, CROWD)),
    "identities": _rows(lambda k: Streams(1, 0).everyone("exposure", 0, CROWD, f"wave {k}")),
    "days asked": _rows(lambda k: Streams(1, 0).each("visit", k, CROWD, PLACES)[:, 0]),
    "days of numbers": _rows(lambda k: Streams(1, 0).numbers("ties", COLUMNS, day=k)),
    "seed and replication together": _rows(lambda k: Streams(k, ROWS - k).everyone("need", 0, CROWD)),
    "segments": _by_segment,
    "customers": _by_customer,
    "customers asked": _by_customer_asked,
    "ordinals": lambda: Streams(1, 0).each("encounter", 0, CROWD, PLACES, draws=ROWS).T,
    "identities of a subset": _identities,
    "numbers": lambda: Streams(1, 0).numbers("ties", ROWS * COLUMNS).reshape(COLUMNS, ROWS).T,
}


@pytest.fixture(scope="module", params=TABLES.keys())
def table(request: pytest.FixtureRequest) -> np.ndarray:
    """Numbers with neighbouring keys in neighbouring rows, (ROWS, COLUMNS)."""
    luck = TABLES[request.param]()
    assert luck.shape == (ROWS, COLUMNS)
    return luck


def chance_of(counts: np.ndarray) -> float:
    """Two-sided p-value of Pearson's chi-square for equally likely cells: too uneven and too even are both wrong."""
    expected = counts.sum() / counts.size
    statistic = float(((counts - expected) ** 2).sum() / expected)
    return float(2 * min(stats.chi2.sf(statistic, counts.size - 1), stats.chi2.cdf(statistic, counts.size - 1)))


def correlation_in_deviations(one: np.ndarray, other: np.ndarray) -> float:
    """Standard normal for independent uniforms: the mean of (u - 1/2)(v - 1/2) has deviation 1/(12 √n)."""
    return float(12.0 * ((one - 0.5) * (other - 0.5)).mean() * np.sqrt(one.size))


WIDEST = float(stats.norm.isf(ONE_IN_TEN_THOUSAND / 2))


def test_every_value_is_as_likely_as_every_other(table: np.ndarray) -> None:
    assert chance_of(np.bincount((table * 256).astype(int).ravel(), minlength=256)) > ONE_IN_TEN_THOUSAND
    assert stats.kstest(table.ravel(), "uniform").pvalue > ONE_IN_TEN_THOUSAND


def test_the_last_digits_are_as_even_as_the_first(table: np.ndarray) -> None:
    words = (table * 2.0**32).astype(np.uint64)
    for shift in (0, 8, 16):
        digits = ((words >> np.uint64(shift)) & np.uint64(255)).astype(int)
        assert chance_of(np.bincount(digits.ravel(), minlength=256)) > ONE_IN_TEN_THOUSAND / 3


def test_every_bit_is_set_half_the_time(table: np.ndarray) -> None:
    words = (table * 2.0**32).astype(np.uint64)
    limit = float(stats.norm.isf(ONE_IN_TEN_THOUSAND / 2 / 32))
    for bit in range(32):
        share = float(((words >> np.uint64(bit)) & np.uint64(1)).mean())
        assert abs(share - 0.5) < limit * 0.5 / np.sqrt(words.size)


@pytest.mark.parametrize("apart", [1, 2, 3, 4, 8, 32])
def test_neighbouring_keys_are_not_correlated(table: np.ndarray, apart: int) -> None:
    assert abs(correlation_in_deviations(table[apart:], table[:-apart])) < WIDEST


@pytest.mark.parametrize("apart", [1, 2, 3, 4, 256])
def test_neighbours_under_one_key_are_not_correlated(table: np.ndarray, apart: int) -> None:
    assert abs(correlation_in_deviations(table[:, apart:], table[:, :-apart])) < WIDEST


def test_pairs_of_neighbouring_keys_fill_the_square(table: np.ndarray) -> None:
    """Pairs that share no number, so that the cells' counts are multinomial."""
    cells = (table[0::2] * 32).astype(int) * 32 + (table[1::2] * 32).astype(int)
    assert chance_of(np.bincount(cells.ravel(), minlength=1024)) > ONE_IN_TEN_THOUSAND


def test_pairs_of_neighbours_under_one_key_fill_the_square(table: np.ndarray) -> None:
    cells = (table[:, 0::2] * 32).astype(int) * 32 + (table[:, 1::2] * 32).astype(int)
    assert chance_of(np.bincount(cells.ravel(), minlength=1024)) > ONE_IN_TEN_THOUSAND


def test_no_more_numbers_coincide_than_by_chance(table: np.ndarray) -> None:
    """65,536 numbers of 32 bits coincide 65,536²/2³³ = 0.5 times on average: the birthday count is Poisson."""
    coincidences = table.size - len(np.unique(table))
    assert coincidences <= stats.poisson.isf(ONE_IN_TEN_THOUSAND, table.size**2 / 2.0**33)


def test_the_sum_over_each_key_spreads_as_it_should(table: np.ndarray) -> None:
    """Sums of the rows are normal with variance COLUMNS/12; their spread is chi-square: keys do not share a trend."""
    deviations = (table.sum(axis=1) - COLUMNS / 2) / np.sqrt(COLUMNS / 12)
    spread = float((deviations**2).sum())
    assert stats.chi2.isf(1 - ONE_IN_TEN_THOUSAND / 2, ROWS) < spread < stats.chi2.isf(ONE_IN_TEN_THOUSAND / 2, ROWS)


def test_a_source_with_a_flaw_is_found_out() -> None:
    """These tests can fail: a linear congruential row by row, and a shared trend, are seen at once."""
    lattice = np.outer(np.arange(ROWS), np.full(COLUMNS, 0.01)) + np.linspace(0, 1, COLUMNS, endpoint=False)
    lattice %= 1.0
    assert chance_of(np.bincount((lattice * 256).astype(int).ravel(), minlength=256)) < ONE_IN_TEN_THOUSAND
    assert abs(correlation_in_deviations(lattice[1:], lattice[:-1])) > WIDEST
