"""Contacts owed to customers: each is made, missed, still open, or no longer owed; visitors always come first."""

from typing import Any

import numpy as np
import pytest

from sim.customers import LEFT
from sim.market import Market
from sim.operations.visits import CONTACT, kind_of
from sim.scenario.cautions import cautions
from sim.scenario.checks import check_stages
from sim.scenario.document import Document
from sim.scenario.stages import stages
from sim.service.outcome import Outcome
from tests.small_documents import COUNTER, ERRAND, small_document

CALL = {"every": "5 days", "by": "counter", "takes": {"exponential": {"mean": "20 min"}}}


def office(
    staff: int = 1,
    call: dict[str, Any] | None = None,
    rate: str = "1 per week",
    behaviour: dict[str, Any] | None = None,
    errand: dict[str, Any] = ERRAND,
    **station: Any,
) -> Document:
    return small_document(
        behaviour=behaviour or {},
        market={
            "customers": 200,
            "segments": {"everyone": {"share": 1}},
            "traits": {"existing": 1},
            "needs": {"errand": {"task": "errand", "rate": rate, "contested": False, "price": 3}},
        },
        service={"stations": {"counter": {**COUNTER, "staff": staff, **station}}, "tasks": {"errand": errand}},
        outreach={"call": {**CALL, **(call or {})}},
    )


def run(document: Document) -> Market:
    market = Market(document)
    market.run()
    return market


def totals(market: Market) -> dict[str, float]:
    return {
        name: sum(row.get(name, 0.0) for row in market.recorder.rows)
        for name in ("contacts_due", "contacts_made", "contacts_missed")
    }


def test_every_contact_due_is_made_missed_or_still_open() -> None:
    """Nobody leaves here, so nobody stops being owed."""
    market = run(office(behaviour={"leaving": {"form": "none"}, "complaining": "none"}))
    counted = totals(market)
    still_open = int(np.count_nonzero(market.programmes["call"].owed_since >= 0))
    assert counted["contacts_missed"] > 0
    assert counted["contacts_due"] == counted["contacts_made"] + counted["contacts_missed"] + still_open


def test_a_contact_that_was_missed_is_not_made_later_where_work_stays_in_the_queue() -> None:
    """Waiting at home and carried over, a request outlives its time: it is worked in vain, and counted once."""
    market = run(
        office(
            call={"every": "12 days", "within": "2 days", "takes": {"constant": "50 min"}},
            behaviour={"leaving": {"form": "none"}, "complaining": "none"},
            at_closing="carry over",
            waiting={"where": "at home"},
        )
    )
    counted = totals(market)
    still_open = int(np.count_nonzero(market.programmes["call"].owed_since >= 0))
    assert counted["contacts_missed"] > 0
    assert counted["contacts_due"] == counted["contacts_made"] + counted["contacts_missed"] + still_open


def test_with_staff_enough_every_contact_is_made_on_the_day_it_is_due() -> None:
    counted = totals(run(office(staff=40)))
    assert counted["contacts_made"] == counted["contacts_due"] > 0
    assert counted["contacts_missed"] == 0


def test_everybody_is_contacted_every_five_days() -> None:
    """28 days hold five or six contacts each, by the day of the first."""
    market = Market(office(staff=40, rate="0.001 per year"))
    made = np.zeros(200, np.int64)
    while market.day < market.calendar.days:
        market.step()
        encounters = market.today.encounters
        assert encounters is not None
        contacts = (kind_of(encounters.visit) == CONTACT) & (encounters.outcome == Outcome.SERVED)
        made += np.bincount(encounters.customer[contacts], minlength=200)
    stayed = market.customers.status != LEFT
    assert set(made[stayed].tolist()) == {5, 6}


def test_visitors_never_wait_for_contacts_that_have_not_begun() -> None:
    """A visitor with n visitors ahead waits for them, 5 minutes each, and for one service under way: 20 at most."""
    seen = 0
    errand = {"at": "counter", "takes": {"constant": "5 min"}}
    market = Market(office(call={"takes": {"constant": "20 min"}}, rate="1 per day", errand=errand))
    while market.day < market.calendar.days:
        market.step()
        encounters = market.today.encounters
        assert encounters is not None
        visits = (kind_of(encounters.visit) < CONTACT) & (encounters.outcome == Outcome.SERVED)
        assert (encounters.wait[visits] <= 20.0 + 5.0 * encounters.ahead[visits] + 1e-6).all()
        seen += int(np.count_nonzero(encounters.wait[visits] > 5.0))
    assert seen > 20


