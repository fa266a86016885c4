"""Bundles: the purchase of greatest surplus against every other purchase, and profits apart, together and mixed."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.behaviour.bundling import best_purchase, cholesky, correlated_uniforms

FOUR = np.array([[90.0, 10.0], [80.0, 40.0], [40.0, 80.0], [10.0, 90.0]])
"""Reservation prices of four people for two goods, strongly negatively correlated; costs are nothing."""
BOTH = np.array([[True, True]])
TENS = np.arange(10.0, 180.0, 10.0)


def profit(one: float, other: float, bundle: float, apart: bool) -> float:
    """What the four pay in all."""
    prices = np.array([one, other])
    sold = best_purchase(
        worth=FOUR, prices=prices, sold_apart=np.full(2, apart), contents=BOTH, offers=np.full((4, 1), bundle)
    )
    bundles = int(np.sum(sold.bundle == 0))
    return (bundles * bundle if bundles else 0.0) + float(np.sum(sold.apart * prices))


def test_mixed_bundling_earns_more_than_pure_and_pure_more_than_apart() -> None:
    """Of all prices in tens: 320 apart (80 each), 400 together (100), 420 mixed (90 each, 120 together)."""
    apart = max(profit(one, other, np.inf, True) for one, other in product(TENS, TENS))
    pure = max(profit(1.0, 1.0, bundle, False) for bundle in TENS)
    mixed = max(profit(one, other, bundle, True) for one, other, bundle in product(TENS, TENS, TENS))
    assert (apart, pure, mixed) == (320.0, 400.0, 420.0)
    assert profit(90.0, 90.0, 120.0, True) == 420.0


amounts = st.integers(0, 30).map(float)


@settings(max_examples=150, deadline=None)
@given(
    worth=st.lists(st.tuples(amounts, amounts, amounts), min_size=1, max_size=4),
    prices=st.tuples(amounts, amounts, amounts),
    apart=st.tuples(st.booleans(), st.booleans(), st.booleans()),
    bundles=st.lists(
        st.tuples(st.tuples(st.booleans(), st.booleans(), st.booleans()), st.one_of(amounts, st.just(np.inf))),
        max_size=2,
    ),
)
def test_no_other_purchase_leaves_more(
    worth: list[tuple[float, ...]],
    prices: tuple[float, ...],
    apart: tuple[bool, ...],
    bundles: list[tuple[tuple[bool, ...], float]],
) -> None:
    """Brute force: every set of goods apart, beside every bundle or none."""
    contents = np.array([inside for inside, _ in bundles], np.bool_).reshape(len(bundles), 3)
    offers = np.tile([price for _, price in bundles], (len(worth), 1)).reshape(len(worth), len(bundles))
    found = best_purchase(
        worth=np.array(worth),
        prices=np.array(prices),
        sold_apart=np.array(apart),
        contents=contents,
        offers=offers,
    )
    for row, values in enumerate(worth):
        best = 0.0
        for chosen in range(-1, len(bundles)):
            inside = (False, False, False) if chosen < 0 else bundles[chosen][0]
            base = 0.0 if chosen < 0 else sum(v for v, i in zip(values, inside, strict=True) if i) - bundles[chosen][1]
            for extra in product((False, True), repeat=3):
                if any(e and (i or not a) for e, i, a in zip(extra, inside, apart, strict=True)):
                    continue
                best = max(best, base + sum(v - p for v, p, e in zip(values, prices, extra, strict=True) if e))
        assert found.surplus[row] == best
        bundle = int(found.bundle[row])
        paid = float(np.array(prices)[found.apart[row]].sum()) + (0.0 if bundle < 0 else bundles[bundle][1])
        got = found.apart[row] | (contents[bundle] if bundle >= 0 else False)
        assert np.array(values)[got].sum() - paid == best, "what is taken leaves what is said"


def test_the_copula_has_the_correlations_it_is_given() -> None:
    """Normal scores of 40,000 people; a sample correlation has standard error (1 - r²)/√n."""
    correlations = np.array([[1.0, -0.6, 0.2], [-0.6, 1.0, 0.3], [0.2, 0.3, 1.0]])
    luck = np.random.default_rng(7).uniform(size=(40_000, 3))
    scores = stats.norm.ppf(correlated_uniforms(luck, correlations))
    found = np.corrcoef(scores.T)
    assert np.abs(found - correlations).max() < 3.9 / np.sqrt(40_000)
    assert stats.kstest(stats.norm.cdf(scores[:, 2]), "uniform").pvalue > 0.001


def test_the_triangle_is_that_of_cholesky_and_contradictions_are_refused() -> None:
    matrix = np.array([[1.0, 0.5, -0.3], [0.5, 1.0, 0.4], [-0.3, 0.4, 1.0]])
    assert cholesky(matrix) == pytest.approx(np.linalg.cholesky(matrix))
    with pytest.raises(ValueError, match="no set of goods"):
        cholesky(np.array([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]]))
