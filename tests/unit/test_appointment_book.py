"""The appointment book: who gets which window, what happens to it, and that nobody is in two places."""

from __future__ import annotations

import numpy as np
import pytest

from sim.customers import LEFT
from sim.market import Market
from sim.operations.appointments import NO_WINDOW, Diary, Windows
from sim.scenario.stages import ChangeError
from sim.service.plant import Plant
from tests.offices import WINDOWS, counts, office, run, total


def test_every_caller_gets_the_earliest_window_that_suits_and_is_free() -> None:
    """One pass over windows comes to the same as one caller after the other; windows are in the order of the day."""
    document = office(sites=3, accepts=0.4, earliest="0 days", ahead="4 days", windows={
        "late": {"hours": "14:00-16:00", "places": 2}, "early": {"hours": "10:00-12:00", "places": 1},
    })  # fmt: skip
    windows, luck = Windows(document, Plant(document)), np.random.default_rng(3)
    callers = 60
    called, pool = luck.uniform(540, 1020, callers), luck.integers(0, 3, callers)
    uniforms = luck.uniform(size=(callers, windows.draws(0)))
    got, when = windows.assign(0, Diary.none(), 10, 2, called, pool, uniforms)

    places = {
        (at, day, number): int(windows.bookable[number]) for at in range(3) for day in range(5) for number in (0, 1)
    }
    for caller in np.argsort(called):
        expected = (NO_WINDOW, 10)
        for slot, (day, number) in enumerate((day, number) for day in range(5) for number in (1, 0)):
            too_late = day == 0 and called[caller] > windows.start[number]
            if too_late or uniforms[caller, 2 + slot] >= 0.4 or not places[int(pool[caller]), day, number]:
                continue
            places[int(pool[caller]), day, number] -= 1
            expected = (number, 10 + day)
            break
        assert (got[caller], when[caller]) == expected
    assert (got == NO_WINDOW).any()


def test_no_window_holds_more_than_its_places_and_overbooking() -> None:
    market = Market(office(people=600, rate="1 per week", sites=2, overbooking=0.5, ahead="5 days"))
    for _ in range(20):
        market.step()
        slots = np.stack([market.diary.pool, market.diary.day, market.diary.window])
        _, held = np.unique(slots, axis=1, return_counts=True)
        assert held.max() == 9


def test_who_has_an_appointment_open_makes_no_second_one_and_does_nothing_else_on_its_day() -> None:
    market = Market(office(people=60, rate="5 per week", ahead="9 days"))
    for _ in range(20):
        before = {(row, day) for row, day in zip(market.diary.rows, market.diary.day, strict=True)}
        market.step()
        assert (np.diff(market.diary.rows) > 0).all()
        came = market.today.visits
        assert came is not None
        assert set(zip(came.rows.tolist(), [market.today.day] * len(came.rows), strict=True)) <= before


def test_on_every_evening_all_that_was_promised_is_accounted_for() -> None:
    market = run(office(people=400, no_show=0.2, overbooking=0.4, spread="20 min", accepts=0.5, rate="2 per month"))
    sums = dict.fromkeys(("booked", "kept", "late", "missed", "cancelled"), 0.0)
    absent = 0.0
    for row in market.recorder.rows:
        for word in sums:
            sums[word] += row.get(f"appointments_{word}", 0.0)
        absent += row.get("no_shows", 0.0)
        settled = sums["kept"] + sums["late"] + sums["missed"] + sums["cancelled"] + absent
        assert sums["booked"] == settled + row["appointments_open"]
    assert all(count > 0 for word, count in sums.items() if word != "cancelled")


def test_what_is_missed_is_promised_anew_so_often_and_then_given_up() -> None:
    """One hour's work each for sixteen booked a day: half of them are missed, and missed again."""

    def of(times: int) -> dict[str, float]:
        return counts(run(office(people=400, rate="1 per week", takes={"constant": "60 min"}, where="at home",
                                 overbooking=1.0, ahead="20 days", rebooked=times)))  # fmt: skip

    never, once = of(0), of(1)
    assert never["rebooked"] == 0
    assert never["given_up"] == never["missed"] > 0
    assert once["rebooked"] > 0
    assert once["given_up"] < once["missed"] == once["rebooked"] + once["given_up"]


def test_who_leaves_the_firm_cancels() -> None:
    market = Market(office(people=400, behaviour={"leaving": {"form": "hazard"}}))
    for _ in range(8):
        market.step()
    booked = market.diary.rows[market.diary.day > market.day]
    gone = booked[:5]
    market.customers.status[gone] = LEFT
    market.today.left = np.union1d(market.today.left, gone)
    market.step()
    assert not np.isin(gone, market.diary.rows).any()
    assert market.today.numbers["appointments_cancelled"] >= len(gone)


