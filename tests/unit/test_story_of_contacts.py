"""What befalls a customer besides visits is in their story: contacts, incidents, being spoken to, events."""

from __future__ import annotations

from collections import Counter

import pytest

from rehearse.narration import _BEFELL
from sim.following.story import Befell
from sim.following.trace import trace
from sim.market import Market
from sim.scenario.document import Document
from tests.small_documents import COUNTER, ERRAND, small_document

PEOPLE = 12
COUNTED = {
    "contact made": "contacts_made",
    "contact missed": "contacts_missed",
    "incident": "incidents",
    "spoken to": "approaches",
    "further need met": "further_needs_met",
    "invited": "event_invitations",
    "seated": "event_guests",
    "not there": "event_no_shows",
}


def busy_town() -> Document:
    return small_document(
        market={
            "customers": PEOPLE,
            "segments": {"everyone": {"share": 1}},
            "traits": {"existing": 1},
            "needs": {"errand": {"task": "errand", "rate": "2 per week", "contested": False}},
            "latent_needs": {"advice": {"share": 0.6, "voiced": 0.1, "agrees": 0.8, "task": "errand", "price": 5}},
        },
        service={
            "stations": {"counter": {**COUNTER, "staff": 1}},
            "tasks": {"errand": ERRAND},
            "approaching": {"by": "counter", "takes": {"constant": "1 min"}},
            "incidents": {"fall": {"per_visit": 0.2, "complains": 0.5}},
        },
        outreach={
            "call": {
                "every": "4 days",
                "within": "1 day",
                "by": "counter",
                "takes": {"exponential": {"mean": "300 min"}},
            }
        },
        events={
            "evening": {
                "on": "2009-09-25",
                "hours": "14:00-16:00",
                "seats": 4,
                "invitations": 10,
                "accepts": 0.8,
                "shows_up": 0.7,
                "waiting_list": 3,
            }
        },
        behaviour={"leaving": {"form": "none"}},
    )


@pytest.fixture(scope="module")
def told() -> Counter[str]:
    """How often each thing befell somebody, over the stories of everybody."""
    document = busy_town()
    return Counter(
        event.what for row in range(PEOPLE) for event in trace(document, row)[0].events() if isinstance(event, Befell)
    )


def test_the_stories_of_all_add_up_to_the_measures_of_the_run(told: Counter[str]) -> None:
    result = Market(busy_town()).run()
    for what, measure in COUNTED.items():
        assert told[what] == result.value(measure), what
        assert told[what] > 0, what
    assert told["no seat"] + told["no place"] == result.value("event_no_seat")


def test_there_are_words_for_everything_that_befalls_anybody(told: Counter[str]) -> None:
    assert set(told) <= set(_BEFELL)
    assert set(COUNTED) <= set(_BEFELL)
