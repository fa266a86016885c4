"""Step 7, recover: guarantees pay, cases are answered, dissatisfied visitors stay silent, complain or leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour import complaint, recovery
from sim.behaviour.dimensions import weighted
from sim.behaviour.recovery import FAILURES
from sim.customers import CUSTOMER
from sim.day.case_answers import answer_cases, count_deadlines, reopen_cases
from sim.day.case_opening import Wronged, open_cases
from sim.day.contact import count_contacts
from sim.day.guarantees import pay_guarantees
from sim.day.hold_events import hold_events
from sim.day.responses import utilities
from sim.operations.cases import FAILURE_REMEMBERED, LOST_VISIT_REMEMBERED, NOTHING_REMEMBERED, CaseRules

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
SECOND_FAILURE = 0.5
"""Failures still remembered (each fades from 1) from which on a further one is not the first."""

_SILENT, _VOICE, _EXIT = range(len(complaint.RESPONSES))


def recover(market: Market) -> None:
    """Contacts count; what the firm owes from before; then today's dissatisfied respond, and voices become cases."""
    count_contacts(market)
    hold_events(market)
    rules = market.case_rules
    if rules is not None:
        pay_guarantees(market)
        answer_cases(market, rules)
        reopen_cases(market, rules)
        _complaints_of_incidents(market, rules)
    _respond(market, rules)
    if rules is not None:
        count_deadlines(market)


def _complaints_of_incidents(market: Market, rules: CaseRules) -> None:
    """Those struck who complain open cases as others do; an incident is a failure of outcome."""
    customers = market.customers
    for incident, rows, severity, prior in market.today.struck:
        if not len(rows) or not rules.channels:
            continue
        luck = market.streams.each(
            "complaint", market.day, customers.population, rows, draws=1 + rules.draws, identity=incident
        )
        everyone = np.ones(len(rows), np.bool_)
        open_cases(
            market,
            rules,
            Wronged(
                rows=rows,
                severity=np.minimum(severity, 1.0),
                prior=prior,
                failure=np.full(len(rows), FAILURES.index("outcome"), np.int64),
                remembered=np.full(len(rows), FAILURE_REMEMBERED, np.int64),
                repeated=customers.failures[rows] + customers.lost_visits[rows] - 1.0 >= SECOND_FAILURE,
                opens=everyone,
                approached=~everyone,
                channel=rules.channel(luck[:, 0]),
                luck=luck[:, 1:],
            ),
        )


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
    if len(market.today.missed_again):
        severity = _failed_again(market, unhappy, severity)
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
        failed, lost = judged.failed[upset], judged.lost[upset]
        of_outcome = (failed & ~judged.late[upset]) | lost  # what was done too late was done: a failure of process
        earlier = customers.failures[unhappy] + customers.lost_visits[unhappy] - failed - lost
        open_cases(
            market,
            rules,
            Wronged(
                rows=unhappy,
                severity=severity,
                prior=judged.before[upset],
                failure=np.where(of_outcome, FAILURES.index("outcome"), FAILURES.index("process")).astype(np.int64),
                remembered=np.select([failed, lost], [FAILURE_REMEMBERED, LOST_VISIT_REMEMBERED], NOTHING_REMEMBERED),
                repeated=earlier >= SECOND_FAILURE,
                opens=(responses == _VOICE) | approached,
                approached=approached,
                channel=channel,
                luck=luck[:, 2:],
            ),
        )
    leaving = unhappy[responses == _EXIT]
    market.today.walked_out = leaving[customers.status[leaving] == CUSTOMER]


def _failed_again(market: Market, rows: Integers, severity: Floats) -> Floats:
    """Severity for `rows`, more where a window promised anew was missed too: putting it right has failed.

    That is the double deviation: satisfaction falls as after a complaint refused, and there is no paradox any more.
    """
    again = np.isin(rows, market.today.missed_again)
    form, customers = market.document.behaviour.recovering, market.customers
    severity = severity.copy()
    severity[again] = recovery.second_severity(severity[again], double_deviation=form.double_deviation)
    failed = rows[again]
    customers.satisfaction[failed] = recovery.after_second_failure(
        customers.satisfaction[failed], severity[again], loss=form.loss
    )
    customers.paradox[failed] = 0.0
    return severity
