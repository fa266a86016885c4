"""Who is on duty when: the roster follows the hours, weekdays and night shifts of the document."""

from datetime import date
from typing import Any

import numpy as np
import pytest

from sim.calendar import Calendar
from sim.service.plant import Plant
from sim.service.stations import UNLIMITED
from tests.small_documents import ERRAND, small_document, with_stations

WEEK = Calendar(date(2009, 9, 7), 28, None)
"""Four weeks from a Monday."""
MONDAY, TUESDAY, SATURDAY, SUNDAY = 0, 1, 5, 6


def plant(**station: Any) -> Plant:
    """A plant with one counter at one site."""
    return Plant(with_stations({"counter": station}))


def clock(minute: float, day: int) -> str:
    hours, minutes = divmod(int(minute - 1440 * day), 60)
    return f"{hours:02d}:{minutes:02d}"


def staff(of: Plant, day: int, pool: int = 0) -> list[tuple[str, int]]:
    """Changes of staff on a day: time of day, servers from then on."""
    lines = of.roster(WEEK, day).staff
    rows = zip(lines.time.tolist(), lines.pool.tolist(), lines.servers.tolist(), strict=True)
    return [(clock(time, day), servers) for time, at, servers in rows if at == pool]


def doors(of: Plant, day: int, pool: int = 0) -> list[tuple[str, bool]]:
    lines = of.roster(WEEK, day).openings
    rows = zip(lines.time.tolist(), lines.pool.tolist(), lines.open.tolist(), strict=True)
    return [(clock(time, day), is_open) for time, at, is_open in rows if at == pool]


def on_duty(of: Plant, minutes: list[float]) -> list[float]:
    """What the rosters of the days leave on duty at each minute, read line by line."""
    lines = [of.roster(WEEK, day).staff for day in range(WEEK.days)]
    times = np.concatenate([line.time for line in lines])
    servers = np.concatenate([line.servers for line in lines])
    assert (np.diff(times) >= 0).all()
    return [float(servers[np.searchsorted(times, minute, "right") - 1]) for minute in minutes]


def test_staff_and_doors_follow_the_opening_hours() -> None:
    counter = plant(staff=3, open="09:00-17:00")
    for day in range(7):
        assert staff(counter, day) == [("09:00", 3), ("17:00", 0)]
        assert doors(counter, day) == [("09:00", True), ("17:00", False)]


def test_a_station_stays_closed_on_the_other_days() -> None:
    counter = plant(days=["monday", "saturday"])
    assert [bool(doors(counter, day)) for day in range(8)] == [True, False, False, False, False, True, False, True]
    assert not staff(counter, TUESDAY)
    assert counter.open_on("counter", MONDAY)
    assert not counter.open_on("counter", SUNDAY)


def test_a_station_without_staff_all_day_stays_closed() -> None:
    counter = plant(staff=0, staff_on={"monday": 1})
    assert staff(counter, MONDAY) == [("09:00", 1), ("17:00", 0)]
    assert (staff(counter, TUESDAY), doors(counter, TUESDAY)) == ([], [])
    assert not counter.open_on("counter", TUESDAY)


def test_a_station_staffed_for_some_hours_opens_all_day() -> None:
    counter = plant(staff=0, staff_at={"12:00-14:00": 1})
    assert staff(counter, MONDAY) == [("09:00", 0), ("12:00", 1), ("14:00", 0), ("17:00", 0)]
    assert doors(counter, MONDAY) == [("09:00", True), ("17:00", False)]


def test_a_weekday_may_have_its_own_hours_and_staff() -> None:
    counter = plant(open_on={"saturday": "10:00-14:00"}, staff_on={"saturday": 1})
    assert staff(counter, MONDAY) == [("09:00", 2), ("17:00", 0)]
    assert staff(counter, SATURDAY) == [("10:00", 1), ("14:00", 0)]
    assert doors(counter, SATURDAY) == [("10:00", True), ("14:00", False)]


def test_more_staff_at_noon_go_again_afterwards() -> None:
    assert staff(plant(staff_at={"12:00-14:00": 5}), MONDAY) == [("09:00", 2), ("12:00", 5), ("14:00", 2), ("17:00", 0)]


