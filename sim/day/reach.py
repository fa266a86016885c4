"""Step 2, reach: today's media and messages expose people, promise, make offers known, and cost money."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.response import opt_out_chance
from sim.day.contact import request_contacts
from sim.day.hold_events import invite
from sim.day.prepay import decide
from sim.day.promising import promise_of
from sim.levers.campaigns import Airing
from sim.levers.running_campaigns import RunningCampaign
from sim.money import digits, multiplied, times, to_minor
from sim.scenario.channels import Channel

if TYPE_CHECKING:
    from sim.market import Market

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


def reach(market: Market) -> None:
    """Contacts of the staff fall due; every airing on the air today acts, in the document's order."""
    request_contacts(market)
    invite(market)
    for running in market.campaigns.values():
        if running.launched:
            running.open_day(market.document.campaigns[running.name], market.day)
            if market.purse.begins(running.name, running.first) == market.day:
                _launch(market, running)
    for airing in market.airings:
        running = market.campaigns[airing.campaign]
        if airing.on(market.day) and running.launched and not running.stopped:
            factor = running.factors[airing.channel_name] * market.today.slowed.get(airing.campaign, 1.0)
            if airing.campaign not in market.today.paused and factor > 0.0:
                _air(market, airing, running, factor)
    decide(market)


def _launch(market: Market, running: RunningCampaign) -> None:
    """What is paid on the first day of a campaign: its preparation, and the lines of its costs that are lump sums."""
    campaign, currency = market.document.campaigns[running.name], market.document.currency
    _charge(market, "preparation", to_minor(campaign.fixed_cost, currency), running)
    for line, each in campaign.costs.items():
        if each.at_launch is not None:
            pay_line(market, running, line, to_minor(each.at_launch, currency))


def _air(market: Market, airing: Airing, running: RunningCampaign, factor: float) -> None:
    document, customers, today = market.document, market.customers, market.today
    channel = document.channels[airing.channel_name]
    rows = _contacted(market, airing, running, channel, factor)
    today.add("exposures", len(rows))
    if airing.campaign in market.audiences.reached:
        market.audiences.reached[airing.campaign][rows] = True
    today.exposed.append((airing.identity, rows))
    _pay(market, airing, running, channel, len(rows), factor)
    if channel.addressed:
        market.address_book.count_contacts(document.contact_cap, market.day, customers, rows)
        today.add("contacts", len(rows))
        _some_opt_out(market, airing, running, channel, rows)
    if channel.read < 1.0:
        luck = market.streams.each("read", market.day, customers.population, rows, identity=airing.identity)[:, 0]
        rows = rows[luck < channel.read]
    customers.pressure[rows] += 1.0
    customers.aware[rows] = True
    campaign = document.campaigns[airing.campaign]
    for offer in market.offers:
        if offer.name in campaign.announces:
            offer.knows[rows] = True
    if market.tariffs is not None:
        market.tariffs.announce(campaign.announces, rows)
    promise_of(market, airing.campaign, campaign, rows)


def _contacted(market: Market, airing: Airing, running: RunningCampaign, channel: Channel, factor: float) -> Integers:
    """Rows of those contacted today, rising: whose turn it is, of the audience, whom the contact rules let through."""
    document, customers, today, book = market.document, market.customers, market.today, market.address_book
    campaign = document.campaigns[airing.campaign]
    rows, luck = airing.exposed(market.day, customers, market.streams, factor)
    eligible, held = _audience(market, airing, rows)
    may = eligible & running.segments[customers.segment[rows]]
    may &= book.may_contact(airing.channel_name, channel, rows)
    if campaign.through == "preferred channel":
        may &= book.prefers(document, airing.channel_name, rows)
    rows, luck, held = rows[may], luck[may], held[may]
    if len(airing.waiting):  # whoever has waited is first in line, and once only
        again = airing.waiting[book.may_contact(airing.channel_name, channel, airing.waiting)]
        fresh = ~np.isin(rows, again)
        luck = np.concatenate([np.arange(-len(again), 0, dtype=np.float64), luck[fresh]])
        rows = np.concatenate([again, rows[fresh]])
        held = np.concatenate([np.zeros(len(again), np.bool_), held[fresh]])
    if channel.addressed and document.contact_cap is not None:
        free = customers.contacts_in_period[rows] < document.contact_cap.at_most
        today.add("contacts_capped", float(np.count_nonzero(~free)))
        rows, luck, held = rows[free], luck[free], held[free]
    if channel.capacity is not None:
        goes = _within_capacity(market, airing, channel, rows, luck, held)
        rows, held = rows[goes], held[goes]
    if channel.addressed and running.log is not None:
        number = running.channels.index(airing.channel_name)
        running.log.add(rows, held, airing.number, number, market.day)
        today.add("contacts_held_out", float(np.count_nonzero(held)))
    return np.sort(rows[~held])


