"""Funnels in motion: in which state of a funnel each customer stands, and on which day their next moves are due.

A funnel of the document, who is in it and luck go in; rows that move today come out. When and whether a rate or a share
moves somebody is drawn once, as they come into a state, so that a day costs what moves on it and not who stands still.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.calendar import Calendar
from sim.scenario.funnels import Funnel, Move
from sim.streams import Population, Streams

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

OUTSIDE: Final = -1
BEFORE: Final = -1
"""The day on which whoever stands in a state at opening has come into it."""
_NOBODY: Final = np.zeros(0, np.int64)


class RunningMove:
    """One move of a funnel over the run: where from, where to, on which days it is open, how many have made it."""

    def __init__(self, name: str, move: Move, states: list[str], owner: str, calendar: Calendar) -> None:
        self.name = name
        self.move = move
        self.owner = f"{owner}.moves.{name}"
        self.origin = states.index(move.origin)
        self.to = states.index(move.to)
        self.first, self.last = (0, calendar.days - 1) if move.during is None else calendar.span(move.during)
        self.made = 0
        self.due: dict[int, list[tuple[int, Integers]]] = {}

    def open(self, day: int) -> bool:
        """Whether it can be made today."""
        return self.first <= day <= self.last

    def wait_by_rate(self, rows: Integers, entered: int, day: int, luck: Floats) -> None:
        """Settle when the rate moves `rows`, who `entered` their state then, after `day`: a constant hazard while open.

        On each day open it moves 1 - exp(-rate) of those still there; the first such day is geometric.
        """
        rate = self.move.rate
        assert rate is not None  # asked of moves by a rate
        if not rate:
            return
        start = max(day + 1, self.first)
        within = np.flatnonzero(luck < -np.expm1(-rate * (self.last - start + 1))) if start <= self.last else _NOBODY
        steps = np.maximum(np.ceil(-np.log1p(-luck[within]) / rate), 1.0).astype(np.int64)
        self._wait(rows[within], entered, start - 1 + steps)

    def wait_for_share(self, rows: Integers, entered: int, luck: Floats) -> None:
        """Settle when `rows`, whom their share moves, make it: after their delay, at the earliest the next day."""
        after = self.move.after
        days = np.zeros(len(rows)) if after is None else np.minimum(after.quantile(luck), 1e6)
        self._wait(rows, entered, entered + np.maximum(np.ceil(days), 1.0).astype(np.int64))

    def _wait(self, rows: Integers, entered: int, days: Integers) -> None:
        soon = (days >= self.first) & (days <= self.last)
        rows, days = rows[soon], days[soon]
        order = np.argsort(days, kind="stable")
        rows, days = rows[order], days[order]
        each, starts = np.unique(days, return_index=True)
        for day, part in zip(each.tolist(), np.split(rows, starts[1:]), strict=True) if len(rows) else ():
            self.due.setdefault(day, []).append((entered, part))


class RunningFunnel:
    """One funnel over the run.

    state: (customers,) place in `states`, `OUTSIDE` for who is not in it; since: the day each came into it, `BEFORE` at
    opening; entered: how many have ever come into each state, those at opening among them
    """

    def __init__(self, name: str, funnel: Funnel, calendar: Calendar, population: Population, streams: Streams) -> None:
        self.name = name
        self.funnel = funnel
        self.owner = f"funnels.{name}"
        self.states = list(funnel.states)
        self.moves = [RunningMove(each, move, self.states, self.owner, calendar) for each, move in funnel.moves.items()]
        self.state = np.full(population.size, OUTSIDE, np.int8)
        self.since = np.full(population.size, BEFORE, np.int32)
        self.entered = np.zeros(len(self.states), np.int64)
        self.counts = np.zeros(len(self.states), np.int64)
        self._population = population
        self._streams = streams

    def open(self, rows: Integers) -> None:
        """Put those in the audience, `rows` in rising order, into the states of opening, and settle their moves."""
        place = np.zeros(len(rows), np.int64)
        if self.funnel.opening:
            luck = self._streams.each("funnel opening", 0, self._population, rows, identity=self.name)[:, 0]
            edges = np.cumsum(list(self.funnel.opening.values()))
            drawn = np.searchsorted(edges, luck, side="right")
            places = [*(self.states.index(state) for state in self.funnel.opening), 0]
            place = np.array(places, np.int64)[drawn]
        self.state[rows] = place
        for state in range(len(self.states)):
            self._enter(rows[place == state], state, BEFORE)

    def standing_in(self, states: list[str]) -> Flags:
        """Who stands in one of these states, (customers,)."""
        wanted = np.zeros(len(self.states) + 1, np.bool_)  # the last place is for those outside, whose state is -1
        wanted[[self.states.index(state) for state in states]] = True
        return wanted[self.state]

    def due(self, move: RunningMove, day: int) -> Integers:
        """Rows, rising, whom a rate or share moves today: still in the state since they came into it."""
        waiting = move.due.pop(day, [])
        there = [rows[(self.state[rows] == move.origin) & (self.since[rows] == entered)] for entered, rows in waiting]
        return np.sort(np.concatenate(there)) if there else _NOBODY

    def not_yet(self, move: RunningMove, rows: Integers, day: int) -> None:
        """`rows`, due by a rate today, could not make the move: the hazard goes on."""
        luck = self._streams.each("funnel again", day, self._population, rows, identity=move.owner)[:, 0]
        since = self.since[rows]
        for entered in np.unique(since).tolist():
            chosen = since == entered
            move.wait_by_rate(rows[chosen], entered, day, luck[chosen])

    def make(self, move: RunningMove, rows: Integers, day: int) -> None:
        """`rows` make the move."""
        self.state[rows] = move.to
        self.since[rows] = day
        self.counts[move.origin] -= len(rows)
        move.made += len(rows)
        self._enter(rows, move.to, day, move)

    def _enter(self, rows: Integers, state: int, day: int, through: RunningMove | None = None) -> None:
        """`rows` come into a state today: what will become of them there by rates and shares is settled."""
        self.counts[state] += len(rows)
        self.entered[state] += len(rows)
        shares = [move for move in self.moves if move.origin == state and move.move.share is not None]
        rates = [move for move in self.moves if move.origin == state and move.move.rate is not None]
        if not len(rows) or not (shares or rates):
            return
        came = self.name if through is None else f"{through.owner}"
        draws = (2 if shares else 0) + len(rates)
        luck = self._streams.each(
            "funnel", max(day, 0), self._population, rows, draws=draws, identity=f"{came} {self.states[state]}"
        )
        for place, move in enumerate(rates):
            move.wait_by_rate(rows, day, day, luck[:, draws - len(rates) + place])
        if shares:
            which = np.searchsorted(np.cumsum([move.move.share or 0.0 for move in shares]), luck[:, 0], side="right")
            for place, move in enumerate(shares):
                chosen = which == place
                move.wait_for_share(rows[chosen], day, luck[chosen, 1])


def funnels_of(
    funnels: dict[str, Funnel], calendar: Calendar, population: Population, streams: Streams
) -> dict[str, RunningFunnel]:
    """Every funnel of a document by name, with nobody in it yet."""
    return {name: RunningFunnel(name, funnel, calendar, population, streams) for name, funnel in funnels.items()}
