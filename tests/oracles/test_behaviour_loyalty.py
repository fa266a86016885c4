"""Loyalty, churn and cohort retention against Bolton (1998) and Fader & Hardie (2007)."""

import numpy as np
import pytest
from scipy import integrate, optimize, stats

from sim.behaviour import loyalty
from sim.behaviour.dimensions import Floats

# Berry & Linoff (2004), high-end customers: per thousand still there after 0..7 years, and 8..12 held out.
SURVIVORS = np.array([1000.0, 869.0, 743.0, 653.0, 593.0, 551.0, 517.0, 491.0])


def hazard(satisfaction: float | Floats, *, failures: float = 0.0, switching_cost: float = 0.0) -> Floats:
    return loyalty.churn_hazard(
        satisfaction=satisfaction,
        price_gap=0.0,
        failures=failures,
        tenure=0.0,
        switching_cost=switching_cost,
        intercept=-3.0,
        satisfaction_effect=-0.8,
        price_effect=0.5,
        failure_effect=0.6,
        tenure_effect=-0.1,
        switching_effect=-0.7,
    )


def log_likelihood(alpha: float, beta: float) -> float:
    survival = loyalty.mixed_cohort_survival(np.arange(8), alpha=alpha, beta=beta)
    lost = SURVIVORS[:-1] - SURVIVORS[1:]
    return float(np.sum(lost * np.log(survival[:-1] - survival[1:])) + SURVIVORS[-1] * np.log(survival[-1]))


def test_churn_hazard_falls_with_satisfaction() -> None:
    assert hazard(np.array([-1.0, 0.0, 1.0])) == pytest.approx([0.099750, 0.047426, 0.021881], abs=5e-7)


def test_twelve_periods_of_average_satisfaction_leave_56_per_cent() -> None:
    assert (1.0 - hazard(0.0)) ** 12 == pytest.approx(0.558194, abs=5e-7)


def test_daily_hazards_add_up_to_the_hazard_of_their_period() -> None:
    daily = loyalty.hazard_per_day(hazard(0.0), days=30.0)
    assert (1.0 - daily) ** 30 == pytest.approx(1.0 - hazard(0.0), abs=1e-12)


def test_two_reasons_to_leave_combine_as_independent_chances() -> None:
    assert loyalty.combined_hazard(0.1, 0.05) == pytest.approx(1.0 - 0.9 * 0.95, abs=1e-12)


def test_satisfaction_is_standardised_before_it_meets_its_effect() -> None:
    assert loyalty.standardised(np.array([60.0, 75.0, 90.0]), mean=75.0, sd=15.0) == pytest.approx([-1.0, 0.0, 1.0])


def test_loyalty_closes_its_share_of_the_way_to_a_target_convex_in_satisfaction() -> None:
    # target = .8² = .64; L' = .4 + .25·(.64 - .4)
    moved = loyalty.update_loyalty(
        loyalty=np.array([0.4]), satisfaction=np.array([80.0]), exponent=2.0, adjustment=0.25
    )
    assert moved[0] == pytest.approx(0.46, abs=1e-12)


def test_cohort_retention_rises_with_age_by_sorting_alone() -> None:
    rates = loyalty.mixed_cohort_retention(np.arange(1, 6), alpha=0.668, beta=3.806)
    assert rates == pytest.approx([0.850693, 0.877969, 0.896818, 0.910623, 0.921171], abs=5e-7)


def test_cohort_survival_is_the_product_of_its_retention_rates() -> None:
    rates = loyalty.mixed_cohort_retention(np.arange(1, 13), alpha=0.668, beta=3.806)
    survival = loyalty.mixed_cohort_survival(np.arange(1, 13), alpha=0.668, beta=3.806)
    assert survival == pytest.approx(np.cumprod(rates), rel=1e-12)


def test_cohort_survival_is_the_mean_of_geometric_survivals_over_the_beta() -> None:
    mean, _ = integrate.quad(lambda chance: (1.0 - chance) ** 5 * stats.beta.pdf(chance, 2.0, 3.0), 0.0, 1.0)
    assert loyalty.mixed_cohort_survival(5.0, alpha=2.0, beta=3.0) == pytest.approx(mean, abs=1e-9)


def test_log_likelihood_of_seven_years_of_berry_and_linoff() -> None:
    assert log_likelihood(0.6681, 3.8061) == pytest.approx(-1611.158, abs=5e-4)


def test_the_published_parameters_are_the_most_likely_ones() -> None:
    best = optimize.minimize(
        lambda logs: -log_likelihood(*np.exp(logs)), [0.0, 1.0], method="Nelder-Mead", options={"xatol": 1e-8}
    )
    # Published rounded to .668 and 3.806, refitted as .6681 and 3.8061.
    assert np.exp(best.x) == pytest.approx([0.6681, 3.8061], abs=1e-4)


def test_seven_years_forecast_the_next_five() -> None:
    forecast = 100.0 * loyalty.mixed_cohort_survival(np.arange(8, 13), alpha=0.6681, beta=3.8061)
    assert forecast == pytest.approx([46.04, 43.58, 41.42, 39.51, 37.80], abs=0.01)
    assert forecast == pytest.approx([46.8, 44.5, 42.7, 40.9, 39.4], abs=1.7)  # observed


def test_the_cause_of_leaving_is_drawn_in_proportion_to_what_drove_it() -> None:
    n = 10_000
    drivers = np.tile([3.0, 1.0, -2.0, 0.0, 0.0], (n, 1))
    causes = loyalty.cause_of_leaving(
        drivers=drivers, voluntary=np.full(n, 0.08), involuntary=0.02, uniforms=(np.arange(n) + 0.5) / n
    )
    shares = np.bincount(causes, minlength=len(loyalty.CAUSES)) / n
    assert dict(zip(loyalty.CAUSES, shares, strict=True)) == pytest.approx(
        {
            "service_failure": 0.6,
            "waiting": 0.2,
            "price": 0.0,
            "rival": 0.0,
            "promise_broken": 0.0,
            "involuntary": 0.2,
            "failed_recovery": 0.0,
        },
        abs=1.0 / n,
    )


def test_who_leaves_with_nothing_held_against_the_firm_has_found_a_better_rival() -> None:
    causes = loyalty.cause_of_leaving(
        drivers=np.zeros((1, 5)), voluntary=np.array([0.1]), involuntary=0.0, uniforms=np.array([0.5])
    )
    assert loyalty.CAUSES[causes[0]] == "rival"


def test_a_missing_driver_is_refused() -> None:
    with pytest.raises(ValueError, match="one column for each voluntary cause"):
        loyalty.cause_of_leaving(
            drivers=np.zeros((1, 4)), voluntary=np.array([0.1]), involuntary=0.0, uniforms=np.array([0.5])
        )
