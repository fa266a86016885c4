"""Step 8, stay or leave: who becomes a customer today, who stops being one, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import special

from sim.behaviour import loyalty
from sim.behaviour.dimensions import weighted
from sim.behaviour.word_of_mouth import bass_hazard, chance_within, strong_and_weak_ties
from sim.calendar import DAYS_PER_YEAR
from sim.customers import CUSTOMER, LEFT
from sim.day.departures import depart, settle_departures, without_lines
from sim.day.joining import count_joined, join
from sim.day.move_on import move_on
from sim.day.refer import persuaded
from sim.day.tier_changes import change_tiers
from sim.levers.fees import waived_of_price_level
from sim.needs.yearly import revenue_in_a_year
from sim.operations.visits import NEED
from sim.scenario.behaviour import BassAdoption, BetaGeometricLeaving, HazardOfLeaving, LeavingAfterPurchases
from sim.scenario.talk import StrongAndWeakTies

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def stay_or_leave(market: Market) -> None:
    """Leaving first, then acquisition: nobody leaves on the day they come. Then changes of tier that were approved."""
    _lose(market, *_leavers(market))
    if market.memberships is not None:
        _lose(market, *market.memberships.renew(market))
    move_on(market)
    join(market, persuaded(market), "invitation")
    _acquire(market)
    count_joined(market)
    change_tiers(market)


def _lose(market: Market, rows: Integers, causes: Integers) -> None:
    """`rows` stop being customers, with their causes and what each brought in a year."""
    if not len(rows):
        return
    today = market.today
    today.left, today.causes = np.concatenate([today.left, rows]), np.concatenate([today.causes, causes])
    today.lost_amounts = np.concatenate([today.lost_amounts, revenue_in_a_year(market, rows)])
    market.customers.status[rows] = LEFT
    if market.document.market.departures or market.wallet is not None:
        settle_departures(market, rows, causes)


def _leavers(market: Market) -> tuple[Integers, Integers]:
    """Who stops being a customer today, each once, and why: of several reasons the first of these counts."""
    form, document = market.document.behaviour.leaving, market.document
    reasons: list[tuple[Integers, Integers]] = []
    if document.market.departures:
        reasons.append(depart(market))
    if market.wallet is not None:
        reasons.append(without_lines(market))
    if form.form != "none":
        walked, gave_up = market.today.walked_out, market.today.gave_up
        reasons += [
            _hazard(market, form) if form.form == "hazard" else _involuntary(_own_chance(market, form)),
            (walked, _walk_out_causes(market, walked)),
            (gave_up, np.full(len(gave_up), loyalty.CAUSES.index("failed_recovery"), np.int64)),
        ]
    if not reasons:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    rows, causes = (np.concatenate(each) for each in zip(*reasons, strict=True))
    if len(rows):
        _, first = np.unique(rows, return_index=True)
        first = np.sort(first)
        first = first[market.customers.status[rows[first]] == CUSTOMER]
        rows, causes = rows[first], causes[first]
    return rows, causes


def _involuntary(rows: Integers) -> tuple[Integers, Integers]:
    return rows, np.full(len(rows), loyalty.CAUSES.index("involuntary"), np.int64)


def _acquire(market: Market) -> None:
    customers, form = market.customers, market.document.behaviour.acquisition
    if market.memberships is not None:
        join(market, market.memberships.sell(market), "membership")
        return
    if isinstance(form, BassAdoption):
        luck = market.streams.everyone("adoption", market.day, customers.population)
        adopted = customers.status == CUSTOMER
        hazard = bass_hazard(
            market.network.share_of_neighbours(adopted), innovation=form.innovation, imitation=form.imitation
        )
        # Whoever has no needs any more adopts nothing.
        could = ~adopted & ((customers.status != LEFT) | (form.again & (customers.activity > 0.0)))
        new = np.flatnonzero((luck < chance_within(hazard, elapsed=1.0 / form.period)) & could)
    elif isinstance(form, StrongAndWeakTies):
        luck = market.streams.everyone("adoption", market.day, customers.population)
        adopted = customers.status == CUSTOMER
        weak, strong = market.network.neighbours_in(adopted)
        chance = strong_and_weak_ties(
            advertising=loyalty.hazard_per_day(form.advertising, days=form.period),
            weak=loyalty.hazard_per_day(form.weak, days=form.period),
            strong=loyalty.hazard_per_day(form.strong, days=form.period),
            weak_informed=weak.astype(np.float64),
            strong_informed=strong.astype(np.float64),
        )
        new = np.flatnonzero((luck < chance) & ~adopted)
    else:
        judged = market.today.judgement
        assert judged is not None  # step 6 always leaves its judgement
        # By what they were when they came: who left today after a bad visit does not come back through that visit.
        served = np.flatnonzero((judged.kind == NEED) & ~judged.lost & (judged.status != CUSTOMER))
        new = judged.rows[served[market.demand.makes_customers[judged.which[served]]]]
        bought = market.today.bought
        if bought is not None:  # who looked at the goods and took none has not become a customer
            new = new[~np.isin(new, bought.rows[~bought.taken.any(axis=1)])]
    join(market, new, "need" if form.form == "through-choice" else "adoption")


def hazard_terms(market: Market, rows: Integers | slice, form: HazardOfLeaving) -> dict[str, Floats]:
    """What the hazard of each of `rows` is made of, in the units of its effects."""
    customers = market.customers
    price = _price_gap(market, rows)
    return {
        "satisfaction": loyalty.standardised(
            customers.satisfaction[rows], mean=form.satisfaction_mean, sd=form.satisfaction_sd
        ),
        "price_gap": price,
        "failures": customers.failures[rows] + customers.lost_visits[rows],
        "tenure": np.maximum(market.day - customers.joined[rows], 0.0) / DAYS_PER_YEAR,
        "switching_cost": customers.switching_cost[rows],
    }


def _price_gap(market: Market, rows: Integers | slice) -> Floats:
    """How far the firm's prices and fees, relative to the usual ones, lie above the price remembered."""
    customers, listed = market.customers, market.demand.price_list
    reference = customers.reference_price[rows]
    level: Floats | float = market.demand.price_level
    if listed is not None:
        level = listed.levels[customers.segment[rows], customers.tier[rows]]
    if market.regions is not None:
        level = level * market.regions.moved[customers.site[rows]]
    if market.demand.fees is None:
        return np.maximum(level - reference, 0.0)
    whose = np.arange(len(customers))[rows]
    return np.maximum(level - waived_of_price_level(market, whose) - reference, 0.0)


