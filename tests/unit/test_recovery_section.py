"""The recovery section: what cannot be is refused with its line, what is hardly meant is warned of."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.errors import ScenarioError
from sim.operations.cases import NEVER, CaseRules
from sim.scenario.deadlines import in_series
from sim.scenario.document import Document
from sim.scenario.load import Scenario, read_scenario
from tests.small_documents import COUNTER, ERRAND, small_document

HALL = {"share": 1, "at": "counter", "takes": {"constant": "5 min"}}
BANK = """\
scenario: bank
title: bank
currency: EUR
calendar: {run: 1 Jun 2026 to 30 Jun 2026}
market:
  customers: 100
  segments: {everyone: {share: 1}}
  needs: {errand: {task: errand, rate: 2 per month}}
service:
  tasks: {errand: {at: counter, takes: {constant: 5 min}}}
  stations:
    counter: {staff: 2, open: "09:00-17:00"}
    office: {staff: 1, open: "09:00-17:00", days: [monday, tuesday, wednesday, thursday, friday]}
  standards: {prompt: {station: counter, at_most: 10 min, share: 90%}}
  recovery:
RECOVERY
plans: {none: {title: none}, more: {title: more, set: {service.stations.counter.staff: 3}}}
"""


def bank(recovery: str) -> Scenario:
    indented = "\n".join(f"    {line}" for line in recovery.strip().splitlines())
    return read_scenario(BANK.replace("RECOVERY", indented).encode(), "bank.yaml")


def refused(recovery: str) -> list[str]:
    with pytest.raises(ScenarioError) as error:
        bank(recovery)
    return [str(problem) for problem in error.value.problems]


CHANNELS = "channels: {hall: {share: 1, at: counter, takes: {constant: 5 min}}}\n"


@pytest.mark.parametrize(
    ("recovery", "said"),
    [
        ("channels: {hall: {share: 80%, at: counter, takes: {constant: 5 min}}}", "the channels add up to 0.8"),
        ("channels: {hall: {share: 1, at: conter, takes: {constant: 5 min}}}", "did you mean 'counter'"),
        (CHANNELS + "escalation: {head: {at: ofice, takes: {constant: 5 min}}}", "did you mean 'office'"),
        ("answer_within: 3 days", "answer_within without channels"),
        ("{initiative: 10%, reopens: 5%}", "initiative and reopens without channels"),
        (CHANNELS + "compensation: 5", "'fair_compensation' above 0"),
        (CHANNELS + "answer_within: 12 h", "1"),
        (CHANNELS + "answer_within: 3", "unit"),
        (CHANNELS + "apology: 2", "a share from 0 to 1"),
        (CHANNELS + "takes_up: soon", "at once"),
        ("guarantees: {g: {standard: promt, pays: 5}}\nfair_compensation: 10", "did you mean 'prompt'"),
        ("guarantees: {g: {standard: prompt, pays: 0}}\nfair_compensation: 10", "a guarantee that pays nothing"),
        ("guarantees: {g: {standard: prompt, pays: 5}}", "'fair_compensation' above 0"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(recovery: str, said: str) -> None:
    problems = refused(recovery)
    assert any(said in problem for problem in problems), problems
    assert all(problem.startswith("bank.yaml:") for problem in problems)


def chain(answer: str, channel: str, *levels: str) -> str:
    above = ", ".join(f"l{k}: {{at: counter, takes: {{constant: 5 min}}, within: {w}}}" for k, w in enumerate(levels))
    return (
        f"channels: {{hall: {{share: 1, at: counter, takes: {{constant: 5 min}}, within: {channel}}}}}\n"
        f"escalation: {{{above}}}\nanswer_within: {answer}\n"
    )


def test_deadlines_in_series_longer_than_the_whole_are_warned_of() -> None:
    """The rule of the credit upgrade: 2 + 3 + 7 days do not fit into 10."""
    warnings = bank(chain("10 days", "2 days", "3 days", "7 days")).warnings
    assert any("10 days for the whole, and 2 + 3 + 7 = 12 days for hall → l0 → l1" in each for each in warnings)
    assert bank(chain("10 days", "2 days", "3 days", "3 days")).warnings == ()
    assert bank(chain("12 days", "2 days", "3 days", "7 days")).warnings == ()


def test_a_chain_of_any_steps_can_be_asked() -> None:
    steps = [("area", 2.0), ("region", 3.0), ("headquarters", 7.0)]
    (finding,) = in_series(("service", "tasks", "upgrade"), 10.0, steps)
    assert finding.found == "10 days for the whole, and 2 + 3 + 7 = 12 days for area → region → headquarters"
    assert list(in_series(("anywhere",), 12.0, steps)) == []
    assert list(in_series(("anywhere",), 0.3, [("a", 0.1), ("b", 0.2)])) == []  # 0.1 + 0.2 rounds above 0.3


def test_an_office_closed_over_the_weekend_cannot_answer_in_one_day() -> None:
    office = "channels: {{mail: {{share: 1, at: office, takes: {{constant: 5 min}}}}}}\nanswer_within: {}\n"
    warnings = bank(office.format("1 day")).warnings
    assert any("an answer within 1 days, and up to 3 until office opens again" in each for each in warnings)
    assert bank(office.format("3 days")).warnings == ()


def test_words_without_effect_are_warned_of() -> None:
    (warning,) = bank(CHANNELS + "takes_up: any day in time").warnings
    assert "neither answer_within nor within says how long" in warning
    text = BANK.replace("RECOVERY", "    " + CHANNELS) + "behaviour: {complaining: none}\n"
    (warning,) = read_scenario(text.encode(), "bank.yaml").warnings
    assert "nobody ever complains" in warning


def test_the_levels_stay_the_same_for_the_whole_run_while_what_they_do_may_change() -> None:
    text = BANK.replace("RECOVERY", "    " + CHANNELS)
    change = "changes: {later: {from: 8 Jun, set: {PATH: VALUE}}}\n"

    def changed(path: str, value: str) -> Scenario:
        return read_scenario((text + change.replace("PATH", path).replace("VALUE", value)).encode(), "bank.yaml")

    assert changed("service.recovery.channels.hall.resolves", "90%").warnings == ()
    assert changed("service.recovery.answer_within", "2 days").warnings == ()
    with pytest.raises(ScenarioError, match="the same channels and levels"):
        changed("service.recovery.channels.hall.at", "office")
    with pytest.raises(ScenarioError, match="the same channels and levels"):
        changed("service.recovery.escalation", "{head: {at: office, takes: {constant: 5 min}}}")


def rules(**recovery: Any) -> CaseRules:
    service = {"stations": {"counter": COUNTER}, "tasks": {"errand": ERRAND}, "recovery": recovery}
    document: Document = small_document(service=service)
    return CaseRules(document)


LEVEL = {"at": "counter", "takes": {"constant": "5 min"}}


def test_a_case_goes_from_its_channel_through_every_level() -> None:
    phone = {**HALL, "share": 0.25, "resolves": "50%"}
    found = rules(
        channels={"hall": {**HALL, "share": 0.75, "resolves": "80%"}, "phone": phone},
        escalation={"head": {**LEVEL, "resolves": "50%"}, "director": {**LEVEL, "resolves": "20%"}},
    )
    assert found.above.tolist() == [2, 2, 3, -1]
    assert found.channel(np.array([0.1, 0.74, 0.76, 0.99])).tolist() == [0, 0, 1, 1]
    # 1 - (1 - r)·(1 - .5)·(1 - .2)
    assert found.hope == pytest.approx([1 - 0.2 * 0.4, 1 - 0.5 * 0.4], abs=1e-12)
    assert rules(channels={"hall": HALL}).above.tolist() == [-1]


def test_staff_turn_to_a_case_the_next_day_or_on_some_day_of_their_time() -> None:
    luck = np.array([[0.0, 0.0, 0.0, 0.0], [0.0, 0.5, 0.0, 0.0], [0.0, 0.999, 0.0, 0.0]])
    stage, due = np.zeros(3, np.int64), np.full(3, 16, np.int64)
    at_once = rules(channels={"hall": HALL}, answer_within="6 days")
    assert at_once.work_begins(10, stage, due, luck).tolist() == [11, 11, 11]
    some_day = rules(channels={"hall": HALL}, answer_within="6 days", takes_up="any day in time")
    assert some_day.work_begins(10, stage, due, luck).tolist() == [11, 14, 16]
    own_time = rules(
        channels={"hall": {**HALL, "within": "2 days"}}, answer_within="6 days", takes_up="any day in time"
    )
    assert own_time.work_begins(10, stage, due, luck).tolist() == [11, 12, 12]
    no_time = rules(channels={"hall": HALL}, takes_up="any day in time")
    assert no_time.work_begins(10, stage, np.full(3, NEVER, np.int64), luck).tolist() == [11, 11, 11]
