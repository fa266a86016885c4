"""The goal gradient, usage and status against the values of their formulas, and what they claim."""

import numpy as np
import pytest

from sim.behaviour import goal_gradient
from sim.behaviour.status import status_change
from sim.behaviour.usage import usage


def test_the_pull_is_the_share_of_the_way_to_the_power_of_its_steepness() -> None:
    covered = np.array([0.0, 0.5, 0.9, 1.0, 1.4])
    assert goal_gradient.pull(covered=covered, steepness=2.0) == pytest.approx([0.0, 0.25, 0.81, 1.0, 1.0])
    assert goal_gradient.pull(covered=0.9, steepness=8.0) == pytest.approx(0.9**8)


def test_effort_rises_ever_faster_on_the_way_to_a_reward() -> None:
    """Kivetz, Urminsky & Zheng (2006): the time between purchases shortens towards the goal."""
    way = np.linspace(0.0, 1.0, 11)
    effort = goal_gradient.effort(pull=goal_gradient.pull(covered=way, steepness=3.0), rise=0.25)
    assert effort[0] == 1.0
    assert effort[-1] == 1.25
    assert (np.diff(effort) > 0.0).all()
    assert (np.diff(effort, 2) > 0.0).all()


def test_a_purchase_is_raised_only_to_a_goal_it_misses_by_little() -> None:
    amount, gap = np.array([100.0, 100.0, 100.0, 100.0]), np.array([-5.0, 50.0, 100.0, 101.0])
    raised = goal_gradient.topped_up(
        amount=amount, gap=gap, pull=np.ones(4), chance=1.0, stretch=1.0, uniforms=np.full(4, 0.5)
    )
    assert raised.tolist() == [False, True, True, False]
    none = goal_gradient.topped_up(
        amount=amount, gap=gap, pull=np.full(4, 0.4), chance=1.0, stretch=1.0, uniforms=np.full(4, 0.5)
    )
    assert not none.any()


def test_a_stock_is_used_up_first_by_who_is_far_from_the_next_reward() -> None:
    used = goal_gradient.used_up(
        amount=np.array([10.0, 10.0, 10.0]), ahead=np.array([4.0, 30.0, 30.0]), pull=np.array([0.0, 0.0, 0.75])
    )
    assert used.tolist() == [4.0, 10.0, 2.5]


def test_usage_rises_with_satisfaction_and_never_falls_below_nothing() -> None:
    found = usage(satisfaction=np.array([79.0, 69.0, 89.0, 20.0]), neutral=79.0, rise=0.02)
    assert found == pytest.approx([1.0, 0.8, 1.2, 0.0])


def test_losing_a_status_weighs_more_than_gaining_one() -> None:
    change = status_change(before=np.array([1, 0, 2, 2]), after=np.array([0, 1, 2, 0]), gain=1.0, loss=3.0)
    assert change.tolist() == [1.0, -3.0, 0.0, 1.0]
