"""Step 6, judge: what was delivered and perceived, and what it does to satisfaction, expectation and trust."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour import expectation, loyalty, quality, satisfaction
from sim.behaviour.dimensions import HIGHEST, LOWEST
from sim.customers import CUSTOMER
from sim.day.claims import count_tasks, hand_out_gifts
from sim.day.find_out import find_out_in_use
from sim.day.further import settle_further_needs
from sim.day.prepay import sign
from sim.day.promising import promise
from sim.day.ranked_gifts import hand_out_by_rank
from sim.day.sell_goods import take_goods
from sim.day.strike import strike
from sim.day.supplies import use_supplies
from sim.gaps import measure
from sim.operations.visits import VisitNumber, by_customers, parts
from sim.scenario.behaviour import AsymmetricDisconfirmation, Prospect
from sim.service.outcome import Outcome
from sim.today import NOT_UPSET, Judgement

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_LUCK = 8  # five for noise, then failure, complaint, talk


@dataclass(frozen=True)
class _Happened:
    """Today's visits as they were.

    rows; wait, felt_wait: minutes, and as long as they felt; lost, failed, late; delivered, standard: (5, k)
    luck: (k, 8); window: reliability that a broken window had promised, NaN for the others
    """

    rows: Integers
    wait: Floats
    felt_wait: Floats
    lost: NDArray[np.bool_]
    failed: NDArray[np.bool_]
    late: NDArray[np.bool_]
    window: Floats
    delivered: Floats
    standard: Floats
    luck: Floats


def judge(market: Market) -> None:
    """Every visit that ended today, by the customer who made it. Cases are work, not visits, and are not judged."""
    encounters = market.today.encounters
    assert encounters is not None  # step 5 always leaves its encounters
    kept = np.flatnonzero(by_customers(encounters.visit))
    # In the order of customers: one visit a person and day, so every array below has its own row.
    kept = kept[np.argsort(encounters.customer[kept], kind="stable")]
    visit = parts(encounters.visit[kept])
    rows, lost = encounters.customer[kept], encounters.outcome[kept] != Outcome.SERVED
    luck = market.streams.each("encounter", market.day, market.customers.population, rows, draws=_LUCK)
    delivery, standards = market.delivery, market.management.standards(market.document, market.delivery.quiet)
    station = delivery.first_station[encounters.process[kept]]
    skills, customers = market.workforce.skills, market.customers
    of_groups = delivery.skill_of_groups(
        encounters.served_by[kept], station, customers.segment[rows], customers.tier[rows]
    )
    right = delivery.right_first_time(encounters, kept, station, skills, of_groups)
    right = use_supplies(market, visit, right)
    failed = ~lost & (luck[:, 5] >= right)
    failed |= hand_out_gifts(market, encounters, kept, visit)
    failed |= sign(market, encounters, kept, visit)
    count_tasks(market, encounters, kept, visit)
    hand_out_by_rank(market, encounters, kept, visit)
    late, window = np.zeros(len(rows), np.bool_), np.full(len(rows), np.nan)
    if len(market.today.broken):
        late = ~lost & ~failed & np.isin(rows, market.today.late)
        failed |= late  # a promise of time not kept is work not as promised
        window = np.where(np.isin(rows, market.today.broken), delivery.levels[0, station], np.nan)
    overdue = delivery.late(encounters, kept)
    unreliable = failed if overdue is None else failed | overdue  # a time promised and not kept is not as promised
    delivered = delivery.delivered(
        encounters, kept, station, unreliable, lost, standards, luck[:, :5], market.calendar, skills, of_groups
    )
    standard = delivery.standard(station, standards)
    _hear_published(market, rows, delivery.published[station])
    felt = market.waiting_rooms.felt(encounters, kept, station)
    happened = _Happened(rows, encounters.wait[kept], felt, lost, failed, late, window, delivered, standard, luck)
    _remember(market, happened, visit)
    take_goods(market)
    settle_further_needs(market)
    strike(market)
    find_out_in_use(market)


def _hear_published(market: Market, rows: Integers, published: Floats) -> None:
    """A published standard hangs on the wall: who comes hears it as a promise before judging.

    It says 'at most', so it takes back neither a better promise heard before nor what people expect from experience.
    """
    if market.document.behaviour.promises == "none":
        return
    customers = market.customers
    for level in market.delivery.published_levels:
        told = rows[published == level]
        expected, promised = customers.will[1, told], customers.promised[1, told]
        promise(market, told, (None, level, None, None, None))
        customers.will[1, told] = np.maximum(expected, customers.will[1, told])
        customers.promised[1, told] = np.fmax(promised, level)


def _remember(market: Market, happened: _Happened, visit: VisitNumber) -> None:
    """Perceive, judge and learn: the chain from delivered quality to loyalty, for the customers of today's visits."""
    customers, behaviour, rows = market.customers, market.document.behaviour, happened.rows
    importance, promised = customers.importance.take(rows, axis=1), customers.promised.take(rows, axis=1)
    if behaviour.promises != "none" and len(market.today.broken):
        promised[0] = np.fmax(promised[0], happened.window)
    will, desired, adequate = (
        customers.will.take(rows, axis=1),
        customers.desired.take(rows, axis=1),
        customers.adequate.take(rows, axis=1),
    )
    unpromised = customers.will_unpromised.take(rows, axis=1)
    perceived = _perceived(market, _as_felt(market, happened), will, desired, promised)
    before = customers.satisfaction[rows]
    score = satisfaction_of_visit(market, perceived, will, desired, adequate, importance)
    market.today.gaps = measure(
        expected_without_promises=unpromised,
        expected=will,
        believed=market.management.belief[:, np.newaxis],
        standard=happened.standard,
        delivered=happened.delivered,
        promised=promised,
        perceived=perceived,
        adequate=adequate,
        desired=desired,
        importance=importance,
    )
    market.today.judgement = Judgement(
        rows=rows,
        status=customers.status[rows],
        kind=visit.kind,
        which=visit.which,
        wait=happened.wait,
        felt_wait=happened.felt_wait,
        lost=happened.lost,
        failed=happened.failed,
        late=happened.late,
        delivered=happened.delivered,
        perceived=perceived,
        expected=will,
        adequate=adequate,
        promised=promised,
        satisfaction=score,
        before=before,
        complaint=np.full(len(rows), NOT_UPSET),
        luck=happened.luck,
    )
    customers.satisfaction[rows] = satisfaction.cumulative(
        previous=before, transaction=score, recency=behaviour.recency
    )
    if market.case_rules is not None:
        customers.paradox[rows] *= 1.0 - behaviour.recency  # what was felt on top fades with the memory it sits on
    _learn(market, rows, happened.delivered, will, unpromised, desired)
    if behaviour.promises != "none":
        customers.trust[rows] = expectation.update_credibility(
            credibility=customers.trust[rows],
            shortfall=expectation.promise_shortfall(promise=promised, perceived=perceived, importance=importance),
            loss=behaviour.promises.loss,
            recovery=behaviour.promises.recovery,
        )
    own = rows[customers.status[rows] == CUSTOMER]
    customers.loyalty[own] = loyalty.update_loyalty(
        loyalty=customers.loyalty[own],
        satisfaction=customers.satisfaction[own],
        exponent=behaviour.loyalty.exponent,
        adjustment=behaviour.loyalty.adjustment,
    )
    customers.failures[rows] += happened.failed
    customers.lost_visits[rows] += happened.lost


