"""What a broken window does: reliability, trust, complaints of the right kind, and that a second miss hurts most."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from sim.behaviour.recovery import FAILURES
from sim.market import Market
from tests.offices import counts, office, run, total

BUSY = {"people": 400, "rate": "2 per month", "where": "at home", "ahead": "10 days", "rebooked": 3}
HOUR = {"constant": "50 min"}
RECOVERY = {"channels": {"phone": {"share": 1, "at": "office", "takes": {"constant": "5 min"}}}}
STATIONS = {
    "desk": {"staff": 1, "open": "09:00-17:00", "at_closing": "turn away"},
    "office": {"staff": 1, "open": "09:00-17:00"},
}


def world(overbooking: float = 0.0, behaviour: dict[str, Any] | None = None, **differing: Any) -> Market:
    windows = {"morning": {"hours": "09:00-12:00", "places": 4}, "afternoon": {"hours": "13:00-16:00", "places": 4}}
    terms = {**BUSY, "takes": HOUR, "windows": windows, "overbooking": overbooking, **differing}
    quiet = {"complaining": {"exit": -30, "voice": 5}}
    return run(office(behaviour={**quiet, **(behaviour or {})}, service={"recovery": RECOVERY, "stations": STATIONS},
                      **terms))  # fmt: skip


@cache
def kept() -> Market:
    return world()


@cache
def broken() -> Market:
    return world(0.75)


def judged(market: Market, column: str) -> float:
    return total(market, column) / total(market, "judged")


def test_windows_booked_within_the_staffs_time_are_kept_and_beyond_it_broken() -> None:
    assert counts(kept())["late"] + counts(kept())["missed"] == 0
    assert counts(broken())["late"] > 0
    assert counts(broken())["missed"] > 0


def test_more_is_booked_sooner_and_kept_less_often() -> None:
    """The trade of overbooking: less time to the window promised, and more windows broken."""
    plain, over = world(rebooked=0), world(0.75, rebooked=0)
    lead = [total(each, "lead_days_sum") / counts(each)["booked"] for each in (plain, over)]
    assert lead[1] < lead[0]
    assert counts(over)["kept"] / total(over, "appointments_awaited") < 0.8


def test_broken_windows_cost_reliability_satisfaction_and_trust() -> None:
    for column in ("delivered_sum", "visit_satisfaction_sum"):
        assert judged(broken(), column) < judged(kept(), column), column
    assert broken().recorder.rows[-1]["trust"] < kept().recorder.rows[-1]["trust"]


def test_where_promises_mean_nothing_trust_stays() -> None:
    """The mutation of trust: without the mechanism of promises broken windows leave it as it was."""
    market = world(0.75, {"promises": "none"})
    assert counts(market)["missed"] > 0
    assert market.recorder.rows[-1]["trust"] == market.recorder.rows[0]["trust"]


def test_a_late_window_is_a_failure_of_process_and_a_missed_one_of_outcome() -> None:
    market = Market(office(**{**BUSY, "takes": HOUR, "overbooking": 0.75},
                           behaviour={"complaining": {"voice": 30}},
                           service={"recovery": RECOVERY, "stations": STATIONS,
                                    "quality": {"right_first_time": 1}}))  # fmt: skip
    seen = set()
    for _ in range(20):
        market.step()
        of_today = market.cases.opened == market.today.day
        for row, failure in zip(market.cases.rows[of_today], market.cases.failure[of_today], strict=True):
            late, missed = row in market.today.late, row in market.today.broken and row not in market.today.late
            assert FAILURES[failure] == ("outcome" if missed else "process")
            seen.add((bool(late), bool(missed)))
    assert {(True, False), (False, True)} <= seen


def test_at_home_nobody_waits_before_the_window_is_over() -> None:
    waits = np.concatenate(kept().recorder.waits)
    assert len(waits) > 0
    assert (waits == 0.0).all()
    raw = kept().recorder.result().encounters
    assert raw is not None
    assert (
        raw["ended"] - raw["service"] > raw["arrived"] + 40
    ).any()  # though some were begun much later than the start


def test_missed_again_hurts_more_than_missed() -> None:
    """The double deviation, and its mutation: where a failed recovery costs nothing, nothing is left of it."""
    silent = {"voice": -30, "exit": -30}  # nobody complains, so that no complaint is refused either

    def satisfaction(loss: float, rebooked: int) -> float:
        behaviour = {"recovering": {"loss": loss}, "complaining": silent}
        return world(0.75, behaviour, rebooked=rebooked).recorder.rows[-1]["satisfaction"]

    assert satisfaction(12, 3) < satisfaction(0, 3)
    assert satisfaction(12, 0) == satisfaction(0, 0)  # what is never promised anew is never missed again


def test_no_shows_leave_places_idle_and_overbooking_fills_them() -> None:
    desk = {"people": 400, "rate": "1 per week", "takes": {"constant": "25 min"}, "ahead": "5 days", "no_show": 0.3}
    plain, over = run(office(**desk)), run(office(**desk, overbooking=0.4))
    idle = [total(each, "window_places_idle") / total(each, "window_places") for each in (plain, over)]
    assert idle[1] < idle[0]
    assert total(over, "appointments_turned_away") < total(plain, "appointments_turned_away")
    everybody = run(office(**{**desk, "no_show": 0.0}))
    assert total(everybody, "no_shows") == 0
    assert total(everybody, "window_places_idle") / total(everybody, "window_places") < idle[0]


def test_overbooking_moves_nobodys_luck() -> None:
    """Needs of the first day, and the work each brings, are the same whatever is booked."""
    one, other = Market(office(**BUSY)), Market(office(**BUSY, overbooking=0.5))
    for _ in range(2):
        one.step()
        other.step()
    rows = np.intersect1d(one.diary.rows[one.diary.missed == 0], other.diary.rows[other.diary.missed == 0])
    assert len(rows) > 5
    np.testing.assert_array_equal(
        one.diary.luck[np.isin(one.diary.rows, rows)], other.diary.luck[np.isin(other.diary.rows, rows)]
    )
