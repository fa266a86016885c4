"""Adoption by the hazard of Bass: whether those who left may adopt again."""

from __future__ import annotations

from sim.market import Market
from sim.scenario.load import read_scenario

SCENARIO = """scenario: adopting
currency: EUR
seed: 1
calendar: {run: 1 Jan 2026 to 20 Jan 2026}
market:
  customers: 300
  segments: {everyone: {share: 100%}}
  traits: {existing: 0%}
behaviour:
  word_of_mouth: none
  acquisition: {form: bass, innovation: 1, imitation: 0, period: 2 days, again: false}
  leaving: {form: beta-geometric, period: 5 days, alpha: 5, beta: 5}
plans:
  once: {}
  again: {set: {behaviour.acquisition.again: true}}
"""


def won(plan: str) -> float:
    return float(Market(read_scenario(SCENARIO.encode(), "adopting.yaml").document(plan)).run().daily["acquired"].sum())


def test_who_left_does_not_adopt_again_where_people_adopt_once() -> None:
    assert 290 < won("once") <= 300


def test_who_left_may_adopt_again_otherwise() -> None:
    """The mutation: half leave in five days, and a hazard of one in two days brings them back."""
    assert won("again") > 500
