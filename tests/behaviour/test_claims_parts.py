"""Segments, tiers and sites: the parts add up to the whole, and a plan for one changes the others only through them.

A small town with nearly everything in it - tiers that change, incidents, gifts, complaints, events - is counted one by
one, and compared with what the run reports; then plans meant for one segment are compared by segment.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from experiments import Comparison, compare
from rehearse.cli import app
from sim.customers import CUSTOMER
from sim.market import Market
from sim.measurement.breakdown import NO_PART
from sim.operations.visits import by_customers
from sim.results import RunResult
from sim.scenario.load import read_scenario
from sim.service.outcome import Outcome
from tests.properties.small_rehearsal import STANDING

TOWN = STANDING.replace("customers: 60", "customers: 240")
PERIODS = ("before", "campaign", "aftermath", "whole")
BY = ("segment", "tier", "site")
Counts = dict[tuple[str, str, str], Counter[str]]


@pytest.fixture(scope="module")
def town() -> tuple[Market, RunResult, Counts]:
    """The town after its last day, its tables, and what was counted one by one: (by, part, period) to numbers."""
    scenario = read_scenario(TOWN.encode(), "town.yaml")
    market, counts = Market(scenario.document(scenario.baseline)), defaultdict(Counter)
    while market.day < market.calendar.days:
        market.step()
        period = market.calendar.period(market.today.day)
        count_day(market, counts, (period, "whole"))
    return market, market.recorder.result(), counts


def parts_of(market: Market, row: int) -> Iterator[tuple[str, str]]:
    customers, tiers = market.customers, market.document.market.tiers
    yield "segment", market.segment_names[customers.segment[row]]
    yield "site", market.site_names[customers.site[row]]
    yield "tier", "no_tier" if customers.tier[row] < 0 else tiers[customers.tier[row]]


def count_day(market: Market, counts: Counts, periods: tuple[str, ...]) -> None:
    """Customer by customer and visit by visit."""
    customers, today = market.customers, market.today
    evening: dict[tuple[str, str], list[float]] = defaultdict(list)
    found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)

    def add(row: int, what: str, amount: float = 1.0) -> None:
        for part in parts_of(market, row):
            found[part][what] += amount

    for row in np.flatnonzero(customers.status == CUSTOMER).tolist():
        add(row, "customers")
        for part in parts_of(market, row):
            evening[part].append(min(float(customers.satisfaction[row] + customers.paradox[row]), 100.0))
    for part, satisfied in evening.items():
        found[part]["satisfaction_days"] += 1
        found[part]["satisfaction_means"] += sum(satisfied) / len(satisfied)
    encounters, judged = today.encounters, today.judgement
    for at in np.flatnonzero(by_customers(encounters.visit)).tolist():
        row, outcome = int(encounters.customer[at]), Outcome(int(encounters.outcome[at]))
        add(row, "ended")
        if outcome is not Outcome.SERVED:
            add(row, "lost")
        if outcome not in (Outcome.BALKED, Outcome.BLOCKED):
            add(row, "joined")
            add(row, "wait_sum", float(encounters.wait[at]))
    for row, response in zip(judged.rows.tolist(), judged.complaint.tolist(), strict=True):
        if response == 1:
            add(row, "complaints")
    for _, rows, _, _ in today.struck:
        for row in rows.tolist():
            add(row, "complaints")
    for row in today.left.tolist():
        add(row, "churned")
    for part, numbers in found.items():
        for period in periods:
            counts[(*part, period)].update(numbers)
            counts[(*part, period)]["customers_at_end"] = int(numbers["customers"])


def rows_of(result: RunResult, by: str, period: str) -> pd.DataFrame:
    table = result.breakdown
    return table[(table["by"] == by) & (table["period"] == period)].set_index("part")


@pytest.mark.parametrize("by", BY)
@pytest.mark.parametrize("period", PERIODS)
def test_every_part_holds_what_counting_one_by_one_finds(town, by: str, period: str) -> None:
    _, result, counts = town
    table = rows_of(result, by, period).drop(index=NO_PART)
    assert len(table) == {"segment": 2, "tier": 3, "site": 2}[by]
    for part, row in table.iterrows():
        expected = counts[by, str(part), period]
        for name in ("customers", "ended", "lost", "joined", "complaints", "churned"):
            assert row[name] == expected[name], (part, name)
        assert row["wait_sum"] == pytest.approx(expected["wait_sum"], abs=1e-6)
        if expected["satisfaction_days"]:
            mean = expected["satisfaction_means"] / expected["satisfaction_days"]
            assert row["satisfaction"] == pytest.approx(mean, abs=1e-9)
        else:
            assert np.isnan(row["satisfaction"])


@pytest.mark.parametrize("by", BY)
@pytest.mark.parametrize("period", PERIODS)
def test_the_parts_and_what_belongs_to_none_add_up_to_the_whole(town, by: str, period: str) -> None:
    """Counts to the last one, money to the last cent: a cent is a hundredth of the currency."""
    _, result, _ = town
    table = rows_of(result, by, period)
    for column, measure in (("customers_at_end", "customers_at_end"), ("lost", "lost_visits"),
                            ("complaints", "complaints"), ("churned", "churned")):  # fmt: skip
        assert table[column].sum() == result.value(measure, period), column
    for column, measure in (("revenue", "revenue"), ("campaign_cost", "campaign_cost"), ("contribution", "profit")):
        cents = np.rint(100 * table[column])
        assert np.abs(cents - 100 * table[column]).max() < 1e-6
        assert cents.sum() == round(100 * result.value(measure, period)), column
    assert table["wait_sum"].sum() / table["joined"].sum() == pytest.approx(result.value("wait_mean", period))
    assert table["lost"].sum() / table["ended"].sum() == pytest.approx(result.value("lost_share", period))
    assert len(table) > 1
    assert table.loc[NO_PART, "ended"] == 0


@pytest.mark.parametrize("by", BY)
def test_lifetime_values_belong_to_the_parts_of_their_customers(town, by: str) -> None:
    """Profit with carried value, of the campaign and of the whole; inside other periods nothing is carried."""
    _, result, _ = town
    for period in ("campaign", "whole"):
        parts = rows_of(result, by, period)["contribution_with_carried_value"]
        assert parts.sum() == pytest.approx(result.value("profit_with_carried_value", period), abs=1e-6)
    assert rows_of(result, by, "aftermath")["contribution_with_carried_value"].isna().all()


def test_whatever_a_customer_pays_or_costs_is_known_by_segment_site_and_tier(town) -> None:
    """Forget to say whose an amount is, and it stands here with a segment and without a tier."""
    _, result, _ = town
    known = result.ledger[["segment", "site", "tier"]] != ""
    assert (known["segment"] <= known["site"]).all()
    assert (known["segment"] == known["tier"]).all()
    accounts = set(result.ledger.loc[known["tier"], "account"])
    assert {"needs", "serving", "relationship", "spending", "incidents", "compensation"} <= accounts
    assert {"wages", "fixed", "media"}.isdisjoint(accounts)
    assert (rows_of(result, "tier", "whole")["revenue"] != 0).sum() >= 2


def test_wages_belong_to_sites_and_to_no_segment(town) -> None:
    _, result, _ = town
    wages = result.ledger[result.ledger["account"] == "wages"]["amount"].sum() / 100
    by_segment, by_site = (rows_of(result, by, "whole").loc[NO_PART, "contribution"] for by in ("segment", "site"))
    assert by_site - by_segment >= -wages * 0.9 > 0  # all but those of the desk, which stands for all sites


def test_tiers_are_those_held_on_the_day(town) -> None:
    """Someone who was raised counts in both tiers, each for its days: so a tier may gain customers nobody won."""
    market, result, _ = town
    moved = sum(row.get("tiers_raised", 0) + row.get("tiers_lowered", 0) for row in market.recorder.rows)
    assert moved > 0
    whole, before = (rows_of(result, "tier", period)["customers_at_end"] for period in ("whole", "before"))
    assert (whole != before).any()


# --- a plan for one segment -------------------------------------------------------------------------------------------

SHOP = """
scenario: two-kinds
currency: EUR
seed: 11
calendar: {run: 7 Sep 2009 to 18 Sep 2009, campaign: 9 Sep to 16 Sep}
market:
  customers: 300
  segments:
    student: {title: {en: "students, who come in autumn", zh: 学生}, share: 30%}
    family_man: {share: 70%}
  needs: {errand: {task: errand, rate: 12 per month, price: 20, cost: 5}}
  talk: {small_world: {degree: 6}}
