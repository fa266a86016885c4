"""Step 4, choose: needs arise; each is taken to the firm, to a rival or nowhere; visitors get a time and a station."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.choice import choose as choose_by_logit
from sim.behaviour.choice import draw, reference_price_utility
from sim.behaviour.dimensions import weighted
from sim.behaviour.expectation import certainty_equivalent
from sim.behaviour.response import contact_effect, hill
from sim.calendar import MINUTES_PER_DAY
from sim.customers import CUSTOMER, LEFT, PROSPECT
from sim.day.appointments import book_appointments, cancel_appointments, taken_up, with_appointments
from sim.day.case_work import with_cases
from sim.day.contact import with_contacts
from sim.day.further import with_further_needs
from sim.day.lay_out import routes_of
from sim.day.sales import brought_forward, most_brought_forward, timed
from sim.day.spend import spend
from sim.day.tier_changes import with_approvals
from sim.levers.prices import price_expected
from sim.service.routes import Routes
from sim.today import FIRM, Needs, Visits
from sim.visits import NEED, PICK_UP, by_customers, number

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_BEFORE_SERVICE = 5  # luck of a visit: alternative, station, minute of arrival, patience, balking; then service times
_BEFORE_PICK_UP = 4  # luck of a pick-up: whether today, minute of arrival, patience, balking; then service times


def choose(market: Market) -> None:
    """Fill `today.visits` with everyone who sets out for the firm, and let customers spend elsewhere."""
    cancel_appointments(market)
    rows, needs, early = _needs(market)
    draws = _BEFORE_SERVICE + market.plant.facility.max_steps
    luck = market.streams.each("visit", market.day, market.customers.population, rows, draws=draws)
    moved_to = timed(market, rows, needs, early, luck)
    alternative = _alternatives(market, rows, needs, luck[:, 0])
    firm = alternative == FIRM
    market.today.needs = Needs(*(column[firm | ~early] for column in (rows, needs, alternative)))
    market.today.add("needs", len(market.today.needs.rows))
    rows, needs, luck = rows[firm], needs[firm], luck[firm]
    if market.pantry is not None:
        market.pantry.early[rows] = early[firm]
        market.today.add("brought_forward", float(np.count_nonzero(early & firm)))
    kinds = market.demand.kinds(needs, market.customers.segment[rows], market.customers.tier[rows])
    process, at = market.demand.coming(kinds, market.today.weekday, luck[:, 1], luck[:, 2])
    if moved_to is not None:
        moved = ~np.isnan(moved_to[firm])
        at = np.where(moved, moved_to[firm], at)
        market.today.add("visits_moved", float(np.count_nonzero(moved)))
    if market.windows is not None:
        comes = book_appointments(market, market.windows, rows, needs, process, at, luck[:, 3:])
        rows, needs, luck, process, at = rows[comes], needs[comes], luck[comes], process[comes], at[comes]
    numbers = number(market.day, NEED, needs, rows)
    routes = routes_of(market, rows, process, luck[:, _BEFORE_SERVICE:], "need")
    if market.demand.above is not None:
        stakes = market.streams.each("amount at stake", market.day, market.customers.population, rows)[:, 0]
        routes = market.demand.by_amount(routes, process, needs, stakes)
    routes = with_further_needs(market, rows, numbers, needs, process, routes)
    visits = _setting_out(market, rows, numbers, process, at, luck[:, 3:], routes)
    if market.windows is not None:
        visits = with_appointments(market, market.windows, visits)
    for place in range(len(market.stocks)):
        visits = _with_pick_ups(market, visits, place)
    market.today.visits = with_approvals(market, with_contacts(market, with_cases(market, visits)))
    if market.document.market.spending is not None:
        spend(market, market.document.market.spending)


def _setting_out(
    market: Market,
    rows: Integers,
    numbers: Integers,
    process: Integers,
    at: Floats,
    luck: Floats,
    routes: Routes,
) -> Visits:
    """Visits with the luck of the door: how patient (first column of `luck`) and how put off by a queue (second)."""
    service, customers = market.document.service, market.customers
    patience, balk_at = np.full(len(rows), np.inf), np.full(len(rows), np.inf)
    if service.patience is not None:
        patience = service.patience.quantile(luck[:, 0]) * customers.patience[rows]
    if service.balking is not None:
        balk_at = np.maximum(service.balking.quantile(luck[:, 1]), 0.0)
        rooms = market.waiting_rooms
        balk_at[rooms.at_home[rooms.first_station[process]]] = np.inf  # who does not stand there sees no queue
    # The last instants of a day round up to midnight, which is tomorrow.
    at = np.minimum(at + market.day * MINUTES_PER_DAY, np.nextafter((market.day + 1.0) * MINUTES_PER_DAY, 0.0))
    if market.waiting_rooms.turns_round.any():
        site = customers.site[rows].astype(np.int64)
        told = market.waiting_rooms.turning_round_at(process, site, at, patience, market.calendar)
        balk_at = np.minimum(balk_at, told)
    return Visits(rows, numbers, process, at, patience, balk_at, routes)


def _inside(market: Market) -> Integers:
    """Customers who are still in the system from an earlier day: they start no second visit. Cases keep nobody in."""
    inside = market.facility_state.visits
    return np.asarray(inside.customer[by_customers(inside.visit)])


def advertising_response(market: Market, rows: Integers | slice) -> Floats:
    """Share of the full advertising effect on each of `rows`: saturated pressure, less contact fatigue, 0-1."""
    customers, response = market.customers, market.document.behaviour.response
    if not market.airings:
        return np.zeros(len(customers.pressure[rows]))
    saturated = hill(customers.pressure[rows], half=response.half, slope=response.slope)
    return saturated * contact_effect(customers.recent_contacts[rows], fatigue=response.fatigue)


def _needs(market: Market) -> tuple[Integers, Integers, NDArray[np.bool_]]:
    """Who has a need today, which, and whether a sale brings it forward: at most one a person and day.

    A person's rate is their activity times the rates of their needs; advertising lifts some of these. A need that is
    met from what was bought before does not show.
    """
    demand, customers = market.demand, market.customers
    rates = demand.rates[market.today.weekday]
    moved = market.festivals.factors(market.document, market.day)
    if moved is not None:
        rates = rates * moved
    nobody = np.zeros(0, np.int64)
    if not rates.any():
        return nobody, nobody, np.zeros(0, np.bool_)
    luck = market.streams.everyone("need", market.day, customers.population)
    # 1 - exp(-rate) never exceeds the rate: compare the luck with the highest rate first, exactly with few.
    tempting = 1.0 + most_brought_forward(market)
    highest = np.cumsum(rates * demand.by_segment * (1.0 + demand.lift) * tempting, axis=1)[:, -1]
    candidates = np.flatnonzero(luck < highest[customers.segment] * customers.activity)
    segment = customers.segment[candidates]
    rate = rates * demand.by_segment[segment]
    if demand.lift.any() and market.airings:
        rate = rate * (1.0 + demand.lift * advertising_response(market, candidates)[:, np.newaxis])
    if demand.customers_only.any():
        rate[(customers.status[candidates] != CUSTOMER)[:, np.newaxis] & demand.customers_only] = 0.0
    if market.windows is not None:  # who has an appointment open makes no second one, and on its day nothing else
        booked, expected = taken_up(market, candidates)
        rate[booked[:, np.newaxis] & (market.windows.of_need >= 0)] = 0.0
        rate[expected] = 0.0
    rate *= customers.activity[candidates][:, np.newaxis]
    total = np.cumsum(rate, axis=1)[:, -1]
    chance = -np.expm1(-total)
    inside = _inside(market)
    if len(inside):
        free = ~np.isin(candidates, inside)
        candidates, rate, chance = candidates[free], rate[free], chance[free]
    arises = luck[candidates] < chance
    rows = candidates[arises]
    # Within those who have a need, luck over chance is again uniform: it says which need.
    needs = draw(rate[arises], luck[rows] / chance[arises])
    if market.pantry is None:
        return rows, needs, np.zeros(len(rows), np.bool_)
    bought_now = ~market.pantry.meets(rows, needs)
    market.today.add("met_at_home", float(np.count_nonzero(~bought_now)))
    sooner, sooner_needs = brought_forward(market, candidates, rate, chance, luck[candidates])
    rows, needs = np.append(rows[bought_now], sooner), np.append(needs[bought_now], sooner_needs)
    order = np.argsort(rows, kind="stable")
    early = np.arange(len(rows)) >= np.count_nonzero(bought_now)
    return rows[order], needs[order], early[order]


def _alternatives(market: Market, rows: Integers, needs: Integers, luck: Floats) -> Integers:
    """Where each need is taken, (k,): the firm, a rival or, after the last rival, nowhere.

    A need that is not contested goes to the firm from everyone who knows it, and nowhere from the others.
    """
    demand, customers = market.demand, market.customers
    rivals = list(market.document.market.rivals.values())
    aware, contested = customers.aware[rows], demand.contested[needs]
    uncontested = np.where(aware, FIRM, 1 + len(rivals))
    if not contested.any():
        return uncontested
    utilities = np.zeros((len(rows), 2 + len(rivals)))
    utilities[:, FIRM] = np.where(aware, firm_utility(market, rows, needs), -np.inf)
    price_effect = market.document.behaviour.choice.price * customers.price_sensitivity[rows]
    for column, rival in enumerate(rivals):
        utilities[:, 1 + column] = rival.attractiveness - price_effect * (rival.price - 1.0)
    return np.where(contested, choose_by_logit(utilities, luck), uncontested)


def standing_utility(market: Market, rows: Integers) -> Floats:
    """The lasting part of the firm's utility for each of `rows`, (k,): who they are to the firm and what they think."""
    customers, effects = market.customers, market.document.behaviour.choice
    status = customers.status[rows]
    utility = np.full(len(rows), effects.constant)
    utility += effects.relationship * (status == CUSTOMER) + effects.lapsed * (status == LEFT)
    known = status != PROSPECT
    utility += known * effects.satisfaction * (customers.satisfaction[rows] - 70.0)
    utility += (status == CUSTOMER) * effects.loyalty * (customers.loyalty[rows] - 0.5)
    utility += effects.quality * (_expected_quality(market, rows) - 5.0)
    return utility


