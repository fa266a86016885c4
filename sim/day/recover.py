"""Step 7, recover: guarantees pay, cases are answered, dissatisfied visitors stay silent, complain or leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour import complaint
from sim.behaviour.dimensions import weighted
from sim.behaviour.recovery import FAILURES
from sim.cases import (
    FAILURE_REMEMBERED,
    LOST_VISIT_REMEMBERED,
    NOTHING_REMEMBERED,
    SLEEPING,
    WAITING,
    CaseRules,
    Cases,
)
from sim.customers import CUSTOMER
from sim.day.case_answers import answer_cases, count_deadlines, reopen, reopen_cases
from sim.day.guarantees import pay_guarantees
from sim.day.responses import utilities

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
SECOND_FAILURE = 0.5
"""Failures still remembered (each fades from 1) from which on a further one is not the first."""

_SILENT, _VOICE, _EXIT = range(len(complaint.RESPONSES))


def recover(market: Market) -> None:
    """What the firm owes from before, then the responses of today's dissatisfied; voices become cases."""
    rules = market.case_rules
    if rules is not None:
        pay_guarantees(market)
        answer_cases(market, rules)
        reopen_cases(market, rules)
    _respond(market, rules)
    if rules is not None:
        count_deadlines(market)


def _respond(market: Market, rules: CaseRules | None) -> None:
    judged, mechanism = market.today.judgement, market.document.behaviour.complaining
    assert judged is not None  # step 6 always leaves its judgement
    if mechanism == "none" or not len(judged.rows):
        return
    customers, rows = market.customers, judged.rows
    importance = customers.importance.take(rows, axis=1)
    shortfall = weighted(judged.adequate, importance) - weighted(judged.perceived, importance)
    upset = np.flatnonzero(shortfall > 0.0)
    unhappy = rows[upset]
    severity = np.minimum(shortfall[upset] / mechanism.worst, 1.0)
    hope: Floats | float = 0.0
    cost: Floats | float = mechanism.voice_cost
    luck, channel = np.zeros((len(upset), 2)), np.zeros(len(upset), np.int64)
    if rules is not None and rules.channels:
        # Luck of a complaint: the channel, whether the firm notices those who stay silent, then the luck of the case.
        luck = market.streams.each("complaint", market.day, customers.population, unhappy, draws=2 + rules.draws)
        channel = rules.channel(luck[:, 0])
        hope, cost = rules.hope[channel], rules.costs[channel]
    weighed = utilities(market, mechanism, unhappy, severity, hope, cost)
    responses = complaint.respond(weighed, judged.luck[upset, 6])
    judged.complaint[upset] = responses
    market.today.add("complaints", int(np.count_nonzero(responses == _VOICE)))
    market.today.add("dissatisfied", len(unhappy))
    if rules is not None and rules.channels:
        approached = (responses == _SILENT) & (judged.failed[upset] | judged.lost[upset])
        approached &= luck[:, 1] < rules.recovery.initiative
        _open(market, rules, upset, severity, (responses == _VOICE) | approached, approached, channel, luck[:, 2:])
    leaving = unhappy[responses == _EXIT]
    market.today.walked_out = leaving[customers.status[leaving] == CUSTOMER]


def _open(
    market: Market,
    rules: CaseRules,
    upset: Integers,
    severity: Floats,
    opens: NDArray[np.bool_],
    approached: NDArray[np.bool_],
    channel: Integers,
    luck: Floats,
) -> None:
    """Make a case of each complaint and each approach; who has one already is failed again, and adds to it."""
    judged, customers, cases, day = market.today.judgement, market.customers, market.cases, market.day
    assert judged is not None  # checked by the caller
    unhappy = judged.rows[upset]
    had = cases.has(unhappy)
    if had.any():
        places = cases.places(unhappy[had])
        cases.repeated[places] = True
        cases.severity[places] = np.maximum(cases.severity[places], severity[had])
        woken = opens[had] & (cases.state[places] == SLEEPING)
        reopen(cases, rules, places[woken], day, luck[had][woken])
        market.today.add("cases_reopened", int(np.count_nonzero(woken)))
        market.today.case_news.append(cases.news("reopened", places[woken], day))
    new = np.flatnonzero(opens & ~had)
    if not len(new):
        return
    rows, visit, stage = unhappy[new], upset[new], channel[new]
    failed, lost = judged.failed[visit], judged.lost[visit]
    earlier = customers.failures[rows] + customers.lost_visits[rows] - failed - lost
    due = np.full(len(new), rules.due(day), np.int64)
    opened = Cases(
        rows=rows,
        opened=np.full(len(new), day, np.int64),
        due=due,
        stage=stage,
        since=np.full(len(new), day, np.int64),
        ready=rules.work_begins(day, stage, due, luck[new]),
        state=np.full(len(new), WAITING, np.int64),
        failure=np.where(failed | lost, FAILURES.index("outcome"), FAILURES.index("process")).astype(np.int64),
        remembered=np.select([failed, lost], [FAILURE_REMEMBERED, LOST_VISIT_REMEMBERED], NOTHING_REMEMBERED),
        severity=severity[new],
        prior=judged.before[visit],
        repeated=earlier >= SECOND_FAILURE,
        by_firm=approached[new],
        luck=luck[new],
    )
    market.cases = cases.joined_by(opened)
    market.today.add("cases_opened", len(new))
    market.today.add("cases_approached", int(np.count_nonzero(approached[new])))
    market.today.case_news.append(opened.news("opened", ~approached[new], day))
    market.today.case_news.append(opened.news("approached", approached[new], day))
