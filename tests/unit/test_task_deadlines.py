"""Deadlines of tasks and steps: checked in series, refused if nobody can keep them, counted once, felt as a promise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.market import Market
from sim.scenario.cautions import cautions
from sim.scenario.document import Document
from sim.scenario.stages import stages
from tests.scenario_texts import PLANS, SMALL_BANK, assert_refused, line_of, load_text, only_problem
from tests.small_documents import small_document

CHAIN = """\
    upgrade:
      within: 10 days
      steps:
        file: {at: counter, takes: {constant: 30 min}, within: 2 days}
        check: {at: office, takes: {constant: 1 h}, within: 3 days}
        approve: {at: board, takes: {constant: 1 h}, within: 3 days, never_above: {time: 7 days, then: goes on}}
  meetings:
    board: {days: [monday, thursday], begins: 14:00}
"""
OFFICE = '  stations:\n    office: {staff: 1, open: "09:00-17:00", at_closing: carry over}\n'
TEXT = SMALL_BANK.replace("  stations:\n", CHAIN + OFFICE, 1) + PLANS


def warned(text: str, path: str) -> list[str]:
    return [warning for warning in load_text(text).warnings if f" {path}: " in warning]


def test_steps_that_add_up_to_more_than_the_whole_are_warned_of() -> None:
    """2 + 3 + 7 = 12 > 10: the step counts with the most it may take, not with what it should."""
    (said,) = warned(TEXT, "service.tasks.upgrade.within")
    assert "10 days for the whole, and 2 + 3 + 7 = 12 days for file → check → approve" in said
    assert said.startswith(f"bank.yaml:{line_of(TEXT, 'within: 10 days')}:")


def test_steps_that_fit_the_whole_are_not_warned_of() -> None:
    assert not warned(TEXT.replace("within: 10 days", "within: 12 days"), "service.tasks.upgrade.within")
    assert not warned(TEXT.replace("time: 7 days", "time: 5 days"), "service.tasks.upgrade.within")


@pytest.mark.parametrize(
    ("change", "where", "path", "said"),
    [
        (("takes: {constant: 1 h}, within: 3 days}", "takes: {constant: 1 h}, within: 30 min}"), "within: 30 min",
         "service.tasks.upgrade.steps.check.within", "30 min for a step that takes 60 min at the least"),
        (("within: 10 days", "within: 2 h"), "within: 2 h", "service.tasks.upgrade.within", "at the least"),
        (("time: 7 days", "time: 1 day"), "approve:", "service.tasks.upgrade.steps.approve",
         "never_above is shorter than within"),
        (("approve: {at: board", "approve: {by: the customer"), "approve:", "service.tasks.upgrade.steps.approve",
         "cannot go on by itself"),
        (("within: 3 days, never", "again: {chance: 10%}, never"), "approve:", "service.tasks.upgrade.steps.approve",
         "it cannot be sent back"),
    ],
)  # fmt: skip
def test_deadlines_nobody_can_keep_are_refused_at_their_line(
    change: tuple[str, str], where: str, path: str, said: str
) -> None:
    assert_refused(TEXT.replace(*change), where, path, said)


def test_a_meeting_less_often_than_its_deadline_is_warned_of() -> None:
    text = TEXT.replace("days: [monday, thursday]", "days: [monday]")
    (said,) = warned(text, "service.tasks.upgrade.steps.approve.within")
    assert "up to 7 days until board meets again" in said


def test_a_station_closed_for_longer_than_the_deadline_is_warned_of() -> None:
    text = TEXT.replace("at_closing: carry over}", "at_closing: carry over, days: [monday]}")
    (said,) = warned(text, "service.tasks.upgrade.steps.check.within")
    assert "until office opens again" in said


def test_work_that_mostly_takes_longer_than_its_deadline_is_warned_of() -> None:
    text = TEXT.replace(
        "check: {at: office, takes: {constant: 1 h}", "check: {at: office, takes: {exponential: {mean: 9 days}}"
    )
    (said,) = warned(text, "service.tasks.upgrade.steps.check.within")
    assert "half of the time" in said


def chain(staff: int, task: dict[str, Any] | None = None, **steps: Any) -> Document:
    """Requests that go on to an office: `staff` people there, two hours of work each."""
    return small_document(
        market={
            "customers": 60,
            "segments": {"everyone": {"share": 1, "traits": {"existing": 1}}},
            "needs": {"request": {"task": "request", "rate": "1 per week", "contested": False}},
        },
        service={
            "stations": {
                "counter": {"staff": 9, "open": "09:00-17:00"},
                "office": {"staff": staff, "open": "09:00-17:00", "at_closing": "put down", "channel": "online"},
            },
            "tasks": {
                "request": {
                    "steps": {
                        "ask": {"at": "counter", "takes": {"constant": "1 min"}},
                        "decide": {"at": "office", "takes": {"constant": "2 h"}, **steps},
                    },
                    **(task or {}),
                }
            },
            "wait_scale": {"desired": "2 days", "adequate": "8 days"},
        },
    )  # fmt: skip


def rows(document: Document) -> Any:
    market = Market(document, keep_encounters=True)
    return market.run()


def test_the_shares_are_those_of_the_visits_themselves() -> None:
    """Every visit that ended, and none still inside whose time is up, counted by hand from the encounters."""
    result = rows(chain(1, {"within": "3 days"}, within="2 days"))
    met, days = result.encounters, len(result.daily)
    due = met["arrived"] + 3 * 1440.0
    kept = (met["ended"] <= due).sum()
    assert result.daily["kept_in_time_request"].sum() == kept
    # Of those who came, ended or not, all whose time ended or was up by the last midnight.
    counted = result.daily["counted_in_time_request"].sum()
    assert kept < counted <= result.daily["visits"].sum()
    late = met["ended"] > due
    assert counted >= kept + late.sum()
    assert result.value("in_time_request") == pytest.approx(kept / counted)
    assert days * 1440.0 > met["ended"].max()


def test_work_that_is_stuck_for_ever_counts_as_late() -> None:
    """With nobody to decide nothing ever ends, and still every deadline passes."""
    result = rows(chain(0, {"within": "3 days"}, within="2 days"))
    assert result.daily["kept_in_time_request"].sum() == 0
    came_early = result.daily["visits"].iloc[:-3].sum()
    assert came_early <= result.daily["counted_in_time_request"].sum() <= result.daily["visits"].sum()
    assert result.value("in_time_request.decide") == 0.0


def test_what_goes_on_by_itself_ends_in_time_and_is_counted() -> None:
    waits = rows(chain(0, {"within": "5 days"}, never_above={"time": "3 days"}))
    goes_on = rows(chain(0, {"within": "5 days"}, never_above={"time": "3 days", "then": "goes on"}))
    assert waits.value("over_limit_request.decide") == goes_on.value("over_limit_request.decide") == 1.0
    assert waits.value("in_time_request") == 0.0
    assert goes_on.value("in_time_request") == 1.0
    took = (goes_on.encounters["ended"] - goes_on.encounters["arrived"]).to_numpy()
    np.testing.assert_allclose(took, 3 * 1440.0 + 1.0, atol=1e-6)


def test_a_broken_promise_of_time_costs_reliability_and_nothing_else() -> None:
    """The same people on the same day, with the same waits: only that a time was promised differs."""
    plain, promised = Market(chain(1)), Market(chain(1, {"within": "1 day"}))
    late_visits = 0
    while not late_visits:
        plain.step()
        promised.step()
        before, after, met = plain.today.judgement, promised.today.judgement, promised.today.encounters
        assert before is not None
        assert after is not None
        assert met is not None
        np.testing.assert_array_equal(before.rows, after.rows)
        late = (met.ended - met.arrived)[np.argsort(met.customer)] > 1440.0
        np.testing.assert_array_equal(before.delivered[1:], after.delivered[1:])
        np.testing.assert_array_equal(before.delivered[0][~late], after.delivered[0][~late])
        assert (after.delivered[0][late] < before.delivered[0][late]).all()
        assert not (after.failed != before.failed).any(), "late is not wrong"
        late_visits += int(late.sum())


def test_a_deadline_cannot_change_during_a_run() -> None:
    text = TEXT.replace(
        "channels:\n", "changes: {sooner: {from: 1 Oct, set: {service.tasks.upgrade.within: 5 days}}}\nchannels:\n"
    )
    assert "cannot change like this" in only_problem(text).found


def test_nothing_is_said_of_a_chain_without_deadlines() -> None:
    assert [finding for finding in cautions(stages(chain(1))) if "tasks" in finding.path] == []
