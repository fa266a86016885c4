"""Loyalty that follows satisfaction, the hazard of leaving, the cause of leaving, and retention of a mixed cohort.

Satisfaction (0-100) and what a customer has lived through go in; loyalty (0-1), probabilities of leaving and, for those
who leave, one cause from `CAUSES` come out. Hazards state their period; `hazard_per_day` converts.
"""

from typing import Final

import numpy as np
from scipy import special

from sim.behaviour.choice import draw
from sim.behaviour.dimensions import Floats, Integers, Numbers

VOLUNTARY_CAUSES: Final = ("service_failure", "waiting", "price", "rival", "promise_broken")
CAUSES: Final = (*VOLUNTARY_CAUSES, "involuntary", "failed_recovery")
"""Why customers leave; after a failed recovery they leave at once, so that no hazard draws it (Keaveney 1995)."""


def loyalty_target(satisfaction: Numbers, *, exponent: Numbers) -> Floats:
    """(S/100)^e, 0-1: the loyalty a lasting satisfaction S leads to. Jones & Sasser (1995).

    An exponent above 1 is convex at the top, as in competitive markets, where only the fully satisfied stay; below 1
    is concave, as where customers have nowhere to go.
    """
    return (np.asarray(satisfaction, dtype=np.float64) / 100.0) ** exponent


def update_loyalty(*, loyalty: Floats, satisfaction: Floats, exponent: Numbers, adjustment: Numbers) -> Floats:
    """L' = L + a·(target(S) - L): loyalty closes a share `adjustment` a (0-1) of the way to its target."""
    return loyalty + adjustment * (loyalty_target(satisfaction, exponent=exponent) - loyalty)


def standardised(satisfaction: Numbers, *, mean: Numbers, sd: Numbers) -> Floats:
    """(S - mean)/sd: satisfaction from 0-100 to the standard units of `churn_hazard`."""
    return (np.asarray(satisfaction, dtype=np.float64) - mean) / sd


def churn_hazard(
    *,
    satisfaction: Numbers,
    price_gap: Numbers,
    failures: Numbers,
    tenure: Numbers,
    switching_cost: Numbers,
    intercept: Numbers,
    satisfaction_effect: Numbers,
    price_effect: Numbers,
    failure_effect: Numbers,
    tenure_effect: Numbers,
    switching_effect: Numbers,
) -> Floats:
    """h = logit⁻¹(b₀ + b₁·CS + b₂·price gap + b₃·failures + b₄·tenure + b₅·SC): the chance of leaving in one period.

    `satisfaction` is standardised; the units of the others are those of their effects. b₁ and b₅ are negative. After
    Bolton (1998) and Burnham, Frels & Mahajan (2003).
    """
    score = (
        intercept
        + satisfaction_effect * np.asarray(satisfaction, dtype=np.float64)
        + price_effect * np.asarray(price_gap, dtype=np.float64)
        + failure_effect * np.asarray(failures, dtype=np.float64)
        + tenure_effect * np.asarray(tenure, dtype=np.float64)
        + switching_effect * np.asarray(switching_cost, dtype=np.float64)
    )
    return np.asarray(special.expit(score), dtype=np.float64)


def hazard_per_day(hazard: Numbers, *, days: Numbers) -> Floats:
    """1 - (1 - h)^(1/n): the daily chance that adds up to h over a period of n days."""
    with np.errstate(divide="ignore"):  # a hazard of 1 has the logarithm minus infinity, and the daily chance 1
        return -np.expm1(np.log1p(-np.asarray(hazard, dtype=np.float64)) / days)


def combined_hazard(voluntary: Numbers, involuntary: Numbers) -> Floats:
    """1 - (1 - h_v)(1 - h_i): the chance of leaving for either reason, both per the same period."""
    voluntary = np.asarray(voluntary, dtype=np.float64)
    return np.asarray(voluntary + involuntary - voluntary * involuntary)


def cause_of_leaving(*, drivers: Floats, voluntary: Floats, involuntary: Numbers, uniforms: Floats) -> Integers:
    """Why each of k leavers left: an index into `CAUSES`, (k,), drawn with one uniform each.

    `drivers` is (k, 5): what each of `VOLUNTARY_CAUSES` added to the hazard's score, negative parts ignored; a cause is
    drawn in proportion to its driver, so each departure has one tag where Keaveney (1995) counted several. `voluntary`
    and `involuntary` are the hazards of the two kinds of leaving. Who leaves with nothing held against the firm has
    found a better rival. Raises ValueError when `drivers` does not have five columns.
    """
    if drivers.ndim != 2 or drivers.shape[1] != len(VOLUNTARY_CAUSES):
        raise ValueError(f"drivers must be (k, {len(VOLUNTARY_CAUSES)}), one column for each voluntary cause")
    shares = np.maximum(drivers, 0.0)
    shares[:, VOLUNTARY_CAUSES.index("rival")] += np.all(drivers <= 0.0, axis=1)
    shares /= np.cumsum(shares, axis=1)[:, -1:]
    weights = np.empty((len(drivers), len(VOLUNTARY_CAUSES) + 1))
    weights[:, :-1] = shares * voluntary[:, np.newaxis]
    weights[:, -1] = involuntary
    return draw(weights, uniforms)


def mixed_cohort_survival(periods: Numbers, *, alpha: Numbers, beta: Numbers) -> Floats:
    """S(t) = B(α, β+t)/B(α, β): the shifted-beta-geometric share left after t periods. Fader & Hardie (2007).

    Each customer leaves with a constant chance a period, drawn from Beta(α, β) with α, β > 0.
    """
    periods = np.asarray(periods, dtype=np.float64)
    return np.asarray(np.exp(special.betaln(alpha, beta + periods) - special.betaln(alpha, beta)))


def mixed_cohort_retention(period: Numbers, *, alpha: Numbers, beta: Numbers) -> Floats:
    """r_t = (β+t-1)/(α+β+t-1) for t = 1, 2, ...: it rises with t because leavers go first, not because anyone changes.

    Fader & Hardie (2007).
    """
    before = beta + np.asarray(period, dtype=np.float64) - 1.0
    return np.asarray(before / (alpha + before))