def _audience(market: Market, airing: Airing, rows: Integers) -> tuple[Flags, Flags]:
    """Which of `rows` the campaign is for, the held out included, and which of these are held out, (k,) each."""
    audience, owner = market.document.campaigns[airing.campaign].audience, f"campaigns.{airing.campaign}"
    if not audience.hold_out:
        return market.audiences.members(owner, audience, rows), np.zeros(len(rows), np.bool_)
    everyone = audience.model_copy(update={"hold_out": 0.0})
    eligible = market.audiences.members(owner, everyone, rows)
    return eligible, eligible & market.audiences.held_out(owner, audience)[rows]


def _within_capacity(
    market: Market, airing: Airing, channel: Channel, rows: Integers, luck: NDArray[np.float64], held: Flags
) -> Flags:
    """Which of `rows` the channel gets to today: who waits first, the others by luck; the held out take no room."""
    assert channel.capacity is not None  # asked of such channels only
    room = market.address_book.room[airing.channel_name]
    order = np.argsort(luck, kind="stable")
    goes = np.zeros(len(rows), np.bool_)
    goes[order] = np.cumsum(~held[order]) <= room
    market.address_book.room[airing.channel_name] = room - int(np.count_nonzero(goes & ~held))
    rest = order[~goes[order] & ~held[order]]
    waits = channel.capacity.beyond == "waits" and airing.last > market.day
    airing.waiting = rows[rest] if waits else np.zeros(0, np.int64)
    market.today.add("contacts_dropped", 0.0 if waits else float(len(rest)))
    return goes


def _some_opt_out(market: Market, airing: Airing, running: RunningCampaign, channel: Channel, rows: Integers) -> None:
    """Of those contacted some want no more: P = 1 - (1 - chance)^(1 + grows · contacts still felt before this one)."""
    if channel.opt_out is None or not len(rows):
        return
    customers = market.customers
    luck = market.streams.each("opt-out", market.day, customers.population, rows, identity=airing.identity)[:, 0]
    felt = customers.recent_contacts[rows] - 1.0
    chance = opt_out_chance(felt, chance=channel.opt_out.chance, grows=channel.opt_out.grows)
    gone = rows[luck < chance]
    market.address_book.opt_out(airing.channel_name, channel.opt_out.of, gone, len(customers))
    if running.log is not None:
        running.log.opts_out(gone)
    market.today.add("opt_outs", len(gone))


def _pay(
    market: Market, airing: Airing, running: RunningCampaign, channel: Channel, contacts: int, factor: float
) -> None:
    """Contacts by their number, the day on air by what runs on it, the list when it is first used, cost lines."""
    document, book = market.document, market.address_book
    cost = int(times(channel.cost_per_contact, np.array([contacts]), document.currency)[0])
    if channel.cost_per_day:
        daily = Fraction(channel.cost_per_day) * 10 ** digits(document.currency)
        cost += int(multiplied(np.array([1]), daily * Fraction(airing.intensity(market.day, factor)))[0])
    if channel.addresses is not None and airing.channel_name not in book.paid:
        book.paid.append(airing.channel_name)
        cost += to_minor(channel.addresses.price, document.currency)
    _charge(market, "media", cost, running)
    if running.log is not None and channel.addressed:
        running.log.spend(airing.number, running.channels.index(airing.channel_name), cost)
    if not channel.addressed:
        return
    for line, each in document.campaigns[airing.campaign].costs.items():
        if each.each_contact is not None:
            amount = int(times(each.each_contact, np.array([contacts]), document.currency)[0])
            pay_line(market, running, line, amount)


def pay_line(market: Market, running: RunningCampaign, line: str, cost: int) -> None:
    """Pay something of a cost line that the run pays nowhere else, minor units."""
    running.lines[line] += cost
    _charge(market, "campaigns", cost, running)


def _charge(market: Market, account: str, cost: int, running: RunningCampaign) -> None:
    if cost:
        market.ledger.post(account, np.array([-cost]), campaign=running.name)
        market.budget_spent += cost
        running.spend(account, cost)
