"""The quantities a scenario file is written in, as pydantic types for the fields of the models.

In goes what the file says ("80%", "10 min", "2 per month", "26 Sep to 31 Oct"); out comes one plain value in one unit,
or an error in plain words. The reading itself is in `units.py` (numbers, names) and `moments.py` (dates, hours).
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, ValidationInfo, WithJsonSchema

from sim.scenario.moments import ClockSpan, Span, parse_clock, parse_date
from sim.scenario.units import (
    DAYS_PER_RATE_UNIT,
    DAYS_PER_UNIT,
    LARGEST_COUNT,
    MINUTES_PER_UNIT,
    amount_parser,
    count_parser,
    measured_parser,
    number_parser,
    parse_identifier,
    parse_rate,
    parse_text,
    parse_threshold,
    share_parser,
)

__all__ = [
    "Amount",
    "Clock",
    "ClockSpan",
    "Count",
    "Date",
    "Days",
    "HoursOfDay",
    "Identifier",
    "Minutes",
    "NonNegative",
    "Number",
    "PositiveCount",
    "PositiveNumber",
    "Rate",
    "Scale",
    "Share",
    "SignedAmount",
    "SignedShare",
    "Span",
    "Text",
    "Threshold",
]


def described(name: str, description: str, *forms: dict[str, Any]) -> WithJsonSchema:
    """JSON Schema of one quantity: its written forms; `schema.py` adds the form with provenance under `name`."""
    form = forms[0] if len(forms) == 1 else {"anyOf": list(forms)}
    return WithJsonSchema({**form, "description": description, "x-quantity": name})


_PERCENT_FORM = {"type": "string", "pattern": r"^\s*[+-]?[0-9]+(\.[0-9]+)?\s*%\s*$"}


def _unit_form(units: Mapping[str, Decimal], before: str = r"\s*") -> dict[str, Any]:
    return {"type": "string", "pattern": rf"^\s*[0-9]+(\.[0-9]+)?{before}({'|'.join(units)})\s*$"}


Share = Annotated[
    float,
    BeforeValidator(share_parser(0, "a share from 0 to 1, or a percentage such as '80%'")),
    described(
        "Share",
        "a share from 0 to 1, such as 0.8 or 80%",
        {"type": "number", "minimum": 0, "maximum": 1},
        _PERCENT_FORM,
    ),
]
SignedShare = Annotated[
    float,
    BeforeValidator(share_parser(-1, "a share from -1 to 1, or a percentage such as '-20%'")),
    described(
        "SignedShare",
        "a share from -1 to 1, such as -0.2 or -20%",
        {"type": "number", "minimum": -1, "maximum": 1},
        _PERCENT_FORM,
    ),
]
Minutes = Annotated[
    float,
    BeforeValidator(measured_parser(MINUTES_PER_UNIT, "a time", "10 min")),
    described("Minutes", "a time with its unit: 30 s, 10 min, 1.5 h, 1 day", _unit_form(MINUTES_PER_UNIT)),
]
Days = Annotated[
    float,
    BeforeValidator(measured_parser(DAYS_PER_UNIT, "a length of time", "30 days")),
    described(
        "Days",
        "a length of time with its unit: 30 days, 2 weeks, 18 months (of 30.4375 days), 1 year (365.25)",
        _unit_form(DAYS_PER_UNIT),
    ),
]
Rate = Annotated[
    float,
    BeforeValidator(parse_rate),
    described(
        "Rate",
        "how often: 12 per hour, 1 per day, 0.3 per week, 2 per month, 3 per year",
        _unit_form(DAYS_PER_RATE_UNIT, r"\s+per\s+"),
    ),
]
_MONEY_TEXT = {"type": "string", "pattern": r"^\s*[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?\s*$"}
Amount = Annotated[
    Decimal,
    BeforeValidator(amount_parser(signed=False)),
    described(
        "Amount",
        "an amount of money in the scenario's currency, exact: 0.045",
        {"type": "number", "minimum": 0, "exclusiveMaximum": 1e12},
        _MONEY_TEXT,
    ),
]
SignedAmount = Annotated[
    Decimal,
    BeforeValidator(amount_parser(signed=True)),
    described(
        "SignedAmount",
        "an amount of money in the scenario's currency, negative allowed",
        {"type": "number", "exclusiveMinimum": -1e12, "exclusiveMaximum": 1e12},
        _MONEY_TEXT,
    ),
]
Count = Annotated[
    int,
    BeforeValidator(count_parser(0)),
    described("Count", "a whole number, 0 or more", {"type": "integer", "minimum": 0, "maximum": LARGEST_COUNT}),
]
PositiveCount = Annotated[
    int,
    BeforeValidator(count_parser(1)),
    described(
        "PositiveCount", "a whole number, 1 or more", {"type": "integer", "minimum": 1, "maximum": LARGEST_COUNT}
    ),
]
Number = Annotated[
    float,
    BeforeValidator(number_parser("a number", lambda number: True)),
    described("Number", "a number without a unit", {"type": "number"}),
]
PositiveNumber = Annotated[
    float,
    BeforeValidator(number_parser("a number above 0", lambda number: number > 0)),
    described("PositiveNumber", "a number above 0", {"type": "number", "exclusiveMinimum": 0}),
]
NonNegative = Annotated[
    float,
    BeforeValidator(number_parser("a number, 0 or more", lambda number: number >= 0)),
    described("NonNegative", "a number, 0 or more", {"type": "number", "minimum": 0}),
]
Scale = Annotated[
    float,
    BeforeValidator(number_parser("a number from 1 to 7, the quality scale", lambda number: 1 <= number <= 7)),
    described(
        "Scale", "a point on the quality scale, 1 (worst) to 7 (best)", {"type": "number", "minimum": 1, "maximum": 7}
    ),
]
Text = Annotated[
    str | dict[str, str],
    BeforeValidator(parse_text),
    described(
        "Text",
        "a text, or one text per language: {en: Autumn campaign, zh: 金秋营销}",
        {"type": "string"},
        {"type": "object", "additionalProperties": {"type": "string"}, "minProperties": 1},
    ),
]
Threshold = Annotated[
    float,
    BeforeValidator(parse_threshold),
    described(
        "Threshold",
        "where a band begins, as a key: a count such as 3, or a share such as 95%",
        {"type": "number", "minimum": 0},
        _PERCENT_FORM,
    ),
]
Identifier = Annotated[
    str,
    BeforeValidator(parse_identifier),
    described(
        "Identifier",
        "a name: letters of any script, digits, _ and -; no dots or spaces",
        {"type": "string", "pattern": r"^[^\s.]{1,64}$"},
    ),
]


def _date_in_context(value: object, info: ValidationInfo) -> date:
    return parse_date(value, info.context)


Date = Annotated[
    date,
    BeforeValidator(_date_in_context),
    described(
        "Date",
        "a date: 26 Sep 2009 or 2009-09-26; without its year, the one such day inside the run",
        {"type": "string"},
    ),
]


def _hours_of_day(value: object) -> object:
    ClockSpan.model_validate(value)
    return value


HoursOfDay = Annotated[
    str,
    BeforeValidator(_hours_of_day),
    described(
        "HoursOfDay",
        "hours of a day, as a key: 09:00-17:00; 22:00-06:00 runs over midnight",
        {"type": "string", "pattern": r"^\s*[0-9]{1,2}:[0-9]{2}\s*-\s*[0-9]{1,2}:[0-9]{2}\s*$"},
    ),
]
Clock = Annotated[
    float,
    BeforeValidator(parse_clock),
    described("Clock", "a time of day, 00:00 to 24:00", {"type": "string", "pattern": r"^\s*[0-9]{1,2}:[0-9]{2}\s*$"}),
]
