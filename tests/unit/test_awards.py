"""Awards for marks: paid from the books, and nothing else changes; servers kept free when there are hardly any."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from sim.market import Market
from sim.measurement.scorecards import Card
from sim.scenario.cautions import cautions
from sim.scenario.document import Document
from sim.scenario.scorecards import Scorecard
from sim.scenario.stages import stages
from tests.small_documents import COUNTER, ERRAND, small_document

STEPS = {"90": 500, "85": 300, "80": 200, "0": -100}


def card(awards: dict[str, Any] | None) -> dict[str, Any]:
    section: dict[str, Any] = {
        "every": "week",
        "checks": {"visits": 5},
        "components": {
            "skill": {"weight": 30, "of": "spot checks failed", "each": -2},
            "rest": {"weight": 70, "of": "not observed", "points": 70},
        },
    }
    return section if awards is None else {**section, "awards": awards}


def desk(awards: dict[str, Any] | None, **station: Any) -> Document:
    return small_document(
        market={
            "customers": 200,
            "tiers": ["gold"],
            "segments": {"everyone": {"share": 1}},
            "traits": {"existing": 1},
            "needs": {"errand": {"task": "errand", "rate": "1 per week", "contested": False, "price": 5}},
        },
        service={"stations": {"counter": {**COUNTER, **station}}, "tasks": {"errand": ERRAND}},
        scorecards={"card": card(awards)},
    )


def test_the_lowest_of_three_marks_decides_and_the_next_three_begin_anew() -> None:
    section = Scorecard.model_validate(card({"over": 3, "at_or_above": STEPS, "people": 4}))
    judged = Card("card", section, [], {})
    paid = [judged.award(marks) for marks in (95, 86, 99, 95, 79.9, 100, 90, 90, 90)]
    assert paid == [0, 0, 1200, 0, 0, -400, 0, 0, 2000]
    assert all(isinstance(each, Decimal) for each in paid)


def test_awards_are_in_the_ledger_and_in_profit() -> None:
    """Four weeks, two at a time: two people get what the lower of two marks of the card earns."""
    with_awards, without = (Market(desk(each)).run() for each in ({"over": 2, "at_or_above": STEPS, "people": 2}, None))
    cards = with_awards.scorecards
    assert cards is not None
    marks = cards[cards["component"] == "whole card"]["measured_points"].tolist()
    steps = sorted((float(threshold), amount) for threshold, amount in STEPS.items())
    due = [max(amount for threshold, amount in steps if min(pair) >= threshold) for pair in (marks[:2], marks[2:4])]
    booked = with_awards.ledger[with_awards.ledger["account"] == "awards"]["amount"]
    assert (-booked).tolist() == [100 * 2 * amount for amount in due]
    assert with_awards.value("profit") - without.value("profit") == pytest.approx(booked.sum() / 100)
    for measure in ("satisfaction", "wait_mean", "visits", "scorecard_card"):
        assert with_awards.value(measure) == without.value(measure)


def test_an_award_no_period_of_the_run_can_earn_is_warned_of() -> None:
    def said(awards: dict[str, Any]) -> str:
        return " ".join(finding.found for finding in cautions(stages(desk(awards))))

    assert "marks of 9 periods" in said({"over": 9, "at_or_above": STEPS})
    assert "marks of" not in said({"over": 4, "at_or_above": STEPS})


def test_as_many_kept_free_as_are_there_is_warned_of_with_the_hour() -> None:
    def said(**station: Any) -> list[str]:
        document = desk(None, first=["gold"], keep_free={"servers": 2, "tier": "gold"}, **station)
        return [finding.found for finding in cautions(stages(document)) if "kept free" in finding.found]

    assert said(staff=3) == []
    assert said(staff=2) == ["2 kept free for gold, and 2 on duty from 09:00 on some days"]
    assert said(staff=4, staff_at={"12:00-13:00": 1}) == ["2 kept free for gold, and 1 on duty from 12:00 on some days"]