def test_who_finds_no_window_is_turned_away_and_remembers_it_or_comes_anyway() -> None:
    few = {"morning": {"hours": "09:00-12:00", "places": 1}}
    away = run(office(people=300, windows=few, ahead="2 days"))
    assert total(away, "appointments_turned_away") > 0
    assert total(away, "visits") == total(away, "appointments_awaited")
    assert away.customers.lost_visits.sum() == total(away, "appointments_turned_away")
    anyway = run(office(people=300, windows=few, ahead="2 days", no_window="comes anyway"))
    assert total(anyway, "appointments_turned_away") == 0
    assert total(anyway, "visits") > total(anyway, "appointments_awaited") > 0


def test_a_window_on_the_day_itself_is_one_that_has_not_begun() -> None:
    market = run(office(people=300, earliest="0 days", ahead="0 days"))
    encounters = market.recorder.result().encounters
    assert encounters is not None
    assert set(np.round(encounters["arrived"] % 1440, 2)) == {
        840.0
    }  # who calls from 9 on has missed the morning's start


def test_at_the_firm_they_come_around_the_start_and_wait_from_then_on() -> None:
    visits = run(office(people=300, spread="15 min", takes={"constant": "1 min"})).recorder.result().encounters
    assert visits is not None
    early = visits["arrived"] % 1440 - np.where(visits["arrived"] % 1440 < 720, 540, 840)
    assert early.min() < 0 < early.max()
    assert abs(float(early[visits["arrived"] % 1440 > 720].std()) - 15) < 2
    assert (visits["wait"] < 20).all()


def test_places_change_on_a_date_and_the_windows_promised_stay() -> None:
    change = {"fewer": {"from": "2009-09-21", "set": {"service.tasks.advice.appointment.windows.morning.places": 0,
                                                      "service.tasks.advice.appointment.windows.afternoon.hours":
                                                      "13:00-15:00"}}}  # fmt: skip
    market = Market(office(people=600, ahead="6 days", rate="1 per week", sections={"changes": change}))
    for _ in range(14):
        market.step()
    promised = market.diary.start[market.diary.day == 15].copy()
    for _ in range(2):
        market.step()
    visits = market.today.visits
    assert visits is not None
    assert set(np.round(visits.at, 2)) == set(np.unique(promised)) == {15 * 1440 + 540.0, 15 * 1440 + 840.0}
    for _ in range(8):
        market.step()
    assert {at % 1440 for at in market.diary.start} == {780.0}


def test_the_names_of_windows_stay() -> None:
    change = {"other": {"from": "2009-09-21", "set": {"service.tasks.advice.appointment.windows": {
        "noon": {"hours": "11:00-12:00", "places": 1}}}}}  # fmt: skip
    with pytest.raises(ChangeError, match="a window with places 0"):
        Market(office(sections={"changes": change}))


def test_windows_are_held_on_their_days_and_inside_the_hours_of_the_day() -> None:
    windows = {**WINDOWS, "friday": {"hours": "12:00-13:00", "places": 2, "days": ["friday"]}}
    market = run(office(people=300, windows=windows, station={"open_on": {"wednesday": "09:00-13:00"},
                                                             "days": ["wednesday", "friday"]}))  # fmt: skip
    visits = market.recorder.result().encounters
    assert visits is not None
    day = (visits["arrived"] // 1440).astype(int) % 7  # day 0 is a Monday
    found = {(each, minute) for each, minute in zip(day, np.round(visits["arrived"] % 1440, 2), strict=True)}
    assert found == {(2, 540.0), (4, 540.0), (4, 840.0), (4, 720.0)}


def test_sites_add_up() -> None:
    market = run(office(people=400, sites=3, no_show=0.1))
    sites = market.recorder.result().sites
    for column in ("appointments_booked", "appointments_kept", "appointments_missed", "no_shows"):
        assert sites[column].sum() == total(market, column), column
        assert (sites["appointments_booked"] > 0).all()


def test_of_those_with_the_same_window_nobody_is_always_the_last() -> None:
    """The order of a round is chance: late windows fall on early and late rows of customers alike."""
    market = Market(
        office(people=600, rate="1 per week", takes={"constant": "40 min"}, where="at home", ahead="4 days")
    )
    late: list[int] = []
    for _ in range(28):
        market.step()
        late += market.today.broken.tolist()
    assert len(late) > 40
    assert abs(np.mean(late) - 299.5) < 4 * np.sqrt(600**2 / 12 / len(late))
