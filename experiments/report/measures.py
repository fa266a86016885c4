"""Which measures there are for a set of plans, and which of them a report shows, in order."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from experiments.marketing import RETURNS
from sim.cycle_times import cycle_measures
from sim.measurement.catalogue import declared_measures
from sim.measures import CATALOGUE, Measure, outreach_measure, standard_measure
from sim.measures_by_group import group_measures
from sim.measures_by_tier import BY_TIER, tier_measures
from sim.scenario.document import Document
from sim.scenario.units import text_in

WINDOW_PROFIT, CARRIED_PROFIT = "profit", "profit_with_carried_value"
BEFORE_STANDARDS = ("satisfaction", "gap_5")
WAITS = ("wait_mean", "wait_p90", "lost_visits", "complaints")
RECOVERY = (
    "answered_in_time", "days_to_answer", "resolved_share", "failed_recoveries", "cases_escalated", "cases_reopened",
    "satisfaction_after_recovery", "guarantee_payouts",
)  # fmt: skip
MEASURED = ("survey_", "true_survey_", "index_", "scorecard_", "true_scorecard_", "share_")
AFTER_STANDARDS = (
    "incident_rate", "churn_rate", "nps",
    "revenue", "campaign_cost", WINDOW_PROFIT, CARRIED_PROFIT, "return_on_marketing", "return_with_carried_value",
)  # fmt: skip


def known_measures(documents: Sequence[Document], reported: Iterable[str]) -> dict[str, Measure]:
    """The measures reported, by name: those of the catalogue, and one for each standard and programme."""
    known = {**CATALOGUE, **RETURNS}
    for document in reversed(documents):
        for name, standard in document.service.standards.items():
            words = f"{name.replace('_', ' ')} kept (≤ {standard.at_most:g} min)"
            title = text_in(standard.title) if standard.title else words
            known[f"standard_{name}"] = standard_measure(name, f"{title}, target {100 * standard.share:g} %")
        for name, programme in document.outreach.items():
            title = text_in(programme.title) if programme.title else f"{name.replace('_', ' ')} contacts"
            known[f"outreach_{name}"] = outreach_measure(name, f"{title}, made in time")
        for measure in (
            *tier_measures(document),
            *group_measures(document),
            *cycle_measures(document),
            *declared_measures(document),
        ):
            known[measure.name] = measure
    return {name: known[name] for name in reported if name in known}


def shown_measures(measures: Mapping[str, Measure], happened: Callable[[str], bool]) -> tuple[str, ...]:
    """Those a report shows, in order.

    Judgement, standards and contacts, tasks that take days, what is known by tier, waits, losses, recovery, money, and
    last what the file itself has measured. What is known by tier and recovery are left out where nothing of the kind
    `happened`: a value that is known and not zero, in any plan.
    """
    standards = [name for name in measures if name.startswith(("standard_", "outreach_"))]
    days = [name for name, measure in measures.items() if name.startswith("cycle_") and measure.unit == "days"]
    tiers = [name for name in measures if name.startswith(BY_TIER) and happened(name)]
    recovery = [name for name in RECOVERY if name in measures and happened(name)]
    measured = [name for name in measures if name.startswith(MEASURED)]
    order = (*BEFORE_STANDARDS, *standards, *days, *tiers, *WAITS, *recovery, *AFTER_STANDARDS, *measured)
    return tuple(name for name in order if name in measures)
