"""What the report of an experiment begins with: the market, the plans, and how often each was run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments.comparing.breakdown import Text
    from sim.scenario.load import Scenario


@dataclass(frozen=True)
class Heading:
    """The scenario by name and title, its plans with their titles, and its size in customers and days."""

    scenario: str
    title: Text
    plans: Mapping[str, Text]
    baseline: str
    customers: int
    days: int
    currency: str
    seed: int
    replications: int


def heading(
    scenario: Scenario, plans: Iterable[str], seed: int, replications: int, baseline: str | None = None
) -> dict[str, Any]:
    """The fields of `Heading`, for the result that stands under it; the scenario's own baseline when left out."""
    against = baseline or scenario.baseline
    document = scenario.document(against)
    return {
        "scenario": scenario.name,
        "title": scenario.title,
        "plans": {plan: scenario.plans[plan].title or plan for plan in plans},
        "baseline": against,
        "customers": document.market.customers,
        "days": document.calendar.run.days,
        "currency": document.currency,
        "seed": seed,
        "replications": replications,
    }
