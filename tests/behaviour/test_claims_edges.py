"""What happens at the edges: cases, closed places, twins without queues, nobody to ask, prices without a yardstick."""

from typing import Any

import numpy as np
import pytest

from sim.errors import ScenarioError
from sim.market import Market
from sim.operations.visits import CASE, parts
from sim.scenario.document import Document
from sim.scenario.load import read_scenario
from sim.scenario.section import WEEKDAYS


def document(**service: Any) -> Document:
    """One site, a counter, three weeks; `service` replaces parts of the service section."""
    return Document.model_validate(
        {
            "currency": "EUR",
            "calendar": {"run": "2 Mar 2026 to 22 Mar 2026"},
            "market": {
                "customers": 1200,
                "segments": {"all": {"share": "100%"}},
                "needs": {"errand": {"task": "errand", "rate": "4 per month", "price": 5}},
            },
            "service": {
                "tasks": {"errand": {"at": "counter", "takes": {"exponential": {"mean": "6 min"}}}},
                "stations": {"counter": {"staff": 2, "open": "09:00-17:00", "wage": 20}},
                **service,
            },
        }
    )


def unhappy(**counter: Any) -> Document:
    """A counter that gets most things wrong and works on complaints that take an hour each."""
    return document(
        stations={"counter": {"staff": 2, "open": "09:00-17:00", "wage": 20, **counter}},
        quality={"right_first_time": "20%", "failure_level": 1},
        recovery={"channels": {"hall": {"share": 1, "at": "counter", "takes": {"constant": "60 min"}}}},
        standards={"wait": {"station": "counter", "at_most": "10 min", "share": "90%"}},
    )


def test_complaint_cases_count_in_no_standard() -> None:
    market = Market(unhappy())
    market.run()
    rows = market.recorder.rows
    assert sum(row.get("cases_worked", 0) for row in rows) > 0
    # Every visit joins one queue; only those still with the two at the counter have joined and not ended.
    counted, joined = (sum(row[name] for row in rows) for name in ("counted_wait", "joined"))
    assert joined <= counted <= joined + 2


def test_a_case_cut_off_by_closing_is_taken_up_again() -> None:
    market = Market(unhappy(at_closing="turn away"))
    cut_off = False
    while market.day < market.calendar.days - 1:
        market.step()
        encounters = market.today.encounters
        assert encounters is not None
        lost = encounters.customer[(parts(encounters.visit).kind == CASE) & (encounters.outcome != 0)]
        cut_off |= len(lost) > 0
        assert np.isin(lost, market.cases.rows).all()
    assert cut_off


def test_a_waiting_case_keeps_nobody_from_coming() -> None:
    """Under 'carry over' cases pile up inside; their owners still come for their needs."""
    market = Market(unhappy(at_closing="carry over"))
    came_with_open_case = 0
    while market.day < market.calendar.days:
        inside = market.facility_state.visits
        owners = inside.customer[parts(inside.visit).kind == CASE]
        market.step()
        visits = market.today.visits
        assert visits is not None
        came_with_open_case += int(np.isin(visits.rows[parts(visits.numbers).kind != CASE], owners).sum())
    assert came_with_open_case > 0


def test_without_limits_the_same_people_come_on_the_same_days() -> None:
    stations = {"counter": {"staff": 2, "staff_on": {"sunday": 0}, "open": "09:00-17:00"}}
    first_days = []
    for capacity in ("limited", "unlimited"):
        market = Market(document(stations=stations, capacity=capacity))
        daily = []
        for _ in range(7):
            market.step()
            daily.append(market.today.numbers["visits"])
        first_days.append(daily)
    assert first_days[0][0] == first_days[1][0]
    assert first_days[0][6] == first_days[1][6] == 0  # Sunday


def test_while_one_place_is_closed_the_others_serve_the_need() -> None:
    market = Market(
        document(
            tasks={"errand": {"at": {"counter": "50%", "machine": "50%"}, "takes": {"exponential": {"mean": "6 min"}}}},
            stations={
                "counter": {"staff": 2, "open": "09:00-17:00", "days": [WEEKDAYS[0]]},
                "machine": {"staff": 2, "open": "09:00-17:00"},
            },
        )
    )
    daily = market.run().daily
    assert (daily["visits"] > 0).all()
    assert daily["joined"].sum() > 0.9 * daily["visits"].sum()


