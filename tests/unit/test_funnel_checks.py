"""What is wrong with a funnel, a referral programme or reviews is said with its place and the right word."""

from __future__ import annotations

import pytest

from sim.errors import ScenarioError
from sim.scenario.load import Scenario, read_scenario

TEXT = """\
scenario: funnel
title: funnel
currency: CNY
calendar: {run: 7 Sep 2009 to 13 Sep 2009}
market:
  customers: 100
  segments: {everyone: {share: 1}}
channels: {paper: {cost_per_day: 1}}
campaigns: {news: {waves: {one: {during: run, channels: {paper: {reach: 1, frequency: 1}}}}}}
budget: {amount: 100, borne_by: us}
funnels:
  launch:
    states: [unaware, aware, signed]
    moves:
      see: {from: unaware, to: aware, per: exposure, of: [news], chance: 10%}
      sign: {from: aware, to: signed, share: 60%}
plans: {one: {title: one}}
"""


def loaded(old: str = "", new: str = "", more: str = "") -> Scenario:
    assert old in TEXT
    return read_scenario(
        (TEXT.replace(old, new, 1) if old else TEXT).replace("plans:", more + "plans:").encode(), "f.yaml"
    )


def test_a_plain_funnel_loads_without_a_word() -> None:
    assert loaded().warnings == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("from: aware, to: signed", "from: awar, to: signed", "there is no state 'awar'"),
        ("from: aware, to: signed", "from: awar, to: signed", "did you mean 'aware'"),
        ("to: aware, per", "to: known, per", "there is no state 'known'"),
        ("from: aware, to: signed", "from: aware, to: aware", "from one state to another"),
        ("share: 60%", "share: 60%, rate: 1 per day", "exactly one of rate, share, per"),
        ("share: 60%", "after: {constant: 2 days}", "exactly one of rate, share, per"),
        ("share: 60%", "rate: 1 per day, after: {constant: 2 days}", "after goes with share"),
        ("of: [news], chance: 10%", "of: [news]", "go together"),
        ("of: [news]", "of: [nws]", "nws"),
        ("per: exposure, of: [news]", "per: guest, of: [news]", "none of events"),
        ("per: exposure, of: [news]", "per: message, of: [news]", "of goes with an occasion that has a name"),
        ("share: 60%}", "share: 60%}\n      leave: {from: aware, to: unaware, share: 50%}", "add up to 1.1"),
        ("states: [unaware, aware, signed]", "states: [unaware, aware, aware, signed]", "each state is named once"),
        ("moves:", "opening: {aware: 70%, signed: 40%}\n    moves:", "may not exceed 1"),
        ("moves:", "opening: {awre: 70%}\n    moves:", "there is no state 'awre'"),
        ("moves:", "talk: {states: [sgned], rate: 1 per day}\n    moves:", "there is no state 'sgned'"),
        ("moves:", "audience: {funnel: {launch: [aware]}}\n    moves:", "settled at opening"),
        ("{news: {waves", "{news: {audience: {funnel: {launch: [aware, paid]}}, waves", "there is no state 'paid'"),
        ("{news: {waves", "{news: {audience: {funnel: {lunch: [aware]}}, waves", "did you mean 'launch'"),
        ("share: 60%", "share: 60%, during: 1 Sep 2009 to 9 Sep 2009", "not inside the run"),
    ],
)
def test_what_cannot_be_is_refused(old: str, new: str, said: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        loaded(old, new)
    assert said in str(refused.value)
    assert str(refused.value).startswith("f.yaml:")


@pytest.mark.parametrize(
    ("old", "new", "more", "said"),
    [
        ("[unaware, aware, signed]", "[unaware, aware, signed, gone]", "", "no move leads to gone"),
        ("per: exposure, of: [news]", "per: message", "behaviour: {word_of_mouth: none}\n", "nobody hears anything"),
        ("", "", "referrals: {bring: {during: run, rate: 1 per week, reward: 5}}\n", "pays for those who come anyway"),
        ("", "", "referrals: {bring: {during: run, rate: 0 per week, joins: 5%}}\n", "nobody is ever invited"),
        ("", "", "reviews: {}\n", "nobody reads reviews"),
    ],
)
def test_what_is_hardly_meant_is_warned_of(old: str, new: str, more: str, said: str) -> None:
    assert any(said in warning for warning in loaded(old, new, more).warnings)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("reviews: {opening: {number: 3, rating: 6}}\n", "rating"),
        ("reviews: {posting: {base: 50%, anger: 60%}}\n", "more than 1"),
        ("referrals: {bring: {during: run, rate: 1 per week, joins: 120%}}\n", "joins"),
        (
            "referrals: {bring: {during: 1 Jan 2010 to 2 Jan 2010, rate: 1 per week, joins: 20%}}\n",
            "not inside the run",
        ),
    ],
)
def test_referrals_and_reviews_that_cannot_be_are_refused(more: str, said: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        loaded(more=more)
    assert said in str(refused.value)