def period_hazard(market: Market, rows: Integers | slice, form: HazardOfLeaving) -> Floats:
    """Chance of leaving of one's own will within the form's period."""
    return loyalty.churn_hazard(
        **hazard_terms(market, rows, form),
        intercept=form.intercept,
        satisfaction_effect=form.satisfaction,
        price_effect=form.price,
        failure_effect=form.failures,
        tenure_effect=form.tenure,
        switching_effect=form.switching_cost,
    )


def _hazard(market: Market, form: HazardOfLeaving) -> tuple[Integers, Integers]:
    customers = market.customers
    luck = market.streams.everyone("leaving", market.day, customers.population)
    likely = np.flatnonzero((luck < highest_daily_hazard(market, form)) & (customers.status == CUSTOMER))
    voluntary = loyalty.hazard_per_day(period_hazard(market, likely, form), days=form.period)
    involuntary = loyalty.hazard_per_day(form.involuntary, days=form.period)
    chance = loyalty.combined_hazard(voluntary, involuntary)
    leaves = luck[likely] < chance
    rows = likely[leaves]
    if not len(rows):
        return rows, np.zeros(0, np.int64)
    return rows, loyalty.cause_of_leaving(
        drivers=drivers(market, rows, form),
        voluntary=voluntary[leaves],
        involuntary=np.full(len(rows), involuntary),
        # Among those who leave, luck over chance is again uniform: it says why.
        uniforms=luck[rows] / chance[leaves],
    )


