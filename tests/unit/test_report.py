"""What a strategist reads: numbers with the right unit and no false digits, in lines that fit, in any script."""

import json
import warnings
from dataclasses import replace
from math import nan

import pandas as pd
import pytest
from rich.cells import cell_len

from experiments.comparing.intervals import Interval
from experiments.report.figures import differences, over_time
from experiments.report.files import as_json, as_object, write_report
from experiments.report.numbers import style_of
from experiments.report.one_run import run_object, run_text
from experiments.report.tables import plain_text
from experiments.storage.store import read_table
from sim.measures import CATALOGUE, standard_measure
from sim.scenario.load import read_scenario
from tests.unit.synthetic_market import SCENARIO, SyntheticMarket, comparison, experiment

pytestmark = pytest.mark.slow

EFFECTS = {
    "gifts": {"satisfaction": -2.9, "wait_p90": 9.2, "profit": -212e3, "standard_counter_wait": -0.31},
    "desk": {"satisfaction": 0.8, "wait_p90": -1.0, "profit": 412e3, "campaign_cost": 4e5},
}


@pytest.fixture(scope="module")
def certain():
    return comparison(EFFECTS)


@pytest.fixture(scope="module")
def unsure():
    return comparison(EFFECTS, uncertain=True, replications=12)


def around(mean, half):
    return Interval(mean, mean - half, mean + half)


def test_each_unit_is_written_its_own_way():
    points = style_of(CATALOGUE["satisfaction"], 70.0, "CNY")
    assert points.level(around(71.23, 0.5)) == "71.2"
    assert points.change(around(-2.93, 0.52)) == "-2.9  (-3.5 to -2.4)"
    wait = style_of(CATALOGUE["wait_p90"], 11.0, "CNY")
    assert wait.level(around(11.38, 0.3)) == "11.4 min"
    assert wait.signed(9.21, 0.3) == "+9.2 min"
    kept = style_of(standard_measure("desk", "desk kept (≤ 10 min)"), 0.9, "CNY")
    assert kept.level(around(0.884, 0.03)) == "88.4 %"
    assert kept.change(around(-0.31, 0.034)) == "-31.0  (-34.4 to -27.6)"
    assert kept.change_axis_title == "desk kept (≤ 10 min), points"


def test_money_is_scaled_and_its_unit_stands_in_the_row():
    profit = style_of(CATALOGUE["profit"], 1_904_000.0, "CNY")
    assert profit.row_title == "profit in the window, thousand yuan"
    assert profit.level(around(1_904_000.0, 40_000.0)) == "1,904"
    assert profit.change(around(412_300.0, 42_000.0)) == "+412  (+370 to +454)"
    assert profit.amount(-212_400.0) == "212 thousand yuan"
    assert style_of(CATALOGUE["profit"], 3.2e9, "EUR").row_title == "profit in the window, million euros"
    assert style_of(CATALOGUE["profit"], 950.0, "XTS").level(around(950.0, nan)) == "950"


def test_no_more_digits_than_the_interval_supports():
    """A half-width of 450 supports tens, one of 40 supports ones, one of 4 no decimals the measure does not have."""
    visits = style_of(CATALOGUE["visits"], 1e4, "CNY")
    assert visits.change(around(1234.5, 451.0)) == "+1,230  (+780 to +1,690)"
    assert visits.change(around(1234.5, 41.0)) == "+1,234  (+1,194 to +1,276)"
    assert visits.level(around(98_765.0, 4_321.0)) == "98,800"


def test_an_interval_narrower_than_the_usual_digits_gets_one_more():
    churn = style_of(CATALOGUE["churn_rate"], 0.1, "CNY")
    assert churn.change(around(0.02, 0.0002)) == "+2.00  (+1.98 to +2.02)"


def test_what_is_not_defined_is_a_dash_and_zero_has_no_sign():
    wait = style_of(CATALOGUE["wait_mean"], 11.0, "CNY")
    assert wait.change(Interval(nan, nan, nan)) == "–"
    assert wait.level(Interval(nan, nan, nan)) == "–"
    assert wait.change(around(-0.001, 0.0)) == "0.0  (0.0 to 0.0)"
    assert wait.change(Interval(2.0, nan, nan)) == "+2.0"


def test_the_table_has_a_header_a_row_a_measure_and_the_verdict(certain):
    lines = plain_text(certain, width=130).splitlines()
    assert lines[0] == "Autumn campaign of a branch   20,000 customers · 30 days · 24 paired replications · seed 5"
    assert lines[3].split() == ["none", "gifts", "gifts", "and", "desk"]
    rows = [line.split("  ")[0] for line in lines[5:15]]
    assert rows[:4] == [
        "satisfaction of customers, 0-100",
        "counter wait kept (≤ 10 min), target 90 %",
        "wait, 90th percentile",
        "complaints",
    ]
    text = "\n".join(lines)
    assert text.index("Verdict") < text.index("Undecided") < text.index("Rests on")
    assert "points" in lines[6]
    assert str(certain) == plain_text(certain)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [80, 100, 120, 200])
