"""What must add up on every day of every plan: visits, customers, money, and the five gaps.

Tried on a small bank in full swing: two branches, tiers, gifts, messages, complaints, people who lose patience, and
each way a branch can close its door.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.customers import CUSTOMER, STATUSES
from sim.gaps import Gap, Gaps
from sim.market import Market
from sim.money import to_minor
from sim.operations.visits import CASE, parts
from sim.results import RunResult
from tests.behaviour.rehearsals import document, small_bank

pytestmark = pytest.mark.slow

BANK = small_bank("""
  busy:
    title: one window, so that every visit can end in every way
    extends: small_gifts
    set:
      service.stations.counter.staff: 1
      service.stations.counter.queue_limit: 12
      service.balking: {normal: {mean: 8, sd: 3}}
      service.recovery.compensation: 20
      service.recovery.fair_compensation: 40
  turned_away: {extends: busy, set: {service.stations.counter.at_closing: turn away}}
  carried_over:
    title: those waiting at closing are there in the morning
    extends: busy
    set: {service.stations.counter.at_closing: carry over, service.patience: {exponential: {mean: 1 day}}}
  believing: {extends: busy, set: {behaviour.perception: {form: opposing-expectations, promise: 0.2}}}
  unbiased: {extends: busy, set: {behaviour.perception: {form: unbiased}}}
  silent: {extends: busy, set: {behaviour.promises: none}}
""")
ENDINGS = ("served", "reneged", "balked", "blocked", "missed")


@dataclass(frozen=True, eq=False)
class Evening:
    """What is counted at the end of a day: visits and complaints that came, visits ended by how, and those inside;
    everybody by status, who was won and who left; and the gaps of the day.
    """

    visits: int
    complaints: int
    ended: dict[str, int]
    inside: int
    by_status: NDArray[np.int64]
    won: int
    left: int
    gaps: Gaps


def seen(market: Market) -> Evening:
    numbers, row, gaps = market.today.numbers, market.recorder.rows[-1], market.today.gaps
    assert gaps is not None  # every day leaves its gaps
    return Evening(
        visits=int(numbers["visits"]),
        complaints=int(numbers.get("complaints", 0)),
        ended={ending: int(row[ending]) for ending in ENDINGS},
        inside=int(np.count_nonzero(parts(market.facility_state.visits.visit).kind != CASE)),
        by_status=np.bincount(market.customers.status, minlength=len(STATUSES)),
        won=int(numbers["acquired"]),
        left=len(market.today.left),
        gaps=gaps,
    )


@cache
def lived(plan: str) -> tuple[list[Evening], RunResult]:
    """Every evening of one run, and its tables."""
    market = Market(document(BANK, plan))
    evenings = []
    for _ in range(market.calendar.days):
        market.step()
        evenings.append(seen(market))
    return evenings, market.recorder.result()


@pytest.mark.parametrize("plan", ["busy", "turned_away", "carried_over"])
def test_every_visit_is_served_lost_or_still_inside(plan: str) -> None:
    come, ended = 0, dict.fromkeys(ENDINGS, 0)
    evenings, _ = lived(plan)
    for evening in evenings:
        come += evening.visits
        for ending in ENDINGS:
            ended[ending] += evening.ended[ending]
        assert come == sum(ended.values()) + evening.inside
    assert sum(evening.complaints for evening in evenings) > 0  # work on complaints is no visit
    assert min(ended[ending] for ending in ("served", "reneged", "balked", "blocked")) > 0
    # Only closing can cut a visit off, and only carrying over keeps people overnight: each way shows where it is on.
    assert (ended["missed"] > 0) == (plan == "turned_away")
    assert (max(evening.inside for evening in evenings) > 0) == (plan == "carried_over")


def test_nobody_appears_or_disappears_and_customers_change_by_who_comes_and_goes() -> None:
    busy = document(BANK, "busy")
    before = int(np.count_nonzero(Market(busy).customers.status == CUSTOMER))
    for evening in lived("busy")[0]:
        assert evening.by_status.sum() == busy.market.customers
        before += evening.won - evening.left
        assert evening.by_status[CUSTOMER] == before


def test_money_is_conserved_to_the_cent() -> None:
    """Ledger rows of a day add up to its profit, those of campaign accounts to its campaign cost, and so on."""
    _, result = lived("busy")
    currency = document(BANK, "busy").currency
    accounts = result.ledger.pivot_table(index="day", columns="account", values="amount", aggfunc="sum", fill_value=0)
    assert accounts.columns.size >= 8  # in full swing
    costs = {
        "profit": accounts.sum(axis=1),
        "campaign_cost": -accounts[["media", "preparation", "gifts", "discounts"]].sum(axis=1),
        "wages": -accounts["wages"],
        "revenue": accounts[["needs", "discounts", "spending", "relationship"]].sum(axis=1),
    }
    for measure, posted in costs.items():
        counted = [to_minor(Decimal(str(value)), currency) for value in result.daily[measure]]
        assert posted.reindex(result.daily["day"], fill_value=0).tolist() == counted, measure
    assert result.ledger["amount"].dtype == np.int64


def test_one_row_lost_and_the_books_do_not_add_up() -> None:
    """The mutation."""
    _, result = lived("busy")
    kept = result.ledger["amount"].abs() < result.ledger["amount"].abs().max()
    by_day = result.ledger[kept].groupby("day")["amount"].sum().reindex(result.daily["day"], fill_value=0)
    assert not np.allclose(by_day / 100, result.daily["profit"])


@pytest.mark.parametrize("plan", ["busy", "believing", "unbiased", "silent"])
def test_the_gap_identity_holds_every_day(plan: str) -> None:
    """-G5 = (E⁰ - M) + G2 + G3 + (E - E⁰) - b, within 1e-9, per dimension and overall; with queues and all."""
    found = [evening.gaps for evening in lived(plan)[0] if evening.gaps.encounters]
    assert max(gaps.identity_error() for gaps in found) < 1e-9
    # Each switch takes out its own term and no other: promises that of E - E⁰, unbiased perception that of b.
    assert all(gaps.promise.overall == 0 for gaps in found) == (plan == "silent")
    assert all(gaps.bias.overall == 0 for gaps in found) == (plan == "unbiased")


def test_a_gap_left_out_breaks_the_identity() -> None:
    """The mutation: every term is needed."""
    gaps = lived("busy")[0][-1].gaps
    nothing = Gap(np.zeros(5), 0.0)
    for broken in (
        replace(gaps, knowledge=nothing),
        replace(gaps, standards=nothing),
        replace(gaps, delivery=nothing),
        replace(gaps, customer=nothing),
        replace(gaps, bias=nothing),
    ):
        assert broken.identity_error() > 1e-3
