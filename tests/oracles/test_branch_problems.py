"""Problems of branches: how they come, are found, put right and come back, by the chances the file states."""

from __future__ import annotations

from math import exp, sqrt
from typing import Any

import numpy as np
import pytest

from sim.day.open_day import open_day
from sim.market import Market
from sim.scenario.cautions import cautions
from sim.scenario.checks import check_stages
from sim.scenario.document import Document
from sim.scenario.stages import stages
from sim.today import Today
from tests.small_documents import COUNTER, ERRAND, small_document

SITES = 900
SIGNS = {"share": 0.6, "harm": {"tangibles": -1}}
ROUNDS = {"every": "1 week", "finds": 0.5, "fixed_within": "3 days"}


def branches(
    problem: dict[str, Any],
    rounds: dict[str, Any] | None = None,
    sites: int = SITES,
    customers: int = 10,
    **station: Any,
) -> Document:
    return small_document(
        market={
            "customers": customers,
            "sites": sites,
            "segments": {"everyone": {"share": 1}},
            "traits": {"existing": 1},
            "needs": {"errand": {"task": "errand", "rate": "2 per week", "contested": False}},
        },
        service={
            "stations": {"counter": {**COUNTER, **station}},
            "tasks": {"errand": ERRAND},
            "problems": {"signs": {**SIGNS, **problem}},
            "inspections": {} if rounds is None else {"rounds": rounds},
            "quality": {"noise": 0},
        },
    )


def mornings(document: Document, days: int) -> tuple[list[float], Market]:
    """The share of sites with the problem on each morning; nothing else of the day takes place."""
    market, shares = Market(document), []
    for day in range(days):
        market.day, market.today = day, Today(day, market.calendar.weekday(day))
        open_day(market)
        shares.append(float(market.branch_problems.there["signs"].mean()))
    return shares, market


def near(share: float) -> Any:
    return pytest.approx(share, abs=4 * sqrt(share * (1 - share) / SITES))


def test_problems_spread_as_a_hazard_says() -> None:
    """1 - (1 - s)·exp(-λt): whoever has it keeps it, as nobody looks."""
    shares, _ = mornings(branches({"returns": "0.1 per day"}), 15)
    assert shares[0] == near(0.6)
    assert shares[14] == near(1 - 0.4 * exp(-0.1 * 14))


def test_a_round_finds_its_share_and_what_it_found_is_gone_when_it_is_put_right() -> None:
    shares, _ = mornings(branches({}, ROUNDS), 12)
    assert shares[:3] == [shares[0]] * 3
    assert shares[3:10] == [shares[3]] * 7
    assert shares[3] == near(0.6 * 0.5)
    assert shares[10] == near(0.6 * 0.25)


def test_rounds_and_returns_come_to_the_rest_of_a_two_state_chain() -> None:
    """p, just before a round, becomes (1 - f)p + f·p·g + (1 - p)·h: what is found can come back on 4 of the 7 days,
    when it is put right (g = 1 - exp(-4λ)), what is not there on all of them (h = 1 - exp(-7λ))."""
    rate, found = 0.05, 0.5
    shares, _ = mornings(branches({"returns": f"{rate} per day"}, ROUNDS), 28)
    p = 0.6
    for _ in range(3):
        p = (1 - found) * p + found * p * (1 - exp(-4 * rate)) + (1 - p) * (1 - exp(-7 * rate))
    assert shares[21] == near(p)


def test_rounds_and_repairs_are_paid_for() -> None:
    _, market = mornings(branches({"share": 1}, {**ROUNDS, "cost": 5, "fixing": 7}), 1)
    found = int(np.count_nonzero(market.branch_problems.fixed_on["signs"] >= 0))
    assert market.ledger.today["problems"] == -100 * (5 * SITES + 7 * found)
    assert found / SITES == near(0.5)


def test_a_problem_takes_off_what_it_says_where_it_is_and_nowhere_else() -> None:
    """One clerk more than ever needed and no scatter: tangibles are a point lower at the sites that have it."""
    market = Market(branches({"share": 0.5}, sites=6, customers=600, staff=50))
    market.step()
    judged = market.today.judgement
    assert judged is not None
    there = market.branch_problems.there["signs"][market.customers.site[judged.rows]]
    assert 0 < there.mean() < 1
    usual = market.delivery.levels[4, 0]
    assert judged.delivered[4][there] == pytest.approx(usual - 1)
    assert judged.delivered[4][~there] == pytest.approx(usual)


def test_what_is_not_there_changes_nothing() -> None:
    none = branches({"share": 0}, sites=2, customers=200)
    without = none.model_copy(update={"service": none.service.model_copy(update={"problems": {}})})
    assert Market(none).run().value("satisfaction") == Market(without).run().value("satisfaction")


def test_problems_that_cannot_be_or_do_nothing_are_said() -> None:
    (finding,) = check_stages(stages(branches({"at": "counter"}, sites=2, per="market")))
    assert "one station for all sites" in finding.found
    said = {finding.found for finding in cautions(stages(branches({"harm": {"empathy": 0.5}}, sites=2)))}
    assert any("does good" in words for words in said)
    said = {finding.found for finding in cautions(stages(branches({"harm": {}}, sites=2)))}
    assert any("no harm" in words for words in said)
