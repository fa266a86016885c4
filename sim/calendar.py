"""The days of a run: which date, which weekday, which part of the plan's story, and where weeks and months begin.

Day 0 is the first day of the run; a minute is counted from its midnight. Dates are inclusive and act from opening.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.scenario.document import CalendarSection
from sim.scenario.quantities import Span

MINUTES_PER_DAY: Final = 1440
DAYS_PER_MONTH: Final = 365.25 / 12
DAYS_PER_YEAR: Final = 365.25
PERIODS: Final = ("before", "campaign", "aftermath")


@dataclass(frozen=True)
class Calendar:
    """The run from `start`, `days` long; `campaign` is its window in days, (first, last), or None."""

    start: date
    days: int
    campaign: tuple[int, int] | None

    @classmethod
    def of(cls, section: CalendarSection) -> Calendar:
        """From the document's calendar section."""
        start, window = section.run.start, section.campaign
        campaign = None if window is None else ((window.start - start).days, (window.end - start).days)
        return cls(start, section.run.days, campaign)

    def date_of(self, day: int) -> date:
        """The date of a day of the run."""
        return self.start + timedelta(days=day)

    def weekday(self, day: int) -> int:
        """0 for Monday to 6 for Sunday."""
        return (self.start.weekday() + day) % 7

    def day(self, when: date) -> int:
        """The day of the run on this date; negative before it begins."""
        return (when - self.start).days

    def span(self, span: Span) -> tuple[int, int]:
        """First and last day of a span of dates, both included."""
        return self.day(span.start), self.day(span.end)

    def period(self, day: int) -> str:
        """`before`, `campaign` or `aftermath`; without a campaign window every day is `campaign`."""
        if self.campaign is None:
            return "campaign"
        return "before" if day < self.campaign[0] else "campaign" if day <= self.campaign[1] else "aftermath"

    def begins(self, day: int, per: str) -> bool:
        """Whether a calendar week (Monday) or month begins on this day, or the run does."""
        return day == 0 or (self.weekday(day) == 0 if per == "week" else self.date_of(day).day == 1)

    @cached_property
    def months(self) -> tuple[str, ...]:
        """The calendar months of the run, such as 2009-09."""
        return tuple(dict.fromkeys(self._month(day) for day in range(self.days)))

    @cached_property
    def month_of(self) -> NDArray[np.int64]:
        """The month of each day, from 0 for the first of the run."""
        return np.array([self.months.index(self._month(day)) for day in range(self.days)], np.int64)

    def _month(self, day: int) -> str:
        date = self.date_of(day)
        return f"{date.year}-{date.month:02d}"

    @cached_property
    def periods(self) -> tuple[str, ...]:
        """The period of each day."""
        return tuple(self.period(day) for day in range(self.days))
