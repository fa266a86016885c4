"""Step 4, choose: needs arise; each is taken to the firm, to a rival or nowhere; visitors get a time and a station."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.choice import choose as choose_by_logit
from sim.behaviour.choice import draw, reference_price_utility
from sim.behaviour.dimensions import weighted
from sim.behaviour.expectation import certainty_equivalent
from sim.behaviour.response import contact_effect, hill
from sim.customers import CUSTOMER, LEFT, PROSPECT
from sim.day.appointments import book_appointments, cancel_appointments, taken_up, with_appointments
from sim.day.case_work import with_cases
from sim.day.contact import with_contacts
from sim.day.further import with_further_needs
from sim.day.hold_events import with_guests
from sim.day.lay_out import routes_of
from sim.day.prepay import signers
from sim.day.refer import pull_of_invitations
from sim.day.review import read_reviews
from sim.day.sales import brought_forward, most_brought_forward, timed
from sim.day.sell_from_stock import from_stock, with_another_try
from sim.day.setting_out import inside, setting_out, with_invited
from sim.day.spend import spend
from sim.day.tier_changes import with_approvals
from sim.levers.prices import price_expected
from sim.needs.busyness import busyness_of
from sim.operations.visits import NEED, PICK_UP, number
from sim.today import FIRM, Needs, Visits

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

_BEFORE_SERVICE = 5  # luck of a visit: alternative, station, minute of arrival, patience, balking; then service times
_BEFORE_PICK_UP = 4  # luck of a pick-up: whether today, minute of arrival, patience, balking; then service times


class _Comers(NamedTuple):
    """k people who set out for the firm with a need: rows, rising, their needs, luck of the visit (k, draws), the
    process they come for, and when, minutes after midnight."""

    rows: Integers
    needs: Integers
    luck: Floats
    process: Integers
    at: Floats

    def of(self, kept: Flags) -> _Comers:
        """The same for some of them."""
        return _Comers(self.rows[kept], self.needs[kept], self.luck[kept], self.process[kept], self.at[kept])


def choose(market: Market) -> None:
    """Fill `today.visits` with everyone who sets out for the firm, and let customers spend elsewhere."""
    cancel_appointments(market)
    visits = _visits_for_needs(market, _comers(market))
    visits = with_guests(market, with_invited(market, with_another_try(market, visits)))
    for place in range(len(market.stocks)):
        visits = _with_pick_ups(market, visits, place)
    for place in range(len(market.prepay)):
        visits = _with_signings(market, visits, place)
    market.today.visits = with_approvals(market, with_contacts(market, with_cases(market, visits)))
    if market.document.market.spending is not None:
        spend(market, market.document.market.spending)


def _comers(market: Market) -> _Comers:
    """Who takes a need of today to the firm, where and when: in their own time, or moved by a tariff or a sale."""
    rows, needs, early = _needs(market)
    draws = _BEFORE_SERVICE + market.plant.facility.max_steps
    luck = market.streams.each("visit", market.day, market.customers.population, rows, draws=draws)
    hours = None if market.tariffs is None else market.tariffs.set_out(market, rows, needs, luck[:, 1:3])
    moved_to = timed(market, rows, needs, early, luck)
    alternative = _alternatives(market, rows, needs, luck[:, 0], None if hours is None else hours.felt)
    firm = alternative == FIRM
    # Who was only tempted and does not come has no need yet.
    market.today.needs = Needs(*(column[firm | ~early] for column in (rows, needs, alternative)))
    _count_needs(market, market.today.needs)
    if market.pantry is not None:
        market.pantry.early[rows[firm]] = early[firm]
        market.today.add("brought_forward", float(np.count_nonzero(early & firm)))
    kept = np.flatnonzero(firm)
    if market.shelves is not None:
        gets, taken = from_stock(market, market.shelves, rows[kept], needs[kept], luck[kept, 2])
        needs[kept] = taken
        kept = kept[gets]
    rows, needs, luck = rows[kept], needs[kept], luck[kept]
    kinds = market.demand.kinds(needs, market.customers.segment[rows], market.customers.tier[rows])
    process, at = market.demand.coming(kinds, market.today.weekday, luck[:, 1], luck[:, 2])
    if hours is not None and market.tariffs is not None:
        at = hours.of(kept).at
        market.tariffs.come(market, rows, needs, hours.of(kept))
    if moved_to is not None:
        moved = ~np.isnan(moved_to[kept])
        at = np.where(moved, moved_to[kept], at)
        market.today.add("visits_moved", float(np.count_nonzero(moved)))
    return _Comers(rows, needs, luck, process, at)


def _count_needs(market: Market, asked: Needs) -> None:
    """Needs of the day, and what those taken elsewhere do to rivals, wallets and what people have at home."""
    market.today.add("needs", len(asked.rows))
    if market.rivals.names:
        market.rivals.serve(market)
        if market.consumables is not None:
            elsewhere = (asked.alternative > FIRM) & (asked.alternative <= len(market.rivals.names))
            market.consumables.met(market, asked.rows[elsewhere], asked.which[elsewhere])
    if market.wallet is not None:
        market.wallet.count(market)


def _visits_for_needs(market: Market, comers: _Comers) -> Visits:
    """Their visits, with appointments kept or booked and further needs met on the way."""
    if market.windows is not None:
        rows, needs, luck, process, at = comers
        comers = comers.of(book_appointments(market, market.windows, rows, needs, process, at, luck[:, 3:]))
    rows, needs, luck, process, at = comers
    numbers = number(market.day, NEED, needs, rows)
    routes = routes_of(market, rows, process, luck[:, _BEFORE_SERVICE:], "need")
    if market.demand.above is not None:
        stakes = market.streams.each("amount at stake", market.day, market.customers.population, rows)[:, 0]
        routes = market.demand.by_amount(routes, process, needs, stakes)
    routes = with_further_needs(market, rows, numbers, needs, process, routes)
    visits = setting_out(market, rows, numbers, process, at, luck[:, 3:], routes)
    return visits if market.windows is None else with_appointments(market, market.windows, visits)


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
    if market.document.market.busyness is not None:
        rates = rates * busyness_of(market)
    nobody = np.zeros(0, np.int64)
    if not rates.any():
        return nobody, nobody, np.zeros(0, np.bool_)
    luck = market.streams.everyone("need", market.day, customers.population)
    # 1 - exp(-rate) never exceeds the rate: compare the luck with the highest rate first, exactly with few.
    highest = np.cumsum(rates * demand.by_segment * (1.0 + demand.lift) * (1.0 + most_brought_forward(market)), axis=1)[
        :, -1
    ]
    if market.regions is not None:
        highest = highest * max(market.regions.rate.max(), 1.0)
    candidates = np.flatnonzero(luck < highest[customers.segment] * customers.activity)
    segment = customers.segment[candidates]
    rate = rates * demand.by_segment[segment]
    if demand.lift.any() and market.airings:
        rate = rate * (1.0 + demand.lift * advertising_response(market, candidates)[:, np.newaxis])
    if market.regions is not None:
        rate = rate * market.regions.rate[customers.site[candidates], np.newaxis]
    if demand.customers_only.any():
        rate[(customers.status[candidates] != CUSTOMER)[:, np.newaxis] & demand.customers_only] = 0.0
    if market.windows is not None:  # who has an appointment open makes no second one, and on its day nothing else
        booked, expected = taken_up(market, candidates)
        rate[booked[:, np.newaxis] & (market.windows.of_need >= 0)] = 0.0
        rate[expected] = 0.0
    if market.consumables is not None:
        market.consumables.limit(rate, candidates, market.day)
    rate *= customers.activity[candidates][:, np.newaxis]
    total = np.cumsum(rate, axis=1)[:, -1]
    chance = -np.expm1(-total)
    under_way = inside(market)
    if len(under_way):
        free = ~np.isin(candidates, under_way)
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


def _alternatives(
    market: Market, rows: Integers, needs: Integers, luck: Floats, hourly: Floats | None = None
) -> Integers:
    """Where each need is taken, (k,): the firm, a rival or, after the last rival, nowhere.

    A need that is not contested goes to the firm from everyone who knows it, and nowhere from the others.
    hourly: (k,), price of the hour, as it counts for those who know it, over the price.
    """
    contested = market.demand.contested[needs]
    found = np.where(_finds_us(market, rows), FIRM, 1 + len(market.rivals.names))
    if not contested.any():
        return found
    if not contested.all():
        rows, needs, luck = rows[contested], needs[contested], luck[contested]
        hourly = None if hourly is None else hourly[contested]
    utilities = alternatives_of(market, rows, needs, hourly)
    if market.reviews is not None:
        utilities[:, FIRM] += read_reviews(market, rows)
    if market.wallet is None:
        found[contested] = choose_by_logit(utilities, luck)
    else:
        found[contested] = market.wallet.choose(market, rows, needs, utilities, luck)
    return found


def alternatives_of(market: Market, rows: Integers, needs: Integers, hourly: Floats | None = None) -> Floats:
    """Utility of the firm, of each rival and of nothing for each of `rows` with a need, (k, 2 + rivals).

    Doing nothing, the last, is 0. hourly: see `firm_utility`.
    """
    utilities = np.zeros((len(rows), 2 + len(market.rivals.names)))
    utilities[:, FIRM] = np.where(_finds_us(market, rows), firm_utility(market, rows, needs, hourly), -np.inf)
    if market.rivals.names:
        utilities[:, 1:-1] = market.rivals.utilities(market, rows, needs)
    if market.regions is not None:
        utilities[:, 1:-1] += market.regions.rivals[market.customers.site[rows]]
    return utilities


def _finds_us(market: Market, rows: Integers) -> Flags:
    """Who of `rows` knows the firm and lives where it can be reached today, (k,)."""
    aware = market.customers.aware[rows]
    return aware if market.regions is None else aware & market.regions.can_come(market.customers, rows, market.day)


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


def firm_utility(market: Market, rows: Integers, needs: Integers, hourly: Floats | None = None) -> Floats:
    """Utility of the firm for each of `rows` with their need today, (k,); doing nothing is 0.

    hourly: (k,), price of the hour, as it counts for those who know it, over the price; 1 where left out.
    """
    customers, effects = market.customers, market.document.behaviour.choice
    utility = standing_utility(market, rows)
    utility += effects.word_of_mouth * customers.heard[rows]
    utility += effects.advertising * advertising_response(market, rows)
    if market.referrals:
        utility += pull_of_invitations(market, rows)
    price, compared, known_offer = price_expected(market, rows, needs, hourly)
    sensitivity = customers.price_sensitivity[rows]
    utility += effects.offer * known_offer - effects.price * sensitivity * (price - 1.0)
    reference = market.document.behaviour.reference_price
    if reference != "none":
        utility += sensitivity * reference_price_utility(
            reference=customers.reference_price[rows], price=compared, gain=reference.gain, loss=reference.loss
        )
    return utility


def _with_pick_ups(market: Market, visits: Visits, place: int) -> Visits:
    """Add those who come for a gift they have earned: some day soon, unless something else brings them today."""
    stock, weekday = market.stocks[place], market.today.weekday
    gifts = stock.gifts
    if gifts.pick_up is None or gifts.comes_within is None or not market.plant.open_on(gifts.pick_up, weekday):
        return visits
    owed = np.zeros(len(market.customers), np.bool_)
    for offer in market.offers:
        if offer.stock == place:
            owed |= offer.owed > 0
    owed[visits.rows] = False
    owed[inside(market)] = False
    rows, process = np.flatnonzero(owed), market.plant.of_gifts[stock.name]
    return _fetching(market, visits, rows, ("pick-up", stock.name, place), gifts.pick_up, process, gifts.comes_within)


def _with_signings(market: Market, visits: Visits, place: int) -> Visits:
    """Add those who come to sign that they pay in advance, numbered after the stocks of gifts."""
    prepay = market.prepay[place]
    busy = np.zeros(len(market.customers), np.bool_)
    busy[visits.rows] = True
    busy[inside(market)] = True
    name, terms = prepay.running.name, prepay.terms
    rows, process = signers(market, prepay, busy), market.plant.of_signings[name]
    what = "signing", name, len(market.stocks) + place
    return _fetching(market, visits, rows, what, terms.at, process, terms.comes_within)


def _fetching(
    market: Market,
    visits: Visits,
    rows: Integers,
    what: tuple[str, str, int],
    at_station: str,
    process: int,
    within: float,
) -> Visits:
    """Add those of `rows` who come today for something that waits for them, in `within` days in the mean.

    what: purpose of the luck, identity, and number of what they come for
    """
    (purpose, identity, which), weekday = what, market.today.weekday
    if not len(rows) or not market.plant.open_on(at_station, weekday):
        return visits
    draws = _BEFORE_PICK_UP + market.plant.facility.max_steps
    luck = market.streams.each(purpose, market.day, market.customers.population, rows, draws=draws, identity=identity)
    comes = luck[:, 0] < -np.expm1(-1.0 / within)
    rows, luck = rows[comes], luck[comes]
    processes = np.full(len(rows), process, np.int64)
    at = market.demand.at_any_time(market.plant.station_names.index(at_station), weekday, luck[:, 1])
    numbers = number(market.day, PICK_UP, which, rows)
    words = "gifts" if purpose == "pick-up" else purpose
    routes = routes_of(market, rows, processes, luck[:, _BEFORE_PICK_UP:], f"{words} {identity}")
    return visits.followed_by(setting_out(market, rows, numbers, processes, at, luck[:, 2:], routes))
