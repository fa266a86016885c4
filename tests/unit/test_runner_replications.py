"""How many replications a question needs, and when to stop."""

from math import inf

import numpy as np
import pytest

from experiments.comparing.replications import Precision, first_batch, more_to_settle, next_batch, replications_needed
from sim.errors import RequestError


@pytest.mark.parametrize(("sd", "needed"), [(5.0, 27), (10.0, 99), (20.0, 387)])
def test_replications_needed_for_a_half_width_of_two(sd, needed):
    """Smallest n with t(n-1, .975) s / sqrt(n) <= 2."""
    assert replications_needed(sd, 2.0) == needed


def test_a_difference_of_nothing_never_settles():
    assert replications_needed(10.0, 0.0) == inf
    assert replications_needed(10.0, 1e-9) == inf


def test_without_chance_two_replications_are_enough():
    assert replications_needed(0.0, 1.0) == 2


def test_exactly_as_many_as_asked():
    assert first_batch(7, Precision(0.01, 100)) == 7
    with pytest.raises(RequestError, match="at least 2"):
        first_batch(1, Precision(0.01, 100))


def test_twenty_first_unless_the_cap_is_lower():
    assert first_batch(None, Precision(0.01, 100)) == 20
    assert first_batch(None, Precision(0.01, 12)) == 12


def test_tens_are_added_until_every_difference_is_known_well_enough():
    noisy = np.array([1.0, -1.0] * 10)
    baseline = np.full(20, 100.0)
    assert next_batch({"gifts": noisy}, baseline, Precision(0.006, 200)) == 0
    assert next_batch({"gifts": noisy}, -baseline, Precision(0.006, 200)) == 0
    assert next_batch({"gifts": noisy, "desk": 10.0 * noisy}, baseline, Precision(0.006, 200)) == 10
    assert next_batch({"gifts": noisy}, baseline, Precision(0.002, 200)) == 10


def test_the_cap_is_never_passed():
    noisy = np.array([1.0, -1.0] * 10)
    assert next_batch({"gifts": noisy}, np.ones(20), Precision(1e-6, 24)) == 4
    assert next_batch({"gifts": noisy}, np.ones(20), Precision(1e-6, 20)) == 0


def test_more_replications_would_settle_a_difference_that_is_there():
    """Mean 2 and sd 10 need 99 replications; 20 are done."""
    values = np.random.default_rng(1).normal(size=20)
    values = 2.0 + 10.0 * (values - values.mean()) / values.std(ddof=1)
    assert more_to_settle(values) == 79
    assert more_to_settle(values + 20.0) == 0
