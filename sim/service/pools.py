"""One pool of servers at work during one window: who is busy, who waits, how long staff are present.
The event loop changes it; at the end of the window its counts become a row of the monitors.
"""

from __future__ import annotations

from math import inf

from sim.service.clock import Appointment, Callbacks
from sim.service.groups import GroupedQueue
from sim.service.outcome import Outcome
from sim.service.queues import AgeingQueue, FirstComeQueue, OrderedQueue, PriorityQueue
from sim.service.stations import UNLIMITED, Station


def number_of(servers: int) -> float:
    """Servers as a number that can be compared: inf for UNLIMITED."""
    return inf if servers >= UNLIMITED else servers


def _queue_of(station: Station) -> FirstComeQueue | PriorityQueue | AgeingQueue:
    if station.ageing < inf:
        return AgeingQueue(station.ageing)
    if station.discipline == "priority":
        return PriorityQueue()
    return OrderedQueue() if station.closing == "put_down" else FirstComeQueue()


class Pool:
    """A station's servers and their one queue.

    servers: on duty by the roster; capacity: servers who take new work (`servers` while open; while closed those who
    stayed to serve out); both inf when UNLIMITED. A server whose shift ends, or whose door closes, finishes the service
    under way, so `busy` may exceed both. resting: servers with nothing to do, as many as were ever needed less `busy`.
    at_work: where services can be interrupted, the server of each visit being served, by row
    room: how many may wait; lost: visits lost here, by code of `Outcome`.
    """

    __slots__ = (
        "at_work",
        "busy",
        "capacity",
        "held",
        "interruptible",
        "longest_queue",
        "lost",
        "open",
        "queue",
        "resting",
        "room",
        "servers",
        "settled_at",
        "staffed_time",
        "station",
        "unlimited",
    )

    def __init__(self, station: Station, servers: int, is_open: bool, capacity: int, now: float) -> None:
        self.station = station
        self.room = inf if station.queue_limit is None else station.queue_limit
        self.servers = number_of(servers)
        self.capacity = number_of(capacity)
        self.open = is_open
        self.unlimited = self.servers == inf
        self.busy = 0
        self.resting: list[Completion] = []
        self.queue: FirstComeQueue | PriorityQueue | AgeingQueue | GroupedQueue = _queue_of(station)
        self.held = station.held
        self.interruptible = station.interrupts or station.closing == "put_down"
        self.at_work: dict[int, Completion] = {}
        self.lost = [0] * len(Outcome)
        self.longest_queue = 0
        self.staffed_time = 0.0
        self.settled_at = now

    def settle(self, now: float) -> None:
        """Count the time staff were present since the last call.

        Present are those on duty, or everyone busy if more are. To be called before that number changes: at roster
        changes, and at changes of `busy` above the number on duty.
        """
        if not self.unlimited:
            on_duty = self.servers if self.open else 0
            self.staffed_time += max(on_duty, self.busy) * (now - self.settled_at)
        self.settled_at = now

    def load(self) -> float:
        """Share of the servers present who are busy; 0 with nobody present or UNLIMITED servers."""
        present = max(self.capacity, self.busy)
        return self.busy / present if present else 0.0

    def set_servers(self, servers: int, group: int, now: float) -> None:
        """The roster puts `servers` on duty, of one `group` where a station has groups.

        Those who stayed to serve out stay whatever the roster says.
        """
        self.settle(now)
        self.servers = number_of(servers)
        if self.servers == inf:
            # One pool cannot be staffed and unlimited in the same window: its staffed time is reported as zero.
            self.unlimited = True
            self.staffed_time = 0.0
        if self.open:
            self.capacity = self.servers

    def open_door(self, now: float) -> None:
        """Newcomers are let in, and those on duty take work."""
        self.settle(now)
        self.open = True
        self.capacity = self.servers

    def close_door(self, now: float) -> None:
        """Newcomers are kept out (or wait outside, under 'carry_over'); who stays follows the closing rule."""
        self.settle(now)
        self.open = False
        self.capacity = self.servers if self.station.closing == "serve_out" else 0

    def admits(self, priority: int, busy: float) -> bool:
        """Whether, with `busy` at work, one of `priority` may begin: the servers held stay free for those first."""
        return priority <= self.station.held_for or busy < self.capacity - min(self.held, self.capacity - 1)

    def may_call(self, busy: float) -> bool:
        """The same for whoever is next in the queue, which is not empty."""
        assert isinstance(self.queue, PriorityQueue)  # servers are held at stations with priorities only
        return self.admits(self.queue.first()[0], busy)

    def last_to_keep(self) -> Completion:
        """The server to take away first: of the visit with the highest priority number, of several the last begun."""
        return max(self.at_work.values(), key=lambda server: (server.priority, server.order))

    @property
    def turns_away(self) -> bool:
        """Closed, and newcomers may not wait for the next opening."""
        return not self.open and self.station.closing not in ("carry_over", "put_down")

    @property
    def cuts_off(self) -> bool:
        """Closed, and nobody will serve those inside before the next opening, and they may not wait for it."""
        return self.turns_away and not self.capacity


class Timer(Appointment):
    """The end of somebody's patience in the queue of a pool."""

    def __init__(self, row: int, pool: Pool, callbacks: Callbacks) -> None:
        # Event.__init__ is not called: it costs a third of an event, and nothing here reads what else it would set.
        self.callbacks = callbacks
        self.row = row
        self.pool = pool


class Completion(Timer):
    """The end of a service. A server has one of these for life, and sets it again with every customer.

    group: of the server, where servers differ
    priority, finish, order: of the service under way, kept where services can be interrupted only
    """

    priority: int
    finish: float
    order: int

    def __init__(self, row: int, pool: Pool, callbacks: Callbacks, group: int = -1) -> None:
        super().__init__(row, pool, callbacks)
        self.group = group
