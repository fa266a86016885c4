"""Indices, scorecards and loyalty cells count what happened, and gaming moves the card but not the work."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.market import Market
from sim.results import RunResult
from tests.behaviour.measured_towns import measuring, run
from tests.behaviour.small_worlds import TOWN, document_of

DAY_MINUTES = 1440.0


def visits(result: RunResult) -> pd.DataFrame:
    """Visits that ended, without complaint cases."""
    table = result.encounters
    assert table is not None
    ended = table[~table["process"].str.contains("complaint|case", case=False) & (table["outcome"] != "unfinished")]
    return ended.assign(on=(ended["ended"] // DAY_MINUTES).astype(int))


def counted(result: RunResult, failure: str) -> list[int]:
    """The daily counts of one kind of failure."""
    table = result.indices
    assert table is not None
    return [int(each) for each in table[table["failure"] == failure]["count"]]


def by_day(table: pd.DataFrame, days: int) -> list[int]:
    return np.bincount(table["on"].to_numpy(), minlength=days)[:days].tolist()


def index(**failures: dict[str, Any]) -> dict[str, Any]:
    return {"indices": {"sqi": {"failures": failures}}}


IMPATIENT = TOWN.replace("balking: {constant: 9}", "balking: {constant: 3}")
PATIENT = TOWN.replace("  patience: {exponential: {mean: 20 min}}\n  balking: {constant: 9}\n", "").replace(
    'open: "09:00-17:00"', 'open: "12:00-17:00", at_closing: carry over'
)


@pytest.mark.parametrize(
    ("text", "seen"),
    [(IMPATIENT, ("lost", "gave_up", "put_off", "slow", "slower", "long")), (PATIENT, ("slower", "long", "later"))],
    ids=["impatient", "patient"],
)
def test_every_count_is_what_the_visits_say(text: str, seen: tuple[str, ...]) -> None:
    """Each observable event, counted again from the table of visits and the row of the day."""
    kinds = index(
        lost={"weight": 1, "counts": "lost visits"},
        gave_up={"weight": 1, "counts": "gave up waiting"},
        put_off={"weight": 1, "counts": "put off by the queue"},
        full={"weight": 1, "counts": "closed or full"},
        cut_off={"weight": 1, "counts": "cut off by closing"},
        slow={"weight": 1, "counts": "long waits", "longer_than": "5 min", "up_to": "15 min"},
        slower={"weight": 1, "counts": "long waits", "longer_than": "15 min"},
        long={"weight": 1, "counts": "long visits", "longer_than": "30 min"},
        later={"weight": 1, "counts": "finished on a later day"},
        complaints={"weight": 1, "counts": "complaints"},
        gone={"weight": 1, "counts": "customers lost"},
        in_vain={"weight": 1, "counts": "gift visits in vain"},
    )
    _, result = run(document_of(text, "campaign"), **kinds)
    table, days = visits(result), len(result.daily)
    served = table[table["outcome"] == "served"]
    expected = {
        "lost": table[table["outcome"] != "served"],
        "gave_up": table[table["outcome"] == "reneged"],
        "put_off": table[table["outcome"] == "balked"],
        "full": table[table["outcome"] == "blocked"],
        "cut_off": table[table["outcome"] == "missed"],
        "slow": served[(served["wait"] > 5) & (served["wait"] <= 15)],
        "slower": served[served["wait"] > 15],
        "long": served[served["ended"] - served["arrived"] > 30],
        "later": served[served["on"] > served["arrived"] // DAY_MINUTES],
    }
    for name, rows in expected.items():
        assert counted(result, name) == by_day(rows, days), name
    for name in seen:
        assert sum(counted(result, name)) > 0, f"{name} never happened: the test says nothing"
    for name, column in (("complaints", "complaints"), ("gone", "churned"), ("in_vain", "gifts_refused")):
        assert counted(result, name) == result.daily[column].astype(int).tolist(), name


def test_cases_that_are_not_resolved_are_counted_on_the_day_they_are_worked() -> None:
    kinds = index(
        open={"weight": 3, "counts": "cases unresolved"}, left={"weight": 1, "counts": "cases waiting overnight"}
    )
    market = Market(measuring(document_of(TOWN), **kinds))
    waiting = []
    while market.day < market.calendar.days:
        market.step()
        waiting.append(len(market.cases))
    result = market.recorder.result()
    days = result.daily
    assert counted(result, "open") == (days["cases_worked"] - days["cases_resolved"]).astype(int).tolist()
    assert counted(result, "left") == waiting
    assert sum(counted(result, "open")) > 0


def test_points_are_weights_times_counts_and_the_measure_is_their_daily_mean() -> None:
    kinds = index(lost={"weight": 2.5, "counts": "lost visits"}, slow={"weight": 0.5, "counts": "long waits",
                  "longer_than": "10 min"})  # fmt: skip
    _, result = run(document_of(TOWN), **kinds)
    points = 2.5 * np.array(counted(result, "lost")) + 0.5 * np.array(counted(result, "slow"))
    assert result.daily["index_sqi"].tolist() == points.tolist()
    assert result.indices is not None
    assert result.indices.groupby("day")["points"].sum().tolist() == points.tolist()
    assert result.value("index_sqi") == pytest.approx(points.mean(), abs=1e-12)
    assert result.value("per_1000_index_sqi") == pytest.approx(1000 * points.sum() / result.daily["ended"].sum())


def test_a_kind_narrowed_to_a_need_counts_only_its_visits() -> None:
    kinds = index(all={"weight": 1, "counts": "wrong work"},
                  errands={"weight": 1, "counts": "wrong work", "needs": ["errand"]},
                  signings={"weight": 1, "counts": "wrong work", "needs": ["signing"]})  # fmt: skip
    _, result = run(document_of(TOWN), **kinds)
    both = np.array(counted(result, "errands")) + np.array(counted(result, "signings"))
    assert counted(result, "all") == both.tolist()
    assert sum(counted(result, "errands")) > sum(counted(result, "signings"))


def test_a_kind_with_a_rate_happens_at_that_rate_and_with_luck_of_its_own() -> None:
    """Binomial: within 3.3 standard deviations of rate · visits served; another kind beside it moves nothing."""
    slips = {"weight": 1, "rate": 0.3}
    _, alone = run(document_of(TOWN), **index(slips=slips))
    _, beside = run(document_of(TOWN), **index(other={"weight": 1, "rate": 0.3}, slips=slips))
    served = alone.daily["served"].sum()
    assert abs(sum(counted(alone, "slips")) - 0.3 * served) < 3.3 * np.sqrt(served * 0.3 * 0.7)
    assert counted(alone, "slips") == counted(beside, "slips")
    assert counted(beside, "other") != counted(beside, "slips")
    _, never = run(document_of(TOWN), **index(slips={"weight": 1, "rate": 0}, sure={"weight": 1, "rate": 1}))
    assert sum(counted(never, "slips")) == 0
    assert counted(never, "sure") == never.daily["served"].astype(int).tolist()


CARD: dict[str, Any] = {
    "every": "week",
    "checks": {"visits": 8},
    "callbacks": {"per_person": 12, "people": 3, "reached": 0.7},
    "components": {
        "skill": {"weight": 20, "of": "spot checks failed", "each": -2},
        "calls": {"weight": 10, "of": "callbacks completed", "bands": {"95%": 0, "75%": -2, "0%": -5}},
        "true": {"weight": 10, "of": "false records", "bands": {"0": 0, "1": -1, "3": -3}},
        "happy": {"weight": 10, "of": "customers satisfied", "bands": {"95%": 0, "0%": -2}},
        "served": {"weight": 5, "of": "visits served", "bands": {"90%": 0, "0%": -5}},
        "voices": {"weight": 5, "of": "complaints", "each": -0.5},
        "solved": {"weight": 5, "of": "complaints resolved", "bands": {"60%": 0, "0%": -5}},
        "prompt": {"weight": 5, "of": "standard kept", "standard": "prompt", "bands": {"80%": 0, "0%": -5}},
        "audit": {"weight": 5, "of": "not observed", "points": 4},
    },
}


def cards(replication: int = 0, plan: str = "quiet", **changes: Any) -> pd.DataFrame:
    text = TOWN.replace("  standards:", "  quality: {right_first_time: 75%}\n  standards:")
    result = run(document_of(text, plan), replication, scorecards={"card": {**CARD, **changes}})[1]
    assert result.scorecards is not None
    return result.scorecards


def test_without_gaming_the_card_is_the_honest_one() -> None:
    table = cards()
    assert len(table) == 3 * (len(CARD["components"]) + 1)
    for kind in ("", "_points"):
        measured, honest = table[f"measured{kind}"], table[f"honest{kind}"]
        pd.testing.assert_series_equal(measured, honest, check_names=False, check_exact=True)


def test_each_week_so_many_visits_are_checked_and_called() -> None:
    """8 checks a week; 36 calls, or all visits where there were fewer."""
    document = document_of(TOWN.replace("  standards:", "  quality: {right_first_time: 0%}\n  standards:"))
    result = run(document, scorecards={"card": CARD})[1]
    assert result.scorecards is not None
    found = result.scorecards.pivot(index="day", columns="component", values="honest")
    assert set(found["skill"]) == {8.0}
    share = found["calls"] * 36
    assert np.allclose(share, share.round())


def test_hidden_faults_and_false_records_raise_the_measured_card_above_the_true_one() -> None:
    honest, gamed = cards(), cards(gaming={"hides": 0.8, "falsifies": 1})
    for name in ("true", "true_points", "honest", "honest_points"):
        same = gamed["component"] != "true"  # the false records themselves are true of the gamed card only
        same &= gamed["component"] != "whole card"
        pd.testing.assert_series_equal(gamed[same][name], honest[same][name], check_exact=True)
    by = gamed.groupby("component")[["measured", "honest", "true", "measured_points", "true_points"]].mean()
    assert by.loc["skill", "measured"] < by.loc["skill", "honest"]
    assert by.loc["calls", "measured"] == 1.0
    assert by.loc["happy", "measured"] > by.loc["happy", "honest"]
    assert by.loc["true", "measured"] == 0.0 < by.loc["true", "true"]
    assert by.loc["whole card", "measured_points"] > by.loc["whole card", "true_points"] + 3


def test_full_inspection_finds_every_false_record_and_gaming_calls_gains_nothing() -> None:
    """All records looked at, each false one recognised: what is left is the honest sample, and the false ones count."""
    table = cards(gaming={"falsifies": 1}, inspection={"share": 1}).set_index("component")
    for name in ("calls", "happy"):
        assert table.loc[name, "measured"].tolist() == table.loc[name, "honest"].tolist()
    assert table.loc["true", "measured"].tolist() == table.loc["true", "true"].tolist()
    assert (table.loc["true", "measured"] > 0).all()


def test_what_nobody_samples_is_measured_as_it_is() -> None:
    table = cards(gaming={"hides": 0.8, "falsifies": 1})
    seen = table[table["component"].isin(["served", "voices", "solved", "prompt", "audit"])]
    assert seen["measured_points"].tolist() == seen["true_points"].tolist()
    assert set(seen[seen["component"] == "audit"]["measured_points"]) == {4.0}


def test_lenient_assessors_raise_the_card_as_assessed_and_nothing_else() -> None:
    table = cards(assessors={"self": {"weight": 1, "leniency": 4}, "superior": {"weight": 3}})
    points = table.pivot(index="day", columns="component", values="measured_points")
    true = table.pivot(index="day", columns="component", values="true_points")
    assert (points["as assessed"] - points["whole card"]).tolist() == pytest.approx([1.0] * 3)
    assert true["as assessed"].tolist() == true["whole card"].tolist()


def loyalty(text: str, **section: Any) -> tuple[dict[str, float], RunResult]:
    _, result = run(document_of(text), loyalty_cells=section)
    return {cell: result.value(f"share_{cell}") for cell in ("loyal", "latent", "spurious", "none")}, result


def test_the_four_kinds_of_loyalty_add_up_and_people_with_few_needs_are_not_classed() -> None:
    shares, result = loyalty(TOWN, needs=3)
    assert sum(shares.values()) == pytest.approx(1.0, abs=1e-12)
    assert result.loyalty_cells is not None
    people = result.loyalty_cells.groupby("period", sort=False)["people"].sum()
    assert list(people.index) == ["before", "campaign", "aftermath", "whole"]
    assert people["before"] < people["whole"] < 300


def test_where_there_is_no_other_firm_everyone_who_comes_comes_again() -> None:
    """The mutation of patronage: without rivals no need is taken elsewhere, so nobody is latent or without loyalty."""
    shares, _ = loyalty(TOWN.replace("  rivals:\n    others: {attractiveness: 0.3}\n", ""))
    assert shares["latent"] == shares["none"] == 0.0
    with_rivals, _ = loyalty(TOWN.replace("attractiveness: 0.3", "attractiveness: 4"))
    assert with_rivals["latent"] + with_rivals["none"] > 0.2


def test_a_market_that_is_disappointed_and_has_no_choice_is_spuriously_loyal() -> None:
    """Habit and nowhere to go: repeat patronage without a good attitude (Dick & Basu 1994)."""
    alone = TOWN.replace("  rivals:\n    others: {attractiveness: 0.3}\n", "")
    bad = alone.replace("  standards:", "  quality: {right_first_time: 10%}\n  standards:")
    assert loyalty(bad)[0]["spurious"] > loyalty(alone)[0]["spurious"] + 0.3