def test_contacts_are_nobodys_visit_and_nobody_waits_for_them_in_the_hall() -> None:
    with_calls, without = (
        run(office(staff=40)),
        run(office(staff=40, call={"every": "3000 days", "during": "2009-10-04"})),
    )
    visits = [sum(row["ended"] for row in market.recorder.rows) for market in (with_calls, without)]
    waits = [sum(row["wait_sum"] for row in market.recorder.rows) for market in (with_calls, without)]
    assert visits[0] == pytest.approx(visits[1], rel=0.05)
    assert waits[0] < 200.0


def test_no_contact_is_begun_after_closing_or_on_a_closed_day() -> None:
    market = Market(office(days=["monday", "tuesday"]))
    while market.day < market.calendar.days:
        market.step()
        joins = market.today.encounters.joins if market.today.encounters is not None else None
        assert joins is not None
        begun = joins.joined + joins.wait
        contacts = (kind_of(joins.visit) == CONTACT) & (joins.outcome == Outcome.SERVED)
        assert ((begun[contacts] % 1440.0) <= 17 * 60.0).all()
        if market.today.weekday > 1:
            assert not contacts.any()


def test_who_leaves_is_owed_nothing_any_more() -> None:
    market = Market(office())
    for _ in range(8):
        market.step()
    owed = market.programmes["call"].owed()
    assert len(owed)
    market.customers.status[owed] = LEFT
    before = totals(market)["contacts_missed"]
    market.step()
    assert totals(market)["contacts_missed"] == before
    assert not np.isin(market.programmes["call"].owed(), owed).any()


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (office(staff=0, rate="1 per week"), "never has staff"),
        (office(queue_limit=5), "queue_limit"),
        (office(ageing="10 min"), "lets waiting make up for rank"),
    ],
)
def test_contacts_that_cannot_be_are_refused(document: Document, said: str) -> None:
    assert any(said in finding.found and finding.path[0] == "outreach" for finding in check_stages(stages(document)))


def test_more_contacts_than_hours_are_warned_of() -> None:
    """200 customers every five days for 20 minutes are 93 hours a week; one server has 56."""
    warned = [finding.found for finding in cautions(stages(office()))]
    assert "up to 93 hours of contacts a week fall due, and counter is staffed 56 hours" in warned
    assert not any("contacts a week" in finding.found for finding in cautions(stages(office(staff=2))))


def two_programmes(**first: Any) -> Document:
    """Managers with a caseload; a hotline for whom they leave out."""
    return small_document(
        market={
            "customers": 200,
            "segments": {"everyone": {"share": 1}},
            "traits": {"existing": 1, "spend": {"lognormal": {"mean": 1, "sd": 1}}},
            "needs": {"errand": {"task": "errand", "rate": "1 per year", "contested": False}},
        },
        service={
            "stations": {"counter": {**COUNTER, "staff": 2}, "hotline": {**COUNTER, "staff": 1}},
            "tasks": {"errand": ERRAND},
        },
        outreach={
            "managed": {**CALL, "caseload": 30, **first},
            "by_phone": {**CALL, "by": "hotline", "takes_over_from": "managed"},
        },
    )


def test_two_managers_of_thirty_accounts_look_after_the_sixty_who_spend_most() -> None:
    market = Market(two_programmes())
    market.step()
    spend = market.customers.spend
    managed, by_phone = (market.programmes[name].covered for name in ("managed", "by_phone"))
    assert np.count_nonzero(managed) == 60
    assert spend[managed].min() >= spend[~managed].max()
    assert (by_phone == ~managed).all()


def test_a_place_that_falls_free_is_filled_at_the_start_of_the_next_month() -> None:
    market = Market(two_programmes())
    for _ in range(20):
        market.step()
    market.customers.status[market.programmes["managed"].covered] = LEFT
    market.step()
    assert not np.isin(market.programmes["managed"].owed(), np.flatnonzero(market.customers.status != 1)).any()
    while market.day < market.calendar.days:
        market.step()
    stayed = market.programmes["managed"].covered & (market.customers.status != LEFT)
    assert np.count_nonzero(stayed) >= 59, "October began; who left within it leaves a gap until November"


def test_taking_over_from_a_programme_without_a_caseload_is_refused() -> None:
    document = two_programmes(caseload=None)
    assert any(finding.path[-1] == "takes_over_from" for finding in check_stages(stages(document)))


def test_a_contact_must_be_made_before_the_next_is_due() -> None:
    with pytest.raises(ValueError, match="within must not be longer than every"):
        office(call={"within": "6 days"})
