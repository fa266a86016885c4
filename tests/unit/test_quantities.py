"""Quantities: what a file may write for a share, a time, a rate, an amount, a count, a name, and what comes out."""

from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from sim.scenario import quantities
from sim.scenario.units import text_in


def read(kind: str, written: object) -> Any:
    return TypeAdapter(getattr(quantities, kind)).validate_python(written)


def refused(kind: str, written: object) -> dict[str, str]:
    with pytest.raises(ValidationError) as caught:
        read(kind, written)
    (error,) = caught.value.errors()
    return dict(error["ctx"])


@pytest.mark.parametrize(
    ("kind", "written", "meant"),
    [
        ("Share", "80%", 0.8),
        ("Share", "73.2 %", 0.732),
        ("Share", 0.8, 0.8),
        ("Share", 0, 0.0),
        ("Share", 1, 1.0),
        ("SignedShare", "-20%", -0.2),
        ("Minutes", "30 s", 0.5),
        ("Minutes", "10 min", 10.0),
        ("Minutes", "1.5 h", 90.0),
        ("Minutes", "1 day", 1440.0),
        ("Days", "2 weeks", 14.0),
        ("Days", "18 months", 18 * 30.4375),
        ("Days", "1 year", 365.25),
        ("Days", "12 hours", 0.5),
        ("Rate", "1 per day", 1.0),
        ("Rate", "12 per hour", 288.0),
        ("Rate", "7 per week", 1.0),
        ("Rate", "2 per month", 2 / 30.4375),
        ("Rate", "3 per year", 3 / 365.25),
        ("Count", 0, 0),
        ("PositiveCount", 20000, 20000),
        ("Number", -2, -2.0),
        ("NonNegative", 0, 0.0),
        ("Scale", 7, 7.0),
        ("SignedAmount", -3, Decimal(-3)),
    ],
)
def test_a_quantity_is_read_in_its_unit(kind: str, written: object, meant: float) -> None:
    assert read(kind, written) == meant


@pytest.mark.parametrize("written", [0.045, "0.045"])
def test_an_amount_of_money_stays_exact(written: object) -> None:
    assert read("Amount", written) == Decimal("0.045")


def test_thresholds_that_are_keys_of_a_table_are_counts() -> None:
    assert read("Count", "1000") == 1000


@pytest.mark.parametrize(
    ("kind", "written", "suggestion"),
    [
        ("Share", 80, "80%"),
        ("Share", "0.8", "0.8"),
        ("Minutes", 10, "10 min"),
        ("Minutes", "10 mins", "10 min"),
        ("Minutes", "10 min per visit", "10 min"),
        ("Minutes", "2 hour each", "2 hour"),
        ("Days", 30, "30 days"),
        ("Days", "18 month's", "18 month"),
        ("Rate", 2, "2 per month"),
        ("Rate", "2 per mnth", "2 per month"),
        ("Identifier", "counter desk", "counter_desk"),
        ("Identifier", "counter.desk", "counter_desk"),
    ],
)
def test_a_slip_in_a_unit_is_refused_with_what_was_meant(kind: str, written: object, suggestion: str) -> None:
    assert refused(kind, written)["suggestion"] == suggestion


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("Share", "120%"),
        ("Share", -0.1),
        ("Share", True),
        ("Share", None),
        ("Share", "9" * 100 + "%"),
        ("SignedShare", -1.01),
        ("Minutes", "-5 min"),
        ("Minutes", "ten min"),
        ("Minutes", "5 min 30 s"),
        ("Minutes", "9" * 70 + " min"),
        ("Days", "3 fortnights"),
        ("Rate", "-1 per day"),
        ("Rate", "two per day"),
        ("Amount", -1),
        ("Amount", "50 yuan"),
        ("Amount", 10**12),
        ("Amount", float("nan")),
        ("Amount", float("inf")),
        ("Amount", True),
        ("SignedAmount", -(10**12)),
        ("Count", -1),
        ("Count", 2.0),
        ("Count", True),
        ("Count", "many"),
        ("Count", 10**9 + 1),
        ("PositiveCount", 0),
        ("Number", float("nan")),
        ("Number", float("inf")),
        ("Number", "3"),
        ("Number", 10**16),
        ("PositiveNumber", 0),
        ("NonNegative", -0.001),
        ("Scale", 0.99),
        ("Scale", 7.01),
        ("Text", ""),
        ("Text", 3),
        ("Text", {}),
        ("Text", {"English": "Autumn"}),
        ("Text", {"en": 3}),
        ("Identifier", ""),
        ("Identifier", "-a"),
        ("Identifier", "a" * 65),
        ("Identifier", "a/b"),
        ("Identifier", 3),
    ],
)
def test_what_is_no_such_quantity_is_refused_in_plain_words(kind: str, written: object) -> None:
    words = refused(kind, written)
    assert words["found"]
    assert words["allowed"]
    assert len(words["found"]) < 120


@pytest.mark.parametrize("name", ["counter", "柜台", "शाखा", "счёт_2", "2009", "a-b_c", "ร้าน"])
def test_names_may_be_in_any_script(name: str) -> None:
    assert read("Identifier", name) == name


def test_a_title_is_shown_in_the_language_asked_for_or_the_nearest_there_is() -> None:
    title = {"zh": "金秋营销", "en": "Autumn campaign"}
    assert text_in(title, "zh") == "金秋营销"
    assert text_in(title, "fr") == "Autumn campaign"
    assert text_in({"zh": "金秋营销"}, "fr") == "金秋营销"
    assert text_in("Autumn", "zh") == "Autumn"