def _as_felt(market: Market, happened: _Happened) -> Floats:
    """Delivered quality with promptness by the wait as it felt, (5, k)."""
    if market.document.behaviour.felt_waits == "none":
        return happened.delivered
    scale, worst = market.document.service.wait_scale, market.document.service.quality.failure_level
    felt, real = (
        quality.promptness(
            wait=wait, lost=happened.lost, failure_level=worst, desired=scale.desired, adequate=scale.adequate
        )
        for wait in (happened.felt_wait, happened.wait)
    )
    levels = happened.delivered.copy()
    levels[1] = np.clip(levels[1] + (felt - real), LOWEST, HIGHEST)
    return levels


def _perceived(market: Market, delivered: Floats, will: Floats, desired: Floats, promised: Floats) -> Floats:
    form = market.document.behaviour.perception
    if form.form == "unbiased":
        return delivered
    seen = quality.perceived(
        delivered=delivered, will=will, desired=desired, gamma_will=form.will, gamma_desired=form.desired
    )
    if form.promise:
        seen = seen + form.promise * np.where(np.isnan(promised), 0.0, promised - delivered)
    return np.clip(seen, LOWEST, HIGHEST)


def satisfaction_of_visit(
    market: Market, perceived: Floats, will: Floats, desired: Floats, adequate: Floats, importance: Floats
) -> Floats:
    """Satisfaction with the visit, (k,) 0-100, in the form the document chose."""
    form = market.document.behaviour.satisfaction
    parameters = {name: value for name, value in form if name != "form"}  # named as the functions name them
    if isinstance(form, AsymmetricDisconfirmation):
        return satisfaction.asymmetric_disconfirmation(
            perceived=perceived, expected=will, importance=importance, **parameters
        )
    if isinstance(form, Prospect):
        return satisfaction.prospect(perceived=perceived, expected=will, importance=importance, **parameters)
    return satisfaction.zone_of_tolerance(
        perceived=perceived, adequate=adequate, desired=desired, importance=importance, **parameters
    )


