"""Part of step 7: what became of the cases the staff worked on today, and of those whose problem came back.

A case is put right, goes up a level, or is refused at the top. Who is refused has been failed twice (double deviation).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour import recovery
from sim.behaviour.complaint import RESPONSES, respond
from sim.customers import CUSTOMER
from sim.day.amends import make_amends
from sim.day.responses import utilities
from sim.money import times
from sim.operations.cases import (
    FAILURE_REMEMBERED,
    LOST_VISIT_REMEMBERED,
    NEVER,
    SLEEPING,
    WAITING,
    CaseRules,
    Cases,
)
from sim.operations.visits import CASE, kind_of
from sim.service.outcome import Outcome

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_COMES_BACK, _LEAVES = -2, -1
"""Where the luck of a case says whether its problem comes back, and whether a refused customer leaves."""


def answer_cases(market: Market, rules: CaseRules) -> None:
    """Cases whose work ended today are resolved, go up or are refused; what closing cut off waits for another day."""
    encounters, cases, day = market.today.encounters, market.cases, market.day
    assert encounters is not None  # step 5 always leaves its encounters
    ended = np.flatnonzero(kind_of(encounters.visit) == CASE)
    if not len(ended):
        return
    ended = ended[np.argsort(encounters.customer[ended], kind="stable")]
    places = cases.places(encounters.customer[ended])
    served = encounters.outcome[ended] == Outcome.SERVED
    cases.state[places] = WAITING
    cases.ready[places[~served]] = day + 1
    worked = places[served]
    luck = cases.luck[worked]
    right = rules.put_right(cases.stage[worked], luck)
    above = rules.above[cases.stage[worked]]
    up, refused = ~right & (above >= 0), ~right & (above < 0)
    rising = worked[up]
    cases.stage[rising], cases.since[rising] = above[up], day
    cases.ready[rising] = rules.work_begins(day, above[up], cases.due[rising], luck[up])
    for word, which in (("resolved", right), ("goes up", up), ("refused", refused)):
        market.today.case_news.append(cases.news(word, worked[which], day))
    market.today.add("cases_worked", len(worked))
    market.today.add("cases_escalated", len(rising))
    market.today.add("cases_resolved", int(np.count_nonzero(right)))
    market.today.add("failed_recoveries", int(np.count_nonzero(refused)))
    _resolve(market, rules, cases.take(worked[right]))
    _refuse(market, cases.take(worked[refused]), luck[refused, _LEAVES])
    closed = worked[~up]
    _count(market, cases.take(closed))
    back = worked[right & (luck[:, _COMES_BACK] < rules.recovery.reopens)]
    cases.state[back] = SLEEPING
    cases.ready[back] = day + int(rules.recovery.reopens_after)
    keep = np.ones(len(cases), np.bool_)
    keep[closed] = False
    keep[back] = True
    market.cases = cases.take(keep)


def _resolve(market: Market, rules: CaseRules, cases: Cases) -> None:
    """Give what the firm gives for a case put right: satisfaction by the matrix, a failure half forgotten, money."""
    if not len(cases):
        return
    given, form, customers = rules.recovery, market.document.behaviour.recovering, market.customers
    rows, days = cases.rows, (market.day - cases.opened).astype(np.float64)
    money = float(given.compensation) / rules.full_compensation
    resources = np.empty((len(recovery.RESOURCES), len(rows)))
    resources[0] = min(given.puts_right + money, 1.0)
    resources[1] = recovery.speed_given(days, quick=form.quick, slow=form.slow, late=market.day > cases.due)
    resources[2] = given.apology
    resources[3] = cases.by_firm
    make_amends(market, rows, cases.prior, cases.failure, resources, cases.repeated)
    leaving = market.document.behaviour.leaving
    left = 0.5 ** (days / leaving.failure_memory) if leaving.form == "hazard" else np.ones(len(rows))
    for memory, column in ((FAILURE_REMEMBERED, customers.failures), (LOST_VISIT_REMEMBERED, customers.lost_visits)):
        mended = form.mends * left * (cases.remembered == memory)
        column[rows] = np.maximum(column[rows] - mended, 0.0)
    if given.compensation:
        paid = times(given.compensation, np.ones(len(rows), np.int64), market.document.currency)
        segment, site = customers.segment[rows], customers.site[rows]
        market.ledger.post("compensation", -paid, segment, site, rows=rows, text="compensation for a complaint")


def _refuse(market: Market, cases: Cases, luck: Floats) -> None:
    """The double deviation: a failed recovery is a second, heavier failure; some leave over it at once."""
    mechanism, customers, rows = market.document.behaviour.complaining, market.customers, cases.rows
    if not len(cases):
        return
    form = market.document.behaviour.recovering
    severity = recovery.second_severity(cases.severity, double_deviation=form.double_deviation)
    customers.satisfaction[rows] = recovery.after_second_failure(customers.satisfaction[rows], severity, loss=form.loss)
    customers.paradox[rows] = 0.0
    customers.failures[rows] += 1.0
    if mechanism == "none":
        return
    weighed = utilities(market, mechanism, rows, severity, 0.0, 0.0)
    weighed[:, RESPONSES.index("voice")] = -np.inf  # there is nobody left to complain to
    leaves = rows[respond(weighed, luck) == RESPONSES.index("exit")]
    market.today.gave_up = leaves[customers.status[leaves] == CUSTOMER]


def _count(market: Market, closed: Cases) -> None:
    """Answers, their days, and the deadlines they kept; a deadline missed was counted on its day."""
    today, day = market.today, market.day
    late = day > closed.due
    today.add("cases_answered", len(closed))
    today.add("days_to_answer_sum", int((day - closed.opened).sum()))
    today.add("answered_late", int(np.count_nonzero(late)))
    today.add("days_late_sum", int((day - closed.due)[late].sum()))
    kept = int(np.count_nonzero(~late & (closed.due < NEVER)))
    today.add("deadlines_kept", kept)
    today.add("deadlines_passed", kept)
    today.add("recovered_satisfaction_sum", float(market.customers.stated_satisfaction(closed.rows).sum()))


def reopen_cases(market: Market, rules: CaseRules) -> None:
    """Problems that come back today: the failure is felt again, and the case is open again with a new deadline."""
    cases, customers, day = market.cases, market.customers, market.day
    back = np.flatnonzero((cases.state == SLEEPING) & (cases.ready <= day))
    if not len(back):
        return
    rows = cases.rows[back]
    luck = market.streams.each("reopened", day, customers.population, rows, draws=rules.draws)
    cases.prior[back] = customers.satisfaction[rows]
    customers.satisfaction[rows] = recovery.after_second_failure(
        customers.satisfaction[rows], cases.severity[back], loss=market.document.behaviour.recovering.loss
    )
    customers.paradox[rows] = 0.0
    customers.failures[rows] += 1.0
    cases.remembered[back] = FAILURE_REMEMBERED
    reopen(cases, rules, back, day, luck)
    market.today.add("cases_reopened", len(back))
    market.today.case_news.append(cases.news("reopened", back, day))


def reopen(cases: Cases, rules: CaseRules, places: Integers, day: int, luck: Floats) -> None:
    """Wake sleeping cases on `day`: they wait for the people who had them last, as if the complaint were of today."""
    cases.opened[places], cases.since[places], cases.due[places] = day, day, rules.due(day)
    cases.luck[places] = luck
    cases.ready[places] = rules.work_begins(day, cases.stage[places], cases.due[places], luck)
    cases.state[places], cases.repeated[places] = WAITING, True


def count_deadlines(market: Market) -> None:
    """Deadlines that pass tonight without an answer, and how many cases are open."""
    cases = market.cases
    missed = (cases.state != SLEEPING) & (cases.due == market.day)
    market.today.add("deadlines_passed", int(np.count_nonzero(missed)))
    market.today.add("cases_open", cases.open)
