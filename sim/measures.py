"""The catalogue of measures: what each is called, its unit, which way is better, and how a period sums it up.

A day leaves raw columns; a period's number comes from them by one of four rules: the mean of a stock, the sum of a
flow, a ratio of two sums, so that busy days count for more where they should, or the spread of single values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["stock", "flow", "ratio", "spread"]
Better = Literal["higher", "lower", "neither"]


@dataclass(frozen=True)
class Measure:
    """One number of a period.

    `unit` is points, minutes, days, share, count, money (major units) or scale (1-7). A ratio is Σ numerator over
    Σ denominator of daily columns; a stock is the mean over days of its column, a flow the sum; a spread is the
    standard deviation of all n = Σ denominator single values of a period, from their daily `_sum` and `_squares`, or,
    without denominator, that of the column between days. A measure without column is worked out by the recorder
    (percentiles, values at the end).
    """

    name: str
    title: str
    unit: str
    kind: Kind
    better: Better = "neither"
    decimals: int = 1
    column: str = ""
    denominator: str = ""


_LIST: Final = (
    Measure("satisfaction", "satisfaction of customers, 0-100", "points", "stock", "higher", 1, "satisfaction"),
    Measure("visit_satisfaction", "satisfaction with visits, 0-100", "points", "ratio", "higher", 1,
            "visit_satisfaction_sum", "judged"),
    Measure("loyalty", "loyalty, 0-1", "share", "stock", "higher", 3, "loyalty"),
    Measure("trust", "trust in promises, 0-1", "share", "stock", "higher", 3, "trust"),
    Measure("gap_1", "gap 1, expected less believed", "scale", "ratio", "lower", 2, "gap_1_sum", "judged"),
    Measure("gap_2", "gap 2, believed less standard", "scale", "ratio", "lower", 2, "gap_2_sum", "judged"),
    Measure("gap_3", "gap 3, standard less delivered", "scale", "ratio", "lower", 2, "gap_3_sum", "judged"),
    Measure("gap_4", "gap 4, promised less delivered", "scale", "ratio", "lower", 2, "gap_4_sum", "judged"),
    Measure("gap_5", "gap 5, perceived less expected", "scale", "ratio", "neither", 2, "gap_5_sum", "judged"),
    Measure("gap_4_minutes", "gap 4 in minutes, wait less promised wait", "minutes", "ratio", "lower", 1,
            "minutes_over_promise_sum", "waits_promised"),
    Measure("adequacy", "perceived less adequate", "scale", "ratio", "higher", 2, "adequacy_sum", "judged"),
    Measure("superiority", "perceived less desired", "scale", "ratio", "higher", 2, "superiority_sum", "judged"),
    Measure("delivered", "delivered quality, 1-7", "scale", "ratio", "higher", 2, "delivered_sum", "judged"),
    Measure("delivered_sd", "delivered quality, standard deviation between visits", "scale", "spread", "lower", 2,
            "delivered", "judged"),
    Measure("perceived_sd", "perceived quality, standard deviation between visits", "scale", "spread", "lower", 2,
            "perceived", "judged"),
    Measure("visit_satisfaction_sd", "satisfaction with visits, standard deviation", "points", "spread", "lower", 1,
            "visit_satisfaction", "judged"),
    Measure("visits", "visits", "count", "flow", "neither", 0, "visits"),
    Measure("visits_sd", "visits a day, standard deviation between days", "count", "spread", "neither", 1, "visits"),
    Measure("served", "visits served", "count", "flow", "higher", 0, "served"),
    Measure("transactions", "transactions: visits served and further needs met", "count", "flow", "higher", 0,
            "transactions"),
    Measure("further_needs_met", "further needs of visitors met", "count", "flow", "higher", 0, "further_needs_met"),
    Measure("further_needs_share", "further needs met, of those visitors had", "share", "ratio", "higher", 3,
            "further_needs_met", "further_needs"),
    Measure("further_needs_given_up", "further needs given up in a queue", "count", "flow", "lower", 0,
            "further_needs_given_up"),
    Measure("approaches", "visitors spoken to", "count", "flow", "neither", 0, "approaches"),
    Measure("approaches_unwanted", "visitors spoken to who needed nothing", "count", "flow", "lower", 0,
            "approaches_unwanted"),
    Measure("approach_agreed_share", "further needs met, of those spoken to", "share", "ratio", "higher", 3,
            "approaches_agreed", "approaches_wanted"),
    Measure("approaches_nobody_free", "visitors not spoken to, nobody being free", "count", "flow", "lower", 0,
            "approaches_nobody_free"),
    Measure("wait_mean", "wait, mean of those who joined", "minutes", "ratio", "lower", 1, "wait_sum", "joined"),
    Measure("wait_p90", "wait, 90th percentile", "minutes", "ratio", "lower", 1),
    Measure("wait_felt", "wait of a visit, as it felt", "minutes", "ratio", "lower", 1, "felt_wait_sum", "judged"),
    Measure("right_first_time", "visits done right, of those served", "share", "ratio", "higher", 3,
            "right", "judged_served"),
    Measure("lost_visits", "visits lost", "count", "flow", "lower", 0, "lost"),
    Measure("lost_share", "visits lost", "share", "ratio", "lower", 3, "lost", "ended"),
    Measure("utilisation", "staff at work", "share", "ratio", "neither", 3, "busy_time", "staffed_time"),
    Measure("staff_present", "people present, of those on the roster", "share", "ratio", "neither", 3,
            "places_present", "places"),
    Measure("staff_turnover", "people who left, of those on the roster, a year", "share", "ratio", "lower", 3,
            "staff_left", "places_year"),
    Measure("projects", "sudden projects", "count", "flow", "neither", 0, "projects"),
    Measure("project_hours", "staff-hours taken by sudden projects", "count", "flow", "lower", 0, "project_hours"),
    Measure("pace", "service time, of that of experienced people", "share", "ratio", "lower", 3, "pace_sum", "crews"),
    Measure("appointments_booked", "appointments promised", "count", "flow", "neither", 0, "appointments_booked"),
    Measure("appointments_kept", "appointments kept", "count", "flow", "higher", 0, "appointments_kept"),
    Measure("appointments_late", "appointments begun late", "count", "flow", "lower", 0, "appointments_late"),
    Measure("appointments_missed", "appointments missed", "count", "flow", "lower", 0, "appointments_missed"),
    Measure("appointments_kept_share", "appointments kept, of those awaited", "share", "ratio", "higher", 3,
            "appointments_kept", "appointments_awaited"),
    Measure("no_shows", "appointments to which nobody came", "count", "flow", "lower", 0, "no_shows"),
    Measure("no_show_share", "appointments to which nobody came, of those due", "share", "ratio", "lower", 3,
            "no_shows", "appointments_due"),
    Measure("appointments_rebooked", "missed appointments promised anew", "count", "flow", "neither", 0,
            "appointments_rebooked"),
    Measure("appointments_given_up", "missed appointments not promised anew", "count", "flow", "lower", 0,
            "appointments_given_up"),
    Measure("appointments_cancelled", "appointments cancelled", "count", "flow", "lower", 0, "appointments_cancelled"),
    Measure("appointments_turned_away", "needs without a window that suits", "count", "flow", "lower", 0,
            "appointments_turned_away"),
    Measure("appointments_open", "appointments ahead", "count", "stock", "neither", 1, "appointments_open"),
    Measure("lead_time", "days from the need to the window promised", "days", "ratio", "lower", 1,
            "lead_days_sum", "appointments_booked"),
    Measure("idle_places", "places of windows to which nobody came", "share", "ratio", "lower", 3,
            "window_places_idle", "window_places"),
    Measure("work_standard", "internal standard of time for a visit, of the full time", "share", "ratio", "higher", 3,
            "work_standard_sum", "eroding_crews"),
    Measure("complaints", "complaints", "count", "flow", "lower", 0, "complaints"),
    Measure("complaints_per_1000", "complaints per 1,000 visits", "count", "ratio", "lower", 1,
            "complaints_1000", "ended"),
    Measure("incidents", "critical incidents", "count", "flow", "lower", 0, "incidents"),
    Measure("incidents_prevented", "critical incidents prevented", "count", "flow", "neither", 0,
            "incidents_prevented"),
    Measure("incident_rate", "critical incidents per 1,000 customers a year", "count", "ratio", "lower", 1,
            "incidents_year", "customers"),
    Measure("problems", "service problems a site has", "count", "ratio", "lower", 2, "problems", "sites_looked_at"),
    Measure("problems_found", "service problems found", "count", "flow", "neither", 0, "problems_found"),
    Measure("problems_fixed", "service problems put right", "count", "flow", "higher", 0, "problems_fixed"),
    Measure("problems_returned", "service problems that came back", "count", "flow", "lower", 0, "problems_returned"),
    Measure("cases_opened", "complaint cases opened", "count", "flow", "neither", 0, "cases_opened"),
    Measure("cases_open", "complaint cases waiting for an answer", "count", "stock", "lower", 1, "cases_open"),
    Measure("answered_in_time", "complaints answered in time", "share", "ratio", "higher", 3,
            "deadlines_kept", "deadlines_passed"),
    Measure("days_to_answer", "days from complaint to answer", "days", "ratio", "lower", 1,
            "days_to_answer_sum", "cases_answered"),
    Measure("days_late", "days late, of late answers", "days", "ratio", "lower", 1, "days_late_sum", "answered_late"),
    Measure("resolved_share", "complaints resolved, of those answered", "share", "ratio", "higher", 3,
            "cases_resolved", "cases_answered"),
    Measure("failed_recoveries", "complaints refused in the end", "count", "flow", "lower", 0, "failed_recoveries"),
    Measure("cases_escalated", "complaint cases sent up a level", "count", "flow", "lower", 0, "cases_escalated"),
    Measure("cases_reopened", "complaint cases opened again", "count", "flow", "lower", 0, "cases_reopened"),
    Measure("satisfaction_after_recovery", "satisfaction after the answer, 0-100", "points", "ratio", "higher", 1,
            "recovered_satisfaction_sum", "cases_answered"),
    Measure("guarantee_payouts", "guarantees paid", "count", "flow", "lower", 0, "guarantee_payouts"),
    Measure("talk_positive", "favourable talk", "count", "flow", "higher", 0, "talk_positive"),
    Measure("talk_negative", "unfavourable talk", "count", "flow", "lower", 0, "talk_negative"),
    Measure("talk_ratio", "favourable to unfavourable talk", "count", "ratio", "higher", 1,
            "talk_positive", "talk_negative"),
    Measure("nps", "net promoter score", "points", "stock", "higher", 1, "nps"),
    Measure("share_loyal", "true loyalty: think well, come back", "share", "stock", "higher", 3),
    Measure("share_latent", "latent loyalty: think well, stay away", "share", "stock", "neither", 3),
    Measure("share_spurious", "spurious loyalty: come back, think little", "share", "stock", "neither", 3),
    Measure("share_none", "no loyalty", "share", "stock", "lower", 3),
    Measure("customers", "customers", "count", "stock", "higher", 0, "customers"),
    Measure("customers_at_end", "customers at the end", "count", "stock", "higher", 0),
    Measure("acquired", "customers won", "count", "flow", "higher", 0, "acquired"),
    Measure("churned", "customers lost", "count", "flow", "lower", 0, "churned"),
    Measure("churn_rate", "customers lost, a year", "share", "ratio", "lower", 3, "churned_year", "customers"),
    Measure("retained", "customers of the first day who never left", "share", "ratio", "higher", 3,
            "cohort_kept", "cohort"),
    Measure("joined_by_need", "customers won by a visit", "count", "flow", "neither", 0, "joined_by_need"),
    Measure("joined_by_adoption", "customers won by adoption", "count", "flow", "neither", 0, "joined_by_adoption"),
    Measure("joined_by_funnel", "customers won on the way through a funnel", "count", "flow", "neither", 0,
            "joined_by_funnel"),
    Measure("joined_by_invitation", "customers won who had been invited", "count", "flow", "neither", 0,
            "joined_by_invitation"),
    Measure("invitations", "invitations by customers", "count", "flow", "neither", 0, "invitations"),
    Measure("referrals_paid", "new customers paid for as brought", "count", "flow", "neither", 0, "referrals_paid"),
    Measure("talk_of_states", "talk of people in states of funnels", "count", "flow", "neither", 0, "talk_of_states"),
    Measure("reviews_written", "reviews written", "count", "flow", "neither", 0, "reviews_written"),
    Measure("reviews_answered", "bad reviews answered", "count", "flow", "neither", 0, "reviews_answered"),
    Measure("reviews_read", "choices before which reviews were read", "count", "flow", "neither", 0, "reviews_read"),
    Measure("reviews_standing", "reviews that count", "count", "stock", "neither", 0, "reviews_standing"),
    Measure("review_rating", "rating of the reviews, 1-5 stars", "scale", "stock", "higher", 2, "review_rating"),
    Measure("found_by_reviews", "people who heard of the firm by reviews", "count", "flow", "higher", 0,
            "found_by_reviews"),
    Measure("lost_amount", "revenue a year of customers and lines lost", "money", "flow", "lower", 0, "lost_amount"),
    Measure("lost_amount_rate", "revenue lost with customers and lines, a year", "share", "ratio", "lower", 3,
            "lost_amount", "revenue"),
    Measure("lines_lost", "product lines lost", "count", "flow", "lower", 0, "lines_lost"),
    Measure("unfair_discounts", "purchases found unfairly dear", "count", "flow", "lower", 0, "unfair_discounts"),
    Measure("market_share", "needs served by the firm, of those anybody served", "share", "ratio", "higher", 3,
            "contested_needs_firm", "contested_needs_served"),
    Measure("wallet_share", "share of wallet, all lines", "share", "ratio", "higher", 3, "ours", "wallet"),
    Measure("aware", "aware of the firm", "share", "stock", "higher", 3, "aware"),
    Measure("pressure", "advertising pressure", "count", "stock", "neither", 2, "pressure"),
    Measure("exposures", "advertising exposures", "count", "flow", "neither", 0, "exposures"),
    Measure("contacts", "addressed contacts", "count", "flow", "neither", 0, "contacts"),
    Measure("contacts_due", "calls and visits due", "count", "flow", "neither", 0, "contacts_due"),
    Measure("contacts_made", "calls and visits made", "count", "flow", "higher", 0, "contacts_made"),
    Measure("contacts_missed", "calls and visits missed", "count", "flow", "lower", 0, "contacts_missed"),
    Measure("visits_invited", "visits of those asked to come", "count", "flow", "higher", 0, "visits_invited"),
    Measure("event_invitations", "invitations to events", "count", "flow", "neither", 0, "event_invitations"),
    Measure("event_acceptances", "invitations accepted", "count", "flow", "neither", 0, "event_acceptances"),
    Measure("event_guests", "guests seated at events", "count", "flow", "higher", 0, "event_guests"),
    Measure("event_no_seat", "guests for whom there was no seat", "count", "flow", "lower", 0, "event_no_seat"),
    Measure("event_wrong_hour", "guests who came at another hour that was said", "count", "flow", "lower", 0,
            "event_wrong_hour"),
    Measure("event_no_shows", "guests who did not come", "count", "flow", "lower", 0, "event_no_shows"),
    Measure("event_seats_taken", "seats taken at events", "share", "ratio", "higher", 3,
            "event_guests", "event_seats"),
    Measure("event_sales", "guests who bought at events", "count", "flow", "higher", 0, "event_sales"),
    Measure("contacts_capped", "contacts held back by the cap", "count", "flow", "neither", 0, "contacts_capped"),
    Measure("contacts_held_out", "people held out of a wave to compare", "count", "flow", "neither", 0,
            "contacts_held_out"),
    Measure("contacts_dropped", "contacts for which a channel had no room", "count", "flow", "lower", 0,
            "contacts_dropped"),
    Measure("opt_outs", "people who opted out", "count", "flow", "lower", 0, "opt_outs"),
    Measure("addresses", "addresses on lists", "count", "stock", "higher", 0, "addresses"),
    Measure("gifts_handed", "gifts handed out", "count", "flow", "neither", 0, "gifts_handed"),
    Measure("gifts_refused", "gift visits in vain", "count", "flow", "lower", 0, "gifts_refused"),
    Measure("rewards_earned", "rewards given for what was bought", "count", "flow", "neither", 0, "rewards_earned"),
    Measure("points_earned", "points earned", "count", "flow", "neither", 0, "points_earned"),
    Measure("points_used", "points used for gifts", "count", "flow", "neither", 0, "points_used"),
    Measure("points_lapsed", "points lapsed", "count", "flow", "neither", 0, "points_lapsed"),
    Measure("points_owed", "owed for points not yet used", "money", "stock", "neither", 0, "points_owed"),
    Measure("prepay_signed", "customers who paid in advance", "count", "flow", "neither", 0, "prepay_signed"),
    Measure("prepay_over_quota", "of these beyond the quota of their site", "count", "flow", "lower", 0,
            "prepay_over_quota"),
    Measure("prepay_refused", "came to pay in advance, and the quota was used", "count", "flow", "lower", 0,
            "prepay_refused"),
    Measure("prepay_over_quota_cost", "cards and coupons beyond the quota, borne by sites", "money", "flow", "lower", 0,
            "prepay_over_quota_cost"),
    Measure("prepaid_owed", "prepaid and owed to customers", "money", "stock", "neither", 0, "prepaid_owed"),
    Measure("prepaid_used", "prepaid money that paid bills due anyway", "money", "flow", "neither", 0, "prepaid_used"),
    Measure("coupons_used", "coupons used", "count", "flow", "neither", 0, "coupons_used"),
    Measure("gifts_left_over", "gifts paid for and left over", "count", "flow", "lower", 0, "gifts_left_over"),
    Measure("draws", "draws in lotteries", "count", "flow", "neither", 0, "draws"),
    Measure("prizes_won", "prizes won and handed over", "count", "flow", "neither", 0, "prizes_won"),
    Measure("prizes_short", "prizes won when none was left", "count", "flow", "lower", 0, "prizes_short"),
    Measure("visits_moved", "visits moved into the hours of a sale", "count", "flow", "neither", 0, "visits_moved"),
    Measure("brought_forward", "visits brought forward by a sale", "count", "flow", "neither", 0, "brought_forward"),
    Measure("bought_for_later", "purchases made for later in a sale", "count", "flow", "neither", 0,
            "bought_for_later"),
    Measure("met_at_home", "needs met from what was bought before", "count", "flow", "neither", 0, "met_at_home"),
    Measure("script_busy", "calls to who was busy", "count", "flow", "neither", 0, "script_busy"),
    Measure("script_not_interested", "calls to who was not interested", "count", "flow", "lower", 0,
            "script_not_interested"),
    Measure("script_think", "calls to who wanted to think", "count", "flow", "neither", 0, "script_think"),
    Measure("script_visit", "calls in which a visit was agreed", "count", "flow", "higher", 0, "script_visit"),
    Measure("signed", "tariffs signed", "count", "flow", "higher", 0, "signed"),
    Measure("over_quota", "would have signed beyond the quota", "count", "flow", "lower", 0, "over_quota"),
    Measure("limits_found_out", "hidden limits found out", "count", "flow", "lower", 0, "limits_found_out"),
    Measure("billed_at_list", "use at list tariff", "money", "flow", "neither", 0, "billed_at_list"),
    Measure("dilution", "existing use no longer billed", "money", "flow", "lower", 0, "dilution"),
    Measure("tariff_income", "paid beyond list tariff", "money", "flow", "higher", 0, "tariff_income"),
    Measure("forms_returned", "feedback forms that came back", "count", "flow", "neither", 0, "forms_returned"),
    Measure("gifts_brought", "gifts brought by the staff", "count", "flow", "neither", 0, "gifts_brought"),
    Measure("bundles_sold", "bundles sold", "count", "flow", "higher", 0, "bundles_sold"),
    Measure("empty_handed", "visitors who looked at the goods and took none", "count", "flow", "lower", 0,
            "empty_handed"),
    Measure("revenue", "revenue", "money", "flow", "higher", 0, "revenue"),
    Measure("fees_charged", "fees charged beside the price", "money", "flow", "neither", 0, "fees_charged"),
    Measure("fees_waived", "fees waived, of those charged", "money", "flow", "neither", 0, "fees_waived"),
    Measure("waivers_begun", "first purchases that began a waiver", "count", "flow", "neither", 0, "waivers_begun"),
    Measure("campaign_cost", "campaign cost, with events, gifts, referrals, discounts and fees waived", "money", "flow",
            "lower", 0, "campaign_cost"),
    Measure("wages", "wages", "money", "flow", "lower", 0, "wages"),
    Measure("profit", "profit in the window", "money", "flow", "higher", 0, "profit"),
    Measure("carried_value", "customer lifetime value at the horizon", "money", "stock", "higher", 0),
    Measure("profit_with_carried_value", "profit with carried value", "money", "flow", "higher", 0),
    Measure("contingency_drawn", "contingency spent", "money", "flow", "lower", 0),
    Measure("budget_overrun", "campaign cost beyond the budget", "money", "flow", "lower", 0),
)  # fmt: skip

CATALOGUE: Final[Mapping[str, Measure]] = {measure.name: measure for measure in _LIST}

CONTRIBUTION: Final = Measure("contribution", "contribution to profit", "money", "flow", "higher", 0, "contribution")
"""Of a part of the market: what it brings less what is spent on it alone; profit, where the part is the whole."""
CARRIED_CONTRIBUTION: Final = Measure(
    "contribution_with_carried_value", "contribution with carried value", "money", "flow", "higher", 0
)
"""The same to the horizon and beyond, with the lifetime values of the part's customers."""

