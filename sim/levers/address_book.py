"""Who may be contacted through which channel: lists of addresses, those who want no more, and what each prefers.

Lists open with shares of customers and prospects and grow by visits and sign-ups; nobody who opted out comes back.
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from sim.customers import CUSTOMER, Customers
from sim.scenario.channels import Channel
from sim.scenario.document import Document
from sim.scenario.levers import ContactCap
from sim.streams import Streams

Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]
NO_CHANNEL = -1


class AddressBook:
    """What the firm knows of how people can be contacted.

    listed: channel → whose address it holds, (customers,); opted_out: channel → who wants no more of it
    refuses_all: who wants no more of any addressed channel; preferred: number of each person's channel in the document
    room: contacts each channel may still make today; paid: lists whose price is paid
    """

    def __init__(self, document: Document, customers: Customers, streams: Streams) -> None:
        self.listed: dict[str, Flags] = {}
        self.opted_out: dict[str, Flags] = {}
        self.refuses_all: Flags | None = None
        self.room: dict[str, int] = {}
        self.paid: list[str] = []
        self.preferred = _preferences(document, customers, streams)
        self._recent: deque[tuple[int, Integers]] = deque()

    def open_day(self, document: Document, day: int, customers: Customers, streams: Streams) -> None:
        """Lists are drawn up on their first day; every channel may make its contacts of the day again."""
        for name, channel in document.channels.items():
            if channel.capacity is not None:
                self.room[name] = channel.capacity.a_day
            if channel.addresses is None:
                continue
            if name not in self.listed:
                luck = streams.everyone("address", 0, customers.population, name)
                own = customers.status == CUSTOMER
                self.listed[name] = luck < np.where(own, channel.addresses.customers, channel.addresses.prospects)
            if channel.addresses.joins is not None:
                luck = streams.everyone("sign-up", day, customers.population, name)
                self._joins(name, customers.aware & (luck < -np.expm1(-channel.addresses.joins)))

    def joins_at_visits(
        self, document: Document, day: int, customers: Customers, served: Integers, streams: Streams
    ) -> None:
        """Some of those served today, in rising order and each once, leave their address."""
        for name, channel in document.channels.items():
            if channel.addresses is None or not channel.addresses.joins_at_visit or name not in self.listed:
                continue
            luck = streams.each("address at visit", day, customers.population, served, identity=name)[:, 0]
            joins = np.zeros(len(customers), np.bool_)
            joins[served[luck < channel.addresses.joins_at_visit]] = True
            self._joins(name, joins)

    def _joins(self, name: str, joins: Flags) -> None:
        refuses = self.opted_out.get(name)
        for against in (refuses, self.refuses_all):
            if against is not None:
                joins = joins & ~against
        self.listed[name] |= joins

    def may_contact(self, name: str, channel: Channel, rows: Integers) -> Flags:
        """Which of `rows` the channel may contact: on its list where it has one, and not opted out, (k,)."""
        may = np.ones(len(rows), np.bool_)
        if name in self.listed:
            may &= self.listed[name][rows]
        if channel.addressed:
            for against in (self.opted_out.get(name), self.refuses_all):
                if against is not None:
                    may &= ~against[rows]
        return may

    def prefers(self, document: Document, name: str, rows: Integers) -> Flags:
        """Which of `rows` want to be contacted through this channel, (k,); nobody where nothing is said of them."""
        if self.preferred is None:
            return np.zeros(len(rows), np.bool_)
        return np.asarray(self.preferred[rows] == list(document.channels).index(name))

    def opt_out(self, name: str, of: str, rows: Integers, size: int) -> None:
        """`rows` want no more of this channel, or of any; their address is struck off."""
        if of == "every addressed channel":
            if self.refuses_all is None:
                self.refuses_all = np.zeros(size, np.bool_)
            self.refuses_all[rows] = True
            for listed in self.listed.values():
                listed[rows] = False
            return
        self.opted_out.setdefault(name, np.zeros(size, np.bool_))[rows] = True
        if name in self.listed:
            self.listed[name][rows] = False

    def count_contacts(self, cap: ContactCap | None, day: int, customers: Customers, rows: Integers) -> None:
        """`rows` were contacted: it counts for the cap, and is still felt for a while."""
        customers.contacts_in_period[rows] += 1
        customers.recent_contacts[rows] += 1.0
        if cap is not None and isinstance(cap.per, float):
            self._recent.append((day, rows))

    def forget_contacts(self, days: float, today: int, customers: Customers) -> None:
        """Contacts that lie so many days back count for the cap no more."""
        while self._recent and self._recent[0][0] <= today - days:
            customers.contacts_in_period[self._recent.popleft()[1]] -= 1

    def begin_period(self, customers: Customers) -> None:
        """A calendar period begins: nothing counts for the cap any more."""
        customers.contacts_in_period[:] = 0
        self._recent.clear()

    def addresses(self, document: Document) -> int:
        """Addresses on all lists the firm has together; a list with a price is the firm's once that is paid."""
        found = 0
        for name, listed in self.listed.items():
            terms = document.channels[name].addresses
            if terms is not None and (not terms.price or name in self.paid):
                found += int(np.count_nonzero(listed))
        return found


def _preferences(document: Document, customers: Customers, streams: Streams) -> NDArray[np.int16] | None:
    """Number of the channel each person prefers, `NO_CHANNEL` for none; None where the document says nothing."""
    market, channels = document.market, list(document.channels)
    weights = [segment.prefers or market.prefers for segment in market.segments.values()]
    if not any(weights):
        return None
    luck = streams.everyone("preferred channel", 0, customers.population)
    preferred = np.full(len(customers), NO_CHANNEL, np.int16)
    for number, shares in enumerate(weights):
        if not shares:
            continue
        mine = np.flatnonzero(customers.segment == number)
        edges = np.cumsum(list(shares.values()))
        place = np.searchsorted(edges[:-1] / edges[-1], luck[mine], side="right")
        preferred[mine] = np.array([channels.index(name) for name in shares], np.int16)[place]
    return preferred
