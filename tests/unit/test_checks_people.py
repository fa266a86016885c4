"""Breaks, teams, training and incidents that cannot be are refused; those hardly meant are warned of, once."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from sim.errors import ScenarioError
from sim.scenario.cautions import cautions
from sim.scenario.checks import check_stages
from sim.scenario.load import read_scenario
from sim.scenario.stages import stages
from tests.small_documents import COUNTER, ERRAND, small_document, with_stations

TEXT = """\
scenario: ward
currency: CNY
calendar: {run: 1 Jan 2012 to 31 Jan 2012}
market:
  customers: 100
  segments: {all: {share: 1}}
  needs: {errand: {task: errand, rate: 1 per week}}
service:
  tasks: {errand: {at: counter, takes: {constant: 5 min}}}
  stations:
    counter:
      staff: 2
      open: 09:00-17:00
      people:
        training:
          course: {during: 1 Mar 2012, skill: {empathy: 1}}
  incidents:
    fall: {per_visit: 1%, tasks: [erand], segments: {al: 2}}
plans: {none: {}}
"""


def refused(station: dict[str, Any] | None = None, **service: Any) -> list[tuple[str, str]]:
    found = check_stages(stages(with_stations({"counter": station or {}}, **service)))
    return [(".".join(finding.path), finding.found) for finding in found]


def warned(station: dict[str, Any]) -> list[tuple[str, str]]:
    found = cautions(stages(with_stations({"counter": station})))
    return [(".".join(finding.path), finding.found) for finding in found]


@pytest.mark.parametrize(
    ("station", "path", "words"),
    [
        ({"breaks": {"late": {"at": "18:00-18:30"}}}, "breaks.late.at", "lies in no shift"),
        ({"breaks": {"one": {"at": "12:00-13:00"}, "two": {"at": "12:30-13:30"}}}, "breaks.two.at", "same time"),
        ({"staff": "unlimited", "breaks": {"one": {"at": "12:00-13:00"}}}, "breaks", "unlimited staff"),
        ({"staff": "unlimited", "people": {"absence": {"share": 0.1}}}, "people", "unlimited staff"),
    ],
)
def test_breaks_and_people_that_cannot_be_are_refused(station: dict[str, Any], path: str, words: str) -> None:
    ((where, found),) = refused(station)
    assert where == f"service.stations.counter.{path}"
    assert words in found


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ({"00:00-24:00": 0}, "a hazard of 0 at every hour"),
        ({"20:00-04:00": 1, "03:00-05:00": 2}, "hours that overlap"),
    ],
)
def test_a_hazard_that_cannot_be_is_refused(hours: dict[str, float], words: str) -> None:
    ((where, found),) = refused(incidents={"fall": {"per_customer": "1 per year", "hours": hours}})
    assert where == "service.incidents.fall.hours"
    assert found == words or words in found


@pytest.mark.parametrize(
    ("station", "path", "words"),
    [
        ({"breaks": {"lunch": {"at": "12:00-12:30"}}}, "breaks.lunch", "unmanned from 12:00 to 12:30"),
        ({"staff": 1, "breaks": {"lunch": {"at": "12:00-12:30", "share": 0.5}}}, "breaks.lunch", "unmanned"),
        ({"people": {"team": {"people": 10, "groups": {"degree": {"a": 6, "b": 5}}}}}, "people.team.groups.degree",
         "6 + 5 by degree add up to 11, and there are 10 people"),
        ({"people": {"team": {"people": 1}}}, "people.team.people", "2 on duty at once, and 1 people"),
        ({"people": {"turnover": {"leaves": "1 per year"}}}, "people.turnover", "as good from the first day"),
        ({"people": {"beginners": {}}}, "people.beginners", "nobody is ever new"),
        ({"people": {"training": {"talk": {"hours": "10:00-11:00"}}}}, "people.training.talk",
         "neither skill nor pace"),
        ({"people": {"training": {"talk": {"share": 0.1, "faster": 0.1}}}}, "people.training.talk.share", "is nobody"),
        ({"people": {"training": {"talk": {"hours": "17:30-18:30", "faster": 0.1}}}}, "people.training.talk.hours",
         "does not lie inside a shift"),
        ({"days": ["monday"], "people": {"training": {"talk": {"days": ["friday"], "faster": 0.1}}}},
         "people.training.talk.days", "closed on these days"),
    ],
)  # fmt: skip
def test_what_is_hardly_meant_is_warned_of_once(station: dict[str, Any], path: str, words: str) -> None:
    ((where, found),) = warned(station)
    assert where == f"service.stations.counter.{path}"
    assert words in found


@pytest.mark.parametrize(
    "station",
    [
        {"breaks": {"lunch": {"at": "12:00-12:30", "covered": True}}},
        {"breaks": {"lunch": {"at": "12:00-12:30", "share": 0.5}}},
        {"people": {"team": {"people": 11, "groups": {"degree": {"a": 6, "b": 5}}}}},
        {"people": {"absence": {"share": 0.1}, "bonus": {"share_of_wages": 0.1}, "erosion": {}}},
    ],
)
def test_what_is_meant_is_not_warned_of(station: dict[str, Any]) -> None:
    assert warned(station) == []


@pytest.mark.parametrize(
    ("incident", "words"),
    [
        ({}, "either 'per_customer' or 'per_visit'"),
        ({"per_customer": "1 per year", "per_visit": 0.1}, "either 'per_customer' or 'per_visit'"),
        ({"per_customer": "1 per year", "tasks": ["errand"]}, "belong to an incident 'per_visit'"),
        ({"per_visit": 0.1, "prevention": {"rounds": {}}}, "either 'prevents' or 'inspection'"),
        ({"per_visit": 0.1, "hours": {"9-17": 2}}, "hours"),
    ],
)
def test_an_incident_says_one_rate_and_each_prevention_one_way(incident: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        small_document(
            service={"stations": {"counter": COUNTER}, "tasks": {"errand": ERRAND}, "incidents": {"fall": incident}}
        )


def test_unknown_names_and_days_outside_the_run_are_said_with_their_lines() -> None:
    with pytest.raises(ScenarioError) as caught:
        read_scenario(TEXT.encode(), "ward.yaml")
    said = str(caught.value)
    assert "ward.yaml:16: service.stations.counter.people.training.course.during" in said
    assert "did you mean 'errand'?" in said
    assert "did you mean 'all'?" in said


def test_a_crew_too_large_to_keep_each_person_apart_is_refused() -> None:
    found = refused({"people": {"absence": {"share": "5%"}}, "staff": 1_000_000_000})
    assert any("each of them kept apart" in words for _, words in found)
