"""Events: invitations go out in step 2, staff are away in step 5, guests are seated or not, and pay, in step 7."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.satisfaction import cumulative
from sim.calendar import MINUTES_PER_DAY
from sim.day.setting_out import inside, sent
from sim.levers.events import DRAWS, Guests, invited
from sim.money import times, to_minor
from sim.operations.visits import NEED
from sim.scenario.events import Event
from sim.scenario.units import text_in
from sim.service.records import Roster, StaffChanges
from sim.today import Visits

if TYPE_CHECKING:
    from sim.market import Market

Integers = NDArray[np.int64]


def invite(market: Market) -> None:
    """Invitations to events that are due today; who accepts after the last place is told that there is none."""
    for name, event in market.document.events.items():
        if market.day != max(market.calendar.day(event.on) - round(event.invited_before), 0):
            continue
        customers, document = market.customers, market.document
        rows = np.flatnonzero(market.audiences.members(f"events.{name}", event.audience, np.arange(len(customers))))
        if event.site is not None:
            rows = rows[customers.site[rows] == market.site_names.index(event.site)]
        luck = market.streams.each("event", market.day, customers.population, rows, draws=DRAWS, identity=name)
        chosen = invited(event, rows, customers.spend[rows], luck)
        rows, luck = rows[chosen], luck[chosen]
        guests = market.guests[name] = Guests.of(event, rows, luck)
        _felt(market, guests.declined, event.no_seat, event.weight)
        market.today.add("event_invitations", len(rows))
        accepted = len(guests.confirmed) + len(guests.waiting) + len(guests.declined)
        market.today.add("event_acceptances", accepted)
        market.today.add("event_no_seat", len(guests.declined))
        market.today.befell.append(("invited", name, rows))
        market.today.befell.append(("no place", name, guests.declined))
        cost = int(times(event.cost_per_invitation, np.array([len(rows)]), document.currency)[0])
        _charge(market, event, cost)


def with_staff_at_events(market: Market, roster: Roster) -> Roster:
    """The roster without those who help at an event of today."""
    for event in market.document.events.values():
        if event.by is None or market.calendar.day(event.on) != market.day:
            continue
        site = 0 if event.site is None else market.site_names.index(event.site)
        pool = int(market.plant.pool_of[market.plant.station_names.index(event.by), site])
        begins, ends = (market.day * MINUTES_PER_DAY + minute for minute in (event.hours.start, event.hours.end))
        before = int(market.facility_state.servers[pool])
        roster = replace(roster, staff=away(roster.staff, pool, before, event.staff, begins, ends))
    return roster


def away(staff: StaffChanges, pool: int, before: int, number: int, begins: float, ends: float) -> StaffChanges:
    """Staff changes of a day with `number` fewer at the pool from `begins` to `ends`; `before`: on duty at midnight."""
    here = staff.pool == pool
    lines = list(zip(staff.time[here].tolist(), staff.servers[here].tolist(), strict=True))

    def on_duty(minute: float) -> int:
        return next((servers for time, servers in reversed(lines) if time <= minute), before)

    changed = [(time, max(servers - number, 0) if begins <= time < ends else servers) for time, servers in lines]
    if all(time != begins for time, _ in lines):
        changed.append((begins, max(on_duty(begins) - number, 0)))
    last = int(begins // MINUTES_PER_DAY + 1) * MINUTES_PER_DAY
    if all(time != ends for time, _ in lines) and ends < last:
        changed.append((ends, on_duty(ends)))
    time = np.concatenate([staff.time[~here], [time for time, _ in changed]])
    servers = np.concatenate([staff.servers[~here], [servers for _, servers in changed]]).astype(np.int64)
    pools = np.concatenate([staff.pool[~here], np.full(len(changed), pool)])
    order = np.lexsort((pools, time))
    return StaffChanges(time[order], pools[order], servers[order])


def hold_events(market: Market) -> None:
    """Events of today: who is seated, who finds no seat, what it costs and brings."""
    for name, event in market.document.events.items():
        if market.calendar.day(event.on) != market.day:
            continue
        held = market.guests.pop(name).held(event)
        seated, buyers = held.seated, held.buyers
        if event.afterwards is not None:
            buyers = buyers[np.isin(buyers, _served(market, event.afterwards.need))]
        customers, currency = market.customers, market.document.currency
        _felt(market, seated, event.came, event.weight)
        _felt(market, held.without, event.no_seat, event.weight)
        _felt(market, held.wrong_hour, event.no_seat, event.weight)
        for measure, rows in (
            ("event_guests", seated), ("event_no_seat", held.without), ("event_wrong_hour", held.wrong_hour),
            ("event_no_shows", held.absent), ("event_sales", buyers),
        ):  # fmt: skip
            market.today.add(measure, len(rows))
        market.today.add("event_seats", event.seats)
        market.today.befell += [("seated", name, seated), ("no seat", name, held.without)]
        market.today.befell += [("wrong hour", name, held.wrong_hour), ("not there", name, held.absent)]
        each = ((event.cost_per_guest, seated), (event.cost_per_sale, buyers))
        by_head = sum(int(times(cost, np.array([len(rows)]), currency)[0]) for cost, rows in each)
        _charge(market, event, to_minor(event.cost, currency) + by_head)
        if len(buyers):
            rows = np.sort(buyers)
            price = np.full(len(rows), to_minor(event.price, currency), np.int64)
            title = text_in(event.title or name)
            market.ledger.post(
                "sales", price, customers.segment[rows], customers.site[rows], rows=rows, text=f"bought at {title}"
            )


def with_guests(market: Market, visits: Visits) -> Visits:
    """Add what the seated of today's events go on to when it is over, all at the same minute."""
    for name, event in market.document.events.items():
        if event.afterwards is None or market.calendar.day(event.on) != market.day:
            continue
        need = list(market.document.market.needs).index(event.afterwards.need)
        if not market.demand.open_on(need, market.today.weekday):
            continue
        rows = np.sort(market.guests[name].held(event).goes_on)
        rows = rows[~np.isin(rows, visits.rows) & ~np.isin(rows, inside(market))]
        visits = visits.followed_by(sent(market, rows, need, f"after {name}", event.hours.end))
    return visits


def _served(market: Market, need: str) -> Integers:
    """Rows of today's visits for a need that were served."""
    judged = market.today.judgement
    assert judged is not None  # step 6 always leaves its judgement
    which = list(market.document.market.needs).index(need)
    return np.asarray(judged.rows[~judged.lost & (judged.kind == NEED) & (judged.which == which)])


def _felt(market: Market, rows: Integers, score: float, weight: float) -> None:
    """An event is an experience like others: satisfaction moves towards it."""
    satisfaction = market.customers.satisfaction
    satisfaction[rows] = cumulative(previous=satisfaction[rows], transaction=np.full(len(rows), score), recency=weight)


def _charge(market: Market, event: Event, cost: int) -> None:
    if cost:
        site = -1 if event.site is None else market.site_names.index(event.site)
        market.ledger.post("events", np.array([-cost]), -1, np.array([site]))
