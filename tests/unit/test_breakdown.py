"""Changes by segment: each with its interval, all of them together with a wider one, and words that claim no more."""

from math import nan

import numpy as np
import pandas as pd
import pytest
from rich.cells import cell_len
from scipy import stats

from experiments.comparing.breakdown import BestPlan, break_down
from experiments.comparing.comparison import Comparison
from experiments.comparing.intervals import paired_interval
from experiments.comparing.parts import Parts
from experiments.paired import Replication
from experiments.report.by_part import MOST_PARTS, breakdown_sentences, shown_parts
from experiments.report.files import as_json, as_object
from experiments.report.tables import plain_text
from sim.errors import RequestError
from sim.measurement.breakdown import NO_PART
from sim.measures import OF_PARTS
from sim.scenario.load import Scenario, read_scenario
from tests.unit.synthetic_market import SCENARIO, comparison

EFFECTS = {
    "gifts": {"revenue_of_young": 9000.0, "revenue_of_old": -6000.0, "wait_of_old": 2.0, "media": 700.0},
    "desk": {"revenue_of_old": 20.0, "wait_of_old": -1.0, "media": 700.0},
}
PLANS = ("none", "gifts", "desk")


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return read_scenario(SCENARIO.encode(), "branch-autumn.yaml")


@pytest.fixture(scope="module")
def by_segment() -> Comparison:
    return comparison(EFFECTS, by="segment", replications=12)


@pytest.fixture(scope="module")
def unsure() -> Comparison:
    return comparison(EFFECTS, by="segment", replications=4, uncertain=True)


class KnownParts(Parts):
    """Parts whose values, (replications, plans, parts), are given: one replication at a time would take too long."""

    def __init__(self, values: dict[str, np.ndarray], names: tuple[str, ...] = ("young", "old", NO_PART)) -> None:
        super().__init__("segment", PLANS, ("stated",))
        self.names = names
        self.known = values

    def values(self, measure: str, world: str = "stated") -> np.ndarray:
        return self.known[measure]


def luck(generator: np.random.Generator, replications: int = 10) -> dict[str, np.ndarray]:
    return {measure: 50.0 + generator.normal(size=(replications, len(PLANS), 3)) for measure in OF_PARTS}


def test_a_change_has_the_paired_interval_and_a_wider_one_for_all_changes_together(scenario: Scenario) -> None:
    """Two parts × (ten measures × two plans + one pair beside the baseline) + two plans: 44 intervals at once."""
    values = luck(np.random.default_rng(7))
    breakdown = break_down(scenario, KnownParts(values), "none", "profit")
    assert breakdown.together == 2 * (10 * 2 + 1) + 2
    for plan, place in (("gifts", 1), ("desk", 2)):
        pair = values["revenue"][:, place, 0], values["revenue"][:, 0, 0]
        assert breakdown.change(plan, "young", "revenue") == paired_interval(*pair)
        assert breakdown.sure(plan, "young", "revenue") == paired_interval(*pair, 1.0 - 0.05 / 44)
        mean = float(pair[0].mean())
        assert breakdown.mean(plan, "young", "revenue").mean == pytest.approx(mean)


def test_of_worlds_without_any_effect_one_in_twenty_is_told_anything_surely(scenario: Scenario) -> None:
    """Oracle: no more than 5 % of 100 breakdowns, within the binomial's 99.9 % band; one by one, most would be."""
    generator = np.random.default_rng(2009)
    told, told_alone = 0, 0
    for _ in range(100):
        table_of = break_down(scenario, KnownParts(luck(generator)), "none", "profit")
        rows = table_of.table[(table_of.table["plan"] != "none") & (table_of.table["part"] != NO_PART)]
        told += bool(
            ((rows["sure_low"] > 0) | (rows["sure_high"] < 0)).any()
            or any(best.surely for best in table_of.best.values())
        )
        told_alone += bool(((rows["change_low"] > 0) | (rows["change_high"] < 0)).any())
    assert told <= stats.binom.ppf(0.9995, 100, 0.05)
    assert told_alone > 50


def test_the_best_plan_of_a_part_is_sure_only_against_every_other(scenario: Scenario) -> None:
    values = luck(np.random.default_rng(3))
    values["contribution"][:, 1, 0] += 20.0  # gifts win the young by far
    values["contribution"][:, 1, 1] -= 20.0  # and lose the old, where the other two are alike
    best = break_down(scenario, KnownParts(values), "none", "profit").best
    assert best["young"] == BestPlan("gifts", surely=True)
    assert best["old"].plan in ("none", "desk")
    assert not best["old"].surely


def test_where_less_is_better_the_least_is_best(scenario: Scenario) -> None:
    values = luck(np.random.default_rng(3))
    values["wait_mean"][:, 2] -= 20.0
    breakdown = break_down(scenario, KnownParts(values), "none", "wait_mean")
    assert breakdown.deciding == "wait_mean"
    assert breakdown.best == dict.fromkeys(("young", "old"), BestPlan("desk", surely=True))


