"""Contested beliefs side by side, and the value at which a verdict turns, on markets whose answers are known."""

import json

import pytest

from experiments.assumptions.beliefs import asked_beliefs, declared_beliefs, mechanism_beliefs, worlds
from experiments.assumptions.factors import assumptions_of, requested
from experiments.assumptions.side_by_side import flip, flipped
from experiments.assumptions.swings import quantile_of, stated_value
from experiments.assumptions.turning_point import turned, turning_point
from experiments.engines.runner import Serial
from experiments.report.flip_figures import along_range, keep_flip, keep_turning_point
from experiments.report.flip_text import flip_text
from experiments.study import Study
from sim.errors import RequestError
from sim.scenario.load import read_scenario
from tests.unit.quick_formula import QuickFormula
from tests.unit.synthetic_market import SCENARIO, STAFF

pytestmark = pytest.mark.slow

BELIEFS = """
experiment:
  beliefs:
    talk:
      title: do people talk about the bank
      either:
        silent: {title: nobody talks, set: {behaviour.word_of_mouth: none}}
        talking: {title: people talk}
    errands:
      either:
        few: {set: {market.needs.errand.rate: 1 per month}}
        usual: {set: {market.needs.errand.rate: 2 per month}}
        many: {set: {market.needs.errand.rate: 3 per month}}
"""
BRANCH = read_scenario((SCENARIO + BELIEFS).encode(), "branch-autumn.yaml")


def plan_of(document):
    return {"08:00-17:00": "gifts", "08:00-18:00": "desk"}.get(
        document["service"]["stations"]["counter"]["open"], "none"
    )


def profits(document):
    """none 100, gifts 90 or, with silence and many errands, 130; desk 50."""
    silent = document.get("behaviour", {}).get("word_of_mouth") == "none"
    many = document["market"]["needs"]["errand"]["rate"] == "3 per month"
    return {"profit": {"none": 100.0, "gifts": 130.0 if silent and many else 90.0, "desk": 50.0}[plan_of(document)]}


def side_by_side(luck=0.0, *, beliefs=None, one_at_a_time=None, formula=profits):
    chosen = declared_beliefs(BRANCH) if beliefs is None else beliefs
    every = worlds(chosen, one_at_a_time=one_at_a_time)
    study = Study.of(BRANCH, ())
    return flipped(study, chosen, every, Serial(QuickFormula(formula, luck)), measure="profit", replications=3)


def test_what_the_file_says_comes_first_in_every_belief():
    talk, errands = declared_beliefs(BRANCH)
    assert [answer.name for answer in talk.answers] == ["talking", "silent"]
    assert [answer.name for answer in errands.answers] == ["usual", "few", "many"]
    assert talk.stated_first
    assert errands.stated_first


def test_every_combination_is_run_and_the_one_that_flips_is_named():
    found = side_by_side(luck=20.0)
    assert len(found.worlds) == 6
    assert [judgement.best for judgement in found.judgements].count("gifts") == 1
    assert found.worlds[found.changed[0]].answers == {"talk": "silent", "errands": "many"}
    # of three pairs that differ in talk alone one differs in its best plan; of six that differ in errands alone, two
    assert found.matters == {"talk": pytest.approx(1 / 3), "errands": pytest.approx(2 / 6)}
    text = " ".join(flip_text(found).split())
    assert "With what the file states, none is best on profit in the window (surely)" in text
    assert "do people talk about the bank: nobody talks, errands: many, gifts becomes best (surely), 30" in text
    assert found.verdicts()["best"].tolist() == [judgement.best for judgement in found.judgements]
    assert found.means().query("world == 0 and plan == 'gifts'")["change"].item() == pytest.approx(-10.0)


def test_one_at_a_time_misses_what_only_both_together_do_and_says_nothing_changes():
    found = side_by_side(one_at_a_time=True)
    assert len(found.worlds) == 4
    assert found.changed == ()
    assert "Whatever of this is believed, none is best on profit in the window, surely in 4 of 4 worlds" in " ".join(
        str(found).split()
    )


