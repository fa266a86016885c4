"""The panel of people: its sums are the run's own, it counts its period alone, and it changes nothing."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.cohorts.person_measures import person_measures, usual_measures
from sim.errors import ScenarioError
from sim.market import run_once
from sim.scenario.load import read_scenario
from tests.behaviour.small_branch import SCENARIO

pytestmark = pytest.mark.slow

ASKED = """surveys:
  happy: {instrument: satisfaction, scale: 1-5, satisfied_from: 4, on: [8 Sep, 12 Sep], sample: 60}
  recommend: {instrument: nps, on: [9 Sep]}
"""
INCIDENTS = """  incidents:
    fall: {per_customer: 4 per year, satisfaction: 20, complains: 60%}
"""
TEXT = SCENARIO.replace("channels:\n", f"{ASKED}channels:\n", 1).replace(
    "  patience: {exp", f"{INCIDENTS}  patience: {{exp"
)
BRANCH = read_scenario(TEXT.encode(), "small-branch.yaml")


def result(period: str | None):
    settings = {} if period is None else {"panel": {"period": period}}
    return run_once(BRANCH.document("gifts", settings=settings))


@pytest.fixture(scope="module")
def whole():
    return result("whole")


def test_what_people_did_adds_up_to_what_the_run_counted(whole) -> None:
    panel, daily = whole.panel, whole.daily
    for column, counted in (
        ("visits", "ended"), ("served", "served"), ("lost", "lost"), ("joined", "joined"), ("judged", "judged"),
        ("complaints", "complaints"), ("incidents", "incidents"), ("left", "churned"), ("became_customer", "acquired"),
        ("wait_sum", "wait_sum"), ("delivered_sum", "delivered_sum"),
        ("visit_satisfaction_sum", "visit_satisfaction_sum"),
    ):  # fmt: skip
        assert panel[column].sum() == pytest.approx(daily[counted].sum()), column
        assert panel[column].sum() > 0 or column in ("left", "became_customer"), column
    ledger = whole.ledger
    assert panel["paid"].sum() == ledger.loc[ledger["account"].isin(("needs", "discounts")), "amount"].sum() > 0


def test_a_panel_changes_nothing_of_the_market(whole) -> None:
    plain = result(None)
    assert plain.panel is None
    assert plain.daily.equals(whole.daily)
    assert plain.surveys.equals(whole.surveys)


def test_only_days_of_the_period_count(whole) -> None:
    """The mutation of the period: 4 to 10 September, and nothing of the days around."""
    window = result("campaign")
    days = window.daily["period"] == "campaign"
    assert window.panel["visits"].sum() == window.daily.loc[days, "ended"].sum() < whole.panel["visits"].sum()
    assert window.panel["answer_happy"].notna().sum() == 60  # the second evening lies outside
    assert whole.panel["answer_happy"].notna().sum() > 60
    joined = whole.daily.loc[window.daily["period"] == "before", "acquired"].sum()
    assert window.panel["was_customer"].sum() - whole.panel["was_customer"].sum() <= joined


def test_the_mean_of_the_answers_is_what_the_survey_measured(whole) -> None:
    panel, surveys = whole.panel, whole.surveys
    recommended = surveys[surveys["survey"] == "recommend"]["measured"].iloc[0]
    assert panel["answer_recommend"].mean() == pytest.approx(recommended)
    window = result("campaign")
    first = surveys[(surveys["survey"] == "happy") & (surveys["day"] == 7)].set_index("statistic")["measured"]
    assert window.panel["answer_happy"].mean() == pytest.approx(first["mean"])
    assert window.panel["satisfied_happy"].mean() == pytest.approx(first["satisfied"])


def test_a_period_without_days_is_refused_with_its_line() -> None:
    for window, period, why in (
        ("", "before", "no campaign window"),
        (", campaign: 1 Sep to 10 Sep", "before", "leaves no days"),
        (", campaign: 4 Sep to 14 Sep", "aftermath", "leaves no days"),
    ):
        text = TEXT.replace(", campaign: 4 Sep to 10 Sep", window).replace("during: campaign", "during: 4 Sep")
        with pytest.raises(ScenarioError, match=why) as error:
            read_scenario((text + f"panel: {{period: {period}}}\n").encode(), "small-branch.yaml")
        problem = next(each for each in error.value.problems if each.path == "panel.period")
        assert problem.line == text.count("\n") + 1


def test_every_measure_of_a_person_can_be_taken_from_a_panel(whole) -> None:
    document = BRANCH.document("gifts")
    for name, each in person_measures(document).items():
        values = each.values(whole.panel, document.currency)
        assert len(values) == 400, name
        if each.kind == "share":
            assert set(np.unique(values[~np.isnan(values)])) <= {0.0, 1.0}, name
    paid = person_measures(document)["paid"].values(whole.panel, document.currency)
    assert paid.sum() == pytest.approx(whole.panel["paid"].sum() / 100)
    assert usual_measures(document) == (
        "satisfied_survey_happy", "survey_recommend", "incidents", "complaints", "wait_mean", "visits", "paid",
    )  # fmt: skip