def test_hours_of_more_staff_are_cut_at_opening_and_closing() -> None:
    early_and_late = plant(staff_at={"08:00-10:00": 4, "16:00-20:00": 1})
    assert staff(early_and_late, MONDAY) == [("09:00", 4), ("10:00", 2), ("16:00", 1), ("17:00", 0)]
    assert staff(plant(staff_at={"05:00-08:00": 9, "18:00-20:00": 9}), MONDAY) == [("09:00", 2), ("17:00", 0)]


def test_equal_neighbours_are_one_piece() -> None:
    assert staff(plant(staff_at={"09:00-12:00": 2, "13:00-15:00": 2}), MONDAY) == [("09:00", 2), ("17:00", 0)]


def test_where_hours_overlap_the_later_line_of_the_file_counts() -> None:
    counter = plant(staff_at={"10:00-15:00": 3, "12:00-13:00": 7})
    assert staff(counter, MONDAY) == [
        ("09:00", 2),
        ("10:00", 3),
        ("12:00", 7),
        ("13:00", 3),
        ("15:00", 2),
        ("17:00", 0),
    ]


def test_a_shift_over_midnight_ends_on_the_next_day() -> None:
    night = plant(open="22:00-06:00")
    assert staff(night, MONDAY) == [("22:00", 2)]
    assert doors(night, MONDAY) == [("22:00", True)]
    assert staff(night, TUESDAY) == [("06:00", 0), ("22:00", 2)]
    assert doors(night, TUESDAY) == [("06:00", False), ("22:00", True)]


def test_the_night_of_the_last_open_day_runs_into_the_closed_one() -> None:
    night = plant(open="22:00-06:00", days=["friday"])
    assert doors(night, SATURDAY) == [("06:00", False)]
    assert doors(night, SUNDAY) == []


def test_hours_of_more_staff_reach_over_midnight() -> None:
    busy = [("00:00", 4), ("02:00", 2), ("06:00", 0), ("22:00", 2)]
    assert staff(plant(open="22:00-06:00", staff_at={"00:00-02:00": 4}), TUESDAY) == busy
    assert staff(plant(open="22:00-06:00", staff_at={"23:00-02:00": 4}), TUESDAY)[:2] == [("02:00", 2), ("06:00", 0)]


def test_a_place_open_round_the_clock_never_closes() -> None:
    counter = plant(open="00:00-24:00")
    assert doors(counter, 0) == [("00:00", True)]
    for day in range(1, 8):
        assert doors(counter, day) == []
        assert staff(counter, day) == [("00:00", 2)]


def test_round_the_clock_the_night_shift_works_on_both_sides_of_midnight() -> None:
    counter = plant(open="00:00-24:00", staff_at={"22:00-06:00": 1})
    for day in (0, 1, 6):
        assert staff(counter, day) == [("00:00", 1), ("06:00", 2), ("22:00", 1)]


def test_a_place_that_never_closes_closes_before_a_day_off() -> None:
    counter = plant(open="00:00-24:00", days=["monday", "tuesday"])
    assert doors(counter, TUESDAY) == []
    assert doors(counter, TUESDAY + 1) == [("00:00", False)]
    assert staff(counter, TUESDAY + 1) == [("00:00", 0)]


def test_an_early_shift_takes_over_from_a_night_shift_still_on_duty() -> None:
    """The night is open till 06:00, the next day opens at 05:00: the door stays open and the new shift counts."""
    counter = plant(open="18:00-06:00", open_on={"tuesday": "05:00-20:00"}, staff_on={"tuesday": 7})
    assert doors(counter, TUESDAY) == [("20:00", False)]
    assert staff(counter, TUESDAY) == [("05:00", 7), ("20:00", 0)]