def test_beliefs_are_asked_for_in_words():
    (errands,) = asked_beliefs(
        BRANCH, ["errands: market.needs.errand.rate=1 per month", "errands: market.needs.errand.rate = 3 per month"]
    )
    assert [answer.settings for answer in errands.answers] == [
        {},
        {"market.needs.errand.rate": "1 per month"},
        {"market.needs.errand.rate": "3 per month"},
    ]
    (judged,) = asked_beliefs(BRANCH, ["judged: behaviour.satisfaction={form: prospect}"])
    assert judged.answers[1].settings == {"behaviour.satisfaction": {"form": "prospect"}}


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["talk"], "write NAME: PATH=value"),
        (["talk: behaviour.word_of_mouths=none"], "did you mean 'behaviour.word_of_mouth'"),
        (["talk: behaviour.word_of_mouth=loud"], "in plan 'none'"),
        (["a b: behaviour.word_of_mouth=none"], "no name for a belief"),
        (["talk: seed=3"], "does not change what happens in a run"),
        (["talk: behaviour.word_of_mouth=none"] * 2, "asked for twice"),
        (["talk: behaviour.word_of_mouth=none", "b: behaviour.word_of_mouth.base=10%"], "both set"),
        (["talk: behaviour.satisfaction={form"], "cannot be read"),
    ],
)
def test_a_belief_that_cannot_be_is_refused_in_one_sentence(texts, said):
    with pytest.raises(RequestError, match=said) as refused:
        asked_beliefs(BRANCH, texts)
    assert "\n" not in str(refused.value)


def test_mechanisms_with_several_cited_forms_are_beliefs_of_their_own():
    beliefs, left_out = mechanism_beliefs(BRANCH, list(BRANCH.plans))
    forms = {belief.name: [answer.name for answer in belief.answers] for belief in beliefs}
    assert forms["satisfaction"] == ["asymmetric-disconfirmation", "prospect", "zone-of-tolerance"]
    assert forms["learning"] == ["exponential", "bayesian"]
    assert forms["word_of_mouth"] == ["in force", "none"]
    assert forms["felt_waits"] == ["none", "in force"]
    assert "recency" not in forms
    assert any(each.startswith("behaviour.acquisition: bass (it needs numbers") for each in left_out)
    every = worlds(beliefs)
    assert len(every) == 1 + sum(len(belief.answers) - 1 for belief in beliefs)
    for world in every:
        for plan in BRANCH.plans:
            BRANCH.document(plan, settings=world.settings)


def test_many_combinations_are_refused_when_asked_for():
    beliefs, _ = mechanism_beliefs(BRANCH, list(BRANCH.plans))
    with pytest.raises(RequestError, match="combinations of beliefs are too many; ask for --one-at-a-time"):
        worlds(beliefs, one_at_a_time=False)
    with pytest.raises(RequestError, match="two or more"):
        flip(BRANCH, plans=["none"])
    with pytest.raises(RequestError, match="at least 2"):
        flip(BRANCH, replications=1)


def test_an_undefined_measure_is_refused_with_its_world():
    def formula(document):
        return (
            {"profit": float("nan")}
            if document["market"]["needs"]["errand"]["rate"] == "1 per month"
            else profits(document)
        )

    with pytest.raises(
        RequestError, match=r"'profit' is not defined in plan 'none', replication 0, with .*errands: few"
    ):
        side_by_side(formula=formula)


def turning(formula, path, luck=0.0, replications=2, **options):
    factor = requested(BRANCH, path) if "=" in path else assumptions_of(BRANCH, [path])[0]
    stated = stated_value(BRANCH, factor)
    at = quantile_of(factor, stated)
    study = Study.of(BRANCH, [factor], ["none", "gifts"])
    market = Serial(QuickFormula(formula, luck))
    return turned(study, factor, stated, at, market, measure="profit", replications=replications, **options)


RATE = "market.needs.errand.rate=1 per month..5 per month"


def rate_of(document):
    return float(document["market"]["needs"]["errand"]["rate"].split()[0])


def test_the_turning_point_of_a_line_is_found_exactly():
    found = turning(lambda document: {"profit": 10.0 if plan_of(document) == "none" else 4.0 * rate_of(document)}, RATE)
    (turn,) = found.turns
    assert turn.winner == "gifts"
    assert float(turn.value.split()[0]) == pytest.approx(2.5, abs=1e-9)
    assert (turn.open_low, turn.open_high) == (False, False)
    assert "gifts overtakes none at 2.5 per month" in str(found)


def test_a_curve_is_followed_by_halving_not_by_a_line():
    """gifts earns the cube of the rate: it overtakes 50 at 3.684; a straight line from 2 to 5 would say 3.08."""
    found = turning(lambda document: {"profit": 50.0 if plan_of(document) == "none" else rate_of(document) ** 3}, RATE)
    assert float(found.turns[0].value.split()[0]) == pytest.approx(50.0 ** (1 / 3), abs=0.01)


