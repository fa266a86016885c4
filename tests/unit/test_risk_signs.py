"""Signs of risk that customers show, and audiences of whom one of several conditions is enough."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from sim.behaviour.competition import departure_hazard
from sim.errors import ScenarioError
from sim.market import Market
from sim.scenario.audience import Audience
from sim.scenario.audience_checks import doubtful_audiences
from sim.scenario.document import Document
from sim.scenario.load import read_scenario
from tests.scenario_texts import SMALL_BANK
from tests.small_documents import small_document

SIZE = 4000
EVERYONE = np.arange(SIZE)
FORWARDS: dict[str, Any] = {"begins": "1 per year", "service": 0.5, "lasts": "60 days"}


def town(sign: dict[str, Any] | None = None, **sections: Any) -> Document:
    """Four thousand customers who need nothing, half of each segment."""
    return small_document(
        market={
            "customers": SIZE,
            "segments": {"plain": {"share": 0.5}, "rich": {"share": 0.5}},
            "traits": {"existing": 1.0},
            "attributes": {"assets": {"uniform": {"low": 0, "high": 100}}},
            "risk_signs": {"forwards": {**FORWARDS, **(sign or {})}},
        },
        behaviour={"leaving": {"form": "none"}},
        **sections,
    )


@cache
def morning(service: float, plain: float = 1.0) -> Market:
    """The market after twenty days; the plain are content, the rich are not."""
    market = Market(town({"service": service, "begins_for": {"plain": plain}}))
    for _ in range(20):
        market.customers.satisfaction[:2000], market.customers.satisfaction[2000:] = 85.0, 45.0
        market.step()
    return market


def expected_share(satisfaction: float, effect: float) -> float:
    """hL/(1 + hL): the share who show what begins with hazard h and lasts L on average."""
    hazard = departure_hazard(
        rate=1 / 365.25, price_gap=0.0, price_effect=0.0, satisfaction=np.array([satisfaction]), service_effect=effect
    )[0]
    return float(hazard * 60 / (1 + hazard * 60))


def shown(market: Market) -> np.ndarray:
    return market.audiences.signs.shown("forwards")


def near(share: float, expected: float) -> bool:
    """Four standard errors of a share of 2,000."""
    return abs(share - expected) < 4 * np.sqrt(expected * (1 - expected) / 2000)


def test_at_opening_as_many_show_a_sign_as_after_a_long_time() -> None:
    market = Market(town({"service": 0}))
    market.step()
    assert near(shown(market).mean(), expected_share(70, 0))
    for _ in range(20):
        market.step()
    assert near(shown(market).mean(), expected_share(70, 0))
    said = market.recorder.result().value("showing_forwards")
    assert said == pytest.approx(shown(market).mean(), abs=0.02)


def test_a_sign_lasts_as_long_as_the_file_says_on_average() -> None:
    """Exponential of mean 60 days rounded up to whole days: 60.5; four standard errors of so many."""
    market = Market(town({"service": 0, "begins": "6 per year"}))
    market.step()
    left = market.audiences.signs.until[0]
    left = left[left > 0]
    assert abs(left.mean() - 60.5) < 4 * 60 / np.sqrt(len(left))


def test_the_discontented_show_it_more_often() -> None:
    market = morning(0.5)
    content, discontent = shown(market)[:2000].mean(), shown(market)[2000:].mean()
    assert near(content, expected_share(85, 0.5))
    assert near(discontent, expected_share(45, 0.5))
    assert discontent > content + 0.1


def test_a_sign_that_tells_nothing_is_shown_by_all_alike() -> None:
    """The mutation: without the effect of satisfaction both halves show it as often."""
    market = morning(0.0)
    content, discontent = shown(market)[:2000].mean(), shown(market)[2000:].mean()
    assert abs(content - discontent) < 4 * np.sqrt(2 * 0.12 / 2000)


def test_segments_differ_in_how_often_they_begin() -> None:
    assert not shown(morning(0.5, 0.0))[:2000].any()
    assert shown(morning(0.5, 0.0))[2000:].any()


def test_an_audience_may_be_of_those_who_show_a_sign_and_are_customers() -> None:
    market = morning(0.5)
    audience = Audience.model_validate({"where": {"shows": ["forwards"]}})
    members = market.audiences.members("test", audience, EVERYONE)
    assert (members == shown(market)).all()
    strangers = np.zeros(SIZE, np.int8)
    assert not market.audiences.members("test", audience, EVERYONE, strangers).any()


def test_of_several_conditions_one_is_enough_beside_those_that_must_hold() -> None:
    market = morning(0.5)
    assets = market.customers.attributes["assets"]
    where = {
        "attributes": {"assets": {"at_least": 20}},
        "any_of": {"forwards": {"shows": ["forwards"]}, "richest": {"attributes": {"assets": {"at_least": 90}}}},
    }
    members = market.audiences.members("test", Audience.model_validate({"where": where}), EVERYONE)
    assert (members == ((assets >= 20) & (shown(market) | (assets >= 90)))).all()
    one = {**where, "any_of": {"richest": where["any_of"]["richest"]}}
    without = market.audiences.members("test", Audience.model_validate({"where": one}), EVERYONE)
    assert (without == (assets >= 90)).all(), "the mutation: nobody belongs by the sign alone"


def test_windows_of_every_condition_are_looked_back_on() -> None:
    where = {
        "any_of": {
            "falling": {"spend_change": {"over": "5 days", "at_most": 0.6}},
            "idle": {"visits": {"over": "3 days", "at_most": 0}},
        }
    }
    audience = Audience.model_validate({"where": where})
    assert audience.windows == (("spend", 5), ("spend", 10), ("visits", 3))


def test_the_caution_says_by_which_condition_nobody_belongs_yet() -> None:
    wave = {"during": "2009-09-09 to 2009-09-12", "channels": {"mail": {"reach": 1, "frequency": 1}}}

    def said(where: dict[str, Any]) -> list[tuple[str, str]]:
        campaign = {"letter": {"waves": {"one": wave}, "audience": {"where": where}}}
        document = town(channels={"mail": {"addressed": True}}, campaigns=campaign)
        return [(each.path[-1], each.found) for each in doubtful_audiences(document)]

    falling = {"spend_change": {"over": "5 days", "at_most": 0.6}}
    sign = {"shows": ["forwards"]}
    assert said({"any_of": {"falling": falling, "sign": sign}}) == [
        ("falling", "looks back on 10 days, and the run begins on 2009-09-07")
    ]
    assert said({**falling, "any_of": {"sign": sign}})[0][0] == "audience"
    assert said({"any_of": {"sign": sign}}) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("{shows: [forward]}", "forwards"),
        ("{any_of: {one: {shows: [forward]}}}", "forwards"),
        ("{any_of: {one: {}}}", "says nothing"),
        ("{any_of: {one: {attributes: {asset: {at_least: 1}}}}}", "assets"),
        ("{any_of: {one: {any_of: {two: {shows: [forwards]}}}}}", "any_of"),
    ],
)
def test_conditions_that_cannot_be_are_refused_with_the_nearest_right_word(wrong: str, said: str) -> None:
    text = SMALL_BANK.replace(
        "  tiers: [vip]\n", "  tiers: [vip]\n  risk_signs: {forwards: {begins: 1 per year, lasts: 60 days}}\n"
        "  attributes: {assets: {uniform: {low: 0, high: 9}}}\n", 1,
    )  # fmt: skip
    text += f"""campaigns:
  letter:
    audience: {{where: {wrong}}}
    waves: {{one: {{during: run, channels: {{paper: {{reach: 50%, frequency: 1}}}}}}}}
"""
    with pytest.raises(ScenarioError) as caught:
        read_scenario(text.encode(), "bank.yaml")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("wrong", "said"), [({"lasts": "0 days"}, "lasts"), ({"begins": 3}, "begins"), ({"service": -1}, "service")]
)
def test_a_sign_that_cannot_be_is_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        town(wrong)
