"""Processes that cannot be are refused with the line and the reason."""

import pytest

from tests.scenario_texts import PLANS, SMALL_BANK, line_of, load_text, only_problem

STEPS = """\
    loan:
      steps:
        ask: {at: counter, takes: {constant: 5 min}}
        papers: {by: the customer, takes: {constant: 2 days}}
        check: {at: counter, takes: {constant: 5 min}, again: {chance: 20%, back_to: papers, at_most: 3}}
        decide: {at: board, takes: {constant: 1 h}}
  meetings:
    board: {days: [tuesday], begins: 14:00}
"""
PROCESS = SMALL_BANK.replace("  stations:\n", STEPS + "  stations:\n", 1) + PLANS


def test_the_good_process_is_good() -> None:
    assert load_text(PROCESS)


@pytest.mark.parametrize(
    ("change", "where", "path", "said"),
    [
        (("back_to: papers", "back_to: pappers"), "pappers", "service.tasks.loan.steps.check.again.back_to",
         "there is no step 'pappers' in loan"),
        (("back_to: papers", "back_to: pappers"), "pappers", "service.tasks.loan.steps.check.again.back_to",
         "did you mean 'papers'?"),
        (("back_to: papers", "back_to: decide"), "back_to: decide", "service.tasks.loan.steps.check.again.back_to",
         "'decide' comes after check"),
        (("chance: 20%, back_to: papers, at_most: 3", "chance: 100%"), "chance: 100%",
         "service.tasks.loan.steps.check.again", "never ends"),
        (("chance: 20%, back_to: papers, at_most: 3", "chance: 99.99%"), "chance: 99.99%",
         "service.tasks.loan.steps.check.again", "more than 1,000 steps"),
        (("at_most: 3", "at_most: 0"), "at_most: 0", "service.tasks.loan.steps.check.again.at_most",
         "a whole number from 1"),
        (("{at: board,", "{at: bored,"), "bored", "service.tasks.loan.steps.decide.at", "did you mean 'board'?"),
        (("by: the customer", "by: nobody"), "by: nobody", "service.tasks.loan.steps.papers.by", "the customer"),
        (("{by: the customer", "{at: counter, by: the customer"), "by: the customer",
         "service.tasks.loan.steps.papers", "either 'at'"),
        (("ask: {at: counter", "ask: {at: board"), "ask: {at: board", "service.tasks.loan.steps.ask",
         "begins with the meeting board"),
        (("ask: {at: counter", "ask: {by: the customer"), "ask: {by", "service.tasks.loan.steps.ask",
         "begins with the customer's own work"),
        (("days: [tuesday]", "days: []"), "days: []", "service.meetings.board.days", "at least 1"),
        (("days: [tuesday]", "days: [tuseday]"), "tuseday", "service.meetings.board.days.0", "tuesday"),
        (("board: {days", "counter: {days"), "counter: {days", "service.meetings.counter", "counter is a station, too"),
    ],
)  # fmt: skip
def test_an_impossible_process_is_refused_at_its_line(
    change: tuple[str, str], where: str, path: str, said: str
) -> None:
    text = PROCESS.replace(*change)
    if where == "counter: {days":
        text = text.replace("{at: board", "{at: counter")
    problem = only_problem(text)
    assert problem.path == path
    assert problem.line == line_of(text, where)
    assert said in str(problem)


def test_a_name_slipped_in_one_loop_is_said_when_there_are_two() -> None:
    """How long the way through both would be cannot be asked before every step leads somewhere."""
    text = PROCESS.replace("ask: {at: counter, takes: {constant: 5 min}}",
                           "ask: {at: counter, takes: {constant: 5 min}, again: {chance: 10%}}")  # fmt: skip
    problem = only_problem(text.replace("back_to: papers", "back_to: pappers"))
    assert problem.path == "service.tasks.loan.steps.check.again.back_to"
    assert "did you mean 'papers'?" in str(problem)
