"""Contacts that ask customers to come: who comes and when, whom a second programme calls, and when it does not run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.market import Market
from sim.scenario.checks import check_stages
from sim.scenario.document import Document
from sim.scenario.stages import stages
from tests.small_documents import small_document

CALL: dict[str, Any] = {
    "during": "2009-09-07 to 2009-09-09",
    "every": "3 days",
    "by": "counter",
    "takes": {"constant": "1 min"},
    "invites": {"need": "review", "comes": 0.3, "within": "5 days"},
}
MORE = {**CALL, "during": "2009-09-17 to 2009-09-19", "not_contacted_by": ["first"]}
SIZE = 400


def branch(outreach: dict[str, Any]) -> Document:
    return small_document(
        market={
            "customers": SIZE,
            "attributes": {"assets": {"lognormal": {"mean": 100, "sd": 100}}},
            "segments": {"all": {"share": 1}},
            "needs": {"review": {"task": "errand", "rate": "0 per week", "contested": False, "price": 10}},
            "traits": {"existing": 1},
        },
        behaviour={"leaving": {"form": "none"}, "complaining": "none"},
        outreach=outreach,
    )


def came(document: Document) -> dict[str, list[tuple[int, int]]]:
    """By programme: day and row of everybody who came as asked."""
    market = Market(document)
    found: dict[str, list[tuple[int, int]]] = {name: [] for name in document.outreach}
    for day in range(market.calendar.days):
        market.step()
        for what, of, rows in market.today.befell:
            if what == "comes as asked":
                found[of] += [(day, row) for row in rows.tolist()]
    return found


def test_the_stated_share_of_those_reached_come_once_within_the_days_and_pay() -> None:
    """Binomial: 400 called, 30 % come, on days 1 to 7 (called on days 0 to 2, then one of five days)."""
    document = branch({"first": CALL})
    visits = came(document)["first"]
    assert len(visits) == pytest.approx(0.3 * SIZE, abs=4 * np.sqrt(SIZE * 0.3 * 0.7))
    assert len({row for _, row in visits}) == len(visits)
    assert {day for day, _ in visits} == set(range(1, 8))
    result = Market(document).run()
    assert result.value("visits_invited") == result.value("visits") == len(visits)
    assert result.value("revenue") == 10 * result.value("served")


def test_who_is_asked_for_nothing_does_not_come() -> None:
    """The mutation."""
    plain = {key: value for key, value in CALL.items() if key != "invites"}
    assert Market(branch({"first": plain})).run().value("visits") == 0


def test_a_second_programme_runs_only_when_the_first_was_short_and_calls_only_whom_it_did_not_reach() -> None:
    first = {**CALL, "audience": {"customers": "customers", "top": {"count": 100, "by": "assets"}}}
    second = {**MORE, "audience": {"customers": "customers", "top": {"count": 160, "by": "assets"}}}
    for visits, runs in ((99, True), (10, False)):
        goal = {"of": "first", "visits": visits, "by": "2009-09-16"}
        market = Market(branch({"first": first, "more": {**second, "if_short": goal}}))
        market.run()
        called, more = (market.programmes[name].reached for name in ("first", "more"))
        assert called.sum() == 100
        assert more.sum() == (60 if runs else 0)
        assert not (called & more).any()
        worth = market.customers.attributes["assets"]
        assert worth[called].min() >= np.sort(worth)[-100]
        assert not runs or worth[more].min() >= np.sort(worth)[-160]


def test_visits_after_the_day_of_the_goal_do_not_count() -> None:
    """Short by the evening of the 8th, when two days have brought their visits, and not by the 16th."""
    brought = came(branch({"first": CALL}))["first"]
    by_then = sum(day <= 1 for day, _ in brought)
    for by, runs in (("2009-09-08", True), ("2009-09-16", False)):
        goal = {"of": "first", "visits": by_then + 1, "by": by}
        market = Market(branch({"first": CALL, "more": {**MORE, "not_contacted_by": [], "if_short": goal}}))
        market.run()
        assert (market.programmes["more"].reached.sum() > 0) == runs


@pytest.mark.parametrize(
    ("of", "by", "said"), [("more", "2009-09-10", "it waits for more"), ("first", "2009-09-17", "it begins on")]
)
def test_a_goal_that_cannot_be_known_in_time_is_refused(of: str, by: str, said: str) -> None:
    document = branch({"first": CALL, "more": {**MORE, "if_short": {"of": of, "visits": 9, "by": by}}})
    assert said in " ".join(each.found for each in check_stages(stages(document)))
