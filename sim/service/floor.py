"""The event loop of one window: services, patience and roster changes as SimPy events with callbacks, and arrivals.
In go the table of visits (those inside, then those who will arrive, in order of arrival) and the pools; the loop fills
in how each visit fared. One event object a server and one a finite wait. Arrivals are known in advance and in order, so
they need no event: each is met when its time comes before that of the first event in SimPy's heap.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from itertools import repeat
from math import inf

from simpy.events import Event

from sim.service.clock import ARRIVAL, COMPLETION, PATIENCE, ROSTER_CHANGE, Appointment, Callbacks
from sim.service.outcome import Outcome
from sim.service.pools import Completion, Pool, Timer
from sim.service.visit_log import VisitLog
from sim.service.visits import RosterChanges, VisitTable

# Plain numbers: members of an enumeration are slow to count with.
RENEGED = int(Outcome.RENEGED)
BALKED = int(Outcome.BALKED)
BLOCKED = int(Outcome.BLOCKED)
MISSED = int(Outcome.MISSED)
SERVED = int(Outcome.SERVED)
PASSED = int(Outcome.PASSED)

NOBODY = (inf, ARRIVAL, -1)
"""What stands for the next arrival (minute, kind, row) when no more are to come."""

BEFORE_ALL = 2**62
"""Taken off the sequence number of a service interrupted: its visit waits before all who joined, first begun first."""

STALE_TIMERS_ALLOWED = 500
"""Timers of waits that ended, and completions of services interrupted, may outnumber the other events of the heap by
this many before they are swept out."""


class Floor(VisitLog):
    """The facility at work from `now` on. A visit is a row number; what happens to it is kept in lists by row."""

    __slots__ = (
        "_abandoned",
        "_arrivals",
        "_completion",
        "_next_arrival",
        "_next_change",
        "_patience",
        "_roster",
        "changes",
        "pools",
    )

    def __init__(self, now: float, sequence: int, table: VisitTable, pools: list[Pool], changes: RosterChanges) -> None:
        super().__init__(now, sequence, table)
        self.pools = pools
        self.changes = changes

        self._completion: Callbacks = [self._on_completion]
        self._abandoned: Callbacks = [self._on_abandoned]
        self._patience: Callbacks = [self._on_patience]
        self._roster: Callbacks = [self._on_roster_change]
        arrives: list[float] = table.arrived[table.carried :].tolist()
        self._arrivals = zip(arrives, repeat(ARRIVAL), range(table.carried, len(table)), strict=False)
        self._next_arrival = next(self._arrivals, NOBODY)
        self._next_change = 0

        self._resume(table)
        change = Appointment(self)
        change.callbacks = self._roster
        self._chain_roster_change(change)

    def _resume(self, table: VisitTable) -> None:
        """Put those inside back where they were, with the sequence numbers they had."""
        inside = zip(table.finish.tolist(), table.remaining.tolist(), table.group.tolist(), strict=True)
        for row, (finish, remaining, group) in enumerate(inside):
            pool = self.pools[self.pool_at[self.place[row]]]
            order = self.order[row]
            begun = remaining >= 0
            if begun:
                self.remaining[row] = remaining
            if finish < inf:
                pool.busy += 1
                server = Completion(row, pool, self._completion, group)
                self.schedule_again(server, COMPLETION, finish, order)
                if pool.interruptible:
                    self._remember(server, finish, order)
                continue
            pool.queue.join(row, self.priority[row], order, self.since[row])
            pool.longest_queue = pool.queue.waiting
            patience = inf if pool.station.patient else self.patience[row]
            if self.limit is not None:
                patience = min(patience, self.limit[self.place[row]])
            if patience < inf and not begun:
                timer = Timer(row, pool, self._patience)
                self.timer[row] = timer
                self.schedule_again(timer, PATIENCE, self.since[row] + patience, order)

    def step(self) -> None:
        """Let the next thing happen, an arrival or an event; SimPy's `run` calls this until the window ends.

        Like SimPy's own step, for events of one callback that cannot fail. The end of the window is always in the heap.
        """
        if self._next_arrival < self._queue[0]:  # by time, then by kind; no event is of the kind of arrivals
            self._now, _, row = self._next_arrival
            self._next_arrival = next(self._arrivals, NOBODY)
            self._reach(row, self.place[row], True)
        else:
            self._now, _, _, event = heappop(self._queue)
            event.callbacks[0](event)

    # The roster: each change calls up the next.

    def _chain_roster_change(self, event: Event) -> None:
        if self._next_change < len(self.changes):
            self.schedule_at(event, ROSTER_CHANGE, self.changes.time[self._next_change])

    def _on_roster_change(self, event: Event) -> None:
        change = self._next_change
        self._next_change = change + 1
        self._chain_roster_change(event)
        pool = self.pools[self.changes.pool[change]]
        value = self.changes.value[change]
        if self.changes.is_door[change]:
            self._move_door(pool, value)
        else:
            pool.set_servers(value, self.changes.group[change], self._now)
        self._call_waiting(pool)

    def _move_door(self, pool: Pool, value: int) -> None:
        """The door opens or closes; the closing rule says who of those inside leaves."""
        now = self._now
        if value and not pool.open:
            pool.open_door(now)
        elif not value and pool.open:
            pool.close_door(now)
            if pool.station.closing == "put_down":
                for server in list(pool.at_work.values()):
                    self._interrupt(server)
            if pool.cuts_off:
                while pool.queue.waiting:
                    self._leave_queue(pool.queue.call(), pool, MISSED)

    def _call_waiting(self, pool: Pool) -> None:
        """More servers than before may take work: they call whom they can."""
        while pool.queue.waiting and pool.busy < pool.capacity and (not pool.held or pool.may_call(pool.busy)):
            pool.busy += 1
            self._call_next(pool, self._server_of(pool))

    # A visit's way through the facility.

    def _reach(self, row: int, place: int, newcomer: bool) -> None:
        """The visit comes to the pool of its next step: it is served at once, waits, or is lost."""
        pool = self.pools[self.pool_at[place]]
        # Whoever is already inside is served out after closing; newcomers are not let in.
        if (
            pool.busy < pool.capacity
            and (pool.open or not newcomer)
            and (not pool.held or pool.admits(self.priority[row], pool.busy))
        ):
            now = self._now
            if not pool.open:
                pool.settle(now)
            pool.busy += 1
            self._serve(row, place, pool, self._server_of(pool), now)
        else:
            self._wait_or_leave(row, pool, newcomer)

    def _wait_or_leave(self, row: int, pool: Pool, newcomer: bool) -> None:
        """Nobody can serve the visit at once. Only newcomers are turned away or balk; those inside are cut off."""
        if self.passing is not None and self._passes_by(row, pool):
            return
        priority = self.priority[row]
        if pool.station.interrupts and pool.busy == pool.capacity > 0 and (pool.open or not newcomer):
            server = pool.last_to_keep()
            if server.priority > priority:
                self._interrupt(server)
                pool.busy += 1
                self._serve(row, self.place[row], pool, self._server_of(pool), self._now)
                return
        if newcomer:
            self.ahead[row] = ahead = pool.queue.ahead_of(priority, self._now)
            self._join_or_lose(row, pool, newcomer, pool.turns_away, ahead >= self.balk_at[row])
        else:
            self._join_or_lose(row, pool, newcomer, pool.cuts_off, False)

    def _passes_by(self, row: int, pool: Pool) -> bool:
        """Whether the visit ends here because it waits for nobody at this step."""
        if self.passing is None or self.passing[row] != self.place[row]:
            return False
        self._lose(row, pool, BALKED)
        return True

    def _join_or_lose(self, row: int, pool: Pool, newcomer: bool, shut_out: bool, balks: bool) -> None:
        """A visit that cannot be served at once waits, if it is let in, finds room and wants to."""
        queue = pool.queue
        if shut_out:
            self._lose(row, pool, BLOCKED if newcomer else MISSED)
        elif queue.waiting >= pool.room:
            self._lose(row, pool, BLOCKED)
        elif balks:
            self._lose(row, pool, BALKED)
        else:
            order = next(self._eid)
            self.order[row] = order
            queue.join(row, self.priority[row], order, self._now)
            if queue.waiting > pool.longest_queue:
                pool.longest_queue = queue.waiting
            patience = inf if pool.station.patient else self.patience[row]
            if self.limit is not None:
                patience = min(patience, self.limit[self.place[row]])
            if patience < inf:
                self.timer[row] = timer = Timer(row, pool, self._patience)
                heappush(self._queue, (self._now + patience, PATIENCE, order, timer))

    def _server_of(self, pool: Pool) -> Completion:
        """A server who has nothing to do."""
        return pool.resting.pop() if pool.resting else Completion(-1, pool, self._completion)

    def _call_next(self, pool: Pool, server: Completion) -> None:
        """A server who is already counted as busy takes the next from the queue."""
        row = pool.queue.call()
        self._serve(row, self.place[row], pool, server, self._called(row))

    def _called(self, row: int) -> float:
        """A visit taken out of the queue waits no longer; the minute it joined."""
        joined = self.since[row]
        self.since[row] = self._now
        if self.timer[row] is not None:
            self.timer[row] = None
            self._sweep_stale()
        return joined

    def _serve(self, row: int, place: int, pool: Pool, server: Completion, joined: float) -> None:
        """A server who is already counted as busy begins on a visit that joined the queue at minute `joined`."""
        now = self._now
        self.left_place.append(place)
        self.left_joined.append(joined)
        self.left_at.append(now)
        server.row = row
        if pool.interruptible:
            self._serve_until_interrupted(server, place)
            return
        if place == self.start[row]:
            self.load[row] = pool.busy / pool.capacity  # nobody starts a service above capacity
        heappush(self._queue, (now + self.minutes[place], COMPLETION, next(self._eid), server))

    def _serve_until_interrupted(self, server: Completion, place: int) -> None:
        """The same where a service can be interrupted: it may be the rest of one."""
        row, pool = server.row, server.pool
        minutes = self.remaining.get(row)
        if minutes is None:
            minutes = self.minutes[place]
            if place == self.start[row]:
                self.load[row] = pool.busy / pool.capacity
        else:
            self.resumed.append((len(self.left_place) - 1, minutes))
        finish, order = self._now + minutes, next(self._eid)
        heappush(self._queue, (finish, COMPLETION, order, server))
        self._remember(server, finish, order)

    def _remember(self, server: Completion, finish: float, order: int) -> None:
        server.priority, server.finish, server.order = self.priority[server.row], finish, order
        server.pool.at_work[server.row] = server

    def _interrupt(self, server: Completion) -> None:
        """A service stops. The visit goes back to its queue before all others of its priority, and does not give up."""
        row, pool, now = server.row, server.pool, self._now
        del pool.at_work[row]
        pool.busy -= 1
        server.callbacks = self._abandoned
        self.remaining[row] = server.finish - now
        self.cut_short.append((self.place[row], server.group, server.finish, now))
        self.since[row] = now
        self.order[row] = order = server.order - BEFORE_ALL
        pool.queue.join(row, self.priority[row], order, now)
        if pool.queue.waiting > pool.longest_queue:
            pool.longest_queue = pool.queue.waiting
        self._sweep_stale()

    def _on_abandoned(self, server: Completion) -> None:
        """A service that was interrupted would have ended now."""
        self.stale_timers -= 1

    def _on_completion(self, server: Completion) -> None:
        row, pool, now = server.row, server.pool, self._now
        if pool.interruptible:
            del pool.at_work[row]
            self.remaining.pop(row, None)
        if pool.queue.waiting and pool.busy <= pool.capacity and (not pool.held or pool.may_call(pool.busy - 1)):
            self._call_next(pool, server)
        else:
            if not pool.open or pool.busy > pool.servers:
                pool.settle(now)
            pool.busy -= 1
            pool.resting.append(server)

        self._go_on(row, SERVED)

    def _go_on(self, row: int, outcome: int) -> None:
        """A step has ended. The way is laid out before it begins, so next comes the next place: a step, or the end."""
        if self.timed is not None:
            self._end_step(row, outcome)
        place = self.place[row] + 1
        self.place[row] = place
        if self.pool_at[place] < 0:
            self.ended_row.append(row)
            self.ended_at.append(self._now)
        else:
            self.since[row] = self.reached[row] = self._now
            self._reach(row, place, False)

    def _end_step(self, row: int, outcome: int) -> None:
        """Note how long a visit took for its present step, if that step is timed."""
        place = self.place[row]
        if self.timed is not None and self.timed[place]:
            self.stages.append((place, self.reached[row], self._now, outcome))

    def _on_patience(self, event: Timer) -> None:
        row = event.row
        if self.timer[row] is not event:
            self.stale_timers -= 1
            return
        self.timer[row] = None
        event.pool.queue.leave(row, self.priority[row])
        limit = inf if self.limit is None else self.limit[self.place[row]]
        if limit < inf and (event.pool.station.patient or limit <= self.patience[row]):
            self._pass_by(row, event.pool)
        else:
            self._leave_queue(row, event.pool, RENEGED)

    def _pass_by(self, row: int, pool: Pool) -> None:
        """Nobody began on the visit in the time its step may take: it goes on to the next step by itself."""
        now, place = self._now, self.place[row]
        self.left_unserved.append((len(self.left_place), PASSED))
        self.left_place.append(place)
        self.left_joined.append(self.since[row])
        self.left_at.append(now)
        self.passed.append(place)
        if place == self.start[row]:
            self.load[row] = pool.load()
        self._go_on(row, PASSED)

    # Leaving.

    def _leave_queue(self, row: int, pool: Pool, outcome: int) -> None:
        """A visit already taken out of the queue leaves without service."""
        self.left_unserved.append((len(self.left_place), outcome))
        if row in self.remaining:
            self.resumed.append((len(self.left_place), 0.0))
        self.left_place.append(self.place[row])
        self.left_joined.append(self.since[row])
        self.left_at.append(self._now)
        if self.timer[row] is not None:
            self.timer[row] = None
            self._sweep_stale()
        self._lose(row, pool, outcome)

    def _lose(self, row: int, pool: Pool, outcome: int) -> None:
        pool.lost[outcome] += 1
        if self.timed is not None:
            self._end_step(row, outcome)
        if self.place[row] == self.start[row]:
            self.load[row] = pool.load()
        elif self.own_end is not None and self.place[row] >= self.own_end[row]:  # what it came for is done
            self.ended_row.append(row)
            self.ended_at.append(self._now)
            return
        self.ended_unserved.append((len(self.ended_row), outcome))
        self.ended_row.append(row)
        self.ended_at.append(self._now)

    def _sweep_stale(self) -> None:
        """Count one more stale event, and take them all out of the heap when they outnumber what is live."""
        self.stale_timers += 1
        heap = self._queue
        if 2 * self.stale_timers > len(heap) + STALE_TIMERS_ALLOWED:
            # In place: SimPy is holding this list.
            heap[:] = [entry for entry in heap if self._will_matter(entry[3])]
            heapify(heap)
            self.stale_timers = 0

    def _will_matter(self, event: Event) -> bool:
        """Whether an event of the heap still has something to do when its time comes."""
        if isinstance(event, Completion):
            return event.callbacks is not self._abandoned
        return not isinstance(event, Timer) or self.timer[event.row] is event

    def services_under_way(self) -> list[tuple[int, float, int, int]]:
        """(row, minute of completion, sequence number, group) of every service that has not ended."""
        return [
            (event.row, time, order, event.group)
            for time, kind, order, event in self._queue
            if kind == COMPLETION and isinstance(event, Completion) and event.callbacks is not self._abandoned
        ]

    def dismantle(self) -> None:
        """Let go of everything. Servers know their pool and pools their servers: the memory of both would wait too."""
        for pool in self.pools:
            pool.resting.clear()
            pool.at_work.clear()
        for callbacks in (self._completion, self._patience, self._roster, self._abandoned):
            callbacks.clear()
        super().dismantle()
