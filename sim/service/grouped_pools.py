"""One pool of servers in groups at work during one window: of each group who is on duty, takes work and is busy, and
which group is to take whom. The event loop changes it, as it does a plain pool.
"""

from __future__ import annotations

from math import inf

from sim.service.groups import NOBODY, GroupedQueue, Groups
from sim.service.pools import Pool, number_of
from sim.service.queues import OrderedQueue, PriorityQueue
from sim.service.stations import UNLIMITED, Station


class GroupedPool(Pool):
    """A station's groups of servers. What a `Pool` counts it counts of all of them together.

    servers_in, capacity_in, busy_in: as `servers`, `capacity` and `busy`, by group
    staffed_in: server-minutes present, by group
    """

    __slots__ = ("busy_in", "capacity_in", "groups", "servers_in", "staffed_in")

    queue: GroupedQueue

    def __init__(
        self, station: Station, groups: Groups, servers: list[int], capacity: list[int], is_open: bool, now: float
    ) -> None:
        self.groups = groups
        self.servers_in = [number_of(each) for each in servers[: len(groups)]]
        self.capacity_in = [number_of(each) for each in capacity[: len(groups)]]
        self.busy_in = [0] * len(groups)
        self.staffed_in = [0.0] * len(groups)
        super().__init__(station, _together(self.servers_in), is_open, _together(self.capacity_in), now)

    def form_queues(self, place: list[int], calls: list[int]) -> None:
        """A queue for each call; `place` and `calls` are those of the event loop."""
        kind = PriorityQueue if self.station.discipline == "priority" else OrderedQueue
        self.queue = GroupedQueue([kind() for _ in self.groups.orders], place, calls)

    def settle(self, now: float) -> None:
        """Count the time staff were present since the last call, by group."""
        minutes = now - self.settled_at
        for group, busy in enumerate(self.busy_in):
            present = max(self.servers_in[group] if self.open else 0, busy)
            if not self.unlimited:
                self.staffed_in[group] += present * minutes
                self.staffed_time += present * minutes
        self.settled_at = now

    def set_servers(self, servers: int, group: int, now: float) -> None:
        """The roster puts `servers` of a group on duty."""
        self.settle(now)
        self.servers_in[group] = number_of(servers)
        super().set_servers(_together(self.servers_in), group, now)
        if self.unlimited:
            self.staffed_in = [0.0] * len(self.groups)
        if self.open:
            self.capacity_in[group] = self.servers_in[group]

    def open_door(self, now: float) -> None:
        """Newcomers are let in, and those on duty take work."""
        super().open_door(now)
        self.capacity_in = self.servers_in.copy()

    def close_door(self, now: float) -> None:
        """Newcomers are kept out; who stays follows the closing rule."""
        super().close_door(now)
        stay = self.station.closing == "serve_out"
        self.capacity_in = [servers if stay else 0 for servers in self.servers_in]

    def free_for(self, call: int) -> int:
        """The group with a free server that may serve this call and can do least else; NOBODY if there is none."""
        for group in self.groups.orders[call]:
            if self.busy_in[group] < self.capacity_in[group]:
                return group
        return NOBODY

    def next_match(self) -> tuple[int, int]:
        """The first who waits and whom somebody free may serve, by the call, and the group that takes the visit.

        (NOBODY, NOBODY) when no free server may serve any of those waiting.
        """
        served = tuple(call for call in range(len(self.queue.parts)) if self.free_for(call) != NOBODY)
        call = self.queue.first_of(served)
        return call, NOBODY if call == NOBODY else self.free_for(call)

    def next_for(self, group: int) -> int:
        """Whom a server of this group takes who finishes now: the call; NOBODY if they go home or nobody waits."""
        if not self.queue.waiting or self.busy_in[group] > self.capacity_in[group]:
            return NOBODY
        return self.queue.first_of(self.groups.calls_of[group])

    def ahead_of(self, call: int, priority: int, now: float) -> int:
        """How many of those waiting want the same servers and would be served before a newcomer."""
        return sum(self.queue.parts[other].ahead_of(priority, now) for other in self.groups.rivals_of[call])

    def stranded(self) -> list[int]:
        """Calls that no server who takes work may serve."""
        return [
            call for call, order in enumerate(self.groups.orders) if not any(self.capacity_in[each] for each in order)
        ]


def _together(numbers: list[float]) -> int:
    total = sum(numbers)
    return UNLIMITED if total == inf else int(total)
