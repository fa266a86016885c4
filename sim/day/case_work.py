"""Part of step 4: open cases whose day has come are set before the staff of their stage, from opening.

A case is work, not a visit: nobody waits in the hall for it. What the people of a level have not begun within their
time goes up to the next level; what lies in a queue that is carried over night stays there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.calendar import MINUTES_PER_DAY
from sim.day.lay_out import routes_of
from sim.operations.cases import AT_WORK, WAITING
from sim.operations.visits import CASE, number
from sim.service.plant import CASE as CASE_PROCESS
from sim.today import Visits

if TYPE_CHECKING:
    from sim.market import Market


def with_cases(market: Market, visits: Visits) -> Visits:
    """Add the cases that are worked on from today."""
    rules, cases, day = market.case_rules, market.cases, market.day
    if rules is None or not len(cases):
        return visits
    waiting = cases.state == WAITING
    overdue = waiting & (day > cases.since + rules.within[cases.stage]) & (rules.above[cases.stage] >= 0)
    if overdue.any():
        cases.stage[overdue] = rules.above[cases.stage[overdue]]
        cases.since[overdue] = day - 1
        cases.ready[overdue] = day
        market.today.add("cases_escalated", int(np.count_nonzero(overdue)))
        market.today.case_news.append(cases.news("overdue", overdue, day))
    shifts = [market.plant.shifts[station][market.today.weekday] for station in rules.station.tolist()]
    opens = np.array([np.nan if present is None else present.opens for present in shifts])[cases.stage]
    begins = np.flatnonzero(waiting & (cases.ready <= day) & ~np.isnan(opens))
    if not len(begins):
        return visits
    cases.state[begins] = AT_WORK
    rows, stage = cases.rows[begins], cases.stage[begins]
    population, steps = market.customers.population, market.plant.facility.max_steps
    forever, process = np.full(len(rows), np.inf), market.plant.of_case[stage]
    luck = market.streams.each("service", day, population, rows, draws=steps, identity=CASE_PROCESS)
    return visits.followed_by(
        Visits(
            rows,
            number(day, CASE, stage, rows),
            process,
            day * MINUTES_PER_DAY + opens[begins],
            forever,
            forever,
            routes_of(market, rows, process, luck, CASE_PROCESS),
        )
    )
