"""Events of a run: who was invited, who accepted and was confirmed, who was seated.

One `Guests` keeps one event between its invitation and its day. Rows of the audience and their luck go in; rows
seated, turned away and not come go out. Whoever accepts sooner stands before those who accept later.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.scenario.events import Event

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
DRAWS = 8
"""Luck of who is invited: order of invitation, acceptance, its order, comes on the day, buys, goes by the other hour,
comes again, goes on afterwards."""


class Held(NamedTuple):
    """Rows by what became of them on the day.

    seated; without: came, and found no seat; absent: confirmed, and did not come; wrong_hour: came at another hour that
    was said; goes_on, buyers: of the seated, who has a need afterwards, and who would buy
    """

    seated: Integers
    without: Integers
    absent: Integers
    wrong_hour: Integers
    goes_on: Integers
    buyers: Integers


@dataclass(frozen=True, slots=True, eq=False)
class Guests:
    """Those who accepted an event, in the order of acceptance.

    confirmed, waiting: rows, told that they have a seat, or that they are on the list; declined: rows told there is no
    place; luck: (those told, 5) uniforms in the order of confirmed, then waiting: comes on the day, buys, goes by the
    other hour, comes again, goes on afterwards
    """

    confirmed: Integers
    waiting: Integers
    declined: Integers
    luck: Floats

    @classmethod
    def of(cls, event: Event, rows: Integers, luck: Floats) -> Guests:
        """The guests among `rows` invited, (k,), with their luck (k, DRAWS)."""
        accepts = np.flatnonzero(luck[:, 1] < event.accepts)
        order = accepts[np.argsort(luck[accepts, 2], kind="stable")]
        sure = min(event.confirms, len(order))
        listed = min(sure + event.waiting_list, len(order))
        told = order[:listed]
        return cls(rows[order[:sure]], rows[order[sure:listed]], rows[order[listed:]], luck[told, 3:])

    def held(self, event: Event) -> Held:
        """On the day: the confirmed who come take seats in their order, then those of the list; none beyond the seats.

        Who goes by another hour that was said finds nothing, and may come again.
        """
        rows = np.concatenate([self.confirmed, self.waiting])
        comes = self.luck[:, 0] < event.shows_up
        lost = np.zeros(len(rows), np.bool_)
        if event.mixed_message is not None:
            lost = comes & (self.luck[:, 2] < event.mixed_message.share)
            lost &= self.luck[:, 3] >= event.mixed_message.comes_again
        there = np.flatnonzero(comes & ~lost)
        seats = there[: event.seats]
        absent = np.flatnonzero(~comes[: len(self.confirmed)])
        share = 0.0 if event.afterwards is None else event.afterwards.share
        goes_on = seats[self.luck[seats, 4] < share]
        buyers = seats[self.luck[seats, 1] < event.buys]
        return Held(rows[seats], rows[there[event.seats :]], rows[absent], rows[lost], rows[goes_on], rows[buyers])


def invited(event: Event, rows: Integers, spend: Floats, luck: Floats) -> NDArray[np.intp]:
    """Positions, rising, of those of the audience `rows` (k,) who are invited: who spends most, or as `luck` has it."""
    key = -spend if event.invites_first == "who spends most" else luck[:, 0]
    return np.sort(np.argsort(key, kind="stable")[: event.invitations])
