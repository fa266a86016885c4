"""Quality against published formulas: SERVQUAL, SERVPERF, the perception of Boulding et al., the mappings to 1-7."""

import numpy as np
import pytest

from sim.behaviour import quality
from sim.behaviour.dimensions import DIMENSIONS, weighted

IMPORTANCE = np.array([0.32, 0.22, 0.19, 0.16, 0.11])
PERCEIVED = np.array([[5.2], [5.0], [5.8], [5.5], [6.1]])
EXPECTED = np.array([[6.4], [6.2], [6.3], [6.0], [5.6]])


def test_dimensions_stand_in_the_order_of_importance_of_zeithaml_parasuraman_and_berry_1990() -> None:
    assert DIMENSIONS == ("reliability", "responsiveness", "assurance", "empathy", "tangibles")


def test_weighted_servqual_is_the_weighted_mean_of_perception_less_expectation() -> None:
    assert weighted(PERCEIVED - EXPECTED, IMPORTANCE)[0] == pytest.approx(-0.768, abs=1e-12)


def test_unweighted_servqual_weighs_the_dimensions_alike() -> None:
    assert weighted(PERCEIVED - EXPECTED, np.full(5, 0.2))[0] == pytest.approx(-0.580, abs=1e-12)


def test_weighted_servperf_is_perception_alone() -> None:
    by_hand = 0.32 * 5.2 + 0.22 * 5.0 + 0.19 * 5.8 + 0.16 * 5.5 + 0.11 * 6.1
    assert quality.overall(quality=PERCEIVED, importance=IMPORTANCE)[0] == pytest.approx(by_hand, abs=1e-12)


def test_perception_is_pulled_to_will_and_pushed_from_should_by_boulding_1993() -> None:
    # PS = DS + γ2(WE - DS) - γ3(SE - DS) = 5 + .3·(6 - 5) - .2·(6.5 - 5)
    seen = quality.perceived(
        delivered=np.full((5, 1), 5.0),
        will=np.full((5, 1), 6.0),
        desired=np.full((5, 1), 6.5),
        gamma_will=0.3,
        gamma_desired=0.2,
    )
    assert seen == pytest.approx(np.full((5, 1), 5.0), abs=1e-12)


@pytest.mark.parametrize(
    ("wait", "level"),
    [(0.0, 7.0), (2.0, 6.5), (4.0, 6.0), (7.0, 5.0), (10.0, 4.0), (16.0, 3.0), (22.0, 2.0), (28.0, 1.0), (90.0, 1.0)],
)
def test_a_wait_maps_to_the_declared_level_with_four_minutes_desired_and_ten_adequate(
    wait: float, level: float
) -> None:
    assert quality.wait_to_scale(wait, desired=4.0, adequate=10.0) == pytest.approx(level, abs=1e-12)


def test_nine_visits_in_ten_done_right_lie_nine_tenths_of_the_way_from_failed_to_kept() -> None:
    assert quality.share_to_scale(0.9, kept=6.5, failed=1.5) == pytest.approx(6.0, abs=1e-12)
    assert quality.scale_to_share(6.0, kept=6.5, failed=1.5) == pytest.approx(0.9, abs=1e-12)
