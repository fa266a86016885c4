"""Dates and hours as a scenario file writes them: "26 Sep", "26 Sep to 31 Oct", "09:00-17:00".

In goes the text and, through pydantic's validation context, the run (`{"run": (first, last)}`), the names of its
periods (`{"periods": {name: (first, last)}}`) or, before the run is known, the year (`{"year": 2009}`). Out come dates,
inclusive spans of dates, and minutes after midnight.
"""

import calendar
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler, ValidationInfo, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from sim.scenario.refusal import nearest, refusal, shown

_MONTHS = {name.casefold(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()}
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_WRITTEN = re.compile(r"([0-9]{1,2})\s+([A-Za-z]+)(?:\s+([0-9]{4}))?")
_LENGTH = re.compile(r"([0-9]{1,5})\s*(day|week|month|year)s?")
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})")

_DATE_ALLOWED = "a date such as '26 Sep 2009' or 2009-09-26; the year may be left out when the run holds that day once"
_SPAN_ALLOWED = (
    "a span such as '26 Sep to 31 Oct', {from: 1 Oct 2013, for: 18 months}, one date, or the name of a period"
)
_CLOCK_ALLOWED = "a time of day from '00:00' to '24:00'"
_HOURS_ALLOWED = "opening hours such as '09:00-17:00'; '22:00-06:00' runs over midnight; '00:00-24:00' is the whole day"


def _day(year: int, month: int, day: int, value: object) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise refusal(f"{shown(value)}, a day the calendar does not have", _DATE_ALLOWED) from None


def _occurrences(month: int, day: int, run: tuple[date, date]) -> list[date]:
    return [
        found
        for year in range(run[0].year, run[1].year + 1)
        if day <= calendar.monthrange(year, month)[1] and run[0] <= (found := date(year, month, day)) <= run[1]
    ]


def parse_date(value: object, context: Mapping[str, Any] | None = None) -> date:
    """One date. A date without a year is the one occurrence inside `context["run"]`, or that of `context["year"]`."""
    context = context or {}
    if isinstance(value, datetime):
        raise refusal(shown(value), _DATE_ALLOWED)
    if isinstance(value, date):
        return value
    text = value.strip() if isinstance(value, str) and len(value) <= 40 else ""
    if iso := _ISO.fullmatch(text):
        return _day(int(iso[1]), int(iso[2]), int(iso[3]), value)
    written = _WRITTEN.fullmatch(text)
    if written is None:
        raise refusal(shown(value), _DATE_ALLOWED)
    month = _MONTHS.get(written[2].casefold())
    if month is None:
        better = nearest(written[2].casefold(), _MONTHS)
        raise refusal(f"unknown month in {shown(value)}", _DATE_ALLOWED, better and better.capitalize())
    day = int(written[1])
    if written[3]:
        return _day(int(written[3]), month, day, value)
    _day(2000, month, day, value)  # a leap year: refuses 31 Sep, lets 29 Feb look for its year
    run = context.get("run")
    if run is not None:
        found = _occurrences(month, day, run)
        if len(found) == 1:
            return found[0]
        if found:
            raise refusal(
                f"{shown(value)}, which the run holds {len(found)} times",
                "a date with its year, because the run is longer than a year",
                f"{text} {found[0].year:04d}",
            )
        raise refusal(
            f"{shown(value)}, which is not inside the run", f"a day from {run[0]} to {run[1]}, or a date with its year"
        )
    if context.get("year") is not None:
        return _day(int(context["year"]), month, day, value)
    raise refusal(f"{shown(value)} without a year", _DATE_ALLOWED, depends_on="calendar.run")


class Span(BaseModel):
    """Days from `start` to `end`, both included; it acts from opening on its first day."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    start: date
    end: date

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The written forms, as an editor should offer them."""
        date_form = {"type": "string", "description": "a date: 26 Sep 2009, 2009-09-26, or 26 Sep inside the run"}
        length = {"type": "string", "pattern": r"^\s*[0-9]{1,5}\s*(day|week|month|year)s?\s*$"}
        mappings = [
            {
                "type": "object",
                "properties": {"from": date_form, other: form},
                "required": ["from", other],
                "additionalProperties": False,
            }
            for other, form in (("to", date_form), ("for", {**length, "description": "how long: 18 months"}))
        ]
        return {
            "description": "days, both ends included: 26 Sep to 31 Oct, or the name of a period such as campaign",
            "anyOf": [{"type": "string"}, *mappings],
        }

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: object, info: ValidationInfo) -> object:
        if (
            isinstance(value, dict)
            and set(value) == {"start", "end"}
            and all(isinstance(d, date) for d in value.values())
        ):
            return value
        start, end = parse_span(value, info.context)
        return {"start": start, "end": end}

    @property
    def days(self) -> int:
        """How many days the span holds."""
        return (self.end - self.start).days + 1

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end