service:
  tasks: {errand: {at: counter, takes: {exponential: {mean: 6 min}}}}
  stations: {counter: {staff: 1, open: "09:00-17:00", wage: 15}}
  patience: {exponential: {mean: 20 min}}
money: {fixed_cost: 300, margin_per_customer: 3}
channels: {letters: {addressed: true, cost_per_contact: 1}}
plans:
  none: {}
  discount:
    title: {en: a discount for students, zh: 学生折扣}
    add:
      campaigns:
        autumn:
          audience: {segments: [student]}
          waves: {first: {during: campaign, channels: {letters: {reach: 90%, frequency: 1}}}}
          announces: [cheap]
      offers: {cheap: {during: campaign, audience: {segments: [student]}, discount: {off: 40%, needs: [errand]}}}
  far_away: {set: {behaviour.word_of_mouth: none, service.capacity: unlimited}}
  discount_far_away: {extends: discount, set: {behaviour.word_of_mouth: none, service.capacity: unlimited}}
experiment: {primary: profit}
baseline: none
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("shop") / "two-kinds.yaml"
    path.write_text(SHOP, encoding="utf-8")
    return str(path)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """The discount where nobody queues and nobody talks: the segments cannot touch each other."""
    text = SHOP.replace("baseline: none", "baseline: far_away")
    scenario = read_scenario(text.encode(), "two-kinds.yaml")
    return compare(scenario, ["discount_far_away"], replications=2, by="segment")


