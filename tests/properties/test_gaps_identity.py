"""The gaps of any encounters add up to gap 5, whatever was believed, set, promised, delivered and perceived."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim import gaps
from sim.gaps import Gaps


@st.composite
def days(draw: st.DrawFn, fewest: int = 1) -> Gaps:
    """A day of any encounters, each customer with an importance of their own; a third of the promises are none."""
    n = draw(st.integers(fewest, 400))
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    promised = generator.uniform(1.0, 7.0, (5, n))
    promised[generator.random((5, n)) < 1 / 3] = np.nan
    importance = generator.random((5, n)) + 0.01
    return gaps.measure(
        expected_without_promises=generator.uniform(1.0, 7.0, (5, n)),
        expected=generator.uniform(1.0, 7.0, (5, n)),
        believed=generator.uniform(1.0, 7.0, (5, 1)),
        standard=generator.uniform(1.0, 7.0, (5, 1)),
        delivered=generator.uniform(1.0, 7.0, (5, n)),
        promised=promised,
        perceived=generator.uniform(1.0, 7.0, (5, n)),
        adequate=generator.uniform(1.0, 7.0, (5, n)),
        desired=generator.uniform(1.0, 7.0, (5, n)),
        importance=importance / importance.sum(axis=0),
    )


@given(days())
def test_the_gaps_of_a_day_add_up(day: Gaps) -> None:
    assert day.identity_error() < 1e-9


@given(st.lists(days(fewest=0), min_size=1, max_size=6))
def test_the_gaps_of_several_days_add_up(several: list[Gaps]) -> None:
    pooled = gaps.pool(several)
    assert pooled.encounters == sum(day.encounters for day in several)
    if pooled.encounters:
        assert pooled.identity_error() < 1e-9