@pytest.mark.parametrize(
    ("primary", "decides"),
    [
        ("profit", "contribution"),
        ("profit_with_carried_value", "contribution_with_carried_value"),
        ("satisfaction", "satisfaction"),
        ("nps", "contribution"),
    ],
)
def test_what_decides_on_parts_is_what_decides_on_the_whole_as_far_as_parts_have_it(
    scenario: Scenario, primary: str, decides: str
) -> None:
    assert break_down(scenario, KnownParts(luck(np.random.default_rng(1))), "none", primary).deciding == decides


def test_a_part_no_plan_changes_has_no_best_plan(scenario: Scenario) -> None:
    values = luck(np.random.default_rng(3))
    values["contribution"][..., 1] = 7.0
    assert set(break_down(scenario, KnownParts(values), "none", "profit").best) == {"young"}


def test_a_part_that_one_plan_does_not_have_is_compared_among_the_others(scenario: Scenario) -> None:
    values = luck(np.random.default_rng(3))
    for column in values.values():
        column[:, 2, 1] = nan
    breakdown = break_down(scenario, KnownParts(values), "none", "profit")
    assert np.isnan(breakdown.change("desk", "old", "revenue").mean)
    assert np.isfinite(breakdown.change("gifts", "old", "revenue").mean)
    assert breakdown.best["old"].plan in ("none", "gifts")


@pytest.mark.parametrize(("replications", "sure"), [(2, False), (10, False), (11, True)])
def test_the_same_count_in_a_few_replications_is_no_proof(scenario: Scenario, replications: int, sure: bool) -> None:
    """Among 44 intervals a sign has to come up eleven times: 2^-9 > 0.05 / 44 > 2^-10."""
    values = luck(np.random.default_rng(3), replications)
    values["complaints"][:, 1, 0] = values["complaints"][:, 0, 0] + 4.0
    breakdown = break_down(scenario, KnownParts(whole_numbers(values)), "none", "profit")
    assert breakdown.change("gifts", "young", "complaints").mean == 4.0
    assert breakdown.sure("gifts", "young", "complaints").excludes_zero == sure


