"""Picking the best plan: who is run how often, what is said of it, and that no more is simulated than it takes."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pytest

from experiments.comparing.best_plan import BudgetOfRuns, KimNelsonRace, Work, judgement_of, select
from experiments.comparing.ensemble import Ensemble
from experiments.comparing.summary import summarise
from experiments.engines.runner import Serial, ignore_progress
from experiments.report.files import as_object
from experiments.report.tables import plain_text
from rehearse.selection_options import wanted
from sim.errors import RequestError
from sim.scenario.load import read_scenario
from tests.unit.synthetic_market import SCENARIO, SyntheticMarket, experiment

pytestmark = pytest.mark.slow

CAP = 40


@dataclass(frozen=True)
class Counting(SyntheticMarket):
    """Remembers which runs were made."""

    made: list = field(default_factory=list)

    def run(self, run):
        self.made.append((run.plan, run.replication))
        return super().run(run)


def race(effects, wanted, cap=CAP, measure="profit"):
    """The selection, the ensemble and the runs made, for the plans none, gifts and desk."""
    market, design = Counting(), experiment(effects)
    ensemble = Ensemble(design)
    work = Work("branch", ensemble, design, Serial(market), measure, lambda: "campaign", measure != "wait_p90")
    return select(work, wanted, cap, ignore_progress), ensemble, design, market.made


def compared(effects, wanted, cap=CAP):
    selection, ensemble, design, _ = race(effects, wanted, cap)
    scenario = read_scenario(SCENARIO.encode(), "branch-autumn.yaml")
    return summarise(scenario, design, ensemble, "profit", "campaign", selection=selection)


FAR = {"gifts": {"profit": -500_000.0}, "desk": {"profit": 300_000.0}}
CLOSE = {"gifts": {"profit": -500_000.0}, "desk": {"profit": 4_000.0}}


def test_plans_far_apart_take_the_first_stage_only():
    selection, _, _, made = race(FAR, KimNelsonRace(50_000.0))
    assert selection.best == "desk"
    assert selection.still_in == ()
    assert len(made) == 60
    assert selection.replications == {"none": 20, "gifts": 20, "desk": 20}


def test_a_plan_that_is_out_is_not_simulated_any_longer():
    selection, _, _, made = race(CLOSE, KimNelsonRace(10_000.0))
    assert selection.left_after["gifts"] == 20
    runs = Counter(plan for plan, _ in made)
    assert runs["gifts"] == 20 < runs["desk"]
    assert dict(runs) == dict(selection.replications)
    assert len(set(made)) == len(made)


def test_the_baseline_too_is_left_out_once_it_is_out():
    close = {"gifts": {"profit": 300_000.0}, "desk": {"profit": 301_000.25}}
    selection, ensemble, _, made = race(close, KimNelsonRace(10_000.0))
    runs = Counter(plan for plan, _ in made)
    assert runs["none"] == 20 < runs["gifts"] == runs["desk"]
    assert ensemble.shared == 20
    lead = judgement_of(selection, ensemble, "campaign", higher_is_better=True)
    assert lead.best == selection.best
    assert lead.lead.half_width < 20_000.0  # 0.2 * 100,000 * sqrt 2 * t / sqrt 40, Bonferroni: about 11,000


def test_lower_is_better_where_the_measure_says_so():
    selection, *_ = race(
        {"gifts": {"wait_p90": 6.0}, "desk": {"wait_p90": -6.0}}, KimNelsonRace(1.0), measure="wait_p90"
    )
    assert selection.best == "desk"


def test_a_race_that_is_not_decided_says_so_and_names_who_is_left():
    comparison = compared(CLOSE, KimNelsonRace(2_000.0), cap=30)
    selection = comparison.selection
    assert set(selection.still_in) == {"none", "desk"}
    assert selection.still_in[0] == selection.best
    text = " ".join(plain_text(comparison).split())
    assert "No plan is picked after 30 replications" in text
    assert f"it ends after {selection.most:,} replications at the latest" in text
    assert as_object(comparison)["selection"]["decided"] is False


def test_the_sentence_claims_what_the_procedure_promises():
    text = " ".join(plain_text(compared(FAR, KimNelsonRace(10_000.0, 0.99))).split())
    assert "gifts and desk is the best plan on profit" in text
    assert "or within 10 thousand yuan of it, with probability at least 99 %" in text


def test_a_budget_is_spent_to_the_last_run_and_mostly_on_those_that_are_close():
    selection, ensemble, _, made = race(CLOSE, BudgetOfRuns(90))
    assert len(made) == len(set(made)) == selection.runs == 90
    assert selection.replications["gifts"] == 10
    assert selection.replications["none"] > 30
    assert ensemble.ran.sum(axis=0).tolist() == [selection.replications[plan] for plan in ensemble.plans]
    assert 0.5 < selection.probability < 1.0


def test_plans_with_different_numbers_of_replications_are_compared_on_the_luck_they_share():
    """Luck has sd 100,000 and cancels; what does not has 20,000: bare means of 10 and 40 would differ by 35,000."""
    selection, _, _, _ = race(CLOSE, BudgetOfRuns(90))
    gifts = selection.behind["gifts"]
    assert abs(gifts.mean - 504_000.0 * (selection.best == "desk") - 500_000.0 * (selection.best == "none")) < 40_000.0
    assert gifts.half_width < 40_000.0  # t (Bonferroni, 9) * 20,000 * sqrt 2 / sqrt 10 = 26,000


def test_the_table_shows_the_change_on_shared_replications_and_how_often_each_plan_was_run():
    comparison = compared(CLOSE, BudgetOfRuns(90))
    assert comparison.replications == 10
    assert comparison.difference("gifts", "profit").mean == pytest.approx(-500_000.0, abs=40_000.0)
    assert np.isfinite(comparison.difference("desk", "return_on_marketing").mean) == np.isfinite(
        comparison.means[comparison.means["measure"] == "return_on_marketing"]["mean"].iloc[-1]
    )
    assert "10 to " in plain_text(comparison).splitlines()[0]
    assert as_object(comparison)["selection"]["runs"] == 90


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: race(FAR, BudgetOfRuns(29)), "the first 10 of each of 3 plans already take 30"),
        (lambda: KimNelsonRace(0.0), "must be above 0"),
        (lambda: KimNelsonRace(10.0, 1.0), "between 0.5 and 1"),
        (lambda: wanted("kn", None, None, None), "needs --indifference"),
        (lambda: wanted("ocba", None, None, None), "needs --budget"),
        (lambda: wanted("okba", None, None, 100), "did you mean 'ocba'"),
        (lambda: wanted("ocba", "95%", None, 100), "belong to --select kn"),
        (lambda: wanted(None, None, None, 100), "belongs to --select ocba"),
        (lambda: wanted("kn", "high", "10", None), "not 'high'"),
    ],
)
def test_what_does_not_go_together_is_refused_in_one_sentence(ask, words):
    with pytest.raises(RequestError, match=words):
        ask()


def test_options_are_read_as_numbers_or_percentages():
    assert wanted("kn", "99%", "1%", None) == KimNelsonRace(0.01, 0.99)
    assert wanted("ocba", None, None, 500) == BudgetOfRuns(500)
    assert wanted(None, None, None, None) is None