@pytest.fixture(scope="module")
def together(shop: str) -> Comparison:
    return compare(shop, ["discount"], replications=2, by="segment")


def test_where_segments_cannot_touch_a_plan_for_one_changes_nothing_at_all_for_the_other(alone: Comparison) -> None:
    breakdown = alone.breakdown
    assert breakdown is not None
    for measure in breakdown.measures:
        change = breakdown.change("discount_far_away", "family_man", measure)
        assert (change.mean, change.low, change.high) == (0.0, 0.0, 0.0), measure
    assert breakdown.change("discount_far_away", "student", "campaign_cost").mean > 0.0
    assert "family_man" not in breakdown.best
    assert "student" in breakdown.best


def test_queues_and_talk_carry_it_to_the_other(together: Comparison) -> None:
    """The mutation: with queues and talk the same discount does change what happens to the others."""
    breakdown = together.breakdown
    assert breakdown is not None
    changes = [breakdown.change("discount", "family_man", measure).mean for measure in breakdown.measures]
    assert any(change != 0.0 for change in changes)
    assert breakdown.change("discount", "family_man", "campaign_cost").mean == 0.0


def test_changes_of_parts_add_up_to_the_change_of_the_whole(together: Comparison) -> None:
    breakdown = together.breakdown
    assert breakdown is not None
    for measure, whole in (("customers_at_end", "customers_at_end"), ("complaints", "complaints"),
                           ("revenue", "revenue"), ("contribution", "profit")):  # fmt: skip
        parts = [*breakdown.parts, *([NO_PART] if whole in ("revenue", "profit") else [])]
        changes = [breakdown.change("discount", part, measure).mean for part in parts if measure in breakdown.measures]
        expected = together.difference("discount", whole).mean if changes else 0.0
        assert sum(changes) == pytest.approx(expected, abs=1e-6), measure


def rehearse(*arguments: str):
    return CliRunner().invoke(app, list(arguments))


def test_the_report_has_a_table_by_segment(together: Comparison) -> None:
    text = str(together)
    assert "\nBy segment, as change from none" in text
    assert "\n  students " in text
    assert "\n  family man " in text
    assert "\n  no one segment " in text
    assert "belongs to no one segment" in text


def test_the_command_gives_the_breakdown_as_an_object(shop: str) -> None:
    shown = rehearse("compare", shop, "--plans", "discount", "--replications", "2", "--by", "segment", "--json")
    assert shown.exit_code == 0, shown.stderr
    found = json.loads(shown.stdout)["breakdown"]
    assert found["by"] == "segment"
    assert found["parts"]["student"]["title"] == "students"
    assert set(found["parts"]["student"]["plans"]) == {"none", "discount"}


@pytest.mark.parametrize(
    ("by", "sentence"),
    [
        ("segmnt", "a comparison cannot be broken down by 'segmnt'; did you mean 'segment'?"),
        ("region", "a comparison cannot be broken down by 'region'; it can be by segment, tier, site"),
        ("tier", "no plan has tiers, so there is nothing to break down by tier"),
        ("site", "no plan has more than one site, so there is nothing to break down by site"),
    ],
)
def test_what_cannot_be_broken_down_is_refused_before_anything_runs(shop: str, by: str, sentence: str) -> None:
    refused = rehearse("compare", shop, "--by", by, "--quiet")
    assert refused.exit_code == 2
    assert refused.stderr.strip() == sentence
