"""The survey of people with a problem: who is asked, what became of it, and who would buy again.

A counter whose every visit goes wrong; half of the visitors complain, by phone, answered the next day, or by letter,
answered on a Monday; the survey comes three weeks later.
"""

from __future__ import annotations

import numpy as np
import pytest

from sim.behaviour.choice import probabilities
from sim.behaviour.complaint import FATES
from sim.customers import LEFT
from sim.day.choose import alternatives_of
from sim.errors import ScenarioError
from sim.market import Market
from sim.measurement.problems import chance_to_buy_again
from sim.scenario.document import Document
from sim.scenario.gallery import gallery
from sim.scenario.load import read_scenario
from tests.behaviour.recovery_worlds import CHANNEL, world

NAME = "after"
HALF = {"voice": 0, "voice_severity": 0, "voice_loyalty": 0, "voice_success": 0, "voice_cost": 0, "exit": -1.5}
EVENING = "2026-06-21"


def document(*, survey: dict | None = None, complaining: dict | str = HALF, contested: bool = True) -> Document:
    channels = {
        "phone": {**CHANNEL, "share": 0.5, "resolves": 0.6},
        "letter": {**CHANNEL, "share": 0.5, "resolves": 0.6, "at": "post"},
    }
    return world(
        {"channels": channels, "puts_right": 1},
        days=21,
        customers=2500,
        needs={"contested": contested, "rate": "0.2 per day"},
        service={
            "stations": {
                "counter": {"staff": "unlimited", "open": "09:00-17:00"},
                "desk": {"staff": "unlimited", "open": "09:00-17:00"},
                "post": {"staff": "unlimited", "open": "09:00-17:00", "days": ["monday"]},
            }
        },
        behaviour={
            "complaining": complaining,
            "leaving": {"form": "hazard", "intercept": -60, "failures": 0, "involuntary": 0},
            "recovering": {"outcome": {"compensation": 40, "speed": 5, "apology": 0, "initiative": 0}, "loss": 6},
        },
        changes={"no_more": {"from": "2026-06-02", "set": {"market.needs.errand.rate": "0 per day"}}},
        surveys={
            NAME: {
                "instrument": "problems",
                "need": "errand",
                "audience": {"customers": "everyone"},
                "on": [EVENING],
                **(survey or {}),
            }
        },
    )


@pytest.fixture(scope="module")
def lived():
    """A market at the end of its run, with what happened to each complaint kept by hand."""
    market = Market(document())
    market.step()
    judged = market.today.judgement
    assert judged is not None
    fate = dict.fromkeys(judged.rows.tolist(), "silent")
    fate |= dict.fromkeys(market.cases.rows.tolist(), "unresolved")
    while market.day < market.calendar.days:
        market.step()
        for news in market.today.case_news:
            if news.word == "resolved":
                fate |= {
                    row: "quickly" if days <= 1 else "resolved"
                    for row, days in zip(news.rows.tolist(), news.days.tolist(), strict=True)
                }
    return market, fate, market.recorder.result()


def test_everybody_with_a_problem_is_asked_and_counted_by_what_became_of_it(lived) -> None:
    _, fate, result = lived
    counts = {name: list(fate.values()).count(name) for name in FATES}
    assert min(counts.values()) > 30
    answered = dict(zip(result.surveys["question"], result.surveys["answered"], strict=True))
    assert {name: answered[name] for name in FATES} == counts
    assert answered["all"] == len(fate)
    complained = 1 - counts["silent"] / len(fate)
    assert result.value(f"complained_survey_{NAME}", "whole") == pytest.approx(complained, abs=1e-12)


def test_who_walked_out_without_a_word_is_among_the_silent_and_rarely_buys_again(lived) -> None:
    market, fate, _ = lived
    left = np.flatnonzero(market.customers.status == LEFT)
    silent_leavers = [row for row in left.tolist() if fate.get(row) == "silent"]
    assert len(silent_leavers) > 30
    stayers = [row for row, became in fate.items() if became == "silent" and row not in set(silent_leavers)]
    chances = [chance_to_buy_again(market, np.sort(rows), "errand").mean() for rows in (silent_leavers, stayers)]
    assert chances[0] < 0.1 < chances[1]


def test_who_would_buy_again_is_the_choice_tonight(lived) -> None:
    """The true share is the mean chance by the logit; the share said is a binomial of it."""
    market, fate, result = lived
    table = result.surveys.set_index("question")
    for name in FATES:
        rows = np.array(sorted(row for row, became in fate.items() if became == name))
        chance = probabilities(alternatives_of(market, rows, np.zeros(len(rows), np.int64)))[:, 0]
        assert table.loc[name, "true"] == pytest.approx(chance.mean(), abs=1e-12)
        error = np.sqrt((chance * (1 - chance)).sum()) / len(rows)
        assert result.value(f"again_{name}_survey_{NAME}", "whole") == pytest.approx(chance.mean(), abs=4 * error)


def test_amends_and_speed_make_people_buy_again(lived) -> None:
    table = lived[2].surveys.set_index("question")["true"]
    assert table["unresolved"] < table["resolved"] <= table["quickly"]


def test_only_recent_problems_are_asked_about() -> None:
    """Problems are of the first day, so that twenty days back there are none."""
    result = Market(document(survey={"problem_within": "20 days"})).run()
    assert set(result.surveys["answered"]) == {0}
    assert np.isnan(result.value(f"again_silent_survey_{NAME}", "whole"))


def test_asking_changes_nothing_but_what_is_reported(lived) -> None:
    plain = document().model_copy(update={"surveys": {}})
    result = Market(plain).run()
    for column in result.daily.columns:
        assert result.daily[column].equals(lived[2].daily[column]), column


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"need": None}, "'need' says"),
        ({"scale": "1-5"}, "leave out 'scale'"),
        ({"answers": {"noise": 1}}, "leave out 'answers'"),
        ({"instrument": "nps"}, "'need' is for problems"),
    ],
)
def test_what_such_a_survey_cannot_be_is_refused(terms, said) -> None:
    with pytest.raises(ValueError, match=said):
        document(survey=terms)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ("      task: purchase\n      rate", "      task: purchase\n      contested: false\n      rate"),
            "not contested",
        ),
        (("小损失}\n", "小损失}\n    set: {behaviour.complaining: none}\n"), "behaviour.complaining is none"),
        (("need: goods", "need: good"), "did you mean 'goods'"),
    ],
)
def test_a_survey_that_would_find_nothing_is_refused_at_its_line(change, said) -> None:
    text = gallery()["tarp-rebuy"].read_text(encoding="utf-8")
    assert change[0] in text
    with pytest.raises(ScenarioError, match=said):
        read_scenario(text.replace(*change).encode(), "tarp-rebuy.yaml")
