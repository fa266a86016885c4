"""Part of step 5: which windows were kept, which begun late, which missed, once the facility has run to midnight.

At home the wait begins at the end of the window, so encounters and joins are set right here, before anyone reads them.
What was missed is promised anew in the evening, or given up.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.day.appointments import COLUMNS, MOMENT, promise_windows, tell
from sim.operations.appointments import BEGUN, BOOKED, NO_WINDOW, Diary, Windows
from sim.operations.visits import NEED, by_customers, number, parts
from sim.service.outcome import Outcome

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


def settle_windows(market: Market) -> None:
    """Settle the appointments of today, correct waits at home, and promise anew what was missed."""
    windows, diary = market.windows, market.diary
    if windows is None:
        return
    if len(diary):
        missed = _settle(market, windows, diary)
        _close_diary(market, windows, missed)
    today = market.today
    for column in COLUMNS:  # what did not happen is a zero, so that every run has the same columns
        today.add(column, 0.0)
    today.add("appointments_open", market.diary.open)
    awaited = sum(today.numbers.get(f"appointments_{word}", 0.0) for word in ("kept", "late", "missed"))
    today.add("appointments_awaited", awaited)
    today.add("appointments_due", awaited + today.numbers.get("no_shows", 0.0))


def _settle(market: Market, windows: Windows, diary: Diary) -> Flags:
    """Enter in the diary what became of today's appointments; which of all were missed, (k,)."""
    joins, today = _first_joins(market, diary), (diary.state == BOOKED) & (diary.day == market.day)
    at_home = np.array([terms.where == "at home" for terms in windows.terms])[windows.task[diary.window]]
    travel = np.array([terms.travel for terms in windows.terms])[windows.task[diary.window]]
    encounters = market.today.encounters
    assert encounters is not None  # step 5 has just left its encounters
    joined, wait, served = np.full(len(diary), np.nan), np.zeros(len(diary)), np.zeros(len(diary), np.bool_)
    place, join = joins
    joined[place] = encounters.joins.joined[join]
    wait[place] = encounters.joins.wait[join]
    served[place] = encounters.joins.outcome[join] == Outcome.SERVED
    begun = joined + wait + np.where(served, travel, 0.0)
    # Who comes after the window has ended has waited past it only from then on.
    over = np.maximum(begun - np.fmax(diary.end, joined), 0.0)
    over[np.isnan(over) | (over <= 2.0 * MOMENT)] = 0.0
    missed = today & ~served
    diary.late |= today & served & (over > 0.0)
    diary.state[today & served] = BEGUN
    home = today & at_home & ~np.isnan(joined)
    diary.unfelt[home] = (wait - over)[home]
    tell(market, "kept", diary, today & served & ~diary.late)
    tell(market, "late", diary, today & served & diary.late)
    tell(market, "missed", diary, missed)
    _correct_waits(market, diary, at_home, place[home[place]], join[home[place]], over)
    market.today.broken = diary.rows[missed]
    market.today.missed_again = diary.rows[missed & (diary.missed > 0)]
    return np.asarray(missed)


def _first_joins(market: Market, diary: Diary) -> tuple[Integers, Integers]:
    """The first queue that today's appointments left: places in the diary, and of the joins. Rework joins it again."""
    encounters = market.today.encounters
    assert encounters is not None  # checked by the caller
    joins = encounters.joins
    today = np.flatnonzero((diary.state == BOOKED) & (diary.day == market.day))
    numbers = number(market.day, NEED, diary.need[today], diary.rows[today])
    join = np.flatnonzero((joins.step == 0) & np.isin(joins.visit, numbers))
    place = np.searchsorted(diary.rows, parts(joins.visit[join]).row)
    place, first = np.unique(place, return_index=True)
    return place.astype(np.int64), join[first]


def _correct_waits(market: Market, diary: Diary, at_home: Flags, place: Integers, join: Integers, over: Floats) -> None:
    """At home people wait from the end of the window, and nobody stands in a queue."""
    encounters = market.today.encounters
    assert encounters is not None  # checked by the caller
    joins = encounters.joins
    joined, wait = joins.joined.copy(), joins.wait.copy()
    joined[join] += wait[join] - over[place]
    wait[join] = over[place]
    numbers = number(diary.day, NEED, diary.need, diary.rows)
    own = np.flatnonzero(np.isin(encounters.visit, numbers[at_home]))
    of_diary = np.searchsorted(diary.rows, encounters.customer[own])
    total, ahead = encounters.wait.copy(), encounters.ahead.copy()
    total[own] = np.maximum(total[own] - diary.unfelt[of_diary], 0.0)
    ahead[own] = 0
    market.today.encounters = replace(
        encounters, wait=total, ahead=ahead, joins=replace(joins, joined=joined, wait=wait)
    )


def _close_diary(market: Market, windows: Windows, missed: Flags) -> None:
    """Strike out what is done, with a note of who was late for whom, and what was missed for good."""
    diary, encounters = market.diary, market.today.encounters
    assert encounters is not None  # checked by the caller
    inside = market.facility_state.visits
    done = (diary.state == BEGUN) & ~np.isin(diary.rows, inside.customer[by_customers(inside.visit)])
    market.today.late = diary.rows[done & diary.late]
    market.today.broken = np.union1d(market.today.broken, market.today.late)
    diary.missed[missed] += 1
    most = np.array([terms.rebooked for terms in windows.terms])[windows.task[diary.window]]
    tell(market, "given up", diary, missed & (diary.missed > most))
    again = diary.take(missed & (diary.missed <= most))
    market.diary = diary.take(~done & ~missed)
    for task in np.unique(windows.task[again.window]).tolist():
        _promise_anew(market, windows, task, again.take(windows.task[again.window] == task))


def _promise_anew(market: Market, windows: Windows, task: int, missed: Diary) -> None:
    """The next window that suits, of those after today's."""
    luck = market.streams.each(
        "rebooked",
        market.day,
        market.customers.population,
        missed.rows,
        draws=windows.draws(task),
        identity=windows.names[task],
    )
    tonight = np.full(len(missed), np.inf)
    window, day = windows.assign(task, market.diary, market.day, market.today.weekday, tonight, missed.pool, luck)
    got = window != NO_WINDOW
    tell(market, "given up", missed, ~got)
    anew = missed.take(got)
    anew.window, anew.day = window[got], day[got]
    anew.start, anew.end = windows.span(anew.window, anew.day)
    anew.unfelt = np.zeros(len(anew))
    anew.luck[:, :2] = luck[got, :2]
    market.today.add("appointments_rebooked", len(anew))
    promise_windows(market, anew)
    market.diary = market.diary.joined_by(anew)