def test_no_line_is_wider_than_asked_also_in_chinese(unsure, language, width):
    assert max(cell_len(line) for line in plain_text(unsure, language, width).splitlines()) <= width


def test_titles_come_in_the_language_asked_for(certain):
    text = plain_text(certain, "zh")
    assert text.startswith("网点金秋营销")
    assert "送礼加服务台" in text


def test_with_drawn_worlds_every_change_has_two_intervals(certain, unsure):
    row = next(line for line in plain_text(unsure).splitlines() if line.startswith("wait, 90th"))
    assert row.count("(") == row.count("[") == 1 or row.count("(") == row.count("[") == 2
    assert "[" not in plain_text(certain).split("Verdict")[0]


def test_the_json_object_keeps_its_contract_and_has_no_nan(unsure):
    found = json.loads(as_json(as_object(unsure)))
    assert {"scenario", "replications", "plans", "differences", "verdict"} <= set(found)
    assert set(found["plans"]) == {"none", "gifts", "desk"}
    assert set(found["differences"]) == {"gifts", "desk"}
    assert set(found["plans"]["none"]["profit"]) == {"mean", "low", "high"}
    assert {"mean", "low", "high", "luck_and_assumptions"} == set(found["differences"]["gifts"]["profit"])
    assert found["differences"]["gifts"]["return_on_marketing"]["mean"] is None
    assert "NaN" not in as_json(as_object(unsure))


def test_a_report_is_text_json_tables_and_figures(tmp_path):
    found = comparison(EFFECTS, by="segment", replications=5)
    write_report(replace(found, shown=found.shown[:4]), tmp_path, "zh")
    assert (tmp_path / "comparison.txt").read_text(encoding="utf-8").startswith("网点金秋营销")
    assert json.loads((tmp_path / "comparison.json").read_text(encoding="utf-8"))["replications"] == 5
    table = pd.read_csv(tmp_path / "tables" / "differences.csv")
    again = read_table(tmp_path / "tables" / "differences.parquet")
    pd.testing.assert_frame_equal(table, again)
    parts = pd.read_csv(tmp_path / "tables" / "breakdown.csv", keep_default_na=False)
    assert set(parts["part"]) == {"young", "old", ""}
    for name in ("over-time", "differences", "by-segment"):
        assert (tmp_path / "figures" / f"{name}.png").read_bytes().startswith(b"\x89PNG")


def test_no_glyph_of_a_chinese_title_is_missing(certain):
    """Matplotlib warns about a glyph no font has; here that warning is an error."""
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message=".*[Gg]lyph.*")
        for figure in (over_time(certain, "zh"), differences(certain, "zh")):
            figure.canvas.draw()


def test_a_missing_glyph_would_be_noticed(certain):
    """The guard of the test above works: Cuneiform is in neither font."""
    figure = differences(replace(certain, title="\U00012000", shown=certain.shown[:2]))
    with pytest.warns(UserWarning, match="[Gg]lyph"):
        figure.canvas.draw()


def test_figures_leave_the_settings_of_a_notebook_alone(certain):
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    over_time(certain)
    assert dict(mpl.rcParams) == before


def test_every_plan_has_a_line_and_the_campaign_is_shaded(certain):
    panel = over_time(certain).axes[0]
    assert len(panel.get_lines()) == 3
    assert [text.get_text() for text in over_time(certain).legends[0].get_texts()] == [
        "none",
        "gifts",
        "gifts and desk",
    ]
    assert len(panel.patches) == 1


def test_one_run_is_printed_period_by_period():
    scenario = read_scenario(SCENARIO.encode(), "branch-autumn.yaml")
    result = SyntheticMarket().run(experiment({"gifts": {"profit": 1.0}}).runs(0)[0])
    lines = run_text(scenario, "none", result, seed=5, replication=0).splitlines()
    assert lines[0].endswith("20,000 customers · 30 days · plan none · replication 0 · seed 5")
    assert lines[2].split() == ["before", "campaign", "aftermath", "whole"]
    assert lines[3].startswith("satisfaction of customers, 0-100")
    found = run_object(scenario, "none", result, seed=5, replication=0)
    assert set(found["periods"]) == {"before", "campaign", "aftermath", "whole"}
    assert found["periods"]["whole"]["profit"] == found["periods"]["campaign"]["profit"]
