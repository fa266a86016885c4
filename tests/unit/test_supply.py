"""Supplies: gates in series, marks of suppliers, who is out, and what bad lots do to the visits made of them."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
import pytest

from sim.market import Market
from sim.scenario.document import Document
from sim.stock.supply import Suppliers
from sim.streams import Streams
from tests.scenario_texts import PLANS, SMALL_BANK, assert_refused
from tests.small_documents import small_document

TWO = {"a": {"share": 1, "bad": "30%"}, "b": {"share": 3, "bad": "10%"}}
GATES = {"first": {"finds": "60%"}, "second": {"finds": "25%"}}


def kitchen(supply: dict[str, Any], **sections: Any) -> Document:
    """Everyone is served at once, and nothing goes wrong but for what is supplied."""
    return small_document(
        market={
            "customers": 400,
            "segments": {"everyone": {"share": 1, "traits": {"existing": 1}}},
            "needs": {
                "meal": {"task": "meal", "rate": "2 per week", "contested": False, "price": 5},
                "other": {"task": "other", "rate": "1 per week", "contested": False, "price": 5},
            },
        },
        service={
            "stations": {"counter": {"staff": "unlimited", "open": "09:00-17:00"}},
            "tasks": {name: {"at": "counter", "takes": {"constant": "5 min"}} for name in ("meal", "other")},
            "quality": {"right_first_time": 1.0},
            "supply": {"lots": 50, "suppliers": TWO, **supply},
        },
        **sections,
    )


def totals(document: Document, days: int = 400) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Lots, bad, found, of so many days."""
    supply = document.service.supply
    assert supply is not None
    suppliers, streams = Suppliers(document), Streams(1, 0)
    found = [suppliers.deliver(supply, streams, day) for day in range(days)]
    return np.array([[each.lots, each.bad, each.found, *each.checked] for each in found]).sum(axis=0)


def test_what_gets_through_is_the_product_of_what_each_gate_lets_through() -> None:
    """E[bad] = Σ share·bad = 0.15; let through (1 - 0.6)(1 - 0.25) = 0.3 of it. Binomial, four standard errors."""
    lots, bad, found, first, second = totals(kitchen({"gates": GATES})).tolist()
    assert bad / lots == pytest.approx(0.15, abs=4 * sqrt(0.15 * 0.85 / lots))
    assert (bad - found) / lots == pytest.approx(0.045, abs=4 * sqrt(0.045 * 0.955 / lots))
    assert first == lots
    assert second == pytest.approx(lots - 0.6 * bad, abs=4 * sqrt(bad * 0.24)), "what was found does not come again"


def test_one_more_gate_finds_the_same_and_more() -> None:
    """Common luck: the lots are the same, and none that the first gate finds gets through."""
    one, two = (totals(kitchen({"gates": gates})) for gates in ({"first": GATES["first"]}, GATES))
    assert one[1] == two[1]
    assert one[3] == two[3]
    assert two[2] > one[2]


def test_bad_lots_that_are_used_make_the_meals_made_of_them_go_wrong() -> None:
    """All meals of a bad lot go wrong: Σ failed = Σ meals of a day · share of its lots used though bad, in the mean."""
    market = Market(kitchen({"tasks": ["meal"]}))
    wrong = expected = variance = 0.0
    for _ in range(28):
        market.step()
        judged = market.today.judgement
        assert judged is not None
        share = market.today.numbers["lots_used_bad"] / market.today.numbers["lots"]
        meals = judged.which == 0
        assert not judged.failed[~meals].any()
        wrong += judged.failed.sum()
        expected += meals.sum() * share
        variance += meals.sum() * share * (1 - share)
    assert wrong == pytest.approx(expected, abs=4 * sqrt(variance))
    assert wrong > 0


def test_gates_and_replacements_cost_what_they_say() -> None:
    gates = {"first": {"finds": "60%", "cost": 2}, "second": {"finds": "25%", "cost": "0.5"}}
    result = Market(kitchen({"gates": gates, "replacement": 7})).run()
    found = result.value("lots_found_bad")
    paid = -result.ledger["amount"][result.ledger["account"] == "supply"].sum() / 100
    rest = paid - 28 * 50 * 2 - 7 * found
    assert 28 * 50 * 0.5 - 0.5 * found <= rest <= 28 * 50 * 0.5


def scored(suppliers: dict[str, Any], **scores: Any) -> Document:
    return kitchen({"suppliers": suppliers, "scores": {"every": "week", "lots": 30, **scores}})


