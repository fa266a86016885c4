"""Groups of servers as the file says them: what is refused and why, who is on duty, who serves whom, what it costs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from sim.market import Market
from sim.scenario.cautions import cautions
from sim.scenario.checks import check_stages
from sim.scenario.document import Document
from sim.scenario.finding import Finding
from sim.scenario.stages import ChangeError, stages
from sim.service.outcome import Outcome
from tests.small_documents import small_document

SENIORS: dict[str, Any] = {"staff": 1, "wage": 80}
JUNIORS: dict[str, Any] = {"staff": 2, "does": ["errand"]}


def document(groups: dict[str, dict[str, Any]], station: dict[str, Any] | None = None, **sections: Any) -> Document:
    """A desk with these groups; gold customers and others, who need errands and loans."""
    desk = {"open": "09:00-17:00", "wage": 40, "groups": groups, **(station or {})}
    standing: dict[str, Any] = {
        "market": {
            "customers": 400,
            "tiers": ["gold"],
            "segments": {"few": {"share": 0.25, "tier": "gold"}, "many": {"share": 0.75}},
            "needs": {
                "errand": {"task": "errand", "rate": "3 per month", "contested": False},
                "loan": {"task": "loan", "rate": "1 per month", "contested": False},
            },
        },
        "service": {
            "stations": {"desk": desk},
            "tasks": {
                "errand": {"at": "desk", "takes": {"constant": "10 min"}},
                "loan": {"at": "desk", "takes": {"constant": "30 min"}},
            },
        },
    }
    return small_document(**{**standing, **sections})


def refused(found: Document) -> list[Finding]:
    return check_stages(stages(found))


def test_a_station_has_staff_or_groups_and_not_both() -> None:
    with pytest.raises(ValidationError, match="either 'staff', a number of servers, or 'groups'"):
        document({"seniors": SENIORS}, {"staff": 3})
    with pytest.raises(ValidationError, match="either 'staff'"):
        small_document(service={"stations": {"desk": {"open": "09:00-17:00"}}})
    with pytest.raises(ValidationError, match="each of the groups has its own"):
        document({"seniors": SENIORS}, {"staff_on": {"friday": 2}})


def test_groups_that_can_serve_everybody_are_accepted() -> None:
    assert not refused(document({"seniors": SENIORS, "juniors": JUNIORS}))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("interrupts", True),
        ("keep_free", {"servers": 1, "tier": "gold"}),
        ("ageing", "10 min"),
        ("people", {"absence": {"share": 0.1}}),
    ],
)
def test_what_groups_cannot_be_combined_with_is_refused_with_its_reason(key: str, value: Any) -> None:
    found = refused(document({"seniors": SENIORS}, {"first": ["gold"], key: value}))
    assert [each.path for each in found] == [("service", "stations", "desk", key)]
    assert "at a station with groups" in found[0].found


def test_a_task_nobody_there_may_do_is_refused() -> None:
    (found,) = refused(document({"juniors": JUNIORS}))
    assert found.path == ("service", "stations", "desk", "groups")
    assert found.found == "nobody at desk may do loan, and such visits come there"


def test_customers_nobody_there_serves_are_refused() -> None:
    (found,) = refused(document({"hosts": {"staff": 2, "serves": ["gold"]}}))
    assert "for many" in found.found


def test_a_group_without_staff_serves_nobody() -> None:
    (found,) = refused(document({"seniors": {**SENIORS, "staff": 0}, "juniors": JUNIORS}))
    assert "loan" in found.found


def test_complaint_cases_need_somebody_who_serves_the_customer() -> None:
    """Many never come to the desk themselves, but what they complain of does."""
    channel = {"share": 1, "at": "desk", "takes": {"constant": "5 min"}}
    service = {
        "stations": {"desk": {"open": "09:00-17:00", "groups": {"hosts": {"staff": 2, "serves": ["few"]}}}},
        "tasks": {"errand": {"at": "desk", "takes": {"constant": "10 min"}}},
    }
    market = {
        "customers": 400,
        "segments": {"few": {"share": 0.25}, "many": {"share": 0.75, "needs": {"errand": 0}}},
        "needs": {"errand": {"task": "errand", "rate": "3 per month"}},
    }
    assert not refused(small_document(service=service, market=market))
    with_cases = small_document(service={**service, "recovery": {"channels": {"desk": channel}}}, market=market)
    assert [each.found for each in refused(with_cases)] == [
        "nobody at desk serves many, and complaint cases come there"
    ]


def test_a_task_that_never_comes_to_the_station_is_refused() -> None:
    groups = {"seniors": SENIORS, "juniors": {"staff": 1, "does": ["errand", "parcel"]}}
    tasks = {
        "errand": {"at": "desk", "takes": {"constant": "10 min"}},
        "loan": {"at": "desk", "takes": {"constant": "30 min"}},
        "parcel": {"at": "hatch", "takes": {"constant": "5 min"}},
    }
    stations = {"desk": {"open": "09:00-17:00", "groups": groups}, "hatch": {"staff": 1, "open": "09:00-17:00"}}
    (found,) = refused(document(groups, service={"stations": stations, "tasks": tasks}))
    assert found.path == ("service", "stations", "desk", "groups", "juniors", "does", "1")


def test_a_day_on_which_those_who_may_do_a_task_are_off_gets_a_caution() -> None:
    found = cautions(stages(document({"seniors": {**SENIORS, "staff_on": {"saturday": 0}}, "juniors": JUNIORS})))
    assert any("saturday" in each.found and "loan" in each.found for each in found)


def test_groups_cannot_come_or_go_during_a_run() -> None:
    other = {"extra": {"from": "2009-09-14", "set": {"service.stations.desk.groups": {"seniors": SENIORS}}}}
    with pytest.raises(ChangeError, match="the same stations with the same groups"):
        stages(document({"seniors": SENIORS, "juniors": JUNIORS}, changes=other))


def test_each_group_keeps_its_own_hours_and_wages() -> None:
    """Eight hours of one at 80 and two at 40, of whom one goes for an hour at noon."""
    market = Market(document({"seniors": SENIORS, "juniors": {**JUNIORS, "staff_at": {"12:00-13:00": 1}}}))
    market.step()
    assert market.today.encounters is not None
    monitors = market.today.encounters.monitors
    hours = monitors.group_staffed_time[0] / 60
    assert hours[0] == pytest.approx(8, abs=0.6)  # who has somebody in hand at closing stays a little
    assert hours[1] == pytest.approx(15, abs=0.6)
    assert market.ledger.today["wages"] == -100 * (8 * 80 + 15 * 40)


def test_a_break_takes_its_share_of_each_group() -> None:
    lunch = {"breaks": {"lunch": {"at": "12:00-13:00", "share": 0.5, "paid": False}}}
    groups = {"seniors": {**SENIORS, "staff": 2}, "juniors": {**JUNIORS, "staff": 4}}
    market = Market(document(groups, lunch))
    roster = market.plant.roster(market.calendar, 0).staff
    assert roster.group is not None
    at_noon = roster.time == 12 * 60
    assert dict(zip(roster.group[at_noon].tolist(), roster.servers[at_noon].tolist(), strict=True)) == {0: 1, 1: 2}
    market.step()
    assert market.ledger.today["wages"] == -100 * (15 * 80 + 30 * 40)


def test_only_those_who_may_serve_and_slower_hands_take_longer() -> None:
    groups = {"seniors": {**SENIORS, "staff": 2}, "juniors": {**JUNIORS, "pace": 1.5}}
    market = Market(document(groups))
    for _ in range(3):
        market.step()
        met = market.today.encounters
        assert met is not None
        loans = met.process == market.plant.of_task["loan"]["desk"]
        served = met.outcome == Outcome.SERVED
        assert (met.served_by[served & loans] == 0).all()
        errands = served & ~loans
        minutes = np.where(met.served_by[errands] == 1, 15.0, 10.0)
        np.testing.assert_allclose(met.service[errands], minutes)
        assert (met.served_by[errands] == 1).any()


def test_what_a_group_does_for_a_tier_is_felt_by_that_tier() -> None:
    """Alike but for empathy, two points more for gold: the difference of means is the difference of skills."""
    quiet = {"quality": {"noise": 0.0, "hurry": 0.0, "levels": {"empathy": 4.0}}}
    group = {"staff": 9, "skill": {"empathy": 0.5}, "skill_for": {"gold": {"empathy": 2.0}}}
    service = {
        "stations": {"desk": {"open": "09:00-17:00", "groups": {"all": group}}},
        "tasks": {
            "errand": {"at": "desk", "takes": {"constant": "10 min"}},
            "loan": {"at": "desk", "takes": {"constant": "30 min"}},
        },
        **quiet,
    }
    market = Market(document({"all": group}, service=service))
    market.step()
    judged = market.today.judgement
    assert judged is not None
    gold = market.customers.tier[judged.rows] == 0
    np.testing.assert_allclose(judged.delivered[3][gold], 6.0)
    np.testing.assert_allclose(judged.delivered[3][~gold], 4.5)
