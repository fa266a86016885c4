"""What customers get comes out of what happened to them: waits, failures, load and crowding."""

import numpy as np
import pytest

from sim.behaviour import quality
from sim.behaviour.dimensions import Floats


def visit(
    *,
    wait: float = 4.0,
    lost: bool = False,
    failed: bool = False,
    load: float = 1.0,
    ahead_per_server: float = 0.0,
    noise: float = 0.0,
) -> Floats:
    """The five dimensions of one visit to a place whose levels are 6 throughout."""
    return quality.delivered(
        wait=np.array([wait]),
        desired_wait=4.0,
        adequate_wait=10.0,
        lost=np.array([lost]),
        failed=np.array([failed]),
        failure_level=2.0,
        reliability=6.0,
        assurance=6.0,
        empathy=6.0,
        tangibles=6.0,
        load=load,
        comfortable_load=1.0,
        hurry=0.5,
        ahead_per_server=ahead_per_server,
        crowding=0.2,
        noise=np.full((5, 1), noise),
    )[:, 0]


def test_a_visit_as_it_should_be_gets_the_levels_of_the_place() -> None:
    assert visit().tolist() == [6.0, 6.0, 6.0, 6.0, 6.0]


def test_a_longer_wait_lowers_responsiveness_alone() -> None:
    assert visit(wait=10.0).tolist() == [6.0, 4.0, 6.0, 6.0, 6.0]


def test_work_that_must_be_done_again_lowers_reliability_alone() -> None:
    assert visit(failed=True).tolist() == [2.0, 6.0, 6.0, 6.0, 6.0]


def test_a_customer_turned_away_at_once_was_not_served_quickly() -> None:
    assert visit(wait=0.0, lost=True).tolist() == [2.0, 2.0, 6.0, 6.0, 6.0]


def test_staff_in_a_hurry_are_less_assuring_and_less_kind() -> None:
    assert visit(load=2.0).tolist() == [6.0, 6.0, 5.5, 5.5, 6.0]


def test_an_idle_place_is_no_better_than_a_comfortable_one() -> None:
    assert visit(load=0.0).tolist() == visit(load=1.0).tolist()


def test_a_crowded_hall_is_less_pleasant() -> None:
    assert visit(ahead_per_server=5.0).tolist() == [6.0, 6.0, 6.0, 6.0, 5.0]


def test_a_lucky_visit_stays_on_the_scale() -> None:
    assert visit(noise=3.0).tolist() == [7.0, 7.0, 7.0, 7.0, 7.0]
    assert visit(noise=-9.0).tolist() == [1.0, 1.0, 1.0, 1.0, 1.0]


def test_the_scatter_of_the_caller_is_left_as_it_was() -> None:
    noise = np.full((5, 1), 0.25)
    quality.delivered(
        wait=np.array([4.0]),
        desired_wait=4.0,
        adequate_wait=10.0,
        lost=np.array([False]),
        failed=np.array([False]),
        failure_level=2.0,
        reliability=6.0,
        assurance=6.0,
        empathy=6.0,
        tangibles=6.0,
        load=1.0,
        comfortable_load=1.0,
        hurry=0.5,
        ahead_per_server=0.0,
        crowding=0.2,
        noise=noise,
    )
    assert np.all(noise == 0.25)


@pytest.mark.parametrize(("desired", "adequate"), [(0.0, 10.0), (10.0, 10.0), (12.0, 10.0)])
def test_a_tolerable_wait_must_lie_above_the_desired_one(desired: float, adequate: float) -> None:
    with pytest.raises(ValueError, match="0 < desired < adequate"):
        quality.wait_to_scale(5.0, desired=desired, adequate=adequate)
    with pytest.raises(ValueError, match="0 < desired < adequate"):
        quality.scale_to_wait(5.0, desired=desired, adequate=adequate)


def test_a_failed_visit_must_lie_below_one_done_right() -> None:
    with pytest.raises(ValueError, match="failed < kept"):
        quality.scale_to_share(4.0, kept=3.0, failed=3.0)
