"""Step 1, open: dated changes act, rules look at yesterday's waits, pacing and contact rules start a new day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.appointments import Windows
from sim.cases import CaseRules
from sim.day.tier_changes import review_tiers
from sim.delivery import Delivery
from sim.demand import Demand
from sim.further import further_needs
from sim.incidents import Hazards
from sim.money import to_minor
from sim.scenario.levers import Rule
from sim.service.plant import Plant
from sim.visits import by_customers
from sim.waiting import WaitingRooms

if TYPE_CHECKING:
    from sim.market import Market


def open_day(market: Market) -> None:
    """Bring the document up to date, pause what must pause, refill what is refilled daily, let memories fade."""
    day, calendar = market.day, market.calendar
    market.ledger.open_day(day)
    market.audiences.observed.open_day(day)
    if day in market.stages and day > 0:
        market.document = market.stages[day]
        market.plant = Plant(market.document)
        market.demand = Demand(market.document, market.plant, market.stages[0])
        market.delivery = Delivery(market.document, market.plant)
        market.waiting_rooms = WaitingRooms(market.document, market.plant)
        market.hazards = Hazards(market.document)
        market.further_needs = further_needs(market.document, market.plant)
        market.windows = Windows.of(market.document, market.plant)
        market.case_rules = None if market.document.service.recovery is None else CaseRules(market.document)
    _pay_changes(market)
    review_tiers(market)
    market.workforce.open_day(market)
    market.branch_problems.open_day(market)
    document = market.document
    paused = {name for rule in document.rules.values() if _acts(market, rule) for name in rule.pause}
    budget = document.budget
    if (
        budget is not None
        and budget.overrun == "stop campaigns"
        and market.budget_spent >= to_minor(budget.amount, document.currency)
    ):
        paused.update(document.campaigns)
    market.today.paused = frozenset(paused)
    for number, stock in enumerate(market.stocks):
        stock.open_day(any(offer.stock == number and offer.first <= day for offer in market.offers))
    customers, behaviour = market.customers, document.behaviour
    if document.contact_cap is not None and calendar.begins(day, document.contact_cap.per):
        customers.contacts_in_period[:] = 0
    if market.airings:
        customers.pressure *= behaviour.response.carry_over
        customers.recent_contacts *= behaviour.response.contact_memory
    if behaviour.word_of_mouth != "none":
        customers.heard *= 1.0 - behaviour.word_of_mouth.forgetting
    if behaviour.leaving.form == "hazard":
        fading = 0.5 ** (1.0 / behaviour.leaving.failure_memory)
        customers.failures *= fading
        customers.lost_visits *= fading
    if day > 0 and calendar.begins(day, "month") and document.service.management.listening:
        market.management.listen(customers, document.service.management.listening)
        cost = to_minor(document.service.management.listening_cost, document.currency)
        market.ledger.post("research", np.array([-cost]))


def _acts(market: Market, rule: Rule) -> bool:
    """Whether yesterday's waits at the station were above the rule's limit."""
    yesterday = market.yesterday
    if yesterday is None or yesterday.encounters is None:
        return False
    joins = yesterday.encounters.joins
    station = market.plant.station_names.index(rule.when.station)
    at_station = market.plant.facility.station_of_pool[joins.pool] == station
    waits = joins.wait[at_station & by_customers(joins.visit)]
    if not len(waits):
        return False
    observed = np.mean(waits) if rule.when.measure == "mean wait" else np.quantile(waits, 0.9)
    return bool(observed > rule.when.above)


def _pay_changes(market: Market) -> None:
    for change in market.document.changes.values():
        if market.calendar.day(change.first) == market.day and change.cost:
            cost = to_minor(change.cost, market.document.currency)
            market.ledger.post("changes", np.array([-cost]))
