"""Dated changes: the document is another from the day on, nothing before it, and nothing impossible comes of it."""

from typing import Any

import pytest

from sim.calendar import Calendar
from sim.errors import RequestError
from sim.levers.changes import timeline
from sim.market import Market
from sim.scenario.document import Document
from sim.scenario.stages import FIXED, replaced
from tests.small_documents import COUNTER, ERRAND, small_document

STAFF = "service.stations.counter.staff"


def changing(**changes: dict[str, Any]) -> Document:
    return small_document(changes=changes)


def staff_by_stage(document: Document) -> dict[int, int | str]:
    stages = timeline(document, Calendar.of(document.calendar))
    return {day: stage.service.stations["counter"].staff for day, stage in stages.items()}


def test_without_changes_the_document_stands_from_the_first_day() -> None:
    document = small_document()
    stages = timeline(document, Calendar.of(document.calendar))
    assert list(stages) == [0]
    assert stages[0] is document


def test_a_change_acts_from_its_first_day_to_the_end() -> None:
    assert staff_by_stage(changing(more={"from": "2009-09-14", "set": {STAFF: 5}})) == {0: 2, 7: 5}


def test_a_change_from_the_first_day_acts_on_it() -> None:
    market = Market(changing(more={"from": "2009-09-07", "set": {STAFF: 5}}))
    market.step()
    assert market.document.service.stations["counter"].staff == 5
    assert market.plant.document.service.stations["counter"].staff == 5


def test_a_change_for_some_days_ends_after_its_last() -> None:
    more = {"during": "2009-09-14 to 2009-09-20", "set": {STAFF: 5}}
    assert staff_by_stage(changing(more=more)) == {0: 2, 7: 5, 14: 2}


def test_a_change_of_one_day_lasts_one_day() -> None:
    assert staff_by_stage(changing(more={"during": "2009-09-14 to 2009-09-14", "set": {STAFF: 5}})) == {
        0: 2,
        7: 5,
        8: 2,
    }


def test_the_later_of_two_changes_wins_and_the_earlier_comes_back() -> None:
    late = {"during": "2009-09-16 to 2009-09-18", "set": {STAFF: 9}}
    early = {"during": "2009-09-14 to 2009-09-20", "set": {STAFF: 5}}
    expected = {0: 2, 7: 5, 9: 9, 12: 5, 14: 2}
    assert staff_by_stage(changing(late=late, early=early)) == expected
    assert staff_by_stage(changing(early=early, late=late)) == expected


def test_of_two_changes_of_one_day_the_later_line_of_the_file_wins() -> None:
    one, other = {"from": "2009-09-14", "set": {STAFF: 5}}, {"from": "2009-09-14", "set": {STAFF: 6}}
    assert staff_by_stage(changing(one=one, other=other)) == {0: 2, 7: 6}


def test_changes_outside_the_run_are_seen_only_where_they_reach_into_it() -> None:
    before = {"during": "2009-08-01 to 2009-09-10", "set": {STAFF: 5}}
    after = {"from": "2009-12-01", "set": {STAFF: 6}}
    beyond = {"during": "2009-10-01 to 2009-12-01", "set": {STAFF: 7}}
    assert staff_by_stage(changing(before=before, after=after, beyond=beyond)) == {0: 5, 4: 2, 24: 7}


def test_several_values_change_together() -> None:
    values = {STAFF: 3, "service.quality.right_first_time": "99%", "service.tasks.errand.takes": {"constant": "4 min"}}
    document = changing(training={"from": "2009-09-08", "set": values})
    later = timeline(document, Calendar.of(document.calendar))[1].service
    assert later.stations["counter"].staff == 3
    assert later.quality.right_first_time == 0.99
    assert later.tasks["errand"].takes is not None
    assert later.tasks["errand"].takes.expected() == 4.0


def test_the_original_document_is_not_touched() -> None:
    document = small_document()
    changed = replaced(document, STAFF, 7)
    assert document == small_document()
    assert changed == replaced(small_document(), STAFF, 7)
    assert changed.market is document.market


def test_the_result_is_what_a_file_with_this_value_would_give() -> None:
    values: dict[str, Any] = {"staff": "unlimited", "open": "10:00-18:30", "wage": "12.50", "queue_limit": 4}
    for key, value in values.items():
        read = small_document(service={"stations": {"counter": {**COUNTER, key: value}}, "tasks": {"errand": ERRAND}})
        assert replaced(small_document(), f"service.stations.counter.{key}", value) == read


def test_one_value_of_a_mapping_changes_alone() -> None:
    task = {**ERRAND, "at": {"counter": "60%", "machine": "40%"}}
    stations = {"counter": COUNTER, "machine": {**COUNTER, "staff_at": {"12:00-14:00": 3, "15:00-16:00": 4}}}
    document = small_document(service={"stations": stations, "tasks": {"errand": task}})
    changed = replaced(document, "service.stations.machine.staff_at.12:00-14:00", 9).service.stations["machine"]
    assert changed.staff_at == {"12:00-14:00": 9, "15:00-16:00": 4}
    replaced_station = replaced(document, "service.stations.machine", {**COUNTER, "staff": 1}).service.stations
    assert (replaced_station["machine"].staff, replaced_station["counter"].staff) == (1, 2)


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        (STAFF, -1, "whole number"),
        (STAFF, "many", "whole number"),
        (STAFF, 2.5, "whole number"),
        ("service.stations.counter.open", "25:00-26:00", "time"),
        ("service.quality.right_first_time", 1.2, "share"),
        ("service.stations.bureau.staff", 3, "there is: counter"),
        ("service.stations.counter.stuff", 3, "fields: .*staff"),
        ("service.stations.counter.staff.more", 3, "leads nowhere"),
        ("", 3, "not a field"),
        ("service.stations", {"counter": {"staff": 2}}, "required"),
    ],
)
def test_what_a_file_would_not_accept_no_change_makes(path: str, value: object, why: str) -> None:
    with pytest.raises(RequestError, match=f"(?i){why}"):
        replaced(small_document(), path, value)


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        ("service.wait_scale.adequate", "2 min", "must be longer than the desired wait"),
        ("service.tasks.errand.takes.gamma", {"mean": "2 min", "sd": "1 min"}, "exactly one of"),
        ("service.tasks.errand.steps", {"one": {"at": "counter", "takes": {"constant": "1 min"}}}, "or 'steps'"),
    ],
)
def test_values_that_contradict_each_other_are_refused(path: str, value: object, why: str) -> None:
    """Each value alone would do; a rule between the fields of a section says no."""
    with pytest.raises(RequestError, match=why):
        replaced(small_document(), path, value)


@pytest.mark.parametrize("path", [*FIXED, "market", "market.segments.everyone.share", "calendar.run", "seed"])
def test_what_a_run_is_built_on_cannot_change(path: str) -> None:
    with pytest.raises(RequestError, match="cannot change during a run"):
        replaced(small_document(), path, 5)


def test_names_that_begin_alike_are_not_mistaken_for_what_is_fixed() -> None:
    document = small_document(
        market={"customers": 10, "segments": {"everyone": {"share": 1}}, "rivals": {"seed": {"attractiveness": 0}}}
    )
    assert replaced(document, "market.rivals.seed.attractiveness", 1).market.rivals["seed"].attractiveness == 1
