"""Who goes where: stations by share, by segment and by tier, with steering on top."""

from typing import Any

import pandas as pd
import pytest
from pydantic import ValidationError

from sim.market import Market
from sim.scenario.document import Document
from tests.scenario_texts import PLANS, SMALL_BANK, load_text, only_problem
from tests.small_documents import small_document

ALL_DAY = {"staff": "unlimited", "open": "09:00-17:00"}


def routed(at_for: dict[str, Any], **service: Any) -> Document:
    return small_document(
        market={
            "customers": 4000,
            "tiers": ["gold"],
            "segments": {
                "plain": {"share": 0.5},
                "students": {"share": 0.25},
                "rich": {"share": 0.25, "tier": "gold"},
            },
            "needs": {"errand": {"task": "errand", "rate": "1 per week", "contested": False}},
            "traits": {"aware": 1, "existing": 1},
        },
        service={
            "stations": dict.fromkeys(("counter", "machine", "desk"), ALL_DAY),
            "tasks": {
                "errand": {
                    "at": {"counter": 0.7, "machine": 0.3},
                    "at_for": at_for,
                    "takes": {"constant": "5 min"},
                    "takes_at": {"desk": {"constant": "9 min"}},
                }
            },
            **service,
        },
    )


def shares(document: Document) -> pd.DataFrame:
    """Share of the visits of each segment (rows) at each station (columns)."""
    market = Market(document, keep_encounters=True)
    encounters = market.run().encounters
    assert encounters is not None
    segment = market.customers.segment[encounters["customer"].to_numpy()]
    names = pd.Series([market.segment_names[number] for number in segment])
    station = encounters["process"].str.removeprefix("errand at ")
    return pd.crosstab(names, station, normalize="index")


def test_segments_and_tiers_go_to_their_own_stations() -> None:
    found = shares(routed({"gold": "desk", "students": {"machine": 0.9, "counter": 0.1}}))
    assert found.loc["rich", "desk"] == 1.0
    assert found.loc["plain", "desk"] == found.loc["students", "desk"] == 0.0
    assert found.loc["plain", "machine"] == pytest.approx(0.3, abs=0.02)
    assert found.loc["students", "machine"] == pytest.approx(0.9, abs=0.02)


def test_the_first_group_that_fits_counts() -> None:
    assert shares(routed({"rich": "machine", "gold": "desk"})).loc["rich", "machine"] == 1.0
    assert shares(routed({"gold": "desk", "rich": "machine"})).loc["rich", "desk"] == 1.0


def test_steering_moves_a_group_as_it_moves_everybody() -> None:
    steering = {"greeters": {"tasks": ["errand"], "to": "machine", "share": 0.5}}
    found = shares(routed({"gold": "desk"}, steering=steering))
    assert found.loc["rich", "desk"] == pytest.approx(0.5, abs=0.03)
    assert found.loc["rich", "machine"] == pytest.approx(0.5, abs=0.03)


def test_a_group_whose_station_is_closed_goes_where_everybody_goes() -> None:
    stations = {"counter": ALL_DAY, "machine": ALL_DAY, "desk": {**ALL_DAY, "days": ["monday"]}}
    found = shares(routed({"gold": "desk"}, stations=stations))
    assert 0.1 < found.loc["rich", "desk"] < 0.3
    assert found.loc["rich", "counter"] / found.loc["rich", "machine"] == pytest.approx(7 / 3, rel=0.2)


def test_naming_nobody_else_changes_nobody_else() -> None:
    """Those whom at_for does not name come, at the same minute, to the same station as without it."""
    tables = []
    for at_for in ({}, {"gold": "desk"}):
        market = Market(routed(at_for), keep_encounters=True)
        encounters = market.run().encounters
        assert encounters is not None
        others = market.customers.tier[encounters["customer"].to_numpy()] < 0
        tables.append(encounters[others].reset_index(drop=True))
    pd.testing.assert_frame_equal(tables[0], tables[1], check_exact=True)


def test_shares_of_a_group_add_up_to_one() -> None:
    with pytest.raises(ValidationError, match=r"add up to 0\.9"):
        routed({"gold": {"desk": 0.9}})


GROUPED = SMALL_BANK.replace("{at: counter,", "{at: counter, at_for: {vip: counter},", 1) + PLANS


def test_unknown_groups_and_stations_are_refused() -> None:
    assert load_text(GROUPED)
    assert "did you mean 'vip'?" in str(only_problem(GROUPED.replace("at_for: {vip:", "at_for: {vipp:")))
    wrong = only_problem(GROUPED.replace("at_for: {vip: counter}", "at_for: {vip: contuer}"))
    assert wrong.path == "service.tasks.errand.at_for.vip"
    assert "did you mean 'counter'?" in str(wrong)
