"""Dates, spans and hours as a scenario file writes them."""

from datetime import date
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from sim.scenario import quantities

AUTUMN = {
    "run": (date(2009, 9, 1), date(2009, 12, 31)),
    "periods": {"campaign": (date(2009, 9, 26), date(2009, 10, 31))},
}
TWO_YEARS = {"run": (date(2009, 9, 1), date(2011, 8, 31))}
OVER_NEW_YEAR = {"run": (date(2009, 9, 1), date(2010, 2, 28))}


def read(kind: str, written: object, context: dict[str, Any] | None = None) -> Any:
    return TypeAdapter(getattr(quantities, kind)).validate_python(written, context=context)


def span(written: object, context: dict[str, Any] | None = None) -> tuple[date, date]:
    found = read("Span", written, context)
    return found.start, found.end


def refused(kind: str, written: object, context: dict[str, Any] | None = None) -> dict[str, str]:
    with pytest.raises(ValidationError) as caught:
        read(kind, written, context)
    (error,) = caught.value.errors()
    return dict(error["ctx"])


@pytest.mark.parametrize("written", ["26 Sep 2009", "2009-09-26", "26 September 2009", date(2009, 9, 26)])
def test_a_date_with_its_year_is_that_day(written: object) -> None:
    assert read("Date", written) == date(2009, 9, 26)


def test_a_date_without_a_year_is_the_one_such_day_inside_the_run() -> None:
    assert read("Date", "26 Sep", AUTUMN) == date(2009, 9, 26)
    assert read("Date", "3 Jan", OVER_NEW_YEAR) == date(2010, 1, 3)


def test_a_date_without_a_year_must_be_inside_the_run_exactly_once() -> None:
    assert "not inside the run" in refused("Date", "1 Mar", AUTUMN)["found"]
    twice = refused("Date", "26 Sep", TWO_YEARS)
    assert "2 times" in twice["found"]
    assert twice["suggestion"] == "26 Sep 2009"
    assert "without a year" in refused("Date", "26 Sep")["found"]


def test_the_29th_of_february_is_found_in_the_leap_year_of_the_run() -> None:
    assert read("Date", "29 Feb", {"run": (date(2011, 6, 1), date(2013, 5, 31))}) == date(2012, 2, 29)
    assert "not inside the run" in refused("Date", "29 Feb", OVER_NEW_YEAR)["found"]


@pytest.mark.parametrize("written", ["31 Sep 2009", "2009-02-29", "26 Spt 2009", "26.9.2009", "soon", "", 20090926])
def test_what_is_no_date_is_refused(written: object) -> None:
    assert "a date such as" in refused("Date", written)["allowed"]


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        ("26 Sep to 31 Oct", date(2009, 9, 26), date(2009, 10, 31)),
        ({"from": "26 Sep", "to": "31 Oct"}, date(2009, 9, 26), date(2009, 10, 31)),
        ({"from": "1 Oct", "for": "1 month"}, date(2009, 10, 1), date(2009, 10, 31)),
        ({"from": "1 Oct", "for": "2 weeks"}, date(2009, 10, 1), date(2009, 10, 14)),
        ({"from": "1 Oct", "for": "1 day"}, date(2009, 10, 1), date(2009, 10, 1)),
        ("5 Oct", date(2009, 10, 5), date(2009, 10, 5)),
        ("campaign", date(2009, 9, 26), date(2009, 10, 31)),
    ],
)
def test_a_span_holds_both_its_ends(written: object, start: date, end: date) -> None:
    assert span(written, AUTUMN) == (start, end)


def test_months_of_a_span_are_those_of_the_calendar() -> None:
    assert span({"from": "1 Oct 2013", "for": "18 months"}) == (date(2013, 10, 1), date(2015, 3, 31))
    assert span({"from": "31 Jan 2010", "for": "1 month"}) == (date(2010, 1, 31), date(2010, 2, 28))
    assert span({"from": "1 Jan 2010", "for": "2 years"}) == (date(2010, 1, 1), date(2011, 12, 31))


def test_the_first_day_of_a_span_may_leave_its_year_to_the_last() -> None:
    assert span("1 Sep to 31 Dec 2009") == (date(2009, 9, 1), date(2009, 12, 31))
    assert span("1 Nov to 28 Feb 2010") == (date(2009, 11, 1), date(2010, 2, 28))
    assert span("1 Nov 2009 to 28 Feb", {"year": 2009}) == (date(2009, 11, 1), date(2010, 2, 28))


def test_days_of_a_span_are_counted_with_both_ends() -> None:
    campaign = read("Span", "26 Sep to 31 Oct", AUTUMN)
    assert campaign.days == 36
    assert date(2009, 10, 31) in campaign
    assert date(2009, 11, 1) not in campaign


def test_a_mistyped_period_is_refused_with_the_right_word() -> None:
    assert refused("Span", "campain", AUTUMN)["suggestion"] == "campaign"


@pytest.mark.parametrize(
    "written",
    [
        "31 Oct to 26 Sep",
        {"from": "1 Oct"},
        {"from": "1 Oct", "for": "some months"},
        {"from": "1 Oct", "for": "0 days"},
        {"from": "1 Oct", "for": "99999 years"},
        {"start": "1 Oct", "end": "2 Oct"},
        ["1 Oct", "2 Oct"],
        3,
        None,
    ],
)
def test_what_is_no_span_is_refused(written: object) -> None:
    assert refused("Span", written, AUTUMN)["allowed"]


def test_a_time_of_day_is_minutes_after_midnight() -> None:
    assert read("Clock", "09:30") == 570.0
    assert read("Clock", "00:00") == 0.0
    assert read("Clock", "24:00") == 1440.0


@pytest.mark.parametrize("written", ["24:01", "9.30", "09:60", "noon", 570, None])
def test_what_is_no_time_of_day_is_refused(written: object) -> None:
    assert refused("Clock", written)["allowed"]


def test_opening_hours_may_run_over_midnight() -> None:
    day, night = read("ClockSpan", "09:00-17:00"), read("ClockSpan", "22:00-06:00")
    assert (day.start, day.end, day.minutes) == (540.0, 1020.0, 480.0)
    assert (night.start, night.end, night.minutes) == (1320.0, 1800.0, 480.0)
    assert read("ClockSpan", "00:00-24:00").minutes == 1440.0


@pytest.mark.parametrize("written", ["09:00", "09:00-09:00", "24:00-06:00", "9-17", "09:00 to 17:00", 9, None])
def test_what_are_no_opening_hours_is_refused(written: object) -> None:
    assert refused("ClockSpan", written)["allowed"]
