"""Moving a visit: the chance against its formula, its bounds, and the distance to the hours of a sale."""

from __future__ import annotations

import numpy as np
import pytest

from sim.behaviour.timing import chance_of_moving, hours_away


def test_the_chance_is_that_an_exponential_cost_lies_below_the_gain() -> None:
    """1 - exp(-gain/(moving·hours)): 0.4 against 1 an hour over two hours, 1 - exp(-0.2) = 0.181269."""
    assert chance_of_moving(gain=0.4, hours=2.0, moving=1.0) == pytest.approx(0.181269, abs=1e-6)
    assert chance_of_moving(gain=[0.4, 0.8], hours=[0.5, 4.0], moving=2.0) == pytest.approx(
        [0.329680, 0.095163], abs=1e-6
    )


def test_nobody_moves_for_nothing_and_everybody_moves_no_distance() -> None:
    assert chance_of_moving(gain=0.0, hours=[0.0, 1.0], moving=1.0).tolist() == [0.0, 0.0]
    assert chance_of_moving(gain=0.1, hours=[0.0, 1.0], moving=[1.0, 0.0]).tolist() == [1.0, 1.0]


def test_distance_is_to_the_nearest_of_several_hours_of_sale() -> None:
    spans = np.array([[600.0, 660.0], [1020.0, 1140.0]])
    hours, start, end = hours_away(minute=np.array([540.0, 630.0, 840.0, 1200.0, 900.0]), spans=spans)
    assert hours.tolist() == [1.0, 0.0, 3.0, 1.0, 2.0]
    assert start.tolist() == [600.0, 600.0, 600.0, 1020.0, 1020.0]
    assert end.tolist() == [660.0, 660.0, 660.0, 1140.0, 1140.0]
