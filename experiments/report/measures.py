"""Which measures there are for a set of plans, and which of them a report shows, in order."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from sim.goods import SOLD
from sim.measures import Measure
from sim.measures_by_channel import BY_CHANNEL
from sim.measures_by_group import UTILISATION_OF
from sim.measures_by_tier import BY_TIER, SATISFACTION_OF, WAIT_OF
from sim.measures_of_document import measures_of
from sim.scenario.document import Document
from sim.task_deadlines import IN_TIME, OVER_LIMIT

WINDOW_PROFIT, CARRIED_PROFIT = "profit", "profit_with_carried_value"
BEFORE_STANDARDS = ("satisfaction", "gap_5")
WAITS = ("wait_mean", "wait_p90", "lost_visits", "complaints")
FURTHER = (
    "transactions", "further_needs_met", "further_needs_share", "further_needs_given_up",
    "approaches", "approaches_unwanted", "approaches_nobody_free",
)  # fmt: skip
PROBLEMS = ("delivered", "problems", "problems_found", "problems_returned")
EVENTS = ("event_invitations", "event_acceptances", "event_guests", "event_no_seat", "event_seats_taken", "event_sales")
APPOINTMENTS = (
    "appointments_booked", "lead_time", "appointments_kept_share", "appointments_late", "appointments_missed",
    "no_shows", "appointments_rebooked", "appointments_given_up", "appointments_cancelled", "appointments_turned_away",
    "idle_places",
)  # fmt: skip
RECOVERY = (
    "answered_in_time", "days_to_answer", "resolved_share", "failed_recoveries", "cases_escalated", "cases_reopened",
    "satisfaction_after_recovery", "guarantee_payouts",
)  # fmt: skip
FEES = ("acquired", "waivers_begun", "fees_charged", "fees_waived")
PROMOTIONS = (
    "visits_moved", "brought_forward", "bought_for_later", "met_at_home", "draws", "prizes_won", "prizes_short",
    "gifts_brought", "bundles_sold", "empty_handed", "script_busy", "script_not_interested", "script_think",
    "script_visit", "signed", "over_quota", "limits_found_out", "dilution", "tariff_income",
)  # fmt: skip
MEASURED = ("survey_", "true_survey_", "index_", "scorecard_", "true_scorecard_", "share_")
REVIEW = ("wrong_tier", "days_to_change_tier", "tiers_raised", "tiers_lowered")
AFTER_STANDARDS = (
    "incident_rate", "churn_rate", "nps",
    "revenue", "campaign_cost", WINDOW_PROFIT, CARRIED_PROFIT, "return_on_marketing", "return_with_carried_value",
)  # fmt: skip


def known_measures(documents: Sequence[Document], reported: Iterable[str]) -> dict[str, Measure]:
    """The measures reported, by name, with the titles of the first document that has them."""
    known = possible_measures(documents)
    return {name: known[name] for name in reported if name in known}


def possible_measures(documents: Sequence[Document]) -> dict[str, Measure]:
    """Every measure that runs of these documents may report, with the titles of the first that has it."""
    known: dict[str, Measure] = {}
    for document in reversed(documents):
        known |= measures_of(document)
    return known


def shown_measures(measures: Mapping[str, Measure], happened: Callable[[str], bool]) -> tuple[str, ...]:
    """Those a report shows, in order.

    Judgement, standards and contacts, tasks that take days, deadlines of tasks and steps, waits and satisfaction by
    tier, waits, losses, the same by channel, appointments, supplies, further needs, problems of branches, events,
    recovery, fees, promotions, money, and last what the file itself has measured. What is by tier or channel and what
    follows losses, up to fees and promotions, are left out where nothing of the kind `happened`: a value known and not
    zero, in any plan.
    First fixes, satisfaction, numbers and losses of tiers are shown where servers differ in whom they serve.
    """
    standards = [name for name in measures if name.startswith(("standard_", "outreach_"))]
    days = [name for name, measure in measures.items() if name.startswith("cycle_") and measure.unit == "days"]
    days += [name for name in measures if name.startswith((IN_TIME, OVER_LIMIT))]
    days += [name for name in REVIEW if name in measures]
    of_tiers = BY_TIER if any(name.startswith(UTILISATION_OF) for name in measures) else (WAIT_OF, SATISFACTION_OF)
    tiers = [name for name in measures if name.startswith(of_tiers) and happened(name)]
    recovery = [name for name in RECOVERY if name in measures and happened(name)]
    further = [name for name in FURTHER if name in measures and happened(name)]
    counted = "problems" in measures and happened("problems")
    problems = [name for name in PROBLEMS if name in measures and counted]
    events = [name for name in EVENTS if name in measures and happened(name)]
    measured = [name for name in measures if name.startswith(MEASURED)]
    channels = [name for name in measures if name.startswith(BY_CHANNEL) and happened(name)]
    supplies = [name for name in measures if name.startswith(("lots_", "mark_of_", "suppliers_out"))]
    charged = "fees_charged" in measures and happened("fees_charged")
    fees = [name for name in FEES if name in measures and charged]
    promotions = [name for name in PROMOTIONS if name in measures and happened(name)]
    promotions += [name for name in measures if name.startswith(SOLD)]
    appointments = [name for name in APPOINTMENTS if name in measures and happened(name)]
    order = (
        *BEFORE_STANDARDS,
        *standards,
        *days,
        *tiers,
        *WAITS,
        *channels,
        *appointments,
        *supplies,
        *further,
        *problems,
        *events,
        *recovery,
        *fees,
        *promotions,
        *AFTER_STANDARDS,
        *measured,
    )
    return tuple(name for name in order if name in measures)
