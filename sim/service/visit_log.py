"""What the event loop knows of each visit, and what it notes down: the lists every window begins with.

In goes the table of visits; the loop (`floor.py`) fills in how each visit fared. A visit is a row number.
"""

from __future__ import annotations

from sim.service.clock import Clock
from sim.service.pools import Timer
from sim.service.visits import VisitTable


class VisitLog(Clock):
    """Lists by row or by place of the table, and one entry for each thing that happened, in the order of happening."""

    # SimPy's environment has a dictionary all the same; slots are read faster, and the loop reads little else.
    __slots__ = (
        "ahead",
        "balk_at",
        "cut_short",
        "ended_at",
        "ended_row",
        "ended_unserved",
        "left_at",
        "left_joined",
        "left_place",
        "left_unserved",
        "limit",
        "load",
        "minutes",
        "order",
        "own_end",
        "passed",
        "passing",
        "patience",
        "place",
        "pool_at",
        "priority",
        "reached",
        "remaining",
        "repaced",
        "resumed",
        "served_by",
        "served_in",
        "since",
        "stages",
        "stale_timers",
        "start",
        "timed",
        "timer",
    )

    def __init__(self, now: float, sequence: int, table: VisitTable) -> None:
        super().__init__(now, sequence)
        rows = len(table)
        self.patience: list[float] = table.patience.tolist()
        self.balk_at: list[float] = table.balk_at.tolist()
        self.priority: list[int] = table.priority.tolist()
        # Where each visit began and where it stands, and the pool and minutes of every place there is to stand.
        self.start: list[int] = table.start.tolist()
        self.place: list[int] = table.place.tolist()
        self.pool_at: list[int] = table.pool.tolist()
        self.minutes: list[float] = table.minutes.tolist()
        self.own_end: list[int] | None = None if table.own_end is None else table.own_end.tolist()
        self.passing: list[int] | None = None if table.passing is None else table.passing.tolist()

        arriving = rows - table.carried
        arrives: list[float] = table.arrived[table.carried :].tolist()
        self.since: list[float] = table.since.tolist() + arrives
        self.ahead: list[int] = table.ahead.tolist() + [0] * arriving
        self.load: list[float] = table.load.tolist() + [0.0] * arriving
        self.order: list[int] = table.order.tolist() + [0] * arriving
        self.timer: list[Timer | None] = [None] * rows
        self.stale_timers = 0

        # One entry for each queue left, in the order of leaving; those left without service are named apart.
        self.left_place: list[int] = []
        self.left_joined: list[float] = []
        self.left_at: list[float] = []
        self.left_unserved: list[tuple[int, int]] = []
        # Of services interrupted: what is left of them by row, and when each stopped; and which queues they left again.
        self.remaining: dict[int, float] = {}
        self.cut_short: list[tuple[int, int, float, float]] = []
        self.resumed: list[tuple[int, float]] = []
        # Where servers differ (`grouped_floor`): the group behind a queue left, and behind the first service of a row;
        # places whose minutes depend on who served there.
        self.served_in: list[tuple[int, int]] = []
        self.served_by: dict[int, int] = {}
        self.repaced: list[int] = []
        # One entry for each visit ended, likewise.
        self.ended_row: list[int] = []
        self.ended_at: list[float] = []
        self.ended_unserved: list[tuple[int, int]] = []

        # Where steps have a limit or are timed: when each visit came to its present step, the places passed by at a
        # limit, and of each timed step ended (place, minute reached, minute ended, outcome).
        self.reached: list[float] = table.reached.tolist() + arrives
        self.limit: list[float] | None = None if table.limit is None else table.limit.tolist()
        self.timed: list[float] | None = None if table.timed is None else table.timed.tolist()
        self.passed: list[int] = []
        self.stages: list[tuple[int, float, float, int]] = []
