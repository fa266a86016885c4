"""Stepped tariffs, call scripts and hidden limits: exact bills, dilution by the formula, a funnel that adds up."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy import stats

from rehearse.narration import _BEFELL
from sim.behaviour.stepped_tariff import best_step, stepped
from sim.following.story import Befell
from sim.following.trace import trace
from sim.market import Market
from sim.scenario.cautions import cautions
from sim.scenario.checks import check_stages
from sim.scenario.document import Document
from sim.scenario.stages import stages
from tests.small_documents import small_document

TARIFF: dict[str, Any] = {
    "looks_back": 2, "steps": [2, 5], "covers": 10, "months": 2, "quota": 60, "uses_more": 0.5, "worth": 0.9,
}  # fmt: skip
SCRIPT: dict[str, Any] = {
    "offer": "add_one", "busy": 0.3, "not_interested": 0.2, "think": 0.2, "then_agrees": 0.5, "visit": 0.3,
}  # fmt: skip
LIMIT: dict[str, Any] = {
    "affects": 0.4,
    "told": 0.0,
    "promise": {"reliability": 7},
    "at_visit": 0.5,
    "in_use": "5 days",
}


def operator(disclosure: dict[str, Any] | None = None, script: dict[str, Any] | None = None, **tariff: Any) -> Document:
    """Two hundred homes, all customers, billed by the month; calls in September, visits on the days after."""
    offer = {"during": "2009-09-07 to 2009-11-30", "step_up": {**TARIFF, **tariff}}
    return small_document(
        calendar={"run": "2009-09-07 to 2009-12-10"},
        market={
            "customers": 200,
            "segments": {"all": {"share": 1}},
            "traits": {"existing": 1.0, "spend": {"constant": 1}},
            "bills": {"usual": {"uniform": {"low": 20, "high": 90}}, "varies": 0.3, "cost": 0.1},
        },
        service={
            "stations": {"desk": {"staff": 20, "open": "09:00-17:00"}},
            "tasks": {"errand": {"at": "desk", "takes": {"constant": "5 min"}}},
        },
        behaviour={"leaving": {"form": "none"}, "word_of_mouth": "none"},
        offers={"add_one": offer if disclosure is None else {**offer, "disclosure": disclosure}},
        outreach={
            "calls": {
                "during": "2009-09-07 to 2009-09-26",
                "every": "20 days",
                "by": "desk",
                "takes": {"constant": "3 min"},
                "script": SCRIPT if script is None else script,
            },
            "visits": {
                "after": "script",
                "of": "calls",
                "within": "9 days",
                "by": "desk",
                "takes": {"constant": "30 min"},
                "signs": "add_one",
            },
        },
    )


@cache
def lived(kind: str = "plain") -> Market:
    """A market after its last day."""
    documents = {
        "plain": operator(),
        "hidden": operator(LIMIT),
        "told": operator({**LIMIT, "told": 1.0}),
        "nothing covered": operator(covers=0.0001),
    }
    market = Market(documents[kind])
    market.run()
    return market


def column(market: Market, name: str) -> int:
    return int(sum(row.get(name, 0) for row in market.recorder.rows))


def sums(market: Market, account: str) -> dict[int, int]:
    """Amounts of an account by day, minor units."""
    ledger = market.ledger.table()
    return ledger[ledger["account"] == account].groupby("day")["amount"].sum().to_dict()


def test_a_month_under_the_tariff_by_hand() -> None:
    """Base 40, step 2 covers 60: 30 pays 42 and half of 30 more is used; 60 pays 42; 75 pays 57."""
    month = stepped(listed=[30.0, 60.0, 75.0], base=40.0, step=2.0, covers=10.0, uses_more=0.5)
    assert month.paid.tolist() == [42.0, 42.0, 57.0]
    assert month.more.tolist() == [15.0, 0.0, 0.0]


def test_people_take_the_step_that_leaves_them_most() -> None:
    """Bills of 50 and 30, base 40: step 5 covers 90, costs 5 and gives half of (40 + 60)/2 more, worth 0.9 of it."""
    history = np.array([[50.0, 40.0], [30.0, 40.0]])
    chosen, left = best_step(history=history, steps=np.array([2.0, 5.0]), covers=10.0, uses_more=0.5, worth=0.9)
    assert chosen.tolist() == [1, 1]
    assert left == pytest.approx([-5 + 0.9 * 0.5 * 50, -5 + 0.9 * 0.5 * 50])
    chosen, left = best_step(history=history, steps=np.array([2.0, 5.0]), covers=10.0, uses_more=0.5, worth=0.0)
    assert chosen.tolist() == [0, 0]
    assert left == pytest.approx([-2.0, -2.0])


def test_everybody_is_billed_on_the_last_day_of_each_month_for_the_part_in_the_run() -> None:
    """24 days of September, October, November, and ten days of December; bills are usual·lognormal of mean 1."""
    market = lived()
    billed = sums(market, "bills")
    assert list(billed) == [23, 54, 84, 94]
    assert market.billing is not None
    usual = market.billing.usual.sum() * 100
    spread = 3.9 * np.sqrt(np.expm1(0.09) * (market.billing.usual**2).sum()) * 100
    for day, part in zip(billed, (24 / 30, 1, 1, 10 / 31), strict=True):
        assert abs(billed[day] - part * usual) < part * spread
    assert sum(sums(market, "serving").values()) < -0.1 * sum(billed.values()), "additional use costs too"


def test_what_is_paid_is_the_list_plus_income_less_dilution_to_the_last_fen() -> None:
    """Worked out again from the columns: signed in September, billed so in October and November, not in December."""
    market = lived()
    billing = market.billing
    assert billing is not None
    assert set(sums(market, "tariffs")) <= {54, 84}
    fresh = Market(operator())
    for month, day in enumerate((23, 54, 84)):
        listed = billing.listed(month, fresh.streams.everyone("bill", day, market.customers.population, "month"))
        holders = np.flatnonzero((billing.offer >= 0) & (billing.starts <= month))
        paid = billing.base[holders] + billing.step[holders]
        paid = paid + np.maximum(listed[holders] - billing.base[holders] - 10 * billing.step[holders], 0)
        change = np.rint(100 * paid) - np.rint(100 * listed[holders])
        assert sums(market, "tariffs").get(day, 0) == np.maximum(change, 0).sum()
        assert sums(market, "dilution").get(day, 0) == np.minimum(change, 0).sum()
    assert sum(sums(market, "dilution").values()) < 0 < sum(sums(market, "tariffs").values())
    assert market.offers[0].paid == market.budget_spent == -sum(sums(market, "dilution").values())


def test_no_more_sign_than_the_quota_and_nobody_who_gains_nothing() -> None:
    market = lived()
    assert column(market, "signed") == 60
    assert column(market, "over_quota") > 0
    assert column(lived("nothing covered"), "signed") == 0, "the mutation: a step that covers nothing"
    assert column(lived("nothing covered"), "not_worth_signing") > 0


def test_the_script_is_a_funnel_with_the_shares_of_the_file() -> None:
    """Every call made ends in one of four ways; each count is binomial."""
    market = lived()
    calls = column(market, "made_calls")
    ends = {name: column(market, f"script_{name}") for name in ("busy", "not_interested", "think", "visit")}
    assert sum(ends.values()) == calls > 200, "who was busy is called again"
    for name, count in ends.items():
        assert stats.binomtest(count, calls, SCRIPT[name]).pvalue > 0.001, name
    state = market.scripts["calls"]
    assert state.heard.sum() == calls - ends["busy"]
    assert column(market, "made_visits") == ((state.agreed >= 0) | (state.decides >= 0)).sum()


def test_hidden_limits_win_more_signatures_and_come_to_light() -> None:
    """At the visit with chance one half, and of the others all in use; told, they are nobody's surprise."""
    hidden, told = lived("hidden"), lived("told")
    assert column(hidden, "script_visit") > column(told, "script_visit")
    assert column(hidden, "limits_found_out") > 0 == column(told, "limits_found_out")
    limit = hidden.limits["add_one"]
    signed = hidden.billing is not None and hidden.billing.offer >= 0
    assert (limit.knows[limit.concerned & signed]).all()
    assert not limit.knows[~limit.concerned].any()
    assert told.billing is not None
    assert not (told.billing.offer >= 0)[told.limits["add_one"].concerned].any()


