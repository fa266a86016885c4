"""Targets that are shares of money, relative changes between two plans, several segments together, other conditions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from calibration.candidates import Bench
from calibration.checking import Check
from calibration.losses.kinds import Normal
from calibration.losses.shares import Dirichlet
from calibration.predictive import predictions
from calibration.report.text import check_text
from calibration.targets.observer import Look
from calibration.targets.reading import read_fit
from experiments.engines.runner import Serial
from sim.errors import RequestError, ScenarioError
from sim.measures import OF_PARTS, Measure
from sim.results import RunResult
from sim.scenario.load import read_scenario
from tests.unit.drawn_market import RATE, RIGHT, DrawnMarket
from tests.unit.synthetic_market import SCENARIO

CAUSES = """
  lines:
    calls: {reconsiders: 0.3 per year}
  rivals:
    other: {attractiveness: 0, serves: [calls]}
  departures:
    trouble: {rate: 0.1 per year}
    lured: {rate: 0.1 per year, rival: other, line: calls}
service:
"""
TEXT = SCENARIO.replace("    mass: {share: 100%}", "    mass: {share: 60%}\n    rich: {share: 40%}", 1)
BRANCH = read_scenario(TEXT.encode(), "branch-autumn.yaml")
LEFT = read_scenario(
    TEXT.replace("errand: {task: errand,", "errand: {line: calls, price: 5, task: errand,", 1)
    .replace("\nservice:\n", CAUSES, 1)
    .replace("0%}", "0%, moves: one line}", 2)
    .encode(),
    "branch-autumn.yaml",
)
FILE = f"""targets_of: branch-autumn
parameters:
  right: {{path: {RIGHT}, prior: {{uniform: {{low: 80%, high: 99%}}}}}}
targets:
  right: {{measure: right_first_time, observed: {{part: 146, of: 160}}}}
