"""Funnels in step 8: who moves from state to state today, by time or by an occasion, what it brings and costs.

Their talk belongs to step 9: people in some states tell others of their own accord.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour import word_of_mouth
from sim.day.joining import join
from sim.day.listeners import told
from sim.day.refer import weight_of_invitations
from sim.levers.funnels import RunningFunnel, RunningMove
from sim.measurement.funnels import MADE
from sim.money import to_minor
from sim.operations.visits import NEED
from sim.scenario.units import text_in
from sim.today import Talk

if TYPE_CHECKING:
    from sim.market import Market
    from sim.scenario.behaviour import WordOfMouth

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_BEFELL = {"contact": "contact made", "guest": "seated", "invitation": "invited by a friend"}


def move_on(market: Market) -> None:
    """Every funnel's moves of today, in the document's order; who has moved stays where they are until tomorrow."""
    for funnel in market.funnels.values():
        for move in funnel.moves:
            rows = _moved(market, funnel, move)
            market.today.add(f"{MADE}{funnel.name}_{move.name}", len(rows))
            if len(rows):
                funnel.make(move, rows, market.day)
                _settle(market, funnel, move, rows)


def _moved(market: Market, funnel: RunningFunnel, move: RunningMove) -> Integers:
    """Rows, rising, who make the move today."""
    terms, day = move.move, market.day
    if terms.per is None:
        rows = funnel.due(move, day)
        able = market.audiences.members(move.owner, terms.audience, rows)
        if terms.rate is not None and not able.all():
            funnel.not_yet(move, rows[~able], day)
        return rows[able]
    if not move.open(day):
        return np.zeros(0, np.int64)
    rows, times = _occasions(market, move)
    able = (funnel.state[rows] == move.origin) & (funnel.since[rows] < day)
    rows, times = rows[able], times[able]
    able = market.audiences.members(move.owner, terms.audience, rows)
    rows, times = rows[able], times[able]
    luck = market.streams.each("funnel occasion", day, market.customers.population, rows, identity=move.owner)[:, 0]
    # Each occasion moves on with the same chance, independently: 1 - (1 - c)^n.
    assert terms.chance is not None  # it goes with `per`
    moved: Integers = rows[luck < 1.0 - (1.0 - terms.chance) ** times]
    return moved


def _occasions(market: Market, move: RunningMove) -> tuple[Integers, Floats]:
    """Whom an occasion of the move befell today, rows rising, and how many of them."""
    parts = [(np.asarray(rows, np.int64), weight) for rows, weight in _each_occasion(market, move)]
    if not parts:
        return np.zeros(0, np.int64), np.zeros(0)
    if len(parts) == 1 and parts[0][1] is None and bool((np.diff(parts[0][0]) > 0).all()):
        return parts[0][0], np.ones(len(parts[0][0]))
    rows = np.concatenate([each for each, _ in parts])
    weights = np.concatenate([np.ones(len(each)) if weight is None else weight for each, weight in parts])
    distinct: Integers
    distinct, place = np.unique(rows, return_inverse=True)
    return distinct, np.asarray(np.bincount(place, weights, len(distinct)), np.float64)


def _each_occasion(market: Market, move: RunningMove) -> Iterator[tuple[Integers, Floats | None]]:
    today, terms = market.today, move.move
    if terms.per == "exposure":
        for identity, rows in today.exposed:
            if not terms.of or identity.split(".", 1)[0] in terms.of:
                yield rows, None
    elif terms.per == "message":
        good = today.heard.tone >= 0.0
        yield today.heard.listener[good], today.heard.tie[good]
    elif terms.per == "visit":
        judged = today.judgement
        assert judged is not None  # step 6 always leaves its judgement
        names = list(market.document.market.needs)
        wanted = np.array([not terms.of or name in terms.of for name in names], np.bool_)
        served = np.flatnonzero((judged.kind == NEED) & ~judged.lost)
        yield judged.rows[served[wanted[judged.which[served]]]] if len(names) else judged.rows[:0], None
    elif terms.per is not None:
        for what, of, rows in today.befell:
            if what == _BEFELL[terms.per] and (not terms.of or of in terms.of):
                yield rows, weight_of_invitations(market, of, rows) if terms.per == "invitation" else None


def _settle(market: Market, funnel: RunningFunnel, move: RunningMove, rows: Integers) -> None:
    """What a move brings and costs, whom it makes a customer."""
    terms, customers, currency = move.move, market.customers, market.document.currency
    said = text_in(terms.title or move.name)
    for account, amount in (("signings", to_minor(terms.price, currency)), ("steps", -to_minor(terms.cost, currency))):
        if amount:
            amounts = np.full(len(rows), amount, np.int64)
            market.ledger.post(account, amounts, customers.segment[rows], customers.site[rows], rows=rows, text=said)
    market.today.befell.append(("moved on", f"{funnel.name}.{move.name}", rows))
    if terms.joins:
        join(market, rows, "funnel")


def tell_from_states(market: Market, mechanism: WordOfMouth) -> None:
    """People in the talking states of funnels tell some contacts, as satisfied as they are, what they expect."""
    customers = market.customers
    for funnel in market.funnels.values():
        talk = funnel.funnel.talk
        if talk is None:
            continue
        rows = np.flatnonzero(funnel.standing_in(talk.states))
        luck = market.streams.each(
            "funnel talk", market.day, customers.population, rows, draws=1 + talk.listeners, identity=funnel.name
        )
        speaks = luck[:, 0] < -np.expm1(-talk.rate)
        tellers, luck = np.repeat(rows[speaks], talk.listeners), luck[speaks, 1:].reshape(-1)
        listeners, tie = told(market, tellers, luck)
        known = listeners >= 0
        tellers, listeners = tellers[known], listeners[known]
        tone = word_of_mouth.tone(customers.satisfaction[tellers], neutral=mechanism.neutral)
        market.today.add("talk_of_states", int(np.count_nonzero(speaks)))
        market.talk = market.talk.and_then(
            Talk(tellers, listeners, tone, customers.will.take(tellers, axis=1), tie[known])
        )
