"""The event loop where some stations have groups of servers who differ in what they may do. What other stations do is
the plain floor's; a facility without groups never comes here.
"""

from __future__ import annotations

import numpy as np

from sim.service.floor import MISSED, SERVED, Floor
from sim.service.grouped_pools import GroupedPool
from sim.service.groups import NOBODY
from sim.service.pools import Completion, Pool
from sim.service.visits import RosterChanges, VisitTable


class GroupedFloor(Floor):
    """An arriving visit takes a free server of the group that can do least else; a server who is free takes, in the
    station's order, the first who waits and whom they may serve (Wallace & Whitt 2005).
    """

    __slots__ = ("calls",)

    def __init__(self, now: float, sequence: int, table: VisitTable, pools: list[Pool], changes: RosterChanges) -> None:
        self.calls: list[int] = table.calls.tolist()
        super().__init__(now, sequence, table, pools, changes)

    def _resume(self, table: VisitTable) -> None:
        for pool in self.pools:
            if isinstance(pool, GroupedPool):
                pool.form_queues(self.place, self.calls)
        super()._resume(table)
        for row in np.flatnonzero(np.isfinite(table.finish)).tolist():
            pool = self.pools[self.pool_at[self.place[row]]]
            if isinstance(pool, GroupedPool):
                pool.busy_in[int(table.group[row])] += 1

    def _move_door(self, pool: Pool, value: int) -> None:
        super()._move_door(pool, value)
        if isinstance(pool, GroupedPool) and pool.turns_away:
            for call in pool.stranded():
                while pool.queue.parts[call].waiting:
                    self._leave_queue(pool.queue.take(call), pool, MISSED)

    def _call_waiting(self, pool: Pool) -> None:
        if not isinstance(pool, GroupedPool):
            super()._call_waiting(pool)
            return
        while pool.queue.waiting:
            call, group = pool.next_match()
            if call == NOBODY:
                return
            self._take_in(group, pool.queue.take(call), pool)

    def _reach(self, row: int, place: int, newcomer: bool) -> None:
        pool = self.pools[self.pool_at[place]]
        if not isinstance(pool, GroupedPool):
            super()._reach(row, place, newcomer)
            return
        group = pool.free_for(self.calls[place]) if pool.open or not newcomer else NOBODY
        if group != NOBODY:
            self._serve_in(group, row, pool, self._now)
        elif newcomer:
            self.ahead[row] = ahead = pool.ahead_of(self.calls[place], self.priority[row], self._now)
            self._join_or_lose(row, pool, True, pool.turns_away, ahead >= self.balk_at[row])
        elif not self._passes_by(row, pool):
            self._join_or_lose(row, pool, False, pool.turns_away and self.calls[place] in pool.stranded(), False)

    def _on_completion(self, server: Completion) -> None:
        row, pool, group = server.row, server.pool, server.group
        if not isinstance(pool, GroupedPool):
            super()._on_completion(server)
            return
        if pool.interruptible:
            del pool.at_work[row]
            self.remaining.pop(row, None)
        call = pool.next_for(group)
        if not pool.open or pool.busy_in[group] > pool.servers_in[group]:
            pool.settle(self._now)
        pool.busy -= 1
        pool.busy_in[group] -= 1
        pool.resting.append(server)
        if call != NOBODY:
            self._take_in(group, pool.queue.take(call), pool)
        self._go_on(row, SERVED)

    def _interrupt(self, server: Completion) -> None:
        pool = server.pool
        if isinstance(pool, GroupedPool):
            pool.busy_in[server.group] -= 1
        super()._interrupt(server)

    def _take_in(self, group: int, row: int, pool: GroupedPool) -> None:
        """A free server of a group takes a visit that has just been called out of the queue."""
        self._serve_in(group, row, pool, self._called(row))

    def _serve_in(self, group: int, row: int, pool: GroupedPool, joined: float) -> None:
        """A free server of a group begins on a visit: at the pace of the group, unless it is the rest of a service."""
        if not pool.open:
            pool.settle(self._now)
        pool.busy += 1
        pool.busy_in[group] += 1
        server = self._server_of(pool)
        server.group = group
        place, pace, anew = self.place[row], pool.groups.pace[group], row not in self.remaining
        if pace != 1.0 and anew:
            self.minutes[place] *= pace
            self.repaced.append(place)
        self.served_in.append((len(self.left_place), group))
        self._serve(row, place, pool, server, joined)
        if place == self.start[row] and anew:
            self.served_by[row] = group
            self.load[row] = pool.load()  # a group may be at work beyond its shift while another has servers free
