"""Events of a run: who was invited, who accepted and was confirmed, who was seated.

One `Guests` keeps one event between its invitation and its day. Rows of the audience and their luck go in; rows
seated, turned away and not come go out. Whoever accepts sooner stands before those who accept later.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.scenario.events import Event

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
DRAWS = 5  # luck of who is invited: order of invitation, acceptance, order of acceptance, comes on the day, buys


@dataclass(frozen=True, slots=True, eq=False)
class Guests:
    """Those who accepted an event, in the order of acceptance.

    confirmed, waiting: rows, told that they have a seat, or that they are on the list; declined: rows told there is no
    place; comes, buys: (customers who accepted,) uniforms in the order of confirmed, then waiting
    """

    confirmed: Integers
    waiting: Integers
    declined: Integers
    comes: Floats
    buys: Floats

    @classmethod
    def of(cls, event: Event, rows: Integers, luck: Floats) -> Guests:
        """The guests among `rows` invited, (k,), with their luck (k, DRAWS)."""
        accepts = np.flatnonzero(luck[:, 1] < event.accepts)
        order = accepts[np.argsort(luck[accepts, 2], kind="stable")]
        sure = min(event.confirms, len(order))
        listed = min(sure + event.waiting_list, len(order))
        told = order[:listed]
        return cls(rows[order[:sure]], rows[order[sure:listed]], rows[order[listed:]], luck[told, 3], luck[told, 4])

    def seated(self, event: Event) -> tuple[Integers, Integers, Integers, Integers]:
        """On the day: rows seated, rows without a seat, rows who did not come, rows of the seated who buy.

        The confirmed who come take seats in their order, then those of the list who can come; nobody beyond the seats.
        """
        rows = np.concatenate([self.confirmed, self.waiting])
        comes = self.comes < event.shows_up
        there = np.flatnonzero(comes)
        seats = there[: event.seats]
        without = there[event.seats :]
        absent = np.flatnonzero(~comes[: len(self.confirmed)])
        buyers = seats[self.buys[seats] < event.buys]
        return rows[seats], rows[without], rows[absent], rows[buyers]


def invited(event: Event, rows: Integers, spend: Floats, luck: Floats) -> NDArray[np.intp]:
    """Positions, rising, of those of the audience `rows` (k,) who are invited: who spends most, or as `luck` has it."""
    key = -spend if event.invites_first == "who spends most" else luck[:, 0]
    return np.sort(np.argsort(key, kind="stable")[: event.invitations])
