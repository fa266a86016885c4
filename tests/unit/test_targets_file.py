"""What may be wrong with a targets file is said once, with its line; what is right becomes observations of runs."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.losses.kinds import BetaBinomial, Binomial, GammaPoisson, Moments
from calibration.losses.shares import DirichletMultinomial
from calibration.report.files import check_place_for_numbers
from calibration.targets.document import TargetsFile
from calibration.targets.reading import packaged_targets, read_fit
from sim.errors import RequestError, ScenarioError
from sim.scenario.load import load_scenario, read_scenario
from tests.unit.synthetic_market import SCENARIO

BRANCH = read_scenario(SCENARIO.encode(), "branch-autumn.yaml")
FILE = """targets_of: branch-autumn
parameters:
  right: {path: service.quality.right_first_time, prior: {uniform: {low: 80%, high: 99%}}, transform: logit}
  rate: {path: market.needs.errand.rate, prior: {lognormal: {mean: 2 per month, sd: 1 per month}}}
constraints: [rate < 9]
targets:
  right: {measure: right_first_time, observed: {part: 146, of: 160}}
  complaints: {measure: complaints, plan: gifts, period: campaign, observed: {count: 12}}
"""


def fit(text: str = FILE, file: str = "targets.yaml"):
    return read_fit(BRANCH, text.encode(), file)


def problems(text: str, file: str = "targets.yaml") -> str:
    with pytest.raises((ScenarioError, RequestError)) as caught:
        fit(text, file)
    return str(caught.value)


def with_target(target: str) -> str:
    return FILE + f"  more: {target}\n"


def test_a_good_file_says_what_is_fitted_to_what() -> None:
    found = fit()
    assert found.space.names == ("right", "rate")
    assert found.plans == ("none", "gifts")
    assert [type(each.loss) for each in found.observations] == [BetaBinomial, GammaPoisson]
    right = found.space.parameters[0]
    assert right.values(np.array([0.0]))[0] == pytest.approx(100 / (1 + np.exp(-(np.log(4) + np.log(99)) / 2)))
    assert right.written(93.21) == "93.21%"
    assert found.space.parameters[1].written(1.5) == "1.5 per month"


def test_a_place_on_the_working_scale_and_its_value_are_one_to_one() -> None:
    for parameter in fit().space.parameters:
        for z in (-1.7, 0.0, 2.2):
            assert parameter.z_of(float(parameter.values(np.array([z]))[0])) == pytest.approx(z, abs=1e-6)
        assert parameter.z_of(1e9) == float("inf")


def test_some_of_the_parameters_can_be_fitted_and_the_others_stay() -> None:
    some = fit().only(["right"])
    assert some.space.names == ("right",)
    assert some.space.constraints == ()  # rate < 9 is of a parameter that stays as it is
    assert list(some.space.settings(np.zeros(1), "none")) == [fit().space.parameters[0].path]
    assert fit().only(["rate", "right"]).space.names == ("right", "rate")
    assert len(fit().only(["rate"]).space.constraints) == 1


@pytest.mark.parametrize(("names", "said"), [(["rigt"], "did you mean 'right'"), ([], "needs a parameter")])
def test_parameters_that_are_not_there_are_refused(names: list[str], said: str) -> None:
    with pytest.raises(RequestError, match=said):
        fit().only(names)


def test_a_constraint_with_a_parameter_left_out_is_refused() -> None:
    with pytest.raises(RequestError, match="needs 'right'"):
        fit(FILE.replace("rate < 9", "rate < right")).only(["rate"])


def test_constraints_between_parameters_decide_which_candidates_may_be() -> None:
    space = fit(FILE.replace("rate < 9", "rate <= 2")).space
    assert space.allowed(np.array([[0.0, -1.0], [0.0, 2.0]])).tolist() == [True, False]


def test_a_prior_left_out_is_the_numbers_own_range() -> None:
    own = FILE.replace(", prior: {uniform: {low: 80%, high: 99%}}, transform: logit", "")
    assert fit(own).space.parameters[0].values(np.array([-8.0, 8.0])) == pytest.approx([90.0, 99.0], abs=1e-6)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("{measure: right_first_time, period: campaign, observed: {share: 120%, of: 160}}", "120%"),
        ("{measure: right_first_time, period: campaign, observed: {part: 170, of: 160}}", "share above 1"),
        ("{measure: complaints, observed: {count: -3}}", "-3"),
        ("{measure: complaints, observed: {count: 2.5}}", "whole number"),
        ("{measure: complaints, observed: {mean: 3}}", "write {count: 12}"),
        ("{measure: complaint, observed: {count: 3}}", "did you mean 'complaints'"),
        ("{measure: satisfaction, observed: {count: 3}}", "no count but in points"),
        ("{measure: satisfaction, observed: {part: 3, of: 5}}", "no share but in points"),
        ("{measure: complaints, plan: gift, observed: {count: 3}}", "did you mean 'gifts'"),
        ("{measure: complaints, days: 1 Sep 2009 to 9 Oct 2009, observed: {count: 3}}", "inside the run"),
        ("{measure: wait_p90, days: 1 Sep to 9 Sep, observed: {value: 3, error: 1}}", "whole periods only"),
        ("{measure: wait_p90, segment: mass, observed: {value: 3, error: 1}}", "not known by segment"),
        ("{measure: complaints, segment: masses, observed: {count: 3}}", "did you mean 'mass'"),
        ("{cause: prices, observed: {count: 3}}", "did you mean 'price'"),
        ("{measure: complaints, observed: {count: 3}, likelihood: binomial}", "no binomial likelihood"),
        ("{measure: complaints, plan: gifts, period: campaign, observed: {count: 13}}", "contradicts 'complaints'"),
        ("{measure: complaints, plan: gifts, period: campaign, observed: {count: 12}}", "is the same as 'complaints'"),
        ("{measure: complaints, series: {values: {1 Sep: 3, 2 Nov 2009: 4}}}", "inside the run"),
        ("{measure: complaints, series: {values: {1 Sep: 3, 2 Sep: -4}}}", "a count of -4"),
        ("{measure: complaints, series: {values: {1 Sep: 3, 2 Sep: 4}, by: week}}", "overlap"),
        ("{measure: complaints, series: {values: {1 Sep: 3, 9 Sep: 2}, cumulative: true}}", "totals never fall"),
        ("{measure: satisfaction, series: {values: {1 Sep: 3}}}", "needs 'error'"),
        ("{measure: complaints, series: {file: nowhere.csv}}", "there is no file"),
        ("{funnel: {a: {measure: served, count: 5}, b: {measure: complaints, count: 9}}}", "more than the 5"),
        ("{measure: delivered, observed: {mean: 5, sd: 1, n: 9}, spread: complaints}", "no measure of a spread"),
        ("{measure: complaints, observed: {count: 3}, series: {values: {1 Sep: 3}}}", "one of 'observed'"),
        ("{measure: complaints, observd: {count: 3}}", "did you mean 'observed'"),
    ],
)  # fmt: skip
def test_bad_data_are_refused_once_and_in_plain_words(wrong: str, said: str) -> None:
    found = problems(with_target(wrong))
    assert said in found
    assert found.startswith("targets.yaml:9: targets.more")
    assert len(found.splitlines()) == 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("targets_of: branch-autumn", "targets_of: branch", "the scenario is 'branch-autumn'"),
        ("low: 80%", "low: 80", "in plain numbers and in %"),
        ("low: 80%", "low: 99.5%", "high must be at least low"),
        ("transform: logit", "transform: log", None),
        ("high: 99%", "high: 100%", "a logit needs shares between 0 and 1"),
        ("right_first_time, prior", "right_first_tim, prior", "did you mean"),
        ("uniform:", "unifrom:", "did you mean 'uniform'"),
        ("mean: 2 per month, sd: 1 per month", "mean: 60 per year, sd: 12 per year", "write both in one unit"),
        ("rate < 9", "rats < 9", "did you mean 'rate'"),
        ("rate < 9", "rate", "such as 'few < many'"),
        ("constraints:", "  again: {path: service.quality.right_first_time}\nconstraints:", "is fitted as 'right' too"),
        ("observed: {count: 12}}", "observed: {count: 12}, hold_out: true}", None),
    ],
)  # fmt: skip
def test_impossible_parameters_are_refused(old: str, new: str, said: str | None) -> None:
    text = FILE.replace(old, new, 1)
    if said is None:
        assert fit(text).space.names
    else:
        assert said in problems(text)


def test_everything_held_out_leaves_nothing_to_fit_to() -> None:
    assert "nothing to fit to" in problems(FILE.replace("observed:", "hold_out: true, observed:"))


def test_a_series_of_a_file_becomes_one_observation_a_row(tmp_path) -> None:
    (tmp_path / "weeks.csv").write_text("week,n\n2009-09-01,4\n2009-09-08,7\n", encoding="utf-8")
    series = "{measure: complaints, series: {file: weeks.csv, date: week, value: n, by: week}}"
    found = fit(with_target(series), str(tmp_path / "targets.yaml")).observations[2:]
    assert [each.looks[0].days for each in found] == [(0, 6), (7, 13)]
    assert [each.loss for each in found] == [GammaPoisson(4.0), GammaPoisson(7.0)]
    said = problems(with_target(series.replace("value: n", "value: complaints")), str(tmp_path / "targets.yaml"))
    assert "weeks.csv has no column 'complaints'; it has week, n" in said


def test_totals_are_compared_by_what_each_stretch_of_days_brought() -> None:
    series = "{measure: complaints, series: {values: {3 Sep: 5, 10 Sep: 12}, cumulative: true}}"
    found = fit(with_target(series)).observations[2:]
    assert [(each.looks[0].days, each.loss) for each in found] == [
        ((0, 2), GammaPoisson(5.0)),
        ((3, 9), GammaPoisson(7.0)),
    ]


def test_a_funnel_is_a_chain_of_shares_and_categories_are_shares_of_a_whole() -> None:
    funnel = (
        "{funnel: {visits: {measure: visits, count: 90}, served: {measure: served, count: 80}}, likelihood: binomial}"
    )
    stage = fit(with_target(funnel)).observations[2]
    assert stage.loss == Binomial(80, 90)
    assert stage.runs(np.array([[[8.0, 10.0], [0.0, 0.0]]]))[0, :, 0].tolist()[0] == 0.8
    causes = "{categories: {price: {cause: price, count: 12}, rival: {cause: rival, count: 8}}}"
    kinds = fit(with_target(causes)).observations[2]
    assert kinds.loss == DirichletMultinomial((12.0, 8.0))
    assert kinds.runs(np.array([[[3.0, 1.0]]])).tolist() == [[[0.75, 0.25]]]


def test_a_firms_own_score_is_a_line_through_another_target() -> None:
    score = "{measure: delivered, spread: delivered_sd, observed: {mean: 87, sd: 5, n: 160}}"
    after = score.replace("}}", "}, plan: gifts, line_through: more, hold_out: true}")
    found = fit(with_target(score) + f"  after: {after}\n")
    assert [each.name for each in found.observations if each.used_up] == ["more"]
    assert [each.name for each in found.held_out] == ["after"]
    assert isinstance(found.observations[2].loss, Moments)
    assert "no target with mean" in problems(with_target(score) + f"  after: {after.replace('more', 'right')}\n")


def test_all_packaged_targets_are_good() -> None:
    assert "ward-nursing" in packaged_targets()
    for file in packaged_targets().values():
        scenario = load_scenario(file.read_text(encoding="utf-8").split()[1])  # targets_of: NAME
        assert read_fit(scenario, file.read_bytes(), str(file)).fitted_to
        check_place_for_numbers(scenario, scenario.name)


def test_every_key_says_what_it_means() -> None:
    for name, section in TargetsFile.model_json_schema()["$defs"].items():
        for key, field in section.get("properties", {}).items():
            assert "description" in field or name == "Span", f"{name}.{key}"
