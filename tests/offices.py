"""An office that works by appointment, for tests: one desk, one need, windows as a test states them.

In go the terms of the appointment and what differs from the usual desk; out come the document, the market it ran in,
and the totals of the run.
"""

from __future__ import annotations

from typing import Any

from sim.market import Market
from sim.scenario.document import Document
from tests.small_documents import small_document

WINDOWS = {"morning": {"hours": "09:00-12:00", "places": 6}, "afternoon": {"hours": "14:00-17:00", "places": 6}}
COUNTED = ("booked", "kept", "late", "missed", "cancelled", "given_up", "turned_away", "rebooked")


def office(
    *,
    people: int = 200,
    rate: str = "1 per month",
    takes: dict[str, Any] | None = None,
    staff: int = 1,
    sites: int = 1,
    station: dict[str, Any] | None = None,
    service: dict[str, Any] | None = None,
    behaviour: dict[str, Any] | None = None,
    sections: dict[str, Any] | None = None,
    **terms: Any,
) -> Document:
    """One desk from 9 to 5 that turns away at closing; six places in the morning and six in the afternoon."""
    return small_document(
        market={
            "customers": people,
            "sites": sites,
            "segments": {"everyone": {"share": 1}},
            "traits": {"existing": 1},
            "needs": {"advice": {"task": "advice", "rate": rate, "contested": False, "price": 3}},
        },
        service={
            "stations": {"desk": {"staff": staff, "open": "09:00-17:00", "at_closing": "turn away", **(station or {})}},
            "tasks": {
                "advice": {
                    "at": "desk",
                    "takes": takes or {"exponential": {"mean": "25 min"}},
                    "appointment": {"windows": WINDOWS, **terms},
                }
            },
            **(service or {}),
        },
        behaviour={"leaving": {"form": "none"}, **(behaviour or {})},
        **(sections or {}),
    )


def run(document: Document, replication: int = 0) -> Market:
    """The market after its last day."""
    market = Market(document, replication=replication, keep_encounters=True)
    while market.day < market.calendar.days:
        market.step()
    return market


def total(market: Market, column: str) -> float:
    """The sum of a daily column."""
    return sum(row.get(column, 0.0) for row in market.recorder.rows)


def counts(market: Market) -> dict[str, float]:
    """What became of appointments over the run."""
    found = {word: total(market, f"appointments_{word}") for word in COUNTED}
    return {**found, "no_shows": total(market, "no_shows"), "open": market.recorder.rows[-1]["appointments_open"]}
