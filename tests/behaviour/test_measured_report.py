"""What was measured is kept with the run, read back as it was, and printed beside the truth."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.comparing.pairwise import compare
from experiments.report.files import as_json
from experiments.report.measured import measured_blocks
from experiments.report.one_run import run_object, run_text
from experiments.single import single_run
from sim.scenario.load import Scenario, read_scenario
from tests.behaviour.measured_towns import MEASURES, run
from tests.behaviour.small_worlds import TOWN, document_of

MEASURED = TOWN.replace(
    "money:",
    """\
surveys:
  happy: {instrument: satisfaction, title: {en: happiness, zh: 满意}, every: week, sample: 60}
  kinds: {instrument: kano, on: [21 Jun]}
loyalty_cells: {}
indices: {sqi: {failures: {lost: {weight: 5, counts: lost visits}, slips: {weight: 1, rate: 20%}}}}
scorecards:
  card:
    every: week
    checks: {visits: 5}
    components: {skill: {weight: 10, of: spot checks failed, each: -2}}
money:""",
    1,
)
TABLES = ("surveys", "loyalty_cells", "indices", "scorecards")


@pytest.fixture
def town() -> Scenario:
    return read_scenario(MEASURED.encode(), "town.yaml")


def test_measured_tables_are_read_back_as_they_were(town: Scenario, tmp_path: Path) -> None:
    made = single_run(town, "quiet", out=tmp_path)
    kept = single_run(town, "quiet", out=tmp_path)
    fresh = single_run(town, "quiet")
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(kept, name), getattr(fresh, name), check_exact=True)
        assert list((tmp_path / "runs").glob(f"*/{name}.parquet"))
    assert run_text(town, "quiet", made, seed=1, replication=0) == run_text(town, "quiet", kept, seed=1, replication=0)


def test_a_run_prints_each_instrument_beside_the_truth(town: Scenario) -> None:
    result = single_run(town, "quiet")
    text = run_text(town, "quiet", result, seed=1, replication=0)
    for words in ("happiness, as answered", "happiness, in truth", "true of", "must-be", "spurious loyalty",
                  "kinds of loyalty", "lost", "weight", "full marks", "had nobody", "whole card"):  # fmt: skip
        assert words in text, words
    assert "满意" in run_text(town, "quiet", result, seed=1, replication=0, language="zh")
    rows = json.loads(as_json(run_object(town, "quiet", result, seed=1, replication=0)))
    assert [len(rows[name]) for name in TABLES] == [len(getattr(result, name)) for name in TABLES]


def test_a_file_that_measures_nothing_prints_nothing_more() -> None:
    plain = read_scenario(TOWN.encode(), "town.yaml")
    result = single_run(plain, "quiet")
    assert list(measured_blocks(plain.document("quiet"), result, "en")) == []
    assert not set(TABLES) & set(run_object(plain, "quiet", result, seed=1, replication=0))


def test_plans_are_compared_on_what_was_measured_and_on_the_truth(town: Scenario) -> None:
    comparison = compare(town, replications=2, workers=1)
    for name in ("survey_happy", "true_survey_happy", "index_sqi", "scorecard_card", "true_scorecard_card",
                 "share_loyal"):  # fmt: skip
        assert name in comparison.shown
        assert np.isfinite(comparison.mean("quiet", name).mean)
    assert {"survey_happy", "index_sqi", "scorecard_card"} <= set(comparison.daily["measure"])


def test_plans_are_compared_also_where_in_some_replications_nobody_answers() -> None:
    """One person in three hundred is asked and answers one time in two: some runs have no answer at all."""
    one = MEASURED.replace("every: week, sample: 60", "on: [8 Jun], sample: 1, response: {rate: 50%}")
    comparison = compare(read_scenario(one.encode(), "town.yaml"), replications=4, workers=1)
    answered = np.isfinite(comparison.values.query("measure == 'survey_happy' and period == 'whole'")["value"])
    assert answered.any()
    assert not answered.all()


def test_where_nobody_comes_and_nobody_can_be_asked_nothing_is_made_up() -> None:
    """Nobody has a need: no impression to ask for, no visit to check, and no number where there is none."""
    silent = TOWN.replace("rate: 9 per month", "rate: 0 per month").replace("rate: 0.5 per month", "rate: 0 per month")
    _, result = run(document_of(silent), **MEASURES)
    assert result.surveys is not None
    assert result.scorecards is not None
    quality = result.surveys[result.surveys["survey"].isin(["quality", "performance"])]
    assert quality["eligible"].tolist() == [0] * len(quality)
    assert quality[["measured", "true", "standard_error"]].isna().all(axis=None)
    assert np.isnan(result.value("survey_quality"))
    assert result.value("index_failures") == 0.0
    parts = result.scorecards[result.scorecards["component"].isin(["skill", "calls", "prompt"])]
    assert (parts["measured_points"] == parts["weight"]).all()
    assert np.isnan(result.value("share_loyal"))
