"""Appointments over the day: booked and sent out in step 4, kept, late or missed in step 5, told of to later steps.

Who needs what is done by appointment takes a window; on its day they come, or the firm comes to them, as visits like
others. Afterwards the diary is settled: promises kept or broken, and what was missed is promised anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from sim.calendar import MINUTES_PER_DAY
from sim.day.lay_out import routes_of
from sim.operations.appointments import (
    ARRIVAL,
    BOOKED,
    NO_SHOW,
    NO_WINDOW,
    PATIENCE,
    SERVICE,
    Diary,
    DiaryNews,
    Windows,
)
from sim.operations.visits import NEED, by_customers, number
from sim.today import Visits

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

_COUNTED: Final = {
    "booked": "appointments_booked",
    "kept": "appointments_kept",
    "late": "appointments_late",
    "missed": "appointments_missed",
    "no-show": "no_shows",
    "cancelled": "appointments_cancelled",
    "given up": "appointments_given_up",
}
COLUMNS: Final = (*_COUNTED.values(), "appointments_turned_away", "appointments_rebooked", "lead_days_sum")
MOMENT: Final = 1e-3
"""Minutes: how far apart those of one window come at most, in an order that is chance; how long before midnight the
appointments not yet begun are over, so that they end on their day; and by how much a window may be overrun."""


def taken_up(market: Market, candidates: Integers) -> tuple[Flags, Flags]:
    """Who of `candidates` has an appointment open, and who of them has it today, (k,) each."""
    diary = market.diary
    today = diary.rows[(diary.state == BOOKED) & (diary.day == market.day)]
    return np.isin(candidates, diary.rows), np.isin(candidates, today)


def cancel_appointments(market: Market) -> None:
    """Who has left the firm since booking does not come, and need not be called on."""
    diary, yesterday = market.diary, market.yesterday
    if yesterday is None or not len(yesterday.left) or not len(diary):
        return
    gone = (diary.state == BOOKED) & np.isin(diary.rows, yesterday.left)
    if gone.any():
        tell(market, "cancelled", diary, gone)
        market.diary = diary.take(~gone)


def book_appointments(
    market: Market, windows: Windows, rows: Integers, needs: Integers, process: Integers, called: Floats, luck: Floats
) -> Flags:
    """Give windows to those of k visitors whose task has them; which of the visitors come today without one, (k,).

    called: minutes after midnight; luck: uniforms (k, 2 + steps) of patience, balking, and service times
    """
    kind = windows.of_need[needs]
    comes = kind < 0
    for task in np.unique(kind[~comes]).tolist():
        own = np.flatnonzero(kind == task)
        own = own[np.argsort(rows[own], kind="stable")]
        own_luck = market.streams.each(
            "appointment",
            market.day,
            market.customers.population,
            rows[own],
            draws=windows.draws(task),
            identity=windows.names[task],
        )
        pool = _pools(market, process[own], rows[own])
        window, day = windows.assign(task, market.diary, market.day, market.today.weekday, called[own], pool, own_luck)
        got, terms = window != NO_WINDOW, windows.terms[task]
        if terms.no_window == "comes anyway":
            comes[own[~got]] = True
        else:
            _turn_away(market, rows[own[~got]], called[own[~got]])
        chosen = own[got]
        start, end = windows.span(window[got], day[got])
        whole = np.zeros(len(chosen), np.int64)
        booked = Diary(
            rows=rows[chosen],
            need=needs[chosen],
            process=process[chosen],
            pool=pool[got],
            opened=whole + market.day,
            day=day[got],
            window=window[got],
            start=start,
            end=end,
            missed=whole,
            state=whole + BOOKED,
            late=whole > 0,
            unfelt=np.zeros(len(chosen)),
            luck=np.concatenate([own_luck[got, :2], luck[chosen, :1], luck[chosen, 2:]], axis=1),
        )
        promise_windows(market, booked)
        market.diary = market.diary.joined_by(booked)
    return comes


def with_appointments(market: Market, windows: Windows, visits: Visits) -> Visits:
    """Add the appointments of today: those who come, and those at whose homes the firm is awaited."""
    diary, service, day = market.diary, market.document.service, market.day
    due = (diary.state == BOOKED) & (diary.day == day)
    inside = market.facility_state.visits
    busy = due & np.isin(diary.rows, inside.customer[by_customers(inside.visit)])
    no_show = np.array([terms.no_show for terms in windows.terms])[windows.task[diary.window]]
    absent = due & ~busy & (diary.luck[:, NO_SHOW] < no_show) if len(diary) else due
    tell(market, "cancelled", diary, busy)
    tell(market, "no-show", diary, absent)
    market.diary = diary = diary.take(~busy & ~absent)
    expected = diary.take(diary.day == day)  # those begun on earlier days have earlier days
    places, idle = windows.idle_places(market.today.weekday, expected.window, expected.pool)
    market.today.add("window_places", places)
    market.today.add("window_places_idle", idle)
    if not len(expected):
        return visits
    rows, task = expected.rows, windows.task[expected.window]
    at, at_home = _arrivals(market, windows, expected), np.array([t.where == "at home" for t in windows.terms])[task]
    midnight = (day + 1.0) * MINUTES_PER_DAY - MOMENT
    patience = np.full(len(rows), np.inf)
    if service.patience is not None:
        patience = service.patience.quantile(expected.luck[:, PATIENCE]) * market.customers.patience[rows]
    patience = np.minimum(np.where(at_home, np.inf, patience), np.maximum(midnight - at, 0.0))
    return visits.followed_by(
        Visits(
            rows,
            number(day, NEED, expected.need, rows),
            expected.process,
            at,
            patience,
            np.full(len(rows), np.inf),  # nobody turns round at the sight of a queue who has an appointment
            routes_of(market, rows, expected.process, expected.luck[:, SERVICE:], "appointment"),
        )
    )


def _arrivals(market: Market, windows: Windows, expected: Diary) -> Floats:
    """Minutes of arrival: at home the start of the window; at the firm around it, while the station is open.

    Who has the same window comes in an order that is chance, and another one each time: nobody is always the last.
    """
    spread = np.array([terms.spread for terms in windows.terms])[windows.task[expected.window]]
    at = expected.start + spread * special.ndtri(expected.luck[:, ARRIVAL])
    plant, midnight = market.plant, float(market.day * MINUTES_PER_DAY)
    shifts = [shifts[market.today.weekday] for shifts in plant.shifts]
    opens = np.array([0.0 if shift is None else shift.opens for shift in shifts])
    closes = np.array([float(MINUTES_PER_DAY) if shift is None else shift.closes for shift in shifts])
    station = plant.facility.station_of_pool[expected.pool]
    last = np.minimum(closes[station], float(MINUTES_PER_DAY)) - MOMENT
    around = np.clip(at, midnight + opens[station], midnight + np.maximum(last, opens[station]))
    return np.where(spread > 0.0, around, expected.start + MOMENT * expected.luck[:, ARRIVAL])


def _pools(market: Market, process: Integers, rows: Integers) -> Integers:
    plant = market.plant
    station = np.array(plant.first_station, np.int64)[process]
    return plant.pool_of[station, market.customers.site[rows]]


def _turn_away(market: Market, rows: Integers, called: Floats) -> None:
    """No window suits: the need goes unserved, and that is remembered as a lost visit is."""
    if not len(rows):
        return
    market.customers.lost_visits[rows] += 1.0
    market.today.add("appointments_turned_away", len(rows))
    at = market.day * MINUTES_PER_DAY + called
    market.today.diary_news.append(DiaryNews("turned away", rows, at, at))


def promise_windows(market: Market, booked: Diary) -> None:
    """Count windows promised, and the days from the need to them."""
    tell(market, "booked", booked, np.ones(len(booked), np.bool_))
    market.today.add("lead_days_sum", int((booked.day - booked.opened).sum()))


def tell(market: Market, word: str, diary: Diary, which: Flags) -> None:
    """Count what happened to some appointments, and keep whose they are."""
    count = int(np.count_nonzero(which))
    if count:
        market.today.add(_COUNTED[word], count)
        market.today.diary_news.append(diary.news(word, which))
