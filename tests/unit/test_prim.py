"""Boxes known by construction are found; where there is nothing to find, nothing is."""

import numpy as np
import pytest
from scipy.stats import qmc

from experiments.prim import boxes, contained


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
    assert box.density > 0.75
    assert box.coverage > 0.65
    agreed = (contained(space, box.limits) == inside).mean()
    assert agreed > 0.9


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


def test_pure_chance_has_no_box_that_counts():
    space = cube(400, 5, seed=9)
    happened = np.random.Generator(np.random.Philox(2)).random(400) < 0.3
    for box in boxes(space, happened):
        assert box.density < 0.7
