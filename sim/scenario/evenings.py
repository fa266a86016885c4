"""When something is measured: on stated evenings, or on the last evening of every calendar week, month or quarter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from sim.scenario.surveys import Every

_DAYS_OF_WEEK: Final = 7


def evenings(first: date, last: date, on: Sequence[date] | None, every: Every | None) -> list[int]:
    """The days of a run from `first` to `last` (day 0 is the first) on whose evening it is held, in order.

    A week ends on Sunday. A period that the run cuts off at its end has no last evening.
    """
    if on is not None:
        return sorted((when - first).days for when in on)
    assert every is not None  # one of the two is always there
    days = range((last - first).days + 1)
    return [day for day in days if ends(first + timedelta(days=day), every)]


def ends(when: date, every: Every) -> bool:
    """Whether a calendar week, month or quarter ends on this day."""
    tomorrow = when + timedelta(days=1)
    if every == "week":
        return when.weekday() == _DAYS_OF_WEEK - 1
    return tomorrow.day == 1 and (every == "month" or tomorrow.month in (1, 4, 7, 10))
