"""A satisfaction survey may count who is satisfied: the share who give a point of the scale or more."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from experiments.comparing.courses import courses
from sim.market import Market
from sim.measurement.of_document import measures_of
from tests.small_documents import small_document

NEEDS = {"errand": {"task": "errand", "rate": "2 per week"}}
MARKET = {"customers": 200, "segments": {"everyone": {"share": 1}}, "needs": NEEDS}


def survey(**keys):
    return {"instrument": "satisfaction", "scale": "1-5", "every": "week", **keys}


@pytest.fixture(scope="module")
def result():
    exact = {"noise": 0, "shift": 0, "stretch": 0}
    surveys = {
        "scattered": survey(satisfied_from=4),
        "exact": survey(satisfied_from=4, answers=exact),
        "everyone": survey(satisfied_from=2, answers=exact),
        "unasked": survey(),
    }
    return Market(small_document(market=MARKET, surveys=surveys), replication=0).run()


def test_without_errors_of_answering_the_share_is_the_true_one(result) -> None:
    measured, true = (result.value(f"{prefix}satisfied_survey_exact") for prefix in ("", "true_"))
    assert measured == true
    assert 0.0 < true <= result.value("satisfied_survey_everyone")


def test_the_truth_does_not_depend_on_how_people_answer(result) -> None:
    assert result.value("true_satisfied_survey_scattered") == result.value("true_satisfied_survey_exact")
    assert result.value("satisfied_survey_scattered") != result.value("satisfied_survey_exact")


def test_it_is_the_mean_of_the_rounds_in_the_table(result) -> None:
    table = result.surveys
    rows = table[(table["survey"] == "scattered") & (table["statistic"] == "satisfied")]
    assert len(rows) == 4
    assert result.value("satisfied_survey_scattered") == pytest.approx(rows["measured"].mean())
    assert "satisfied_survey_scattered" in courses(result.daily)


def test_a_survey_that_does_not_count_reports_no_share(result) -> None:
    with pytest.raises(KeyError):
        result.value("satisfied_survey_unasked")
    assert "satisfied_survey_exact" in measures_of(
        small_document(market=MARKET, surveys={"exact": survey(satisfied_from=4)})
    )


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"satisfied_from": 6}, "2 to 5"),
        ({"satisfied_from": 1}, "2 to 5"),
        ({"satisfied_from": 4, "instrument": "servperf"}, "is for satisfaction"),
    ],
)
def test_a_point_that_is_not_on_the_scale_is_refused(keys, said) -> None:
    with pytest.raises(ValidationError, match=said):
        small_document(market=MARKET, surveys={"wrong": survey() | keys})
