"""Scenario files for the tests of loading: one small bank that is right, and ways to make it wrong."""

import pytest

from sim.errors import Problem, ScenarioError
from sim.scenario.load import Scenario, read_scenario

SMALL_BANK = """\
scenario: small-bank
title: {en: Small bank, zh: 小银行}
currency: CNY
seed: 7
calendar:
  run: 1 Sep to 31 Dec 2009
  campaign: 26 Sep to 31 Oct
market:
  customers: {value: 2000, source: assumed, range: [1000, 4000]}
  tiers: [vip]
  segments:
    mass: {share: 80%}
    vip: {share: 20%, tier: vip}
  needs:
    errand:
      task: errand
      rate: {value: 2 per month, source: observed, note: "diary of 160 customers", range: [1 per month, 3 per month]}
      price: 3
service:
  tasks:
    errand: {at: counter, takes: {lognormal: {mean: 6 min, sd: 3 min}}}
  stations:
    counter: {staff: 2, open: "09:00-17:00", first: [vip], wage: 30}
  patience: {exponential: {mean: {value: 20 min, source: masked, range: [10 min, 40 min]}}}
  standards:
    counter-wait: {station: counter, at_most: 10 min, share: 90%}
channels:
  paper: {cost_per_contact: 0.045}
"""

PLANS = """\
plans:
  none: {}
  more-staff:
    title: More staff
    set: {service.stations.counter.staff: {value: 3, source: rule}}
  advert:
    extends: more-staff
    add:
      campaigns:
        autumn:
          waves:
            first: {during: campaign, channels: {paper: {reach: 50%, frequency: 2}}}
"""


def line_of(text: str, words: str) -> int:
    """The 1-based line on which the words first stand."""
    return text[: text.index(words)].count("\n") + 1


def load_text(text: str) -> Scenario:
    """The scenario a text holds."""
    return read_scenario(text.encode(), "bank.yaml")


def small_bank(plans: str = PLANS) -> Scenario:
    """The small bank with the given plans."""
    return load_text(SMALL_BANK + plans)


def problems_in(text: str | bytes) -> tuple[Problem, ...]:
    """Everything wrong with a text, which must be wrong."""
    with pytest.raises(ScenarioError) as caught:
        read_scenario(text if isinstance(text, bytes) else text.encode(), "bank.yaml")
    return caught.value.problems


def only_problem(text: str | bytes) -> Problem:
    """The one thing wrong with a text."""
    (problem,) = problems_in(text)
    return problem


def assert_refused(text: str, where: str, path: str, said: str) -> None:
    """One thing is wrong with a text: at the path, on the line of the words `where`, and `said` is in its message."""
    problem = only_problem(text)
    assert (problem.path, problem.line) == (path, line_of(text, where))
    assert said in str(problem)
