"""How long a run takes to settle, by MSER-5 (White 1997), on series whose answer is known."""

import numpy as np
import pytest

from experiments.comparing.warm_up import mser, settles


def test_twenty_days_of_nothing_are_left_out():
    """Statistic of each cut: sum (Z - mean)^2 / (k - d)^2; the first of equals counts."""
    cut, statistics = mser([0.0] * 20 + [10.0, 12.0, 8.0, 11.0, 9.0] * 16)
    assert cut == 20
    assert statistics[:5] == pytest.approx([0.8, 0.699810, 0.548697, 0.325667, 0.0], abs=5e-7)


def test_a_start_that_fades_is_left_out():
    days = np.arange(500)
    cut, _ = mser(10.0 + 8.0 * np.exp(-days / 20.0) + np.sin(1.7 * days))
    assert cut == 80
    assert settles(cut, 500)


def test_a_run_that_still_climbs_has_not_settled():
    cut, _ = mser(np.arange(200.0))
    assert not settles(cut, 200)


def test_a_run_that_never_changes_needs_no_warm_up():
    assert mser(np.full(100, 0.1))[0] == 0


def test_days_without_a_value_are_left_out_of_their_batch():
    series = np.array([0.0] * 20 + [10.0, 12.0, 8.0, 11.0, 9.0] * 16)
    series[6::7] = np.nan
    assert mser(series)[0] == 20
    with pytest.raises(ValueError, match="without any number"):
        mser([np.nan] * 5 + [1.0] * 50)