def _learn(
    market: Market, rows: Integers, delivered: Floats, will: Floats, unpromised: Floats, desired: Floats
) -> None:
    """Expectations follow experience; *desired* follows what is usual, *adequate* follows what is predicted."""
    customers, behaviour = market.customers, market.document.behaviour
    mechanism = behaviour.learning
    if mechanism.form == "exponential":
        learned, usual = (
            expectation.exponential_update(expectation=before, experience=delivered, learning=mechanism.learning)
            for before in (will, unpromised)
        )
    else:
        variance = customers.belief_variance[rows]
        noise = mechanism.noise_variance
        learned, after = expectation.bayesian_update(
            mean=will, variance=variance, experience=delivered, noise_variance=noise
        )
        usual, _ = expectation.bayesian_update(
            mean=unpromised, variance=variance, experience=delivered, noise_variance=noise
        )
        customers.belief_variance[rows] = after
    customers.will[:, rows] = learned
    customers.will_unpromised[:, rows] = usual
    opening = _opening(market, rows)
    expecting = behaviour.expecting
    customers.desired[:, rows] = expectation.desired_update(
        desired=desired,
        usual=usual,
        initial=opening["desired"],
        ratchet=expecting.ratchet,
        relaxation=expecting.relaxation,
    )
    customers.adequate[:, rows] = expectation.adequate_level(
        initial=opening["adequate"],
        will=learned,
        initial_will=opening["will"],
        desired=customers.desired.take(rows, axis=1),
        alternatives=0.0,
        predicted_effect=expecting.predicted,
        alternatives_effect=0.0,
        narrowest_zone=expecting.narrowest_zone,
    )


def _opening(market: Market, rows: Integers) -> dict[str, Floats]:
    """Expectations of `rows` at opening, (5, k) each, from their segment and personal shift."""
    customers, shift = market.customers, market.customers.shift[rows]
    means = market.opening_means
    segment = customers.segment[rows]
    return {
        kind: np.minimum(np.maximum(levels.take(segment, axis=1) + shift, LOWEST), HIGHEST)
        for kind, levels in means.items()
    }
