"""Breaks, absence, learning, turnover, training, erosion and bonus do to staff and service what their formulas say."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from sim.behaviour import skill
from sim.market import Market
from sim.scenario.document import Document
from tests.small_documents import small_document

DAYS = 28
HOURS = 8
MONDAY, WEDNESDAY = 0, 2


def branch(station: dict[str, Any] | None = None, *, customers: int = 400, **sections: Any) -> Document:
    """A counter of four at 30 an hour, nine to five, every day of four weeks; everyone comes once a week."""
    counter = {"staff": 4, "open": "09:00-17:00", "wage": 30, **(station or {})}
    return small_document(
        **{
            "market": {
                "customers": customers,
                "segments": {"all": {"share": 1}},
                "needs": {"errand": {"task": "errand", "rate": "1 per week", "contested": False}},
                "traits": {"existing": 1},
            },
            "service": {
                "stations": {"counter": counter},
                "tasks": {"errand": {"at": "counter", "takes": {"constant": "8 min"}}},
            },
            "behaviour": {"leaving": {"form": "none"}, "word_of_mouth": "none"},
            **sections,
        }
    )


def lived(document: Document) -> Market:
    """The market after its last day."""
    market = Market(document, keep_encounters=True)
    market.run()
    return market


def total(market: Market, name: str) -> float:
    return sum(row.get(name, 0.0) for row in market.recorder.rows)


def paid(market: Market, account: str) -> float:
    """Costs of an account over the run, major units."""
    ledger = market.recorder.result().ledger
    return -int(ledger[ledger["account"] == account]["amount"].sum()) / 100.0


def staffed(document: Document, day: int) -> list[tuple[float, int]]:
    """Hour and servers of each line of the roster of one day."""
    market = Market(document)
    for _ in range(day + 1):
        market.step()
    staff = market.workforce.roster(market).staff if market.workforce.crews else market.plant.roster(
        market.calendar, day
    ).staff  # fmt: skip
    return [(time / 60.0 - 24 * day, int(servers)) for time, servers in zip(staff.time, staff.servers, strict=True)]


LUNCH = {"at": "12:00-12:30", "share": "50%"}


def test_an_uncovered_break_takes_its_share_of_the_staff_away() -> None:
    assert staffed(branch({"breaks": {"lunch": LUNCH}}), 0) == [(9, 4), (12, 2), (12.5, 4), (17, 0)]


def test_a_covered_break_keeps_everyone_and_costs_the_substitutes() -> None:
    covered = branch({"breaks": {"lunch": {**LUNCH, "covered": True, "wage": 20}}})
    assert staffed(covered, 0) == [(9, 4), (17, 0)]
    assert paid(lived(covered), "wages") == DAYS * (4 * HOURS * 30 + 2 * 0.5 * 20)


def test_an_unpaid_break_saves_wages() -> None:
    assert paid(lived(branch({"breaks": {"lunch": {**LUNCH, "paid": False}}})), "wages") == DAYS * (32 - 1) * 30


def test_a_break_in_staff_that_differs_by_the_hour_takes_its_share_of_each() -> None:
    station = {"staff_at": {"12:15-14:00": 2}, "breaks": {"lunch": LUNCH}}
    assert staffed(branch(station), 0) == [(9, 4), (12, 2), (12.25, 1), (12.5, 2), (14, 4), (17, 0)]


def test_who_waits_at_a_break_of_everyone_is_served_after_it_and_work_in_progress_is_finished() -> None:
    market = lived(branch({"breaks": {"lunch": {"at": "12:00-13:00"}}}, customers=1200))
    assert market.recorder.encounters is not None
    begun = [(table["ended"] - table["service"]) % 1440 for table in market.recorder.encounters]
    ended = [table["ended"] % 1440 for table in market.recorder.encounters]
    assert not any(((times > 720 + 1e-6) & (times < 780 - 1e-6)).any() for times in begun)
    assert any(((times > 720) & (times < 728)).any() for times in ended)


def test_as_many_are_absent_as_stated() -> None:
    """Binomial over places and days, within four standard deviations; nobody is ever below zero."""
    market = lived(branch({"people": {"absence": {"share": "10%"}}}))
    n = 4 * DAYS
    assert total(market, "places") == n
    assert abs(total(market, "places_present") - 0.9 * n) < 4.0 * math.sqrt(0.09 * n)
    assert paid(market, "wages") == n * HOURS * 30


def test_the_capacity_of_a_day_is_that_of_the_people_present() -> None:
    market = Market(branch({"people": {"absence": {"share": "40%"}}}))
    seen = set()
    for _ in range(DAYS):
        market.step()
        row = market.recorder.rows[-1]
        (crew,) = market.workforce.crews.values()
        there = int((~crew.away).sum())
        seen.add(there)
        assert row["staffed_time"] >= there * HOURS * 60 - 1e-6
        assert [int(each) for each in market.workforce.roster(market).staff.servers] == [there, 0]
    assert len(seen) > 2


def test_unpaid_absence_saves_the_hours_of_the_absent() -> None:
    market = lived(branch({"people": {"absence": {"share": "10%", "paid": False}}}))
    assert paid(market, "wages") == total(market, "places_present") * HOURS * 30


def test_everyone_absent_leaves_the_door_open_and_nobody_served() -> None:
    market = lived(branch({"people": {"absence": {"share": "100%"}}}))
    assert total(market, "visits") > 0
    assert total(market, "served") == 0


def test_one_more_person_moves_no_others_luck() -> None:
    four, five = (Market(branch({"staff": staff, "people": {"absence": {"share": "40%"}}})) for staff in (4, 5))
    for market in (four, five):
        market.step()
    assert (four.workforce.crews["counter"].away == five.workforce.crews["counter"].away[:4]).all()


def test_beginners_are_slower_and_learn_exponentially() -> None:
    """Service time of day d is usual · (1 + slower · e^(-d/learns_in)), exactly, since all began together."""
    market = lived(
        branch({"people": {"beginners": {"slower": 0.5, "learns_in": "10 days", "opening": {"constant": "0 days"}}}})
    )
    assert market.recorder.encounters is not None
    for day, table in enumerate(market.recorder.encounters):
        assert table["service"].to_numpy() == pytest.approx(8.0 * (1.0 + 0.5 * math.exp(-day / 10.0)))


def test_the_power_law_is_wrights() -> None:
    """T(4)/T(1) = 0.64 on an 80 % curve (b = -0.321928), and it stops at the usual time."""
    left = skill.to_learn_power(np.array([0.0, 3.0, 1e6]), slower=1.0, rate=0.8)
    assert (1.0 + left) / 2.0 == pytest.approx([1.0, 0.64, 0.5])


def test_turnover_makes_as_many_leave_as_the_hazard_says_and_leaves_their_places_empty() -> None:
    rate = 0.2 / 7
    market = lived(
        branch({"staff": 40, "people": {"turnover": {"leaves": "0.2 per week", "replaced_after": "5 days"}}})
    )
    left, present = total(market, "staff_left"), total(market, "places_present")
    at_risk, p = present + left, -math.expm1(-rate)  # each who leaves was there to leave
    assert abs(left - at_risk * p) < 4.0 * math.sqrt(at_risk * p)
    assert paid(market, "wages") == pytest.approx(present * HOURS * 30)
    assert present < total(market, "places")


def test_in_the_long_run_the_share_of_filled_places_is_that_of_an_alternating_renewal_process() -> None:
    """Filled for 1/p days on average (the day of leaving not worked), then empty for d: (1/p) / (1/p + d)."""
    people = {"turnover": {"leaves": "1 per week", "replaced_after": "4 days"}}
    market = lived(branch({"staff": 200, "people": people}, calendar={"run": "2009-09-07 to 2010-01-10"}))
    rows = market.recorder.rows[30:]
    p = -math.expm1(-1.0 / 7.0)
    expected = (1.0 / p) / (1.0 / p + 4.0)
    share = np.mean([row["places_present"] / row["places"] for row in rows])
    assert share == pytest.approx(expected, abs=4.0 * math.sqrt(expected * (1 - expected) / (200 * len(rows) / 11)))


def test_hired_people_are_beginners_and_hiring_costs() -> None:
    people = {
        "turnover": {"leaves": "1 per week", "replaced_after": "2 days", "hiring_cost": 500},
        "beginners": {"slower": 1, "learns_in": "30 days"},
    }
    market = lived(branch({"people": people}))
    assert paid(market, "people") > 0
    assert paid(market, "people") % 500 == 0
    assert market.recorder.result().value("pace") > 1.1


def test_more_staff_from_a_date_on_begin_as_beginners() -> None:
    people = {"beginners": {"slower": 1, "learns_in": "30 days"}}
    hire = {"hire": {"from": "2009-09-14", "set": {"service.stations.counter.staff": 8}}}
    rows = lived(branch({"people": people}, changes=hire)).recorder.rows
    assert rows[6]["pace_sum"] == 1.0
    assert rows[7]["pace_sum"] == pytest.approx(1.5)
    assert 1.0 < rows[14]["pace_sum"] < 1.5


def test_training_hours_take_people_away_on_their_weekday() -> None:
    course = {"days": ["wednesday"], "hours": "15:00-16:00", "share": "50%", "cost": 10}
    trained = branch({"people": {"training": {"service": course}}})
    assert staffed(trained, WEDNESDAY) == [(9, 4), (15, 2), (16, 4), (17, 0)]
    assert [servers for _, servers in staffed(trained, MONDAY)] == [4, 0]
    assert paid(lived(trained), "people") == 4 * 2 * 10


def test_a_course_of_whole_days_takes_people_away_for_the_shift() -> None:
    trained = branch({"people": {"training": {"course": {"during": "2009-09-08 to 2009-09-09", "share": "25%"}}}})
    assert [staffed(trained, day) for day in range(4)] == [[(9, crew), (17, 0)] for crew in (4, 3, 3, 4)]


def test_the_effect_of_training_rises_and_fades() -> None:
    since = np.array([-1.0, 0.0, 5.0, 10.0, 20.0])
    effect = skill.training_effect(since, since, ramp=10.0, fades=20.0)
    assert effect == pytest.approx([0.0, 0.0, 0.5 * 0.5**0.25, 0.5**0.5, 0.5])
    assert skill.training_effect(since, since, ramp=10.0, fades=None) == pytest.approx([0, 0, 0.5, 1, 1])


def test_training_raises_delivered_quality_by_its_points_and_fewer_visits_go_wrong() -> None:
    """Assurance and empathy of 5.6 and 5.4 rise by 0.5; all is done right where 96 % were."""
    quiet = {"noise": 0, "hurry": 0, "crowding": 0}
    gains = {"assurance": 0.5, "empathy": 0.5, "right_first_time": "4%"}
    training = {"service": {"during": "2009-09-07", "hours": "09:00-09:30", "ramp": "0 days", "skill": gains}}

    def delivered(people: dict[str, Any]) -> Market:
        usual = branch({"people": people})
        service = usual.service.model_copy(update={"quality": type(usual.service.quality).model_validate(quiet)})
        market = Market(usual.model_copy(update={"service": service}))
        market.run()
        return market

    plain, trained = delivered({}), delivered({"training": training})
    assert plain.today.judgement is not None
    assert trained.today.judgement is not None
    difference = trained.today.judgement.delivered[2:4].mean(axis=1) - plain.today.judgement.delivered[2:4].mean(axis=1)
    assert difference == pytest.approx([0.5, 0.5])
    assert not trained.today.judgement.failed.any()


EROSION = {"comfortable": "50%", "felt_over": "2 days", "drifts_down": "10 days", "elasticity": 0.5}


def test_without_pressure_nothing_erodes() -> None:
    rows = lived(branch({"people": {"erosion": EROSION}}, customers=100)).recorder.rows
    assert all(row["work_standard_sum"] == 1.0 for row in rows)


def test_under_pressure_time_and_standard_erode_and_the_standard_follows_the_time() -> None:
    rows = lived(branch({"people": {"erosion": EROSION}}, customers=1600)).recorder.rows
    standard = [row["work_standard_sum"] for row in rows]
    assert all(later <= earlier for earlier, later in pairwise(standard))
    assert rows[-1]["pace_sum"] < standard[-1] < 0.95


def test_the_standard_erodes_sooner_than_it_recovers() -> None:
    """Euler steps of dS/dt = (T - S)/τ: from 1 towards 0.8 in 10 days, from 0.8 towards 1 in 100."""
    down = skill.drifted_standard(standard=np.array([1.0]), given=np.array([0.8]), down=10.0, up=100.0)
    up = skill.drifted_standard(standard=np.array([0.8]), given=np.array([1.0]), down=10.0, up=100.0)
    assert down == pytest.approx([0.98])
    assert up == pytest.approx([0.802])


def test_time_per_order_is_the_standard_under_no_pressure_and_a_power_of_pressure() -> None:
    time = skill.time_per_order(
        standard=np.array([0.9, 0.9, 0.9]), pressure=np.array([1.0, 4.0, 100.0]), elasticity=0.25, least=0.5
    )
    assert time == pytest.approx([0.9, 0.9 / math.sqrt(2.0), 0.5])


def test_work_pressure_is_work_that_came_over_comfortable_time() -> None:
    """240 busy minutes for 8 of 10 who came is work of 300; half of 400 staffed minutes is comfortable: 1.5."""
    one, nobody = skill.work_pressure(
        busy=np.array([240.0, 0.0]),
        arrivals=np.array([10.0, 5.0]),
        served=np.array([8.0, 0.0]),
        staffed=np.array([400.0, 0.0]),
        comfortable=0.5,
    )
    assert one == pytest.approx(1.5)
    assert math.isnan(nobody)


def test_a_bonus_costs_its_share_of_wages_and_makes_staff_follow_the_standards() -> None:
    bonus = {"share_of_wages": "10%", "adherence": "50%"}
    paying = lived(branch({"people": {"bonus": bonus}}))
    assert paid(paying, "wages") == pytest.approx(1.1 * DAYS * 4 * HOURS * 30)
    assert paying.delivery.adherence.tolist() == [0.5]


def test_people_who_do_nothing_new_change_nothing() -> None:
    """A crew whose every mechanism has no effect gives the run of a station without crew, to the last bit."""
    idle = {
        "absence": {"share": 0},
        "beginners": {},
        "turnover": {"leaves": "0 per year"},
        "bonus": {"share_of_wages": 0},
    }
    plain, idle_run = (lived(branch(station)).recorder.result() for station in (None, {"people": idle}))
    shared = [name for name in plain.daily.columns if name in idle_run.daily]
    assert plain.daily[shared].equals(idle_run.daily[shared])
    assert plain.ledger.equals(idle_run.ledger)
