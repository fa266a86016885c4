"""The festivals of a run, day by day: which are felt, which begin, how they move the rates of needs; birthdays."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.calendar import Calendar
from sim.scenario.document import Document

if TYPE_CHECKING:
    from sim.customers import Customers
    from sim.streams import Streams

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Festivals:
    """felt: name -> (days,), whether it is felt on each day of the run; begins: name -> days on which it begins itself;
    birthday: int16 (customers,), day of a year of 365 from 0; empty where nobody asks for it
    """

    def __init__(self, document: Document, calendar: Calendar, customers: Customers, streams: Streams) -> None:
        last = calendar.start + timedelta(days=calendar.days - 1)
        self.felt: dict[str, NDArray[np.bool_]] = {}
        self.begins: dict[str, set[int]] = {}
        for name, festival in document.calendar.festivals.items():
            felt = self.felt[name] = np.zeros(calendar.days, np.bool_)
            for start, end in festival.felt(calendar.start, last):
                felt[max(calendar.day(start), 0) : max(calendar.day(end) + 1, 0)] = True
            spans = festival.spans(calendar.start, last)
            self.begins[name] = {calendar.day(start) for start, _ in spans if calendar.start <= start <= last}
        self.birthday = np.zeros(0, np.int16)
        if any(terms.birthdays for terms in document.outreach.values()):
            luck = streams.everyone("birthday", 0, customers.population)
            self.birthday = np.floor(luck * 365.0).astype(np.int16)

    def factors(self, document: Document, day: int) -> Floats | None:
        """What the festivals of a day multiply the rate of each need by, (needs,); None where nothing is moved."""
        today = [name for name, felt in self.felt.items() if felt[day]]
        if not today:
            return None
        found = np.ones(len(document.market.needs))
        for place, need in enumerate(document.market.needs.values()):
            for name in today:
                found[place] *= need.festivals.get(name, 1.0)
        return found

    def born_on(self, day: date) -> Integers:
        """Rows whose birthday is this day; nobody's is 29 February."""
        if (day.month, day.day) == (2, 29):
            return np.zeros(0, np.int64)
        return np.flatnonzero(self.birthday == day.replace(year=2001).timetuple().tm_yday - 1)
