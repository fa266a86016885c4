"""Boxes known by construction are found; where there is nothing to find, nothing is."""

import numpy as np
import pytest
from scipy.stats import binom, qmc

from experiments.discovery.prim import as_good_by_chance, boxes

pytestmark = pytest.mark.slow


def orders(points, count, seed=11):
    return np.random.Generator(np.random.Philox(seed)).random((count, points))


def cube(points=400, dimensions=6, seed=3):
    return qmc.LatinHypercube(d=dimensions, rng=seed).random(points)


def test_a_box_known_by_construction_is_found_with_its_limits():
    space = cube()
    happened = (space[:, 1] > 0.6) & (space[:, 4] < 0.5)
    (box,) = boxes(space, happened)
    assert set(box.limits) == {1, 4}
    # limits lie at points, and 400 points leave gaps of 1/400 in each coordinate but fewer inside the other's limit
    assert box.limits[1][0] == pytest.approx(0.6, abs=0.02)
    assert box.limits[4][1] == pytest.approx(0.5, abs=0.02)
    assert box.limits[1][1] == np.inf
    assert box.coverage == pytest.approx(1.0, abs=0.02)
    assert box.density == pytest.approx(1.0, abs=0.02)
    assert max(box.quasi_p.values()) < 1e-6


def test_noise_does_not_hide_the_box_and_brings_no_coordinate_of_its_own():
    """Failures with chance 0.9 inside and 0.05 outside: density between, coverage by Bayes."""
    space = cube(600, 8, seed=5)
    inside = (space[:, 0] < 0.4) & (space[:, 2] > 0.5)
    luck = np.random.Generator(np.random.Philox(4)).random(600)
    happened = luck < np.where(inside, 0.9, 0.05)
    box = boxes(space, happened)[0]
    assert {0, 2} <= set(box.limits)
    # chance 0.9 inside; of all that happens 0.9 · 0.2 / (0.9 · 0.2 + 0.05 · 0.8) inside; binomial errors
    covered = 0.18 / 0.22
    assert box.density > 0.9 - 3.3 * np.sqrt(0.9 * 0.1 / box.inside)
    assert box.coverage > covered - 3.3 * np.sqrt(covered * (1.0 - covered) / happened.sum())
    assert as_good_by_chance(space, happened, orders(600, 19)) == 1 / 20


def test_two_regions_need_two_boxes_and_coverage_adds_up():
    space = cube(600, 4, seed=6)
    first, second = space[:, 0] < 0.2, space[:, 1] > 0.85
    found = boxes(space, first | second)
    assert len(found) == 2
    assert {next(iter(box.limits)) for box in found} == {0, 1}
    covered = sum(box.coverage for box in found)
    assert covered == pytest.approx(1.0, abs=0.05)


def test_whole_numbers_are_cut_between_values():
    levels = np.repeat([2.0, 3.0, 4.0], 100)
    space = np.column_stack([levels, cube(300, 1)[:, 0]])
    (box,) = boxes(space, levels <= 2.0)
    assert box.limits == {0: (-np.inf, 2.0)}
    assert box.density == 1.0


@pytest.mark.parametrize("share", [0.0, 0.01, 1.0])
def test_nothing_everything_or_too_little_has_no_box(share):
    space = cube(300, 3)
    assert boxes(space, np.arange(300) < share * 300) == ()


def test_of_boxes_in_pure_chance_one_in_twenty_counts():
    """A permutation test is exact: with 19 shuffles 1/20 comes up in a twentieth; 99.9 % binomial limit."""
    luck = np.random.Generator(np.random.Philox(2))
    counted = [
        as_good_by_chance(luck.random((40, 2)), luck.random(40) < 0.5, luck.random((19, 40))) <= 0.05 for _ in range(25)
    ]
    assert sum(counted) <= binom.ppf(0.999, 25, 0.05)
