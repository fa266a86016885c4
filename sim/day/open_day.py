"""Step 1, open: dated changes act, rules look at yesterday, pacing and contact rules start a new day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.day.campaign_rules import apply_rules
from sim.day.sell_from_stock import open_shelves
from sim.day.tier_changes import review_tiers
from sim.money import to_minor
from sim.needs.demand import Demand
from sim.needs.further import further_needs
from sim.operations.appointments import Windows
from sim.operations.cases import CaseRules
from sim.operations.delivery import Delivery
from sim.operations.incidents import Hazards
from sim.operations.regions import Regions
from sim.operations.waiting import WaitingRooms
from sim.service.plant import Plant

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
        market.regions = Regions.of(market.document, market.stages[0], calendar, market.customers)
        market.waiting_rooms = WaitingRooms(market.document, market.plant)
        market.hazards = Hazards(market.document)
        market.further_needs = further_needs(market.document, market.plant)
        market.windows = Windows.of(market.document, market.plant)
        market.case_rules = None if market.document.service.recovery is None else CaseRules(market.document)
    if market.rivals.names:
        market.rivals.open_day(market)
    if market.wallet is not None and day == 0:
        market.wallet.open(market)
    if market.audiences.signs.names:
        market.audiences.signs.open_day(market)
    _pay_changes(market)
    open_shelves(market)
    review_tiers(market)
    market.workforce.open_day(market)
    market.branch_problems.open_day(market)
    document = market.document
    apply_rules(market)
    for number, stock in enumerate(market.stocks):
        stock.open_day(any(offer.stock == number and offer.first <= day for offer in market.offers))
    customers, behaviour = market.customers, document.behaviour
    _begin_contact_period(market)
    market.address_book.open_day(document, day, customers, market.streams)
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


def _begin_contact_period(market: Market) -> None:
    cap, book = market.document.contact_cap, market.address_book
    if cap is None:
        return
    if isinstance(cap.per, str):
        if market.calendar.begins(market.day, cap.per):
            book.begin_period(market.customers)
        return
    book.forget_contacts(cap.per, market.day, market.customers)


def _pay_changes(market: Market) -> None:
    for change in market.document.changes.values():
        if market.calendar.day(change.first) == market.day and change.cost:
            cost = to_minor(change.cost, market.document.currency)
            market.ledger.post("changes", np.array([-cost]))
