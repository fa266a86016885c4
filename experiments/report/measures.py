"""Which measures there are for a set of plans, and which of them a report shows, in order."""

from collections.abc import Iterable, Mapping, Sequence

from experiments.marketing import RETURNS
from sim.cycle_times import cycle_measures
from sim.measures import CATALOGUE, Measure, standard_measure
from sim.measures_by_tier import WAIT_OF, tier_measures
from sim.scenario.document import Document
from sim.scenario.units import text_in

WINDOW_PROFIT, CARRIED_PROFIT = "profit", "profit_with_carried_value"
BEFORE_STANDARDS = ("satisfaction", "gap_5")
AFTER_STANDARDS = (
    "wait_mean", "wait_p90", "lost_visits", "complaints", "churn_rate", "nps",
    "revenue", "campaign_cost", WINDOW_PROFIT, CARRIED_PROFIT, "return_on_marketing", "return_with_carried_value",
)  # fmt: skip


def known_measures(documents: Sequence[Document], reported: Iterable[str]) -> dict[str, Measure]:
    """The measures reported, by name: those of the catalogue, and one for each standard of the documents."""
    known = {**CATALOGUE, **RETURNS}
    for document in reversed(documents):
        for name, standard in document.service.standards.items():
            words = f"{name.replace('_', ' ')} kept (≤ {standard.at_most:g} min)"
            title = text_in(standard.title) if standard.title else words
            known[f"standard_{name}"] = standard_measure(name, f"{title}, target {100 * standard.share:g} %")
        for measure in (*tier_measures(document), *cycle_measures(document)):
            known[measure.name] = measure
    return {name: known[name] for name in reported if name in known}


def shown_measures(measures: Mapping[str, Measure]) -> tuple[str, ...]:
    """Those a report shows: judgement, standards, tasks that take days, waits by tier, waits, losses, money."""
    standards = [name for name in measures if name.startswith("standard_")]
    days = [name for name, measure in measures.items() if name.startswith("cycle_") and measure.unit == "days"]
    tiers = [name for name in measures if name.startswith(WAIT_OF)]
    order = (*BEFORE_STANDARDS, *standards, *days, *tiers, *AFTER_STANDARDS)
    return tuple(name for name in order if name in measures)