"""
WHOLE = """{segment: [mass, rich], categories: {
    trouble: {measure: lost_amount_to_trouble, share: 40%}, calls: {measure: lost_amount_of_calls, share: 32%},
    unstated: {rest_of: lost_amount, share: 28%}}}"""
CHANGE = "{measure: complaints, plan: gifts, against: none, observed: {value: 36%, error: 1%}}"


def fit(target: str, scenario=LEFT, head: str = ""):
    return read_fit(scenario, f"{head}{FILE}  more: {target}\n".encode(), "targets.yaml")


def test_shares_of_money_are_a_dirichlet_and_the_rest_is_the_whole_less_the_others() -> None:
    found = fit(WHOLE).observations[1]
    assert found.loss == Dirichlet((0.4, 0.32, 0.28))
    assert [look.part for look in found.looks] == 3 * [("segment", ("mass", "rich"), "whole")]
    assert found.runs(np.array([[[20.0, 30.0, 100.0]]])).tolist() == [[[0.2, 0.3, 0.5]]]
    nothing_left = found.runs(np.array([[[20.0, 80.0, 100.0 - 1e-9]]]))
    assert nothing_left[0, 0].tolist() == [0.2, 0.8, 0.0]
    assert np.isnan(found.runs(np.zeros((1, 1, 3)))).all(), "nothing lost has no shares"


def test_several_segments_together_are_their_sums_and_rates_those_of_the_sums() -> None:
    nothing = pd.DataFrame()
    rows = [("segment", "mass", "whole", 10.0, 40.0), ("segment", "rich", "whole", 30.0, 60.0)]
    table = pd.DataFrame(rows, columns=["by", "part", "period", "lost_amount", "revenue"])
    result = RunResult({}, nothing, nothing, nothing, nothing, nothing, nothing, nothing, table)
    looks = {
        names: [
            Look(each.looks[0].measure, "", part=("segment", names, "whole")).value(result, {})
            for each in (fit(f"{{measure: {measure}, segment: mass, observed: {{value: 1, error: 1}}}}").observations[1]
                         for measure in ("lost_amount", "lost_amount_rate"))
        ]
        for names in (("mass",), ("mass", "rich"), ("mass", "nobody"))
    }  # fmt: skip
    assert looks["mass",] == [10.0, 0.25]
    assert looks["mass", "rich"] == [40.0, 0.4]
    assert np.isnan(looks["mass", "nobody"]).all()


def test_a_change_is_from_a_market_with_luck_of_its_own() -> None:
    """Each replication of one plan is held against another one of the other plan."""
    found = fit(CHANGE, BRANCH)
    assert found.plans == ("none", "gifts")
    change = found.observations[1]
    assert change.loss == Normal(0.36, 0.01)
    mine, other = (np.array([[[values[0]], [values[1]]]]) for values in ((12.0, 30.0), (10.0, 20.0)))
    assert change.runs(mine, other)[0, :, 0] == pytest.approx([12 / 20 - 1, 30 / 10 - 1])
    assert np.isnan(change.runs(mine, np.zeros((1, 2, 1)))).all()


def test_a_change_without_difference_between_the_plans_is_luck_around_nothing() -> None:
    """Both plans of the drawn market have the same luck; held crosswise a change is not 0, and its spread is luck."""
    bench = Bench(fit(CHANGE, BRANCH), 1, 6, Serial(DrawnMarket()))
    runs = bench.run(np.zeros((1, 1))).runs["more"][0, :, 0]
    assert (runs != 0).any()
    assert np.prod(1.0 + runs) == pytest.approx(1.0), "the same counts stand above and below"


def test_where_it_was_observed_something_may_be_otherwise() -> None:
    """The mutation: without 'set' complaints come at 2 errands a month, not at 5."""
    target = "{measure: complaints, observed: {count: 50}}"
    means = []
    for head in (f"set: {{{RATE}: 5 per month}}\n", ""):
        bench = Bench(fit(target, BRANCH, head), 1, 40, Serial(DrawnMarket()))
        means.append((bench.as_it_stands(40).runs["more"].mean(), bench.run(np.zeros((1, 1))).runs["more"].mean()))
    for (stands, tried), expected in zip(means, (50.0, 20.0), strict=True):
        assert stands == tried
        assert stands == pytest.approx(expected, abs=4 * np.sqrt(expected / 40))


def test_shares_and_changes_are_printed_in_per_cent() -> None:
    found = fit(CHANGE, BRANCH)
    bench = Bench(found, 1, 4, Serial(DrawnMarket()))
    tried = bench.as_it_stands(4)
    predicted = predictions(found.observations, tried, tried.lucks(found.observations), 1, 50)
    assert "36 %" in check_text(Check(found, 1, 4, predicted))


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (WHOLE.replace("28%", "20%"), "the shares add up to 0.92, not to 1"),
        (WHOLE.replace("share: 32%", "count: 12"), "either all categories have a 'count' or all have a 'share'"),
        (WHOLE.replace("measure: lost_amount_of_calls", "rest_of: revenue"), "only one category can be the rest"),
        (WHOLE.replace("rest_of: lost_amount", "rest_of: lost_amounts"), "did you mean 'lost_amount'"),
        (WHOLE.replace("rest_of: lost_amount,", ""), "one of 'measure', 'cause' and 'rest_of'"),
        (WHOLE.replace("lost_amount_of_calls", "churn_rate"), "is no count or sum of money but a ratio in share"),
        (WHOLE.replace("lost_amount_of_calls", "lines_lost"), "not known by segment"),
        (WHOLE.replace("[mass, rich]", "[mass, rih]"), "did you mean 'rich'"),
        (WHOLE.replace("[mass, rich]", "[mass, mass]"), "a segment is named twice"),
        ("{measure: satisfaction, segment: [mass, rich], observed: {value: 70, error: 1}}", "of each it is"),
        (WHOLE.replace("}}}", "}}, likelihood: normal}"), "it is dirichlet"),
        ("{funnel: {a: {measure: served, count: 5}, b: {measure: complaints, share: 9%}}}", "a stage of a funnel"),
        (CHANGE.replace("against: none", "against: gifts"), "to itself"),
        (CHANGE.replace("against: none", "against: nobody"), "nobody"),
        (CHANGE.replace("value: 36%, error: 1%", "count: 36"), "relative change"),
    ],
)  # fmt: skip
def test_what_cannot_be_observed_so_is_said(target: str, said: str) -> None:
    with pytest.raises((ScenarioError, RequestError)) as caught:
        fit(target)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("conditions", "said"),
    [
        ("market.customer: 5", "did you mean 'market.customers'"),
        ("market.customers: -5", "market.customers"),
        (f"{RIGHT}: 90%", "fitted as 'right'"),
        ("market.segments.mass.share: 50%", "add up to 0.9"),
    ],
)
def test_conditions_that_cannot_be_are_said_once(conditions: str, said: str) -> None:
    with pytest.raises((ScenarioError, RequestError)) as caught:
        fit(CHANGE, BRANCH, f"set: {{{conditions}}}\n")
    assert said in str(caught.value)


def test_what_was_lost_is_known_by_part_only_where_the_file_tells_causes() -> None:
    assert "lost_amount_to_trouble" not in OF_PARTS
    with pytest.raises(ScenarioError, match="there is no measure 'lost_amount_to_trouble'"):
        fit(WHOLE, BRANCH)
    assert isinstance(fit(WHOLE).observations[1].looks[1].measure, Measure)
