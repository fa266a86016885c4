"""Surveys measure with the errors real ones have, and change nothing of what they measure."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.behaviour.dimensions import weighted
from sim.customers import CUSTOMER
from sim.market import Market
from sim.results import RunResult
from tests.behaviour.measured_towns import MEASURES, measuring, run
from tests.behaviour.small_worlds import TOWN, columns, document_of

EXACT: dict[str, Any] = {"noise": 0, "shift": 0, "stretch": 0}


def survey(result: RunResult, name: str, question: str | None = None) -> pd.DataFrame:
    """The rows of one survey, of one of its questions."""
    assert result.surveys is not None
    rows = result.surveys[result.surveys["survey"] == name]
    return rows if question is None else rows[rows["question"] == question]


def test_whoever_measures_changes_nothing() -> None:
    """With and without surveys, indices, cells and scorecards: the same bytes of everything else."""
    document = document_of(TOWN, "campaign")
    (plain, unmeasured), (watched, measured) = run(document), run(document, **MEASURES)
    others, ours = columns(watched.customers), columns(plain.customers)
    assert list(others) == list(ours)
    assert all(others[name].tobytes() == column.tobytes() for name, column in ours.items())
    assert unmeasured.surveys is None
    for table in ("surveys", "loyalty_cells", "indices", "scorecards"):
        assert len(getattr(measured, table)) > 0, table
    for table in ("ledger", "offers", "activity", "causes", "sites", "encounters"):
        pd.testing.assert_frame_equal(getattr(measured, table), getattr(unmeasured, table), check_exact=True)
    pd.testing.assert_frame_equal(measured.daily[unmeasured.daily.columns], unmeasured.daily, check_exact=True)
    more = measured.periods.merge(unmeasured.periods, on=["period", "measure", "value"])
    assert len(more) == len(unmeasured.periods)


def test_a_second_survey_changes_no_answer_to_the_first() -> None:
    document = document_of(TOWN)
    alone = {"surveys": {"happy": MEASURES["surveys"]["happy"]}}
    _, one = run(document, **alone)
    _, several = run(document, **MEASURES)
    pd.testing.assert_frame_equal(
        survey(one, "happy").reset_index(drop=True), survey(several, "happy").reset_index(drop=True), check_exact=True
    )


def test_when_everyone_answers_exactly_the_survey_is_the_truth() -> None:
    """Asked of all customers without noise: NPS is that of the day, satisfaction is off by rounding only."""
    exact = {
        "recommend": {"instrument": "nps", "every": "week", "answers": EXACT},
        "happy": {"instrument": "satisfaction", "scale": "0-100", "every": "week", "answers": EXACT},
    }
    _, result = run(document_of(TOWN), surveys=exact)
    days = result.daily.set_index("day")
    for _, each in survey(result, "recommend").iterrows():
        assert each["measured"] == each["true"] == each["true_of_answered"] == days.loc[each["day"], "nps"]
    for _, each in survey(result, "happy").iterrows():
        assert each["true"] == days.loc[each["day"], "satisfaction"]
        assert abs(each["measured"] - each["true"]) < 4 * np.sqrt(1 / 12 / each["answered"])
        assert each["eligible"] == each["asked"] == each["answered"] == days.loc[each["day"], "customers"]


def test_servqual_is_the_last_perception_less_what_people_want() -> None:
    """The truth beside the survey, worked out from the judgements of the run."""
    market = Market(measuring(document_of(TOWN), surveys={"quality": {"instrument": "servqual", "every": "week"}}))
    last: dict[int, np.ndarray] = {}
    for _ in range(7):
        market.step()
        judged = market.today.judgement
        assert judged is not None
        last |= {row: judged.perceived[:, place] for place, row in enumerate(judged.rows.tolist())}
    customers = market.customers
    rows = np.array(sorted(row for row in last if customers.status[row] == CUSTOMER))
    gaps = np.stack([last[row] for row in rows.tolist()], axis=1) - customers.desired[:, rows]
    found = survey(market.recorder.result(), "quality")
    assert found["eligible"].unique().tolist() == [len(rows)]
    assert found["true"].tolist() == pytest.approx(
        [weighted(gaps, customers.importance[:, rows]).mean(), *gaps.mean(axis=1)], abs=1e-12
    )


def test_only_visitors_of_the_last_days_are_asked() -> None:
    visitors = {
        "happy": {"instrument": "satisfaction", "on": ["2026-06-20"], "audience": {}, "visited_within": "5 days"}
    }
    _, result = run(document_of(TOWN), surveys=visitors)
    assert result.encounters is not None
    visits = result.encounters[~result.encounters["process"].str.contains("complaint|case", case=False)]
    ended = visits["ended"] // 1440
    came = visits[(ended > 19 - 5) & (ended <= 19)]["customer"].nunique()
    assert survey(result, "happy")["eligible"].tolist() == [came]


def test_a_sample_is_as_large_as_asked_and_no_larger_than_the_market() -> None:
    sizes = {
        "some": {"instrument": "nps", "every": "week", "sample": 40},
        "tenth": {"instrument": "nps", "every": "week", "audience": {}, "share": 0.1},
        "too_many": {"instrument": "nps", "every": "week", "sample": 9999},
    }
    _, result = run(document_of(TOWN), surveys=sizes)
    assert set(survey(result, "some")["asked"]) == {40}
    assert set(survey(result, "tenth")["asked"]) == {30}
    assert (survey(result, "too_many")["asked"] == survey(result, "too_many")["eligible"]).all()


def biases(response: dict[str, float], replications: int = 6) -> np.ndarray:
    """How far those who answered were from everyone, in each round of each replication: points of satisfaction."""
    asked = {"happy": {"instrument": "satisfaction", "every": "week", "response": response}}
    found = []
    for replication in range(replications):
        rows = survey(run(document_of(TOWN), replication, surveys=asked)[1], "happy")
        found.append(float((rows["true_of_answered"] - rows["true"]).mean()))
    return np.array(found)


def half_width(values: np.ndarray) -> float:
    """Half the 99.9 % interval of a mean."""
    return float(stats.t.ppf(0.9995, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values)))


@pytest.mark.slow
def test_when_the_satisfied_answer_more_readily_the_survey_flatters() -> None:
    biased = biases({"rate": 0.3, "satisfaction": 0.1})
    assert biased.mean() > half_width(biased)


@pytest.mark.slow
def test_when_silence_has_nothing_to_do_with_satisfaction_the_survey_does_not_flatter() -> None:
    """The mutation: the same rate, the same for all."""
    fair = biases({"rate": 0.3})
    assert abs(fair.mean()) < half_width(fair)


def test_when_only_the_angry_and_the_delighted_answer_the_answers_spread() -> None:
    """In a market that feels one way as often as the other: the spread of answers grows."""
    divided = TOWN.replace("  segments:\n", "  traits: {satisfaction: {normal: {mean: 70, sd: 12}}}\n  segments:\n", 1)

    def spread(response: dict[str, float]) -> float:
        asked = {"happy": {"instrument": "satisfaction", "scale": "0-100", "on": ["2026-06-01"], "audience": {},
                           "response": response, "answers": EXACT}}  # fmt: skip
        rows = survey(run(document_of(divided), surveys=asked)[1], "happy")
        return float((rows["standard_error"] * np.sqrt(rows["answered"])).iloc[0])

    assert spread({"rate": 0.1, "strong_feelings": 0.25}) > 1.15 * spread({"rate": 0.4})


def test_standard_errors_say_how_far_surveys_miss() -> None:
    """(measured - true)/SE on 25 evenings of 3 replications: Σ z² of 75 rounds lies in the 99.9 % of chi-square.

    30 of 300 without replacement narrow the error of sampling by up to 1 - 30/300; s is estimated from 30: 29/27.
    """
    asked = {"happy": {"instrument": "satisfaction", "on": [f"2026-06-{day:02d}" for day in range(1, 26)],
                       "audience": {}, "sample": 30, "answers": {"noise": 0.7, "shift": 0, "stretch": 0}}}  # fmt: skip
    z: list[float] = []
    for replication in range(3):
        rows = survey(run(document_of(TOWN), replication, surveys=asked)[1], "happy")
        z += ((rows["measured"] - rows["true"]) / rows["standard_error"]).tolist()
    low, high = stats.chi2.ppf([0.0005, 0.9995], len(z))
    assert 0.9 * low < np.square(z).sum() < high * 29 / 27


def test_a_kano_survey_finds_what_the_market_is_made_of() -> None:
    """What nobody weighs is indifferent; what counts, and is expected to be good, is missed more than it delights."""
    weights = "{reliability: 100, responsiveness: 0, assurance: 0, empathy: 0, tangibles: 0}"
    text = TOWN.replace("  segments:\n", f"  traits: {{importance: {weights}}}\n  segments:\n", 1)
    kinds = {"kinds": {"instrument": "kano", "on": ["2026-06-21"], "answers": {"noise": 2}}}
    result = run(document_of(text), surveys=kinds)[1]
    table = survey(result, "kinds").pivot(index="question", columns="statistic", values="measured")
    assert (table.loc[["responsiveness", "assurance", "empathy", "tangibles"], "indifferent"] > 0.9).all()
    assert table.loc["reliability", "indifferent"] < 0.1
    assert table.loc["reliability", "worse"] < -0.9
    classes = [name for name in table.columns if name not in ("better", "worse")]
    assert table[classes].sum(axis=1).tolist() == pytest.approx([1.0] * 5, abs=1e-12)


def test_where_losses_hurt_no_more_than_gains_please_the_same_attribute_is_one_dimensional() -> None:
    """The mutation of Kano's asymmetry: expectations in the middle of the scale and equal gain and loss."""
    asked = {"kinds": {"instrument": "kano", "on": ["2026-06-21"], "answers": {"noise": 0}}}
    market = Market(measuring(document_of(TOWN), surveys=asked))
    market.customers.will[:] = 4.0
    while market.day < market.calendar.days:
        market.customers.will[:] = 4.0
        market.step()
    market_rows = survey(market.recorder.result(), "kinds", "reliability").set_index("statistic")["measured"]
    assert market_rows["one-dimensional"] > 0.9
    assert market_rows["must-be"] < 0.1


def test_people_keep_their_own_style_from_one_survey_to_the_next() -> None:
    """Style without noise: whoever is asked the same again next week, with nothing changed, says the same."""
    asked = {"happy": {"instrument": "satisfaction", "scale": "0-100", "every": "week", "audience": {},
                       "answers": {"noise": 0, "shift": 8, "stretch": 0}}}  # fmt: skip
    market = Market(measuring(document_of(TOWN), surveys=asked))
    market.customers.activity[:] = 0.0
    rows = survey(market.run(), "happy")
    assert rows["measured"].nunique() == 1
    assert (rows["measured"] != rows["true"]).all()


def test_the_report_measures_are_the_means_of_the_rounds() -> None:
    _, result = run(document_of(TOWN), surveys=MEASURES["surveys"])
    rounds = survey(result, "happy")
    assert result.value("survey_happy") == pytest.approx(rounds["measured"].mean(), abs=1e-12)
    assert result.value("true_survey_happy") == pytest.approx(rounds["true"].mean(), abs=1e-12)
    overall = survey(result, "quality", "overall")
    assert result.value("survey_quality") == pytest.approx(overall["measured"].mean(), abs=1e-12)
    with pytest.raises(KeyError):
        result.value("survey_kinds")
