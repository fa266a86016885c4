"""Which measures there are for a set of plans, and which of them a report shows, in order."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from sim.measurement.by_channel import BY_CHANNEL
from sim.measurement.by_server_group import UTILISATION_OF
from sim.measurement.by_tier import BY_TIER, SATISFACTION_OF, WAIT_OF
from sim.measurement.competition import LOST_AMOUNT_TO, LOST_TO, WALLET_OF
from sim.measurement.funnels import MADE, RATE
from sim.measurement.of_document import measures_of
from sim.measurement.rewards import REWARD
from sim.measurement.task_deadlines import IN_TIME, OVER_LIMIT
from sim.measures import Measure
from sim.scenario.document import Document
from sim.stock.goods import SOLD

WINDOW_PROFIT, CARRIED_PROFIT = "profit", "profit_with_carried_value"
BEFORE_STANDARDS = ("satisfaction", "gap_5")
WAITS = ("wait_mean", "wait_p90", "lost_visits", "complaints")
FURTHER = (
    "transactions", "further_needs_met", "further_needs_share", "further_needs_given_up",
    "approaches", "approaches_unwanted", "approaches_nobody_free",
)  # fmt: skip
PROBLEMS = ("delivered", "problems", "problems_found", "problems_returned")
EVENTS = (
    "visits_invited", "event_invitations", "event_acceptances", "event_guests", "event_no_seat", "event_wrong_hour",
    "event_seats_taken", "event_sales",
)  # fmt: skip
GOODS = (
    "goods_sold", "goods_price", "fill_rate", "goods_substituted", "goods_postponed", "goods_illicit",
    "goods_gone_without", "illicit_customers",
)  # fmt: skip
APPOINTMENTS = (
    "appointments_booked", "lead_time", "appointments_kept_share", "appointments_late", "appointments_missed",
    "no_shows", "appointments_rebooked", "appointments_given_up", "appointments_cancelled", "appointments_turned_away",
    "idle_places",
)  # fmt: skip
RECOVERY = (
    "answered_in_time", "days_to_answer", "resolved_share", "failed_recoveries", "cases_escalated", "cases_reopened",
    "satisfaction_after_recovery", "guarantee_payouts",
)  # fmt: skip
BROUGHT = ("invitations", "joined_by_invitation", "referrals_paid", "joined_by_funnel", "talk_of_states")
REVIEWS = ("reviews_written", "reviews_answered", "reviews_standing", "review_rating", "found_by_reviews")
REWARDS = ("rewards_earned", "points_earned", "points_used", "points_lapsed")
PREPAY = (
    "prepay_signed", "prepay_over_quota", "prepay_over_quota_cost", "prepay_refused", "prepaid_used",
    "coupons_used",
)  # fmt: skip
FEES = ("acquired", "waivers_begun", "fees_charged", "fees_waived")
COMPETITION = ("market_share", "wallet_share", "lost_amount", "lines_lost", "unfair_discounts")
PROMOTIONS = (
    "visits_moved", "brought_forward", "bought_for_later", "met_at_home", "draws", "prizes_won", "prizes_short",
    "gifts_brought", "forms_returned", "bundles_sold", "empty_handed", "script_busy", "script_not_interested",
    "script_think", "script_visit", "signed", "over_quota", "limits_found_out", "dilution", "tariff_income",
)  # fmt: skip
MEASURED = (
    "survey_", "true_survey_", "satisfied_", "true_satisfied_", "index_", "scorecard_", "true_scorecard_", "share_",
)  # fmt: skip
REVIEW = ("wrong_tier", "days_to_change_tier", "tiers_raised", "tiers_lowered")
AFTER_STANDARDS = (
    "incident_rate", "churn_rate", "nps",
    "revenue", "campaign_cost", WINDOW_PROFIT, CARRIED_PROFIT, "return_on_marketing", "return_with_carried_value",
    "paid_back", "payback_days",
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


def shown_measures(measures: Mapping[str, Measure], happened: Callable[[str], bool], primary: str) -> tuple[str, ...]:
    """Those a report shows, in order.

    Judgement, standards and contacts, tasks that take days, deadlines of tasks and steps, waits and satisfaction by
    tier, waits, losses, the same by channel, appointments, supplies, goods, further needs, problems of branches,
    events, recovery, funnels, referral and reviews, fees, promotions, rewards, shares of wallet and what is lost for
    which cause, money, and last what the file itself has measured. What is by tier or channel and what follows losses,
    up to shares of wallet, are left out where nothing of the kind `happened`: a value known and not zero, in any plan.
    First fixes, satisfaction, numbers and losses of tiers are shown where servers differ in whom they serve. The
    ``primary`` measure is always shown, first where it is none of these.
    """
    standards = [name for name in measures if name.startswith(("standard_", "outreach_", "liking_"))]
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
    goods = [name for name in GOODS if name in measures and happened(name)]
    measured = [name for name in measures if name.startswith(MEASURED)]
    channels = [name for name in measures if name.startswith(BY_CHANNEL) and happened(name)]
    supplies = [name for name in measures if name.startswith(("lots_", "mark_of_", "suppliers_out"))]
    contested = any(name.startswith((WALLET_OF, LOST_TO, LOST_AMOUNT_TO)) for name in measures)
    competition = [name for name in COMPETITION if name in measures and happened(name)] if contested else []
    competition += [name for name in measures if name.startswith(WALLET_OF)]
    competition += [name for name in measures if name.startswith((LOST_TO, LOST_AMOUNT_TO)) and happened(name)]
    charged = "fees_charged" in measures and happened("fees_charged")
    fees = [name for name in FEES if name in measures and charged]
    funnels = [name for name in measures if name.startswith((MADE, RATE)) and happened(name)]
    brought = [name for name in (*BROUGHT, *REVIEWS) if name in measures and happened(name)]
    rewards = [name for name in (*REWARDS, *PREPAY) if name in measures and happened(name)]
    rewards += [name for name in measures if name.startswith(REWARD) and happened(name)]
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
        *goods,
        *further,
        *problems,
        *events,
        *recovery,
        *funnels,
        *brought,
        *fees,
        *promotions,
        *rewards,
        *competition,
        *AFTER_STANDARDS,
        *measured,
    )
    leading = () if primary in order else (primary,)
    return tuple(name for name in (*leading, *order) if name in measures)
