"""The gaps model: signs, weights, promises, empty days and several days together."""

from dataclasses import fields

import numpy as np
import pytest

from sim import gaps
from sim.behaviour.dimensions import Floats
from sim.gaps import Gaps

IMPORTANCE = np.array([[0.32], [0.22], [0.19], [0.16], [0.11]])


def level(value: float) -> Floats:
    return np.full((5, 2), value)


def quiet_day(**changed: Floats) -> Gaps:
    """Two encounters in which believed, standard, delivered, promised and perceived differ by known steps."""
    terms = {
        "expected_without_promises": level(5.0),
        "expected": level(5.5),
        "believed": level(4.8),
        "standard": level(4.5),
        "delivered": level(4.0),
        "promised": level(6.0),
        "perceived": level(4.2),
        "adequate": level(3.5),
        "desired": level(6.0),
        "importance": IMPORTANCE,
    }
    return gaps.measure(**(terms | changed))


def test_each_gap_has_the_sign_of_its_definition() -> None:
    day = quiet_day()
    overall = {field.name: getattr(day, field.name).overall for field in fields(day) if field.name != "encounters"}
    assert overall == pytest.approx(
        {
            "knowledge": 0.7,
            "standards": 0.3,
            "delivery": 0.5,
            "communication": 2.0,
            "customer": -1.3,
            "promise": 0.5,
            "bias": 0.2,
            "adequacy": 0.7,
            "superiority": -1.8,
        },
        abs=1e-12,
    )
    assert day.encounters == 2


def test_the_gaps_add_up_to_gap_five() -> None:
    assert quiet_day().identity_error() < 1e-9


def test_the_identity_would_show_a_gap_measured_on_other_encounters() -> None:
    day, other = quiet_day(), quiet_day(delivered=level(3.0), perceived=level(4.2))
    mixed = Gaps(**{field.name: getattr(other if field.name == "bias" else day, field.name) for field in fields(Gaps)})
    assert mixed.identity_error() == pytest.approx(1.0, abs=1e-12)


def test_a_gap_in_what_matters_more_weighs_more() -> None:
    perceived = level(4.2)
    perceived[0] -= 1.0
    in_reliability = quiet_day(perceived=perceived).customer.overall
    perceived = level(4.2)
    perceived[4] -= 1.0
    in_tangibles = quiet_day(perceived=perceived).customer.overall
    assert in_reliability - quiet_day().customer.overall == pytest.approx(-0.32, abs=1e-12)
    assert in_tangibles - quiet_day().customer.overall == pytest.approx(-0.11, abs=1e-12)


def test_no_promise_no_gap_between_promise_and_delivery() -> None:
    promised = level(np.nan)
    promised[1, 0] = 6.0
    day = quiet_day(promised=promised)
    assert day.communication.dimension == pytest.approx([0.0, 1.0, 0.0, 0.0, 0.0], abs=1e-12)
    assert day.communication.overall == pytest.approx(0.22 * 2.0 / 2, abs=1e-12)


def test_a_day_without_encounters_has_no_gaps() -> None:
    nobody = np.zeros((5, 0))
    day = quiet_day(
        expected_without_promises=nobody,
        expected=nobody,
        believed=np.full((5, 1), 5.0),
        standard=np.full((5, 1), 5.0),
        delivered=nobody,
        promised=nobody,
        perceived=nobody,
        adequate=nobody,
        desired=nobody,
    )
    assert day.encounters == 0
    assert np.isnan(day.customer.overall)
    assert np.isnan(day.standards.dimension).all()


def test_several_days_pool_by_encounters_not_by_days() -> None:
    busy = gaps.measure(
        **{name: np.full((5, 30), 5.0) for name in TERMS} | {"perceived": np.full((5, 30), 4.0)}, importance=IMPORTANCE
    )
    calm = gaps.measure(**{name: np.full((5, 10), 5.0) for name in TERMS}, importance=IMPORTANCE)
    closed = gaps.measure(**{name: np.zeros((5, 0)) for name in TERMS}, importance=IMPORTANCE)
    both = gaps.pool([busy, closed, calm])
    assert both.encounters == 40
    assert both.customer.overall == pytest.approx(-0.75, abs=1e-12)
    assert both.customer.dimension == pytest.approx(np.full(5, -0.75), abs=1e-12)


def test_days_without_any_encounter_pool_to_no_gaps() -> None:
    closed = gaps.measure(**{name: np.zeros((5, 0)) for name in TERMS}, importance=IMPORTANCE)
    assert np.isnan(gaps.pool([closed, closed]).customer.overall)


TERMS = (
    "expected_without_promises",
    "expected",
    "believed",
    "standard",
    "delivered",
    "promised",
    "perceived",
    "adequate",
    "desired",
)
