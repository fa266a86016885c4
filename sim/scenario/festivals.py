"""Festivals, paydays and seasons: named days of the calendar that move what people need and when they are called.

The dates of the lunar ones stand in a table, from public calendars of the Chinese year; two independent public
conversions (the packages lunardate and LunarCalendar) agree on all of them.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from sim.scenario.quantities import Count, Date, PositiveCount, Span
from sim.scenario.section import Section

# Year: first day of the Spring Festival, Dragon Boat (5th of the 5th month), Mid-Autumn (15th of the 8th), as MMDD.
LUNAR: Final = {
    2005: (209, 611, 918), 2006: (129, 531, 1006), 2007: (218, 619, 925), 2008: (207, 608, 914), 2009: (126, 528, 1003),
    2010: (214, 616, 922), 2011: (203, 606, 912), 2012: (123, 623, 930), 2013: (210, 612, 919), 2014: (131, 602, 908),
    2015: (219, 620, 927), 2016: (208, 609, 915), 2017: (128, 530, 1004), 2018: (216, 618, 924), 2019: (205, 607, 913),
    2020: (125, 625, 1001), 2021: (212, 614, 921), 2022: (201, 603, 910), 2023: (122, 622, 929), 2024: (210, 610, 917),
    2025: (129, 531, 1006), 2026: (217, 619, 925), 2027: (206, 609, 915), 2028: (126, 528, 1003), 2029: (213, 616, 922),
    2030: (203, 605, 912),
}  # fmt: skip
_LANTERN_AFTER: Final = timedelta(days=14)  # the 15th of the month that begins with the Spring Festival
Holiday = Literal["spring-festival", "lantern", "dragon-boat", "mid-autumn", "new-year", "labour-day", "national-day"]
_FIXED: Final = {"new-year": (1, 1), "labour-day": (5, 1), "national-day": (10, 1)}


def date_of(holiday: Holiday, year: int) -> date:
    """The (first) day of a holiday in a year. KeyError for a lunar one outside the table."""
    if holiday in _FIXED:
        return date(year, *_FIXED[holiday])
    spring, dragon_boat, mid_autumn = (date(year, *divmod(each, 100)) for each in LUNAR[year])
    return {
        "spring-festival": spring,
        "lantern": spring + _LANTERN_AFTER,
        "dragon-boat": dragon_boat,
        "mid-autumn": mid_autumn,
    }[holiday]


class Festival(Section):
    """Days with a name: a holiday, stated days, a day of each month (payday), or a season."""

    holiday: Holiday | None = Field(
        default=None, description="a public holiday; those of the lunar year are known for 2005 to 2030"
    )
    on: list[Date] | None = Field(default=None, min_length=1, description="these days")
    each_month: PositiveCount | None = Field(
        default=None, le=31, description="this day of each month, or its last: a payday"
    )
    during: list[Span] | None = Field(default=None, min_length=1, description="a season: these spans of days")
    days_before: Count = Field(default=0, le=60, description="days it is felt before")
    days_after: Count = Field(default=0, le=60, description="days it is felt after")

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        kinds = (self.holiday, self.on, self.each_month, self.during)
        if sum(kind is not None for kind in kinds) != 1:
            raise ValueError("exactly one of holiday, on, each_month, during")
        return self

    @property
    def lunar(self) -> bool:
        """Whether its dates are those of the lunar year."""
        return self.holiday is not None and self.holiday not in _FIXED

    def spans(self, first: date, last: date) -> Iterator[tuple[date, date]]:
        """Its first and last days themselves, near the days asked about, in order, without what it is felt around."""
        if self.during is not None:
            yield from sorted((span.start, span.end) for span in self.during)
        elif self.on is not None:
            yield from sorted((day, day) for day in self.on)
        else:
            for year in range((first - timedelta(days=61)).year, (last + timedelta(days=61)).year + 1):
                if self.holiday is not None:
                    if self.lunar and year not in LUNAR:
                        continue
                    yield date_of(self.holiday, year), date_of(self.holiday, year)
                else:
                    assert self.each_month is not None  # one of the four
                    for month in range(1, 13):
                        day = date(year, month, min(self.each_month, monthrange(year, month)[1]))
                        yield day, day

    def felt(self, first: date, last: date) -> Iterator[tuple[date, date]]:
        """The same with the days before and after on which it is felt."""
        for start, end in self.spans(first, last):
            yield start - timedelta(days=self.days_before), end + timedelta(days=self.days_after)
