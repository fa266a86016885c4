"""Feedback forms: the next plan follows what came back, and nothing that only the simulation knows."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from experiments.report.forms_text import form_blocks
from sim.levers.revising import follow
from sim.market import Market
from sim.results import RunResult
from sim.scenario.checks import check_stages
from sim.scenario.document import Document
from sim.scenario.outreach_ways import FeedbackForm
from sim.scenario.stages import stages
from tests.small_documents import small_document

WAYS: dict[str, Any] = {
    "tea": {"share": 0.5, "gift": 20, "liked": {"constant": 60}},
    "cake": {"share": 0.5, "gift": 30, "liked": {"normal": {"mean": 90, "sd": 5}}},
}
FORM: dict[str, Any] = {"response": {"rate": 0.5}, "before": "month", "then": "move to the best", "share": 0.8}


def world(form: dict[str, Any] | None = FORM, ways: dict[str, Any] = WAYS, **sections: Any) -> Document:
    """Two hundred customers, half of them old, who get a present every ten days of eight weeks."""
    programme: dict[str, Any] = {"every": "10 days", "by": "desk", "takes": {"constant": "2 min"}, "ways": ways}
    return small_document(
        calendar={"run": "2009-09-07 to 2009-11-01"},
        market={
            "customers": 200,
            "segments": {"old": {"share": 0.5}, "young": {"share": 0.5}},
            "traits": {"existing": 1.0},
            "tiers": [],
        },
        service={
            "stations": {"desk": {"staff": 9, "open": "09:00-17:00"}},
            "tasks": {"errand": {"at": "desk", "takes": {"constant": "5 min"}}},
        },
        outreach={"present": programme if form is None else {**programme, "feedback": form}},
        behaviour={"leaving": {"form": "none"}, "word_of_mouth": "none"},
        **sections,
    )


@cache
def lived(kind: str = "followed") -> RunResult:
    nobody = {**FORM, "response": {"rate": 0.0}}
    documents = {"followed": world(), "no form": world(None), "none come back": world(nobody)}
    return Market(documents[kind]).run()


def given(result: RunResult, first: int, last: int) -> dict[int, int]:
    """How many gifts of each cost were brought on some days, by what one cost."""
    rows = result.ledger[(result.ledger["account"] == "gifts") & result.ledger["day"].between(first, last)]
    made = result.daily.loc[first:last, "made_present"].sum()
    total = -int(rows["amount"].sum())
    cakes = (total - 2000 * made) / 1000
    return {20: int(made - cakes), 30: int(cakes)}


def test_the_next_plan_brings_more_of_what_forms_liked_and_less_of_the_other() -> None:
    before, after = given(lived(), 0, 23), given(lived(), 24, 55)
    assert before[30] == pytest.approx(sum(before.values()) / 2, abs=4 * np.sqrt(sum(before.values()) / 4))
    assert after[30] > 0.85 * sum(after.values())
    assert lived().value("liking_present") > lived("no form").value("liking_present") + 5


@pytest.mark.parametrize("kind", ["no form", "none come back"])
def test_a_plan_without_forms_to_read_stays_as_it_was(kind: str) -> None:
    """The mutations: no form, and forms that nobody sends back."""
    after = given(lived(kind), 24, 55)
    assert after[30] == pytest.approx(sum(after.values()) / 2, abs=4 * np.sqrt(sum(after.values()) / 4))
    assert lived(kind).daily.loc[:20, "made_present"].tolist() == lived().daily.loc[:20, "made_present"].tolist()


def test_the_table_of_forms_is_what_came_back_and_adds_up() -> None:
    result = lived()
    forms = result.forms
    assert forms is not None
    assert sorted(set(forms["day"])) == [24, 55], "the first of each month"
    for day, rows in forms.groupby("day"):
        assert rows["sent"].sum() == result.daily.loc[: day - 1, "made_present"].sum()
        assert rows["returned"].sum() == result.daily.loc[: day - 1, "forms_returned"].sum()
        assert rows["share"].sum() == pytest.approx(1.0)
    first = forms[forms["day"] == 24].set_index("way")
    assert first.loc["cake", "share"] == pytest.approx(0.9)  # half, and 0.8 of the other half
    half = first["returned"].sum() / first["sent"].sum()
    assert half == pytest.approx(0.5, abs=4 * np.sqrt(0.25 / first["sent"].sum()))


def test_what_people_like_is_read_only_through_the_forms_that_came_back() -> None:
    """The truth is overturned and the forms left as they were: the plan revises the same."""
    markets = [Market(world()) for _ in range(2)]
    for market in markets:
        for _ in range(24):
            market.step()
    markets[1].ways["present"]._liked = markets[1].ways["present"]._liked[::-1].copy()
    for market in markets:
        market.step()
    shares = [market.ways["present"].shares for market in markets]
    assert (shares[0] == shares[1]).all()


def test_segments_may_like_different_things_and_get_a_plan_each() -> None:
    tea = {**WAYS["tea"], "segments": {"old": {"constant": 95}}}
    form = {"response": {"rate": 0.5}, "before": "month", "then": "drop the worst", "by": "segments"}
    result = Market(world(form, {**WAYS, "tea": tea})).run()
    assert result.forms is not None
    left = result.forms[(result.forms["day"] == 24) & (result.forms["share"] == 1.0)]
    assert dict(zip(left["group"], left["way"], strict=True)) == {"old": "tea", "young": "cake"}


def test_too_few_forms_change_nothing_and_a_limit_leaves_the_best() -> None:
    """By hand, in the decision itself: means 60, 50, 40 of three ways."""
    means, many, alive = np.array([60.0, 50.0, 40.0]), np.array([True, True, False]), np.ones(3, np.bool_)
    worst = FeedbackForm(response={"rate": 1}, before="month", then="drop the worst")
    assert follow(worst, means, many, alive, lower_is_better=False).dropped == (1,)
    assert follow(worst, means, np.array([True, False, False]), alive, lower_is_better=False).dropped == ()
    limit = {**FORM, "then": "drop those beyond the limit", "limit": 99, "at_least": 5}
    del limit["share"]
    result = Market(world(limit)).run()
    assert result.forms is not None
    last = result.forms[result.forms["day"] == 55].set_index("way")["share"]
    assert last.to_dict() == {"tea": 0.0, "cake": 1.0}, "none is liked so well: contacts go on with the best"


def test_one_way_costs_and_pleases_as_a_contact_without_ways() -> None:
    """The one gift and one satisfaction of before, written as a way: the same market to the last digit."""
    one = world(None, {"only": {"share": 1, "gift": 20, "liked": {"constant": 85}}})
    programme = one.outreach["present"].model_dump(exclude={"ways", "feedback"}) | {"gift": 20, "made": 85}
    plain = Document.model_validate({**_raw(one), "outreach": {"present": _outreach(programme)}})
    found, expected = (Market(each).run() for each in (one, plain))
    assert found.daily["satisfaction"].tolist() == expected.daily["satisfaction"].tolist()
    assert found.daily["profit"].tolist() == expected.daily["profit"].tolist()


def _raw(document: Document) -> dict[str, Any]:
    return {
        name: getattr(document, name) for name in ("currency", "seed", "calendar", "market", "service", "behaviour")
    }


def _outreach(programme: dict[str, Any]) -> dict[str, Any]:
    kept = {"every": "10 days", "by": "desk", "takes": {"constant": "2 min"}}
    return kept | {name: programme[name] for name in ("gift", "made")}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"feedback": {**FORM, "before": "festival"}}, "before: festival goes with festivals"),
        ({"gift": 5}, "'gift' beside ways"),
        ({"made": 90}, "'made' beside ways"),
        ({"ways": {"tea": WAYS["tea"]}}, "add up to 1"),
        ({"ways": {"tea": {**WAYS["tea"], "share": 1}}}, "at least two"),
        ({"feedback": {**FORM, "limit": 50}}, "'limit' goes with"),
        ({"ways": {}}, "at least two"),
    ],
)
def test_ways_and_forms_that_cannot_be_are_refused(change: dict[str, Any], said: str) -> None:
    terms = {"every": "9 days", "by": "desk", "takes": {"constant": "2 min"}, "ways": WAYS, "feedback": FORM, **change}
    with pytest.raises(ValidationError, match=said):
        small_document(outreach={"present": terms})


def test_a_gift_above_its_cap_is_refused_in_any_way() -> None:
    document = world()
    assert check_stages(stages(document)) == []
    market = document.market.model_copy(update={"tiers": ["gold"]})
    capped = small_document(gift_caps={"gold": {"each": 25}}).gift_caps
    wrong = document.model_copy(update={"market": market, "gift_caps": capped})
    assert "a gift of 30, and gold may be given 25" in " ".join(each.found for each in check_stages(stages(wrong)))


def test_a_reader_sees_what_forms_said_and_the_plan_that_followed() -> None:
    (block,) = form_blocks(world(), lived(), "en")
    assert "plan revised on" in block
    assert "2009-10-01" in block
    assert "90 %" in block
    unknown = replace(lived("none come back"))
    assert "–" in "".join(form_blocks(world(), unknown, "en"))
    assert isinstance(lived().forms, pd.DataFrame)