def test_servers_of_visits_are_those_the_roster_has_on_duty() -> None:
    """Every quarter of an hour of four weeks, from the opening of the second day on."""
    for station in (
        {"open": "22:00-06:00", "staff_at": {"00:00-02:00": 4}, "staff_on": {"sunday": 6}},
        {"open": "00:00-24:00", "staff_at": {"22:00-06:00": 1, "12:00-14:00": 5}},
        {"open": "18:00-06:00", "open_on": {"tuesday": "05:00-20:00"}, "staff_on": {"tuesday": 7}},
        {"open": "09:00-17:00", "staff_at": {"12:00-14:00": 5}},
    ):
        counter = plant(**station)
        minutes = np.arange(2 * 1440, 27 * 1440, 15.0)
        truth = np.array(on_duty(counter, minutes.tolist()))
        told = counter.servers_at(np.zeros(len(minutes), np.int64), minutes, WEEK)
        assert np.array_equal(told[truth > 0], truth[truth > 0])
        assert (told >= 1).all()


def test_servers_can_always_divide() -> None:
    counter = plant(staff=0, days=["monday"])
    assert counter.servers_at(np.zeros(3, np.int64), np.array([0.0, 600.0, 2000.0]), WEEK).tolist() == [1.0, 1.0, 1.0]
    endless = plant(staff="unlimited")
    assert endless.servers_at(np.zeros(1, np.int64), np.array([600.0]), WEEK)[0] >= 1e9


def test_without_limits_every_station_has_all_the_servers_anyone_needs() -> None:
    market = Plant(with_stations({"counter": {"staff_at": {"12:00-14:00": 5}}}, capacity="unlimited"))
    assert staff(market, MONDAY) == [("09:00", UNLIMITED), ("17:00", 0)]
    assert doors(market, MONDAY) == [("09:00", True), ("17:00", False)]


def test_server_hours_add_up_over_the_pieces() -> None:
    shift = plant(staff_at={"12:00-14:00": 5}).shifts[0][MONDAY]
    assert shift is not None
    assert shift.staffed_hours == 6 * 2 + 2 * 5


def test_a_station_for_each_site_has_its_own_pool_and_one_for_the_market_is_shared() -> None:
    document = small_document(
        market={"customers": 100, "sites": 3, "segments": {"everyone": {"share": 1}}},
        service={
            "stations": {
                "counter": {"staff": 2, "open": "09:00-17:00"},
                "hotline": {"staff": 4, "open": "08:00-20:00", "per": "market"},
            },
            "tasks": {"errand": ERRAND, "call": {**ERRAND, "at": "hotline"}},
        },
    )
    everything = Plant(document)
    assert everything.pool_of.tolist() == [[0, 1, 2], [3, 3, 3]]
    for pool in (0, 1, 2):
        assert staff(everything, MONDAY, pool) == [("09:00", 2), ("17:00", 0)]
    assert staff(everything, MONDAY, 3) == [("08:00", 4), ("20:00", 0)]
    servers = everything.servers_at(np.array([0, 2, 3]), np.array([600.0, 600.0, 600.0]), WEEK)
    assert servers.tolist() == [2.0, 2.0, 4.0]


def test_each_line_of_a_roster_lies_in_its_day_and_lines_are_in_order() -> None:
    market = Plant(
        with_stations({"counter": {"open": "22:00-06:00"}, "desk": {"open": "00:00-24:00"}, "hall": {"staff": 1}})
    )
    for day in range(14):
        roster = market.roster(WEEK, day)
        for time in (roster.staff.time, roster.openings.time):
            assert (np.diff(time) >= 0).all()
            assert ((time >= day * 1440) & (time < (day + 1) * 1440)).all()


SHARED = {"errand": {"at": {"counter": "75%", "machine": "25%"}, "takes": {"constant": "5 min"}}}
HALL = {"counter": {}, "machine": {}, "desk": {}}


def test_shares_of_stations_are_those_of_the_task() -> None:
    shares = Plant(with_stations(HALL, tasks=SHARED)).shares("errand")
    assert shares == {"counter": 0.75, "machine": 0.25}


def test_steering_moves_a_share_from_every_station_alike() -> None:
    steering = {"greeter": {"tasks": ["errand"], "to": "machine", "share": 0.4}}
    shares = Plant(with_stations(HALL, tasks=SHARED, steering=steering)).shares("errand")
    assert shares == pytest.approx({"counter": 0.75 * 0.6, "machine": 0.25 * 0.6 + 0.4})
    assert sum(shares.values()) == pytest.approx(1)


