"""Staffed contacts: asked of the staff in step 2, worked by the facility in step 5, counted and felt in step 7."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.behaviour.satisfaction import cumulative
from sim.calendar import MINUTES_PER_DAY
from sim.day.follow_script import follow_script, sign_up
from sim.day.lay_out import routes_of
from sim.day.occasions import occasions_of
from sim.money import to_minor
from sim.operations.visits import CONTACT, number, parts
from sim.service.outcome import Outcome
from sim.service.records import Encounters
from sim.today import Visits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.market import Market


def request_contacts(market: Market) -> None:
    """Contacts fall due; those missed for good disappoint."""
    customers = market.customers
    new_month = market.day == 0 or market.calendar.begins(market.day, "month")
    for name, programme in market.programmes.items():
        terms = market.document.outreach[name]
        if terms.ways:
            market.ways[name].review(market, terms)
        if new_month:
            programme.assign(terms, market.document, customers, market.audiences, market.programmes)
        occasions = occasions_of(market, name, terms)
        if terms.not_contacted_by:
            programme.covered &= ~np.any([market.programmes[each].reached for each in terms.not_contacted_by], axis=0)
        if terms.if_short is not None:
            goal = terms.if_short
            if market.programmes[goal.of].visits_by(market.calendar.day(goal.by)) >= goal.visits:
                programme.covered[:] = False
        due, missed = programme.open_day(market.day, terms, market.audiences, occasions)
        _felt(market, missed, terms.missed, terms.weight)
        market.today.befell.append(("contact missed", name, missed))
        market.today.add(f"due_{name}", due)
        market.today.add(f"missed_{name}", len(missed))
        market.today.add("contacts_due", due)
        market.today.add("contacts_missed", len(missed))


def _felt(market: Market, rows: NDArray[np.int64], score: float | NDArray[np.float64], weight: float) -> None:
    """A contact, or its absence, is an experience like others: satisfaction moves towards it, one for all or (k,)."""
    if not len(rows):
        return
    satisfaction = market.customers.satisfaction
    felt = np.full(len(rows), score)
    satisfaction[rows] = cumulative(previous=satisfaction[rows], transaction=felt, recency=weight)


def with_contacts(market: Market, visits: Visits) -> Visits:
    """Add the contacts owed as work for the staff, from opening until closing; nobody waits in the hall for them."""
    for place, (name, programme) in enumerate(market.programmes.items()):
        process = market.plant.of_outreach[name]
        shift = market.plant.shifts[market.plant.first_station[process]][market.today.weekday]
        rows = programme.owed()
        if shift is None or not len(rows):
            continue
        if len(market.facility_state.visits):
            inside = parts(market.facility_state.visits.visit)
            under_way = (inside.kind == CONTACT) & (inside.which == place)
            rows = rows[~np.isin(rows, inside.row[under_way])]
        steps = market.plant.facility.max_steps
        luck = market.streams.each(
            "service", market.day, market.customers.population, rows, draws=steps, identity=f"outreach {name}"
        )
        processes = np.full(len(rows), process, np.int64)
        contacts = Visits(
            rows,
            number(market.day, CONTACT, place, rows),
            processes,
            np.full(len(rows), float(market.day * MINUTES_PER_DAY) + shift.opens),
            # What is not begun by closing is tried again on the next day.
            np.full(len(rows), shift.closes - shift.opens),
            np.full(len(rows), np.inf),
            routes_of(market, rows, processes, luck, f"outreach {name}"),
        )
        visits = visits.followed_by(contacts)
    return visits


def count_contacts(market: Market) -> None:
    """Contacts the staff made today: they please, and cost what they cost."""
    encounters, customers = market.today.encounters, market.customers
    assert encounters is not None  # step 5 always leaves its encounters
    if not market.programmes:
        return
    visit = parts(encounters.visit)
    served = (visit.kind == CONTACT) & (encounters.outcome == Outcome.SERVED)
    for place, (name, programme) in enumerate(market.programmes.items()):
        rows: NDArray[np.int64] = np.sort(visit.row[served & (visit.which == place)])
        rows = rows[programme.owed_since[rows] >= 0]  # what was given up as missed is made in vain
        terms = market.document.outreach[name]
        programme.made(rows)
        if terms.invites is not None:
            luck = market.streams.each("asked", market.day, customers.population, rows, draws=2, identity=name)
            programme.ask(rows, market.day, luck, terms.invites)
        ways = market.ways.get(name)
        contacts = None if ways is None else ways.contact(market, terms, rows)
        _felt(market, rows, terms.made if contacts is None else contacts.liked, terms.weight)
        if contacts is not None:
            market.today.add(f"liking_{name}", float(contacts.liked.sum()))
        market.today.befell.append(("contact made", name, rows))
        if terms.script is not None:
            follow_script(market, name, terms.script, rows)
        if terms.signs is not None:
            sign_up(market, name, terms.signs, rows, _ended(encounters, served & (visit.which == place), rows))
        market.today.add(f"made_{name}", len(rows))
        market.today.add(f"settled_{name}", len(rows) + market.today.numbers[f"missed_{name}"])
        market.today.add("contacts_made", len(rows))
        gift = to_minor(terms.gift, market.document.currency)
        _give(market, name, np.full(len(rows), gift, np.int64) if contacts is None else contacts.gift, rows)
        cost = to_minor(terms.cost, market.document.currency)
        if cost and len(rows):
            market.ledger.post(
                "outreach",
                np.full(len(rows), -cost, np.int64),
                customers.segment[rows],
                customers.site[rows],
                campaign=name,
                rows=rows,
                text=f"contact of {name}",
            )


def _give(market: Market, name: str, cost: NDArray[np.int64], rows: NDArray[np.int64]) -> None:
    """The gifts that today's contacts brought, at their cost, (k,) minor units."""
    rows, cost = rows[cost > 0], cost[cost > 0]
    if not len(rows):
        return
    customers = market.customers
    market.budget_spent += int(cost.sum())
    market.today.add("gifts_brought", len(rows))
    market.ledger.post(
        "gifts",
        -cost,
        customers.segment[rows],
        customers.site[rows],
        campaign=name,
        rows=rows,
        text=f"gift of {name}",
    )


def _ended(encounters: Encounters, chosen: NDArray[np.bool_], rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """The minute at which the contact of each of `rows`, rising, ended, (k,), of those chosen."""
    places = np.flatnonzero(chosen)
    places = places[np.argsort(encounters.customer[places], kind="stable")]
    return np.asarray(encounters.ended[places[np.searchsorted(encounters.customer[places], rows)]])