def parse_span(value: object, context: Mapping[str, Any] | None = None) -> tuple[date, date]:
    """First and last day of a span; months and years of `for:` are the calendar's (1 Oct for 1 month ends 31 Oct)."""
    context = context or {}
    if isinstance(value, dict):
        return _span_of_mapping(value, context)
    if isinstance(value, str) and len(value) <= 80:
        periods: Mapping[str, tuple[date, date]] = context.get("periods") or {}
        if value.strip() in periods:
            return periods[value.strip()]
        first, to, last = (part.strip() for part in value.partition(" to "))
        if to:
            return _ordered(_first(first, last, context), last, context, value)
        if not any(character.isdigit() for character in value):
            raise refusal(shown(value), _SPAN_ALLOWED, nearest(value.strip(), periods), depends_on="calendar")
    elif not isinstance(value, date):
        raise refusal(shown(value), _SPAN_ALLOWED)
    only = parse_date(value, context)
    return only, only


def _first(first: str, last: str, context: Mapping[str, Any]) -> date:
    """The first day of a span; in "1 Sep to 31 Dec 2009" it takes its year from the last."""
    if not re.search(r"[0-9]{4}", last) or re.search(r"[0-9]{4}", first):
        return parse_date(first, context)
    end = parse_date(last, context)
    start = parse_date(first, {"year": end.year})
    return start if start <= end else parse_date(first, {"year": end.year - 1})


def _span_of_mapping(value: dict[Any, Any], context: Mapping[str, Any]) -> tuple[date, date]:
    if set(value) == {"from", "to"}:
        return _ordered(parse_date(value["from"], context), value["to"], context, value)
    if set(value) != {"from", "for"}:
        raise refusal(shown(value), "a span is {from: a date, to: a date} or {from: a date, for: 18 months}")
    start = parse_date(value["from"], context)
    length = _LENGTH.fullmatch(value["for"].strip()) if isinstance(value["for"], str) else None
    if length is None or int(length[1]) == 0:
        raise refusal(shown(value["for"]), "a whole number of days, weeks, months or years, such as '18 months'")
    number, unit = int(length[1]), length[2]
    try:
        if unit in ("day", "week"):
            after = start + timedelta(days=number * (7 if unit == "week" else 1))
        else:
            after = _months_later(start, number * (12 if unit == "year" else 1))
    except (OverflowError, ValueError):
        raise refusal(shown(value["for"]), "a span that ends before the year 10000") from None
    return start, after - timedelta(days=1)


def _ordered(start: date, last: object, context: Mapping[str, Any], value: object) -> tuple[date, date]:
    end = parse_date(last, context)
    yearless = isinstance(last, str) and not re.search(r"[0-9]{4}", last)
    if end < start and yearless and context.get("run") is None:
        end = parse_date(last, {"year": start.year + 1})
    if end < start:
        raise refusal(f"{shown(value)}, which ends before it starts", _SPAN_ALLOWED)
    return start, end


def _months_later(start: date, months: int) -> date:
    """The same day `months` later; the first of the following month where that day does not exist."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if start.day > calendar.monthrange(year, month + 1)[1]:
        return date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, start.day)


def parse_clock(value: object) -> float:
    """Minutes after midnight from "09:00"; "24:00" is 1440."""
    match = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) and len(value) <= 20 else None
    if match is None:
        raise refusal(shown(value), _CLOCK_ALLOWED)
    minutes = int(match[1]) * 60 + int(match[2])
    if int(match[2]) > 59 or minutes > 1440:
        raise refusal(shown(value), _CLOCK_ALLOWED)
    return float(minutes)


class ClockSpan(BaseModel):
    """Hours of a day in minutes after its midnight; an `end` above 1440 lies on the next day ("22:00-06:00")."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    start: float
    end: float

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The written form, as an editor should offer it."""
        clock = r"[0-9]{1,2}:[0-9]{2}"
        return {
            "type": "string",
            "pattern": rf"^\s*{clock}\s*-\s*{clock}\s*$",
            "description": "hours of a day: 09:00-17:00; 22:00-06:00 runs over midnight",
        }

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: object) -> object:
        if isinstance(value, dict) and set(value) == {"start", "end"}:
            return value
        first, dash, last = value.partition("-") if isinstance(value, str) and len(value) <= 40 else ("", "", "")
        if not dash:
            raise refusal(shown(value), _HOURS_ALLOWED)
        start, end = parse_clock(first), parse_clock(last)
        if start == end or start == 1440:
            raise refusal(shown(value), _HOURS_ALLOWED)
        return {"start": start, "end": end if end > start else end + 1440.0}

    @property
    def minutes(self) -> float:
        """Length in minutes."""
        return self.end - self.start
