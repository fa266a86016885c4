"""Who comes when to a place that is open over midnight, and whom a station serves first."""

from typing import Any

import numpy as np
import pytest

from sim.market import Market
from sim.needs.demand import Demand
from sim.scenario.document import Document
from sim.service.plant import Plant
from tests.small_documents import ERRAND, small_document

NEED = {"task": "errand", "rate": "1 per week"}
EVENLY = (np.arange(2000) + 0.5) / 2000


def document(station: dict[str, Any], need: dict[str, Any] | None = None, **market: Any) -> Document:
    """One station for one need."""
    needs = {"errand": {**NEED, **(need or {})}}
    return small_document(
        market={"customers": 40, "segments": {"all": {"share": 1}}, "needs": needs, **market},
        service={"stations": {"counter": {"staff": 1, **station}}, "tasks": {"errand": ERRAND}},
    )


def hours_of_arrival(of: Document, weekday: int = 2) -> dict[int, float]:
    """Share of the arrivals of a weekday in each hour of its day."""
    plant = Plant(of)
    errands = np.zeros(len(EVENLY), np.int64)
    _, at = Demand(of, plant, of).coming(errands, weekday, EVENLY, EVENLY)
    assert ((at >= 0) & (at < 1440)).all()
    hours, counts = np.unique(at // 60, return_counts=True)
    return {int(hour): count / len(EVENLY) for hour, count in zip(hours, counts, strict=True)}


def test_visitors_of_a_night_place_come_on_both_sides_of_midnight() -> None:
    found = hours_of_arrival(document({"open": "22:00-06:00"}))
    assert list(found) == [0, 1, 2, 3, 4, 5, 22, 23]
    assert list(found.values()) == pytest.approx([1 / 8] * 8, abs=1e-3)


def test_relative_frequencies_hold_on_both_sides_of_midnight() -> None:
    """Three times as many an hour from 23:00 to 02:00: of 8 + 3 × 2 = 14 parts, 3 each in the hours 23, 0 and 1."""
    need = {"hours": {"22:00-23:00": 1, "23:00-02:00": 3, "02:00-06:00": 1}}
    found = hours_of_arrival(document({"open": "22:00-06:00"}, need))
    assert [found[hour] for hour in (23, 0, 1)] == pytest.approx([3 / 14] * 3, abs=1e-3)
    assert [found[hour] for hour in (22, 2, 5)] == pytest.approx([1 / 14] * 3, abs=1e-3)


def test_a_place_open_by_day_is_as_it_was() -> None:
    assert list(hours_of_arrival(document({"open": "09:00-12:00"}))) == [9, 10, 11]


@pytest.mark.parametrize("opening", ["22:00-06:00", "23:59-23:58", "00:00-24:00"])
def test_a_market_with_a_night_place_runs(opening: str) -> None:
    night = document({"open": opening}, {"rate": "1 per day"}, traits={"existing": 1})
    market = Market(night)
    for _ in range(4):
        market.step()
    assert market.recorder.breakdown.of_sites()["served"].sum() > 0


# --- who is first -----------------------------------------------------------------------------------------------------


def ranks(first: list[str]) -> list[int]:
    """The rank of gold, silver, bronze and of someone without a tier, at a counter that serves these first."""
    of = document({"open": "09:00-17:00", "first": first}, tiers=["gold", "silver", "bronze"])
    return Plant(of).ranks[0].tolist()


def test_the_station_says_who_is_first_and_in_which_order() -> None:
    assert ranks(["gold", "silver", "bronze"]) == [0, 1, 2, 3]
    assert ranks(["silver", "gold"]) == [1, 0, 2, 2]
    assert ranks(["silver"]) == [1, 0, 1, 1]
    assert ranks([]) == [0, 0, 0, 0]
