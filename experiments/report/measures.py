"""Which measures there are for a set of plans, and which of them a report shows, in order."""

from collections.abc import Iterable, Sequence

from experiments.marketing import RETURNS
from sim.measurement.catalogue import declared_measures
from sim.measures import CATALOGUE, Measure, standard_measure
from sim.scenario.document import Document
from sim.scenario.units import text_in

WINDOW_PROFIT, CARRIED_PROFIT = "profit", "profit_with_carried_value"
BEFORE_STANDARDS = ("satisfaction", "gap_5")
MEASURED = ("survey_", "true_survey_", "index_", "scorecard_", "true_scorecard_", "share_")
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
        known |= {measure.name: measure for measure in declared_measures(document)}
    return {name: known[name] for name in reported if name in known}


def shown_measures(measures: Iterable[str]) -> tuple[str, ...]:
    """Those a report shows: judgement, standards, waits, losses, money, then what the file itself has measured."""
    present = list(measures)
    standards = [name for name in present if name.startswith("standard_")]
    measured = [name for name in present if name.startswith(MEASURED)]
    return tuple(name for name in (*BEFORE_STANDARDS, *standards, *AFTER_STANDARDS, *measured) if name in present)
