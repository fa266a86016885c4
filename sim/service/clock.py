"""SimPy's environment with appointments at absolute times. SimPy schedules by delay, and now + (t - now) need not be t
in floating point; a run split into windows must meet every event at the very same instant as an unsplit run.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappush
from itertools import count
from typing import Any

import simpy
from simpy.events import Event, EventPriority

# Ties at one instant, in this order; within a kind the sequence number decides.
END_OF_WINDOW = EventPriority(0)
COMPLETION = EventPriority(1)
ROSTER_CHANGE = EventPriority(2)
ARRIVAL = EventPriority(3)
PATIENCE = EventPriority(4)


Callbacks = list[Callable[[Any], None]]
"""What happens at an event. One list serves all events of a kind: SimPy only reads it."""


class Appointment(Event):
    """An event whose outcome is settled when it is made: it will happen, and carries no value."""

    _ok = True
    _value: Any = None


class Clock(simpy.Environment):
    """Starts at minute `now`, gives out sequence numbers from `sequence`, and runs half-open windows."""

    def __init__(self, now: float, sequence: int) -> None:
        super().__init__(now)
        self._eid = count(sequence)

    def schedule_at(self, event: Event, kind: EventPriority, time: float) -> None:
        """Let `event` happen at minute `time`."""
        heappush(self._queue, (time, kind, next(self._eid), event))

    def schedule_again(self, event: Event, kind: EventPriority, time: float, sequence: int) -> None:
        """Like `schedule_at`, with a sequence number given out before: by an earlier window, or for joining a queue."""
        heappush(self._queue, (time, kind, sequence, event))

    def next_sequence(self) -> int:
        """Give out a sequence number."""
        return next(self._eid)

    def run_window(self, until: float) -> None:
        """Let everything before minute `until` happen; events at `until` belong to the next window."""
        end = Appointment(self)
        self.schedule_at(end, END_OF_WINDOW, until)
        self.run(until=end)

    def dismantle(self) -> None:
        """Let go of everything. SimPy's environment refers to itself, so its memory would wait for a collection."""
        vars(self).clear()