def test_staff_without_limit_leaves_the_utilisation_of_the_others_alone() -> None:
    market = Market(
        document(
            tasks={"errand": {"at": {"counter": "50%", "machine": "50%"}, "takes": {"exponential": {"mean": "6 min"}}}},
            stations={
                "counter": {"staff": 2, "open": "09:00-17:00"},
                "machine": {"staff": "unlimited", "open": "09:00-17:00"},
            },
        )
    )
    assert 0 < market.run().value("utilisation") < 1


def test_what_nobody_can_answer_is_undefined_and_not_zero() -> None:
    empty = document()
    nobody = empty.model_copy(
        update={
            "market": type(empty.market).model_validate(
                {
                    "customers": 50,
                    "segments": {"all": {"share": 1}},
                    "traits": {"existing": 0, "aware": 0},
                    "needs": {"errand": {"task": "errand", "rate": "4 per month"}},
                }
            )
        }
    )
    result = Market(nobody).run()
    assert result.value("customers") == 0
    assert np.isnan(result.value("satisfaction"))
    assert np.isnan(result.value("nps"))


def test_a_stock_of_gifts_may_have_any_name() -> None:
    with_gifts = Document.model_validate(
        {
            "currency": "EUR",
            "calendar": {"run": "2 Mar 2026 to 12 Mar 2026"},
            "market": {
                "customers": 400,
                "segments": {"all": {"share": 1}},
                "needs": {"errand": {"task": "errand", "rate": "6 per month", "price": 5}},
            },
            "service": {
                "tasks": {"errand": {"at": "counter", "takes": {"exponential": {"mean": "6 min"}}}},
                "stations": {"counter": {"staff": 2, "open": "09:00-17:00"}},
            },
            "channels": {"posters": {"cost_per_day": 10}},
            "campaigns": {
                "spring": {
                    "waves": {
                        "all": {
                            "during": "2 Mar 2026 to 12 Mar 2026",
                            "channels": {"posters": {"reach": 1, "frequency": 20}},
                        }
                    },
                    "announces": ["visit"],
                }
            },
            "offers": {
                "visit": {
                    "during": "2 Mar 2026 to 12 Mar 2026",
                    "task_count": {"task": "errand", "face": 10},
                    "gifts": "need",
                }
            },
            "gifts": {
                "need": {
                    "stock": 50,
                    "cost": 1,
                    "pick_up": "counter",
                    "takes": {"constant": "2 min"},
                    "comes_within": "1 day",
                }
            },
        }
    )
    result = Market(with_gifts).run()
    assert 0 < result.value("gifts_handed") <= 50
    gifts = result.ledger[result.ledger["account"] == "gifts"]["amount"].sum()
    assert gifts == -1000 * result.value("gifts_handed")


FILE = """
scenario: shop
currency: EUR
calendar: {run: 1 Mar 2026 to 31 Mar 2026}
market:
  customers: 100
  segments: {all: {share: 100%}}
  needs: {visit: {task: visit, rate: 1 per month, price: 20}}
service:
  tasks: {visit: {at: counter, takes: {exponential: {mean: 5 min}}}}
  stations: {counter: {staff: 1, open: 09:00-17:00}}
plans:
  as_now: {}
  dearer: {set: {market.needs.visit.price: 30}}
"""


def test_a_plan_with_another_price_must_say_what_people_are_used_to() -> None:
    with pytest.raises(ScenarioError, match="usual_price") as caught:
        read_scenario(FILE.encode(), "shop.yaml")
    (problem,) = caught.value.problems
    assert problem.path == "market.needs.visit.price"
    assert FILE.splitlines()[problem.line - 1].strip().startswith("dearer")


def test_with_a_usual_price_the_same_plan_is_taken() -> None:
    stated = FILE.replace("price: 20}", "price: 20, usual_price: 20}")
    assert set(read_scenario(stated.encode(), "shop.yaml").plans) == {"as_now", "dearer"}


def test_a_rate_of_interest_of_zero_is_refused() -> None:
    """Lifetime value for ever at no interest has no value to give."""
    with pytest.raises(ScenarioError, match="discount_rate"):
        read_scenario((FILE + "money: {discount_rate: 0%}\n").encode(), "shop.yaml")