def test_who_finds_out_trusts_less_is_less_satisfied_and_remembers_a_failure() -> None:
    hidden, told = lived("hidden"), lived("told")
    found = hidden.limits["add_one"].knows
    for trait in ("satisfaction", "trust"):
        mine, theirs = (getattr(market.customers, trait)[found] for market in (hidden, told))
        assert mine.mean() < theirs.mean() - (10 if trait == "satisfaction" else 0.1)
    assert (hidden.customers.failures[found] > 0).all()
    assert column(hidden, "complaints") > column(told, "complaints")


def test_what_is_hidden_is_promised() -> None:
    """Who listened and was not told has been promised 7; told of its limits, nobody has been promised anything."""
    hidden, told = lived("hidden"), lived("told")
    heard = hidden.scripts["calls"].heard
    assert (hidden.customers.promised[0, heard] == 7).all()
    assert np.isnan(told.customers.promised[0]).all()


def test_one_customer_s_story_tells_of_the_call_the_signature_and_what_was_not_said() -> None:
    limit = lived("hidden").limits["add_one"]
    billing = lived("hidden").billing
    assert billing is not None
    caught = int(np.flatnonzero(limit.knows & (billing.offer >= 0) & (lived("hidden").scripts["calls"].agreed >= 0))[0])
    story, _ = trace(operator(LIMIT), caught)
    told = [event.what for event in story.events() if isinstance(event, Befell)]
    assert set(told) <= set(_BEFELL), "each has its sentence"
    assert [what for what in told if what != "contact made"] == ["visit agreed", "signed", "limit found out"]


def found(document: Document) -> str:
    standing = stages(document)
    return "\n".join(f"{'.'.join(each.path)}: {each.found}" for each in (*check_stages(standing), *cautions(standing)))


def test_tariffs_that_nobody_is_billed_or_signs_are_spoken_of() -> None:
    document = operator()
    unbilled = document.model_copy(update={"market": document.market.model_copy(update={"bills": None})})
    assert "offers.add_one.step_up: a step on monthly bills" in found(unbilled)
    said = found(document.model_copy(update={"outreach": {"calls": document.outreach["calls"]}}))
    assert "offers.add_one.step_up: no programme of outreach signs it" in said
    assert "outreach.calls.script: a script, and no programme visits those who agree" in said
    assert "step_up" not in found(document)


@pytest.mark.parametrize(
    ("script", "said"),
    [({**SCRIPT, "busy": 0.2}, "add up to 0.9"), ({**SCRIPT, "visit": 0.4}, "add up to 1.1")],
)
def test_a_script_adds_up(script: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        operator(script=script)
