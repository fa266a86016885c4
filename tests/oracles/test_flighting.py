"""Shapes of a wave against their integrals, and the exposures of a market against the chances that follow from them."""

from __future__ import annotations

from math import exp, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.behaviour.flighting import Shape, cumulative_share, day_shares
from sim.market import Market
from tests.small_documents import small_document

SHAPES: tuple[Shape, ...] = ("even", "burst", "high-low-high")


@given(days=st.integers(1, 400), shape=st.sampled_from(SHAPES))
def test_the_days_of_a_wave_share_all_of_it(days: int, shape: Shape) -> None:
    shares = day_shares(days, shape)
    assert shares.sum() == pytest.approx(1.0, abs=1e-12)
    assert (shares > 0).all()


def test_a_burst_halves_from_quarter_to_quarter() -> None:
    """∫ 2^(-4x) over the quarters stands as 8 : 4 : 2 : 1."""
    assert day_shares(4, "burst") == pytest.approx(np.array([8, 4, 2, 1]) / 15)
    assert cumulative_share(np.array([0.25]), "burst")[0] == pytest.approx(8 / 15)


def test_high_low_high_is_three_times_as_dense_at_its_ends() -> None:
    """f(x) = (1 + 2·|2x - 1|)/2: ∫ over a quarter at an end 5/16, in the middle 3/16."""
    assert day_shares(4, "high-low-high") == pytest.approx(np.array([5, 3, 3, 5]) / 16)
    step = 1e-6
    ends, middle = (np.diff(cumulative_share(np.array([x, x + step]), "high-low-high"))[0] for x in (0.0, 0.5))
    assert ends / middle == pytest.approx(3.0, rel=1e-4)


PEOPLE, FREQUENCY = 20_000, 3.0


def exposed_by_day(shape: Shape) -> list[int]:
    document = small_document(
        calendar={"run": "2009-09-07 to 2009-09-14"},
        market={"customers": PEOPLE, "segments": {"everyone": {"share": 1}}, "talk": {}},
        channels={"poster": {"cost_per_day": 100}},
        campaigns={
            "autumn": {
                "waves": {
                    "one": {
                        "during": "2009-09-07 to 2009-09-14",
                        "shape": shape,
                        "channels": {"poster": {"reach": 0.5, "frequency": FREQUENCY}},
                    }
                }
            }
        },
    )
    market = Market(document)
    found = []
    for _ in range(8):
        market.step()
        found.append(sum(len(rows) for _, rows in market.today.exposed))
    assert -market.ledger.table()["amount"].sum() == pytest.approx(80_000, abs=8)  # the cost of days on air moves too
    return found


def test_exposures_of_a_burst_lie_as_its_shape_says() -> None:
    """Day by day binomial, n people, p = reach·(1 - exp(-frequency·share)); within 4 standard deviations."""
    found, shares = exposed_by_day("burst"), day_shares(8, "burst")
    assert found[0] > 4 * found[-1]
    for count, share in zip(found, shares.tolist(), strict=True):
        chance = 0.5 * (1.0 - exp(-FREQUENCY * share))
        assert abs(count - PEOPLE * chance) < 4.0 * sqrt(PEOPLE * chance * (1.0 - chance))


def test_an_even_wave_does_not_fall() -> None:
    """The mutation."""
    found = exposed_by_day("even")
    assert found[-1] > 0.9 * found[0]
