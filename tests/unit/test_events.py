"""Events with seats: who is invited, who is seated and who is not, whom it takes from the counter, what it costs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.day.hold_events import away
from sim.levers.events import DRAWS, Guests
from sim.market import Market
from sim.scenario.cautions import cautions
from sim.scenario.checks import check_stages
from sim.scenario.document import Document
from sim.scenario.events import Event
from sim.scenario.stages import stages
from sim.service.records import StaffChanges
from tests.small_documents import COUNTER, ERRAND, small_document

FORTUNE = {
    "on": "2009-09-21",
    "hours": "13:00-15:00",
    "seats": 39,
    "invitations": 100,
    "invited_before": "5 days",
    "accepts": 0.6,
    "shows_up": 0.7,
}
DAY = 14
INVITED = 9


def town(event: dict[str, Any] | None = None, sites: int = 1, staff: int = 3, rate: str = "1 per week") -> Document:
    return small_document(
        market={
            "customers": 300,
            "sites": sites,
            "segments": {"everyone": {"share": 1}},
            "traits": {"existing": 1},
            "needs": {"errand": {"task": "errand", "rate": rate, "contested": False}},
        },
        behaviour={"leaving": {"form": "none"}, "complaining": "none"},
        service={"stations": {"counter": {**COUNTER, "staff": staff}}, "tasks": {"errand": ERRAND}},
        events={"fortune": {**FORTUNE, **(event or {})}},
    )


def totals(document: Document) -> dict[str, float]:
    result = Market(document).run()
    names = ("invitations", "acceptances", "guests", "no_seat", "no_shows", "sales")
    return {name: result.value(f"event_{name}") for name in names}


def test_no_more_are_seated_than_there_are_seats_and_everybody_who_accepted_is_accounted_for() -> None:
    """39 seats, some 60 accept, all of them confirmed: some 42 come."""
    found = totals(town({"confirmed": 100, "shows_up": 0.75}))
    assert found["invitations"] == 100
    assert found["acceptances"] == pytest.approx(60, abs=4 * np.sqrt(100 * 0.6 * 0.4))
    assert found["guests"] <= 39
    assert found["guests"] + found["no_seat"] + found["no_shows"] == found["acceptances"]


def test_a_waiting_list_fills_the_seats_of_those_who_do_not_come() -> None:
    without, with_list = totals(town()), totals(town({"waiting_list": 30}))
    assert without["guests"] < with_list["guests"] <= 39
    assert with_list["no_seat"] < without["no_seat"]


@given(
    seats=st.integers(1, 30),
    confirmed=st.integers(0, 60),
    waiting=st.integers(0, 60),
    size=st.integers(0, 80),
    shares=st.tuples(*(st.floats(0, 1),) * 3),
    seed=st.integers(0, 2**32 - 1),
)
def test_whatever_the_terms_a_seat_is_one_persons_and_nobody_is_told_twice(
    seats: int, confirmed: int, waiting: int, size: int, shares: tuple[float, float, float], seed: int
) -> None:
    event = Event.model_validate(
        {**FORTUNE, "seats": seats, "confirmed": confirmed, "waiting_list": waiting,
         "accepts": shares[0], "shows_up": shares[1], "buys": shares[2]},
        context={"run": (np.datetime64("2009-09-07").item(), np.datetime64("2009-10-04").item())},
    )  # fmt: skip
    rows, luck = np.arange(size) * 3, np.random.default_rng(seed).uniform(size=(size, DRAWS))
    guests = Guests.of(event, rows, luck)
    accepted = rows[luck[:, 1] < shares[0]]
    told = np.concatenate([guests.confirmed, guests.waiting, guests.declined])
    assert sorted(told.tolist()) == accepted.tolist()
    seated, without, absent, _, _, buyers = guests.held(event)
    assert len(seated) <= seats
    assert not len(without) or len(seated) == seats
    assert len(np.unique(np.concatenate([seated, without, absent]))) == len(seated) + len(without) + len(absent)
    assert set(buyers.tolist()) <= set(seated.tolist())


def test_who_spends_most_is_invited_first_or_anybody() -> None:
    spend = []
    for order in ("who spends most", "at random"):
        market = Market(town({"invites_first": order}))
        for _ in range(INVITED + 1):
            market.step()
        rows = next(rows for what, _, rows in market.today.befell if what == "invited")
        assert len(rows) == 100
        spend.append(market.customers.spend[rows].min())
    assert spend[0] == np.sort(market.customers.spend)[-100]
    assert spend[1] < spend[0]


def test_nothing_happens_before_the_invitation_and_guests_feel_the_event() -> None:
    """Whoever was there is drawn towards 88, who found no seat towards 40; nobody else feels anything."""
    nobody_comes = {"rate": "0 per week"}
    market = Market(town({"accepts": 1, "confirmed": 50, "shows_up": 1, "weight": 0.5}, **nobody_comes))
    before = market.customers.satisfaction.copy()
    for _ in range(INVITED):
        market.step()
    assert market.customers.satisfaction.tolist() == before.tolist()
    while market.day <= DAY:
        market.step()
    felt = {what: rows for what, _, rows in market.today.befell}
    after = market.customers.satisfaction
    assert len(felt["seated"]) == 39
    assert after[felt["seated"]] == pytest.approx((before[felt["seated"]] + 88) / 2)
    assert after[felt["no seat"]] == pytest.approx((before[felt["no seat"]] + 40) / 2)


def test_costs_and_sales_are_booked_to_the_cent() -> None:
    terms = {"buys": 0.5, "price": 1000, "cost": 300, "cost_per_invitation": 2, "cost_per_guest": 11}
    market = Market(town(terms))
    market.run()
    ledger = market.ledger.table()
    found = totals(town(terms))
    assert ledger[ledger["account"] == "events"]["amount"].sum() == -100 * (300 + 2 * 100 + 11 * found["guests"])
    assert ledger[ledger["account"] == "sales"]["amount"].sum() == 100 * 1000 * found["sales"]
    assert found["sales"] > 5


def test_staff_who_help_are_away_from_their_counter_so_long_and_no_longer() -> None:
    """Two of three are away from 13:00 to 15:00: 240 minutes less of staffed time on that day, and on no other."""
    staffed = []
    for event in ({}, {"by": "counter", "staff": 2}):
        market = Market(town(event))
        market.run()
        staffed.append([row["staffed_time"] for row in market.recorder.rows])
    less = [one - other for one, other in zip(*staffed, strict=True)]
    assert [day for day, minutes in enumerate(less) if abs(minutes) > 60] == [DAY]
    assert less[DAY] == pytest.approx(240, abs=30)  # closing comes when the last are served


@pytest.mark.parametrize("begins", [0.0, 500.0, 540.0, 600.0, 1000.0])
def test_who_is_away_comes_back_to_what_the_roster_says_then(begins: float) -> None:
    time, servers = np.array([540.0, 720.0, 780.0, 1020.0]), np.array([4, 2, 4, 0])
    both = StaffChanges(np.repeat(time, 2), np.tile([0, 1], 4), np.repeat(servers, 2))
    changed = away(both, 1, 0, 3, begins, begins + 300.0)

    def on_duty(staff: StaffChanges, pool: int, minute: float) -> int:
        lines = staff.servers[(staff.pool == pool) & (staff.time <= minute)]
        return int(lines[-1]) if len(lines) else 0

    for minute in np.arange(0.0, 1440.0, 10.0):
        usual = on_duty(both, 1, minute)
        expected = max(usual - 3, 0) if begins <= minute < begins + 300.0 else usual
        assert on_duty(changed, 1, minute) == expected
        assert on_duty(changed, 0, minute) == on_duty(both, 0, minute)


def test_events_that_cannot_be_are_refused() -> None:
    (finding,) = check_stages(stages(town({"site": "nowhere"})))
    assert "no site 'nowhere'" in finding.found
    (finding,) = check_stages(stages(town({"by": "counter", "staff": 1}, sites=2)))
    assert "one at each site" in finding.found
    with pytest.raises(ValueError, match="over midnight"):
        town({"hours": "22:00-02:00"})
    with pytest.raises(ValueError, match="go together"):
        town({"staff": 1})


def test_promising_more_seats_than_there_will_be_and_staff_who_are_not_there_are_warned_of() -> None:
    def said(event: dict[str, Any]) -> str:
        return " ".join(finding.found for finding in cautions(stages(town(event))))

    assert "100 confirmed" in said({"confirmed": 100})
    assert "5 of counter help, and 3 are on duty" in said({"by": "counter", "staff": 5})
    assert "invited 60 days before" in said({"invited_before": "60 days"})
    assert "event" not in said({})
