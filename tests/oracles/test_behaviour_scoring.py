"""Indices, bands and assessors against arithmetic done by hand and figures published in textbooks."""

import math

import pytest

from sim.behaviour.scoring import assessed, banded, component_points, per_unit, weighted_index

# Evans & Lindsay: reopened complaints, damaged, international, invoice, late pick-up, lost, proof of delivery,
# right-day late, traces, wrong-day late, of 425,000 shipments.
COUNTS = (125, 18, 102, 282, 209, 2, 26, 751, 115, 15)
WEIGHTS = (3, 10, 1, 1, 3, 10, 1, 1, 3, 5)
COMPLETION = {1.0: 0, 0.95: -1, 0.80: -2, 0.75: -3, 0.0: -5}
FALSE_RECORDS = {0: 0, 1: -1, 2: -2, 3: -3, 6: -5}


def test_the_textbook_day_has_2783_points() -> None:
    """SQI = Σ w n."""
    assert sum(COUNTS) == 1645
    assert weighted_index(COUNTS, WEIGHTS) == 2783.0


def test_the_textbook_day_has_0_00654824_points_a_shipment() -> None:
    assert round(per_unit(weighted_index(COUNTS, WEIGHTS), 425_000), 8) == 0.00654824
    assert math.isnan(per_unit(0.0, 0))


def test_another_version_of_the_weights_gives_another_index() -> None:
    """The nine-item version: 3·282 + 10·(125 + 15) + 3·(209 + 115) + 50·2 + 30·18 + 26 + 751 = 4,635 points."""
    nine = (10, 30, 0, 3, 3, 50, 1, 1, 3, 10)
    assert weighted_index(COUNTS, nine) == 4635.0


def test_a_count_without_a_weight_is_an_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        weighted_index((1, 2), (3,))


@pytest.mark.parametrize(
    ("share", "points"),
    [(1.0, 0), (0.999, -1), (0.95, -1), (0.949, -2), (0.80, -2), (0.799, -3), (0.75, -3), (0.749, -5), (0.0, -5)],
)
def test_a_share_on_the_edge_of_a_band_belongs_to_the_better_band(share: float, points: float) -> None:
    assert banded(share, COMPLETION) == points


@pytest.mark.parametrize(("records", "points"), [(0, 0), (1, -1), (2, -2), (3, -3), (5, -3), (6, -5), (40, -5)])
def test_false_records_cost_what_the_rule_says(records: int, points: float) -> None:
    assert banded(records, FALSE_RECORDS) == points


def test_a_value_below_every_band_is_an_error() -> None:
    with pytest.raises(ValueError, match="reaches no band"):
        banded(-0.1, COMPLETION)


def test_a_component_never_falls_below_zero_and_a_bonus_may() -> None:
    assert component_points(30, -2 * 4) == 22
    assert component_points(10, -25) == 0
    assert component_points(0, -5) == -5
    assert component_points(0, 3) == 3


def test_assessors_are_weighed_15_60_25() -> None:
    """0.15·(80 + 6) + 0.60·80 + 0.25·(80 + 2) = 81.4."""
    assert assessed(80.0, 100.0, (6.0, 0.0, 2.0), (15, 60, 25)) == pytest.approx(81.4, abs=1e-12)


def test_leniency_stops_at_full_marks_but_takes_no_bonus_away() -> None:
    assert assessed(98.0, 100.0, (6.0,), (1,)) == 100.0
    assert assessed(103.0, 100.0, (6.0,), (1,)) == 103.0
    assert assessed(2.0, 100.0, (-6.0,), (1,)) == 0.0