def test_the_interval_is_where_the_difference_cannot_be_told_from_luck():
    """The gain differs between replications: lead = 10 + e - 4 rate; the limits are those of mean(10 + e) ± t s/√n."""

    def formula(document):
        return {"profit": 10.0 if plan_of(document) == "none" else 4.0 * rate_of(document)}

    class Uneven(QuickFormula):
        def run(self, run):
            result = super().run(run)
            if plan_of(json.loads(run.document)) == "none":
                shift = (-2.0, 1.0, 1.0, -1.0, 2.0, -1.0)[run.replication]
                result.periods["value"] = result.periods["value"] + shift
            return result

    factor = requested(BRANCH, RATE)
    stated = stated_value(BRANCH, factor)
    found = turned(
        Study.of(BRANCH, [factor], ["none", "gifts"]), factor, stated, quantile_of(factor, stated),
        Serial(Uneven(formula)), measure="profit", replications=6,
    )  # fmt: skip
    (turn,) = found.turns
    half = 2.570582 * (12.0 / 5.0) ** 0.5 / 6**0.5 / 4.0  # t of 5 degrees, s² = 12 / 5, slope 4
    low, middle, high = (float(each.split()[0]) for each in (turn.low, turn.value, turn.high))
    assert middle == pytest.approx(2.5, abs=0.02)
    assert (low, high) == (pytest.approx(2.5 - half, abs=0.04), pytest.approx(2.5 + half, abs=0.04))


def test_a_whole_number_turns_between_two_of_them():
    found = turning(
        lambda document: {
            "profit": 10.0 if plan_of(document) == "none" else 2.2 * document["service"]["stations"]["counter"]["staff"]
        },
        STAFF,
    )
    (turn,) = found.turns
    assert (turn.value, turn.low, turn.high) == (5, 4, 5)
    assert "From 5 on" in str(found)


def test_where_nothing_turns_it_says_so():
    found = turning(lambda document: {"profit": 10.0 if plan_of(document) == "none" else rate_of(document)}, RATE)
    assert found.turns == ()
    assert "It stays best from 1 per month to 5 per month" in str(found)


def test_a_turn_on_either_side_of_the_stated_value_is_found():
    found = turning(
        lambda document: {"profit": 1.0 if plan_of(document) == "none" else 4.0 * (rate_of(document) - 2.0) ** 2}, RATE
    )
    assert [round(float(turn.value.split()[0]), 2) for turn in found.turns] == [1.5, 2.5]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("market.needs.errand.rate=3 per month..5 per month", "not a number from 3 per month to 5 per month"),
        ("service.stations.counter.open=08:00-17:00,09:00-17:00", "a value is looked for between two numbers"),
        ("service.stations.counter.stuff", "no assumed number with a range"),
    ],
)
def test_a_value_is_looked_for_where_there_is_a_range_around_it(path, said):
    with pytest.raises(RequestError, match=said) as refused:
        turning_point(BRANCH, path)
    assert "\n" not in str(refused.value)


def test_both_reports_are_kept(tmp_path):
    keep_flip(side_by_side(luck=3.0), tmp_path / "beliefs", "zh")
    content = json.loads((tmp_path / "beliefs" / "flip.json").read_text(encoding="utf-8"))
    assert [world["best"] for world in content["worlds"]].count("gifts") == 1
    assert (tmp_path / "beliefs" / "figures" / "by-belief.png").stat().st_size > 5_000
    found = turning(lambda document: {"profit": 10.0 if plan_of(document) == "none" else 4.0 * rate_of(document)}, RATE)
    keep_turning_point(found, tmp_path / "turn")
    content = json.loads((tmp_path / "turn" / "turning-point.json").read_text(encoding="utf-8"))
    assert content["turns"][0]["best_becomes"] == "gifts"
    assert len(along_range(found).axes[0].lines) >= 4


def test_answers_that_contradict_each_other_are_refused_before_anything_runs():
    texts = [
        "hours: service.stations.counter.open=10:00-11:00",
        "rush: market.needs.errand.hours={'14:00-15:00': 1}",
    ]
    asked_beliefs(BRANCH, texts[:1])
    with pytest.raises(RequestError, match=r"plan 'none' cannot be: .*; ask for --one-at-a-time") as refused:
        flip(BRANCH, texts, plans=["none", "gifts"], replications=2)
    assert "\n" not in str(refused.value)
