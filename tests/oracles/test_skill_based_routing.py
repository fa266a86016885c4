"""Groups of servers against what is known of their limits: groups that may all do everything are one pool (Erlang C),
groups that share nothing are queues apart (Erlang C each), and the N-design lies between (Wallace & Whitt 2005).
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.service.facility import advance
from sim.service.groups import Groups
from sim.service.records import Arrivals, Encounters, FacilityState, Roster
from sim.service.stations import Facility, Process, Station, Step
from tests.facility_cases import exponential, visits
from tests.oracles.long_runs import tolerance
from tests.oracles.queueing_formulas import BirthAndDeath, erlang_c_mean_wait

CUSTOMERS = 60_000
SERVERS, ARRIVAL = (2, 3), (1.6, 2.4)
"""Two groups and two kinds of task, both with exponential services of mean 1: load 0.8 everywhere."""

Rules = tuple[tuple[bool, bool], tuple[bool, bool]]
TOGETHER: Rules = ((True, True), (True, True))
N_DESIGN: Rules = ((True, True), (False, True))
APART: Rules = ((True, False), (False, True))


def arrivals(facility: Facility) -> Arrivals:
    """The same customers for every design: Poisson, a task each in proportion to its rate."""
    luck = np.random.default_rng(2005)
    at = np.cumsum(luck.exponential(1 / sum(ARRIVAL), CUSTOMERS))
    task = (luck.random(CUSTOMERS) >= ARRIVAL[0] / sum(ARRIVAL)).astype(np.int64)
    return visits(at, luck.random((CUSTOMERS, 1)), facility=facility, process=task)


@cache
def served_by(may: Rules | None) -> Encounters:
    """Everyone served at a station with two groups under these rules; None: five servers who are alike."""
    processes = tuple(Process(name, (Step(0, exponential(1.0)),)) for name in ("loan", "errand"))
    groups = None if may is None else Groups(("a", "b"), np.array(may)[:, :, np.newaxis], (1.0, 1.0))
    facility = Facility((Station("desk", groups=groups),), processes, np.zeros((1, 1), np.int64))
    servers = sum(SERVERS)
    state = FacilityState.empty(facility, servers=servers, is_open=True, groups=SERVERS if may is not None else 0)
    return advance(facility, state, arrivals(facility), Roster.unchanged(), 1e9)[1]


def waits(met: Encounters, task: int | None = None) -> NDArray[np.float64]:
    """Waits in the order of visits, of one task or of all."""
    order = np.argsort(met.visit)
    of_task = met.process[order] == task if task is not None else np.ones(len(order), np.bool_)
    return met.wait[order][of_task]


def test_groups_that_may_all_do_everything_are_one_pool() -> None:
    """To the last bit, and Wq = C / (cμ - λ)."""
    met = served_by(TOGETHER)
    assert np.array_equal(waits(met), waits(served_by(None)))
    truth = erlang_c_mean_wait(sum(ARRIVAL), 1, sum(SERVERS))
    process = BirthAndDeath(sum(ARRIVAL), 1, sum(SERVERS), states=600)
    spread = process.sd_per_arrival(truth, per_time=process.waiting)
    assert waits(met).mean() == pytest.approx(truth, abs=tolerance(spread, CUSTOMERS))


@pytest.mark.parametrize("task", [0, 1])
def test_groups_that_share_nothing_are_queues_apart(task: int) -> None:
    """Each is an M/M/c of its own: Wq = C / (cμ - λ), utilisation λ / cμ."""
    met = served_by(APART)
    waited = waits(met, task)
    truth = erlang_c_mean_wait(ARRIVAL[task], 1, SERVERS[task])
    process = BirthAndDeath(ARRIVAL[task], 1, SERVERS[task], states=600)
    spread = process.sd_per_arrival(truth, per_time=process.waiting)
    assert waited.mean() == pytest.approx(truth, abs=tolerance(spread, len(waited)))
    busy = met.monitors.group_busy_time[0, task] / SERVERS[task]
    load = np.minimum(process.number, SERVERS[task]) / SERVERS[task]
    spread = process.sd_per_arrival(SERVERS[task] ** -1, per_time=load)
    length = met.arrived.max()
    assert busy / length == pytest.approx(0.8, abs=tolerance(spread, len(waited)) * ARRIVAL[task])


def test_a_group_that_may_help_out_lies_between_apart_and_together() -> None:
    """The N-design: the whole desk waits less than apart and longer than together, and those helped wait less."""
    apart, helped, together = (waits(served_by(each)).mean() for each in (APART, N_DESIGN, TOGETHER))
    assert together < helped < apart
    errands = [waits(served_by(each), 1).mean() for each in (APART, N_DESIGN)]
    assert errands[1] < errands[0]


def test_a_task_both_may_do_goes_first_to_those_who_can_do_nothing_else() -> None:
    """Of errands that found both groups free, none was served by the group that also does loans."""
    met = served_by(N_DESIGN)
    joins = met.joins
    process = met.process[np.argsort(met.visit)][joins.visit]
    at_once = (joins.wait == 0) & (process == 1)
    ends = joins.joined + joins.wait
    order = np.argsort(joins.visit)
    service = met.service[np.argsort(met.visit)]
    starts, group = ends[order], joins.group[order]
    for visit in joins.visit[at_once & (joins.group == 0)][:200]:
        now = starts[visit]
        earlier = np.arange(max(visit - 200, 0), visit)
        busy = (group[earlier] == 1) & (starts[earlier] <= now) & (starts[earlier] + service[earlier] > now)
        assert np.count_nonzero(busy) == SERVERS[1]