def whole_numbers(values: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Whole numbers, whose differences are exact."""
    return {measure: np.rint(column) for measure, column in values.items()}


def test_who_is_in_no_part_of_a_plan_is_nobody(by_segment: Comparison) -> None:
    """A segment without customers or money is not shown, and widens no interval of the others."""
    breakdown = by_segment.breakdown
    assert breakdown is not None
    assert list(breakdown.parts) == ["young", "old"]
    assert "complaints" not in breakdown.measures  # nobody complained in any part
    shown = len(breakdown.measures)
    assert breakdown.together == 2 * (shown * 2 + 1) + 2
    nobody = breakdown.table[breakdown.table["part"] == NO_PART]
    assert set(nobody["measure"]) == {"revenue", "campaign_cost", "contribution", "contribution_with_carried_value"}


def test_sentences_say_who_gains_who_loses_and_what_belongs_to_nobody(by_segment: Comparison) -> None:
    assert by_segment.breakdown is not None
    sentences = breakdown_sentences(by_segment, by_segment.breakdown)
    wins, gifts, gifts_untraced, desk, desk_untraced, together = sentences
    assert wins.startswith("Contribution to profit is highest with gifts: surely for young; with ")
    assert gifts.startswith("gifts against none, surely: contribution to profit up for young (+4,")
    assert "and down for old (-3," in gifts
    assert "wait (mean of those who joined) up for old (+2" in gifts
    assert desk.startswith("gifts and desk against none, surely: wait (mean of those who joined) down for old (-1")
    assert gifts_untraced == (
        "Of the change in profit in the window with gifts, -700 yuan belongs to no one segment: wages, media, fixed "
        "cost and whatever else is paid for all of them."
    )
    assert desk_untraced.startswith("Of the change in profit in the window with gifts and desk, -700 yuan")
    assert together == "Surely: all 36 intervals of this breakdown together hold at 95 % (Bonferroni)."


def test_a_plan_that_changes_nothing_is_said_to(scenario: Scenario) -> None:
    quiet = comparison({"gifts": {}, "desk": {"media": 5.0}}, by="segment", replications=8)
    assert quiet.breakdown is not None
    text = "\n".join(breakdown_sentences(quiet, quiet.breakdown))
    assert "gifts against none changes nothing surely for any one segment." in text
    assert "with gifts," not in text  # nothing of it belongs to nobody either


def test_the_table_has_the_parts_below_each_measure_and_ends_with_the_whole(by_segment: Comparison) -> None:
    text = plain_text(by_segment)
    lines = text[text.index("\nBy segment") :].splitlines()
    at = lines.index("campaign cost, yuan")
    assert [line.split("  ")[1] for line in lines[at + 1 : at + 5]] == ["young", "old", "no one segment", "all"]
    assert "+700" in lines[at + 3]
    assert text.index("By segment, as change from none") < text.index("By segment Contribution") < text.index("Verdict")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [80, 120])
def test_no_line_of_a_breakdown_is_wider_than_asked(unsure: Comparison, language: str, width: int) -> None:
    text = plain_text(unsure, language, width)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    revenue = text[text.index("By segment") :].split("revenue,")[1].split("campaign cost")[0]
    assert revenue.count("[") >= 2  # for each segment an interval of luck and assumptions


def test_what_the_assumptions_may_do_to_a_part_counts_against_surely() -> None:
    """The draw moves the revenue of the young by far more than the plan does."""
    effects = {"gifts": {"revenue_of_young": 9000.0, "revenue_of_young_slope": 90_000.0}, "desk": {}}
    certain = comparison(effects, by="segment", replications=6).breakdown
    unsure = comparison(effects, by="segment", replications=6, uncertain=True).breakdown
    assert certain is not None
    assert unsure is not None
    assert certain.sure("gifts", "young", "revenue").excludes_zero
    assert certain.best["young"].surely
    assert not unsure.sure("gifts", "young", "revenue").excludes_zero
    assert not unsure.best["young"].surely
    wide = unsure.with_assumptions("gifts", "young", "revenue")
    assert wide.half_width > 5 * unsure.change("gifts", "young", "revenue").half_width


def test_the_object_holds_every_part_plan_and_measure(by_segment: Comparison) -> None:
    found = as_object(by_segment)["breakdown"]
    assert found["by"] == "segment"
    assert set(found["parts"]) == {"young", "old"}
    gifts = found["parts"]["young"]["differences"]["gifts"]["revenue"]
    assert gifts["together"]["low"] < gifts["low"] < gifts["mean"] < gifts["high"] < gifts["together"]["high"]
    assert found["parts"]["young"]["best"] == {"plan": "gifts", "surely": True}
    assert found["untraced"]["differences"]["gifts"]["campaign_cost"]["mean"] == pytest.approx(700.0)
    as_json(found)


def test_a_comparison_nobody_asked_to_break_down_keeps_nothing_of_it() -> None:
    plain = comparison(EFFECTS, replications=3)
    assert plain.breakdown is None
    assert "breakdown" not in as_object(plain)
    assert "By segment" not in plain_text(plain)


def test_of_very_many_parts_those_with_most_customers_are_shown(scenario: Scenario, by_segment: Comparison) -> None:
    names = tuple(f"site_{number}" for number in range(30))
    values = {measure: np.ones((4, 3, 31)) for measure in OF_PARTS}
    values["customers_at_end"] = np.tile(np.arange(31.0), (4, 3, 1))
    breakdown = break_down(scenario, KnownParts(values, (*names, NO_PART)), "none", "profit")
    assert shown_parts(by_segment, breakdown) == list(names[-MOST_PARTS:])


def replication(parts: list[str], world: str = "stated") -> Replication:
    row = dict.fromkeys(("customers", "customers_at_end", "satisfaction", "ended", "lost", "joined", "wait_sum",
                         "complaints", "churned_year", "revenue", "campaign_cost", "contribution",
                         "contribution_with_carried_value"), 1.0)  # fmt: skip
    table = pd.DataFrame([row | {"by": "site", "part": part, "period": "whole"} for part in [*parts, NO_PART]])
    nothing = pd.DataFrame()
    return Replication(0, nothing, nothing, nothing, {("stated", "none"): table, ("stated", "more"): table}, 0.0)


def test_worlds_with_other_sites_cannot_be_broken_down_by_site() -> None:
    sites = Parts("site", ["none", "more"], ["stated"])
    sites.add(replication(["a", "b"]))
    with pytest.raises(RequestError, match="the sites are not the same in every world drawn"):
        sites.add(replication(["a", "b", "c"]))


def test_an_unknown_period_is_refused() -> None:
    sites = Parts("site", ["none", "more"], ["stated"], "campaign")
    with pytest.raises(RequestError, match="there is no period 'campaign'; this run has whole"):
        sites.add(replication(["a", "b"]))


def test_a_replication_costs_a_few_numbers_a_part() -> None:
    """Memory: plans × parts × measures of 8 bytes, nothing of the days or tables behind them."""
    sites = Parts("site", ["none", "more"], ["stated"])
    sites.add(replication(["a", "b"]))
    sites.add(replication(["a", "b"]))
    assert sites.values("revenue").shape == (2, 2, 3)
    assert sum(each.nbytes for each in sites._values["stated"]) == 2 * 2 * 3 * len(OF_PARTS) * 8
