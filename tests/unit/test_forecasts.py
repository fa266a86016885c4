"""Forecast and actual, targets, books and commitments of plans as `compare` gives them, from the runs' own ledgers."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.comparing.comparison import Comparison
from experiments.comparing.forecasts import REVENUE, forecast_rows
from experiments.comparing.pairwise import compare
from experiments.report.files import as_json, as_object, write_report
from experiments.report.one_run import run_object, run_text
from experiments.report.tables import plain_text
from sim.ledger import CAMPAIGN_ACCOUNTS
from sim.market import run
from sim.results import RunResult
from sim.scenario.load import Scenario, read_scenario
from tests.behaviour.small_branch import SCENARIO
from tests.once import once

pytestmark = pytest.mark.slow

REPLICATIONS = 2
TARGETS = """targets:
  income:
    measure: revenue
    during: 24 Sep 2009 to 7 Oct 2009
    amount: 9000
    by: month
    revisions: {short: {"on": 1 Oct 2009, amount: 8000}}
plans:"""
FORECAST = """        autumn:
          costs:
            letters: {group: market, kind: direct, estimate: 300, of: media}
            planning: {group: finance, kind: management, estimate: 120, paid: 150}
          forecast: {revenue: 900}
"""
BUDGET = "      budget: {amount: 5000, borne_by: the branch}\n      offers:"
TEXT = (
    SCENARIO.replace("run: 1 Sep 2009 to 14 Sep 2009", "run: 24 Sep 2009 to 7 Oct 2009")
    .replace("campaign: 4 Sep to 10 Sep", "campaign: 27 Sep to 3 Oct")
    .replace("plans:", TARGETS)
    .replace("        autumn:\n", FORECAST)
    .replace("      offers:", BUDGET)
    .replace("customers: 400", "customers: 250")
)  # fmt: skip
STANDARD = """
  strict:
    extends: gifts
    add: {service: {standards: {quick: {station: counter, at_most: 2 min, share: 50%}}}}
"""


@cache
def scenario(more: str = "") -> Scenario:
    return read_scenario((TEXT.rstrip() + "\n" + more).encode(), "small-branch.yaml")


@cache
def compared() -> Comparison:
    return compare(scenario(STANDARD), ["gifts", "strict"], replications=REPLICATIONS)


@once
def lived(plan: str, replication: int = 0) -> RunResult:
    return run(scenario(STANDARD), plan, replication)


def sums(result: RunResult, accounts: tuple[str, ...], since: int = 0, name: str | None = None) -> int:
    rows = result.ledger
    rows = rows[rows["account"].isin(accounts) & (rows["day"] >= since)]
    return int(rows.loc[rows["campaign"] == name if name else rows["day"] >= 0, "amount"].sum())


def forecasts() -> pd.DataFrame:
    table = compared().tables["forecasts"]
    return table[table["plan"] == "gifts"].set_index("campaign")


def test_cost_is_what_the_ledgers_have_for_the_campaign_and_the_offer_it_announces() -> None:
    row = forecasts().loc["autumn"]
    spent = [
        -sum(sums(lived("gifts", each), CAMPAIGN_ACCOUNTS, name=name) for name in ("autumn", "errand_gift"))
        for each in range(REPLICATIONS)
    ]
    assert row["cost"] == pytest.approx(np.mean(spent) / 100)
    assert row["cost"] > 150
    assert row["cost_forecast"] == 420


def test_revenue_is_that_of_the_plan_less_that_of_the_baseline_with_the_same_luck() -> None:
    """From 27 September, day 3, on."""
    row = forecasts().loc["autumn"]
    gained = [
        sums(lived("gifts", each), REVENUE, 3) - sums(lived("none", each), REVENUE, 3) for each in range(REPLICATIONS)
    ]
    assert row["revenue"] == pytest.approx(np.mean(gained) / 100)
    assert row["revenue_forecast"] == 900
    assert row["revenue"] != 0


def test_of_several_campaigns_one_difference_is_told_once() -> None:
    more = """
  two:
    extends: gifts
    add: {campaigns: {winter: {waves: {w: {during: campaign, channels: {letters: {reach: 10%, frequency: 1}}}}}}}
