"""Days of a run: dates are inclusive, weeks begin on Monday, and every day belongs to one period."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.calendar import DAYS_PER_MONTH, DAYS_PER_YEAR, Calendar
from sim.scenario.document import CalendarSection
from sim.scenario.quantities import Span

AUTUMN = Calendar(date(2009, 9, 1), 122, (25, 60))
"""1 September (a Tuesday) to 31 December 2009, with a campaign from 26 September to 31 October."""


def test_the_document_gives_the_days_with_both_ends() -> None:
    window = {"run": "1 Sep 2009 to 31 Dec 2009", "campaign": "26 Sep 2009 to 31 Oct 2009"}
    assert Calendar.of(CalendarSection.model_validate(window)) == AUTUMN
    assert Calendar.of(CalendarSection.model_validate({"run": "1 Sep 2009 to 1 Sep 2009"})).days == 1


def test_both_ends_of_the_campaign_belong_to_it() -> None:
    assert [AUTUMN.period(day) for day in (0, 24, 25, 60, 61, 121)] == [
        "before", "before", "campaign", "campaign", "aftermath", "aftermath",
    ]  # fmt: skip
    assert [AUTUMN.periods.count(name) for name in ("before", "campaign", "aftermath")] == [25, 36, 61]


def test_without_a_campaign_every_day_is_compared() -> None:
    assert set(Calendar(date(2009, 9, 1), 10, None).periods) == {"campaign"}


def test_a_campaign_may_fill_the_run_or_reach_beyond_it() -> None:
    assert set(Calendar(date(2009, 9, 1), 10, (0, 9)).periods) == {"campaign"}
    assert Calendar(date(2009, 9, 1), 4, (-5, 1)).periods == ("campaign", "campaign", "aftermath", "aftermath")
    assert Calendar(date(2009, 9, 1), 4, (2, 90)).periods == ("before", "before", "campaign", "campaign")


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 5000))
def test_dates_and_days_translate_both_ways(start: date, day: int) -> None:
    calendar = Calendar(start, 5001, None)
    assert calendar.day(calendar.date_of(day)) == day
    assert calendar.weekday(day) == calendar.date_of(day).weekday()


def test_days_before_the_run_are_negative() -> None:
    assert AUTUMN.day(date(2009, 8, 31)) == -1
    assert AUTUMN.weekday(-1) == 0


def test_a_span_holds_both_its_days() -> None:
    span = Span(start=date(2009, 9, 26), end=date(2009, 10, 31))
    assert AUTUMN.span(span) == (25, 60)
    assert AUTUMN.span(Span(start=date(2009, 9, 1), end=date(2009, 9, 1))) == (0, 0)


def test_a_week_begins_on_monday_and_with_the_run() -> None:
    assert [day for day in range(22) if AUTUMN.begins(day, "week")] == [0, 6, 13, 20]


def test_a_month_begins_on_its_first_and_with_the_run() -> None:
    assert [day for day in range(122) if AUTUMN.begins(day, "month")] == [0, 30, 61, 91]
    assert [day for day in range(20) if Calendar(date(2009, 9, 20), 20, None).begins(day, "month")] == [0, 11]


def test_a_leap_day_is_a_day() -> None:
    assert Calendar(date(2024, 2, 28), 5, None).date_of(1) == date(2024, 2, 29)
    assert Calendar(date(2024, 2, 28), 5, None).day(date(2024, 3, 1)) == 2


def test_months_and_years_are_those_of_the_scenario_files() -> None:
    assert pytest.approx(30.4375) == DAYS_PER_MONTH
    assert DAYS_PER_YEAR == 365.25