def _expected_quality(market: Market, rows: Integers) -> Floats:
    """Overall quality each of `rows` predicts, (k,), 1-7; who learns as Rust et al. (1999) deducts uncertainty."""
    customers, learning = market.customers, market.document.behaviour.learning
    predicted = weighted(customers.will.take(rows, axis=1), customers.importance.take(rows, axis=1))
    if learning.form != "bayesian":
        return predicted
    return certainty_equivalent(
        mean=predicted,
        variance=customers.belief_variance[rows],
        noise_variance=learning.noise_variance,
        risk_aversion=learning.risk_aversion,
    )


def firm_utility(market: Market, rows: Integers, needs: Integers) -> Floats:
    """Utility of the firm for each of `rows` with their need today, (k,); doing nothing is 0."""
    customers, effects = market.customers, market.document.behaviour.choice
    utility = standing_utility(market, rows)
    utility += effects.word_of_mouth * customers.heard[rows]
    utility += effects.advertising * advertising_response(market, rows)
    price, known_offer = price_expected(market, rows, needs)
    sensitivity = customers.price_sensitivity[rows]
    utility += effects.offer * known_offer - effects.price * sensitivity * (price - 1.0)
    reference = market.document.behaviour.reference_price
    if reference != "none":
        utility += sensitivity * reference_price_utility(
            reference=customers.reference_price[rows], price=price, gain=reference.gain, loss=reference.loss
        )
    return utility


