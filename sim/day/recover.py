"""Step 7, recover: dissatisfied visitors stay silent, complain or leave; cases worked today are answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.behaviour import complaint
from sim.behaviour.dimensions import weighted
from sim.customers import CUSTOMER
from sim.day.contact import count_contacts
from sim.money import times
from sim.service.outcome import Outcome
from sim.visits import CASE, kind_of

if TYPE_CHECKING:
    from sim.market import Market


def recover(market: Market) -> None:
    """Responses of today's dissatisfied; voices become tomorrow's cases; today's finished cases restore and pay."""
    count_contacts(market)
    _answer_cases(market)
    judged, mechanism = market.today.judgement, market.document.behaviour.complaining
    assert judged is not None  # step 6 always leaves its judgement
    if mechanism == "none" or not len(judged.rows):
        return
    customers, rows = market.customers, judged.rows
    importance = customers.importance.take(rows, axis=1)
    shortfall = weighted(judged.adequate, importance) - weighted(judged.perceived, importance)
    upset = np.flatnonzero(shortfall > 0.0)
    unhappy = rows[upset]
    complaints = market.document.service.complaints
    utilities = complaint.response_utilities(
        severity=np.minimum(shortfall[upset] / mechanism.worst, 1.0),
        loyalty=customers.loyalty[unhappy],
        expected_success=0.0 if complaints is None else complaints.resolved,
        alternatives=mechanism.alternatives,
        voice_intercept=mechanism.voice,
        voice_severity=mechanism.voice_severity,
        voice_loyalty=mechanism.voice_loyalty,
        voice_success=mechanism.voice_success,
        voice_cost=mechanism.voice_cost,
        exit_intercept=mechanism.exit,
        exit_severity=mechanism.exit_severity,
        exit_alternatives=mechanism.exit_alternatives,
        exit_loyalty=mechanism.exit_loyalty,
        exit_cost=customers.switching_cost[unhappy],
    )
    responses = complaint.respond(utilities, judged.luck[upset, 6])
    judged.complaint[upset] = responses
    voiced = unhappy[responses == complaint.RESPONSES.index("voice")]
    market.today.add("complaints", len(voiced))
    market.today.add("dissatisfied", len(unhappy))
    if complaints is not None and len(voiced):
        market.cases = np.union1d(market.cases, voiced)
    leaving = unhappy[responses == complaint.RESPONSES.index("exit")]
    market.today.walked_out = leaving[customers.status[leaving] == CUSTOMER]


def _answer_cases(market: Market) -> None:
    """Cases whose work ended today: a share is resolved, gives satisfaction back and is compensated."""
    encounters, complaints = market.today.encounters, market.document.service.complaints
    assert encounters is not None  # step 5 always leaves its encounters
    cases = np.flatnonzero(kind_of(encounters.visit) == CASE)
    if complaints is None or not len(cases):
        return
    worked = encounters.outcome[cases] == Outcome.SERVED
    # What the staff did not get to before closing waits for the next day.
    market.cases = np.union1d(market.cases, encounters.customer[cases[~worked]])
    if not worked.any():
        return
    rows = np.unique(encounters.customer[cases[worked]])
    luck = market.streams.each("resolved", market.day, market.customers.population, rows)
    resolved = rows[luck[:, 0] < complaints.resolved]
    market.today.resolved = resolved
    satisfaction = market.customers.satisfaction
    satisfaction[resolved] = np.minimum(satisfaction[resolved] + complaints.restores, 100.0)
    market.today.add("cases_worked", len(rows))
    market.today.add("cases_resolved", len(resolved))
    paid = times(complaints.compensation, np.ones(len(resolved), np.int64), market.document.currency)
    customers = market.customers
    market.ledger.post(
        "compensation",
        -paid,
        customers.segment[resolved],
        customers.site[resolved],
        rows=resolved,
        text="compensation for a complaint",
    )
