"""Amounts that decide the chain: who must approve, by how much it is about."""

from __future__ import annotations

from math import sqrt
from typing import Any

import pytest

from sim.market import Market
from sim.scenario.document import Document
from tests.scenario_texts import PLANS, SMALL_BANK, line_of, load_text, only_problem
from tests.small_documents import COUNTER, small_document


def office(limits: tuple[float, float], **need: Any) -> Document:
    """Requests of 0 to 1,000, evenly: a minute by the foreman, 10 above the first limit, 100 above the second."""
    minutes = {"chief": "10 min", "board": "100 min"}
    return small_document(
        market={
            "customers": 300,
            "segments": {"everyone": {"share": 1}},
            "needs": {
                "request": {
                    "task": "request", "rate": "2 per week", "contested": False,
                    "amount": {"uniform": {"low": 0, "high": 1000}}, **need,
                }
            },
        },
        service={
            "stations": {name: {**COUNTER, "staff": "unlimited"} for name in ("foreman", "chief", "board")},
            "tasks": {
                "request": {
                    "steps": {
                        "foreman": {"at": "foreman", "takes": {"constant": "1 min"}},
                        **{
                            name: {"at": name, "takes": {"constant": takes}, "above": limit}
                            for (name, takes), limit in zip(minutes.items(), limits, strict=True)
                        },
                    }
                }
            },
        },
    )  # fmt: skip


def shares(document: Document) -> dict[float, float]:
    """Share of the requests by the minutes of work they took."""
    met = Market(document, keep_encounters=True).run().encounters
    assert met is not None
    found = met["service"].round().value_counts(normalize=True)
    return {float(minutes): float(share) for minutes, share in found.items()}


def test_the_amount_decides_how_far_up_a_request_goes() -> None:
    """P(up to 200) = 0.2, P(up to 700) = 0.5 more. Binomial of some 2,000 requests, four standard errors."""
    found = shares(office((200, 700)))
    for minutes, share in ((1.0, 0.2), (11.0, 0.5), (111.0, 0.3)):
        assert found[minutes] == pytest.approx(share, abs=4 * sqrt(share * (1 - share) / 2000))


def test_a_limit_is_inclusive_and_no_amount_is_above_the_highest() -> None:
    """Up to 500 the foreman decides alone, 500 itself included."""
    constant = {"amount": {"constant": 500}}
    assert shares(office((500, 700), **constant)) == {1.0: 1.0}
    assert shares(office((499.99, 700), **constant)) == {11.0: 1.0}


def test_a_higher_limit_spares_the_same_requests_a_step() -> None:
    """Common luck: what goes up under the higher limit went up under the lower one."""
    low, high = (Market(office(limits), keep_encounters=True).run().encounters for limits in ((200, 700), (400, 700)))
    assert low is not None
    assert high is not None
    both = low.merge(high, on=["customer", "day"])
    assert len(both) > 1000
    assert (both["service_y"] <= both["service_x"]).all()
    assert (both["service_y"] < both["service_x"]).any()


def test_steps_that_are_skipped_wait_for_nobody() -> None:
    """With nobody at the board, requests up to the limit end all the same."""
    document = office((200, 2000))
    assert shares(document).keys() == {1.0, 11.0}


STEPS = """\
    loan:
      steps:
        ask: {at: counter, takes: {constant: 5 min}}
        sign: {at: counter, takes: {constant: 5 min}, above: 100}
"""
NEED = "  needs:\n    loan: {task: loan, rate: 1 per year, amount: {constant: 90}}\n"
TEXT = SMALL_BANK.replace("  stations:\n", STEPS + "  stations:\n", 1).replace("  needs:\n", NEED, 1) + PLANS


@pytest.mark.parametrize(
    ("change", "where", "path", "said"),
    [
        ((", amount: {constant: 90}", ""), "loan: {task", "market.needs.loan", "this need says none"),
        (("takes: {constant: 5 min}}\n", "takes: {constant: 5 min}, above: 9}\n"), "loan:\n", "service.tasks.loan",
         "the first step is everybody's"),
        (("above: 100}", "above: 100, again: {chance: 5%}}"), "sign:", "service.tasks.loan.steps.sign",
         "cannot send work back"),
        (("above: 100", "above: -1"), "above: -1", "service.tasks.loan.steps.sign.above", "0"),
    ],
)  # fmt: skip
def test_amounts_that_cannot_decide_are_refused_at_their_line(
    change: tuple[str, str], where: str, path: str, said: str
) -> None:
    text = TEXT.replace(*change)
    problem = only_problem(text)
    assert problem.path == path
    assert said in str(problem)
    assert where in text
    assert problem.line == line_of(text, where)


def test_an_amount_that_decides_nothing_is_warned_of() -> None:
    text = TEXT.replace(", above: 100", "")
    assert any("no step of loan goes by it" in warning for warning in load_text(text).warnings)