def marked(document: Document, weeks: int) -> tuple[Suppliers, list[list[float]]]:
    supply = document.service.supply
    assert supply is not None
    assert supply.scores is not None
    suppliers, streams, marks = Suppliers(document), Streams(3, 0), []
    for day in range(7 * weeks):
        suppliers.deliver(supply, streams, day)
        if day % 7 == 6:
            marks.append(suppliers.mark(supply.scores, streams, day).tolist())
    return suppliers, marks


def test_a_supplier_below_the_least_mark_is_out_and_the_others_deliver_its_part() -> None:
    suppliers, marks = marked(scored({"good": {"share": 1, "bad": 0}, "poor": {"share": 1, "bad": "60%"}}), 3)
    assert suppliers.active.tolist() == [True, False]
    assert marks[0][0] == 100.0
    assert marks[0][1] < 70.0
    assert np.isnan(marks[1][1]), "who delivers nothing has no mark"


def test_the_last_supplier_stays_the_best_marked_of_all_that_are_poor() -> None:
    suppliers, marks = marked(scored({"poor": {"share": 1, "bad": "50%"}, "worse": {"share": 1, "bad": "100%"}}), 1)
    assert marks[0][0] > marks[0][1]
    assert suppliers.active.tolist() == [True, False]


def test_who_improves_has_fewer_bad_lots_and_stays() -> None:
    told = {"a": {"share": 1, "bad": "25%"}, "b": {"share": 1, "bad": 0}}
    suppliers, _ = marked(scored(told, out_below=0, improves=1, improvement="50%"), 4)
    assert suppliers.active.all()
    assert suppliers.left[0] <= 0.5
    assert suppliers.left[1] == 1.0


def test_what_was_put_right_does_not_help_against_a_new_failure() -> None:
    told = {"a": {"share": 1, "bad": "25%"}, "b": {"share": 1, "bad": 0}}
    before = scored(told, out_below=0, improves=1)
    after = scored({"a": {"share": 1, "bad": "80%"}, "b": {"share": 1, "bad": 0}}, out_below=0, improves=1)
    suppliers, _ = marked(before, 2)
    assert suppliers.left[0] < 1.0
    assert after.service.supply is not None
    suppliers.deliver(after.service.supply, Streams(3, 1), 14)
    assert suppliers.left[0] == 1.0


def test_two_serious_problems_without_improvement_are_the_end() -> None:
    """A mark of 90 alone would be good."""
    serious = {"a": {"share": 1, "bad": "10%"}, "b": {"share": 1, "bad": 0}}
    mild = marked(scored(serious, serious=0), 4)[0]
    grave = marked(scored(serious, serious=1), 4)[0]
    assert mild.active.all()
    assert grave.active.tolist() == [False, True]
    improving = marked(scored(serious, serious=1, most_serious=1000, improves=1), 4)[0]
    assert improving.active.all()
    assert improving.serious[0] == 0


def test_a_supplier_can_fail_from_a_day_on() -> None:
    change = {"from": "2009-09-21", "set": {"service.supply.suppliers.a.bad": "90%"}}
    result = Market(kitchen({}, changes={"failure": change})).run()
    daily = result.daily
    before, since = daily["lots_bad"].iloc[:14].sum() / 700, daily["lots_bad"].iloc[14:].sum() / 700
    assert before == pytest.approx(0.15, abs=4 * sqrt(0.15 * 0.85 / 700))
    assert since == pytest.approx(0.30, abs=4 * sqrt(0.30 * 0.70 / 700))


SUPPLY = """\
  supply:
    tasks: [errand]
    lots: 9
    suppliers: {farm: {share: 1, bad: 5%}}
    scores: {lots: 5}
"""
TEXT = SMALL_BANK.replace("  stations:\n", SUPPLY + "  stations:\n", 1) + PLANS


@pytest.mark.parametrize(
    ("change", "where", "path", "said"),
    [
        (("tasks: [errand]", "tasks: [errant]"), "errant", "service.supply.tasks.0", "did you mean 'errand'?"),
        (("share: 1,", "share: 0,"), "supply:", "service.supply", "at least one of them must deliver"),
        (("lots: 9", "lots: 0"), "lots: 0", "service.supply.lots", "from 1"),
        (("scores: {lots: 5}", "scores: {lots: 5, out_below: 90}"), "scores:", "service.supply.scores",
         "good and out at once"),
    ],
)  # fmt: skip
def test_a_supply_that_cannot_be_is_refused_at_its_line(
    change: tuple[str, str], where: str, path: str, said: str
) -> None:
    assert_refused(TEXT.replace(*change), where, path, said)
