"""Part of step 8: customers whom a cause of its own takes away, with all they have or with one line.

Such causes strike the same customers on the same days in every plan, as far as nothing a plan does holds them back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.competition import departure_hazard
from sim.behaviour.loyalty import CAUSES
from sim.by_group import by_group
from sim.calendar import DAYS_PER_YEAR
from sim.competition.wallet import ALL_LINES, NOBODY
from sim.customers import CUSTOMER
from sim.today import FIRM

if TYPE_CHECKING:
    from sim.market import Market
    from sim.scenario.competition import Departure
    from sim.scenario.document import Document

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def causes_of(document: Document) -> tuple[str, ...]:
    """Every cause of leaving, as numbered in a run: those of behaviour, then the document's departures."""
    return (*CAUSES, *document.market.departures)


def depart(market: Market) -> tuple[Integers, Integers]:
    """Let departures strike: rows of who leaves the firm altogether, and the cause of each. Lines go at once.

    Of several causes on one day the first of the document counts.
    """
    left, causes = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for place, (name, terms) in enumerate(market.document.market.departures.items()):
        cause = len(CAUSES) + place
        rows = _struck(market, name, terms)
        if terms.line is not None:
            _take_line(market, rows, terms, cause)
            continue
        left.append(rows)
        causes.append(np.full(len(rows), cause, np.int64))
    rows, first = np.unique(np.concatenate(left), return_index=True)
    return rows, np.concatenate(causes)[first]


def settle_departures(market: Market, rows: Integers, causes: Integers) -> None:
    """What becomes of those who left today, (k,) with their causes: their lines, and whether they need anything yet."""
    to = np.full(len(rows), NOBODY, np.int64)
    for place, terms in enumerate(market.document.market.departures.values()):
        mine = causes == len(CAUSES) + place
        if terms.rival is None:
            market.customers.activity[rows[mine]] = 0.0
        else:
            to[mine] = 1 + market.rivals.names.index(terms.rival)
    if market.wallet is not None:
        market.wallet.left(rows, to)


def _struck(market: Market, name: str, terms: Departure) -> Integers:
    """Customers whom this cause befalls today, rows that rise."""
    customers = market.customers
    luck = market.streams.everyone("departure", market.day, customers.population, name)
    factors = by_group(terms.rate_for, 1.0, market.document)
    # exp(x) is at least 1 + x, so a hazard without effects settles nearly everyone by one comparison.
    fixed = not terms.price and not terms.service
    possible = customers.status == CUSTOMER
    if fixed:
        possible &= luck < terms.rate * factors.max(initial=0.0)
    rows = np.flatnonzero(possible)
    if terms.rival is not None:
        rows = rows[market.rivals.chosen_by(market.rivals.names.index(terms.rival), rows, market.day)]
    if terms.line is not None:
        assert market.wallet is not None  # a document that names a line has lines
        rows = rows[market.wallet.supplier[market.wallet.names.index(terms.line), rows] == FIRM]
    return rows[luck[rows] < -np.expm1(-_hazard(market, terms, factors, rows))]


def _hazard(market: Market, terms: Departure, factors: Floats, rows: Integers) -> Floats:
    """A day, (k,), with the factors of segments and tiers."""
    customers = market.customers
    return departure_hazard(
        rate=terms.rate * factors[customers.segment[rows], customers.tier[rows]],
        price_gap=_price_gap(market, terms) if terms.price else 0.0,
        price_effect=terms.price,
        satisfaction=customers.satisfaction[rows],
        service_effect=terms.service,
    )


def stays_through_departures(market: Market, rows: Integers) -> Floats:
    """Chance that no departure takes each of `rows` away altogether within a year, (k,), as things stand today."""
    total = np.zeros(len(rows))
    for terms in market.document.market.departures.values():
        if terms.line is None:
            possible = np.ones(len(rows), np.bool_)
            if terms.rival is not None:
                possible = market.rivals.chosen_by(market.rivals.names.index(terms.rival), rows, market.day)
            factors = by_group(terms.rate_for, 1.0, market.document)
            total += possible * _hazard(market, terms, factors, rows)
    return np.asarray(np.exp(-DAYS_PER_YEAR * total))


def _price_gap(market: Market, terms: Departure) -> float:
    """The firm's prices and fees less the rival's, over the usual price: of the line, or of all contested needs."""
    rivals, demand = market.rivals, market.demand
    assert terms.rival is not None  # prices are compared with a rival's only
    theirs = rivals.prices[rivals.names.index(terms.rival)]
    weight = rivals.weight
    if terms.line is not None:
        assert market.wallet is not None  # a document that names a line has lines
        weight = weight * (market.wallet.line_of == market.wallet.names.index(terms.line))
    total = float(np.sum(weight))
    return float(np.sum(weight * (demand.price_ratios - theirs))) / total if total else 0.0


def _take_line(market: Market, rows: Integers, terms: Departure, cause: int) -> None:
    """`rows` take a line, or all of theirs where they move everything at once, to the rival."""
    wallet = market.wallet
    assert wallet is not None  # a document that names a line has lines
    assert terms.rival is not None  # a line goes to a rival
    if not len(rows):
        return
    to = 1 + market.rivals.names.index(terms.rival)
    together = wallet.moves[market.customers.segment[rows]] == ALL_LINES
    for lines, movers in (
        ([wallet.names.index(terms.line or "")], rows[~together]),
        (list(range(len(wallet.names))), rows[together]),
    ):
        if len(movers):
            wallet.hand_over(market, movers, lines, np.full(len(movers), to, np.int64), cause)


def without_lines(market: Market) -> tuple[Integers, Integers]:
    """Customers whose last line with the firm went today, and the cause it went for; none where there are no lines."""
    nobody = np.zeros(0, np.int64)
    if market.wallet is None or not market.today.lines_lost:
        return nobody, nobody
    lost = market.today.lines_lost
    rows, last = np.unique(np.concatenate([each.rows for each in lost])[::-1], return_index=True)
    causes = np.concatenate([np.full(len(each.rows), each.cause, np.int64) for each in lost])[::-1][last]
    gone = np.isin(rows, market.wallet.without_any(market, rows), assume_unique=True)
    return rows[gone], causes[gone]