def _with_pick_ups(market: Market, visits: Visits, place: int) -> Visits:
    """Add those who come for a gift they have earned: some day soon, unless something else brings them today."""
    stock, weekday = market.stocks[place], market.today.weekday
    if not market.plant.open_on(stock.gifts.pick_up, weekday):
        return visits
    owed = np.zeros(len(market.customers), np.bool_)
    for offer in market.offers:
        if offer.stock == place:
            owed |= offer.owed > 0
    owed[visits.rows] = False
    owed[_inside(market)] = False
    rows = np.flatnonzero(owed)
    if not len(rows):
        return visits
    draws = _BEFORE_PICK_UP + market.plant.facility.max_steps
    population = market.customers.population
    luck = market.streams.each("pick-up", market.day, population, rows, draws=draws, identity=stock.name)
    comes = luck[:, 0] < -np.expm1(-1.0 / stock.gifts.comes_within)
    rows, luck = rows[comes], luck[comes]
    process = np.full(len(rows), market.plant.of_gifts[stock.name], np.int64)
    at = market.demand.at_any_time(market.plant.station_names.index(stock.gifts.pick_up), weekday, luck[:, 1])
    numbers = number(market.day, PICK_UP, place, rows)
    routes = routes_of(market, rows, process, luck[:, _BEFORE_PICK_UP:], f"gifts {stock.name}")
    return visits.followed_by(_setting_out(market, rows, numbers, process, at, luck[:, 2:], routes))
