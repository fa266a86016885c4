"""What a file may say of rivals, lines and departures: refused with the place, or cautioned."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from pydantic import ValidationError
from rich.console import Console

from rehearse.narration import narrate
from sim.errors import ScenarioError
from sim.following.trace import trace
from sim.market import Market
from sim.scenario.cautions import cautions
from sim.scenario.checks import check_stages
from sim.scenario.document import Document
from sim.scenario.gallery import gallery
from sim.scenario.load import read_scenario
from sim.scenario.stages import stages
from tests.small_documents import small_document

MARKET: dict[str, Any] = {
    "customers": 60,
    "tiers": ["gold"],
    "segments": {
        "few": {"share": "50%", "tier": "gold", "moves": "one line"},
        "many": {"share": "50%"},
    },
    "lines": {"calls": {"reconsiders": "1 per year"}},
    "needs": {"ring": {"task": "errand", "rate": "1 per week", "line": "calls", "price": 5}},
    "rivals": {"other": {"attractiveness": 1, "price": 0.8}},
}


def document(**market: Any) -> Document:
    return small_document(market={**MARKET, **market})


def refused(**market: Any) -> list[str]:
    return [".".join(each.path) for each in check_stages(stages(document(**market)))]


def doubted(**market: Any) -> list[str]:
    return [".".join(each.path) for each in cautions(stages(document(**market)))]


def departures(**terms: Any) -> dict[str, Any]:
    return {"departures": {"poached": {"rate": "1 per year", "rival": "other", **terms}}}


def test_what_stands_is_allowed() -> None:
    assert refused(**departures(line="calls", rate_for={"many": 0})) == []


@pytest.mark.parametrize(
    ("market", "place"),
    [
        ({"needs": {"ring": {**MARKET["needs"]["ring"], "contested": False}}}, "market.needs.ring.line"),
        ({"lines": {"calls": {}, "data": {}}}, "market.lines.data"),
        ({"lines": {}, "needs": {"ring": {"task": "errand", "rate": "1 per week"}}}, "market.segments.few.moves"),
        ({"departures": {"price": {"rate": "1 per year"}}}, "market.departures.price"),
        (departures(line="calls"), "market.departures.poached.line"),
        (
            {
                "rivals": {"other": {"attractiveness": 1, "serves": []}},
                **departures(line="calls", rate_for={"many": 0}),
            },
            "market.departures.poached.line",
        ),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(market: dict[str, Any], place: str) -> None:
    assert place in refused(**market)


def rival(**terms: Any) -> dict[str, Any]:
    return {"rivals": {"other": {"attractiveness": 1, "price": 0.8, **terms}}}


@pytest.mark.parametrize(
    ("market", "place"),
    [
        (rival(becomes_known="1 per year"), "market.rivals.other.becomes_known"),
        (
            rival(reactions={"never": {"price_falls": 0.1, "cut": 0.1, "floor": 0.9}}),
            "market.rivals.other.reactions.never.floor",
        ),
        (
            rival(reactions={"late": {"price_falls": 0.1, "cut": 0.1, "after": "1 year"}}),
            "market.rivals.other.reactions.late.after",
        ),
        ({"lines": {"calls": {}}}, "market.lines.calls"),
        ({"departures": {"none": {"rate": "0 per year"}}}, "market.departures.none.rate"),
    ],
)
def test_what_has_no_effect_is_cautioned(market: dict[str, Any], place: str) -> None:
    assert place in doubted(**market)


@pytest.mark.parametrize(
    "terms",
    [
        {"reactions": {"both": {"price_falls": 0.1, "share_above": 0.5, "cut": 0.1}}},
        {"reactions": {"neither": {"cut": 0.1}}},
        {"enters": "2009-09-20", "exits": "2009-09-20"},
        {"price": -1},
        {"aware": 1.5},
    ],
)
def test_a_rival_that_contradicts_itself_is_refused(terms: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        document(**rival(**terms))


def test_a_line_goes_to_a_rival_only() -> None:
    with pytest.raises(ValidationError, match="with a rival only"):
        document(departures={"trouble": {"rate": "1 per year", "line": "calls"}})


def test_a_misspelt_name_is_answered_with_the_nearest() -> None:
    text = gallery()["telecom-4plus1"].read_text(encoding="utf-8")
    wrong = text.replace("serves: [long_distance]", "serves: [long_distanc]").replace(
        "rival: ip_calls", "rival: ip_call"
    )
    with pytest.raises(ScenarioError) as error:
        read_scenario(wrong.encode(), "wrong.yaml")
    assert {(each.path, each.suggestion) for each in error.value.problems} == {
        ("market.rivals.ip_calls.serves.0", "long_distance"),
        ("market.departures.rival_long_distance.rival", "ip_calls"),
    }


def test_unlimited_staff_beside_a_station_with_projects_stays_unlimited() -> None:
    project = {"comes": "3 per week", "staff": 1, "lasts": {"constant": "3 h"}}
    market = Market(
        small_document(
            service={
                "stations": {
                    "counter": {"staff": 2, "open": "09:00-17:00", "people": {"projects": {"fire": project}}},
                    "machine": {"staff": "unlimited", "open": "09:00-17:00"},
                },
                "tasks": {"errand": {"at": {"counter": "50%", "machine": "50%"}, "takes": {"constant": "5 min"}}},
            }
        )
    )
    market.run()
    assert market.day == market.calendar.days


def told(sections: dict[str, Any]) -> str:
    """The story of the first customer."""
    story, _ = trace(document(traits={"existing": 1, "aware": 1}, **sections), 0)
    console = Console(file=StringIO(), width=200)
    console.print(*narrate(story, document(**sections), "Town", "en"))
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_a_story_names_the_cause_for_which_somebody_left() -> None:
    said = told({"departures": {"trouble": {"title": "own trouble", "rate": "300 per year"}}})
    assert "is no longer a customer, for this reason: own trouble" in said


def test_a_story_tells_of_a_line_that_went_elsewhere() -> None:
    going = {"rate": "300 per year", "rival": "other", "line": "calls", "rate_for": {"many": 0}}
    assert "takes a line to another supplier: calls" in told({"departures": {"poached": going}})
