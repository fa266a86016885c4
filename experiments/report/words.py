"""The author's own words in the reader's language."""

from experiments.comparing.comparison import Comparison
from sim.scenario.units import text_in


def scenario_title(comparison: Comparison, language: str) -> str:
    return text_in(comparison.title, language)


def plan_title(comparison: Comparison, plan: str, language: str) -> str:
    return text_in(comparison.plans[plan], language)
