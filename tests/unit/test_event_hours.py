"""Events with a mixed message, and what follows them: who comes at the wrong hour, who waits for a table, who signs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.market import Market
from sim.results import RunResult
from sim.scenario.cautions import cautions
from sim.scenario.checks import check_stages
from sim.scenario.document import Document
from sim.scenario.stages import stages
from tests.small_documents import small_document

EVENT: dict[str, Any] = {
    "on": "2009-09-21",
    "hours": "13:00-14:00",
    "seats": 39,
    "invitations": 100,
    "invited_before": "5 days",
    "accepts": 0.6,
    "confirmed": 100,
    "audience": {"customers": "everyone"},
}
AFTER = {"afterwards": {"need": "sign"}}


def office(event: dict[str, Any], tables: int | str = 4, **service: Any) -> Document:
    return small_document(
        market={
            "customers": 200,
            "segments": {"all": {"share": 1}},
            "traits": {"existing": 1},
            "needs": {"sign": {"task": "sign", "rate": "0 per week", "contested": False}},
        },
        behaviour={"leaving": {"form": "none"}},
        service={
            "stations": {"tables": {"staff": tables, "open": "09:00-18:00", "at_closing": "serve out"}},
            "tasks": {"sign": {"at": "tables", "takes": {"constant": "30 min"}}},
            **service,
        },
        events={"fortune": {**EVENT, **event}},
    )


def rehearsed(event: dict[str, Any], tables: int | str = 4) -> RunResult:
    return Market(office(event, tables), keep_encounters=True).run()


def test_everybody_who_accepts_is_seated_turned_away_absent_or_at_the_wrong_hour() -> None:
    message = {"hours": "09:00-12:00", "share": 0.5, "comes_again": 0.3}
    result = rehearsed({"shows_up": 0.8, "mixed_message": message})
    ways = ("guests", "no_seat", "no_shows", "wrong_hour")
    assert sum(result.value(f"event_{name}") for name in ways) == result.value("event_acceptances")
    come = 0.8 * result.value("event_acceptances")
    assert result.value("event_wrong_hour") == pytest.approx(come * 0.5 * 0.7, abs=4 * np.sqrt(come * 0.35 * 0.65))


def test_one_hour_said_to_all_brings_nobody_at_the_wrong_one() -> None:
    """The mutation: without the other hour, or where nobody goes by it, the same guests find their seats."""
    message = {"hours": "09:00-12:00", "share": 0.0}
    none, nobody = rehearsed({}), rehearsed({"mixed_message": message})
    assert none.value("event_wrong_hour") == nobody.value("event_wrong_hour") == 0
    assert none.value("event_guests") == nobody.value("event_guests")


def tables_in_use(result: RunResult) -> int:
    """The most parties at a table at one minute."""
    assert result.encounters is not None
    served = result.encounters[result.encounters["outcome"] == "served"]
    begins = served["ended"] - served["service"]
    edges = pd.concat([pd.Series(1, index=begins), pd.Series(-1, index=served["ended"])])
    edges = edges.groupby(edges.index.round(6)).sum().sort_index()
    return int(edges.cumsum().max())


def test_after_the_event_all_seated_want_a_table_at_once_and_wait_for_one() -> None:
    """39 parties at 14:00, four tables, 30 minutes each, all patient: party k waits 30 · floor(k / 4) minutes."""
    result = rehearsed({**AFTER, "accepts": 1})
    assert result.encounters is not None
    waits = np.sort(result.encounters["wait"].to_numpy())
    assert waits == pytest.approx(30.0 * (np.arange(39) // 4))
    assert tables_in_use(result) == 4


def test_with_a_table_for_each_nobody_waits() -> None:
    """The mutation."""
    result = rehearsed({**AFTER, "accepts": 1}, "unlimited")
    assert result.value("wait_mean") == 0
    assert tables_in_use(result) == 39


def test_only_who_is_served_afterwards_signs_and_each_costs_a_draw() -> None:
    terms = {**AFTER, "accepts": 1, "buys": 1, "price": 100, "cost_per_sale": 6}
    hasty = office(terms, patience={"constant": "45 min"})
    result, sooner = Market(office(terms)).run(), Market(hasty).run()
    assert result.value("event_sales") == 39
    assert sooner.value("event_sales") == 8  # four at once, four after half an hour, and the others have left
    for each in (result, sooner):
        assert each.value("profit") == each.value("event_sales") * 94


def test_hours_that_cannot_be_or_hardly_are_meant_are_said() -> None:
    with pytest.raises(ValueError, match="end before the event begins"):
        office({"mixed_message": {"hours": "12:00-13:30", "share": 0.5}})
    late = office({**AFTER, "hours": "17:00-19:00"})
    assert check_stages(stages(late)) == []
    assert "tables is closed when the event ends" in " ".join(each.found for each in cautions(stages(late)))
