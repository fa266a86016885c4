"""Outreach under way: which contacts are owed to whom, which were made, which were missed.

One `Programme` keeps one programme of the document over the run, as columns over the customers. Days, and the rows
the staff got to, go in; the rows to contact today and those whose contact was missed come out.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sim.calendar import Calendar
from sim.customers import Customers
from sim.levers.audience import Audiences
from sim.scenario.document import Document
from sim.scenario.outreach import Invites, Outreach
from sim.streams import Streams

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
NOT_OWED = -1


class Programme:
    """`due_next`: (customers,), the day on which the next contact falls due; `owed_since`: the day an open one did;
    `covered`: whom the programme looks after, of its audience; `reached`: whom it has ever contacted; `comes_on`: the
    day on which someone who was asked will come, -1 for none.

    First contacts are spread evenly over one interval, each customer's by their own luck, so that the work is even.
    """

    def __init__(self, name: str, terms: Outreach, calendar: Calendar, customers: Customers, streams: Streams) -> None:
        self.name = name
        self.owner = f"outreach.{name}"
        first, self.last = (0, calendar.days - 1) if terms.during is None else calendar.span(terms.during)
        self.due_next = np.full(len(customers), np.inf)
        if terms.every is not None:
            self.due_next = first + streams.everyone("outreach", 0, customers.population, name) * terms.every
        self.owed_since = np.full(len(customers), NOT_OWED, np.int32)
        self.covered = np.ones(len(customers), np.bool_)
        self.reached = np.zeros(len(customers), np.bool_)
        asked = len(customers) if terms.invites is not None else 0
        self.comes_on = np.full(asked, NOT_OWED, np.int32)
        self._brought: list[tuple[int, int]] = []

    def open_day(self, day: int, terms: Outreach, audiences: Audiences, occasions: Integers) -> tuple[int, Integers]:
        """Let contacts lapse and fall due: how many fell due, and the rows whose contact was missed for good.

        occasions: rows, rising, of those for whom a contact falls due today by what happened to them; who is still owed
        one is owed no second.
        Who is no longer in the audience is owed nothing any more, and has not missed anything.
        """
        missed = owed = np.flatnonzero(self.owed_since >= 0)
        if len(owed):
            entitled = audiences.members(self.owner, terms.audience, owed) & self.covered[owed]
            self.owed_since[owed[~entitled]] = NOT_OWED
            owed = owed[entitled]
            missed = owed[day - self.owed_since[owed] >= terms.lasts]
            self.owed_since[missed] = NOT_OWED
        if day > self.last:
            return 0, missed
        due = occasions[self.owed_since[occasions] == NOT_OWED]
        if terms.every is not None:
            due = np.flatnonzero(self.due_next < day + 1)
            self.due_next[due] += terms.every
        if not len(due):
            return 0, missed
        due = due[audiences.members(self.owner, terms.audience, due) & self.covered[due]]
        # Whole days can bring the next one a day early: the one before was still open, and is missed now.
        missed = np.union1d(missed, due[self.owed_since[due] >= 0])
        self.owed_since[due] = day
        return len(due), missed

    def assign(
        self,
        terms: Outreach,
        document: Document,
        customers: Customers,
        audiences: Audiences,
        others: Mapping[str, Programme],
    ) -> None:
        """Settle whom the programme looks after, as at the start of each month; to be called in the order of the file.

        A programme with a caseload takes those of its audience who spend most, as many as its staff may have; one that
        takes over from another takes those of its audience whom that one left out.
        """
        eligible = audiences.members(self.owner, terms.audience, np.arange(len(customers)))
        if terms.takes_over_from is not None:
            before, first = document.outreach[terms.takes_over_from], others[terms.takes_over_from]
            theirs = audiences.members(first.owner, before.audience, np.arange(len(customers)))
            eligible &= theirs & ~first.covered
        station = document.service.stations[terms.by]
        if terms.caseload is not None and station.staff != "unlimited":
            pools = len(document.market.site_names) if station.per == "site" else 1
            rows = np.flatnonzero(eligible)
            most = np.argsort(-customers.spend[rows], kind="stable")[: station.headcount * pools * terms.caseload]
            eligible = np.zeros(len(customers), np.bool_)
            eligible[rows[most]] = True
        self.covered = eligible

    def owed(self) -> Integers:
        """Rows owed a contact now."""
        return np.flatnonzero(self.owed_since >= 0)

    def made(self, rows: Integers) -> None:
        """`rows` have been contacted."""
        self.owed_since[rows] = NOT_OWED
        self.reached[rows] = True

    def ask(self, rows: Integers, day: int, luck: Floats, terms: Invites) -> None:
        """Ask `rows` (k,), contacted today, to come; `luck` (k, 2) says who does, and when."""
        will = (luck[:, 0] < terms.comes) & (self.comes_on[rows] == NOT_OWED)
        later = np.floor(luck[:, 1] * terms.within).astype(np.int32)
        self.comes_on[rows[will]] = day + 1 + later[will]

    def comes(self, day: int, rows: Integers) -> None:
        """`rows` come today as they were asked to."""
        self.comes_on[rows] = NOT_OWED
        if len(rows):
            self._brought.append((day, len(rows)))

    def visits_by(self, day: int) -> int:
        """Visits it has brought until the evening of a day."""
        return sum(number for when, number in self._brought if when <= day)
