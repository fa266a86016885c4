"""Step 2, reach: today's media and messages expose people, promise, make offers known, and cost money."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.day.contact import request_contacts
from sim.day.hold_events import invite
from sim.day.promising import promise
from sim.levers.campaigns import Airing, promised_levels
from sim.money import times, to_minor

if TYPE_CHECKING:
    from sim.market import Market


def reach(market: Market) -> None:
    """Contacts of the staff fall due; every airing on the air today acts, in the document's order."""
    request_contacts(market)
    invite(market)
    for airing in market.airings:
        campaign = market.document.campaigns[airing.campaign]
        if airing.first == market.day and campaign.fixed_cost and _opens(market, airing):
            cost = to_minor(campaign.fixed_cost, market.document.currency)
            _charge(market, "preparation", cost, airing.campaign)
        if airing.on(market.day) and airing.campaign not in market.today.paused:
            _air(market, airing)


def _opens(market: Market, airing: Airing) -> bool:
    """Whether this airing is the first of its campaign, which pays for the preparation."""
    return airing is min((a for a in market.airings if a.campaign == airing.campaign), key=lambda a: a.first)


def _air(market: Market, airing: Airing) -> None:
    document, customers, today = market.document, market.customers, market.today
    rows = airing.exposed(market.day, document, market.audiences, customers.population, market.streams)
    channel = document.channels[airing.channel_name]
    if channel.addressed:
        cap = document.contact_cap
        if cap is not None:
            free = customers.contacts_in_period[rows] < cap.at_most
            today.add("contacts_capped", float(np.count_nonzero(~free)))
            rows = rows[free]
        customers.contacts_in_period[rows] += 1
        customers.recent_contacts[rows] += 1.0
        today.add("contacts", len(rows))
    today.add("exposures", len(rows))
    if airing.campaign in market.audiences.reached:
        market.audiences.reached[airing.campaign][rows] = True
    today.exposed.append((airing.identity, rows))
    customers.pressure[rows] += 1.0
    customers.aware[rows] = True
    campaign = document.campaigns[airing.campaign]
    for offer in market.offers:
        if offer.name in campaign.announces:
            offer.knows[rows] = True
    if document.behaviour.promises != "none":
        promise(market, rows, promised_levels(campaign, document))
    cost = int(times(channel.cost_per_contact, np.array([len(rows)]), document.currency)[0])
    _charge(market, "media", cost + to_minor(channel.cost_per_day, document.currency), airing.campaign)


def _charge(market: Market, account: str, cost: int, campaign: str) -> None:
    if cost:
        market.ledger.post(account, np.array([-cost]), campaign=campaign)
        market.budget_spent += cost
