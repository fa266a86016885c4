"""Windows that cannot be kept are refused where they stand; those that hardly will be are warned of."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from sim.errors import ScenarioError
from sim.scenario.cautions import cautions
from sim.scenario.checks import check_stages
from sim.scenario.load import read_scenario
from sim.scenario.stages import stages
from tests.offices import WINDOWS, office

AT = "service.tasks.advice.appointment."


def refused(**terms: Any) -> list[tuple[str, str]]:
    return [(".".join(each.path), f"{each.found}; {each.allowed}") for each in check_stages(stages(office(**terms)))]


def warned(**terms: Any) -> list[tuple[str, str]]:
    found = cautions(stages(office(**terms)))
    return [(".".join(each.path), f"{each.found}; {each.allowed}") for each in found]


def test_a_book_that_can_be_kept_is_neither_refused_nor_warned_of() -> None:
    assert refused(no_show=0.2, overbooking=0.1) == []
    assert warned(no_show=0.2, overbooking=0.1) == []


@pytest.mark.parametrize(
    ("terms", "path", "words"),
    [
        ({"windows": {"dawn": {"hours": "07:00-09:30", "places": 1}}}, "windows.dawn.hours", "inside 09:00-17:00"),
        ({"windows": {"night": {"hours": "22:00-02:00", "places": 1}}}, "windows.night.hours", "not inside the hours"),
        ({"windows": {**WINDOWS, "noon": {"hours": "11:30-13:00", "places": 1}}}, "windows.noon.hours",
         "11:30-13:00 overlaps 09:00-12:00"),
        ({"windows": {"sunday": {"hours": "09:00-12:00", "places": 1, "days": ["sunday"]}},
          "station": {"days": ["monday"]}}, "windows.sunday.hours", "on a day it opens"),
        ({"windows": {"late": {"hours": "14:00-16:00", "places": 1, "days": ["monday", "friday"]}},
          "station": {"open_on": {"friday": "09:00-13:00"}}}, "windows.late.hours", "on friday"),
        ({"windows": {"full": {"hours": "09:00-12:00", "places": 9}}}, "windows.full.places", "at most 8 places"),
        ({"windows": {"full": {"hours": "09:00-12:00", "places": 9}},
          "station": {"breaks": {"tea": {"at": "10:00-10:30"}}}}, "windows.full.places", "at most 7 places"),
    ],
)  # fmt: skip
def test_windows_that_cannot_be_kept_are_refused(terms: dict[str, Any], path: str, words: str) -> None:
    ((where, found),) = refused(**terms)
    assert where == AT + path
    assert words in found


def test_a_station_where_people_wait_at_home_anyhow_has_no_windows() -> None:
    ((where, found),) = refused(station={"waiting": {"where": "at home"}})
    assert where == "service.stations.desk.waiting.where"
    assert "by appointment" in found


def test_unlimited_staff_begins_any_number() -> None:
    assert refused(windows={"full": {"hours": "09:00-12:00", "places": 5000}}, service={"capacity": "unlimited"}) == []


def test_a_change_that_takes_the_staff_away_is_said_from_its_date() -> None:
    change = {"fewer": {"from": "2009-09-21", "set": {"service.stations.desk.open": "10:00-17:00"}}}
    (where, found), *_ = refused(sections={"changes": change})
    assert where == AT + "windows.morning.hours"
    assert found.startswith("from 2009-09-21 on")


@pytest.mark.parametrize(
    ("terms", "path", "words"),
    [
        ({"overbooking": 0.15}, "overbooking", "everybody is there"),
        ({"no_show": 0.1, "overbooking": 1}, "windows.morning.places", "of the staff's time"),
        ({"spread": "200 min"}, "windows.morning.hours", "after it has ended"),
        ({"where": "at home", "travel": "3 h"}, "windows.morning.hours", "nobody is there in time"),
        ({"windows": {"none": {"hours": "09:00-12:00", "places": 0}}}, "windows", "nobody will get"),
    ],
)
def test_windows_that_will_hardly_be_kept_are_warned_of(terms: dict[str, Any], path: str, words: str) -> None:
    found = warned(**terms)
    assert any(where == AT + path and words in said for where, said in found), found


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"windows": {}}, "at least 1"),
        ({"accepts": 0}, "greater than 0"),
        ({"earliest": "5 days", "ahead": "2 days"}, "no day could be had"),
        ({"where": "at home", "no_show": 0.1}, "the customer is there"),
        ({"where": "at home", "spread": "5 min"}, "the customer is there"),
        ({"where": "at home", "no_window": "comes anyway"}, "the firm comes to the customer"),
        ({"travel": "5 min"}, "the customer comes"),
        ({"ahead": "3 years"}, "366"),
    ],
)
def test_terms_that_contradict_each_other_are_refused(terms: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        office(**terms)


TEXT = """\
scenario: booked
currency: CNY
calendar: {run: 1 Jan 2012 to 31 Jan 2012}
market:
  customers: 100
  segments: {all: {share: 1}}
  needs: {advice: {task: advice, rate: 1 per month}}
service:
  stations: {desk: {staff: 1, open: 09:00-17:00}}
  tasks:
    advice:
      at: desk
      takes: {constant: 30 min}
      appointment:
        windows:
          dawn: {hours: "08:00-10:00", places: 2}
        overbooked: 20%
plans: {none: {}}
"""


def test_the_file_is_told_line_and_path() -> None:
    with pytest.raises(ScenarioError) as slip:
        read_scenario(TEXT.encode(), "booked.yaml")
    assert "booked.yaml:17" in str(slip.value)
    assert "overbooking" in str(slip.value)
    with pytest.raises(ScenarioError) as refusal:
        read_scenario(TEXT.replace("overbooked", "overbooking").encode(), "booked.yaml")
    assert "booked.yaml:16: service.tasks.advice.appointment.windows.dawn.hours" in str(refusal.value)