def test_steering_may_lead_to_a_station_the_task_did_not_name() -> None:
    """It takes as long there as elsewhere, unless the task says otherwise."""
    steering = {
        "greeter": {"tasks": ["errand"], "to": "desk", "share": "50%"},
        "sign": {"tasks": ["errand"], "to": "machine", "share": "10%"},
    }
    market = Plant(with_stations(HALL, tasks=SHARED, steering=steering))
    shares = market.shares("errand")
    assert shares == pytest.approx({"counter": 0.3375, "machine": 0.1125 + 0.1, "desk": 0.45})
    process = market.facility.processes[market.of_task["errand"]["desk"]]
    assert market.station_names[process.steps[0].station] == "desk"
    assert process.steps[0].service.quantile(np.array([0.5])).tolist() == [5.0]


def test_steering_of_other_tasks_moves_nobody() -> None:
    tasks = {**SHARED, "deposit": {"at": "counter", "takes": {"constant": "2 min"}}}
    steering = {"greeter": {"tasks": ["deposit"], "to": "machine", "share": 1}}
    market = Plant(with_stations(HALL, tasks=tasks, steering=steering))
    assert market.shares("errand") == {"counter": 0.75, "machine": 0.25}
    assert market.shares("deposit") == {"counter": 0.0, "machine": 1.0}


def test_a_task_may_take_another_time_at_a_station() -> None:
    tasks = {"errand": {**SHARED["errand"], "takes_at": {"machine": {"constant": "2 min"}}}}
    market = Plant(with_stations(HALL, tasks=tasks))
    times = {
        at: market.facility.processes[process].steps[0].service.quantile(np.array([0.5])).tolist()
        for at, process in market.of_task["errand"].items()
    }
    assert times == {"counter": [5.0], "machine": [2.0]}


def test_a_task_of_several_steps_is_one_process_in_their_order() -> None:
    steps = {
        "ask": {"at": "desk", "takes": {"constant": "1 min"}},
        "sign": {"at": "counter", "takes": {"constant": "9 min"}},
    }
    market = Plant(with_stations(HALL, tasks={"loan": {"steps": steps}}))
    assert list(market.of_task["loan"]) == ["desk"]
    assert market.shares("loan") == {"desk": 1.0}
    process = market.facility.processes[market.of_task["loan"]["desk"]]
    assert [market.station_names[step.station] for step in process.steps] == ["desk", "counter"]
    assert market.first_station[market.of_task["loan"]["desk"]] == market.station_names.index("desk")


def test_complaints_and_gifts_take_real_staff() -> None:
    gift = {
        "stock": 10, "cost": "60%", "pick_up": "desk", "takes": {"constant": "3 min"}, "comes_within": "5 days",
    }  # fmt: skip
    document = small_document(
        service={
            "stations": {"counter": {"staff": 2, "open": "09:00-17:00"}, "desk": {"staff": 1, "open": "09:00-17:00"}},
            "tasks": {"errand": ERRAND},
            "recovery": {"channels": {"hall": {"share": 1, "at": "desk", "takes": {"constant": "10 min"}}}},
        },
        gifts={"kettle": gift},
    )
    market = Plant(document)
    desk = market.station_names.index("desk")
    assert market.first_station[market.of_gifts["kettle"]] == desk
    assert [market.first_station[process] for process in market.of_case] == [desk]


def test_closing_rules_and_priorities_are_those_of_the_document() -> None:
    stations = {
        "counter": {"at_closing": "turn away", "queue_limit": 5},
        "desk": {"at_closing": "carry over"},
        "hall": {"first": ["gold"]},
    }
    built = Plant(with_stations(stations)).facility.stations
    assert [station.closing for station in built] == ["turn_away", "carry_over", "serve_out"]
    assert [station.discipline for station in built] == ["fifo", "fifo", "priority"]
    assert [station.queue_limit for station in built] == [5, None, None]