def highest_daily_hazard(market: Market, form: HazardOfLeaving) -> float:
    """A daily chance of leaving that no customer exceeds: each term at its worst among all, added up.

    So one comparison a customer settles nearly everyone, and the hazard is worked out only for the few left.
    """
    customers = market.customers

    def worst(effect: float, values: Floats) -> float:
        return effect * float(values.max() if effect > 0 else values.min())

    score = form.intercept
    score += worst(form.satisfaction / form.satisfaction_sd, customers.satisfaction) - (
        form.satisfaction * form.satisfaction_mean / form.satisfaction_sd
    )
    listed = market.demand.price_list
    level = market.demand.price_level if listed is None else float(listed.levels.max())
    if market.regions is not None:
        level *= float(market.regions.moved.max())
    score += max(worst(-form.price, customers.reference_price) + form.price * level, 0.0)
    score += worst(form.failures, customers.failures) + worst(form.failures, customers.lost_visits)
    score += max(worst(-form.tenure / DAYS_PER_YEAR, customers.joined) + form.tenure * market.day / DAYS_PER_YEAR, 0.0)
    score += worst(form.switching_cost, customers.switching_cost)
    voluntary = loyalty.hazard_per_day(special.expit(score), days=form.period)
    return float(loyalty.combined_hazard(voluntary, loyalty.hazard_per_day(form.involuntary, days=form.period)))


def drivers(market: Market, rows: Integers, form: HazardOfLeaving) -> Floats:
    """What each voluntary cause adds to the hazard's score of `rows`, (k, 5), in the order of the causes.

    Low satisfaction is shared among the dimensions by how far what they expect falls short of what they desire: prompt
    service to waiting, the rest to service failure; what the firm's promises added to the expectation, to promise.
    """
    customers = market.customers
    terms = hazard_terms(market, rows, form)
    shortfall = np.maximum(customers.desired.take(rows, axis=1) - customers.will.take(rows, axis=1), 0.0)
    importance = customers.importance.take(rows, axis=1)
    waiting = importance[1] * shortfall[1]
    service = weighted(shortfall, importance) - waiting
    promised = weighted(
        np.maximum(customers.will.take(rows, axis=1) - customers.will_unpromised.take(rows, axis=1), 0.0), importance
    )
    total = waiting + service + promised + 1e-12
    low = np.maximum(form.satisfaction * terms["satisfaction"], 0.0) / total
    found = np.zeros((len(rows), len(loyalty.VOLUNTARY_CAUSES)))
    found[:, 0] = low * service + form.failures * customers.failures[rows]
    found[:, 1] = low * waiting + form.failures * customers.lost_visits[rows]
    found[:, 2] = form.price * terms["price_gap"]
    found[:, 4] = low * promised
    return found


def _walk_out_causes(market: Market, rows: Integers) -> Integers:
    """Why those left who walked out at once: their last visit was lost, or bad."""
    judged = market.today.judgement
    assert judged is not None  # step 6 always leaves its judgement
    lost = judged.lost[np.searchsorted(judged.rows, rows)] if len(rows) else np.zeros(0, np.bool_)
    waiting, failure = loyalty.CAUSES.index("waiting"), loyalty.CAUSES.index("service_failure")
    return np.where(lost, waiting, failure).astype(np.int64)


def _own_chance(market: Market, form: BetaGeometricLeaving | LeavingAfterPurchases) -> Integers:
    """Who leaves by a constant chance of their own: by day (Fader & Hardie 2007), or after each purchase they made.

    After purchases (Fader, Hardie & Lee 2005): not after the first one, which made them a customer.
    """
    customers = market.customers
    if form.form == "after-purchases":
        judged = market.today.judgement
        assert judged is not None  # step 6 always leaves its judgement
        bought = judged.rows[(judged.kind == NEED) & ~judged.lost & (judged.status == CUSTOMER)]
        luck = market.streams.each("leaving", market.day, customers.population, bought)[:, 0]
        last = luck < customers.leaving[bought]
        return np.asarray(bought[last])
    luck = market.streams.everyone("leaving", market.day, customers.population)
    chance = loyalty.hazard_per_day(customers.leaving, days=form.period)
    return np.flatnonzero((luck < chance) & (customers.status == CUSTOMER))