"""
    both, none = run(scenario(more), "two"), run(scenario(more), "none")
    table = forecast_rows(both, none)
    assert table is not None
    found = table.set_index("campaign")["revenue"]
    assert found[["autumn", "winter"]].isna().all()
    assert found["all together"] == sums(both, REVENUE, 3) - sums(none, REVENUE, 3)
    assert forecast_rows(none, none) is None
    alone = forecast_rows(both, None)
    assert alone is not None
    assert alone["revenue"].isna().all(), "one run has no baseline"


def test_books_commitments_and_targets_of_a_comparison_are_means_of_its_runs() -> None:
    books = compared().tables["books"]
    gifts = books[(books["plan"] == "gifts") & (books["account"] == "gifts")].set_index("month")["amount"]
    runs = [lived("gifts", each) for each in range(REPLICATIONS)]
    september = [each.ledger[(each.ledger["account"] == "gifts") & (each.ledger["day"] < 7)] for each in runs]
    assert gifts["2009-09"] == pytest.approx(np.mean([rows["amount"].sum() for rows in september]) / 100)
    owed = compared().tables["commitments"]
    owed = owed[(owed["plan"] == "gifts") & (owed["item"] == "errand_gift")].set_index("month")["committed"]
    each = [each.commitments for each in runs]
    tables = [
        table[(table["month"] == "2009-09") & (table["item"] == "errand_gift")] for table in each if table is not None
    ]
    expected = [int(table["committed"].sum()) for table in tables]
    assert owed["2009-09"] == pytest.approx(np.mean(expected) / 100)
    assert owed["2009-09"] > 0
    targets = compared().tables["targets"]
    for plan in ("none", "gifts"):
        rows = targets[targets["plan"] == plan].set_index("period")
        revenue = np.mean([lived(plan, each).daily["revenue"][:7].sum() for each in range(REPLICATIONS)])
        assert rows.loc["2009-09", "actual"] == pytest.approx(revenue)
        assert rows["plan_amount"].tolist() == pytest.approx([4500, 4500])
        assert rows.loc["2009-10", "in_force"] == pytest.approx(8000 - revenue), "revised by what was reached"


def test_the_printed_comparison_has_targets_months_and_campaigns_and_json_the_numbers() -> None:
    text = plain_text(compared())
    assert "gifts: stopping now avoids" in text
    assert "none: cash" not in text, "only plans with a budget ask for books"
    assert "plan as revised" in " ".join(text.split()) or "as revised" in text
    assert "campaigns, forecast and actual" in text
    found = json.loads(as_json(as_object(compared())))
    assert {"books", "commitments", "targets", "forecasts"} <= set(found)
    assert {row["plan"] for row in found["books"]} == {"none", "gifts", "strict"}


def test_a_measure_only_the_plan_has_is_printed_with_the_reason_it_is_no_difference() -> None:
    """The mutation: the same row without a value of its own stays a dash."""
    text = plain_text(compared(), width=200)
    row = next(line for line in text.splitlines() if line.startswith("quick kept"))
    assert f"{100 * compared().mean('strict', 'standard_quick').mean:.0f}" in row
    assert row.count("the baseline has none") == 1
    assert row.count("–") == 2, "the baseline, and the plan that does not have it either"


def test_the_folder_keeps_the_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.report.drawing.write_figures", lambda *_: None)  # figures are tested elsewhere
    write_report(compared(), tmp_path)
    for name in ("books", "commitments", "targets", "forecasts"):
        kept = pd.read_csv(tmp_path / "tables" / f"{name}.csv")
        assert len(kept) == len(compared().tables[name]) > 0


def test_one_run_prints_them_too() -> None:
    plan, result = "gifts", lived("gifts")
    text = run_text(scenario(STANDARD), plan, result, seed=1, replication=0)
    for words in (
        "what the plan costs",
        "stopping now avoids",
        "campaigns, forecast and actual",
        "One run has no baseline",
    ):
        assert words in text
    found = run_object(scenario(STANDARD), plan, result, seed=1, replication=0)
    assert result.commitments is not None
    assert sum(row["spent"] for row in found["commitments"]) == pytest.approx(result.commitments["spent"].sum() / 100)
    assert found["forecasts"][0]["cost_forecast"] == 420
