"""Calls after a visit or an answered complaint: whom they are owed to, when, and what becomes of those not made."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from sim.market import Market
from sim.operations.visits import CONTACT, parts
from sim.scenario.cautions import cautions
from sim.scenario.document import Document
from sim.scenario.stages import stages
from sim.today import Today
from tests.small_documents import COUNTER, ERRAND, small_document

AFTER_A_VISIT = {"after": "visit", "within": "3 days", "by": "callers", "takes": {"constant": "10 min"}}
RECOVERY = {
    "channels": {"desk": {"share": 1, "at": "counter", "takes": {"constant": "5 min"}, "resolves": 0.5}},
    "reopens": 0.2,
}


def office(call: dict[str, Any] | None = None, callers: Any = 3, **service: Any) -> Document:
    return small_document(
        market={
            "customers": 150,
            "segments": {"everyone": {"share": 1}},
            "traits": {"existing": 1},
            "needs": {
                "errand": {"task": "errand", "rate": "1 per week", "contested": False},
                "loan": {"task": "loan", "rate": "0.5 per week", "contested": False},
            },
        },
        behaviour={"leaving": {"form": "none"}},
        service={
            "stations": {"counter": {**COUNTER, "staff": 3}, "callers": {**COUNTER, "staff": callers}},
            "tasks": {"errand": ERRAND, "loan": ERRAND},
            **service,
        },
        outreach={"call": {**AFTER_A_VISIT, **(call or {})}},
    )


def days_of(document: Document) -> list[Today]:
    market, days = Market(document), []
    while market.day < market.calendar.days:
        market.step()
        days.append(market.today)
    return days


def rung_up(today: Today) -> list[int]:
    encounters = today.encounters
    assert encounters is not None
    number = parts(encounters.visit)
    return sorted(number.row[number.kind == CONTACT].tolist())


def served(today: Today, which: tuple[int, ...] = (0, 1)) -> list[int]:
    judged = today.judgement
    assert judged is not None
    return sorted(judged.rows[~judged.lost & np.isin(judged.which, which)].tolist())


def test_whoever_was_served_is_rung_up_the_day_after() -> None:
    days = days_of(office())
    assert sum(len(served(day)) for day in days) > 300
    for before, after in pairwise(days):
        assert rung_up(after) == served(before)
        assert after.numbers["contacts_made"] == after.numbers["contacts_due"] == len(served(before))


def test_only_visits_for_the_tasks_named_count() -> None:
    days = days_of(office({"tasks": ["loan"]}))
    assert all(rung_up(after) == served(before, (1,)) for before, after in pairwise(days))


def test_a_share_of_visits_is_rung_up_for() -> None:
    whole, half = (sum(day.numbers["contacts_due"] for day in days_of(office(call))) for call in ({}, {"share": 0.5}))
    assert half == pytest.approx(whole / 2, abs=4 * np.sqrt(whole) / 2)


def test_with_nobody_to_ring_calls_are_missed_when_their_time_is_over() -> None:
    """Due on the day after the visit, missed three days later; a second visit meanwhile brings no second call."""
    days = days_of(office(callers=0))
    due, missed = ([day.numbers[name] for day in days] for name in ("contacts_due", "contacts_missed"))
    assert missed[3:] == due[:-3]
    assert sum(missed) > 100
    assert sum(day.numbers["contacts_made"] for day in days) == 0
    assert sum(due) < sum(len(served(day)) for day in days[:-1])


def test_missed_calls_disappoint_and_made_ones_please() -> None:
    missed, made = (Market(office({"weight": 0.2}, callers=each)).run().value("satisfaction") for each in (0, 3))
    unfelt = Market(office({"weight": 0}, callers=3)).run().value("satisfaction")
    assert missed < unfelt < made


def test_whose_complaint_was_answered_is_rung_up_whatever_the_answer() -> None:
    quality = {"right_first_time": 0.5}
    days = days_of(office({"after": "case"}, recovery=RECOVERY, quality=quality))
    answered = [
        sorted({row for news in day.case_news if news.word in ("resolved", "refused") for row in news.rows.tolist()})
        for day in days
    ]
    assert sum(map(len, answered)) > 20
    assert all(rung_up(day) == before for day, before in zip(days[1:], answered, strict=False))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ({"every": "5 days"}, "exactly one of 'every'"),
        ({"within": None}, "needs within"),
        ({"after": "case", "tasks": ["loan"]}, "tasks goes with"),
    ],
)
def test_calls_that_cannot_be_are_refused(call: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        office(call)


def test_calls_after_what_never_happens_and_more_calls_than_hours_are_warned_of() -> None:
    said = [finding.found for finding in cautions(stages(office({"after": "case"})))]
    assert any("no service.recovery" in words for words in said)
    said = [finding.found for finding in cautions(stages(office({"takes": {"constant": "2 h"}})))]
    assert any("hours of contacts a week fall due" in words for words in said)