OF_PARTS: Final[Mapping[str, Measure]] = {
    measure.name: measure
    for measure in (
        *(CATALOGUE[name] for name in ("customers_at_end", "satisfaction", "wait_mean", "lost_share", "complaints")),
        *(CATALOGUE[name] for name in ("churn_rate", "revenue", "campaign_cost")),
        CONTRIBUTION,
        CARRIED_CONTRIBUTION,
    )
}
"""What is known of each segment, tier and site."""


CYCLE_STATISTICS: Final[Mapping[str, str]] = {
    "mean": "mean",
    "sd": "standard deviation",
    "p50": "median",
    "p90": "90th percentile",
}


def cycle_measure(task: str, title: str, unit: str, statistic: str) -> Measure:
    """One statistic of the time from arrival to the end of a task, of visits served; in minutes or days."""
    words = f"{title} from start to end, {CYCLE_STATISTICS[statistic]}"
    return Measure(f"cycle_{statistic}_{task}", words, unit, "ratio", "lower")


def standard_measure(name: str, title: str) -> Measure:
    """The measure of a service standard: the share of visits that kept it."""
    return Measure(f"standard_{name}", title, "share", "ratio", "higher", 3, f"kept_{name}", f"counted_{name}")


def outreach_measure(name: str, title: str) -> Measure:
    """The measure of a programme of contacts: the share made of those made or missed."""
    return Measure(f"outreach_{name}", title, "share", "ratio", "higher", 3, f"made_{name}", f"settled_{name}")
